//! The rule book on order and waiting (RULES §6), a story for each rule, at a desk with a real journal.

use lobby::clock::Clock;
use lobby::desk::{Action, Content, Desk, Given, Place, Reply, Request, Trouble};
use lobby::domain::event::{BoxEvent, Class, Event, Origin, Outcome, Told};
use lobby::domain::ids::{CounterId, MatterIndex, VisitId};
use lobby::domain::matter::MatterCommand;
use lobby::domain::refusal::Refusal;
use lobby::domain::sensitive;
use lobby::domain::slip::Come;
use lobby::domain::time::{ClockState, Timestamp, local};
use lobby::domain::wait::Wait;
use lobby::store;

use crate::support::{MONDAY, act, arrival, arrive, desk, desk_at, numbered, office};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// Somebody of `class` for 民政 at the desk; with a reason where one is needed.
fn come(desk: &mut Desk, tap: u128, class: Class) -> Result<VisitId, Trouble> {
    let mut somebody = arrival(Some("low-income"), tap);
    somebody.class = class;
    if matches!(class, Class::Urgent | Class::Danger) {
        somebody.origin = Origin::Desk("sun".into());
        somebody.reason = sensitive::note("老人突发不适").unwrap();
    }
    arrive(desk, somebody).map(|it| it.visit)
}

fn with_appointment(desk: &mut Desk, tap: u128, at: &str) -> VisitId {
    let mut somebody = arrival(Some("low-income"), tap);
    somebody.origin = Origin::Desk("sun".into());
    somebody.booked = Some(at.parse().unwrap());
    arrive(desk, somebody).unwrap().visit
}

fn next(desk: &mut Desk, by: &str, counter: u8) -> Result<VisitId, Trouble> {
    let counter = CounterId(counter);
    let by = by.into();
    match desk.answer(Request::CallNext { by, counter })? {
        Reply::Called(visit) => Ok(visit),
        other => panic!("{other:?}"),
    }
}

fn close(desk: &mut Desk, by: &str, visit: VisitId, outcome: Outcome, told: Told) -> Result<Reply, Trouble> {
    let matter = MatterIndex(0);
    let note = sensitive::note("已自行离开").unwrap();
    let close = Action::Close {
        matter,
        outcome,
        told,
        note,
    };
    act(desk, by, visit, close)
}

fn serve(desk: &mut Desk, clock: &Clock, by: &str, visit: VisitId, minutes: i64) {
    act(desk, by, visit, Action::Begin).unwrap();
    clock.advance(minutes * MINUTE);
    close(desk, by, visit, Outcome::Answered, Told::InPerson).unwrap();
}

/// The queue of 民政 by number, in calling order.
fn queue(desk: &mut Desk) -> Vec<String> {
    let seen = desk.snapshot().visits;
    let waiting = seen.iter().filter(|it| it.ahead.is_some());
    waiting.map(|it| it.visit.ticket.number.to_string()).collect()
}

