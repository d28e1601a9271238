//! The rules of the lobby told as stories: what is done, and what the journal says of it. Each story names
//! the rule it is of (RULES §1 to §5); the journal's own words are what is compared.

use chrono::NaiveTime;
use expect_test::expect;
use lobby::domain::event::{Bell, PaperKind};
use lobby::domain::ids::MatterIndex;
use lobby::domain::roster::{Turn, TurnKind};
use lobby::domain::sheet::Sheet;

use crate::story::{check, played};
use crate::support::{MONDAY, act, arrival, arrive, desk_of, numbered, office};

#[test]
fn r1_whoever_is_asked_first_answers_in_person_by_letter_or_by_phone() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:40 sun receives a visit for card-reissue
         03-02 08:50 li receives a letter for card-reissue
         03-02 08:55 qian receives a call for low-income",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:40 visit.registered number=Z001 matter=card-reissue department=general responder=sun post=asked form=visit people=1 by=sun
            03-02 08:40 visit.received by=sun
            03-02 08:50 visit.registered number=A002 matter=card-reissue department=civil responder=li post=asked form=letter people=1 by=li
            03-02 08:50 visit.received by=li
            03-02 08:55 visit.registered number=B001 matter=low-income department=labour responder=qian post=asked form=call people=1 by=qian
            03-02 08:55 visit.received by=qian
        "#]],
    );
}

#[test]
fn r5_what_cannot_be_settled_now_gets_one_notice_and_the_same_officer_goes_on() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:35 zhang notes A001 lacks 户口簿
         03-02 08:36 zhang notes A001 lacks 身份证
         03-05 09:00 li returns A001
         03-05 09:01 zhang receives A001
         03-05 09:05 zhang takes 户口簿 for A001
         03-05 09:06 zhang undertakes A001 as materials
         03-11 10:00 zhang closes A001 as replied",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:35 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=zhang paper=notice
            03-02 08:36 refused: notice-once
            03-05 09:00 visit.returned by=li
            03-05 09:01 visit.received by=zhang
            03-05 09:05 matter.materials-received by=zhang items=[户口簿]
            03-05 09:05 paper.asked by=zhang paper=materials
            03-05 09:06 matter.undertaken by=zhang basis=materials until=2026-03-26 legal=2026-03-26
            03-05 09:06 paper.asked by=zhang paper=promise
            03-11 10:00 visit.closed by=zhang outcome=replied told=in-person
        "#]],
    );
}

#[test]
fn who_comes_back_with_the_papers_goes_to_the_same_officer() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:35 zhang notes A001 lacks 户口簿
         03-02 09:00 visitor arrives for low-income
         03-02 09:01 sun returns A001
         03-02 09:02 li receives A001
         03-02 09:02 li calls A001 to 3
         03-02 09:03 li calls next to 3
         03-02 09:04 wu calls next to 5
         03-02 09:05 zhang calls next to 5
         03-02 09:06 li begins A001
         03-02 09:07 zhang begins A001
         03-02 09:08 zhang takes 户口簿 for A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:35 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=zhang paper=notice
            03-02 09:00 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:01 visit.returned by=sun
            03-02 09:02 refused: same-officer
            03-02 09:02 refused: same-officer
            03-02 09:03 visit.called counter=3 by=li
            03-02 09:04 refused: same-officer
            03-02 09:05 visit.called counter=5 by=zhang
            03-02 09:06 refused: same-officer
            03-02 09:07 visit.begun counter=5 by=zhang
            03-02 09:08 matter.materials-received by=zhang items=[户口簿]
            03-02 09:08 paper.asked by=zhang paper=materials
        "#]],
    );
}

#[test]
fn while_that_officer_is_away_b_post_takes_who_came_back_and_then_the_department() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 wu receives A001
         03-02 08:35 wu notes A001 lacks 户口簿
         03-05 09:00 wu is out
         03-05 09:01 sun returns A001
         03-05 09:02 zhang receives A001
         03-05 09:03 li is meeting
         03-05 09:04 wu is here
         03-05 09:05 zhang receives A001
         03-05 09:06 wu is out
         03-05 09:07 zhang receives A001
         03-05 09:10 zhang notes A001 lacks 身份证
         03-05 09:11 zhang takes 户口簿 for A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=wu
            03-02 08:35 matter.notice-given by=wu told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=wu paper=notice
            03-05 09:00 staff.presence staff=wu at=out
            03-05 09:01 visit.returned by=sun
            03-05 09:02 refused: same-officer
            03-05 09:03 staff.presence staff=li at=meeting
            03-05 09:04 staff.presence staff=wu at=here
            03-05 09:05 refused: same-officer
            03-05 09:06 staff.presence staff=wu at=out
            03-05 09:07 visit.received by=zhang
            03-05 09:10 refused: notice-once
            03-05 09:11 matter.materials-received by=zhang items=[户口簿]
            03-05 09:11 paper.asked by=zhang paper=materials
        "#]],
    );
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:35 zhang notes A001 lacks 户口簿
         03-05 09:00 zhang is out
         03-05 09:00 li is out
         03-05 09:01 sun returns A001
         03-05 09:02 wu calls next to 3
         03-05 09:03 wu begins A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:35 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=zhang paper=notice
            03-05 09:00 staff.presence staff=zhang at=out
            03-05 09:00 staff.presence staff=li at=out
            03-05 09:01 visit.returned by=sun
            03-05 09:02 visit.called counter=3 by=wu
            03-05 09:03 visit.begun counter=3 by=wu
        "#]],
    );
}

