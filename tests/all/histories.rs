//! Random histories: what several officers, kiosks and bad clocks may do in any order. The invariants of
//! RULES §3 hold after each step, and the journal, written and read back, makes the same lobby.
//!
//! 100,000 steps in histories of at most 300. The seed is fixed; `LOBBY_SEED=7` tries another. A history that
//! fails is cut down to the steps that matter and printed: tell it as a story of its own then.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lobby::domain::check::{contradictions, visit_contradictions};
use lobby::domain::content::BUILT_IN;
use lobby::domain::elsewhere::Referral;
use lobby::domain::event::{
    Basis, Bell, Class, ClockStep, DeliveryWay, Document, EscalationReason, Event, Form, HandoverReason,
    OpenReason, Origin, Outcome, PaperKind, PetitionCategory, Promised, RefuseReason, Stamp, Told,
};
use lobby::domain::ids::{CounterId, JobId, MatterIndex, OfferIndex, StaffId, VisitId};
use lobby::domain::limit::LimitKind;
use lobby::domain::matter::{MatterCommand, MatterState, VisitMatter};
use lobby::domain::office::{MatterKind, Office};
use lobby::domain::petition::{Petition, PetitionWords};
use lobby::domain::sensitive::{self, Sensitive};
use lobby::domain::ticket::{CALLS_MAX, Stage};
use lobby::domain::time::{ClockState, ServiceDay, Timestamp};
use lobby::domain::visit::{Command, Visit};
use lobby::simulation::chance::Chance;
use lobby::simulation::hall::{Hall, Happened, replay};
use lobby::store;
use uuid::Uuid;

use crate::sealed::sealed_office;
use crate::support::{MONDAY, arrival};

/// Steps in all.
const STEPS_IN_ALL: usize = 100_000;

/// Steps of one history.
const STEPS_MAX: usize = 300;

/// Streams of random numbers, each with histories of its own: always as many, on however many cores they are
/// played, so that a seed plays the same everywhere.
const STREAMS: usize = 8;

/// The whole lobby is looked at after so many steps, the visits touched after each.
const LOOK_EVERY: usize = 20;

const PEOPLE: [&str; 7] = ["zhang", "li", "wu", "zheng", "qian", "sun", "zhao"];
const COUNTERS: [u8; 4] = [1, 3, 4, 5];

/// Does something, and tells what.
type Step = fn(&mut World, &mut Chance) -> String;

/// What may happen, and how often. Whatever else the lobby learns to do joins this list.
const STEPS: &[(usize, Step)] = &[
    (14, arrive),
    (14, call_next),
    (10, |it, chance| it.act(chance, |_, chance| call(chance))),
    (14, |it, chance| {
        it.act_of(chance, Of::Called, |_, _| Command::Begin)
    }),
    (12, |it, chance| {
        it.act_of(chance, Of::Called, |_, chance| call(chance))
    }),
    (4, |it, chance| it.act_of(chance, Of::Escalated, decide)),
    (3, miss),
    (6, |it, chance| {
        it.act_of(chance, Of::Called, |_, _| Command::Miss)
    }),
    (3, |it, chance| {
        it.act(chance, |_, _| Command::Rejoin { after: 0 })
    }),
    (8, |it, chance| it.act(chance, |_, chance| offer(chance))),
    (8, |it, chance| it.act_of(chance, Of::Offered, accept)),
    (5, |it, chance| it.act_of(chance, Of::Offered, refuse)),
    (10, |it, chance| it.act(chance, |_, chance| close(chance))),
    (8, |it, chance| {
        it.act_of(chance, Of::Serving, |_, chance| close(chance))
    }),
    (4, |it, chance| it.act(chance, |_, chance| reclass(chance))),
    (2, |it, chance| {
        it.act(chance, |_, chance| Command::RollOver { told: told(chance) })
    }),
    (3, |it, chance| {
        it.act(chance, |_, chance| Command::CallBack {
            reached: chance.of(0.5),
        })
    }),
    (2, |it, chance| {
        it.act(chance, |world, _| Command::Reprint(world.job()))
    }),
    (3, |it, chance| it.act(chance, |_, _| Command::Receive)),
    (3, |it, chance| it.act(chance, |_, _| Command::Return)),
    (3, add),
    (1, |it, chance| {
        it.act(chance, |_, _| {
            Command::Reorder(vec![MatterIndex(1), MatterIndex(0)])
        })
    }),
    (1, |it, chance| it.act(chance, |_, _| Command::Seal)),
    (1, |it, chance| {
        it.act(chance, |_, _| Command::Open(OpenReason::Contact))
    }),
    (1, |it, chance| {
        it.act(chance, |_, chance| Command::Recuse(person(chance)))
    }),
    (2, |it, chance| {
        it.act_of(chance, Of::Serving, |_, chance| Command::Recuse(person(chance)))
    }),
    (4, |it, chance| {
        it.act_of(chance, Of::Urgent, |_, _| Command::Acknowledge)
    }),
    (1, |it, chance| it.act(chance, paper)),
    (14, |it, chance| {
        if chance.of(0.1) {
            hand_on(it, chance)
        } else {
            it.act(chance, matter_command)
        }
    }),
    (10, pass),
    (3, jump),
    (2, trust),
    (1, restart),
];

