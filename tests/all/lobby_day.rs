//! Whole days in the lobby, told as scripts. Only `check` knows the API.

use expect_test::{Expect, expect};
use lobby::clock::Clock;
use lobby::desk::{Action, Desk, Paper, PaperOutcome, Place, Reply, Request, Trouble};
use lobby::domain::event::{Class, HandoverReason, Outcome, RefuseReason, Told};
use lobby::domain::ids::{CounterId, MatterIndex, OfferIndex};
use lobby::domain::sensitive;
use lobby::domain::time::{Timestamp, local};
use proptest::prelude::*;

use crate::support::{MONDAY, act, arrival, arrive, desk, desk_at, numbered, office};

#[test]
fn a_visitor_who_misses_three_calls_loses_the_turn() {
    check(
        "08:30 visitor arrives for low-income
         08:31 visitor arrives for low-income
         08:32 zhang calls next to 3
         08:33 zhang calls A001 to 3
         08:34 zhang calls A001 to 3
         08:35 zhang calls A001 to 3
         08:35 zhang misses A001
         08:36 zhang calls next to 3",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:31 A002 for civil, zhang answers
            08:32 A001 to counter 3
            08:33 done
            08:34 done
            08:35 refused: called-enough
            08:35 done
            08:36 A002 to counter 3
        "#]],
    );
}

#[test]
fn a_call_may_not_chase_the_one_before() {
    check(
        "08:30 visitor arrives for low-income
         08:32 zhang calls next to 3
         08:32 zhang calls A001 to 3
         08:32 zhang misses A001
         08:33 zhang calls A001 to 3",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:32 A001 to counter 3
            08:32 refused: too-soon
            08:32 refused: call-again-first
            08:33 done
        "#]],
    );
}

#[test]
fn who_comes_back_keeps_the_first_arrival_but_lets_three_others_go_first() {
    check(
        "08:30 visitor arrives for low-income
         08:31 visitor arrives for low-income
         08:31 visitor arrives for low-income
         08:31 visitor arrives for low-income
         08:31 visitor arrives for low-income
         08:32 zhang calls next to 3
         08:33 zhang calls A001 to 3
         08:34 zhang calls A001 to 3
         08:35 zhang misses A001
         08:36 sun rejoins A001
         08:36 zhang calls next to 3
         08:36 li calls next to 5
         08:37 zhang begins A002
         08:37 zhang closes A002 as answered
         08:38 zhang calls next to 3
         08:39 li begins A003
         08:39 li closes A003 as answered
         08:39 li calls next to 5",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:31 A002 for civil, zhang answers
            08:31 A003 for civil, zhang answers
            08:31 A004 for civil, zhang answers
            08:31 A005 for civil, zhang answers
            08:32 A001 to counter 3
            08:33 done
            08:34 done
            08:35 done
            08:36 done
            08:36 A002 to counter 3
            08:36 A003 to counter 5
            08:37 done
            08:37 done
            08:38 A004 to counter 3
            08:39 done
            08:39 done
            08:39 A001 to counter 5
        "#]],
    );
}

#[test]
fn who_comes_back_to_an_empty_hall_is_served_at_once() {
    check(
        "08:30 visitor arrives for low-income
         08:32 zhang calls next to 3
         08:33 zhang calls A001 to 3
         08:34 zhang calls A001 to 3
         08:35 zhang misses A001
         08:36 sun rejoins A001
         08:36 zhang calls next to 3",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:32 A001 to counter 3
            08:33 done
            08:34 done
            08:35 done
            08:36 done
            08:36 A001 to counter 3
        "#]],
    );
}

#[test]
fn priority_counts_as_twelve_minutes_earlier_and_no_more() {
    check(
        "08:30 visitor arrives for low-income
         08:40 visitor arrives for low-income
         08:45 priority visitor arrives for low-income
         08:46 zhang calls next to 3
         08:47 zhang begins A001
         08:47 zhang closes A001 as answered
         08:48 zhang calls next to 3",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:40 A002 for civil, zhang answers
            08:45 A003 for civil, zhang answers
            08:46 A001 to counter 3
            08:47 done
            08:47 done
            08:48 A003 to counter 3
        "#]],
    );
}