#[test]
fn nobody_who_came_back_is_forgotten_the_same_officer_b_post_and_reception_hear_it() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:35 zhang notes A001 lacks 户口簿
         03-05 09:00 sun returns A001
         03-05 09:09 tick
         03-05 09:10 tick
         03-05 09:20 tick
         03-05 09:25 zhang receives A001
         03-05 09:40 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:35 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=zhang paper=notice
            03-05 09:00 visit.returned by=sun
            03-05 09:10 visit.rang to=[zhang,li] bell=uncalled
            03-05 09:20 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-05 09:25 visit.received by=zhang
        "#]],
    );
}

#[test]
fn of_several_matters_the_one_whose_papers_were_missing_is_gone_through_first() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang adds card-reissue to A001
         03-02 08:35 zhang undertakes A001 as ordinary
         03-02 08:40 zheng receives A001
         03-02 08:41 zheng notes matter 1 of A001 lacks 身份证
         03-03 09:00 sun returns A001
         03-03 09:01 zhang receives A001
         03-03 09:02 zheng receives A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.added matter=card-reissue department=labour responder=zheng post=a by=zhang
            03-02 08:35 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:35 paper.asked by=zhang paper=promise
            03-02 08:40 visit.received by=zheng
            03-02 08:41 matter.notice-given by=zheng told=writing missing=[身份证]
            03-02 08:41 paper.asked by=zheng paper=notice
            03-03 09:00 visit.returned by=sun
            03-03 09:01 refused: not-yours
            03-03 09:02 visit.received by=zheng
        "#]],
    );
}

#[test]
fn r6_the_officer_is_out_and_b_post_answers_without_anybody_waiting() {
    check(
        "03-02 08:25 zhang is out
         03-02 08:30 visitor arrives for low-income
         03-02 08:31 li is meeting
         03-02 08:32 visitor arrives for low-income
         03-02 08:33 wu is out
         03-02 08:34 visitor arrives for low-income
         03-03 08:35 visitor arrives for low-income",
        expect![[r#"
            03-02 08:25 staff.presence staff=zhang at=out
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=li post=b form=visit people=1
            03-02 08:31 staff.presence staff=li at=meeting
            03-02 08:32 visit.registered number=A002 matter=low-income department=civil responder=wu post=head form=visit people=1
            03-02 08:33 staff.presence staff=wu at=out
            03-02 08:34 visit.registered number=Z001 matter=low-income department=general responder=sun post=reception form=visit people=1
            03-03 08:35 day.closed
            03-03 08:35 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
        "#]],
    );
}

#[test]
fn r7_a_wrong_department_hands_over_and_answers_until_it_is_taken() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang offers A001 to zheng
         03-02 08:41 tick
         03-02 08:43 tick
         03-02 08:44 zheng accepts A001
         03-02 08:45 zheng receives A001
         03-02 08:50 zheng closes A001 as answered",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:43 visit.rang to=[zheng] bell=offer-waits
            03-02 08:44 visit.accepted
            03-02 08:44 paper.asked by=zheng paper=transfer
            03-02 08:45 visit.received by=zheng
            03-02 08:50 visit.closed by=zheng outcome=answered told=in-person
        "#]],
    );
}