fn refused(reply: Result<impl std::fmt::Debug, Trouble>) -> &'static str {
    match reply.unwrap_err() {
        Trouble::Refused(refusal) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

fn entries(desk: &Desk, kind: &str) -> Vec<(u16, Vec<u8>)> {
    let all = store::entries_after(desk.store().read(), 1, 0, 10_000).unwrap();
    let of = all.into_iter().filter(|it| it.kind == kind);
    of.map(|it| (it.schema_version, it.facts)).collect()
}

// ── Order ──────────────────────────────────────────────────────────────────────

#[test]
fn the_largest_head_start_counts_and_they_do_not_add() {
    let (mut desk, clock) = desk(MONDAY);
    for class in [Class::Ordinary, Class::Priority, Class::Urgent] {
        clock.advance(11 * MINUTE);
        come(&mut desk, class as u128, class).unwrap();
    }
    // 08:41, 08:52 less 12 minutes, 09:03 less 30.
    assert_eq!(queue(&mut desk), ["A003", "A002", "A001"]);
    // Priority, and in time for an appointment: 12 minutes of 12 and 8, not 20.
    let (mut desk, clock) = crate::support::desk(MONDAY);
    come(&mut desk, 1, Class::Ordinary).unwrap();
    clock.advance(18 * MINUTE);
    let mut both = arrival(Some("low-income"), 2);
    both.class = Class::Priority;
    both.booked = Some("2026-03-02T08:48:00+08:00".parse().unwrap());
    arrive(&mut desk, both).unwrap();
    // 08:48 less 5 of grace less 12 is 08:31, after 08:30.
    assert_eq!(queue(&mut desk), ["A001", "A002"]);
}

#[test]
fn a_later_walk_in_goes_first_only_by_less_than_the_head_start() {
    for (minutes, first) in [(11, "A002"), (12, "A001"), (13, "A001")] {
        let (mut desk, clock) = desk(MONDAY);
        come(&mut desk, 1, Class::Ordinary).unwrap();
        clock.advance(minutes * MINUTE);
        come(&mut desk, 2, Class::Priority).unwrap();
        assert_eq!(queue(&mut desk)[0], first, "{minutes} minutes later");
    }
}

#[test]
fn an_appointment_counts_from_its_time_less_a_grace_and_not_when_more_than_a_quarter_of_an_hour_late() {
    let (mut desk, clock) = desk(MONDAY);
    come(&mut desk, 1, Class::Ordinary).unwrap();
    clock.advance(14 * MINUTE);
    // Ten minutes late: 08:34 less 5 less 8 is 08:21.
    with_appointment(&mut desk, 2, "2026-03-02T08:34:00+08:00");
    assert_eq!(queue(&mut desk), ["A002", "A001"]);
    // Far too early: its time has not come, and walk-ins go first.
    with_appointment(&mut desk, 3, "2026-03-02T11:00:00+08:00");
    clock.advance(60 * MINUTE);
    come(&mut desk, 4, Class::Ordinary).unwrap();
    assert_eq!(queue(&mut desk), ["A002", "A001", "A004", "A003"]);
    // Sixteen minutes late: as anybody.
    let late = with_appointment(&mut desk, 5, "2026-03-02T09:28:00+08:00");
    assert!(desk.lobby().visit(late).unwrap().booked.is_none());
    assert_eq!(queue(&mut desk), ["A002", "A001", "A004", "A005", "A003"]);
}

#[test]
fn danger_stands_outside_the_queue_and_outside_the_days_number_of_urgencies() {
    let (mut desk, clock) = desk(MONDAY);
    for tap in 0..3 {
        come(&mut desk, tap, Class::Ordinary).unwrap();
    }
    clock.advance(2 * HOUR);
    for tap in 10..15 {
        come(&mut desk, tap, Class::Urgent).unwrap();
    }
    assert_eq!(refused(come(&mut desk, 20, Class::Urgent)), "urgent-used-up");
    let danger = come(&mut desk, 21, Class::Danger).unwrap();
    assert_eq!(next(&mut desk, "zhang", 3).unwrap(), danger);
}

#[test]
fn urgency_needs_a_member_of_staff_and_a_reason_and_leaves_both_in_the_journal() {
    let (mut desk, clock) = desk(MONDAY);
    let mut at_the_kiosk = arrival(Some("low-income"), 1);
    at_the_kiosk.class = Class::Urgent;
    at_the_kiosk.reason = sensitive::note("急").unwrap();
    assert_eq!(refused(arrive(&mut desk, at_the_kiosk)), "not-allowed");
    let mut without = arrival(Some("low-income"), 2);
    (without.class, without.origin) = (Class::Urgent, Origin::Desk("sun".into()));
    assert_eq!(refused(arrive(&mut desk, without)), "reason-needed");
    let visit = come(&mut desk, 3, Class::Ordinary).unwrap();
    let urgent = |reason: &str| Action::Reclass {
        class: Class::Urgent,
        reason: sensitive::note(reason).unwrap(),
    };
    assert_eq!(refused(act(&mut desk, "sun", visit, urgent(""))), "reason-needed");
    assert_eq!(refused(act(&mut desk, "zheng", visit, urgent("急"))), "not-yours");
    act(&mut desk, "sun", visit, urgent("孩子高烧")).unwrap();
    assert_eq!(
        refused(act(&mut desk, "sun", visit, urgent("孩子高烧"))),
        "same-class"
    );
    clock.advance(MINUTE);
    let Reply::Story(story) = desk.answer(Request::Story(visit)).unwrap() else {
        panic!("a story")
    };
    let given = story.iter().find_map(|it| match &it.1 {
        Event::Classed { class, by, reason } => Some((*class, by.as_str(), reason.is_some())),
        _ => None,
    });
    assert_eq!(given, Some((Class::Urgent, "sun", true)));
    // Why is about a person: it stands encrypted, not among the facts.
    let facts = entries(&desk, "visit.classed").remove(0).1;
    assert!(!String::from_utf8(facts).unwrap().contains("高烧"));
}

#[test]
fn the_ceiling_on_urgency_is_of_the_day_whoever_gives_it_and_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    for tap in 0..5 {
        let visit = come(&mut desk, tap, Class::Ordinary).unwrap();
        let by = if tap % 2 == 0 { "sun" } else { "zhao" };
        let reason = sensitive::note("急").unwrap();
        let class = Class::Urgent;
        act(&mut desk, by, visit, Action::Reclass { class, reason }).unwrap();
        close(&mut desk, "sun", visit, Outcome::Left, Told::NotTold).unwrap();
    }
    assert_eq!(refused(come(&mut desk, 10, Class::Urgent)), "urgent-used-up");
    drop(desk);
    let (mut desk, _) = desk_at(place.clone(), "2026-03-02T10:00:00+08:00");
    assert_eq!(refused(come(&mut desk, 11, Class::Urgent)), "urgent-used-up");
    drop((desk, clock));
    let (mut desk, _) = desk_at(place, "2026-03-03T09:00:00+08:00");
    come(&mut desk, 12, Class::Ordinary).unwrap();
    come(&mut desk, 13, Class::Urgent).unwrap();
}