/// Which visit a step looks for.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Any,
    Called,
    Serving,
    Offered,
    Escalated,
    Urgent,
}

struct World {
    hall: Hall,
    /// Each visit made of its own entries, beside the lobby.
    shadow: HashMap<VisitId, Visit>,
    numbers: HashSet<(ServiceDay, String)>,
    seen: usize,
    jobs: u128,
}

impl World {
    fn new() -> Self {
        let mut office = sealed_office();
        // One of the two is a petition by the catalogue, which closes only once it is registered.
        office.matters[1].kind = MatterKind::Petition;
        let mut hall = Hall::new(office, MONDAY.parse::<Timestamp>().unwrap());
        hall.journal = Some(Vec::new());
        Self {
            hall,
            shadow: HashMap::new(),
            numbers: HashSet::new(),
            seen: 0,
            jobs: 1 << 100,
        }
    }

    fn job(&mut self) -> JobId {
        self.jobs += 1;
        JobId(Uuid::from_u128(self.jobs))
    }

    fn act(&mut self, chance: &mut Chance, command: fn(&mut Self, &mut Chance) -> Command) -> String {
        self.act_of(chance, Of::Any, command)
    }

    fn act_of(
        &mut self,
        chance: &mut Chance,
        of: Of,
        command: fn(&mut Self, &mut Chance) -> Command,
    ) -> String {
        let fits = |it: &Visit| match of {
            Of::Any => true,
            Of::Called => matches!(it.ticket.stage, Stage::Called { .. }),
            Of::Serving => matches!(it.ticket.stage, Stage::Serving { .. }),
            Of::Offered => it.open_offer().is_some(),
            Of::Escalated => leader_of(it).is_some(),
            Of::Urgent => it.wants_to_be_known(),
        };
        let mut visits: Vec<_> = self.hall.lobby.visits().filter(|it| fits(it)).cloned().collect();
        visits.sort_by_key(|it| it.seq);
        if visits.is_empty() {
            return "nobody to do it with".into();
        }
        // The newest are the liveliest.
        let from = visits.len().saturating_sub(8);
        let visit = chance.pick(&visits[from..]).clone();
        // Mostly whoever can, so that something happens; sometimes anybody.
        let by = match visit.open_offer() {
            Some(offer) if of == Of::Offered && chance.of(0.8) => offer.offered.to.clone(),
            _ if of == Of::Escalated && chance.of(0.8) => leader_of(&visit).unwrap_or_else(|| person(chance)),
            _ if of == Of::Urgent && chance.of(0.7) => "zhao".into(),
            _ if chance.of(0.5) => visit.responsible().clone(),
            _ => person(chance),
        };
        let command = command(self, chance);
        let told = format!("{by} with {}: {command:?}", visit.ticket.number);
        let done = self.hall.act(&by, visit.id, command);
        format!("{told} → {done:?}")
    }

    /// Looks at all that has happened since the last look.
    fn look(&mut self, whole: bool) -> Result<(), String> {
        let office = &self.hall.office;
        let journal = self.hall.journal.as_ref().expect("it is kept");
        for (id, event, stamp) in &journal[self.seen..] {
            match (event, self.shadow.get_mut(id)) {
                (Event::Registered(it), None) => {
                    if !self.numbers.insert((it.day, it.number.to_string())) {
                        return Err(format!("{} given twice on {}", it.number, it.day));
                    }
                    self.shadow.insert(*id, Visit::register(*id, it, *stamp));
                }
                (_, Some(visit)) => {
                    let before = visit.clone();
                    visit.apply(event, *stamp);
                    moved_as_told(office, &before, visit, event)?;
                    waited_with(office, &before, visit, (event, *stamp))?;
                    closed_as_allowed(&before, event)?;
                    date_stands(&before, event)?;
                }
                (_, None) => return Err(format!("{event:?} of a visit nobody registered")),
            }
        }
        let touched: HashSet<VisitId> = journal[self.seen..].iter().map(|it| it.0).collect();
        self.seen = journal.len();
        for id in touched {
            // Yesterday's closed visits are the journal's.
            if let Some(visit) = self.hall.lobby.visit(id) {
                if visit.as_ref() != &self.shadow[&id] {
                    return Err(format!("{} is not what its entries say", visit.ticket.number));
                }
                none(visit_contradictions(office, visit))?;
                dated(visit)?;
                clocked(office, visit)?;
            }
        }
        if whole {
            none(contradictions(office, &self.hall.lobby))?;
            self.in_order()?;
        }
        self.nothing_overlooked()
    }

