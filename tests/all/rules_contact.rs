//! Somebody sits in the lobby and is seen to (RULES §2, §5, §6): wherever they are sent on, whatever the clock on the
//! wall does, also after a night, also once their visit is sealed; and nobody who is not here rings a bell.

use expect_test::expect;
use lobby::desk::{Action, Content, Desk, PaperOutcome, Reply, Request};
use lobby::domain::event::{Basis, Bell, HandoverReason, PaperKind, SlipOutcome};
use lobby::domain::ids::{CounterId, JobId, MatterIndex, VisitId};
use lobby::domain::matter::MatterCommand;
use lobby::domain::sensitive;
use lobby::domain::ticket::Stage;
use lobby::domain::time::{ClockState, Timestamp};
use lobby::domain::visit::{OfferState, Visit};

use crate::console_live::Office;
use crate::sealed::sealed_office;
use crate::story::{check, played};
use crate::support::{MONDAY, act, arrival, arrive, desk, desk_of, numbered, office};

const MINUTE: i64 = 60_000;
const FIRST: MatterIndex = MatterIndex(0);

// ── First contact, wherever one is sent on ─────────────────────────────────────

#[test]
fn the_second_department_of_one_number_hears_that_nobody_calls_as_the_first_does() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 sun adds card-reissue to A001
         03-02 08:40 zhang receives A001
         03-02 08:50 zhang closes A001 as answered
         03-02 08:59 tick
         03-02 09:00 tick
         03-02 09:10 tick
         03-02 09:20 tick
         03-02 09:21 zheng receives A001
         03-02 10:30 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 matter.added matter=card-reissue department=labour responder=zheng post=a by=sun
            03-02 08:40 visit.rang to=[zhang,li] bell=uncalled
            03-02 08:40 visit.received by=zhang
            03-02 08:50 visit.closed by=zhang outcome=answered told=in-person
            03-02 09:00 visit.rang to=[zheng,qian] bell=uncalled
            03-02 09:10 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-02 09:20 visit.rang to=[zhao] bell=uncalled-leader
            03-02 09:21 visit.received by=zheng
        "#]],
    );
}

#[test]
fn whoever_accepted_a_handover_or_was_decided_on_hears_that_the_visitor_sits_there() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang offers A001 to zheng
         03-02 08:33 zheng accepts A001
         03-02 08:42 tick
         03-02 08:43 tick
         03-02 08:53 tick
         03-02 08:54 zheng receives A001
         03-02 09:00 zheng escalates A001 as unclear
         03-02 09:10 zhao decides A001 to li
         03-02 09:19 tick
         03-02 09:20 tick
         03-02 09:40 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:33 visit.accepted
            03-02 08:33 paper.asked by=zheng paper=transfer
            03-02 08:43 visit.rang to=[zheng,qian] bell=uncalled
            03-02 08:53 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-02 08:54 visit.received by=zheng
            03-02 09:00 matter.escalated by=zheng to=zhao reason=unclear until=2026-03-03
            03-02 09:10 matter.decided department=civil by=zhao to=li
            03-02 09:20 visit.rang to=[li] bell=uncalled
            03-02 09:40 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-02 09:40 visit.rang to=[zhao] bell=uncalled-leader
        "#]],
    );
}

#[test]
fn an_empty_lobby_tells_the_officer_it_was_sent_on_to_that_somebody_is_here() {
    let office = Office::open(&["zheng"]);
    let id = office.visitor("low-income", 1);
    let visit = VisitId(id.parse().unwrap());
    let ask = |by: &str, action| {
        let by = by.into();
        let asked = Request::Act { by, visit, action };
        office.desk.ask_blocking(asked).unwrap();
        office.passes(0);
    };
    let zheng = office.logged_in("zheng");
    assert!(!zheng.get("/").1.contains("有群众到访"));
    ask("zhang", Action::Receive);
    let (matter, led) = (FIRST, true);
    ask(
        "zhang",
        Action::Offer {
            matter,
            to: "zheng".into(),
            reason: HandoverReason::OtherDuty,
            led,
        },
    );
    let offer = lobby::domain::ids::OfferIndex(0);
    ask("zheng", Action::Accept(offer));
    assert!(zheng.get("/").1.contains("有群众到访"));
    office.passes(10);
    office.passes(0);
    let page = zheng.get("/").1;
    assert!(page.contains("群众在等，还没有人叫号"), "{page}");
    ask("zheng", Action::Receive);
    let page = zheng.get("/").1;
    assert!(
        !page.contains("有群众到访") && !page.contains("还没有人叫号"),
        "{page}"
    );
}

// ── A clock that is set ────────────────────────────────────────────────────────