#[test]
fn staff_confirm_or_undo_priority_by_sight_and_no_reason_is_kept() {
    let (mut desk, clock) = desk(MONDAY);
    come(&mut desk, 1, Class::Ordinary).unwrap();
    clock.advance(5 * MINUTE);
    let claims = come(&mut desk, 2, Class::Priority).unwrap();
    assert_eq!(queue(&mut desk), ["A002", "A001"]);
    let to = |class| Action::Reclass {
        class,
        reason: sensitive::note("假装孕妇").unwrap(),
    };
    act(&mut desk, "zhang", claims, to(Class::Ordinary)).unwrap();
    assert_eq!(queue(&mut desk), ["A001", "A002"]);
    act(&mut desk, "sun", claims, to(Class::Priority)).unwrap();
    assert_eq!(queue(&mut desk), ["A002", "A001"]);
    let Reply::Story(story) = desk.answer(Request::Story(claims)).unwrap() else {
        panic!("a story")
    };
    assert!(
        story
            .iter()
            .all(|it| !matches!(&it.1, Event::Classed { reason: Some(_), .. }))
    );
}

#[test]
fn two_counters_that_ask_at_the_same_moment_get_two_tickets() {
    let (mut desk, _clock) = desk(MONDAY);
    for tap in 0..20 {
        come(&mut desk, tap, Class::Ordinary).unwrap();
    }
    let (handle, thread) = desk.start();
    // Both officers press the key as one; whoever is first, nobody gets the other's visitor.
    let barrier = std::sync::Barrier::new(2);
    let called: Vec<VisitId> = std::thread::scope(|scope| {
        let ask = |by: &'static str, counter| {
            let (handle, barrier) = (handle.clone(), &barrier);
            scope.spawn(move || {
                let by = lobby::domain::ids::StaffId::new(by);
                let mut called = Vec::new();
                for _ in 0..10 {
                    barrier.wait();
                    let (by, counter) = (by.clone(), CounterId(counter));
                    let next = Request::CallNext {
                        by: by.clone(),
                        counter,
                    };
                    let Reply::Called(visit) = handle.ask_blocking(next).unwrap() else {
                        panic!("a visit")
                    };
                    called.push(visit);
                    for action in [
                        Action::Begin,
                        Action::Close {
                            matter: MatterIndex(0),
                            outcome: Outcome::Answered,
                            told: Told::InPerson,
                            note: None,
                        },
                    ] {
                        let by = by.clone();
                        handle.ask_blocking(Request::Act { by, visit, action }).unwrap();
                    }
                }
                called
            })
        };
        let (one, other) = (ask("zhang", 3), ask("li", 5));
        let mut called = one.join().unwrap();
        called.extend(other.join().unwrap());
        called
    });
    let different: std::collections::HashSet<_> = called.iter().collect();
    assert_eq!((called.len(), different.len()), (20, 20));
    drop(handle);
    thread.join().unwrap();
}