    /// What is due by looking where something may be is what is due by looking everywhere.
    fn nothing_overlooked(&mut self) -> Result<(), String> {
        let stamp = self.hall.stamp();
        let (office, lobby) = (&self.hall.office, &self.hall.lobby);
        let (all, told) = (lobby.due_of_all(office, stamp), lobby.clone().due(office, stamp));
        if all == told {
            return Ok(());
        }
        Err(format!("{all:?} is due, and only {told:?} is found"))
    }

    /// Everybody who waits, by department, in calling order.
    fn queues(&mut self) -> Vec<Vec<VisitId>> {
        let lobby = self.hall.lobby_now();
        let (office, hall) = (&self.hall.office, &self.hall.lobby);
        let queue = |code| hall.queue(office, code, lobby).iter().map(|it| it.id).collect();
        office.departments.iter().map(|it| queue(&it.code)).collect()
    }

    /// Among walk-ins of one department a later one goes first only by less than its head start (RULES §6).
    fn in_order(&mut self) -> Result<(), String> {
        let lobby = self.hall.lobby_now();
        for department in &self.hall.office.departments {
            let queue = self.hall.lobby.queue(&self.hall.office, &department.code, lobby);
            let plain = |it: &Visit| {
                it.booked.is_none()
                    && it.returned.is_none()
                    && it.ticket.rejoined.is_none()
                    && it.class != Class::Danger
            };
            let walk_ins: Vec<_> = queue.iter().filter(|it| plain(it)).collect();
            for pair in walk_ins.windows(2) {
                let start = |it: &Visit| 60_000 * i64::from(self.hall.office.settings.head_start(it.class));
                let later = pair[0].arrived.0 - pair[1].arrived.0;
                if start(pair[0]) - start(pair[1]) < later {
                    return Err(format!(
                        "{} goes before {} and came {later} ms later",
                        pair[0].ticket.number, pair[1].ticket.number
                    ));
                }
            }
            if queue
                .iter()
                .any(|it| it.ticket.night.is_some() || it.sealed.is_some())
            {
                return Err("who came at night, or is sealed, is in a queue".into());
            }
        }
        Ok(())
    }
}

fn none(wrong: Vec<String>) -> Result<(), String> {
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("; "))
    }
}

/// RULES §3: nothing is in progress without a date.
fn dated(visit: &Visit) -> Result<(), String> {
    for matter in &visit.matters {
        if let MatterState::InProgress { promised } = &matter.state
            && promised.due.told < promised.limit.started
        {
            return Err(format!(
                "{} was told a date before it began to run",
                visit.ticket.number
            ));
        }
    }
    Ok(())
}

/// RULES §4: what somebody here has is on the clock that answers it, whatever was told meanwhile; only what waits for
/// papers is on none.
fn clocked(office: &Office, visit: &Visit) -> Result<(), String> {
    let awaits = |it: &VisitMatter| matches!(it.state, MatterState::NoticeGiven { .. });
    let open = visit.matters.iter().filter(|it| it.open() && !awaits(it));
    for matter in open.filter(|_| visit.sealed.is_none()) {
        let limits = visit.limits(office, matter);
        let runs = |kind| limits.iter().any(|it| it.0.kind == kind);
        let accepted = matter.petition.as_ref().is_some_and(|it| it.accepted.is_some());
        let told = visit.owes_information(matter);
        let clocked = match matter.petition() {
            true => {
                (!accepted || runs(LimitKind::PetitionOpinion)) && (!told || runs(LimitKind::PetitionNotice))
            }
            false => runs(LimitKind::Matter) || runs(LimitKind::Information),
        };
        if !clocked {
            let number = visit.ticket.number;
            return Err(format!(
                "{number} is {:?} and on no clock: {limits:?}",
                matter.state
            ));
        }
    }
    Ok(())
}

/// RULES §4, XF 34: a date that was told is put off by an extension alone, or where the register says that the law gives
/// another; and no word of when more is heard takes the place of when it is done.
fn date_stands(before: &Visit, event: &Event) -> Result<(), String> {
    let Event::Undertaken(it) = event else {
        return Ok(());
    };
    let matter = before.matter(it.matter);
    let (Some(was), is) = (matter.state.promised(), &it.promised) else {
        return Ok(());
    };
    let more = |it: &Promised| {
        matches!(
            it.limit.kind,
            LimitKind::PetitionNotice | LimitKind::LeaderReport | LimitKind::UpwardEnquiry
        )
    };
    let kinds = (was.limit.kind, is.limit.kind);
    let accepted = matter.petition.as_ref().and_then(|it| it.accepted);
    let set_right = kinds == (LimitKind::PetitionOpinion, LimitKind::PetitionOpinion)
        && accepted == Some(ServiceDay(is.limit.started));
    let by_law = matches!(
        kinds,
        (
            LimitKind::Matter,
            LimitKind::PetitionOpinion | LimitKind::DutyRequest
        )
    );
    let later = was.due.told < is.due.told || was.due.legal < is.due.legal;
    let other = kinds.0 != kinds.1;
    let swallowed = !more(was) && more(is);
    let allowed = set_right || by_law || other && more(was);
    if swallowed || later && !allowed {
        return Err(format!(
            "{} was told {was:?}, and now {is:?}",
            before.ticket.number
        ));
    }
    Ok(())
}

