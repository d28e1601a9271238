//! From receipt to 送达: clocks that start by themselves and stop only when the visitor has it in hand (RULES §4, §5).

use expect_test::expect;
use lobby::desk::{Action, Reply, Request};
use lobby::domain::elsewhere::Body;
use lobby::domain::event::PaperKind;
use lobby::domain::ids::MatterIndex;
use lobby::domain::limit::Count;
use lobby::domain::office::{MatterKind, Office, Words};
use lobby::domain::sheet::Sheet;
use lobby::domain::slip::Come;
use lobby::domain::time::{Timestamp, local};

use crate::sealed::sealed_office;
use crate::story::played;
use crate::support::{act, arrival, arrive, desk_of, numbered, office};

/// An office where the second matter of the catalogue is of `kind`.
fn with(kind: MatterKind) -> Office {
    let mut of = office();
    of.matters[1].kind = kind;
    of
}

fn paper(of: &Office, visit: &lobby::domain::visit::Visit, kind: PaperKind) -> String {
    format!(
        "{:?}",
        Sheet::of(of, visit, (kind, MatterIndex(0)), visit.arrived_at)
    )
}

#[test]
fn xf_23_the_fifteen_days_outlive_closing_and_stop_when_the_notice_has_reached_the_visitor() {
    let desk = played(
        "03-06 16:00 visitor arrives for card-reissue
         03-06 16:01 zheng receives B001
         03-06 16:02 zheng closes B001 as procedure-told with 区法院立案庭，法院路 1 号，0571-86001111，提起诉讼，六个月内
         03-09 09:00 zheng writes petition B001 with 0 representatives
         03-09 09:01 zheng closes B001 as procedure-told with 区法院立案庭，法院路 1 号，0571-86001111，提起诉讼，六个月内
         03-11 09:00 visitor arrives for low-income
         03-11 09:01 zhang receives A001
         03-20 09:00 tick
         03-23 09:00 tick
         03-24 09:00 tick
         03-24 09:01 li delivers information of B001
         03-24 09:02 zheng delivers information of B001
         03-24 09:03 zheng delivers information of B001
         03-25 09:00 tick",
        expect![[r#"
            03-06 16:00 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-06 16:01 visit.received by=zheng
            03-06 16:02 refused: register-needed
            03-09 09:00 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-09 09:00 paper.asked by=zheng paper=petition
            03-09 09:01 visit.closed by=zheng outcome=procedure-told told=in-person
            03-09 09:01 paper.asked by=zheng paper=referral
            03-11 09:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-11 09:01 visit.received by=zhang
            03-20 09:00 visit.rang to=[zheng] bell=due limit=petition-notice
            03-23 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=petition-notice
            03-23 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-24 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=petition-notice
            03-24 09:01 refused: not-yours
            03-24 09:02 matter.delivered by=zheng document=information on=2026-03-24
            03-24 09:03 refused: already-closed
        "#]],
        with(MatterKind::Petition),
    );
    let visit = numbered(&desk, "B001");
    assert!(!visit.remembered(), "nobody is owed anything any more");
}

#[test]
fn xf_23_a_petition_of_friday_that_is_written_up_on_monday_runs_from_friday() {
    played(
        "03-06 16:00 visitor arrives for card-reissue
         03-09 09:00 zheng receives B001
         03-09 09:01 zheng writes petition B001 with 0 representatives
         03-09 09:02 zheng undertakes B001 as petition-notice",
        expect![[r#"
            03-06 16:00 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-09 09:00 visit.rang to=[zheng,qian] bell=uncalled
            03-09 09:00 visit.rang to=[sun,zhao] bell=uncalled-reception
            03-09 09:00 visit.rang to=[zhao] bell=uncalled-leader
            03-09 09:00 visit.received by=zheng
            03-09 09:01 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-09 09:01 paper.asked by=zheng paper=petition
            03-09 09:02 matter.undertaken by=zheng basis=petition-notice until=2026-03-20 legal=2026-03-23
            03-09 09:02 paper.asked by=zheng paper=promise
        "#]],
        with(MatterKind::Petition),
    );
}

#[test]
fn a_petition_a_letter_and_an_application_nobody_took_on_have_their_date_all_the_same() {
    played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-10 09:00 tick
         03-17 09:00 tick
         03-18 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-10 09:00 visit.rang to=[zheng] bell=half-time limit=petition-notice
            03-17 09:00 visit.rang to=[zheng] bell=due limit=petition-notice
            03-18 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=petition-notice
        "#]],
        with(MatterKind::Petition),
    );
    let mut of = office();
    of.matters[0].information = true;
    of.matters[1].due = Some(Count::Working(5));
    let desk = played(
        "03-02 09:00 li receives a letter for low-income
         03-02 09:01 zheng receives a call for card-reissue
         03-09 09:00 tick
         03-10 09:00 tick
         03-16 09:00 tick
         03-16 09:01 zheng closes B001 as answered
         03-30 09:00 tick
         03-31 09:00 tick
         03-31 09:01 li undertakes A001 as information",
        expect![[r#"
            03-02 09:00 visit.registered number=A001 matter=low-income department=civil responder=li post=asked form=letter people=1 by=li
            03-02 09:00 visit.received by=li
            03-02 09:01 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=asked form=call people=1 by=zheng
            03-02 09:01 visit.received by=zheng
            03-09 09:00 visit.rang to=[zheng] bell=due limit=matter
            03-10 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=matter
            03-16 09:00 visit.rang to=[li] bell=half-time limit=information
            03-16 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=matter
            03-16 09:01 visit.closed by=zheng outcome=answered told=in-person
            03-30 09:00 visit.rang to=[li] bell=due limit=information
            03-31 09:00 visit.rang to=[li,zhao] bell=overdue limit=information
            03-31 09:01 matter.undertaken by=li basis=information until=2026-03-31 legal=2026-03-30
        "#]],
        of,
    );
    // Taken on too late it is due at once: nobody is told a day that has passed.
    let visit = numbered(&desk, "A001");
    let promised = visit.matters[0].state.promised().unwrap();
    assert_eq!(
        [promised.due.legal.to_string(), promised.due.told.to_string()],
        ["2026-03-30", "2026-03-31"]
    );
}

#[test]
fn what_is_taken_on_later_runs_from_receipt_and_not_from_the_click() {
    let mut of = office();
    of.matters[1].due = Some(Count::Working(5));
    played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-05 09:00 zheng undertakes B001 as information
         03-05 09:01 zheng undertakes B001 as ordinary",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-05 09:00 visit.rang to=[zheng] bell=half-time limit=matter
            03-05 09:00 matter.undertaken by=zheng basis=information until=2026-03-30 legal=2026-03-30
            03-05 09:00 paper.asked by=zheng paper=promise
            03-05 09:01 matter.undertaken by=zheng basis=ordinary until=2026-03-09 legal=2026-03-09
            03-05 09:01 paper.asked by=zheng paper=promise
        "#]],
        of,
    );
}

#[test]
fn a_petition_is_closed_only_once_it_is_registered_unless_the_visitor_left() {
    let desk = played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-02 08:32 zheng closes B001 as answered
         03-02 08:33 zheng closes B001 as replied
         03-02 08:34 zheng writes petition B001 with 0 representatives
         03-02 08:35 zheng closes B001 as replied
         03-02 08:36 zheng delivers reply of B001
         03-02 08:37 zheng closes B001 as replied",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-02 08:32 refused: register-needed
            03-02 08:33 refused: register-needed
            03-02 08:34 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-02 08:34 paper.asked by=zheng paper=petition
            03-02 08:35 refused: delivery-needed
            03-02 08:36 matter.delivered by=zheng document=reply on=2026-03-02
            03-02 08:37 visit.closed by=zheng outcome=replied told=in-person
        "#]],
        with(MatterKind::Petition),
    );
    assert!(
        numbered(&desk, "B001").remembered(),
        "the notice has not reached them"
    );
}

#[test]
fn xf_34_the_date_of_acceptance_lies_between_receipt_and_today_and_set_right_it_moves_the_limit() {
    played(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-04 09:00 sun writes petition Z001 accepted on 2026-03-01
         03-04 09:01 sun writes petition Z001 accepted on 2026-03-05
         03-04 09:02 sun writes petition Z001 accepted on 2026-03-03
         03-04 09:03 sun undertakes Z001 as petition-opinion
         03-05 09:00 sun extends Z001 by 10 approved by zhao
         03-09 09:00 sun writes petition Z001 accepted on 2026-03-06
         03-09 09:01 sun writes petition Z001 with 0 representatives
         03-09 09:02 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-04 09:00 refused: bad-date
            03-04 09:01 refused: bad-date
            03-04 09:02 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-04 09:02 paper.asked by=sun paper=petition
            03-04 09:03 matter.undertaken by=sun basis=petition-opinion until=2026-04-30 legal=2026-05-06
            03-04 09:03 paper.asked by=sun paper=promise
            03-05 09:00 matter.extended by=sun approved_by=zhao until=2026-05-12 legal=2026-05-12
            03-09 09:00 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-09 09:00 matter.undertaken by=sun basis=petition-opinion until=2026-05-15 legal=2026-05-15
            03-09 09:01 refused: bad-date
        "#]],
        office(),
    );
}

#[test]
fn nothing_counts_as_accepted_but_a_service_and_only_once_the_limit_is_over() {
    let story = "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-02 08:32 zheng takes 户口簿 for B001
         03-02 08:33 zheng undertakes B001 as deemed
         03-03 09:00 zheng undertakes B001 as deemed";
    played(
        story,
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-02 08:32 matter.materials-received by=zheng items=[户口簿]
            03-02 08:32 paper.asked by=zheng paper=materials
            03-02 08:33 refused: out-of-turn
            03-03 09:00 visit.rang to=[zheng] bell=deemed
            03-03 09:00 matter.undertaken by=zheng basis=deemed until=2026-03-23 legal=2026-03-23
            03-03 09:00 paper.asked by=zheng paper=promise
        "#]],
        with(MatterKind::Service),
    );
    for never in [MatterKind::Archive, MatterKind::Enquiry, MatterKind::Petition] {
        let desk = played(
            story,
            expect![[r#"
                03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
                03-02 08:31 visit.received by=zheng
                03-02 08:32 matter.materials-received by=zheng items=[户口簿]
                03-02 08:32 paper.asked by=zheng paper=materials
                03-02 08:33 refused: out-of-turn
                03-03 09:00 refused: out-of-turn
            "#]],
            with(never),
        );
        assert!(numbered(&desk, "B001").matters[0].basis.is_none(), "{never:?}");
    }
}

#[test]
fn al_32_a_licence_has_five_working_days_to_say_what_is_missing_and_they_are_reminded_of() {
    let mut of = office();
    of.matters[1].materials = Some(Count::Working(5));
    played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-02 08:32 zheng takes 户口簿 for B001
         03-03 09:00 tick
         03-05 09:00 tick
         03-05 09:01 zheng takes 身份证 for B001
         03-06 09:00 tick
         03-09 09:00 zheng undertakes B001 as deemed
         03-10 09:00 tick
         03-10 09:01 zheng undertakes B001 as deemed",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-02 08:32 matter.materials-received by=zheng items=[户口簿]
            03-02 08:32 paper.asked by=zheng paper=materials
            03-05 09:00 visit.rang to=[zheng] bell=half-time limit=materials
            03-05 09:01 matter.materials-received by=zheng items=[身份证]
            03-05 09:01 paper.asked by=zheng paper=materials
            03-06 09:00 visit.rang to=[zheng] bell=most-time limit=materials
            03-09 09:00 refused: out-of-turn
            03-09 09:00 visit.rang to=[zheng] bell=due limit=materials
            03-10 09:00 visit.rang to=[zheng] bell=deemed
            03-10 09:01 matter.undertaken by=zheng basis=deemed until=2026-03-23 legal=2026-03-23
            03-10 09:01 paper.asked by=zheng paper=promise
        "#]],
        of,
    );
}

#[test]
fn xf_31_5_a_request_to_act_is_of_item_five_only_and_runs_two_months_from_receipt() {
    played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-04 09:00 zheng writes petition B001 under item 6
         03-04 09:01 zheng undertakes B001 as petition-duty
         03-04 09:02 zheng writes petition B001 under item 5
         03-04 09:03 zheng undertakes B001 as petition-duty
         03-05 09:00 zheng delivers information of B001
         04-30 09:00 tick
         05-07 09:00 tick
         05-07 09:01 zheng delivers reply of B001
         05-07 09:02 zheng closes B001 as replied",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-04 09:00 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-04 09:00 paper.asked by=zheng paper=petition
            03-04 09:01 refused: out-of-turn
            03-04 09:02 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-04 09:03 matter.undertaken by=zheng basis=petition-duty until=2026-04-30 legal=2026-05-06
            03-04 09:03 paper.asked by=zheng paper=promise
            03-05 09:00 matter.delivered by=zheng document=information on=2026-03-05
            04-30 09:00 visit.rang to=[zheng] bell=due limit=duty-request
            05-07 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=duty-request
            05-07 09:01 matter.delivered by=zheng document=reply on=2026-05-07
            05-07 09:02 visit.closed by=zheng outcome=replied told=in-person
        "#]],
        with(MatterKind::Petition),
    );
}

#[test]
fn xf_35_whoever_has_the_reply_is_told_until_when_and_of_whom_a_review_may_be_asked() {
    let mut of = with(MatterKind::Petition);
    of.elsewhere.review = Some(Body {
        code: "district-petitions".into(),
        name: Words::same("临河区信访局"),
        address: Words::same("区府路 1 号"),
        matters: Words::same("复查"),
        phone: "0571-86007700".into(),
        procedure: false,
    });
    let desk = played(
        "09-01 08:30 visitor arrives for card-reissue
         09-01 08:31 zheng receives B001
         09-01 08:32 zheng writes petition B001 with 0 representatives
         09-03 09:00 zheng delivers reply of B001",
        expect![[r#"
            09-01 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            09-01 08:31 visit.received by=zheng
            09-01 08:32 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            09-01 08:32 paper.asked by=zheng paper=petition
            09-03 09:00 matter.delivered by=zheng document=reply on=2026-09-03
        "#]],
        of.clone(),
    );
    let visit = numbered(&desk, "B001");
    for kind in [PaperKind::Petition, PaperKind::Promise] {
        let sheet = paper(&of, &visit, kind);
        // Thirty days end on Saturday 3 October, a holiday: the visitor has until the 8th.
        assert!(
            sheet.contains("10月8日前（含当日）申请复查，复查机关：临河区信访局，区府路 1 号"),
            "{sheet}"
        );
    }
    of.elsewhere.review = None;
    assert!(paper(&of, &visit, PaperKind::Promise).contains("复查机关：上一级机关、单位"));
    let mut english = visit.as_ref().clone();
    english.language = lobby::domain::office::Language::English;
    assert!(
        paper(&of, &english, PaperKind::Promise).contains("Until 8 October 2026 you may ask for a review")
    );
}

#[test]
fn a_date_in_a_year_without_a_notice_is_marked_on_the_registration_receipt_too() {
    let of = with(MatterKind::Petition);
    let said = |script: &str| {
        let desk = played(
            script,
            expect![[r#"
            12-17 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            12-17 08:31 visit.received by=zheng
            12-17 08:32 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            12-17 08:32 paper.asked by=zheng paper=petition
        "#]],
            of.clone(),
        );
        paper(&of, &numbered(&desk, "B001"), PaperKind::Petition)
    };
    let sheet = said(
        "12-17 08:30 visitor arrives for card-reissue
         12-17 08:31 zheng receives B001
         12-17 08:32 zheng writes petition B001 with 0 representatives",
    );
    assert!(
        sheet.contains("1月1日前书面告知") && sheet.contains("日期待节假日安排公布后确认"),
        "{sheet}"
    );
}

#[test]
fn a_notice_nobody_came_back_for_is_asked_after_once_when_thirty_days_have_gone() {
    played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang notes A001 lacks 户口簿
         03-31 09:00 tick
         04-01 09:00 tick
         04-01 10:00 tick
         04-02 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:32 paper.asked by=zhang paper=notice
            03-31 09:00 day.closed
            04-01 09:00 visit.rang to=[zhang] bell=notice-old
        "#]],
        office(),
    );
}

#[test]
fn at_night_a_sealed_number_says_when_and_to_which_room_to_come() {
    let of = std::sync::Arc::new(sealed_office());
    let (mut desk, _) = desk_of(of, lobby::desk::Place::Memory, "2026-03-02T19:00:00+08:00");
    let mut somebody = arrival(None, 1);
    somebody.how.sealed = true;
    let given = arrive(&mut desk, somebody).unwrap();
    let opens: Timestamp = "2026-03-03T08:30:00+08:00".parse().unwrap();
    assert_eq!(given.slip.number.to_string(), "夜01");
    assert_eq!(given.slip.come, Some(Come::ToRoom(local(opens))));
    let text = format!("{:?}", lobby::print::slip(&given.slip));
    assert!(
        text.contains("106 接待室") && text.contains("持此条到以上房间，优先接待"),
        "{text}"
    );
    assert!(!text.contains("综合窗口"), "no counter hears of it: {text}");
}

#[test]
fn what_is_closed_can_still_be_sealed_and_its_words_are_gone() {
    let mut desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang closes A001 as outside-told with 区纪委监委，人民路 1 号，12388
         03-02 08:40 zhang seals A001
         03-02 08:41 zhang seals A001",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 visit.closed by=zhang outcome=outside-told told=in-person
            03-02 08:32 paper.asked by=zhang paper=referral
            03-02 08:40 visit.sealed by=zhang
            03-02 08:40 slip.settled outcome=expired
            03-02 08:41 refused: not-yours
        "#]],
        sealed_office(),
    );
    let visit = numbered(&desk, "A001");
    assert!(visit.matters[0].note.is_none() && !visit.open());
    assert_eq!(visit.sealed, Some("wu".into()));
    let refused = act(&mut desk, "zhang", visit.id, Action::Reprint).unwrap_err();
    assert_eq!(refused.code(), "not-yours");
    let Reply::Keys(keys) = desk.answer(Request::Keys(vec![visit.id])).unwrap() else {
        panic!("keys")
    };
    assert!(keys.is_empty(), "what opened it is destroyed");
}

#[test]
fn section_3_whoever_was_not_served_is_closed_with_a_reason_and_an_answer_names_its_policy() {
    let mut of = office();
    of.matters[0].notice.basis = Words::same("《最低生活保障审核确认办法》");
    let desk = played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:30 visitor arrives for card-reissue
         03-02 08:30 visitor arrives
         03-02 08:31 zhang receives A001
         03-02 08:31 zhang closes A001 as answered
         03-02 08:32 zheng receives B001
         03-02 08:32 zheng closes B001 as answered
         03-02 08:33 sun receives Z001
         03-02 08:33 sun closes Z001 as answered
         03-02 08:34 sun closes Z001 as answered with 《社会保险法》第五十八条",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:31 visit.closed by=zhang outcome=answered told=in-person
            03-02 08:32 visit.received by=zheng
            03-02 08:32 visit.closed by=zheng outcome=answered told=in-person
            03-02 08:33 visit.received by=sun
            03-02 08:33 refused: policy-needed
            03-02 08:34 visit.closed by=sun outcome=answered told=in-person
        "#]],
        of,
    );
    let note = |number: &str| {
        let note = numbered(&desk, number).matters[0].note.clone().unwrap();
        note.reveal().clone()
    };
    assert_eq!(note("A001"), "《最低生活保障审核确认办法》");
    assert_eq!(note("B001"), "本单位公布的“社保卡补办”办事指南");
    assert_eq!(note("Z001"), "《社会保险法》第五十八条");
    // Nobody leaves the books without a word.
    let (mut desk, _) = crate::support::desk(crate::support::MONDAY);
    let visit = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap().visit;
    let left = |reason: &str| Action::Close {
        matter: MatterIndex(0),
        outcome: lobby::domain::event::Outcome::Left,
        told: lobby::domain::event::Told::NotTold,
        note: lobby::domain::sensitive::note(reason).unwrap(),
    };
    let refused = act(&mut desk, "zhang", visit, left("")).unwrap_err();
    assert_eq!(refused.code(), "reason-needed");
    act(&mut desk, "zhang", visit, left("改日再来")).unwrap();
}

#[test]
fn in_the_browser_one_key_closes_with_policy_or_reason_and_the_notice_is_delivered_after_closing() {
    let office = crate::console_live::Office::of(with(MatterKind::Petition), &["zhang", "zheng"]);
    let (answered, left, petition) = (
        office.visitor("low-income", 1),
        office.visitor("low-income", 2),
        office.visitor("card-reissue", 3),
    );
    let zhang = office.logged_in("zhang");
    let at = |id: &str, verb: &str| format!("/visit/{id}/{verb}");
    assert_eq!(zhang.form(&at(&answered, "receive"), &[]).0, 200);
    let page = zhang.get(&at(&answered, "close")).1;
    assert!(page.contains("办事指南") && page.contains("答复依据"), "{page}");
    // What the form sends when nothing is typed.
    let policy = "本单位公布的“最低生活保障申请”办事指南";
    let fields = [
        ("matter", "0"),
        ("outcome", "answered"),
        ("told", "in-person"),
        ("policy", policy),
        ("why", "went"),
        ("note", ""),
    ];
    assert_eq!(zhang.form(&at(&answered, "close"), &fields).0, 200);
    let page = zhang.get(&format!("/visit/{answered}")).1;
    assert!(page.contains(policy) && !page.contains("已自行离开"), "{page}");
    let fields = [
        ("matter", "0"),
        ("outcome", "left"),
        ("policy", policy),
        ("why", "another-day"),
        ("note", "周三来"),
    ];
    assert_eq!(zhang.form(&at(&left, "close"), &fields).0, 200);
    let page = zhang.get(&format!("/visit/{left}")).1;
    assert!(page.contains("改日再来") && page.contains("周三来"), "{page}");
    assert!(!page.contains("办事指南"), "{page}");

    let zheng = office.logged_in("zheng");
    assert_eq!(zheng.form(&at(&petition, "receive"), &[]).0, 200);
    let close = [
        ("matter", "0"),
        ("outcome", "procedure-told"),
        ("told", "in-person"),
        (
            "note",
            "区法院立案庭，法院路 1 号，0571-86001111，提起诉讼，六个月内",
        ),
        ("to_body", "区法院立案庭"),
        ("to_address", "法院路 1 号"),
        ("to_phone", "0571-86001111"),
        ("to_way", "提起诉讼"),
        ("to_until", "六个月内"),
    ];
    let said = zheng.form(&at(&petition, "close"), &close);
    assert_eq!(said.1["code"], "register-needed", "{said:?}");
    let register = [
        ("matter", "0"),
        ("category", "appeal"),
        ("item", "4"),
        ("content", "labour"),
        ("name", "王秀英"),
        ("address", "人民路 1 号"),
        ("claim", "工伤认定"),
        ("people", "1"),
    ];
    assert_eq!(zheng.form(&at(&petition, "petition"), &register).0, 200);
    let page = zheng.get(&at(&petition, "undertake")).1;
    assert!(
        !page.contains("petition-duty"),
        "item 4 is no request to act: {page}"
    );
    assert_eq!(zheng.form(&at(&petition, "close"), &close).0, 200);
    let page = zheng.get(&format!("/visit/{petition}")).1;
    assert!(
        page.contains("告知书应于3月17日前送达") && page.contains(&at(&petition, "deliver")),
        "{page}"
    );
    let document = [("matter", "0"), ("document", "information")];
    let encoded: Vec<String> = document
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-lobby-csrf", zheng.csrf.as_str()),
    ];
    let (status, paper) = zheng.raw(
        "POST",
        &at(&petition, "document"),
        &headers,
        encoded.join("&").as_bytes(),
    );
    assert_eq!(status, 200, "{paper}");
    assert!(paper.contains("请向以下机关提出：区法院立案庭"), "{paper}");
    let deliver = |document| {
        [
            ("matter", "0"),
            ("document", document),
            ("way", "post"),
            ("on", "2026-03-02"),
        ]
    };
    assert_eq!(
        zheng.form(&at(&petition, "deliver"), &deliver("information")).0,
        200
    );
    let said = zheng.form(&at(&petition, "deliver"), &deliver("information"));
    assert_eq!(said.1["code"], "already-closed");
    assert_eq!(zheng.form(&at(&petition, "deliver"), &deliver("reply")).0, 200);
    let page = zheng.get(&format!("/visit/{petition}")).1;
    assert!(
        page.contains("可申请复查至4月1日，复查机关：上一级机关、单位") && !page.contains("告知书应于"),
        "{page}"
    );
}

#[test]
fn an_office_sets_when_progress_is_told_and_when_a_petition_is_in_the_states_system() {
    let story = "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary
         03-02 08:33 visitor arrives
         03-02 08:34 sun receives Z001
         03-02 08:35 sun writes anonymous petition Z001 with 0 representatives
         03-03 09:00 tick
         03-05 09:00 tick
         03-06 09:00 tick";
    let mut of = office();
    (of.settings.progress_percent, of.settings.system_entry_days) = (20, 3);
    played(
        story,
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-02 08:33 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:34 visit.received by=sun
            03-02 08:35 petition.taken people=1 by=sun category=appeal representatives=0 informs=false
            03-02 08:35 paper.asked by=sun paper=petition
            03-03 09:00 day.closed
            03-05 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-05 09:00 visit.rang to=[sun] bell=system-entry
        "#]],
        of,
    );
}