#[test]
fn who_missed_the_calls_comes_back_later_the_same_day_with_the_first_arrival() {
    let (mut desk, clock) = desk(MONDAY);
    let gone = come(&mut desk, 1, Class::Ordinary).unwrap();
    for _ in 0..3 {
        act(&mut desk, "zhang", gone, Action::Call(CounterId(3))).unwrap();
        clock.advance(MINUTE);
    }
    act(&mut desk, "zhang", gone, Action::Miss).unwrap();
    clock.advance(6 * HOUR);
    for tap in 2..8 {
        come(&mut desk, tap, Class::Ordinary).unwrap();
    }
    act(&mut desk, "sun", gone, Action::Rejoin).unwrap();
    assert_eq!(queue(&mut desk)[6], "A001", "three others or ten minutes first");
    clock.advance(10 * MINUTE);
    assert_eq!(queue(&mut desk)[0], "A001", "then by the first arrival");
}

#[test]
fn a_clock_that_jumps_is_journaled_before_anything_is_written_by_the_new_time() {
    let (mut desk, clock) = desk(MONDAY);
    come(&mut desk, 1, Class::Ordinary).unwrap();
    let steps = |desk: &Desk| entries(desk, "box.clock-stepped").len();
    let before = steps(&desk);
    clock.disturb(|it| it.at -= chrono::Duration::minutes(40));
    clock.advance(MINUTE);
    come(&mut desk, 2, Class::Ordinary).unwrap();
    let kinds: Vec<String> = store::entries_after(desk.store().read(), 1, 0, 1000)
        .unwrap()
        .into_iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(steps(&desk), before + 1);
    assert_eq!(
        kinds[kinds.len() - 2..],
        ["box.clock-stepped", "visit.registered"]
    );
    clock.disturb(|it| it.at += chrono::Duration::days(400));
    clock.advance(MINUTE);
    come(&mut desk, 3, Class::Ordinary).unwrap();
    assert_eq!(
        queue(&mut desk),
        ["A001", "A002", "A003"],
        "and nobody changes places"
    );
    // Nor does anybody's turn go when nobody believes it any more.
    clock.disturb(|it| it.clock_state = ClockState::Unset);
    clock.advance(MINUTE);
    assert_eq!(next(&mut desk, "zhang", 3).unwrap(), numbered(&desk, "A001").id);
    assert_eq!(steps(&desk), before + 3, "back, forth, and no longer believed");
}

// ── Waiting ────────────────────────────────────────────────────────────────────