/// RULES §3: closed only through a state that may close. A leader's matter waits for the decision; whoever was
/// served is told, one way or another; a petition is registered first and its reply has reached the visitor.
fn closed_as_allowed(before: &Visit, event: &Event) -> Result<(), String> {
    let (matter, outcome, told, note) = match event {
        Event::Closed {
            matter,
            outcome,
            told,
            note,
            ..
        } => (*matter, *outcome, *told, note.is_some()),
        Event::Merged(it) => (it.matter, Outcome::Merged, it.told, true),
        _ => return Ok(()),
    };
    let it = before.matter(matter);
    let aside = matches!(outcome, Outcome::Left | Outcome::Missed);
    let linked = matches!(event, Event::Merged(_));
    let registered = it.petition.is_some() || it.kind != Some(MatterKind::Petition);
    let accepted = it.petition.as_ref().is_some_and(|it| it.accepted.is_some());
    let wrong = [
        (
            aside && (accepted || it.state.promised().is_some()),
            "was promised an answer",
        ),
        (!it.open(), "was closed before"),
        (
            matches!(it.state, MatterState::Escalated { .. }) && !aside && !linked,
            "is before the leader",
        ),
        (linked != (outcome == Outcome::Merged), "is linked to nothing"),
        (aside != (told == Told::NotTold), "nobody was told of"),
        (
            outcome == Outcome::Missed && before.ticket.stage != Stage::Missed,
            "was never missed",
        ),
        (
            outcome == Outcome::SealedReceived && before.sealed.is_none(),
            "is not sealed",
        ),
        (
            (outcome.needs_note() && !outcome.refers() || outcome.needs_reason()) && !note,
            "says neither body nor basis nor reason",
        ),
        (
            !aside && !linked && before.sealed.is_none() && !registered,
            "is a petition nobody registered",
        ),
        (
            outcome == Outcome::Replied && it.petition() && !it.has_delivered(Document::Reply),
            "has a reply that reached nobody",
        ),
    ];
    match wrong.iter().find(|it| it.0) {
        Some((_, why)) => Err(format!(
            "{} closed as {} {why}",
            before.ticket.number,
            outcome.code()
        )),
        None => Ok(()),
    }
}

/// RULES §2: responsibility moves only by acceptance, by beginning or receiving, by a leader's decision, by
/// a turn of duty with its note, by sealing; the first responder never.
fn moved_as_told(office: &Office, before: &Visit, after: &Visit, event: &Event) -> Result<(), String> {
    for (at, (old, new)) in before.matters.iter().zip(&after.matters).enumerate() {
        let index = MatterIndex(at as u8);
        if let Event::Begun { by, takes, .. } | Event::Received { by, takes } = event {
            let noticed = matches!(old.state, MatterState::NoticeGiven { .. });
            let heard = old.at_hand() || noticed || before.current() == index;
            let taken = takes.as_ref().is_some_and(|it| it.contains(&index));
            if taken && !heard || !taken && old.responsible != new.responsible {
                return Err(format!(
                    "{by} takes {index:?} from {} by {event:?}",
                    old.responsible
                ));
            }
        }
        if old.first_responder != new.first_responder {
            return Err(format!("the first responder changed by {event:?}"));
        }
        if old.responsible == new.responsible {
            continue;
        }
        let to = match event {
            Event::Begun { by, .. } | Event::Received { by, .. } => Some(by.clone()),
            Event::Accepted { offer } => {
                let offer = before.offers.get(usize::from(offer.0));
                offer.map(|it| it.offered.to.clone())
            }
            Event::Decided(it) => Some(it.to.clone()),
            Event::Escalated(it) => it.answers.clone(),
            Event::HandedOn(it) => Some(it.to.clone()),
            Event::Sealed(it) => Some(it.contact.clone()),
            _ => None,
        };
        if to.as_ref() != Some(&new.responsible) {
            return Err(format!("{} answers by {event:?}", new.responsible));
        }
        if office.staff(&new.responsible).is_none() {
            return Err(format!("{} does not work here", new.responsible));
        }
    }
    Ok(())
}