#[test]
fn r8_nobody_is_sent_outside_without_a_body_an_address_and_a_telephone_on_paper() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang closes A001 as outside-told
         03-02 08:33 zhang closes A001 as outside-told with x
         03-02 08:33 zhang closes A001 as outside-told with 区人社局，12333
         03-02 08:33 zhang closes A001 as outside-told with 区人社局，人民路 1 号，不详
         03-02 08:33 zhang closes A001 as answered with 区人社局，人民路 1 号，12333
         03-02 08:40 visitor arrives for low-income
         03-02 08:41 zhang receives A002
         03-02 08:42 zhang closes A002 as outside-told with 区人社局，人民路 1 号，12333
         03-02 08:43 visitor arrives for low-income
         03-02 08:44 zhang receives A003
         03-02 08:45 zhang closes A003 as procedure-told with 区法院立案庭，法院路 1 号，0571-8600-0300
         03-02 08:46 zhang closes A003 as procedure-told with 区法院立案庭，法院路 1 号，0571-8600-0300，行政诉讼
         03-02 08:47 zhang closes A003 as procedure-told with 区法院立案庭，法院路 1 号，0571-8600-0300，行政诉讼，六个月内",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 refused: note-needed
            03-02 08:33 refused: note-needed
            03-02 08:33 refused: note-needed
            03-02 08:33 refused: note-needed
            03-02 08:33 visit.closed by=zhang outcome=answered told=in-person
            03-02 08:40 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:41 visit.received by=zhang
            03-02 08:42 visit.closed by=zhang outcome=outside-told told=in-person
            03-02 08:42 paper.asked by=zhang paper=referral
            03-02 08:43 visit.registered number=A003 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:44 visit.received by=zhang
            03-02 08:45 refused: procedure-needed
            03-02 08:46 refused: procedure-needed
            03-02 08:47 visit.closed by=zhang outcome=procedure-told told=in-person
            03-02 08:47 paper.asked by=zhang paper=referral
        "#]],
    );
}

#[test]
fn r8_the_paper_says_where_the_visitor_is_sent_and_how_to_reach_it() {
    let desk = played(
        "03-02 08:43 visitor arrives for low-income
         03-02 08:44 zhang receives A001
         03-02 08:47 zhang closes A001 as procedure-told with 区法院立案庭𠅤，法院路 1 号，0571-8600-0300，行政诉讼，六个月内",
        expect![[r#"
            03-02 08:43 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:44 visit.received by=zhang
            03-02 08:47 visit.closed by=zhang outcome=procedure-told told=in-person
            03-02 08:47 paper.asked by=zhang paper=referral
        "#]],
        office(),
    );
    let visit = numbered(&desk, "A001");
    let paper = (PaperKind::Referral, MatterIndex(0));
    let sheet = format!("{:?}", Sheet::of(&office(), &visit, paper, visit.arrived_at));
    for said in [
        "区法院立案庭𠅤",
        "法院路 1 号",
        "0571-8600-0300",
        "行政诉讼",
        "六个月内",
        "张𬭎",
    ] {
        assert!(sheet.contains(said), "{said}: {sheet}");
    }
    // What is closed elsewhere is personal: it lies encrypted, and no log sees it.
    assert!(!format!("{:?}", visit.matters[0].referral).contains("法院"));
}

#[test]
fn r11_what_the_leader_decided_is_sent_on_only_for_somebody_the_roster_says_is_away() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun escalates Z001 as unclear
         03-02 08:33 zhao decides Z001 to zheng
         03-02 08:34 zheng offers Z001 to zhang because absent
         03-02 08:35 qian offers Z001 to zhang because absent
         03-02 08:36 zheng escalates Z001 as dispute
         03-02 08:37 zheng is out
         03-02 08:38 qian offers Z001 to zhang because other-duty
         03-02 08:39 qian offers Z001 to qian because absent
         03-02 08:40 qian accepts Z001
         03-02 08:41 qian offers Z001 to zhang because absent
         03-02 08:42 qian escalates Z001 as urgent",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 matter.escalated by=sun to=zhao reason=unclear until=2026-03-03
            03-02 08:33 matter.decided department=labour by=zhao to=zheng
            03-02 08:34 refused: leader-decided
            03-02 08:35 refused: leader-decided
            03-02 08:36 refused: leader-decided
            03-02 08:37 staff.presence staff=zheng at=out
            03-02 08:38 refused: leader-decided
            03-02 08:39 visit.offered department=labour from=qian to=qian reason=absent
            03-02 08:40 visit.accepted
            03-02 08:40 paper.asked by=qian paper=transfer
            03-02 08:41 refused: leader-decided
            03-02 08:42 matter.escalated by=qian to=zhao reason=urgent until=2026-03-03
        "#]],
    );
}

#[test]
fn r9_and_r11_what_is_unclear_goes_to_the_leader_and_what_is_decided_is_not_sent_back() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun escalates Z001 as unclear
         03-02 08:33 sun closes Z001 as answered
         03-02 08:34 sun undertakes Z001 as promise
         03-03 10:00 li decides Z001 to zheng
         03-03 10:01 zhao decides Z001 to zheng
         03-03 10:02 zheng offers Z001 to zhang
         03-05 10:03 tick
         03-12 09:00 tick
         03-12 09:01 zheng closes Z001 as replied",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 matter.escalated by=sun to=zhao reason=unclear until=2026-03-03
            03-02 08:33 refused: with-leader
            03-02 08:34 matter.undertaken by=sun basis=promise until=2026-03-05 legal=2026-03-05
            03-02 08:34 paper.asked by=sun paper=promise
            03-03 10:00 refused: not-allowed
            03-03 10:01 matter.decided department=labour by=zhao to=zheng
            03-03 10:02 refused: leader-decided
            03-05 10:03 day.closed
            03-05 10:03 visit.rang to=[zheng] bell=due limit=leader-report
            03-12 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=leader-report
            03-12 09:00 visit.rang to=[zheng] bell=half-time limit=matter
            03-12 09:01 visit.closed by=zheng outcome=replied told=in-person
        "#]],
    );
}