fn tick(desk: &mut Desk) {
    desk.answer(Request::Tick).unwrap();
}

fn rung(visit: &Visit) -> Vec<Bell> {
    let bells = visit.rung.iter().map(|it| it.bell);
    bells.filter(|it| it.first_contact()).collect()
}

/// Somebody of 民政 whom zhang has offered to zheng.
fn offered(desk: &mut Desk) -> VisitId {
    let visit = arrive(desk, arrival(Some("low-income"), 1)).unwrap().visit;
    act(desk, "zhang", visit, Action::Receive).unwrap();
    let offer = Action::Offer {
        matter: FIRST,
        to: "zheng".into(),
        reason: HandoverReason::OtherDuty,
        led: false,
    };
    act(desk, "zhang", visit, offer).unwrap();
    visit
}

#[test]
fn a_handover_lapses_after_its_minutes_and_not_because_the_clock_was_set() {
    let (mut desk, clock) = desk("2026-03-02T09:00:00+08:00");
    offered(&mut desk);
    clock.advance(5 * MINUTE);
    // Two days forward, then one back: only what really passed counts.
    clock.disturb(|it| it.at += chrono::Duration::days(2));
    tick(&mut desk);
    let offer = |desk: &Desk| {
        let offer = numbered(desk, "A001").offers[0].clone();
        (offer.state, offer.rung)
    };
    assert_eq!(offer(&desk), (OfferState::Open, false));
    clock.disturb(|it| it.at -= chrono::Duration::days(1));
    clock.advance(4 * MINUTE);
    tick(&mut desk);
    assert_eq!(offer(&desk), (OfferState::Open, false), "nine minutes");
    clock.advance(MINUTE);
    tick(&mut desk);
    assert_eq!(
        offer(&desk),
        (OfferState::Open, true),
        "ten minutes: the receiver hears it"
    );
    clock.advance(5 * MINUTE);
    tick(&mut desk);
    assert_eq!(
        offer(&desk).0,
        OfferState::Lapsed,
        "fifteen, and it is back with whoever answers"
    );
}

#[test]
fn a_handover_of_a_wrong_evening_does_not_lapse_when_the_time_server_says_it_is_morning() {
    let (mut desk, clock) = desk("2026-03-02T17:20:00+08:00");
    offered(&mut desk);
    clock.advance(MINUTE);
    clock.disturb(|it| it.at = "2026-03-03T09:00:00+08:00".parse().unwrap());
    tick(&mut desk);
    let state = |desk: &Desk| numbered(desk, "A001").offers[0].state;
    assert_eq!(state(&desk), OfferState::Open);
    clock.advance(14 * MINUTE);
    tick(&mut desk);
    assert_eq!(state(&desk), OfferState::Lapsed);
}

#[test]
fn who_takes_a_number_before_a_time_server_has_spoken_is_waited_with_all_the_same() {
    let (mut desk, clock) = desk(MONDAY);
    // A box without a battery clock wakes on New Year's Day; somebody comes, and then the date is set.
    clock
        .disturb(|it| (it.at, it.clock_state) = ("2026-01-01T02:00:00Z".parse().unwrap(), ClockState::Unset));
    arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    clock.advance(5 * MINUTE);
    clock.disturb(|it| {
        (it.at, it.clock_state) = ("2026-03-02T09:05:00+08:00".parse().unwrap(), ClockState::Ntp);
    });
    tick(&mut desk);
    assert_eq!(rung(&numbered(&desk, "A001")), []);
    clock.advance(5 * MINUTE);
    tick(&mut desk);
    assert_eq!(rung(&numbered(&desk, "A001")), [Bell::Uncalled]);
    // Set back by a quarter of an hour, it goes on where it was.
    clock.disturb(|it| it.at -= chrono::Duration::minutes(15));
    clock.advance(9 * MINUTE);
    tick(&mut desk);
    assert_eq!(rung(&numbered(&desk, "A001")), [Bell::Uncalled]);
    clock.advance(MINUTE);
    tick(&mut desk);
    assert_eq!(
        rung(&numbered(&desk, "A001")),
        [Bell::Uncalled, Bell::UncalledReception]
    );
}

#[test]
fn the_minutes_left_for_an_answer_are_those_that_really_are_left() {
    let (mut desk, clock) = desk("2026-03-02T09:00:00+08:00");
    let visit = offered(&mut desk);
    clock.advance(5 * MINUTE);
    clock.disturb(|it| it.at += chrono::Duration::days(2));
    tick(&mut desk);
    let snapshot = desk.snapshot();
    let seen = snapshot.visits.iter().find(|it| it.visit.id == visit).unwrap();
    let offer = seen.visit.open_offer().unwrap();
    let then: Timestamp = "2026-03-04T09:00:00+08:00".parse().unwrap();
    assert_eq!(snapshot.then(offer.lobby), then);
}