/// RULES §2: whoever is sent on sits and waits for somebody who may not know it yet, so first contact is reckoned anew;
/// and its bells, like those of a handover, ring by the time that passed and whatever the clock on the wall shows, and for
/// nobody who is not here.
fn waited_with(
    office: &Office,
    before: &Visit,
    after: &Visit,
    (event, stamp): (&Event, Stamp),
) -> Result<(), String> {
    let number = before.ticket.number;
    let waiting = |it: &Visit| it.ticket.stage == Stage::Waiting;
    // Nobody stands there for a letter or a call.
    let here = before.form == Form::Visit && (!waiting(before) || before.waits_since.is_some());
    let sent_on = waiting(after) && (!waiting(before) || before.ticket.department != after.ticket.department);
    let in_place = matches!(event, Event::Rejoined { .. } | Event::Reordered { .. });
    if sent_on && here && !in_place && after.waits_since != Some(stamp.lobby) {
        return Err(format!(
            "{number} is sent on and nobody waits with them: {event:?}"
        ));
    }
    let Event::Rang(rang) = event else { return Ok(()) };
    let settings = &office.settings;
    let offered = before.open_offer().map(|it| it.lobby);
    let (since, minutes) = match rang.bell {
        Bell::Uncalled => (before.waits_since, settings.uncalled_minutes),
        Bell::UncalledReception => (before.waits_since, settings.uncalled_reception_minutes),
        Bell::UncalledLeader => (before.waits_since, settings.uncalled_leader_minutes),
        Bell::OfferWaits => (offered, settings.accept_minutes),
        _ => return Ok(()),
    };
    let passed = since.map(|it| stamp.lobby.ms_since(it));
    if passed.is_none_or(|it| it < i64::from(minutes) * 60_000) {
        return Err(format!("{number} rings {:?} after {passed:?} ms", rang.bell));
    }
    Ok(())
}

// ── Steps ──────────────────────────────────────────────────────────────────────

fn arrive(world: &mut World, chance: &mut Chance) -> String {
    let tap = world.hall.tap();
    let matter = [Some("low-income"), Some("card-reissue"), None][chance.below(3)];
    let mut somebody = arrival(matter, tap.0.as_u128());
    somebody.class = Class::ALL[chance.weighted(&[6.0, 3.0, 1.0, 0.3])];
    somebody.reason = chance.of(0.8).then(|| Sensitive::new("突发".to_owned()));
    if chance.of(0.5) {
        somebody.origin = Origin::Desk(person(chance));
        somebody.how.received = chance.of(0.2);
        somebody.how.form = [None, Some(Form::Letter), Some(Form::Call)][chance.weighted(&[8.0, 1.0, 1.0])];
        somebody.how.received |= somebody.how.form.is_some();
        if chance.of(0.1) {
            somebody.how.against = vec![person(chance)];
        }
    }
    if chance.of(0.15) {
        let minutes = chance.below(60) as i64 - 30;
        somebody.booked = Some(world.hall.now().at + chrono::Duration::minutes(minutes));
    }
    somebody.how.sealed = somebody.how.form.is_none() && !somebody.how.received && chance.of(0.03);
    if chance.of(0.3) && !somebody.how.sealed {
        somebody.personal.name = sensitive::name("王𠅤㛃").unwrap();
        somebody.personal.phone = sensitive::phone("13800138000").unwrap();
    }
    if chance.of(0.05) {
        somebody.matter = Some("no-such-matter".into());
    }
    let told = format!("{:?} arrives for {:?}", somebody.class, somebody.matter);
    match world.hall.arrive(somebody) {
        Ok(visit) => format!("{told}: {}", world.hall.lobby.visit(visit).unwrap().ticket.number),
        Err(refusal) => format!("{told}: {refusal:?}"),
    }
}

fn call_next(world: &mut World, chance: &mut Chance) -> String {
    let (by, counter) = (person(chance), CounterId(*chance.pick(&COUNTERS)));
    let called = world.hall.call_next(&by, counter);
    let number = called.map(|it| world.hall.lobby.visit(it).unwrap().ticket.number.to_string());
    format!("{by} calls next to {counter}: {number:?}")
}

/// Whoever was called is called as often as the rule asks, and does not come.
fn miss(world: &mut World, _: &mut Chance) -> String {
    let called = world.hall.lobby.visits().filter_map(|it| match it.ticket.stage {
        Stage::Called { counter, .. } => Some((it.seq, it.id, counter)),
        _ => None,
    });
    let Some((_, visit, counter)) = called.max_by_key(|it| it.0) else {
        return "nobody is called".into();
    };
    let by = world.hall.lobby.visit(visit).unwrap().responsible().clone();
    for _ in 0..CALLS_MAX {
        world.hall.pass(61_000);
        let _ = world.hall.act(&by, visit, Command::Call(counter));
    }
    let missed = world.hall.act(&by, visit, Command::Miss);
    format!("{by} calls to {} until {missed:?}", counter.0)
}

/// Somebody's turn of duty ends: what they answer for of one visit goes along.
fn hand_on(world: &mut World, chance: &mut Chance) -> String {
    let mut visits: Vec<(u64, VisitId)> = world.hall.lobby.visits().map(|it| (it.seq, it.id)).collect();
    visits.sort();
    if visits.is_empty() {
        return "nobody is here".into();
    }
    let (_, visit) = *chance.pick(&visits);
    let from = world.hall.lobby.visit(visit).unwrap().responsible().clone();
    let (index, to) = (matter(chance), person(chance));
    let said = world.hall.hand_on(visit, index, (&from, &to));
    format!("{from} hands on {index:?} to {to}: {said:?}")
}