#[test]
fn a_leader_who_does_not_decide_in_a_working_day_is_reminded_daily_and_whoever_was_asked_first_hears_it() {
    let desk = played(
        "03-06 16:00 visitor arrives
         03-06 16:01 sun receives Z001
         03-06 16:02 sun escalates Z001 as dispute
         03-07 10:00 tick
         03-09 10:00 tick
         03-10 08:31 tick
         03-10 09:31 tick
         03-11 08:31 tick
         03-14 10:00 tick
         03-16 08:31 tick
         03-16 08:32 zhao decides Z001 to sun
         03-16 08:33 sun escalates Z001 as urgent
         03-17 08:31 tick
         03-18 08:31 tick",
        expect![[r#"
            03-06 16:00 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-06 16:01 visit.received by=sun
            03-06 16:02 matter.escalated by=sun to=zhao reason=dispute until=2026-03-09
            03-10 08:31 visit.rang to=[zhao,sun] bell=undecided
            03-11 08:31 visit.rang to=[zhao,sun] bell=undecided
            03-16 08:31 visit.rang to=[zhao,sun] bell=undecided
            03-16 08:32 matter.decided department=general by=zhao to=sun
            03-16 08:33 matter.escalated by=sun to=zhao reason=urgent until=2026-03-17
            03-17 08:31 visit.rang to=[zhao] bell=urgent-unanswered
            03-18 08:31 visit.rang to=[zhao,sun] bell=undecided
            03-18 08:31 visit.rang to=[sun] bell=half-time limit=matter
        "#]],
        office(),
    );
    let rung = &numbered(&desk, "Z001").rung;
    let undecided = rung.iter().filter(|it| it.bell == Bell::Undecided);
    assert_eq!(undecided.count(), 1, "the newest is enough to know");
}

#[test]
fn the_second_refusal_goes_to_the_leader() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang offers A001 to zheng
         03-02 08:33 zheng refuses A001
         03-02 08:34 zhang offers A001 to qian
         03-02 08:35 qian refuses A001
         03-02 08:36 zhang offers A001 to sun
         03-02 08:40 zhao decides A001 to zheng",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:33 visit.refused reason=not-our-duty
            03-02 08:34 visit.offered department=labour from=zhang to=qian reason=other-duty
            03-02 08:35 visit.refused reason=not-our-duty
            03-02 08:35 matter.escalated to=zhao reason=second-refusal until=2026-03-03
            03-02 08:36 refused: with-leader
            03-02 08:40 matter.decided department=labour by=zhao to=zheng
        "#]],
    );
}

#[test]
fn the_third_handover_goes_to_the_leader_instead() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang offers A001 to zheng
         03-02 08:32 zheng accepts A001
         03-02 08:33 zheng offers A001 to sun
         03-02 08:34 sun accepts A001
         03-02 08:35 sun offers A001 to zhang",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:32 visit.accepted
            03-02 08:32 paper.asked by=zheng paper=transfer
            03-02 08:33 visit.offered department=general from=zheng to=sun reason=other-duty
            03-02 08:34 visit.accepted
            03-02 08:34 paper.asked by=sun paper=transfer
            03-02 08:35 matter.escalated by=sun to=zhao reason=third-handover until=2026-03-03
        "#]],
    );
}