#[test]
fn a_wait_is_told_on_slip_and_screen_from_the_catalogue_until_the_days_have_taught() {
    let (mut desk, clock) = desk(MONDAY);
    let mut told = Vec::new();
    for tap in 0..5 {
        let given = arrive(&mut desk, arrival(Some("low-income"), tap)).unwrap();
        told.push(given.slip.wait);
    }
    // Two counters, ten minutes each.
    let expected: Vec<_> = [0, 0, 10, 10, 20].map(|it| Some(Wait::of(it * MINUTE))).into();
    assert_eq!(told, expected);
    assert_eq!(told[4].map(|it| (it.from, it.until)), Some((15, 30)));
    // What is being served is reckoned with the time it has had.
    let first = next(&mut desk, "zhang", 3).unwrap();
    act(&mut desk, "zhang", first, Action::Begin).unwrap();
    clock.advance(4 * MINUTE);
    let seen = desk.snapshot();
    let waits: Vec<_> = seen.visits.iter().filter_map(|it| it.wait).collect();
    assert_eq!(
        waits.iter().map(|it| it.minutes).collect::<Vec<_>>(),
        [0, 6, 10, 16]
    );
}

#[test]
fn lunch_is_waited_through_and_a_wait_beyond_closing_is_not_called_a_wait() {
    let (mut desk, clock) = desk("2026-03-02T11:55:00+08:00");
    let tell = |desk: &mut Desk, tap| arrive(desk, arrival(Some("low-income"), tap)).unwrap().slip.wait;
    assert_eq!(tell(&mut desk, 1), Some(Wait::of(0)));
    tell(&mut desk, 2);
    // Ten minutes of open time from 11:55 end at 14:35.
    assert_eq!(tell(&mut desk, 3), Some(Wait::of(160 * MINUTE)));
    clock.advance(5 * HOUR + 25 * MINUTE);
    for tap in 4..8 {
        tell(&mut desk, tap);
    }
    assert_eq!(
        tell(&mut desk, 8),
        None,
        "17:20, and half an hour of others before"
    );
}

#[test]
fn every_night_it_is_told_how_often_reality_was_inside_and_the_next_day_knows_better() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    let mut visits = Vec::new();
    for tap in 0..20 {
        visits.push(come(&mut desk, tap, Class::Ordinary).unwrap());
    }
    // One counter works where two were rostered, and each takes half an hour instead of ten minutes.
    for _ in 0..5 {
        let visit = next(&mut desk, "zhang", 3).unwrap();
        serve(&mut desk, &clock, "zhang", visit, 30);
    }
    assert!(entries(&desk, "day.closed").is_empty(), "not while the day lasts");
    clock.advance(21 * HOUR);
    desk.answer(Request::Tick).unwrap();
    desk.answer(Request::Tick).unwrap();
    let closed = entries(&desk, "day.closed");
    assert_eq!(closed.len(), 1, "once");
    let BoxEvent::DayClosed(day) = store::read_box_event("day.closed", 1, &closed[0].1).unwrap() else {
        panic!("a closed day")
    };
    assert_eq!(day.day.to_string(), "2026-03-02");
    assert_eq!(day.figures.left_waiting, 15);
    let hits = day.figures.hits;
    // Called after 0, 30, 60, 90, 120 minutes; told 0, 0, 10, 10, 20.
    assert_eq!((hits.told, hits.inside, hits.error_ms), (5, 1, 260 * MINUTE));
    let known = desk.snapshot().days;
    assert_eq!(*known, vec![*day]);
    // Twenty times ten and five times thirty minutes: fourteen.
    drop(desk);
    let (mut desk, _) = desk_at(place, "2026-03-03T08:30:00+08:00");
    assert_eq!(desk.snapshot().days, known);
    for _ in 0..15 {
        let left = desk
            .snapshot()
            .visits
            .iter()
            .find(|it| it.ahead.is_some())
            .unwrap()
            .visit
            .id;
        close(&mut desk, "sun", left, Outcome::Left, Told::NotTold).unwrap();
    }
    for tap in 100..102 {
        come(&mut desk, tap, Class::Ordinary).unwrap();
    }
    let third = arrive(&mut desk, arrival(Some("low-income"), 102)).unwrap();
    assert_eq!(third.slip.wait, Some(Wait::of(14 * MINUTE)));
}