fn add(world: &mut World, chance: &mut Chance) -> String {
    let matter = [Some("low-income"), Some("card-reissue"), None][chance.below(3)].map(Into::into);
    let by = Some(person(chance));
    let at = world.hall.now().at;
    // Added to the newest, and not for whoever has to stay out of it.
    let newest = world.hall.lobby.visits().max_by_key(|it| it.seq);
    let recused = newest.map_or_else(Vec::new, |it| it.recused.clone());
    match world.hall.office.one_more(matter, by, &recused, at) {
        Ok(added) => {
            world.jobs += 1;
            let mut visits: Vec<_> = world.hall.lobby.visits().cloned().collect();
            visits.sort_by_key(|it| it.seq);
            let Some(visit) = visits.last() else {
                return "nobody to do it with".into();
            };
            let by = person(chance);
            let done = world.hall.act(&by, visit.id, Command::Add(Box::new(added)));
            format!("{by} adds a matter to {}: {done:?}", visit.ticket.number)
        }
        Err(refusal) => format!("no matter to add: {refusal:?}"),
    }
}

fn pass(world: &mut World, chance: &mut Chance) -> String {
    let ms = match chance.weighted(&[10.0, 4.0, 1.0, 0.3]) {
        0 => chance.below(180_000),
        1 => chance.below(1_800_000),
        2 => chance.below(6 * 3_600_000),
        _ => chance.below(4 * 86_400_000),
    };
    world.hall.pass(ms as i64);
    world.hall.tick();
    format!("{ms} ms pass")
}

/// The wall clock alone moves: nobody changes places.
fn jump(world: &mut World, chance: &mut Chance) -> String {
    let before = world.queues();
    let ms = chance.below(180_000_000) as i64 - 90_000_000;
    world
        .hall
        .disturb(|it| it.at += chrono::Duration::milliseconds(ms));
    assert_eq!(before, world.queues(), "a clock step reorders a queue");
    world.hall.tick();
    format!("the clock jumps by {ms} ms")
}

fn trust(world: &mut World, chance: &mut Chance) -> String {
    let states = [
        ClockState::Ntp,
        ClockState::Rtc,
        ClockState::Manual,
        ClockState::Unset,
    ];
    let state = states[chance.weighted(&[6.0, 1.0, 1.0, 2.0])];
    world.hall.disturb(|it| it.clock_state = state);
    world.hall.tick();
    format!("the clock is {}", state.code())
}

/// The plug is pulled; the lobby is made anew from the journal and is the same.
fn restart(world: &mut World, chance: &mut Chance) -> String {
    let off_ms = chance.below(90_000_000) as i64;
    let state = if chance.of(0.5) {
        ClockState::Ntp
    } else {
        ClockState::Unset
    };
    let anew = world.hall.replayed().expect("the journal is kept");
    assert!(anew == world.hall.lobby, "a restart gives another lobby");
    world.hall.lobby = anew;
    world.hall.restart(off_ms, state);
    format!("off for {off_ms} ms, then {}", state.code())
}

// ── Commands ───────────────────────────────────────────────────────────────────

fn person(chance: &mut Chance) -> StaffId {
    (*chance.pick(&PEOPLE)).into()
}

fn told(chance: &mut Chance) -> Told {
    *chance.pick(Told::ALL)
}

fn note(chance: &mut Chance) -> Option<Sensitive<String>> {
    chance
        .of(0.7)
        .then(|| Sensitive::new("区人社局 12333 𬭎".to_owned()))
}

fn matter(chance: &mut Chance) -> MatterIndex {
    MatterIndex(chance.weighted(&[8.0, 2.0, 0.5]) as u8)
}

fn call(chance: &mut Chance) -> Command {
    Command::Call(CounterId(*chance.pick(&COUNTERS)))
}

fn offer(chance: &mut Chance) -> Command {
    Command::Offer {
        matter: matter(chance),
        to: person(chance),
        reason: *chance.pick(HandoverReason::ALL),
        led: chance.of(0.5),
    }
}

fn accept(world: &mut World, _: &mut Chance) -> Command {
    Command::Accept(world.newest_offer())
}

/// Who is to decide a matter of `visit`, if one is before the leader.
fn leader_of(visit: &Visit) -> Option<StaffId> {
    visit.matters.iter().find_map(|it| match &it.state {
        MatterState::Escalated { to, .. } => Some(to.clone()),
        _ => None,
    })
}

fn decide(_: &mut World, chance: &mut Chance) -> Command {
    let (to, note) = (person(chance), note(chance));
    Command::Matter(matter(chance), MatterCommand::Decide { to, note })
}

fn refuse(world: &mut World, chance: &mut Chance) -> Command {
    Command::Refuse(world.newest_offer(), *chance.pick(RefuseReason::ALL))
}

impl World {
    /// The index the newest open offer of all has; where several are open, as good a guess as any.
    fn newest_offer(&self) -> OfferIndex {
        let open = self.hall.lobby.visits().filter_map(|it| it.open_offer());
        open.map(|it| it.offered.offer).max().unwrap_or(OfferIndex(0))
    }
}