#[test]
fn nobody_calls_and_the_bells_go_up_level_by_level_also_after_a_weekend_without_power() {
    check(
        "03-06 17:25 visitor arrives for low-income
         03-07 12:00 tick
         03-09 08:34 tick
         03-09 08:35 tick
         03-09 08:46 tick
         03-09 08:55 tick
         03-09 09:30 tick",
        expect![[r#"
            03-06 17:25 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-07 12:00 day.closed
            03-09 08:35 visit.rang to=[zhang,li] bell=uncalled
            03-09 08:46 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-09 08:55 visit.rang to=[zhao] bell=uncalled-leader
        "#]],
    );
    // The box was off: all three are given when it wakes, once each.
    check(
        "03-06 17:00 visitor arrives for low-income
         03-09 09:00 tick
         03-09 09:01 tick",
        expect![[r#"
            03-06 17:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-09 09:00 day.closed
            03-09 09:00 visit.rang to=[zhang,li] bell=uncalled
            03-09 09:00 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-09 09:00 visit.rang to=[zhao] bell=uncalled-leader
        "#]],
    );
}

#[test]
fn r10_one_number_goes_through_several_departments_each_matter_with_its_own_responsible_person() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 sun adds card-reissue to A001
         03-02 08:32 zhang receives A001
         03-02 08:33 zhang closes A001 as answered
         03-02 08:34 zhang receives A001
         03-02 08:35 zheng receives A001
         03-02 08:36 zheng closes A001 matter 1 as answered",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 matter.added matter=card-reissue department=labour responder=zheng post=a by=sun
            03-02 08:32 visit.received by=zhang
            03-02 08:33 visit.closed by=zhang outcome=answered told=in-person
            03-02 08:34 refused: not-yours
            03-02 08:35 visit.received by=zheng
            03-02 08:36 visit.closed by=zheng outcome=answered told=in-person
        "#]],
    );
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 sun adds card-reissue to A001
         03-02 08:32 sun turns A001 round
         03-02 08:33 zheng receives A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 matter.added matter=card-reissue department=labour responder=zheng post=a by=sun
            03-02 08:32 visit.reordered by=sun order=[1,0]
            03-02 08:33 visit.received by=zheng
        "#]],
    );
}

#[test]
fn r13_a_long_matter_is_told_of_at_half_time_at_four_fifths_on_the_day_and_daily_after() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-10 09:00 tick
         03-11 09:00 tick
         03-12 09:00 tick
         03-18 09:00 tick
         03-23 09:00 tick
         03-24 09:00 tick
         03-24 10:00 tick
         03-25 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-10 09:00 day.closed
            03-12 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-18 09:00 visit.rang to=[zhang] bell=most-time limit=matter
            03-23 09:00 visit.rang to=[zhang] bell=due limit=matter
            03-24 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=matter
            03-25 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=matter
        "#]],
    );
}

#[test]
fn r16_lunch_night_and_holiday_are_answered_by_the_duty_roster() {
    // Nobody works over lunch; a lunch duty, a night duty and a turn of the holiday are rostered, and a plain Saturday
    // is nobody's but the person the roster names.
    let mut of = office();
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    of.roster.shifts[0].span.until = time(12, 0);
    let mut afternoon = of.roster.shifts[0].clone();
    (afternoon.span.from, afternoon.span.until) = (time(14, 30), time(18, 0));
    let mut lunch = of.roster.shifts[1].clone();
    (lunch.span.from, lunch.span.until) = (time(12, 0), time(14, 30));
    lunch.staff = vec!["qian".into()];
    of.roster.shifts.extend([afternoon, lunch]);
    // Qingming, 6 April 2026, is off by its notice.
    of.roster.turns.push(Turn {
        date: "2026-04-06".parse().unwrap(),
        kind: TurnKind::Holiday,
        span: TurnKind::Holiday.span(&of.hours),
        staff: vec!["wu".into()],
        leader: None,
        note: String::new(),
    });
    played(
        "03-02 11:50 visitor arrives for low-income
         03-02 12:30 visitor arrives for low-income
         03-02 14:40 visitor arrives for low-income
         03-02 19:00 visitor arrives for low-income
         03-07 10:00 visitor arrives for low-income
         04-06 10:00 visitor arrives for low-income",
        expect![[r#"
            03-02 11:50 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 12:30 visit.registered number=A002 matter=low-income department=civil responder=qian post=duty form=visit people=1
            03-02 14:40 visit.registered number=A003 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 19:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=duty form=visit people=1
            03-07 10:00 day.closed
            03-07 10:00 visit.registered number=夜01 matter=low-income department=civil responder=zhao post=otherwise form=visit people=1
            04-06 10:00 day.closed
            04-06 10:00 visit.registered number=夜01 matter=low-income department=civil responder=wu post=duty form=visit people=1
        "#]],
        of,
    );
}

#[test]
fn xf_20_a_group_of_nine_is_one_number_with_at_most_five_representatives() {
    check(
        "03-02 08:30 group of 9 arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes petition Z001 with 0 representatives
         03-02 08:33 sun writes petition Z001 with 6 representatives
         03-02 08:34 sun writes petition Z001 with 3 representatives",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=9
            03-02 08:31 visit.received by=sun
            03-02 08:32 refused: representatives
            03-02 08:33 refused: representatives
            03-02 08:34 petition.taken people=9 by=sun category=appeal representatives=3 informs=true
            03-02 08:34 paper.asked by=sun paper=petition
        "#]],
    );
}

#[test]
fn xf_23_the_fifteen_days_run_from_receipt_and_stop_at_delivery() {
    check(
        "02-02 08:30 visitor arrives
         02-02 08:31 sun receives Z001
         02-02 08:32 sun writes petition Z001 with 0 representatives
         02-02 08:33 sun undertakes Z001 as ordinary
         02-13 09:00 tick
         02-14 09:00 tick
         02-14 10:00 sun delivers information of Z001
         02-24 09:00 tick
         02-27 09:10 sun closes Z001 as replied
         02-27 09:11 sun delivers reply of Z001
         02-27 09:12 sun closes Z001 as replied",
        expect![[r#"
            02-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            02-02 08:31 visit.received by=sun
            02-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            02-02 08:32 paper.asked by=sun paper=petition
            02-02 08:33 matter.undertaken by=sun basis=ordinary until=2026-02-28 legal=2026-02-28
            02-02 08:33 paper.asked by=sun paper=promise
            02-13 09:00 day.closed
            02-13 09:00 visit.rang to=[sun] bell=half-time limit=matter
            02-13 09:00 visit.rang to=[sun] bell=most-time limit=petition-notice
            02-14 09:00 visit.rang to=[sun] bell=due limit=petition-notice
            02-14 10:00 matter.delivered by=sun document=information on=2026-02-14
            02-27 09:10 refused: delivery-needed
            02-27 09:10 visit.rang to=[sun] bell=most-time limit=matter
            02-27 09:11 matter.delivered by=sun document=reply on=2026-02-27
            02-27 09:12 visit.closed by=sun outcome=replied told=in-person
        "#]],
    );
}

#[test]
fn an_anonymous_petition_has_no_date_of_information() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes anonymous petition Z001 with 0 representatives
         03-03 09:00 tick
         03-20 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=false
            03-02 08:32 paper.asked by=sun paper=petition
            03-03 09:00 visit.rang to=[sun] bell=system-entry
        "#]],
    );
}

#[test]
fn xf_44_a_repeat_is_registered_and_linked_to_the_open_matter_by_a_person() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes petition Z001 with 0 representatives
         03-02 08:33 sun undertakes Z001 as petition-notice
         03-04 09:00 visitor arrives
         03-04 09:01 sun receives Z001
         03-04 09:02 sun merges the new one into the old",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-02 08:32 paper.asked by=sun paper=petition
            03-02 08:33 matter.undertaken by=sun basis=petition-notice until=2026-03-17 legal=2026-03-17
            03-02 08:33 paper.asked by=sun paper=promise
            03-04 09:00 day.closed
            03-04 09:00 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-04 09:01 visit.received by=sun
            03-04 09:02 matter.merged by=sun told=in-person
        "#]],
    );
}