#[test]
fn whoever_came_back_to_one_officer_waits_for_that_officer_and_nobody_behind_waits_with_them() {
    let (mut desk, _) = desk(MONDAY);
    let back = come(&mut desk, 1, Class::Ordinary).unwrap();
    act(&mut desk, "zhang", back, Action::Receive).unwrap();
    let notice = MatterCommand::GiveNotice {
        missing: vec!["户口簿".into()],
        told: Told::Writing,
        note: None,
    };
    act(&mut desk, "zhang", back, Action::Matter(MatterIndex(0), notice)).unwrap();
    let served = come(&mut desk, 2, Class::Ordinary).unwrap();
    assert_eq!(next(&mut desk, "zhang", 3).unwrap(), served);
    act(&mut desk, "zhang", served, Action::Begin).unwrap();
    act(&mut desk, "sun", back, Action::Return).unwrap();
    // 李 at the other counter is free: whoever comes now goes there, and passes the one who waits for 张.
    let third = arrive(&mut desk, arrival(Some("low-income"), 3)).unwrap();
    assert_eq!(third.slip.wait, Some(Wait::of(0)));
    let waits: Vec<_> = desk
        .snapshot()
        .visits
        .iter()
        .filter(|it| it.ahead.is_some())
        .map(|it| (it.visit.id, it.wait))
        .collect();
    let expected = [
        (back, Some(Wait::of(10 * MINUTE))),
        (third.visit, Some(Wait::of(0))),
    ];
    assert_eq!(waits, expected);
    // And so it goes.
    assert_eq!(next(&mut desk, "li", 5).unwrap(), third.visit);
    close(&mut desk, "zhang", served, Outcome::Answered, Told::InPerson).unwrap();
    assert_eq!(next(&mut desk, "zhang", 3).unwrap(), back);
}

// ── Close of day, night, morning ───────────────────────────────────────────────

#[test]
fn who_waits_at_closing_is_told_and_comes_again_with_the_place_kept() {
    let (mut desk, clock) = desk("2026-03-02T16:00:00+08:00");
    let waits = come(&mut desk, 1, Class::Ordinary).unwrap();
    let tell = |told| Action::RollOver { told };
    assert_eq!(
        refused(act(&mut desk, "sun", waits, tell(Told::InPerson))),
        "not-closing"
    );
    assert!(!desk.snapshot().closing);
    clock.advance(HOUR + 10 * MINUTE);
    assert!(desk.snapshot().closing, "20 minutes before closing");
    assert_eq!(
        refused(act(&mut desk, "sun", waits, tell(Told::NotTold))),
        "told-needed"
    );
    act(&mut desk, "sun", waits, tell(Told::InPerson)).unwrap();
    assert_eq!(
        refused(act(&mut desk, "sun", waits, tell(Told::InPerson))),
        "already-rolled"
    );
    let reprint = act(&mut desk, "sun", waits, Action::Reprint);
    reprint.unwrap();
    let slip = loop {
        match desk.answer(Request::NextPaper).unwrap() {
            Reply::Paper(Some(paper)) => match paper.content {
                Content::Slip(slip) if slip.reprint => break slip,
                _ => {}
            },
            other => panic!("{other:?}"),
        }
    };
    let opens: Timestamp = "2026-03-03T08:30:00+08:00".parse().unwrap();
    assert_eq!(slip.come, Some(Come::Again(local(opens))));
    // Nobody waits any more, so the next morning's numbers begin anew without a silent night.
    clock.advance(15 * HOUR + 20 * MINUTE);
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap()),
        "A001"
    );
    assert_eq!(desk.lobby().day().unwrap().to_string(), "2026-03-03");
    assert_eq!(
        next(&mut desk, "zhang", 3).unwrap(),
        waits,
        "first in the morning"
    );
    desk.lobby().verify(&office());
}

