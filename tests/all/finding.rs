//! Slips that are scanned, lost, made up or old, and what a loudspeaker does with a call.

use lobby::desk::{Place, Reply, Request, SenseState, Senses, Trouble};
use lobby::domain::find::Clue;
use lobby::domain::refusal::Refusal;
use lobby::domain::repeat::KnownBy;
use lobby::domain::sensitive::{Personal, Sensitive, phone};

use crate::support::{MONDAY, act, arrival, arrive, desk, desk_at, numbered};

fn found(desk: &mut lobby::desk::Desk, clue: Clue) -> Result<(String, Option<usize>), Trouble> {
    match desk.answer(Request::Find(clue))? {
        Reply::Found(seen) => Ok((seen.visit.ticket.number.to_string(), seen.ahead)),
        other => panic!("{other:?}"),
    }
}

fn refused(answer: Result<(String, Option<usize>), Trouble>) -> Refusal {
    match answer {
        Err(Trouble::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn lost(number: &str, last_four: &str) -> Clue {
    Clue::Lost {
        number: number.parse().unwrap(),
        last_four: Sensitive::new(last_four.to_owned()),
    }
}

#[test]
fn the_code_of_a_slip_leads_to_its_visit_and_no_other_code_does() {
    let (mut desk, _) = desk(MONDAY);
    let codes: Vec<String> = (1..=3)
        .map(|tap| {
            let given = arrive(&mut desk, arrival(Some("low-income"), tap)).unwrap();
            given.slip.code.text().to_owned()
        })
        .collect();
    let answer = found(&mut desk, Clue::Scan(codes[2].clone())).unwrap();
    assert_eq!(answer, ("A003".to_owned(), Some(2)));
    let wedge: String = codes[0].chars().filter(char::is_ascii).collect();
    assert_eq!(found(&mut desk, Clue::Scan(wedge)).unwrap().0, "A001");
    for wrong in [
        "",
        "00000000",
        "A001",
        "https://example.org/v/ZZZZZZZZ",
        "微信支付",
    ] {
        let answer = found(&mut desk, Clue::Scan(wrong.to_owned()));
        assert_eq!(refused(answer), Refusal::NotFound, "{wrong}");
    }
}

#[test]
fn a_slip_of_last_week_is_still_found_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("lobby.db"));
    let (mut desk, _) = desk_at(place.clone(), MONDAY);
    let given = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    let code = given.slip.code.text().to_owned();
    let left = lobby::desk::Action::Close {
        matter: lobby::domain::ids::MatterIndex(0),
        outcome: lobby::domain::event::Outcome::Left,
        told: lobby::domain::event::Told::NotTold,
        note: lobby::domain::sensitive::note("改日再来").unwrap(),
    };
    act(&mut desk, "zhang", given.visit, left).unwrap();
    drop(desk);
    let (mut desk, _) = desk_at(place, "2026-03-09T09:00:00+08:00");
    arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    assert!(
        desk.lobby().visit(given.visit).is_none(),
        "the desk no longer has it in mind"
    );
    let answer = found(&mut desk, Clue::Scan(code)).unwrap();
    assert_eq!(answer, ("A001".to_owned(), None));
}

#[test]
fn whoever_is_looked_for_by_name_is_found_among_old_visits_however_many_look_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::File(folder.path().join("lobby.db"));
    let (mut desk, _) = desk_at(place.clone(), MONDAY);
    let mut named = arrival(Some("low-income"), 1);
    named.personal.name = lobby::domain::sensitive::name("李𬭎㛃").unwrap();
    let given = arrive(&mut desk, named).unwrap();
    arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    let left = lobby::desk::Action::Close {
        matter: lobby::domain::ids::MatterIndex(0),
        outcome: lobby::domain::event::Outcome::Left,
        told: lobby::domain::event::Told::NotTold,
        note: lobby::domain::sensitive::note("改日再来").unwrap(),
    };
    act(&mut desk, "zhang", given.visit, left).unwrap();
    drop(desk);
    let (mut desk, _) = desk_at(place, "2026-03-09T09:00:00+08:00");
    arrive(&mut desk, arrival(Some("low-income"), 3)).unwrap();
    assert!(desk.lobby().visit(given.visit).is_none(), "it is over");
    let handle = desk.start().0;
    let look = |name: &str| {
        let known_by = KnownBy::either(&Sensitive::new(name.to_owned()));
        handle
            .ask_later(Request::OfPeople { known_by, but: None })
            .unwrap()
    };
    // More than may wait beside the desk: what is left over it does itself.
    let asked: Vec<_> = (0..20).map(|_| look("李 𬭎㛃")).collect();
    for answer in asked {
        let Ok(Reply::Visits(found)) = answer.blocking_recv().unwrap() else {
            panic!("a search is answered by visits")
        };
        let found: Vec<_> = found.iter().map(|it| it.id).collect();
        assert_eq!(found, [given.visit]);
    }
    let Ok(Reply::Visits(nobody)) = look("李𬭎").blocking_recv().unwrap() else {
        panic!("a search is answered by visits")
    };
    assert!(nobody.is_empty(), "part of a name is another name");
}