#[test]
fn xf_28_who_is_complained_about_neither_receives_nor_is_offered_it() {
    check(
        "03-02 08:30 visitor arrives for low-income against civil
         03-02 08:31 zhang receives Z001
         03-02 08:32 sun offers Z001 to zhang
         03-02 08:33 sun receives Z001
         03-02 08:34 zhao recuses sun from Z001",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 matter=low-income department=general responder=sun post=reception form=visit people=1 recused=[li,wu,zhang]
            03-02 08:31 refused: recused
            03-02 08:32 refused: recused
            03-02 08:33 visit.received by=sun
            03-02 08:34 visit.recused by=zhao staff=sun
            03-02 08:34 matter.escalated to=zhao reason=recusal until=2026-03-03 answers=zhao
            03-02 08:34 visit.rang to=[zhao] bell=broken-off
        "#]],
    );
}

#[test]
fn xf_28_whoever_has_to_stay_out_answers_not_a_moment_longer_and_the_leader_does_until_it_is_decided() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 li recuses zhang from A001
         03-02 08:33 zhang closes A001 as answered
         03-02 08:34 zhao decides A001 to zhang
         03-02 08:35 zhao decides A001 to li
         03-02 08:36 li receives A001
         03-02 08:40 li closes A001 as answered",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.recused by=li staff=zhang
            03-02 08:32 matter.escalated to=zhao reason=recusal until=2026-03-03 answers=zhao
            03-02 08:32 visit.rang to=[zhao] bell=broken-off
            03-02 08:33 refused: recused
            03-02 08:34 refused: recused
            03-02 08:35 matter.decided department=civil by=zhao to=li
            03-02 08:36 visit.received by=li
            03-02 08:40 visit.closed by=li outcome=answered told=in-person
        "#]],
    );
    // The leader has to stay out as well: somebody else decides, and answers meanwhile.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 li recuses zhang from A001
         03-02 08:33 li recuses zhao from A001
         03-02 08:34 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.recused by=li staff=zhang
            03-02 08:32 matter.escalated to=zhao reason=recusal until=2026-03-03 answers=zhao
            03-02 08:32 visit.rang to=[zhao] bell=broken-off
            03-02 08:33 visit.recused by=li staff=zhao
            03-02 08:33 matter.escalated to=wu reason=recusal until=2026-03-03 answers=wu
            03-02 08:33 visit.rang to=[wu] bell=broken-off
        "#]],
    );
}