fn numbered_given(given: Given) -> String {
    given.slip.number.to_string()
}

#[test]
fn what_still_waits_at_closing_is_closed_by_a_person_with_a_reason_or_goes_on_by_itself() {
    let (mut desk, clock) = desk("2026-03-02T17:00:00+08:00");
    let leaves = come(&mut desk, 1, Class::Ordinary).unwrap();
    let forgotten = come(&mut desk, 2, Class::Ordinary).unwrap();
    clock.advance(40 * MINUTE);
    close(&mut desk, "sun", leaves, Outcome::Left, Told::NotTold).unwrap();
    clock.advance(15 * HOUR);
    desk.answer(Request::Tick).unwrap();
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(Some("low-income"), 3)).unwrap()),
        "A001",
        "a forgotten number does not hold up the day"
    );
    let seen = desk.snapshot().visits;
    let first = &seen.iter().find(|it| it.ahead == Some(0)).unwrap().visit;
    assert_eq!(
        (first.id, first.day.to_string().as_str()),
        (forgotten, "2026-03-02")
    );
}

#[test]
fn outside_hours_a_number_of_the_night_is_in_no_queue_and_the_duty_officer_answers() {
    let (mut desk, clock) = desk("2026-03-02T19:00:00+08:00");
    let given = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    assert_eq!(given.slip.number.to_string(), "夜01");
    assert_eq!((given.slip.ahead, given.slip.wait), (None, None));
    let opens: Timestamp = "2026-03-03T08:30:00+08:00".parse().unwrap();
    assert_eq!(given.slip.come, Some(Come::First(local(opens))));
    let visit = desk.lobby().visit(given.visit).unwrap().clone();
    assert_eq!(
        visit.matters[0].first_responder.as_str(),
        "zhao",
        "the duty officer"
    );
    let seen = desk.snapshot();
    assert!(seen.waiting.iter().all(|it| it.1 == 0));
    assert!(seen.visits.iter().any(|it| it.visit.id == given.visit));
    // The night is one, midnight or not.
    clock.advance(6 * HOUR);
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(None, 2)).unwrap()),
        "夜02"
    );
    assert_eq!(desk.lobby().day().unwrap().to_string(), "2026-03-02");
    // From 07:30 people line up for the morning.
    clock.advance(6 * HOUR + 31 * MINUTE);
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(Some("low-income"), 3)).unwrap()),
        "A001"
    );
    assert_eq!(desk.lobby().day().unwrap().to_string(), "2026-03-03");
}

#[test]
fn a_night_before_a_holiday_says_the_day_after_it() {
    // Labour Day 2026: off from Friday 1 May to Tuesday 5 May.
    let (mut desk, _) = desk("2026-04-30T20:00:00+08:00");
    let given = arrive(&mut desk, arrival(None, 1)).unwrap();
    let opens: Timestamp = "2026-05-06T08:30:00+08:00".parse().unwrap();
    assert_eq!(given.slip.come, Some(Come::First(local(opens))));
}