#[test]
fn a_lost_slip_is_found_by_number_and_phone_and_guessing_ends() {
    let (mut desk, clock) = desk(MONDAY);
    let mut with_phone = arrival(Some("low-income"), 1);
    with_phone.personal = Personal {
        phone: phone("138 0013 8000").unwrap(),
        ..Personal::default()
    };
    arrive(&mut desk, with_phone).unwrap();
    arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    assert_eq!(found(&mut desk, lost("A001", "8000")).unwrap().0, "A001");
    // Nobody left a telephone with A002: no four digits are its.
    for (number, digits) in [
        ("A001", "8001"),
        ("A002", "8000"),
        ("A003", "8000"),
        ("A001", "0000"),
    ] {
        assert_eq!(refused(found(&mut desk, lost(number, digits))), Refusal::NotFound);
    }
    assert_eq!(refused(found(&mut desk, lost("A001", "1234"))), Refusal::NotFound);
    // Even the right one is not heard now …
    assert_eq!(
        refused(found(&mut desk, lost("A001", "8000"))),
        Refusal::TriedEnough
    );
    // … nor after a pause that is too short, while scanning goes on working.
    clock.advance(599_000);
    assert_eq!(
        refused(found(&mut desk, lost("A001", "8000"))),
        Refusal::TriedEnough
    );
    clock.advance(1_000);
    assert_eq!(found(&mut desk, lost("A001", "8000")).unwrap().0, "A001");
    assert_eq!(numbered(&desk, "A001").ticket.number.to_string(), "A001");
}

#[test]
fn a_lost_slip_of_last_week_is_found_and_not_taken_for_todays_of_that_number() {
    let (mut desk, clock) = desk(MONDAY);
    let of = |tap, digits: &str| {
        let mut arrival = arrival(Some("low-income"), tap);
        arrival.personal.phone = phone(digits).unwrap();
        arrival
    };
    let old = arrive(&mut desk, of(1, "138 0013 8000")).unwrap().visit;
    let left = lobby::desk::Action::Close {
        matter: lobby::domain::ids::MatterIndex(0),
        outcome: lobby::domain::event::Outcome::Left,
        told: lobby::domain::event::Told::NotTold,
        note: lobby::domain::sensitive::note("改日再来").unwrap(),
    };
    act(&mut desk, "zhang", old, left).unwrap();
    clock.advance(7 * 24 * 3600 * 1000);
    let new = arrive(&mut desk, of(2, "138 0013 9000")).unwrap().visit;
    let mut visit = |digits| match desk.answer(Request::Find(lost("A001", digits))).unwrap() {
        Reply::Found(seen) => seen.visit.id,
        other => panic!("{other:?}"),
    };
    assert_eq!((visit("8000"), visit("9000")), (old, new));
}

#[test]
fn what_is_looked_for_never_reaches_a_log() {
    let clue = lost("A001", "8000");
    assert!(!format!("{clue:?}").contains("8000"));
}

#[test]
fn how_the_devices_are_is_in_the_snapshot() {
    let (mut desk, _) = desk(MONDAY);
    assert_eq!(desk.snapshot().senses, Senses::default());
    let senses = Senses {
        reader: SenseState::Ready,
        scanner: SenseState::Unplugged,
        speaker: SenseState::Off,
    };
    desk.answer(Request::SensesAre(senses)).unwrap();
    assert_eq!(desk.snapshot().senses, senses);
    assert!(senses.scanner.ill() && !senses.speaker.ill());
}
