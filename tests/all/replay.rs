//! Journal entries as older versions wrote them, as they stand on the disk of a box that was never emptied: they
//! play to the same state as those of today. The bytes are literal, so that no later change of how entries are
//! written can make this test agree with itself.

use lobby::clock::Clock;
use lobby::domain::arrangement::Arrangement;
use lobby::domain::event::{Form, Told};
use lobby::domain::ids::{EntryId, VisitId};
use lobby::domain::journal::NO_HASH;
use lobby::domain::returned::Taker;
use lobby::domain::time::{LobbyTime, Timestamp};
use lobby::domain::visit::Visit;
use lobby::store::{self, FORMS, Facts, Lock, NewEntry, Store, StoreError};
use uuid::Uuid;

use crate::support::MONDAY;

const VISIT: &str = "01950000-0000-7000-8000-000000000001";

/// An entry as it stood: kind, form, facts, personal part.
type Line = (&'static str, u16, &'static str, Option<&'static str>);

const REGISTERED: [Line; 4] = [
    (
        "visit.registered",
        1,
        r#"{"by":null,"class":"ordinary","day":"2026-03-02","department":"civil","job":"01950000-0000-7000-8000-000000000002","kind":"service","language":"zh","matter":"low-income","number":"A001","origin":"kiosk","people":1,"post":"a","responder":"zhang","rule":"low-income","tap":"00000000-0000-0000-0000-000000000009","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"name":"王𠅤㛃","phone":"13800138000"}"#),
    ),
    (
        "visit.registered",
        2,
        r#"{"by":null,"class":"ordinary","day":"2026-03-02","department":"civil","form":"visit","job":"01950000-0000-7000-8000-000000000002","kind":"service","language":"zh","matter":"low-income","number":"A001","origin":"kiosk","people":1,"post":"a","recused":[],"responder":"zhang","rule":"low-income","sealed":false,"tap":"00000000-0000-0000-0000-000000000009","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"name":"王𠅤㛃","phone":"13800138000"}"#),
    ),
    (
        "visit.registered",
        3,
        r#"{"booked_at":null,"by":null,"class":"ordinary","day":"2026-03-02","department":"civil","form":"visit","job":"01950000-0000-7000-8000-000000000002","kind":"service","language":"zh","matter":"low-income","number":"A001","origin":"kiosk","people":1,"post":"a","recused":[],"responder":"zhang","rule":"low-income","sealed":false,"tap":"00000000-0000-0000-0000-000000000009","visit":"01950000-0000-7000-8000-000000000001","wait":null}"#,
        Some(r#"{"name":"王𠅤㛃","phone":"13800138000"}"#),
    ),
    (
        "visit.registered",
        4,
        r#"{"booked_at":null,"by":null,"class":"ordinary","day":"2026-03-02","department":"civil","form":"visit","job":"01950000-0000-7000-8000-000000000002","kind":"service","language":"zh","matter":"low-income","number":"A001","origin":"kiosk","people":1,"post":"a","recused":[],"responder":"zhang","rule":"low-income","sealed":false,"tap":"00000000-0000-0000-0000-000000000009","visit":"01950000-0000-7000-8000-000000000001","wait":null}"#,
        Some(r#"{"name":"王𠅤㛃","name_by_clerk":false,"phone":"13800138000"}"#),
    ),
];

const NOTICE: [Line; 2] = [
    (
        "matter.notice-given",
        1,
        r#"{"by":"zhang","matter_index":0,"missing":["户口簿"],"visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"另需𬭎村证明"}"#),
    ),
    (
        "matter.notice-given",
        2,
        r#"{"by":"zhang","matter_index":0,"missing":["户口簿"],"told":"writing","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"另需𬭎村证明"}"#),
    ),
];

const PETITION: [Line; 3] = [
    (
        "petition.taken",
        1,
        r#"{"accepted":null,"anonymous":false,"by":"sun","category":"appeal","content":"construction","earlier":1,"informs":true,"item":6,"matter_index":0,"not_again":"复核〔2025〕3 号","people":1,"representatives":0,"system_date":null,"system_number":"3301-2026-17","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(
            r#"{"address":"人民路 1 号","before":null,"claim":"房子","facts":null,"name":"王秀英","phone":null,"representatives":null}"#,
        ),
    ),
    (
        "petition.taken",
        2,
        r#"{"accepted":null,"anonymous":false,"by":"sun","category":"appeal","content":"construction","earlier":1,"informs":true,"item":6,"matter_index":0,"not_again":"复核〔2025〕3 号","people":1,"representatives":0,"same_facts":false,"system_date":null,"system_number":"3301-2026-17","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(
            r#"{"address":"人民路 1 号","before":null,"claim":"房子","facts":null,"name":"王秀英","phone":null,"representatives":null}"#,
        ),
    ),
    (
        "petition.taken",
        3,
        r#"{"accepted":null,"anonymous":false,"by":"sun","category":"appeal","content":"construction","earlier":1,"informs":true,"item":6,"matter_index":0,"not_again":"复核〔2025〕3 号","people":1,"representatives":0,"same_facts":false,"sealed":false,"system_date":null,"system_number":"3301-2026-17","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(
            r#"{"address":"人民路 1 号","before":null,"claim":"房子","facts":null,"name":"王秀英","phone":null,"representatives":null}"#,
        ),
    ),
];