#[test]
fn xf_28_who_is_being_served_by_somebody_who_has_to_stay_out_waits_again_at_the_head_of_the_line() {
    let mut of = office();
    of.settings.priority_minutes = 0;
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 visitor arrives for low-income
         03-02 08:32 zhang calls next to 3
         03-02 08:33 zhang begins A001
         03-02 08:34 li recuses zhang from A001
         03-02 08:35 li calls next to 5
         03-02 08:36 zhang calls next to 3
         03-02 08:37 li begins A001
         03-02 08:38 zhao decides A001 to li
         03-02 08:39 li closes A001 as answered
         03-02 08:40 li recuses zhang from A002",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.registered number=A002 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:32 visit.called counter=3 by=zhang
            03-02 08:33 visit.begun counter=3 by=zhang
            03-02 08:34 visit.recused by=li staff=zhang
            03-02 08:34 matter.escalated to=zhao reason=recusal until=2026-03-03 answers=zhao
            03-02 08:34 visit.rang to=[zhao] bell=broken-off
            03-02 08:35 visit.called counter=5 by=li
            03-02 08:36 visit.called counter=3 by=zhang
            03-02 08:37 visit.begun counter=5 by=li
            03-02 08:38 matter.decided department=civil by=zhao to=li
            03-02 08:39 visit.closed by=li outcome=answered told=in-person
            03-02 08:40 visit.recused by=li staff=zhang
            03-02 08:40 matter.escalated to=zhao reason=recusal until=2026-03-03 answers=zhao
            03-02 08:40 visit.rang to=[zhao] bell=broken-off
        "#]],
        of,
    );
    // The second was only called: that ends as well, and the counter is free for the next.
    let second = numbered(&desk, "A002");
    assert!(second.ticket.counter().is_none() && second.broken_off);
    assert!(
        desk.lobby()
            .at_counter(lobby::domain::ids::CounterId(3))
            .is_none()
    );
    let bells: Vec<_> = second.ringing().map(|it| (it.bell.code(), it.to.len())).collect();
    assert_eq!(bells, [("broken-off", 1)]);
}

#[test]
fn xf_28_what_was_offered_to_somebody_who_has_to_stay_out_goes_back_at_once() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang offers A001 to zheng
         03-02 08:33 zhang recuses zheng from A001
         03-02 08:34 zheng accepts A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.offered department=labour from=zhang to=zheng reason=other-duty
            03-02 08:33 visit.recused by=zhang staff=zheng
            03-02 08:33 visit.lapsed
            03-02 08:33 visit.rang to=[zhang,zhao] bell=offer-lapsed
            03-02 08:34 refused: recused
        "#]],
    );
}

#[test]
fn a_letter_that_was_handed_over_stands_in_no_call_queue_and_is_taken_at_the_desk() {
    let desk = played(
        "03-02 08:30 sun receives a letter for low-income
         03-02 08:31 sun offers Z001 to zheng
         03-02 08:32 zheng accepts Z001
         03-02 08:33 zheng calls next to 4
         03-02 08:34 zheng calls Z001 to 4
         03-02 08:35 zheng receives Z001",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 matter=low-income department=general responder=sun post=asked form=letter people=1 by=sun
            03-02 08:30 visit.received by=sun
            03-02 08:31 visit.offered department=labour from=sun to=zheng reason=other-duty
            03-02 08:32 visit.accepted
            03-02 08:33 refused: nobody-waits
            03-02 08:34 refused: out-of-turn
            03-02 08:35 visit.received by=zheng
        "#]],
        office(),
    );
    assert_eq!(numbered(&desk, "Z001").ticket.stage.code(), "serving");
}

#[test]
fn xf_28_who_may_have_nothing_to_do_with_it_approves_no_extension_and_hears_no_bell() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes petition Z001 accepted on 2026-03-02
         03-02 08:33 sun undertakes Z001 as petition-opinion
         03-02 08:34 sun recuses zhao from Z001
         03-02 08:35 sun extends Z001 by 30 approved by zhao",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-02 08:32 paper.asked by=sun paper=petition
            03-02 08:33 matter.undertaken by=sun basis=petition-opinion until=2026-04-30 legal=2026-05-06
            03-02 08:33 paper.asked by=sun paper=promise
            03-02 08:34 visit.recused by=sun staff=zhao
            03-02 08:35 refused: recused
        "#]],
    );
}

#[test]
fn xf_28_nobody_who_has_to_stay_out_is_asked_first_about_another_matter_of_the_visit() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang recuses zheng from A001
         03-02 08:32 zhang adds card-reissue to A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.recused by=zhang staff=zheng
            03-02 08:32 matter.added matter=card-reissue department=labour responder=qian post=b by=zhang
        "#]],
        office(),
    );
    // And whatever a door may have made of it, the core refuses.
    let office = office();
    let visit = numbered(&desk, "A001");
    let at = desk.snapshot().at;
    let added = office
        .one_more(Some("card-reissue".into()), None, &[], at)
        .unwrap();
    assert_eq!(added.responder.as_str(), "zheng");
    let stamp = lobby::domain::event::Stamp {
        at,
        lobby: lobby::domain::time::LobbyTime(0),
        seq: 99,
    };
    let add = lobby::domain::visit::Command::Add(Box::new(added));
    let zhang = office.staff(&"zhang".into()).unwrap();
    assert_eq!(
        visit.decide(&office, zhang, add, stamp),
        Err(lobby::domain::refusal::Refusal::Recused)
    );
}