#[test]
fn a_handover_moves_only_by_acceptance_and_keeps_number_and_arrival() {
    check(
        "08:30 visitor arrives for low-income
         08:31 visitor arrives for card-reissue
         08:32 zhang calls next to 3
         08:33 zhang begins A001
         08:34 zhang offers A001 to zheng
         08:34 zhang closes A001 as answered
         08:35 li accepts A001
         08:36 zheng accepts A001
         08:36 zhang calls A001 to 3
         08:37 zheng calls next to 4
         08:38 qian begins A001
         08:39 qian closes A001 as answered",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:31 B001 for labour, zheng answers
            08:32 A001 to counter 3
            08:33 done
            08:34 done
            08:34 refused: offer-open
            08:35 refused: not-offered-to-you
            08:36 done
            08:36 refused: not-yours
            08:37 A001 to counter 4
            08:38 done
            08:39 done
        "#]],
    );
}

#[test]
fn an_offer_nobody_answers_goes_back_to_the_first_responder() {
    check(
        "11:45 visitor arrives for low-income
         11:46 zhang calls next to 3
         11:47 zhang begins A001
         11:55 zhang offers A001 to zheng
         14:39 zhang closes A001 as answered
         14:40 zheng accepts A001
         14:40 zhang closes A001 as answered",
        expect![[r#"
            11:45 A001 for civil, zhang answers
            11:46 A001 to counter 3
            11:47 done
            11:55 done
            14:39 refused: offer-open
            14:40 refused: offer-over
            14:40 done
        "#]],
    );
}

#[test]
fn nobody_is_sent_away_without_an_address() {
    check(
        "08:30 visitor arrives for low-income
         08:31 zhang calls next to 3
         08:32 zhang begins A001
         08:33 zhang closes A001 as outside-told
         08:34 zhang closes A001 as outside-told with 区人社局，人民路 1 号，12333
         08:35 zhang closes A001 as answered",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:31 A001 to counter 3
            08:32 done
            08:33 refused: note-needed
            08:34 done
            08:35 refused: already-closed
        "#]],
    );
}

#[test]
fn whoever_does_not_know_whom_to_ask_is_received_first() {
    check(
        "08:30 visitor arrives
         12:30 visitor arrives
         19:00 visitor arrives",
        expect![[r#"
            08:30 Z001 for general, sun answers
            12:30 Z002 for general, sun answers
            19:00 夜01 for general, zhao answers
        "#]],
    );
}

#[test]
fn a_counter_serves_one_ticket_and_two_counters_get_two() {
    check(
        "08:30 visitor arrives for low-income
         08:30 visitor arrives for low-income
         08:31 zhang calls next to 3
         08:31 zhang calls next to 3
         08:31 li calls next to 5
         08:31 li calls next to 4
         08:31 li calls A001 to 5",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:30 A002 for civil, zhang answers
            08:31 A001 to counter 3
            08:31 refused: counter-busy
            08:31 A002 to counter 5
            08:31 refused: wrong-counter
            08:31 refused: counter-busy
        "#]],
    );
}

#[test]
fn a_second_tap_makes_no_second_ticket() {
    let (mut desk, _) = desk(MONDAY);
    let first = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    let second = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    assert!(!first.again && second.again);
    assert_eq!((first.visit, first.slip), (second.visit, second.slip));
    assert_eq!(desk.lobby().visits().count(), 1);
}

#[test]
fn numbers_restart_with_the_service_day_and_not_before() {
    let (mut desk, clock) = desk("2026-03-02T08:30:00+08:00");
    let number = |tap, desk: &mut Desk| {
        arrive(desk, arrival(Some("low-income"), tap))
            .unwrap()
            .slip
            .number
            .to_string()
    };
    assert_eq!(number(1, &mut desk), "A001");
    // 23:30 on Monday, and half an hour later, with somebody still waiting.
    clock.advance(15 * 3600 * 1000);
    assert_eq!(number(2, &mut desk), "夜01");
    clock.advance(1800 * 1000 + 60_000);
    assert_eq!(number(3, &mut desk), "夜02", "midnight is not the end of a night");
    // The next morning after a silent night; the forgotten are shown with their date.
    clock.advance(9 * 3600 * 1000);
    assert_eq!(number(4, &mut desk), "A001");
    assert_eq!(desk.lobby().visits().count(), 4);
    desk.lobby().verify(&office());
}

#[test]
fn a_clock_nobody_trusts_starts_no_day() {
    let (mut desk, clock) = desk(MONDAY);
    assert_eq!(
        arrive(&mut desk, arrival(None, 1))
            .unwrap()
            .slip
            .number
            .to_string(),
        "Z001"
    );
    let visit = numbered(&desk, "Z001").id;
    let (outcome, told) = (Outcome::Left, Told::NotTold);
    act(
        &mut desk,
        "sun",
        visit,
        Action::Close {
            matter: MatterIndex(0),
            outcome,
            told,
            note: sensitive::note("已自行离开").unwrap(),
        },
    )
    .unwrap();
    clock.advance(24 * 3600 * 1000);
    clock.disturb(|it| it.clock_state = lobby::domain::time::ClockState::Unset);
    assert_eq!(
        arrive(&mut desk, arrival(None, 2))
            .unwrap()
            .slip
            .number
            .to_string(),
        "Z002"
    );
}

#[test]
fn a_wall_clock_that_jumps_reorders_nobody() {
    let (mut desk, clock) = desk(MONDAY);
    arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    clock.disturb(|it| it.at -= chrono::Duration::hours(2));
    clock.disturb(|it| it.mono_ms += 60_000);
    arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    let reply = desk
        .answer(Request::CallNext {
            by: "zhang".into(),
            counter: CounterId(3),
        })
        .unwrap();
    assert!(matches!(reply, Reply::Called(visit) if visit == numbered(&desk, "A001").id));
}

#[test]
fn a_name_is_in_no_snapshot_text() {
    let (mut desk, _) = desk(MONDAY);
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.personal.name = sensitive::name("王秀英㛃").unwrap();
    somebody.personal.phone = sensitive::phone("13800138000").unwrap();
    let given = arrive(&mut desk, somebody).unwrap();
    let seen = format!("{:?} {given:?}", desk.snapshot());
    assert!(!seen.contains("王秀英") && !seen.contains("13800138000"));
}

#[test]
fn a_tap_of_yesterday_still_makes_no_second_ticket() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    let first = arrive(&mut desk, arrival(None, 1)).unwrap();
    close(&mut desk, "sun", first.visit, Outcome::Left);
    clock.advance(24 * 3600 * 1000);
    arrive(&mut desk, arrival(None, 2)).unwrap();
    assert!(
        desk.lobby().visit(first.visit).is_none(),
        "yesterday is the journal's"
    );
    let again = |desk: &mut Desk| {
        let given = arrive(desk, arrival(None, 1)).unwrap();
        assert!(given.again);
        assert_eq!((given.visit, given.slip.number), (first.visit, first.slip.number));
        assert_eq!(desk.snapshot().storage, lobby::desk::Storage::Sound);
    };
    again(&mut desk);
    drop(desk);
    let (mut desk, _) = desk_at(place, "2026-03-03T09:00:00+08:00");
    again(&mut desk);
}

#[test]
fn a_battery_clock_that_woke_in_another_year_does_not_keep_the_numbers_there() {
    use lobby::domain::time::ClockState;
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    let number = |desk: &mut Desk, tap| {
        let given = arrive(desk, arrival(None, tap)).unwrap();
        close(desk, "sun", given.visit, Outcome::Left);
        let day = desk.lobby().day().unwrap();
        format!("{} of {day}", given.slip.number)
    };
    assert_eq!(number(&mut desk, 1), "Z001 of 2026-03-02");
    let away = chrono::Duration::days(5000);
    clock.disturb(|it| (it.at, it.clock_state) = (it.at + away, ClockState::Rtc));
    assert_eq!(number(&mut desk, 2), "Z001 of 2039-11-09");
    clock.disturb(|it| it.at -= away);
    assert_eq!(
        number(&mut desk, 3),
        "Z002 of 2039-11-09",
        "one battery clock is as good as another"
    );
    clock.disturb(|it| it.clock_state = ClockState::Ntp);
    assert_eq!(
        number(&mut desk, 4),
        "Z002 of 2026-03-02",
        "numbers go on, none is given twice"
    );
    drop(desk);
    let (mut desk, _) = desk_at(place, "2026-03-02T09:00:00+08:00");
    assert_eq!(number(&mut desk, 5), "Z003 of 2026-03-02");
}

#[test]
fn an_offer_that_has_lapsed_holds_up_no_call() {
    check(
        "08:30 visitor arrives for low-income
         08:31 zhang offers A001 to zheng
         08:45 zhang calls next to 3
         08:46 zhang calls next to 3",
        expect![[r#"
            08:30 A001 for civil, zhang answers
            08:31 done
            08:45 refused: nobody-waits
            08:46 A001 to counter 3
        "#]],
    );
}

#[test]
fn a_restart_has_the_same_visits_in_mind() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    let of_monday = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    for _ in 0..3 {
        clock.advance(60_000);
        act(&mut desk, "zhang", of_monday, Action::Call(CounterId(3))).unwrap();
    }
    act(&mut desk, "zhang", of_monday, Action::Miss).unwrap();
    clock.advance(24 * 3600 * 1000);
    arrive(&mut desk, arrival(None, 2)).unwrap();
    close(&mut desk, "zhang", of_monday, Outcome::Missed);
    let before = desk.lobby().clone();
    drop(desk);
    let (desk, _) = desk_at(place, "2026-03-03T10:00:00+08:00");
    assert_eq!(&before, desk.lobby());
}

#[test]
fn a_clock_that_becomes_trusted_leaves_an_anchor() {
    let (mut desk, clock) = desk(MONDAY);
    let entries = |desk: &Desk| lobby::store::entry_count(desk.store().read()).unwrap();
    clock.disturb(|it| it.clock_state = lobby::domain::time::ClockState::Unset);
    desk.answer(Request::Tick).unwrap();
    let before = entries(&desk);
    desk.answer(Request::Tick).unwrap();
    assert_eq!(entries(&desk), before, "once");
    clock.disturb(|it| it.clock_state = lobby::domain::time::ClockState::Ntp);
    desk.answer(Request::Tick).unwrap();
    assert_eq!(entries(&desk), before + 1);
}

#[test]
fn a_slip_that_comes_back_unsent_after_a_reprint_is_not_printed_beside_it() {
    let (mut desk, _) = desk(MONDAY);
    let visit = arrive(&mut desk, arrival(None, 1)).unwrap().visit;
    let first = next_paper(&mut desk).unwrap();
    act(&mut desk, "sun", visit, Action::Reprint).unwrap();
    settle(&mut desk, first.job, PaperOutcome::NotSent);
    let second = next_paper(&mut desk).unwrap();
    assert!(is_reprint(&second) && !second.clear_first);
    settle(&mut desk, second.job, PaperOutcome::Printed);
    assert_eq!(next_paper(&mut desk), None);
}

#[test]
fn a_reprint_takes_the_place_of_what_was_never_sent_and_empties_the_printer_of_what_may_lie_there() {
    let (mut desk, _) = desk(MONDAY);
    let visit = arrive(&mut desk, arrival(None, 1)).unwrap().visit;
    act(&mut desk, "sun", visit, Action::Reprint).unwrap();
    let paper = next_paper(&mut desk).unwrap();
    assert!(is_reprint(&paper) && !paper.clear_first);
    settle(&mut desk, paper.job, PaperOutcome::InDoubt);
    assert_eq!(
        next_paper(&mut desk),
        None,
        "what is in doubt is not printed by itself"
    );
    act(&mut desk, "sun", visit, Action::Reprint).unwrap();
    assert!(next_paper(&mut desk).unwrap().clear_first);
}

#[test]
fn a_sheet_asked_for_again_is_marked_as_the_slip_is_and_one_that_never_came_out_is_not() {
    use lobby::domain::event::PaperKind;
    use lobby::domain::matter::MatterCommand;
    let (mut desk, _) = desk(MONDAY);
    let visit = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    let slip = next_paper(&mut desk).unwrap();
    settle(&mut desk, slip.job, PaperOutcome::Printed);
    act(&mut desk, "zhang", visit, Action::Receive).unwrap();
    let matter = MatterIndex(0);
    let notice = MatterCommand::GiveNotice {
        missing: vec!["户口簿".into()],
        told: Told::Writing,
        note: None,
    };
    act(&mut desk, "zhang", visit, Action::Matter(matter, notice)).unwrap();
    let again = Action::Print(PaperKind::Notice, matter);
    // Asked for again before it was sent: one comes out, and it is the first.
    act(&mut desk, "zhang", visit, again.clone()).unwrap();
    let first = next_paper(&mut desk).unwrap();
    assert!(!is_reprint(&first));
    settle(&mut desk, first.job, PaperOutcome::NotSent);
    let first = next_paper(&mut desk).unwrap();
    assert!(!is_reprint(&first), "no byte of it had left");
    settle(&mut desk, first.job, PaperOutcome::InDoubt);
    // It may hang from the roll: the printer is emptied before the marked one.
    act(&mut desk, "zhang", visit, again.clone()).unwrap();
    let second = next_paper(&mut desk).unwrap();
    assert!(is_reprint(&second) && second.clear_first);
    settle(&mut desk, second.job, PaperOutcome::Printed);
    act(&mut desk, "zhang", visit, again).unwrap();
    assert!(is_reprint(&next_paper(&mut desk).unwrap()));
    // Another paper of the same visit is its own first.
    act(
        &mut desk,
        "zhang",
        visit,
        Action::Print(PaperKind::Promise, matter),
    )
    .unwrap();
    let third = next_paper(&mut desk);
    assert!(third.is_none_or(|it| !is_reprint(&it)));
}

#[test]
fn a_first_slip_comes_out_for_whoever_is_called_at_once_and_not_an_hour_later() {
    for (later_ms, comes_out) in [(5_000, true), (3_600_000, false)] {
        let (mut desk, clock) = desk(MONDAY);
        let visit = arrive(&mut desk, arrival(None, 1)).unwrap().visit;
        act(&mut desk, "sun", visit, Action::Call(CounterId(1))).unwrap();
        clock.advance(later_ms);
        assert_eq!(next_paper(&mut desk).is_some(), comes_out);
    }
}

#[test]
fn whoever_waits_for_a_department_that_is_gone_is_still_seen() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    let (mut desk, clock) = desk_at(place.clone(), MONDAY);
    let visit = arrive(&mut desk, arrival(Some("card-reissue"), 1)).unwrap().visit;
    drop(desk);
    let lobby::domain::office::Office {
        identity,
        hours,
        settings,
        reception,
        mut departments,
        counters,
        matters,
        staff,
        routing,
        roster,
        posted,
        ..
    } = office();
    departments.retain(|it| it.code.as_str() != "labour");
    let office = lobby::domain::office::Office::new(lobby::domain::office::OfficeParts {
        identity,
        hours,
        settings,
        reception,
        departments,
        counters,
        matters,
        staff,
        routing,
        roster,
        posted,
    });
    let print = lobby::desk::Waker::nobody();
    let setup = lobby::desk::Setup {
        place,
        office: std::sync::Arc::new(office),
        clock,
        print,
    };
    let (mut desk, _) = Desk::open(setup).unwrap();
    assert!(desk.snapshot().visits.iter().any(|it| it.visit.id == visit));
}

fn next_paper(desk: &mut Desk) -> Option<Paper> {
    match desk.answer(Request::NextPaper).unwrap() {
        Reply::Paper(paper) => paper.map(|it| *it),
        other => panic!("{other:?}"),
    }
}

fn is_reprint(paper: &Paper) -> bool {
    match &paper.content {
        lobby::desk::Content::Slip(slip) => slip.reprint,
        lobby::desk::Content::Sheet(sheet) => sheet.reprint,
    }
}

fn settle(desk: &mut Desk, job: lobby::domain::ids::JobId, outcome: PaperOutcome) {
    desk.answer(Request::PaperIs { job, outcome }).unwrap();
}

fn close(desk: &mut Desk, by: &str, visit: lobby::domain::ids::VisitId, outcome: Outcome) {
    let (matter, told) = (MatterIndex(0), Told::NotTold);
    act(
        desk,
        by,
        visit,
        Action::Close {
            matter,
            outcome,
            told,
            note: sensitive::note("已自行离开").unwrap(),
        },
    )
    .unwrap();
}

/// Plays a visit's entries and checks each change of who answers against RULES §2: only an acceptance and
/// an officer of the same department who begins move it, and the first responder stays who it was.
fn responsibility_moves_only_as_told(
    desk: &mut Desk,
    office: &lobby::domain::office::Office,
    id: lobby::domain::ids::VisitId,
) {
    use lobby::domain::event::{Event, Stamp};
    let Reply::Story(story) = desk.answer(Request::Story(id)).unwrap() else {
        panic!("a story")
    };
    let mut visit: Option<lobby::domain::visit::Visit> = None;
    let mut first = None;
    for (at, event) in &story {
        let stamp = Stamp {
            at: *at,
            lobby: lobby::domain::time::LobbyTime(0),
            seq: 1,
        };
        let Some(visit) = &mut visit else {
            let Event::Registered(it) = event else {
                panic!("a visit begins with its registration")
            };
            first = Some(it.responder.clone());
            visit = Some(lobby::domain::visit::Visit::register(id, it, stamp));
            continue;
        };
        let (before, department) = (visit.responsible().clone(), visit.ticket.department.clone());
        let offered = visit.open_offer().map(|it| it.offered.clone());
        visit.apply(event, stamp);
        let expected = match event {
            Event::Begun { by, .. } => {
                assert_eq!(
                    office.staff(by).unwrap().department,
                    department,
                    "only their own department"
                );
                by.clone()
            }
            Event::Accepted { offer } => {
                let offered = offered.expect("only what is offered is accepted");
                assert_eq!(offered.offer, *offer);
                assert_eq!(visit.ticket.department, offered.department);
                offered.to
            }
            _ => {
                assert_eq!(visit.ticket.department, department, "{event:?}");
                before
            }
        };
        assert_eq!(*visit.responsible(), expected, "{event:?}");
        assert_eq!(Some(&visit.matters[0].first_responder), first.as_ref());
    }
    let known = desk.lobby().visit(id).unwrap();
    assert_eq!(visit.unwrap().responsible(), known.responsible());
}

#[derive(Debug, Clone)]
enum Step {
    Arrive(u8, bool),
    CallNext(usize, u8),
    Do(usize, u8, What),
    Pass(i64),
    Jump(i64),
}

#[derive(Debug, Clone)]
enum What {
    Call(u8),
    Begin,
    Miss,
    Rejoin,
    Offer(usize),
    Accept(u16),
    Refuse(u16),
    Close(usize, usize),
    Reprint,
}

const PEOPLE: [&str; 7] = ["zhang", "li", "wu", "zheng", "qian", "sun", "zhao"];
const COUNTERS: [u8; 4] = [1, 3, 4, 5];

fn step() -> impl Strategy<Value = Step> {
    let what = prop_oneof![
        (0..4usize).prop_map(|it| What::Call(COUNTERS[it])),
        Just(What::Begin),
        Just(What::Miss),
        Just(What::Rejoin),
        (0..7usize).prop_map(What::Offer),
        (0..3u16).prop_map(What::Accept),
        (0..3u16).prop_map(What::Refuse),
        (0..6usize, 0..4usize).prop_map(|(outcome, told)| What::Close(outcome, told)),
        Just(What::Reprint),
    ];
    prop_oneof![
        2 => (0..3u8, any::<bool>()).prop_map(|(matter, first)| Step::Arrive(matter, first)),
        2 => (0..7usize, 0..4usize).prop_map(|(by, counter)| Step::CallNext(by, COUNTERS[counter])),
        8 => (0..7usize, 0..8u8, what).prop_map(|(by, visit, what)| Step::Do(by, visit, what)),
        2 => (0..1_200_000i64).prop_map(Step::Pass),
        1 => (-90_000_000..90_000_000i64).prop_map(Step::Jump),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_order_of_steps_breaks_the_lobby_and_its_journal_says_all(
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::File(dir.path().join("lobby.db"));
        let (mut desk, clock) = desk_at(place.clone(), MONDAY);
        desk.store().hurry(true).unwrap();
        let office = office();
        for (at, step) in steps.into_iter().enumerate() {
            take(&mut desk, &clock, at, step);
            desk.lobby().verify(&office);
        }
        let before = desk.lobby().clone();
        let ids: Vec<_> = before.visits().map(|it| it.id).collect();
        for id in ids {
            responsibility_moves_only_as_told(&mut desk, &office, id);
        }
        drop(desk);
        let setup = lobby::desk::Setup {
            place,
            office: std::sync::Arc::new(office),
            clock,
            print: lobby::desk::Waker::nobody(),
        };
        let (after, salvage) = Desk::open(setup).unwrap();
        prop_assert!(salvage.is_none());
        let known = |lobby: &lobby::domain::lobby::Lobby| {
            let mut all: Vec<_> = lobby.visits().map(|it| it.as_ref().clone()).collect();
            all.sort_by_key(|it| it.seq);
            all
        };
        prop_assert_eq!(known(&before), known(after.lobby()));
    }
}

fn take(desk: &mut Desk, clock: &Clock, at: usize, step: Step) {
    let request = match step {
        Step::Arrive(matter, first) => {
            let matter = [Some("low-income"), Some("card-reissue"), None][usize::from(matter)];
            let mut arrival = arrival(matter, at as u128);
            arrival.class = if first { Class::Priority } else { Class::Ordinary };
            Request::Arrive(arrival)
        }
        Step::CallNext(by, counter) => Request::CallNext {
            by: PEOPLE[by].into(),
            counter: CounterId(counter),
        },
        Step::Do(by, visit, what) => {
            let mut visits: Vec<_> = desk.lobby().visits().map(|it| (it.seq, it.id)).collect();
            visits.sort();
            let Some(&(_, visit)) = visits.get(usize::from(visit)) else {
                return;
            };
            let matter = MatterIndex(0);
            let action = match what {
                What::Call(counter) => Action::Call(CounterId(counter)),
                What::Begin => Action::Begin,
                What::Miss => Action::Miss,
                What::Rejoin => Action::Rejoin,
                What::Offer(to) => {
                    let (to, reason) = (PEOPLE[to].into(), HandoverReason::OtherDuty);
                    Action::Offer {
                        matter,
                        to,
                        reason,
                        led: true,
                    }
                }
                What::Accept(offer) => Action::Accept(OfferIndex(offer)),
                What::Refuse(offer) => Action::Refuse(OfferIndex(offer), RefuseReason::NotOurDuty),
                What::Close(outcome, told) => {
                    let note = sensitive::note("区人社局").unwrap();
                    Action::Close {
                        matter,
                        outcome: Outcome::ALL[outcome],
                        told: Told::ALL[told],
                        note,
                    }
                }
                What::Reprint => Action::Reprint,
            };
            Request::Act {
                by: PEOPLE[by].into(),
                visit,
                action,
            }
        }
        Step::Pass(ms) => {
            clock.advance(ms);
            Request::Tick
        }
        Step::Jump(ms) => {
            clock.disturb(|it| it.at += chrono::Duration::milliseconds(ms));
            Request::Tick
        }
    };
    if let Err(Trouble::Fault { text, .. }) = desk.answer(request) {
        panic!("the store fails: {text}");
    }
}

#[track_caller]
fn check(script: &str, expect: Expect) {
    let (mut desk, clock) = desk(MONDAY);
    let mut said = String::new();
    for (at, line) in script.lines().map(str::trim).enumerate() {
        let (time, rest) = line.split_once(' ').unwrap();
        let until: Timestamp = format!("2026-03-02T{time}:00+08:00").parse().unwrap();
        let ms = (until - clock.now().at).num_milliseconds();
        clock.advance(ms);
        let answer = perform(&mut desk, at, rest).unwrap_or_else(|it| format!("refused: {}", it.code()));
        said += &format!("{} {answer}\n", local(until).format("%H:%M"));
        desk.lobby().verify(&office());
    }
    expect.assert_eq(&said);
}

fn perform(desk: &mut Desk, at: usize, line: &str) -> Result<String, Trouble> {
    let words: Vec<&str> = line.split(' ').collect();
    let (class, words) = match words[0] {
        "priority" => (Class::Priority, &words[1..]),
        _ => (Class::Ordinary, &words[..]),
    };
    let matter = MatterIndex(0);
    let (who, number, action) = match words {
        ["visitor", "arrives", rest @ ..] => {
            let mut arrival = arrival(rest.get(1).copied(), at as u128);
            arrival.class = class;
            let given = arrive(desk, arrival)?;
            let visit = desk.lobby().visit(given.visit).unwrap();
            let (number, department) = (visit.ticket.number, visit.ticket.department.clone());
            return Ok(format!(
                "{number} for {department}, {} answers",
                visit.responsible()
            ));
        }
        [who, "calls", "next", "to", counter] => {
            let counter = CounterId(counter.parse().unwrap());
            let reply = desk.answer(Request::CallNext {
                by: (*who).into(),
                counter,
            })?;
            let Reply::Called(visit) = reply else {
                panic!("{reply:?}")
            };
            return Ok(format!(
                "{} to counter {counter}",
                desk.lobby().visit(visit).unwrap().ticket.number
            ));
        }
        [who, "calls", number, "to", counter] => {
            (*who, *number, Action::Call(CounterId(counter.parse().unwrap())))
        }
        [who, "begins", number] => (*who, *number, Action::Begin),
        [who, "misses", number] => (*who, *number, Action::Miss),
        [who, "rejoins", number] => (*who, *number, Action::Rejoin),
        [who, "offers", number, "to", to] => {
            let reason = HandoverReason::OtherDuty;
            (
                *who,
                *number,
                Action::Offer {
                    matter,
                    to: (*to).into(),
                    reason,
                    led: true,
                },
            )
        }
        [who, "accepts", number] => (*who, *number, Action::Accept(OfferIndex(0))),
        [who, "closes", number, "as", outcome, note @ ..] => {
            let outcome = Outcome::from_code(outcome).unwrap();
            let told = if outcome.unserved() {
                Told::NotTold
            } else {
                Told::InPerson
            };
            if outcome.refers() {
                let close = crate::story::close(matter, outcome.code(), note);
                return act(desk, who, numbered(desk, number).id, close).map(|_| "done".to_owned());
            }
            let note = sensitive::note(&note.get(1..).unwrap_or_default().join(" ")).unwrap();
            (
                *who,
                *number,
                Action::Close {
                    matter,
                    outcome,
                    told,
                    note,
                },
            )
        }
        _ => panic!("script line not understood: {line}"),
    };
    let visit = numbered(desk, number).id;
    act(desk, who, visit, action).map(|_| "done".to_owned())
}