#[test]
fn who_left_a_telephone_at_night_is_called_back_in_the_first_hour_and_closed_by_telephone() {
    let (mut desk, clock) = desk("2026-03-02T22:00:00+08:00");
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.personal.phone = sensitive::phone("13800138000").unwrap();
    let given = arrive(&mut desk, somebody).unwrap();
    let by: Timestamp = "2026-03-03T09:30:00+08:00".parse().unwrap();
    assert_eq!(given.slip.come, Some(Come::WeCall(local(by))));
    clock.advance(11 * HOUR);
    let call = |reached| Action::CallBack { reached };
    assert_eq!(
        refused(close(
            &mut desk,
            "zhao",
            given.visit,
            Outcome::Replied,
            Told::InPerson
        )),
        "out-of-turn",
        "nobody is here"
    );
    act(&mut desk, "zhao", given.visit, call(false)).unwrap();
    act(&mut desk, "sun", given.visit, call(true)).unwrap();
    assert_eq!(
        refused(act(&mut desk, "zhao", given.visit, call(true))),
        "out-of-turn"
    );
    let night = desk.lobby().visit(given.visit).unwrap().ticket.night.unwrap();
    assert_eq!((night.tries, night.reached), (2, true));
    close(&mut desk, "zhao", given.visit, Outcome::Replied, Told::Phone).unwrap();
}

#[test]
fn who_is_received_at_night_by_the_duty_officer_need_not_be_called_back() {
    let (mut desk, _) = desk("2026-03-02T22:00:00+08:00");
    let given = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    act(&mut desk, "zhao", given.visit, Action::Receive).unwrap();
    assert_eq!(numbered(&desk, "夜01").ticket.night, None);
    desk.lobby().verify(&office());
}

#[test]
fn who_comes_in_the_morning_with_the_slip_of_the_night_is_received_first() {
    let (mut desk, clock) = desk("2026-03-02T22:00:00+08:00");
    let given = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    clock.advance(10 * HOUR + 45 * MINUTE);
    come(&mut desk, 2, Class::Ordinary).unwrap();
    come(&mut desk, 3, Class::Priority).unwrap();
    act(&mut desk, "sun", given.visit, Action::Rejoin).unwrap();
    assert_eq!(queue(&mut desk), ["夜01", "A002", "A001"]);
    assert_eq!(next(&mut desk, "zhang", 3).unwrap(), given.visit);
}

#[test]
fn numbers_go_on_under_a_clock_nobody_trusts_and_a_night_is_not_guessed() {
    let (mut desk, clock) = desk(MONDAY);
    come(&mut desk, 1, Class::Ordinary).unwrap();
    clock
        .disturb(|it| (it.clock_state, it.at) = (ClockState::Unset, "2020-01-01T00:00:00Z".parse().unwrap()));
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap()),
        "A002"
    );
}

#[test]
fn a_box_that_woke_without_a_clock_begins_the_day_once_a_time_server_has_spoken() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), "2026-03-02T16:00:00+08:00");
    // Somebody is forgotten, and the plug is pulled for the night.
    come(&mut desk, 1, Class::Ordinary).unwrap();
    drop(desk);
    clock.disturb(|it| {
        it.boot_id = lobby::domain::ids::BootId(uuid::Uuid::from_u128(2));
        (it.mono_ms, it.clock_state) = (5_000, ClockState::Unset);
        it.at = "2026-03-02T16:00:30+08:00".parse().unwrap();
    });
    let setup = lobby::desk::Setup {
        place,
        office: std::sync::Arc::new(office()),
        clock: clock.clone(),
        print: lobby::desk::Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup).unwrap();
    clock.advance(2 * MINUTE);
    clock.disturb(|it| {
        (it.at, it.clock_state) = ("2026-03-03T08:35:00+08:00".parse().unwrap(), ClockState::Ntp);
    });
    assert_eq!(
        numbered_given(arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap()),
        "A001"
    );
    assert_eq!(desk.lobby().day().unwrap().to_string(), "2026-03-03");
}

#[test]
fn every_refusal_of_order_has_its_own_code() {
    let all = [
        Refusal::ReasonNeeded,
        Refusal::SameClass,
        Refusal::UrgentUsedUp,
        Refusal::AlreadyRolled,
        Refusal::NotClosing,
    ];
    let codes: std::collections::HashSet<_> = all.iter().map(|it| it.code()).collect();
    assert_eq!(codes.len(), all.len());
}