#[test]
fn section_5_what_a_petition_is_about_is_of_the_offices_own_list_and_stays_as_it_was_registered() {
    let mut of = office();
    let own = |code: &str, name: &str| lobby::domain::content::Content {
        code: code.into(),
        name: lobby::domain::office::Words::same(name),
    };
    of.contents = vec![own("river", "河道治理𠅤"), own("construction", "征收拆迁")];
    let of = std::sync::Arc::new(of);
    let dir = tempfile::tempdir().unwrap();
    let place = || lobby::desk::Place::File(dir.path().join("lobby.db"));
    let monday = MONDAY;
    let (mut desk, _) = desk_of(of.clone(), place(), monday);
    let visit = arrive(&mut desk, arrival(None, 1)).unwrap().visit;
    let write = |desk: &mut lobby::desk::Desk, content: &str| {
        let mut petition = crate::story::petition(&["petition", "Z001", "under", "item", "1"], false, 1);
        petition.content = content.into();
        let take = lobby::domain::matter::MatterCommand::TakePetition(Box::new(petition));
        let action = lobby::desk::Action::Matter(MatterIndex(0), take);
        act(desk, "sun", visit, action).map(|_| ())
    };
    act(&mut desk, "sun", visit, lobby::desk::Action::Receive).unwrap();
    for unknown in ["labour", "", "河道"] {
        assert_eq!(write(&mut desk, unknown).unwrap_err().code(), "unknown-content");
    }
    write(&mut desk, "river").unwrap();
    drop(desk);
    // The office has another list now: the register is what it was, and may be written again as it is.
    let (mut desk, _) = desk_of(std::sync::Arc::new(office()), place(), monday);
    let known = |desk: &lobby::desk::Desk| {
        let visit = desk.lobby().visit(visit).unwrap();
        visit.matters[0].petition.as_ref().unwrap().content.clone()
    };
    assert_eq!(known(&desk).as_str(), "river");
    write(&mut desk, "river").unwrap();
    write(&mut desk, "labour").unwrap();
    assert_eq!(known(&desk).as_str(), "labour");
    assert_eq!(write(&mut desk, "river").unwrap_err().code(), "unknown-content");
}

#[test]
fn section_4_an_extension_needs_the_head_a_reason_and_the_time_before_the_limit() {
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun writes petition Z001 accepted on 2026-03-02
         03-02 08:33 sun undertakes Z001 as petition-opinion
         04-20 09:00 sun extends Z001 by 30 approved by li
         04-20 09:01 sun extends Z001 by 31 approved by zhao
         04-20 09:02 sun extends Z001 by 30 approved by zhao
         04-20 09:03 sun extends Z001 by 30 approved by zhao",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-02 08:32 paper.asked by=sun paper=petition
            03-02 08:33 matter.undertaken by=sun basis=petition-opinion until=2026-04-30 legal=2026-05-06
            03-02 08:33 paper.asked by=sun paper=promise
            04-20 09:00 refused: not-allowed
            04-20 09:00 visit.rang to=[sun] bell=most-time limit=petition-opinion
            04-20 09:00 visit.rang to=[sun,zhao] bell=overdue limit=petition-notice
            04-20 09:01 refused: extension-too-long
            04-20 09:02 matter.extended by=sun approved_by=zhao until=2026-05-29 legal=2026-06-01
            04-20 09:02 visit.rang to=[sun] bell=half-time limit=petition-opinion
            04-20 09:03 refused: not-extendable
        "#]],
    );
}

#[test]
fn section_4_papers_taken_without_a_notice_in_time_are_proposed_as_accepted() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang takes 户口簿 for A001
         03-03 09:00 tick
         03-03 09:01 zhang undertakes A001 as deemed",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.materials-received by=zhang items=[户口簿]
            03-02 08:32 paper.asked by=zhang paper=materials
            03-03 09:00 visit.rang to=[zhang] bell=deemed
            03-03 09:01 matter.undertaken by=zhang basis=deemed until=2026-03-23 legal=2026-03-23
            03-03 09:01 paper.asked by=zhang paper=promise
        "#]],
    );
}

#[test]
fn reception_takes_over_what_nobody_wants() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:55 li takes over A001
         03-02 08:56 sun takes over A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:55 refused: not-allowed
            03-02 08:55 visit.rang to=[zhang,li] bell=uncalled
            03-02 08:55 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-02 08:56 visit.offered department=general from=sun to=sun reason=taken-over
            03-02 08:56 visit.accepted
        "#]],
    );
}