fn close(chance: &mut Chance) -> Command {
    let outcome = *chance.pick(Outcome::ALL);
    let told = if outcome.unserved() && chance.of(0.8) {
        Told::NotTold
    } else {
        told(chance)
    };
    let (matter, note) = (matter(chance), note(chance));
    if outcome.refers() && chance.of(0.8) {
        // Half of them lack the address.
        let address = if chance.of(0.5) { "人民路 1 号" } else { "" };
        let referral = Referral {
            body: "区人社局".to_owned(),
            address: address.to_owned(),
            phone: "12333".to_owned(),
            way: "劳动仲裁".to_owned(),
            until: "一年内".to_owned(),
        };
        return Command::Refer {
            matter,
            outcome,
            told,
            referral: Sensitive::new(Box::new(referral)),
            note,
        };
    }
    Command::Close {
        matter,
        outcome,
        told,
        note,
    }
}

fn reclass(chance: &mut Chance) -> Command {
    Command::Reclass {
        class: *chance.pick(&Class::ALL),
        reason: note(chance),
    }
}

fn paper(world: &mut World, chance: &mut Chance) -> Command {
    Command::Paper {
        job: world.job(),
        paper: *chance.pick(PaperKind::ALL),
        matter: matter(chance),
    }
}

fn matter_command(world: &mut World, chance: &mut Chance) -> Command {
    let day = ServiceDay::of(world.hall.now().at);
    let others: Vec<VisitId> = world.hall.lobby.visits().map(|it| it.id).collect();
    let what = match chance.below(18) {
        14..=16 => MatterCommand::TakePetition(Box::new(petition(chance, day))),
        0 => MatterCommand::Escalate {
            why: *chance.pick(EscalationReason::ALL),
            note: note(chance),
        },
        1 | 2 => MatterCommand::Decide {
            to: person(chance),
            note: note(chance),
        },
        3 => MatterCommand::GiveNotice {
            missing: vec!["户口簿".into()],
            told: told(chance),
            note: note(chance),
        },
        4 => MatterCommand::TakeMaterials {
            items: vec!["身份证".into()],
            note: note(chance),
        },
        5 => MatterCommand::Undertake {
            basis: *chance.pick(Basis::ALL),
            told: chance.of(0.3).then_some(day),
        },
        6 => MatterCommand::Extend {
            days: chance.below(40) as u16,
            approved_by: person(chance),
            note: note(chance),
        },
        7 => MatterCommand::Merge {
            into: others.iter().copied().min().unwrap_or(VisitId(Uuid::nil())),
            told: told(chance),
        },
        8 => MatterCommand::Join(person(chance)),
        9 => MatterCommand::TellProgress {
            told: told(chance),
            note: note(chance),
        },
        10 => MatterCommand::SetClock {
            step: *chance.pick(ClockStep::ALL),
            note: note(chance),
        },
        11 => MatterCommand::Object { note: note(chance) },
        12 => MatterCommand::AnswerObjection {
            consented: chance.of(0.5),
            note: note(chance),
        },
        _ => MatterCommand::Deliver {
            document: *chance.pick(Document::ALL),
            on: day,
            way: *chance.pick(DeliveryWay::ALL),
        },
    };
    Command::Matter(matter(chance), what)
}

/// A register that fits more often than not, and sometimes with words in it.
fn petition(chance: &mut Chance, day: ServiceDay) -> Petition {
    let category = PetitionCategory::ALL[chance.weighted(&[1.0, 4.0, 6.0])];
    let appeal = category == PetitionCategory::Appeal;
    let item = (appeal || chance.of(0.1)).then(|| 1 + chance.below(6) as u8);
    let back = chrono::Days::new(chance.below(4) as u64);
    let day = |it: bool| it.then(|| ServiceDay(day.0 - back));
    let words = |it: bool| it.then(|| Sensitive::new("王𠅤说：收受红包".to_owned()));
    let not_again = chance.of(0.1);
    Petition {
        matter: MatterIndex(0),
        category,
        item,
        content: chance.pick(&BUILT_IN).0.into(),
        people: 1 + chance.below(9) as u16,
        representatives: chance.below(7) as u8,
        anonymous: chance.of(0.2),
        earlier: chance.below(3) as u16,
        system_number: chance.of(0.5).then(|| "3301-2026-17".to_owned()),
        system_date: day(chance.of(0.3)),
        accepted: day(item == Some(6) && chance.of(0.7)),
        not_again: not_again.then(|| "〔2025〕3号".to_owned()),
        same_facts: not_again && chance.of(0.7),
        informs: false,
        by: person(chance),
        words: PetitionWords {
            name: words(chance.of(0.8)),
            address: words(chance.of(0.8)),
            claim: words(chance.of(0.5)),
            ..PetitionWords::default()
        },
    }
}

