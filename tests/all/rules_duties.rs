//! The duties of whoever answers, told as stories: rules of RULES §1 and §2 that are neither arrival nor queue.
//! What is compared is the journal's own words.

use expect_test::expect;
use lobby::desk::{Action, Reply, Request};
use lobby::domain::event::{Basis, PaperKind};
use lobby::domain::find::Clue;
use lobby::domain::ids::MatterIndex;
use lobby::domain::matter::MatterCommand;
use lobby::domain::office::{Role, Words};
use lobby::domain::sheet::Sheet;

use crate::sealed::sealed_office;
use crate::story::{check, played};
use crate::support::{MONDAY, act, arrival, arrive, desk, numbered, office};

#[test]
fn r2_of_two_asked_at_once_the_highest_in_rank_answers_whoever_writes_it_down() {
    check(
        "03-02 08:40 zhang receives a visit for low-income together with wu
         03-02 08:41 zhang receives a visit for low-income together with zheng zhao
         03-02 08:42 zhang receives a visit for low-income together with li",
        expect![[r#"
            03-02 08:40 visit.registered number=A001 matter=low-income department=civil responder=wu post=asked form=visit people=1 by=zhang
            03-02 08:40 visit.received by=wu
            03-02 08:41 visit.registered number=Z001 matter=low-income department=general responder=zhao post=asked form=visit people=1 by=zhang
            03-02 08:41 visit.received by=zhao
            03-02 08:42 visit.registered number=A002 matter=low-income department=civil responder=zhang post=asked form=visit people=1 by=zhang
            03-02 08:42 visit.received by=zhang
        "#]],
    );
}

#[test]
fn r3_who_accepted_an_application_first_keeps_it_in_sight_until_the_visitor_is_told() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-02 08:33 zhang offers A001 to zheng
         03-02 08:34 zheng accepts A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-02 08:33 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:34 visit.accepted
        "#]],
        office(),
    );
    let visit = desk.snapshot().visits[0].visit.clone();
    assert_eq!(visit.matters[0].accepted, Some("zhang".into()));
    assert_eq!(
        visit.responsible().as_str(),
        "zheng",
        "that is not responsibility"
    );
}

#[test]
fn r4_the_papers_name_the_officer_the_post_and_an_office_telephone() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
        "#]],
        office(),
    );
    let visit = desk.snapshot().visits[0].visit.clone();
    let slip = lobby::domain::slip::Slip::of(&office(), &visit, Some(0), "7KQ2M9XA", false);
    assert_eq!(
        (slip.responder.as_str(), slip.responder_phone.as_str()),
        ("张𬭎（科员）", "0571-8600-0203")
    );
    // The papers that follow have room for the post.
    let paper = (PaperKind::Promise, MatterIndex(0));
    let sheet = format!("{:?}", Sheet::of(&office(), &visit, paper, visit.arrived_at));
    assert!(
        sheet.contains("张𬭎（科员）") && sheet.contains("0571-8600-0203"),
        "{sheet}"
    );
}

#[test]
fn r8_who_does_not_know_the_competent_body_asks_upward_and_gives_a_date() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun closes Z001 as outside-told
         03-02 08:33 sun undertakes Z001 as enquiry
         03-04 09:00 tick
         03-05 09:00 tick
         03-05 09:10 sun closes Z001 as outside-told with 区水务局，河滨路 9 号，0571-8600-7700",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 refused: note-needed
            03-02 08:33 matter.undertaken by=sun basis=enquiry until=2026-03-05 legal=2026-03-05
            03-02 08:33 paper.asked by=sun paper=promise
            03-04 09:00 day.closed
            03-04 09:00 visit.rang to=[sun] bell=half-time limit=upward-enquiry
            03-05 09:00 visit.rang to=[sun] bell=due limit=upward-enquiry
            03-05 09:10 visit.closed by=sun outcome=outside-told told=in-person
            03-05 09:10 paper.asked by=sun paper=referral
        "#]],
    );
}

#[test]
fn r10_the_first_department_leads_and_the_others_work_on_it_too() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang asks li to join A001
         03-02 08:33 zhang asks zheng to join A001
         03-02 08:34 zhang asks zheng to join A001
         03-02 08:35 zheng closes A001 as answered
         03-02 08:36 zhang closes A001 as answered",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 refused: same-department
            03-02 08:33 matter.joined department=labour by=zhang staff=zheng
            03-02 08:34 refused: already-noted
            03-02 08:35 refused: not-yours
            03-02 08:36 visit.closed by=zhang outcome=answered told=in-person
        "#]],
    );
}

