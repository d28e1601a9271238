//! Stories of the lobby, told in lines: what is done, and what the journal says of it.

use std::sync::Arc;

use expect_test::Expect;
use lobby::clock::Clock;
use lobby::desk::{Action, Desk, Place, Reply, Request, Setup, Trouble, Waker};
use lobby::domain::arrangement::{Arrangement, Taken, TurnNote};
use lobby::domain::elsewhere::Referral;
use lobby::domain::event::{
    Basis, Class, ClockStep, DeliveryWay, Document, EscalationReason, Form, HandoverReason, Origin, Outcome,
    PetitionCategory, RefuseReason, Told,
};
use lobby::domain::ids::{CounterId, MatterIndex, OfferIndex, VisitId};
use lobby::domain::matter::MatterCommand;
use lobby::domain::office::Office;
use lobby::domain::petition::{Petition, PetitionWords};
use lobby::domain::presence::Whereabouts;
use lobby::domain::sensitive;
use lobby::domain::time::{ServiceDay, Timestamp, local};
use lobby::domain::visit::How;
use serde_json::Value;

use crate::support::{MONDAY, act, arrival, arrive, numbered, office};

/// Plays a story and compares what the journal says of each step.
#[track_caller]
pub fn check(script: &str, expect: Expect) {
    played(script, expect, office());
}

/// The same in another office; what is left of it may be asked on.
#[track_caller]
pub fn played(script: &str, expect: Expect, of: Office) -> Desk {
    let clock = Clock::held(MONDAY.parse::<Timestamp>().unwrap() - chrono::Duration::days(60));
    let setup = Setup {
        place: Place::Memory,
        office: Arc::new(of.clone()),
        clock: clock.clone(),
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup).unwrap();
    let (mut said, mut seq) = (String::new(), 1);
    for (at, line) in script.lines().map(str::trim).enumerate() {
        let (date, rest) = line.split_once(' ').unwrap();
        let (time, rest) = rest.split_once(' ').unwrap();
        let until: Timestamp = format!("2026-{date}T{time}:00+08:00").parse().unwrap();
        clock.advance((until - clock.now().at).num_milliseconds());
        if let Err(trouble) = perform(&mut desk, at, rest) {
            said += &format!("{date} {time} refused: {}\n", trouble.code());
        }
        let entries = match desk.answer(Request::Entries {
            epoch: 1,
            seq,
            limit: 100,
        }) {
            Ok(Reply::Entries(entries)) => entries,
            other => panic!("{other:?}"),
        };
        for entry in entries {
            seq = entry.seq;
            assert_eq!(local(entry.moment.at), local(until));
            said += &format!("{date} {time} {}\n", told(&entry.kind, &entry.facts));
        }
        desk.lobby().verify(&of);
    }
    expect.assert_eq(&said);
    desk
}

/// An entry in a line: its kind and what matters of its facts.
fn told(kind: &str, facts: &[u8]) -> String {
    let facts: Value = serde_json::from_slice(facts).unwrap();
    let shown = [
        "number",
        "matter",
        "department",
        "responder",
        "post",
        "form",
        "people",
        "recused",
        "counter",
        "by",
        "from",
        "to",
        "reason",
        "until",
        "outcome",
        "told",
        "bell",
        "limit",
        "basis",
        "missing",
        "items",
        "paper",
        "document",
        "on",
        "category",
        "representatives",
        "informs",
        "staff",
        "at",
        "approved_by",
        "order",
        "step",
        "consented",
        "answers",
    ];
    let mut line = kind.to_owned();
    if let Some(matters) = facts["matters"].as_array() {
        let numbers = matters.iter().map(|it| it["number"].as_str().unwrap());
        line += &format!(" along=[{}]", numbers.collect::<Vec<_>>().join(","));
    }
    for name in shown {
        let value = match &facts[name] {
            Value::Null => continue,
            Value::String(text) => text.clone(),
            Value::Array(list) if list.is_empty() => continue,
            other => other.to_string().replace('"', ""),
        };
        line += &format!(" {name}={value}");
    }
    if let Some(promised) = facts["promised"].as_object() {
        let text = |name: &str| promised[name].as_str().unwrap().to_owned();
        line += &format!(" until={} legal={}", text("told"), text("legal"));
    }
    line
}