// ── The night, and who was told to come another day ────────────────────────────

#[test]
fn who_came_at_night_rings_for_nobody_in_the_lobby_and_is_called_back_in_the_first_hour_or_it_is_said() {
    let desk = played(
        "03-02 22:00 visitor with a telephone arrives for low-income
         03-03 08:45 tick
         03-03 09:05 tick
         03-03 09:29 tick
         03-03 09:30 tick
         03-03 09:35 zhao phones 夜01 in vain
         03-03 09:40 tick
         03-03 09:41 sun reaches 夜01 by phone
         03-03 11:00 tick",
        expect![[r#"
            03-02 22:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=duty form=visit people=1
            03-03 08:45 day.closed
            03-03 09:30 visit.rang to=[zhao] bell=call-back
            03-03 09:35 visit.called-back by=zhao
            03-03 09:40 visit.rang to=[sun,zhao] bell=call-back-reception
            03-03 09:41 visit.called-back by=sun
        "#]],
        office(),
    );
    assert_eq!(numbered(&desk, "夜01").ringing().count(), 0, "they were reached");
}

#[test]
fn who_left_no_telephone_at_night_is_called_by_nobody_and_waited_with_once_they_are_here() {
    check(
        "03-02 22:00 visitor arrives for low-income
         03-03 09:30 tick
         03-03 09:40 sun lets 夜01 queue
         03-03 09:49 tick
         03-03 09:50 tick
         03-03 09:51 zhao receives 夜01
         03-03 09:52 zhang receives 夜01",
        expect![[r#"
            03-02 22:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=duty form=visit people=1
            03-03 09:30 day.closed
            03-03 09:40 visit.rejoined by=sun
            03-03 09:50 visit.rang to=[zhao,li] bell=uncalled
            03-03 09:51 visit.received by=zhao
            03-03 09:52 refused: out-of-turn
        "#]],
    );
}

#[test]
fn who_was_not_called_back_weeks_ago_does_not_ring_when_the_lobby_wakes() {
    check(
        "03-02 22:00 visitor with a telephone arrives for low-income
         03-12 09:30 tick",
        expect![[r#"
            03-02 22:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=duty form=visit people=1
            03-12 09:30 day.closed
            03-12 09:30 visit.rang to=[zhao] bell=half-time limit=matter
        "#]],
    );
}

#[test]
fn who_was_told_to_come_another_day_rings_for_nobody_until_they_are_here_again() {
    check(
        "03-02 17:05 visitor arrives for low-income
         03-02 17:10 sun puts off A001
         03-02 17:29 tick
         03-03 08:31 zhang offers A001 to zheng
         03-03 08:32 zheng accepts A001
         03-03 10:00 tick
         03-03 10:01 zheng receives A001
         03-03 10:02 zheng offers A001 to sun
         03-03 10:03 sun accepts A001
         03-03 10:13 tick",
        expect![[r#"
            03-02 17:05 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 17:10 visit.rolled-over by=sun told=in-person
            03-03 08:31 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-03 08:32 visit.accepted
            03-03 08:32 paper.asked by=zheng paper=transfer
            03-03 10:00 day.closed
            03-03 10:01 visit.received by=zheng
            03-03 10:02 visit.offered department=general from=zheng to=sun reason=other-duty
            03-03 10:03 visit.accepted
            03-03 10:03 paper.asked by=sun paper=transfer
            03-03 10:13 visit.rang to=[sun,zhao] bell=uncalled
        "#]],
    );
}

#[test]
fn a_call_back_that_is_late_rings_on_the_pages_of_whoever_answers_and_of_reception() {
    let office = Office::open(&["sun", "zhao"]);
    office.until("2026-03-02T22:00:00+08:00");
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.personal.phone = sensitive::phone("13800138000").unwrap();
    office.desk.ask_blocking(Request::Arrive(somebody)).unwrap();
    office.until("2026-03-03T09:29:00+08:00");
    office.passes(0);
    let (sun, zhao) = (office.logged_in("sun"), office.logged_in("zhao"));
    let late = ["回电已过时限，请马上回电", "一直没有回电，请接待人员回电"];
    let told = |page: String| late.map(|it| page.contains(it));
    assert_eq!(told(zhao.get("/").1), [false, false]);
    office.passes(1);
    office.passes(0);
    assert_eq!(told(zhao.get("/").1), [true, false]);
    assert_eq!(told(sun.get("/").1), [false, false]);
    office.passes(10);
    office.passes(0);
    assert_eq!(told(sun.get("/").1), [false, true]);
}

// ── Sealed while it is served ──────────────────────────────────────────────────

#[test]
fn who_seals_a_visit_at_the_counter_is_free_for_the_next_and_the_contact_hears_who_waits() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:32 zhang calls next to 3
         03-02 08:33 zhang begins A001
         03-02 08:35 visitor arrives for low-income
         03-02 08:40 zhang seals A001
         03-02 08:41 zhang calls next to 3
         03-02 08:50 tick
         03-02 08:51 wu receives A001
         03-02 08:52 wu closes A001 as sealed-received",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:32 visit.called counter=3 by=zhang
            03-02 08:33 visit.begun counter=3 by=zhang
            03-02 08:35 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:40 visit.sealed by=zhang
            03-02 08:41 visit.called counter=3 by=zhang
            03-02 08:50 visit.rang to=[wu] bell=uncalled
            03-02 08:51 visit.received by=wu
            03-02 08:52 visit.closed by=wu outcome=sealed-received told=in-person
        "#]],
        sealed_office(),
    );
    let learned = desk.lobby().figures().served;
    assert_eq!(
        learned.values().map(|it| it.count).sum::<u32>(),
        1,
        "by the contact alone"
    );
    let snapshot = desk.snapshot();
    let shown: Vec<String> = snapshot.calls.iter().map(|it| it.number.to_string()).collect();
    assert_eq!(shown, ["A002"], "the display shows no sealed number");
}

#[test]
fn the_contact_who_seals_the_visit_they_serve_goes_on_serving() {
    let of = std::sync::Arc::new(sealed_office());
    let (mut desk, _) = desk_of(of, lobby::desk::Place::Memory, MONDAY);
    let visit = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    act(&mut desk, "wu", visit, Action::Call(CounterId(5))).unwrap();
    act(&mut desk, "wu", visit, Action::Begin).unwrap();
    act(&mut desk, "wu", visit, Action::Seal).unwrap();
    let stage = numbered(&desk, "A001").ticket.stage.clone();
    let (counter, by) = (Some(CounterId(5)), "wu".into());
    assert_eq!(stage, Stage::Serving { counter, by });
    desk.lobby().verify(&sealed_office());
}

// ── What was queued for the printer before it was sealed ───────────────────────

fn next_paper(desk: &mut Desk) -> Option<(JobId, Content)> {
    match desk.answer(Request::NextPaper).unwrap() {
        Reply::Paper(paper) => paper.map(|it| (it.job, it.content)),
        other => panic!("{other:?}"),
    }
}

/// Somebody to whom zhang gave a date on paper and a list of what he took, with nothing printed yet.
fn with_papers(desk: &mut Desk) -> VisitId {
    let visit = arrive(desk, arrival(Some("low-income"), 1)).unwrap().visit;
    act(desk, "zhang", visit, Action::Receive).unwrap();
    let (items, note) = (vec!["户口簿".to_owned()], None);
    let taken = MatterCommand::TakeMaterials { items, note };
    act(desk, "zhang", visit, Action::Matter(FIRST, taken)).unwrap();
    let (basis, told) = (Basis::Ordinary, None);
    let undertaken = MatterCommand::Undertake { basis, told };
    act(desk, "zhang", visit, Action::Matter(FIRST, undertaken)).unwrap();
    visit
}

#[test]
fn a_paper_that_waited_for_a_new_roll_does_not_come_out_once_the_visit_is_sealed() {
    let of = std::sync::Arc::new(sealed_office());
    let (mut desk, _) = desk_of(of, lobby::desk::Place::Memory, MONDAY);
    let visit = with_papers(&mut desk);
    // The slip comes out; the receipt is on its way when the paper ends.
    let (slip, _) = next_paper(&mut desk).unwrap();
    let settle = |desk: &mut Desk, job, outcome| desk.answer(Request::PaperIs { job, outcome }).unwrap();
    settle(&mut desk, slip, PaperOutcome::Printed);
    let (receipt, content) = next_paper(&mut desk).unwrap();
    assert!(matches!(content, Content::Sheet(_)));
    act(&mut desk, "zhang", visit, Action::Seal).unwrap();
    let outcomes = |desk: &Desk| -> Vec<(PaperKind, Option<SlipOutcome>)> {
        let visit = desk.lobby().visit(visit).unwrap();
        visit.slips.iter().map(|it| (it.paper, it.outcome)).collect()
    };
    assert_eq!(
        outcomes(&desk),
        [
            (PaperKind::Slip, Some(SlipOutcome::Printed)),
            (PaperKind::Materials, None),
            (PaperKind::Promise, Some(SlipOutcome::Expired)),
        ],
        "in the same breath as it was sealed"
    );
    // The printer says that no byte of the receipt has left: it is not tried again either.
    settle(&mut desk, receipt, PaperOutcome::NotSent);
    assert_eq!(next_paper(&mut desk), None);
    assert_eq!(
        outcomes(&desk)[1],
        (PaperKind::Materials, Some(SlipOutcome::Expired))
    );
    assert_eq!(desk.snapshot().papers_waiting, 0);
    for paper in [PaperKind::Materials, PaperKind::Promise, PaperKind::Transfer] {
        let refused = act(&mut desk, "wu", visit, Action::Print(paper, FIRST)).unwrap_err();
        assert_eq!(refused.code(), "out-of-turn", "no other paper tells of it");
    }
}

// ── Two matters of one department ──────────────────────────────────────────────

#[test]
fn who_serves_a_second_matter_does_not_take_over_what_a_colleague_promised() {
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-04 09:00 sun returns A001
         03-04 09:01 sun adds low-income to A001
         03-04 09:02 zhang is out
         03-04 09:03 li receives A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-04 09:00 visit.returned by=sun
            03-04 09:01 matter.added matter=low-income department=civil responder=zhang post=a by=sun
            03-04 09:02 staff.presence staff=zhang at=out
            03-04 09:03 visit.received by=li
        "#]],
        office(),
    );
    let visit = numbered(&desk, "A001");
    let answer: Vec<&str> = visit.matters.iter().map(|it| it.responsible.as_str()).collect();
    assert_eq!(answer, ["zhang", "li"]);
    // Here for nothing else, whoever sits with them does take it.
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-04 09:00 sun returns A001
         03-04 09:02 zhang is out
         03-04 09:03 li receives A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-04 09:00 visit.returned by=sun
            03-04 09:02 staff.presence staff=zhang at=out
            03-04 09:03 visit.received by=li
        "#]],
        office(),
    );
    assert_eq!(numbered(&desk, "A001").responsible().as_str(), "li");
}

#[test]
fn what_a_second_matter_takes_is_learned_under_its_own_name() {
    let (mut desk, clock) = desk(MONDAY);
    let visit = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    act(&mut desk, "sun", visit, Action::Add(Some("card-reissue".into()))).unwrap();
    act(&mut desk, "zhang", visit, Action::Receive).unwrap();
    clock.advance(3 * MINUTE);
    let (basis, told) = (Basis::Ordinary, None);
    let undertaken = MatterCommand::Undertake { basis, told };
    act(&mut desk, "zhang", visit, Action::Matter(FIRST, undertaken)).unwrap();
    act(&mut desk, "zheng", visit, Action::Receive).unwrap();
    clock.advance(20 * MINUTE);
    let undertaken = MatterCommand::Undertake { basis, told };
    act(
        &mut desk,
        "zheng",
        visit,
        Action::Matter(MatterIndex(1), undertaken),
    )
    .unwrap();
    let figures = desk.lobby().figures();
    let minutes = |code: &str| {
        let served = figures
            .served
            .get(&Some(code.into()))
            .copied()
            .unwrap_or_default();
        (served.count, served.ms / MINUTE)
    };
    assert_eq!(
        (minutes("low-income"), minutes("card-reissue")),
        ((1, 3), (1, 20))
    );
}

// ── 需回避 ─────────────────────────────────────────────────────────────────────

#[test]
fn xf_28_whoever_gives_a_handover_back_to_stay_out_of_it_stays_out_of_it() {
    check(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng offers B001 to qian
         03-02 08:32 qian refuses B001 because recusal
         03-02 08:33 zheng offers B001 to qian
         03-02 08:34 qian calls B001 to 4
         03-02 08:35 qian receives B001
         03-02 08:40 tick
         03-02 08:41 zheng offers B001 to li
         03-02 08:42 li refuses B001 because recusal",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.offered department=labour from=zheng to=qian reason=other-duty
            03-02 08:32 visit.refused reason=recusal
            03-02 08:32 visit.recused by=qian staff=qian
            03-02 08:33 refused: recused
            03-02 08:34 refused: recused
            03-02 08:35 refused: recused
            03-02 08:40 visit.rang to=[zheng] bell=uncalled
            03-02 08:41 visit.offered department=civil from=zheng to=li reason=other-duty
            03-02 08:42 visit.refused reason=recusal
            03-02 08:42 visit.recused by=li staff=li
            03-02 08:42 matter.escalated to=zhao reason=second-refusal until=2026-03-03
        "#]],
    );
}