#[test]
fn r12_what_was_passed_down_and_is_not_ours_is_given_back_only_with_consent() {
    check(
        "03-02 09:00 sun receives a assigned for card-reissue
         03-02 09:01 sun closes Z001 as given-back
         03-04 09:00 tick
         03-05 09:00 sun objects to Z001 不属本单位职责，应由区人社局办理
         03-05 09:01 sun closes Z001 as given-back
         03-06 09:00 sun notes that the objection to Z001 is accepted
         03-06 09:01 sun closes Z001 as given-back",
        expect![[r#"
            03-02 09:00 visit.registered number=Z001 matter=card-reissue department=general responder=sun post=asked form=assigned people=1 by=sun
            03-02 09:00 visit.received by=sun
            03-02 09:01 refused: out-of-turn
            03-05 09:00 visit.rang to=[sun] bell=half-time limit=transfer-objection
            03-05 09:00 matter.objected by=sun
            03-05 09:01 refused: out-of-turn
            03-06 09:00 matter.objection-answered by=sun consented=true
            03-06 09:01 visit.closed by=sun outcome=given-back told=in-person
        "#]],
    );
    // After five working days nobody objects, and nothing is overdue: it is ours.
    check(
        "03-02 09:00 sun receives a assigned for card-reissue
         03-09 09:00 tick
         03-10 09:00 tick
         03-10 09:01 sun objects to Z001 不属本单位职责",
        expect![[r#"
            03-02 09:00 visit.registered number=Z001 matter=card-reissue department=general responder=sun post=asked form=assigned people=1 by=sun
            03-02 09:00 visit.received by=sun
            03-09 09:00 visit.rang to=[sun] bell=due limit=transfer-objection
            03-10 09:01 refused: limit-over
        "#]],
    );
    // Without consent it stays, and nobody objects twice.
    check(
        "03-02 09:00 sun receives a assigned for card-reissue
         03-02 09:01 sun objects to Z001
         03-02 09:02 sun objects to Z001 不属本单位职责
         03-03 09:00 sun notes that the objection to Z001 is refused
         03-03 09:01 sun closes Z001 as given-back
         03-03 09:02 sun objects to Z001 还是不属本单位职责",
        expect![[r#"
            03-02 09:00 visit.registered number=Z001 matter=card-reissue department=general responder=sun post=asked form=assigned people=1 by=sun
            03-02 09:00 visit.received by=sun
            03-02 09:01 refused: reason-needed
            03-02 09:02 matter.objected by=sun
            03-03 09:00 matter.objection-answered by=sun consented=false
            03-03 09:01 refused: out-of-turn
            03-03 09:02 refused: out-of-turn
        "#]],
    );
}

#[test]
fn r13_half_the_time_is_silent_once_the_visitor_was_told_how_it_stands() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-12 09:00 tick
         03-12 09:05 zhang tells A001 progress by not-told
         03-12 09:06 zhang tells A001 progress by phone",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-12 09:00 day.closed
            03-12 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-12 09:05 refused: told-needed
            03-12 09:06 matter.progress-told by=zhang told=phone
        "#]],
        office(),
    );
    assert_eq!(desk.snapshot().visits[0].visit.ringing().count(), 0);
}

#[test]
fn r14_a_refusal_states_its_basis_on_paper() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang closes A001 as declined
         03-02 08:33 zhang closes A001 as declined with 家庭人均收入超过标准，《最低生活保障审核确认办法》第七条",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 refused: note-needed
            03-02 08:33 visit.closed by=zhang outcome=declined told=in-person
            03-02 08:33 paper.asked by=zhang paper=referral
        "#]],
    );
}

#[test]
fn r15_what_is_major_or_urgent_goes_to_the_leader_at_once_and_level_by_level_at_night_too() {
    let mut of = office();
    of.staff[4].roles.push(Role::Leader);
    played(
        "03-02 20:00 sun receives a visit for low-income
         03-02 20:01 sun escalates Z001 as urgent
         03-02 20:10 tick
         03-02 20:11 tick
         03-02 20:30 tick",
        expect![[r#"
            03-02 20:00 visit.registered number=Z001 matter=low-income department=general responder=sun post=asked form=visit people=1 by=sun
            03-02 20:00 visit.received by=sun
            03-02 20:01 matter.escalated by=sun to=qian reason=urgent until=2026-03-03
            03-02 20:11 visit.rang to=[zhao] bell=urgent-unanswered
        "#]],
        of,
    );
}

#[test]
fn r15_marking_urgent_or_dangerous_tells_the_leader_at_once_and_level_by_level() {
    let mut of = office();
    of.staff[4].roles.push(Role::Leader);
    played(
        "03-02 09:00 visitor arrives for low-income
         03-02 09:01 zhang marks A001 as urgent 孩子高烧
         03-02 09:10 tick
         03-02 09:11 tick
         03-02 09:12 zhang marks A001 as danger 要跳楼
         03-02 09:13 zhang receives A001
         03-02 09:30 tick
         03-02 09:31 visitor arrives for low-income
         03-02 09:32 zhang marks A002 as urgent 老人晕倒
         03-02 09:33 zhang marks A002 as priority
         03-02 09:34 zhang receives A002
         03-02 09:59 tick",
        expect![[r#"
            03-02 09:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:01 visit.classed by=zhang
            03-02 09:01 visit.rang to=[qian] bell=urgent-marked
            03-02 09:10 visit.rang to=[zhang,li] bell=uncalled
            03-02 09:11 visit.rang to=[zhao] bell=urgent-unseen
            03-02 09:12 visit.classed by=zhang
            03-02 09:12 visit.rang to=[qian] bell=urgent-marked
            03-02 09:13 visit.received by=zhang
            03-02 09:30 visit.rang to=[zhao] bell=urgent-unseen
            03-02 09:31 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:32 visit.classed by=zhang
            03-02 09:32 visit.rang to=[qian] bell=urgent-marked
            03-02 09:33 visit.classed by=zhang
            03-02 09:34 visit.received by=zhang
        "#]],
        of,
    );
}

#[test]
fn r15_the_leader_says_that_they_know_of_what_is_urgent_and_nobody_else_need_be_told() {
    let mut of = office();
    of.staff[4].roles.push(Role::Leader);
    let desk = played(
        "03-02 09:00 visitor arrives for low-income
         03-02 09:01 zhang marks A001 as urgent 孩子高烧
         03-02 09:02 zhang knows of A001
         03-02 09:03 qian knows of A001
         03-02 09:04 zhao knows of A001
         03-02 09:09 zhang receives A001
         03-02 09:30 tick
         03-02 09:31 zhang escalates A001 as urgent
         03-02 09:32 qian knows of A001
         03-02 09:50 tick",
        expect![[r#"
            03-02 09:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:01 visit.classed by=zhang
            03-02 09:01 visit.rang to=[qian] bell=urgent-marked
            03-02 09:02 refused: not-allowed
            03-02 09:03 visit.urgency-known by=qian
            03-02 09:04 refused: already-noted
            03-02 09:09 visit.received by=zhang
            03-02 09:31 matter.escalated by=zhang to=qian reason=urgent until=2026-03-03
            03-02 09:32 visit.urgency-known by=qian
        "#]],
        of,
    );
    let visit = numbered(&desk, "A001");
    assert_eq!(visit.known.as_ref().map(|it| it.by.as_str()), Some("qian"));
    assert_eq!(visit.ringing().count(), 0);
}

#[test]
fn r15_whoever_is_told_at_the_next_level_may_say_that_they_know_and_all_of_it_is_silent() {
    let mut of = office();
    of.staff[4].roles.push(Role::Leader);
    of.settings.urgent_known_minutes = 25;
    let desk = played(
        "03-02 12:30 visitor arrives for low-income
         03-02 12:31 sun marks A001 as danger 要跳楼
         03-02 12:55 tick
         03-02 12:56 tick
         03-02 12:57 zhao knows of A001
         03-02 13:30 tick",
        expect![[r#"
            03-02 12:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 12:31 visit.classed by=sun
            03-02 12:31 visit.rang to=[qian] bell=urgent-marked
            03-02 12:56 visit.rang to=[zhao] bell=urgent-unseen
            03-02 12:57 visit.urgency-known by=zhao
        "#]],
        of,
    );
    assert_eq!(numbered(&desk, "A001").ringing().count(), 0);
}

#[test]
fn the_first_responder_gives_the_date_wherever_the_matter_has_gone() {
    // Handed to labour, offered on in the last minutes and not taken: zhang, asked first, gives the date.
    check(
        "03-02 16:30 visitor arrives for low-income
         03-02 16:31 zhang receives A001
         03-02 16:32 zhang offers A001 to zheng
         03-02 16:33 zheng accepts A001
         03-02 17:20 zheng offers A001 to sun
         03-02 17:30 tick
         03-02 17:31 zhang closes A001 as answered
         03-02 17:32 zhang undertakes A001 as ordinary
         03-02 17:33 zhang tells A001 progress by phone",
        expect![[r#"
            03-02 16:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 16:31 visit.received by=zhang
            03-02 16:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 16:33 visit.accepted
            03-02 16:33 paper.asked by=zheng paper=transfer
            03-02 17:20 visit.rang to=[zheng,qian] bell=uncalled
            03-02 17:20 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-02 17:20 visit.rang to=[zhao] bell=uncalled-leader
            03-02 17:20 visit.offered department=general from=zheng to=sun reason=other-duty
            03-02 17:30 visit.lapsed
            03-02 17:30 visit.rang to=[zhang,zheng,zhao] bell=offer-lapsed
            03-02 17:30 visit.rang to=[zhang] bell=date-owed
            03-02 17:31 refused: not-yours
            03-02 17:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 17:32 paper.asked by=zhang paper=promise
            03-02 17:33 matter.progress-told by=zhang told=phone
        "#]],
    );
    // And while the leader considers it.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang offers A001 to zheng
         03-02 08:33 zheng accepts A001
         03-02 08:34 zheng escalates A001 as dispute
         03-02 08:35 zhang undertakes A001 as promise
         03-02 08:36 li is out",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:33 visit.accepted
            03-02 08:33 paper.asked by=zheng paper=transfer
            03-02 08:34 matter.escalated by=zheng to=zhao reason=dispute until=2026-03-03
            03-02 08:35 matter.undertaken by=zhang basis=promise until=2026-03-05 legal=2026-03-05
            03-02 08:35 paper.asked by=zhang paper=promise
            03-02 08:36 staff.presence staff=li at=out
        "#]],
    );
}

#[test]
fn xf_28_who_is_complained_about_by_name_neither_receives_nor_is_asked() {
    check(
        "03-02 08:30 visitor arrives for low-income against staff zhang
         03-02 08:31 zhang receives A001
         03-02 08:32 li offers A001 to zhang",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=li post=b form=visit people=1 recused=[zhang]
            03-02 08:31 refused: recused
            03-02 08:32 refused: recused
        "#]],
    );
}

#[test]
fn r17_where_a_matter_is_may_be_asked_at_any_time_with_the_slip() {
    let (mut desk, clock) = desk(MONDAY);
    let given = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    act(&mut desk, "zhang", given.visit, Action::Receive).unwrap();
    let undertake = MatterCommand::Undertake {
        basis: Basis::Ordinary,
        told: None,
    };
    let undertake = Action::Matter(MatterIndex(0), undertake);
    act(&mut desk, "zhang", given.visit, undertake).unwrap();
    // Days later, with the slip in hand: who answers, and until when.
    clock.advance(4 * 24 * 3600 * 1000);
    let clue = Clue::Scan(given.slip.code.text().to_owned());
    let Reply::Found(seen) = desk.answer(Request::Find(clue)).unwrap() else {
        panic!("found")
    };
    let matter = &seen.visit.matters[0];
    assert_eq!(matter.responsible.as_str(), "zhang");
    let promised = matter.state.promised().unwrap();
    assert_eq!(promised.due.told.to_string(), "2026-03-23");
}

#[test]
fn r18_there_is_no_outcome_that_says_not_mine_or_i_do_not_know() {
    use lobby::domain::event::Outcome;
    let codes: Vec<&str> = Outcome::ALL.iter().map(|it| it.code()).collect();
    assert_eq!(
        codes,
        [
            "answered",
            "outside-told",
            "procedure-told",
            "replied",
            "left",
            "missed",
            "merged",
            "sealed-received",
            "declined",
            "not-again",
            "given-back",
        ]
    );
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun closes Z001 as outside-told
         03-02 08:33 sun closes Z001 as declined
         03-02 08:34 sun closes Z001 as given-back
         03-02 08:35 sun closes Z001 as not-again",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 refused: note-needed
            03-02 08:33 refused: note-needed
            03-02 08:34 refused: out-of-turn
            03-02 08:35 refused: review-needed
        "#]],
    );
}

#[test]
fn r22_a_notice_by_telephone_is_logged_and_nobody_stands_at_the_printer() {
    check(
        "03-02 08:50 zhang receives a call for low-income
         03-02 08:51 zhang tells A001 by phone it lacks 户口簿
         03-02 09:00 visitor arrives for low-income
         03-02 09:01 zhang receives A002
         03-02 09:02 zhang tells A002 by phone it lacks 户口簿",
        expect![[r#"
            03-02 08:50 visit.registered number=A001 matter=low-income department=civil responder=zhang post=asked form=call people=1 by=zhang
            03-02 08:50 visit.received by=zhang
            03-02 08:51 matter.notice-given by=zhang told=phone missing=[户口簿]
            03-02 09:00 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:01 visit.received by=zhang
            03-02 09:02 matter.notice-given by=zhang told=phone missing=[户口簿]
        "#]],
    );
}

#[test]
fn r24_a_is_out_and_b_acts_and_both_out_is_the_heads() {
    check(
        "03-02 08:30 zhang is out
         03-02 08:31 visitor arrives for low-income
         03-02 08:32 li is meeting
         03-02 08:33 visitor arrives for low-income",
        expect![[r#"
            03-02 08:30 staff.presence staff=zhang at=out
            03-02 08:31 visit.registered number=A001 matter=low-income department=civil responder=li post=b form=visit people=1
            03-02 08:32 staff.presence staff=li at=meeting
            03-02 08:33 visit.registered number=A002 matter=low-income department=civil responder=wu post=head form=visit people=1
        "#]],
    );
}

#[test]
fn r25_who_is_away_stays_answerable_until_it_was_handed_over() {
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 visitor arrives for low-income
         03-02 08:32 zhang receives A001
         03-02 08:33 zhang undertakes A001 as ordinary
         03-02 08:34 zhang receives A002
         03-02 08:35 zhang undertakes A002 as ordinary
         03-02 17:00 zhang hands over to li with A001
         03-03 08:30 zhang is out",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:32 visit.received by=zhang
            03-02 08:33 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:33 paper.asked by=zhang paper=promise
            03-02 08:34 visit.received by=zhang
            03-02 08:35 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:35 paper.asked by=zhang paper=promise
            03-02 17:00 office.turn-note along=[A001] by=zhang from=zhang to=li
            03-02 17:00 matter.handed-on from=zhang to=li
            03-03 08:30 staff.presence staff=zhang at=out
        "#]],
        office(),
    );
    let answers = |number: &str| numbered(&desk, number).responsible().to_string();
    assert_eq!(
        (answers("A001"), answers("A002")),
        ("li".to_owned(), "zhang".to_owned())
    );
}

#[test]
fn a_turn_of_duty_hands_on_what_it_answers_for_and_nothing_else() {
    check(
        "03-02 19:00 visitor arrives for low-income
         03-03 08:25 zhao hands over to zhang with 夜01
         03-03 08:26 zhao hands over to zhang with 夜01
         03-03 08:27 zhang hands over to zhang with nothing
         03-03 08:40 zhang receives 夜01
         03-03 08:41 zhang hands over to zheng with 夜01
         03-03 08:42 zheng undertakes 夜01 as ordinary",
        expect![[r#"
            03-02 19:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=duty form=visit people=1
            03-03 08:25 office.turn-note along=[夜01] by=zhao from=zhao to=zhang
            03-03 08:25 matter.handed-on from=zhao to=zhang
            03-03 08:26 refused: not-yours
            03-03 08:27 refused: same-person
            03-03 08:40 visit.received by=zhang
            03-03 08:41 office.turn-note along=[夜01] by=zhang from=zhang to=zheng
            03-03 08:41 matter.handed-on from=zhang to=zheng
            03-03 08:42 matter.undertaken by=zheng basis=ordinary until=2026-03-23 legal=2026-03-23
            03-03 08:42 paper.asked by=zheng paper=promise
        "#]],
    );
    // Nobody is handed what they may have nothing to do with.
    check(
        "03-02 08:30 visitor arrives for low-income against civil
         03-02 08:31 sun receives Z001
         03-02 17:25 sun hands over to zhang with Z001",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 matter=low-income department=general responder=sun post=reception form=visit people=1 recused=[li,wu,zhang]
            03-02 08:31 visit.received by=sun
            03-02 17:25 refused: recused
        "#]],
    );
}

#[test]
fn an_offer_in_the_last_minutes_is_accepted_today_or_the_first_responder_gives_a_date() {
    check(
        "03-02 17:00 visitor arrives for low-income
         03-02 17:01 zhang receives A001
         03-02 17:20 zhang offers A001 to zheng
         03-02 17:29 tick
         03-02 17:30 tick
         03-02 17:31 zheng accepts A001
         03-02 17:32 zhang undertakes A001 as ordinary
         03-03 09:00 tick",
        expect![[r#"
            03-02 17:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 17:01 visit.received by=zhang
            03-02 17:20 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 17:30 visit.lapsed
            03-02 17:30 visit.rang to=[zhang,zhao] bell=offer-lapsed
            03-02 17:30 visit.rang to=[zhang] bell=date-owed
            03-02 17:31 refused: offer-over
            03-02 17:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 17:32 paper.asked by=zhang paper=promise
            03-03 09:00 day.closed
        "#]],
    );
    // The box was off overnight: the same, once each.
    check(
        "03-02 17:00 visitor arrives for low-income
         03-02 17:01 zhang receives A001
         03-02 17:20 zhang offers A001 to zheng
         03-03 08:40 tick
         03-03 08:41 tick",
        expect![[r#"
            03-02 17:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 17:01 visit.received by=zhang
            03-02 17:20 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-03 08:40 visit.lapsed
            03-03 08:40 visit.rang to=[zhang,zhao] bell=offer-lapsed
            03-03 08:40 visit.rang to=[zhang] bell=date-owed
        "#]],
    );
    // Earlier in the day its time is not cut short, and lunch is no closing.
    check(
        "03-02 11:50 visitor arrives for low-income
         03-02 11:51 zhang receives A001
         03-02 11:55 zhang offers A001 to zheng
         03-02 14:30 tick
         03-02 14:36 tick
         03-02 14:39 zheng accepts A001",
        expect![[r#"
            03-02 11:50 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 11:51 visit.received by=zhang
            03-02 11:55 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 14:36 visit.rang to=[zheng] bell=offer-waits
            03-02 14:39 visit.accepted
            03-02 14:39 paper.asked by=zheng paper=transfer
        "#]],
    );
}

#[test]
fn xf_36_is_not_taken_up_again_only_with_the_review_and_the_same_facts_by_a_named_officer() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes petition Z001 with 0 representatives
         03-02 08:33 sun closes Z001 as not-again with 见复核意见
         03-02 08:34 sun writes petition Z001 reviewed as 〔2025〕3号
         03-02 08:35 sun writes petition Z001 the same reviewed as 〔2025〕3号
         03-02 08:36 sun closes Z001 as not-again
         03-02 08:37 sun closes Z001 as not-again with 市信访局复核意见〔2025〕3号",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-02 08:32 paper.asked by=sun paper=petition
            03-02 08:33 refused: review-needed
            03-02 08:34 refused: review-needed
            03-02 08:35 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-02 08:36 refused: note-needed
            03-02 08:37 visit.closed by=sun outcome=not-again told=in-person
            03-02 08:37 paper.asked by=sun paper=referral
        "#]],
    );
}

#[test]
fn gi_30_and_32_what_is_unclear_is_told_once_and_third_parties_days_do_not_count() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as information
         03-04 09:00 zhang sets the clock of A001 as unclear
         03-05 09:00 zhang sets the clock of A001 as heard
         03-30 09:00 tick
         04-01 09:00 zhang sets the clock of A001 as corrected
         04-02 09:00 zhang sets the clock of A001 as unclear
         04-02 09:01 zhang sets the clock of A001 as third-party
         04-02 09:02 zhang sets the clock of A001 as corrected
         04-09 09:00 zhang sets the clock of A001 as heard",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=information until=2026-03-30 legal=2026-03-30
            03-02 08:32 paper.asked by=zhang paper=promise
            03-04 09:00 matter.clock-set by=zhang step=unclear until=2026-03-30 legal=2026-03-30
            03-05 09:00 refused: out-of-turn
            03-30 09:00 day.closed
            04-01 09:00 matter.clock-set by=zhang step=corrected until=2026-04-30 legal=2026-04-30
            04-02 09:00 refused: notice-once
            04-02 09:01 matter.clock-set by=zhang step=third-party until=2026-04-30 legal=2026-04-30
            04-02 09:02 refused: out-of-turn
            04-09 09:00 matter.clock-set by=zhang step=heard until=2026-05-09 legal=2026-05-09
        "#]],
    );
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as information
         03-12 09:00 zhang sets the clock of A001 as unclear
         03-12 09:01 zhang undertakes A001 as enquiry",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=information until=2026-03-30 legal=2026-03-30
            03-02 08:32 paper.asked by=zhang paper=promise
            03-12 09:00 refused: limit-over
            03-12 09:01 refused: out-of-turn
        "#]],
    );
}

#[test]
fn section_5_an_accused_contact_neither_receives_nor_reads_it() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income against civil
         03-02 08:31 sun seals Z001
         03-02 08:32 sun receives Z001
         03-02 08:33 sun closes Z001 as outside-told with 区纪委监委，区政府大院 3 号，12388",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 matter=low-income department=general responder=sun post=reception form=visit people=1 recused=[li,wu,zhang]
            03-02 08:31 refused: contact-accused
            03-02 08:32 visit.received by=sun
            03-02 08:33 visit.closed by=sun outcome=outside-told told=in-person
            03-02 08:33 paper.asked by=sun paper=referral
        "#]],
        sealed_office(),
    );
    let visit = desk.snapshot().visits[0].visit.clone();
    assert!(visit.sealed.is_none() && !visit.readable_by(&"wu".into()));
    // Nor at the screen, where it would be sealed from the first touch.
    let mut somebody = arrival(None, 99);
    somebody.how.sealed = true;
    somebody.how.against = vec!["wu".into()];
    let refused = arrive(&mut desk, somebody).unwrap_err();
    assert_eq!(refused.code(), "contact-accused");
}

#[test]
fn xf_28_where_every_leader_is_concerned_somebody_else_decides() {
    let of = office();
    let at = "2026-03-02T09:00:00+08:00".parse().unwrap();
    let not = |it: &lobby::domain::ids::StaffId| it.as_str() == "zhao";
    assert_eq!(of.leader(at, |_| false).as_str(), "zhao");
    assert_eq!(
        of.leader(at, not).as_str(),
        "wu",
        "the head of a department, not the leader concerned"
    );
}

#[test]
fn r19_the_register_is_written_again_whole_when_the_clerk_knows_more() {
    let desk = played(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes anonymous petition Z001 with 0 representatives
         03-02 08:40 sun writes petition Z001 with 0 representatives",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=false
            03-02 08:32 paper.asked by=sun paper=petition
            03-02 08:40 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
        "#]],
        office(),
    );
    let petition = numbered(&desk, "Z001").matters[0].petition.clone().unwrap();
    assert!(petition.informs && petition.words.name.is_some() && !petition.anonymous);
}

#[test]
fn r20_the_one_time_notice_says_all_that_the_rule_asks_for() {
    let mut of = office();
    let words = Words::same;
    of.matters[0].notice = lobby::domain::office::NoticeWords {
        basis: words("《最低生活保障审核确认办法》"),
        conditions: words("共同生活的家庭成员人均收入低于标准"),
        procedure: words("申请、核对、公示、确认"),
        fee: Words::default(),
    };
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang notes A001 lacks 户口簿",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:32 paper.asked by=zhang paper=notice
        "#]],
        of.clone(),
    );
    let visit = numbered(&desk, "A001");
    let paper = (PaperKind::Notice, MatterIndex(0));
    let sheet = format!("{:?}", Sheet::of(&of, &visit, paper, visit.arrived_at));
    for said in [
        "最低生活保障审核确认办法", // basis
        "人均收入低于标准",         // conditions
        "户口簿",                   // materials
        "公示",                     // procedure
        "5 个工作日",               // time limit
        "不收费",                   // fee
        "203",                      // place
        "0571-8600-0203",           // telephone
        "张𬭎",
    ] {
        assert!(sheet.contains(said), "{said}: {sheet}");
    }
}