fn perform(desk: &mut Desk, at: usize, line: &str) -> Result<(), Trouble> {
    let words: Vec<&str> = line.split(' ').collect();
    let first = MatterIndex(0);
    let of = |what| Action::Matter(first, what);
    let (who, number, action) = match words.as_slice() {
        ["tick"] => return desk.answer(Request::Tick).map(|_| ()),
        [who, "is", place] => {
            let at = Whereabouts::from_code(place).unwrap();
            let by = (*who).into();
            let asked = Request::SetPresence { by, at, until: None };
            return desk.answer(asked).map(|_| ());
        }
        ["visitor", "arrives", rest @ ..] => {
            let mut somebody = arrival(rest.get(1).copied(), at as u128);
            match rest.get(2..) {
                Some(["against", "staff", staff]) => somebody.how.against = vec![(*staff).into()],
                Some(["against", department]) => {
                    somebody.how.against_department = Some((*department).into());
                }
                _ => {}
            }
            return arrive(desk, somebody).map(|_| ());
        }
        ["visitor", "with", "a", "telephone", "arrives", "for", matter] => {
            let mut somebody = arrival(Some(matter), at as u128);
            somebody.personal.phone = sensitive::phone("13800138000").unwrap();
            return arrive(desk, somebody).map(|_| ());
        }
        ["group", "of", people, "arrives"] => {
            let mut group = arrival(None, at as u128);
            group.people = people.parse().unwrap();
            return arrive(desk, group).map(|_| ());
        }
        [who, "receives", "a", form, "for", matter, asked @ ..] => {
            let mut somebody = arrival(Some(matter), at as u128);
            somebody.origin = Origin::Desk((*who).into());
            somebody.how = How {
                form: Form::from_code(form),
                received: true,
                asked: asked.iter().skip(2).map(|it| (*it).into()).collect(),
                ..How::default()
            };
            return arrive(desk, somebody).map(|_| ());
        }
        [who, "merges", "the", "new", "one", "into", "the", "old"] => {
            let mut visits: Vec<_> = desk.lobby().visits().map(|it| (it.seq, it.id)).collect();
            visits.sort();
            let (into, told) = (visits[0].1, Told::InPerson);
            let visit = visits[visits.len() - 1].1;
            return act(desk, who, visit, of(MatterCommand::Merge { into, told })).map(|_| ());
        }
        [who, "receives", number] => (who, number, Action::Receive),
        [who, "returns", number] => (who, number, Action::Return),
        [who, "calls", "next", "to", counter] => {
            let (by, counter) = ((*who).into(), CounterId(counter.parse().unwrap()));
            return desk.answer(Request::CallNext { by, counter }).map(|_| ());
        }
        [who, "calls", number, "to", counter] => {
            (who, number, Action::Call(CounterId(counter.parse().unwrap())))
        }
        [who, "offers", number, "to", to] => (
            who,
            number,
            Action::Offer {
                matter: first,
                to: (*to).into(),
                reason: HandoverReason::OtherDuty,
                led: false,
            },
        ),
        [who, "accepts", number] => (who, number, Action::Accept(last_offer(desk, number))),
        [who, "refuses", number] => {
            let offer = last_offer(desk, number);
            (who, number, Action::Refuse(offer, RefuseReason::NotOurDuty))
        }
        [who, "refuses", number, "because", reason] => {
            let (offer, reason) = (last_offer(desk, number), RefuseReason::from_code(reason).unwrap());
            (who, number, Action::Refuse(offer, reason))
        }
        [who, "reaches", number, "by", "phone"] => (who, number, Action::CallBack { reached: true }),
        [who, "phones", number, "in", "vain"] => (who, number, Action::CallBack { reached: false }),
        [who, "puts", "off", number] => {
            let told = Told::InPerson;
            (who, number, Action::RollOver { told })
        }
        [who, "lets", number, "queue"] => (who, number, Action::Rejoin),
        [who, "takes", "over", number] => (who, number, Action::TakeOver(first)),
        [who, "notes", number, "lacks", missing] => {
            let missing = vec![(*missing).to_owned()];
            (who, number, notice(missing, Told::Writing))
        }
        [who, "notes", "matter", index, "of", number, "lacks", missing] => {
            let matter = MatterIndex(index.parse().unwrap());
            let (missing, told, note) = (vec![(*missing).to_owned()], Told::Writing, None);
            let what = MatterCommand::GiveNotice { missing, told, note };
            (who, number, Action::Matter(matter, what))
        }
        [who, "tells", number, "by", "phone", "it", "lacks", missing] => {
            (who, number, notice(vec![(*missing).to_owned()], Told::Phone))
        }
        [who, "tells", number, "progress", "by", told] => {
            let told = Told::from_code(told).unwrap();
            (who, number, of(MatterCommand::TellProgress { told, note: None }))
        }
        [who, "asks", staff, "to", "join", number] => (who, number, of(MatterCommand::Join((*staff).into()))),
        [who, "sets", "the", "clock", "of", number, "as", step] => {
            let step = ClockStep::from_code(step).unwrap();
            let note = sensitive::note("请写明要哪一年的").unwrap();
            (who, number, of(MatterCommand::SetClock { step, note }))
        }
        [who, "objects", "to", number, reason @ ..] => {
            let note = sensitive::note(&reason.join(" ")).unwrap();
            (who, number, of(MatterCommand::Object { note }))
        }
        [
            who,
            "notes",
            "that",
            "the",
            "objection",
            "to",
            number,
            "is",
            answer,
        ] => {
            let consented = *answer == "accepted";
            (
                who,
                number,
                of(MatterCommand::AnswerObjection {
                    consented,
                    note: None,
                }),
            )
        }
        [who, "hands", "over", "to", to, "with", numbers @ ..] => {
            return hand_over(desk, (who, to), at, numbers);
        }
        [who, "marks", number, "as", class, reason @ ..] => {
            let class = Class::from_code(class).unwrap();
            let reason = sensitive::note(&reason.join(" ")).unwrap();
            (who, number, Action::Reclass { class, reason })
        }
        [who, "offers", number, "to", to, "because", reason] => (
            who,
            number,
            Action::Offer {
                matter: first,
                to: (*to).into(),
                reason: HandoverReason::from_code(reason).unwrap(),
                led: false,
            },
        ),
        [who, "seals", number] => (who, number, Action::Seal),
        [who, "begins", number] => (who, number, Action::Begin),
        [who, "takes", item, "for", number] => {
            let items = vec![(*item).to_owned()];
            (
                who,
                number,
                of(MatterCommand::TakeMaterials { items, note: None }),
            )
        }
        [who, "undertakes", number, "as", basis] => {
            let basis = Basis::from_code(basis).unwrap();
            (who, number, of(MatterCommand::Undertake { basis, told: None }))
        }
        [who, "undertakes", number, "as", basis, "by", day] => {
            let basis = Basis::from_code(basis).unwrap();
            let told = Some(ServiceDay(day.parse().unwrap()));
            (who, number, of(MatterCommand::Undertake { basis, told }))
        }
        [who, "misses", number] => (who, number, Action::Miss),
        [who, "escalates", number, "as", why] => {
            let why = EscalationReason::from_code(why).unwrap();
            (who, number, of(MatterCommand::Escalate { why, note: None }))
        }
        [who, "decides", number, "to", to] => {
            let to = (*to).into();
            (who, number, of(MatterCommand::Decide { to, note: None }))
        }
        [who, "extends", number, "by", days, "approved", "by", approver] => {
            let command = MatterCommand::Extend {
                days: days.parse().unwrap(),
                approved_by: (*approver).into(),
                note: sensitive::note("情况复杂").unwrap(),
            };
            (who, number, of(command))
        }
        [who, "delivers", document, "of", number] => {
            let command = MatterCommand::Deliver {
                document: Document::from_code(document).unwrap(),
                on: today(desk),
                way: DeliveryWay::Hand,
            };
            (who, number, of(command))
        }
        [who, "adds", matter, "to", number] => (who, number, Action::Add(Some((*matter).into()))),
        [who, "turns", number, "round"] => (who, number, Action::Reorder(vec![MatterIndex(1), first])),
        [who, "knows", "of", number] => (who, number, Action::Acknowledge),
        [who, "recuses", staff, "from", number] => (who, number, Action::Recuse((*staff).into())),
        [who, "writes", rest @ ..] => {
            let anonymous = rest[0] == "anonymous";
            let rest = if anonymous { &rest[1..] } else { rest };
            let people = numbered(desk, rest[1]).people;
            let petition = petition(rest, anonymous, people);
            let command = MatterCommand::TakePetition(Box::new(petition));
            (who, &rest[1], of(command))
        }
        [who, "closes", number, "matter", index, "as", outcome] => {
            let matter = MatterIndex(index.parse().unwrap());
            (who, number, close(matter, outcome, &[]))
        }
        [who, "closes", number, "as", outcome, note @ ..] => (who, number, close(first, outcome, note)),
        _ => panic!("script line not understood: {line}"),
    };
    let visit = numbered(desk, number).id;
    act(desk, who, visit, action).map(|_| ())
}