const TURN_NOTE: [Line; 2] = [
    (
        "office.turn-note",
        1,
        r#"{"by":"zhao","from":"zhao","open":2,"to":"sun","visit":"01950000-0000-7000-8000-000000000003"}"#,
        Some(r#"{"note":"王𠅤㛃明早回电"}"#),
    ),
    (
        "office.turn-note",
        2,
        r#"{"by":"zhao","from":"zhao","matters":[],"open":2,"to":"sun","visit":"01950000-0000-7000-8000-000000000003"}"#,
        Some(r#"{"note":"王𠅤㛃明早回电"}"#),
    ),
];

const CLOSED: [Line; 2] = [
    (
        "visit.closed",
        1,
        r#"{"by":"zhang","matter_index":0,"outcome":"outside-told","told":"in-person","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"区人社局，人民路 1 号，12333"}"#),
    ),
    (
        "visit.closed",
        2,
        r#"{"by":"zhang","matter_index":0,"outcome":"outside-told","told":"in-person","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"区人社局，人民路 1 号，12333","referral":null}"#),
    ),
];

const RETURNED: [Line; 2] = [
    (
        "visit.returned",
        1,
        r#"{"by":"sun","visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
    (
        "visit.returned",
        2,
        r#"{"by":"sun","matter_index":0,"visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
];

const ESCALATED: [Line; 2] = [
    (
        "matter.escalated",
        1,
        r#"{"by":"zhang","matter_index":0,"reason":"unclear","to":"zhao","until":"2026-03-03","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"该找谁"}"#),
    ),
    (
        "matter.escalated",
        2,
        r#"{"answers":null,"by":"zhang","matter_index":0,"reason":"unclear","to":"zhao","until":"2026-03-03","visit":"01950000-0000-7000-8000-000000000001"}"#,
        Some(r#"{"note":"该找谁"}"#),
    ),
];

const RECEIVED: [Line; 2] = [
    (
        "visit.received",
        1,
        r#"{"by":"zhang","visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
    (
        "visit.received",
        2,
        r#"{"by":"zhang","takes":[0],"visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
];

const RECUSED: [Line; 2] = [
    (
        "visit.recused",
        1,
        r#"{"by":"sun","staff":"li","visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
    (
        "visit.recused",
        2,
        r#"{"by":"sun","staff":"li","visit":"01950000-0000-7000-8000-000000000001","waits":false}"#,
        None,
    ),
];

const BEGUN: [Line; 2] = [
    (
        "visit.begun",
        1,
        r#"{"by":"zhang","counter":3,"visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
    (
        "visit.begun",
        2,
        r#"{"by":"zhang","counter":3,"takes":[0],"visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
];

const SEALED: [Line; 2] = [
    (
        "visit.sealed",
        1,
        r#"{"by":"zhang","contact":"wu","key":null,"visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    ),
    (
        "visit.sealed",
        2,
        r#"{"by":"zhang","contact":"wu","key":null,"visit":"01950000-0000-7000-8000-000000000001","waits":true}"#,
        None,
    ),
];

fn forms() -> Vec<&'static [Line]> {
    vec![
        &REGISTERED,
        &RECEIVED,
        &BEGUN,
        &SEALED,
        &NOTICE,
        &RETURNED,
        &ESCALATED,
        &RECUSED,
        &PETITION,
        &TURN_NOTE,
        &CLOSED,
    ]
}

/// A journal of these lines, and the visit and arrangements it plays to.
fn played(lines: &[Line]) -> (Option<Visit>, Vec<(Arrangement, Timestamp)>) {
    let clock = Clock::held(MONDAY.parse::<Timestamp>().unwrap());
    let mut store = Store::in_memory();
    let moment = clock.now();
    let written = store.transact(|tx| -> Result<(), StoreError> {
        let mut head = store::open_epoch(tx, 1, "install", &NO_HASH, moment.at)?;
        for (at, (kind, schema_version, facts, personal)) in lines.iter().enumerate() {
            let it: serde_json::Value = serde_json::from_str(facts).unwrap();
            let visit = VisitId(it["visit"].as_str().unwrap().parse().unwrap());
            let key = match store::visit_key(tx, visit)? {
                Some(key) => key,
                None => store::new_key(tx, visit)?,
            };
            let entry = NewEntry {
                site: &"330100-01".into(),
                kiosk: &"hall-1".into(),
                entry_id: EntryId(Uuid::from_u128(100 + at as u128)),
                moment,
                lobby: LobbyTime(0),
                visit: Some((visit, Some(Lock::Visit(&key)))),
                facts: Facts {
                    kind,
                    schema_version: *schema_version,
                    facts: facts.as_bytes().to_vec(),
                    personal: personal.map(|it| it.as_bytes().to_vec().into()),
                },
            };
            head = store::append(tx, head, entry)?;
        }
        Ok(())
    });
    written.unwrap();
    let visit = store::visit(store.read(), VisitId(VISIT.parse().unwrap())).unwrap();
    (visit, store::arrangements(store.read()).unwrap())
}

#[test]
fn every_kind_that_has_had_several_forms_stands_here_in_each_of_them() {
    for (kind, newest) in FORMS {
        let lines = forms().into_iter().flatten().filter(|it| it.0 == *kind);
        let versions: Vec<u16> = lines.map(|it| it.1).collect();
        let expected: Vec<u16> = (1..=*newest).collect();
        assert_eq!(
            versions, expected,
            "{kind}: write down its newest form as it stands on disk"
        );
    }
    assert_eq!(forms().len(), FORMS.len());
}

#[test]
fn entries_of_every_older_form_play_to_the_state_of_todays() {
    let newest: Vec<Line> = vec![
        REGISTERED[REGISTERED.len() - 1],
        RECEIVED[RECEIVED.len() - 1],
        NOTICE[NOTICE.len() - 1],
        RETURNED[RETURNED.len() - 1],
        BEGUN[BEGUN.len() - 1],
        ESCALATED[ESCALATED.len() - 1],
        RECUSED[RECUSED.len() - 1],
        PETITION[PETITION.len() - 1],
        TURN_NOTE[TURN_NOTE.len() - 1],
        CLOSED[CLOSED.len() - 1],
    ];
    let today = played(&newest);
    // What was sealed by the first form has a story of its own below: of all that stands here nothing would be left.
    for lines in forms().into_iter().filter(|it| it[0].0 != "visit.sealed") {
        for line in lines {
            let mut older = newest.clone();
            let at = older.iter().position(|it| it.0 == line.0).unwrap();
            older[at] = *line;
            assert_eq!(played(&older), today, "{} as version {}", line.0, line.1);
        }
    }
    // And a box that has seen only the first version of everything.
    let first: Vec<Line> = newest
        .iter()
        .map(|it| {
            *forms()
                .into_iter()
                .flatten()
                .find(|of| of.0 == it.0)
                .unwrap_or(it)
        })
        .collect();
    assert_eq!(played(&first), today);
    let (visit, arranged) = today;
    let visit = visit.expect("it was registered");
    assert_eq!(
        (visit.form, visit.recused.len(), visit.sealed.clone()),
        (Form::Visit, 1, None)
    );
    let matter = &visit.matters[0];
    assert_eq!(matter.notice.as_ref().unwrap().told, Told::Writing);
    let petition = matter.petition.as_ref().unwrap();
    assert!(petition.not_again.is_some() && !petition.same_facts);
    // What was closed before the parts were written apart keeps its note, and prints it.
    assert!(matter.note.is_some() && matter.referral.is_none() && !matter.open());
    let [(Arrangement::Handover(note), _)] = arranged.as_slice() else {
        panic!("{arranged:?}")
    };
    assert!(note.matters.is_empty() && note.note.is_some());
}

#[test]
fn who_came_back_before_officers_were_kept_waits_for_anybody_of_the_department() {
    let waits = |returned: Line| {
        let notice = NOTICE[NOTICE.len() - 1];
        let (visit, _) = played(&[REGISTERED[0], RECEIVED[0], notice, returned]);
        let visit = visit.expect("it was registered");
        let at = MONDAY.parse::<Timestamp>().unwrap() + chrono::Duration::minutes(45);
        visit.taker(&crate::support::office(), at)
    };
    assert_eq!(waits(RETURNED[0]), None);
    assert_eq!(waits(RETURNED[1]), Some(Taker::Same("zhang".into())));
}

#[test]
fn whoever_served_when_an_older_entry_sealed_it_stays_at_their_counter_and_today_the_number_waits_again() {
    let stage = |sealed: Line| {
        let (visit, _) = played(&[REGISTERED[0], BEGUN[0], sealed]);
        let visit = visit.expect("it was registered");
        (visit.ticket.stage.code(), visit.responsible().to_string())
    };
    assert_eq!(stage(SEALED[0]), ("serving", "wu".to_owned()));
    assert_eq!(stage(SEALED[1]), ("waiting", "wu".to_owned()));
}

#[test]
fn whoever_served_by_an_older_entry_took_every_matter_of_the_department_and_today_those_it_names() {
    let added: Line = (
        "matter.added",
        1,
        r#"{"by":"sun","department":"civil","kind":"service","matter":"card-reissue","matter_index":1,"post":"a","responder":"li","rule":"low-income","visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    );
    let answer = |served: Line| {
        let (visit, _) = played(&[REGISTERED[0], added, served]);
        let matters = visit.expect("it was registered").matters;
        matters
            .iter()
            .map(|it| it.responsible.to_string())
            .collect::<Vec<_>>()
    };
    for lines in [RECEIVED, BEGUN] {
        assert_eq!(answer(lines[0]), ["zhang", "zhang"]);
        assert_eq!(answer(lines[1]), ["zhang", "li"]);
    }
}

#[test]
fn whoever_served_after_an_older_recusal_went_on_and_after_one_of_today_the_number_waits_again() {
    let of = |version, waits: &'static str| {
        let (recused, _) = played(&[
            REGISTERED[0],
            RECEIVED[0],
            ("visit.recused", version, waits, None),
        ]);
        recused.expect("it was registered").ticket.stage.code()
    };
    let older = r#"{"by":"sun","staff":"zhang","visit":"01950000-0000-7000-8000-000000000001"}"#;
    let newer = r#"{"by":"sun","staff":"zhang","visit":"01950000-0000-7000-8000-000000000001","waits":true}"#;
    assert_eq!((of(1, older), of(2, newer)), ("serving", "waiting"));
}

#[test]
fn of_an_older_recusal_whoever_answered_then_still_did_and_the_leader_answers_as_soon_as_it_is_looked_at() {
    let recused: Line = (
        "visit.recused",
        1,
        r#"{"by":"sun","staff":"zhang","visit":"01950000-0000-7000-8000-000000000001"}"#,
        None,
    );
    let (kind, version, facts, personal) = ESCALATED[0];
    let (visit, _) = played(&[
        REGISTERED[0],
        RECEIVED[0],
        recused,
        (kind, version, facts, personal),
    ]);
    let mut visit = visit.expect("it was registered");
    assert_eq!(visit.responsible().as_str(), "zhang", "so it was");
    let stamp = lobby::domain::event::Stamp {
        at: MONDAY.parse::<Timestamp>().unwrap() + chrono::Duration::minutes(45),
        lobby: LobbyTime(45 * 60_000),
        seq: 9,
    };
    let due = visit
        .due(&crate::support::office(), stamp)
        .expect("it is put before the leader anew");
    visit.apply(&due, stamp);
    assert_eq!(visit.responsible().as_str(), "zhao");
    assert_eq!(visit.due(&crate::support::office(), stamp), None, "once");
}

#[test]
fn a_form_of_tomorrow_is_refused_and_not_guessed_at() {
    for (kind, newest) in FORMS {
        let lines = forms();
        let line = lines.iter().copied().flatten().find(|it| it.0 == *kind).unwrap();
        let facts = line.2.as_bytes();
        let visit = store::read_event(kind, newest + 1, facts, None).is_err();
        let office = store::read_arrangement(kind, newest + 1, facts, None).is_err();
        assert!(visit && office, "{kind}");
    }
}