// ── Histories ──────────────────────────────────────────────────────────────────

/// Plays the steps; each follows from its own seed and from how things stand.
fn play(steps: &[u64], tell: &mut Vec<String>) -> Result<(), String> {
    let weights: Vec<f64> = STEPS.iter().map(|it| it.0 as f64).collect();
    let mut world = World::new();
    for (at, seed) in steps.iter().enumerate() {
        let mut chance = Chance::new(*seed);
        let step = STEPS[chance.weighted(&weights)].1;
        tell.push(step(&mut world, &mut chance));
        world.look(at % LOOK_EVERY == LOOK_EVERY - 1 || at + 1 == steps.len())?;
    }
    let journal = world.hall.journal.as_ref().expect("it is kept");
    let read: Vec<Happened> = journal.iter().map(written_and_read).collect::<Result<_, _>>()?;
    if replay(&read) != world.hall.lobby {
        return Err("the journal, written and read, makes another lobby".into());
    }
    Ok(())
}

fn written_and_read((visit, event, stamp): &Happened) -> Result<Happened, String> {
    let facts = store::write_event(*visit, event);
    let personal = facts.personal.as_ref().map(|it| it.as_slice());
    let read = store::read_event(facts.kind, facts.schema_version, &facts.facts, personal)?;
    Ok((*visit, read, *stamp))
}

/// Plays the steps, and takes a panic of the core as what it is: a failure.
fn tried(steps: &[u64]) -> Result<(), (String, Vec<String>)> {
    let mut tell = Vec::new();
    let played = catch_unwind(AssertUnwindSafe(|| play(steps, &mut tell)));
    match played {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) => Err((why, tell)),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
            Err((text.unwrap_or_else(|| "a panic".into()), tell))
        }
    }
}

/// The fewest steps that still fail, found by leaving out ever smaller parts.
fn cut_down(mut steps: Vec<u64>) -> Vec<u64> {
    let mut part = steps.len() / 2;
    while 0 < part {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + part).min(steps.len()));
            if tried(&fewer).is_err() {
                steps = fewer;
            } else {
                at += part;
            }
        }
        part /= 2;
    }
    steps
}

#[test]
fn no_history_of_officers_kiosks_and_clocks_breaks_the_rules_and_every_journal_replays() {
    let seed = std::env::var("LOBBY_SEED").ok().and_then(|it| it.parse().ok());
    let seed = seed.unwrap_or(20_260_302);
    let failed = std::thread::scope(|scope| {
        let worker = |number: usize| {
            scope.spawn(move || {
                let mut chance = Chance::new(seed ^ (number as u64) << 48);
                let mut left = STEPS_IN_ALL / STREAMS;
                while 0 < left {
                    let length = (STEPS_MAX / 2 + chance.below(STEPS_MAX / 2) + 1).min(left);
                    left -= length;
                    let steps: Vec<u64> = (0..length).map(|_| chance.next()).collect();
                    if tried(&steps).is_err() {
                        return Some(cut_down(steps));
                    }
                }
                None
            })
        };
        let workers: Vec<_> = (0..STREAMS).map(worker).collect();
        workers.into_iter().find_map(|it| it.join().unwrap())
    });
    if let Some(steps) = failed {
        let (why, told) = tried(&steps).unwrap_err();
        panic!("LOBBY_SEED={seed}: {why}\n  {}", told.join("\n  "));
    }
}

#[test]
fn random_steps_reach_every_stage_and_most_events() {
    let mut chance = Chance::new(1);
    let mut reached: BTreeMap<String, usize> = BTreeMap::new();
    let weights: Vec<f64> = STEPS.iter().map(|it| it.0 as f64).collect();
    for _ in 0..30 {
        let mut world = World::new();
        for _ in 0..STEPS_MAX {
            let mut own = chance.split();
            let step = STEPS[own.weighted(&weights)].1;
            step(&mut world, &mut own);
        }
        for (visit, event, _) in world.hall.journal.as_ref().unwrap() {
            *reached
                .entry(store::write_event(*visit, event).kind.to_owned())
                .or_default() += 1;
        }
    }
    let wanted = [
        "visit.registered",
        "visit.called",
        "visit.begun",
        "visit.missed",
        "visit.rejoined",
        "visit.offered",
        "visit.accepted",
        "visit.refused",
        "visit.lapsed",
        "visit.closed",
        "visit.classed",
        "visit.rolled-over",
        "visit.called-back",
        "matter.handed-on",
        "matter.joined",
        "matter.progress-told",
        "visit.sealed",
        "petition.taken",
        "matter.delivered",
        "matter.undertaken",
        "matter.notice-given",
        "matter.materials-received",
        "matter.escalated",
        "matter.decided",
        "matter.merged",
        "visit.rang",
        "visit.recused",
        "visit.urgency-known",
    ];
    let missing: Vec<_> = wanted.iter().filter(|it| !reached.contains_key(**it)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?} of {reached:?}");
    assert!(20 < reached.len(), "{reached:?}");
}