fn notice(missing: Vec<String>, told: Told) -> Action {
    let note = None;
    let what = MatterCommand::GiveNotice { missing, told, note };
    Action::Matter(MatterIndex(0), what)
}

/// `zhao hands over to sun with A001 A002`
fn hand_over(desk: &mut Desk, (from, to): (&str, &str), at: usize, numbers: &[&str]) -> Result<(), Trouble> {
    let taken = numbers.iter().filter(|it| **it != "nothing").map(|number| {
        let visit = numbered(desk, number);
        Taken {
            visit: visit.id,
            matter: MatterIndex(0),
            number: visit.ticket.number,
            day: visit.day,
        }
    });
    let note = TurnNote {
        id: VisitId(uuid::Uuid::from_u128(1000 + at as u128)),
        from: from.into(),
        to: to.into(),
        open: 0,
        matters: taken.collect(),
        note: sensitive::note("明早回电").unwrap(),
    };
    let arrange = Request::Arrange {
        by: Some(from.into()),
        arrangement: Box::new(Arrangement::Handover(Box::new(note))),
    };
    desk.answer(arrange).map(|_| ())
}

/// `… with 区人社局，人民路 1 号，12333` for another body; a procedure of the law has which and until when after that.
pub fn close(matter: MatterIndex, outcome: &str, note: &[&str]) -> Action {
    let outcome = Outcome::from_code(outcome).unwrap();
    let told = Told::InPerson;
    let text = note.get(1..).unwrap_or_default().join(" ");
    if outcome.refers() && !text.is_empty() {
        let mut parts = text.split('，').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        let to = Referral {
            body: part(),
            address: part(),
            phone: part(),
            way: part(),
            until: part(),
        };
        let referral = sensitive::Sensitive::new(Box::new(to));
        return Action::Refer {
            matter,
            outcome,
            told,
            referral,
            note: None,
        };
    }
    Action::Close {
        matter,
        outcome,
        told,
        note: sensitive::note(&text).unwrap(),
    }
}

fn last_offer(desk: &Desk, number: &str) -> OfferIndex {
    numbered(desk, number)
        .offers
        .last()
        .expect("something was offered")
        .offered
        .offer
}

fn today(desk: &mut Desk) -> ServiceDay {
    ServiceDay::of(desk.snapshot().at)
}

/// `petition Z001 with 3 representatives`, `petition Z001 accepted on 2026-03-02`, `petition Z001 reviewed as 3 号`
pub fn petition(words: &[&str], anonymous: bool, people: u16) -> Petition {
    let (mut representatives, mut accepted) = (0, None);
    let (mut not_again, mut same_facts) = (None, false);
    let mut item = 6;
    match &words[2..] {
        ["with", count, "representatives"] => representatives = count.parse().unwrap(),
        ["accepted", "on", day] => accepted = Some(ServiceDay(day.parse().unwrap())),
        ["reviewed", "as", number] => not_again = Some((*number).to_owned()),
        ["the", "same", "reviewed", "as", number] => {
            (not_again, same_facts) = (Some((*number).to_owned()), true);
        }
        ["under", "item", number] => item = number.parse().unwrap(),
        other => panic!("{other:?}"),
    }
    Petition {
        matter: MatterIndex(0),
        category: PetitionCategory::Appeal,
        item: Some(item),
        content: "construction".into(),
        people,
        representatives,
        anonymous,
        earlier: u16::from(same_facts),
        system_number: (!anonymous).then(|| "3301-2026-17".to_owned()),
        system_date: None,
        accepted,
        not_again,
        same_facts,
        informs: false,
        by: "sun".into(),
        words: PetitionWords {
            name: sensitive::name(if anonymous { "" } else { "王秀英" }).unwrap(),
            address: sensitive::note("人民路 1 号").unwrap(),
            ..PetitionWords::default()
        },
    }
}
