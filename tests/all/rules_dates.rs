//! Dates and clocks (RULES §4): what was told meanwhile silences no clock, nobody puts a date off alone, and whoever was
//! promised an answer gets it. Stories of the core first, then of the keys that do it in the console.

use expect_test::expect;
use lobby::domain::ids::VisitId;
use lobby::domain::limit::Count;
use lobby::domain::office::{MatterKind, Office};

use crate::browser::Browser;
use crate::console_live::{Office as Hall, PASSWORD};
use crate::story::{check, played};
use crate::support::office;

/// Where the first matter of the catalogue is an application for information, and the second a petition.
fn of_both() -> Office {
    let mut of = office();
    of.matters[0].information = true;
    of.matters[1].kind = MatterKind::Petition;
    of
}

#[test]
fn r8_while_somebody_asks_upward_the_clock_of_the_law_runs_on() {
    played(
        "03-02 09:00 visitor arrives for low-income
         03-02 09:01 zhang receives A001
         03-02 09:02 zhang undertakes A001 as enquiry
         03-05 09:00 tick
         03-06 09:00 tick
         03-16 09:00 tick
         03-16 09:01 zhang undertakes A001 as information
         03-16 10:00 tick
         03-17 09:00 tick
         03-30 09:00 tick
         03-31 09:00 tick",
        expect![[r#"
            03-02 09:00 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 09:01 visit.received by=zhang
            03-02 09:02 matter.undertaken by=zhang basis=enquiry until=2026-03-05 legal=2026-03-05
            03-02 09:02 paper.asked by=zhang paper=promise
            03-05 09:00 day.closed
            03-05 09:00 visit.rang to=[zhang] bell=due limit=upward-enquiry
            03-06 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=upward-enquiry
            03-16 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=upward-enquiry
            03-16 09:00 visit.rang to=[zhang] bell=half-time limit=information
            03-16 09:01 matter.undertaken by=zhang basis=information until=2026-03-30 legal=2026-03-30
            03-16 09:01 paper.asked by=zhang paper=promise
            03-30 09:00 visit.rang to=[zhang] bell=due limit=information
            03-31 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=information
        "#]],
        of_both(),
    );
}

#[test]
fn r9_what_the_leader_has_and_gave_back_is_on_its_own_clock_all_the_time() {
    // Nobody promised anything, and nobody decides.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang escalates A001 as unclear
         03-12 09:00 tick
         03-18 09:00 tick
         03-23 09:00 tick
         03-24 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.escalated by=zhang to=zhao reason=unclear until=2026-03-03
            03-12 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-12 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-18 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-18 09:00 visit.rang to=[zhang] bell=most-time limit=matter
            03-23 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-23 09:00 visit.rang to=[zhang] bell=due limit=matter
            03-24 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-24 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=matter
        "#]],
    );
    // A date was told until the leader decides; it is not the date of the answer.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang escalates A001 as unclear
         03-02 08:33 zhang undertakes A001 as promise
         03-03 10:00 zhao decides A001 to zheng
         03-04 09:00 zheng undertakes A001 as ordinary
         03-12 09:00 tick
         03-23 09:00 tick
         03-24 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.escalated by=zhang to=zhao reason=unclear until=2026-03-03
            03-02 08:33 matter.undertaken by=zhang basis=promise until=2026-03-05 legal=2026-03-05
            03-02 08:33 paper.asked by=zhang paper=promise
            03-03 10:00 matter.decided department=labour by=zhao to=zheng
            03-04 09:00 visit.rang to=[zheng] bell=half-time limit=leader-report
            03-04 09:00 matter.undertaken by=zheng basis=ordinary until=2026-03-23 legal=2026-03-23
            03-04 09:00 paper.asked by=zheng paper=promise
            03-12 09:00 day.closed
            03-12 09:00 visit.rang to=[zheng] bell=half-time limit=matter
            03-23 09:00 visit.rang to=[zheng] bell=due limit=matter
            03-24 09:00 visit.rang to=[zheng,zhao] bell=overdue limit=matter
        "#]],
    );
}

#[test]
fn r12_while_the_leader_has_it_the_days_of_the_objection_are_told_all_the_same() {
    check(
        "03-02 09:00 sun receives a assigned for card-reissue
         03-02 09:01 sun escalates Z001 as unclear
         03-05 09:00 tick
         03-06 09:00 tick
         03-09 09:00 tick
         03-09 09:01 sun objects to Z001 不属本单位职责
         03-10 09:00 tick",
        expect![[r#"
            03-02 09:00 visit.registered number=Z001 matter=card-reissue department=general responder=sun post=asked form=assigned people=1 by=sun
            03-02 09:00 visit.received by=sun
            03-02 09:01 matter.escalated by=sun to=zhao reason=unclear until=2026-03-03
            03-05 09:00 visit.rang to=[zhao,sun] bell=undecided
            03-05 09:00 visit.rang to=[sun] bell=half-time limit=transfer-objection
            03-06 09:00 visit.rang to=[zhao,sun] bell=undecided
            03-06 09:00 visit.rang to=[sun] bell=most-time limit=transfer-objection
            03-09 09:00 visit.rang to=[zhao,sun] bell=undecided
            03-09 09:00 visit.rang to=[sun] bell=due limit=transfer-objection
            03-09 09:01 matter.objected by=sun
            03-10 09:00 visit.rang to=[zhao,sun] bell=undecided
        "#]],
    );
}

#[test]
fn xf_34_the_sixty_days_run_from_the_register_and_start_after_the_written_notice() {
    // Nobody presses the key: the register says when it was accepted, and that is enough.
    played(
        "03-02 08:30 visitor arrives for card-reissue
         03-02 08:31 zheng receives B001
         03-02 08:32 zheng writes petition B001 with 0 representatives
         03-02 08:33 zheng undertakes B001 as petition-notice
         03-04 09:00 zheng writes petition B001 accepted on 2026-03-03
         03-05 09:00 zheng delivers information of B001
         04-02 09:00 tick
         04-02 09:01 zheng undertakes B001 as petition-notice
         04-02 09:02 zheng undertakes B001 as petition-opinion
         04-02 09:03 tick
         04-30 09:00 tick
         04-30 09:01 zheng extends B001 by 30 approved by zhao",
        expect![[r#"
            03-02 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-02 08:31 visit.received by=zheng
            03-02 08:32 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-02 08:32 paper.asked by=zheng paper=petition
            03-02 08:33 matter.undertaken by=zheng basis=petition-notice until=2026-03-17 legal=2026-03-17
            03-02 08:33 paper.asked by=zheng paper=promise
            03-04 09:00 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-05 09:00 matter.delivered by=zheng document=information on=2026-03-05
            04-02 09:00 day.closed
            04-02 09:00 visit.rang to=[zheng] bell=half-time limit=petition-opinion
            04-02 09:01 refused: date-stands
            04-02 09:02 matter.undertaken by=zheng basis=petition-opinion until=2026-04-30 legal=2026-05-06
            04-02 09:02 paper.asked by=zheng paper=promise
            04-30 09:00 visit.rang to=[zheng] bell=due limit=petition-opinion
            04-30 09:01 matter.extended by=zheng approved_by=zhao until=2026-06-01 legal=2026-06-01
            04-30 09:01 visit.rang to=[zheng] bell=half-time limit=petition-opinion
        "#]],
        of_both(),
    );
    // Taken for an ordinary matter until the register says what it is: the law has its own limit.
    check(
        "03-02 08:30 visitor arrives
         03-02 08:31 sun receives Z001
         03-02 08:32 sun undertakes Z001 as ordinary
         03-04 09:00 sun writes petition Z001 accepted on 2026-03-03
         03-04 09:01 sun undertakes Z001 as petition-opinion",
        expect![[r#"
            03-02 08:30 visit.registered number=Z001 department=general responder=sun post=a form=visit people=1
            03-02 08:31 visit.received by=sun
            03-02 08:32 matter.undertaken by=sun basis=ordinary until=2026-03-23 legal=2026-03-23
            03-02 08:32 paper.asked by=sun paper=promise
            03-04 09:00 petition.taken people=1 by=sun category=appeal representatives=0 informs=true
            03-04 09:00 paper.asked by=sun paper=petition
            03-04 09:01 matter.undertaken by=sun basis=petition-opinion until=2026-04-30 legal=2026-05-06
            03-04 09:01 paper.asked by=sun paper=promise
        "#]],
    );
}

#[test]
fn xf_34_a_date_that_was_told_is_brought_forward_and_never_put_off_without_an_extension() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary by 2026-03-06
         03-02 08:33 zhang undertakes A001 as ordinary by 2026-03-09
         03-02 08:34 zhang undertakes A001 as information
         03-02 08:35 zhang undertakes A001 as ordinary by 2026-03-05
         03-02 08:36 zhang undertakes A001 as ordinary
         03-03 09:00 zhang escalates A001 as dispute
         03-03 09:01 zhang undertakes A001 as promise
         03-03 09:02 zhao decides A001 to zhang
         03-03 09:03 zhang undertakes A001 as ordinary by 2026-03-23
         03-05 09:00 tick
         03-06 09:00 zhang undertakes A001 as ordinary
         03-06 09:01 zhang undertakes A001 as ordinary by 2026-03-06
         03-06 09:02 zhang extends A001 by 5 approved by zhao",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-06 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-02 08:33 refused: date-stands
            03-02 08:34 refused: date-stands
            03-02 08:35 matter.undertaken by=zhang basis=ordinary until=2026-03-05 legal=2026-03-23
            03-02 08:35 paper.asked by=zhang paper=promise
            03-02 08:36 matter.undertaken by=zhang basis=ordinary until=2026-03-05 legal=2026-03-23
            03-02 08:36 paper.asked by=zhang paper=promise
            03-03 09:00 matter.escalated by=zhang to=zhao reason=dispute until=2026-03-04
            03-03 09:01 refused: date-stands
            03-03 09:02 matter.decided department=civil by=zhao to=zhang
            03-03 09:03 refused: date-stands
            03-05 09:00 day.closed
            03-05 09:00 visit.rang to=[zhang] bell=due limit=matter
            03-06 09:00 refused: date-stands
            03-06 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=matter
            03-06 09:01 refused: date-stands
            03-06 09:02 refused: not-extendable
        "#]],
    );
    // Nor does a notice on record begin the time anew each time, and what rang has rung.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:35 zhang notes A001 lacks 户口簿
         03-05 09:00 zhang undertakes A001 as ordinary
         03-17 09:00 tick
         03-17 09:01 zhang undertakes A001 as ordinary
         03-17 09:02 zhang undertakes A001 as materials
         03-17 09:03 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:35 matter.notice-given by=zhang told=writing missing=[户口簿]
            03-02 08:35 paper.asked by=zhang paper=notice
            03-05 09:00 matter.undertaken by=zhang basis=ordinary until=2026-03-26 legal=2026-03-26
            03-05 09:00 paper.asked by=zhang paper=promise
            03-17 09:00 day.closed
            03-17 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-17 09:01 matter.undertaken by=zhang basis=ordinary until=2026-03-26 legal=2026-03-26
            03-17 09:01 paper.asked by=zhang paper=promise
            03-17 09:02 matter.undertaken by=zhang basis=materials until=2026-03-26 legal=2026-03-26
            03-17 09:02 paper.asked by=zhang paper=promise
        "#]],
    );
    // A word of when more is heard is given once, and does not move either.
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang escalates A001 as dispute
         03-02 08:33 zhang undertakes A001 as promise
         03-04 09:00 zhang undertakes A001 as promise by 2026-03-06
         03-06 09:00 zhang undertakes A001 as promise",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.escalated by=zhang to=zhao reason=dispute until=2026-03-03
            03-02 08:33 matter.undertaken by=zhang basis=promise until=2026-03-05 legal=2026-03-05
            03-02 08:33 paper.asked by=zhang paper=promise
            03-04 09:00 refused: date-stands
            03-04 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-04 09:00 visit.rang to=[zhang] bell=half-time limit=leader-report
            03-06 09:00 refused: date-stands
            03-06 09:00 visit.rang to=[zhao,zhang] bell=undecided
            03-06 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=leader-report
        "#]],
    );
}

#[test]
fn al_32_papers_in_two_batches_nobody_said_anything_of_count_from_the_first() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang takes 户口簿 for A001
         03-10 09:00 zhang takes 身份证 for A001
         03-10 09:01 zhang undertakes A001 as materials",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.materials-received by=zhang items=[户口簿]
            03-02 08:32 paper.asked by=zhang paper=materials
            03-10 09:00 visit.rang to=[zhang] bell=deemed
            03-10 09:00 matter.materials-received by=zhang items=[身份证]
            03-10 09:00 paper.asked by=zhang paper=materials
            03-10 09:01 matter.undertaken by=zhang basis=materials until=2026-03-23 legal=2026-03-23
            03-10 09:01 paper.asked by=zhang paper=promise
        "#]],
    );
}

#[test]
fn r13_half_of_the_time_that_was_promised_and_not_of_what_the_rule_allows() {
    check(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as ordinary by 2026-03-09
         03-04 09:00 tick
         03-05 09:00 tick
         03-06 09:00 tick
         03-09 09:00 tick
         03-10 09:00 tick",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=ordinary until=2026-03-09 legal=2026-03-23
            03-02 08:32 paper.asked by=zhang paper=promise
            03-04 09:00 day.closed
            03-05 09:00 visit.rang to=[zhang] bell=half-time limit=matter
            03-06 09:00 visit.rang to=[zhang] bell=most-time limit=matter
            03-09 09:00 visit.rang to=[zhang] bell=due limit=matter
            03-10 09:00 visit.rang to=[zhang,zhao] bell=overdue limit=matter
        "#]],
    );
}

#[test]
fn section_3_whoever_was_promised_an_answer_is_not_closed_because_they_left_or_did_not_come() {
    played(
        "03-02 08:30 visitor arrives for low-income
         03-02 08:31 zhang receives A001
         03-02 08:32 zhang undertakes A001 as information
         03-02 08:33 zhang closes A001 as left with 已自行离开
         03-03 09:00 sun returns A001
         03-03 09:01 zhang calls A001 to 3
         03-03 09:02 zhang calls A001 to 3
         03-03 09:03 zhang calls A001 to 3
         03-03 09:04 zhang misses A001
         03-03 09:05 zhang closes A001 as missed with 过号未到
         03-03 09:06 zhang closes A001 as left with 已自行离开
         03-03 09:07 zhang escalates A001 as unclear
         03-03 09:08 zhao closes A001 as left with 已自行离开
         03-04 08:30 visitor arrives for card-reissue
         03-04 08:31 zheng receives B001
         03-04 08:32 zheng writes petition B001 accepted on 2026-03-04
         03-04 08:33 zheng closes B001 as left with 已自行离开
         03-04 08:34 zheng delivers reply of B001
         03-04 08:35 zheng closes B001 as replied",
        expect![[r#"
            03-02 08:30 visit.registered number=A001 matter=low-income department=civil responder=zhang post=a form=visit people=1
            03-02 08:31 visit.received by=zhang
            03-02 08:32 matter.undertaken by=zhang basis=information until=2026-03-30 legal=2026-03-30
            03-02 08:32 paper.asked by=zhang paper=promise
            03-02 08:33 refused: answer-owed
            03-03 09:00 visit.returned by=sun
            03-03 09:01 visit.called counter=3 by=zhang
            03-03 09:02 visit.called counter=3 by=zhang
            03-03 09:03 visit.called counter=3 by=zhang
            03-03 09:04 visit.missed by=zhang
            03-03 09:05 refused: answer-owed
            03-03 09:06 refused: answer-owed
            03-03 09:07 matter.escalated by=zhang to=zhao reason=unclear until=2026-03-04
            03-03 09:08 refused: answer-owed
            03-04 08:30 day.closed
            03-04 08:30 visit.registered number=B001 matter=card-reissue department=labour responder=zheng post=a form=visit people=1
            03-04 08:31 visit.received by=zheng
            03-04 08:32 petition.taken people=1 by=zheng category=appeal representatives=0 informs=true
            03-04 08:32 paper.asked by=zheng paper=petition
            03-04 08:33 refused: answer-owed
            03-04 08:34 matter.delivered by=zheng document=reply on=2026-03-04
            03-04 08:35 visit.closed by=zheng outcome=replied told=in-person
        "#]],
        of_both(),
    );
}

/// The visit as the desk has it.
fn visit(hall: &Hall, id: &str) -> lobby::domain::visit::Visit {
    let id = VisitId(id.parse().unwrap());
    let snapshot = hall.desk.snapshot();
    let found = snapshot.visits.iter().find(|it| it.visit.id == id);
    found.unwrap().visit.as_ref().clone()
}

#[test]
fn the_key_that_takes_a_matter_on_stays_until_it_is_taken_on_for_good_and_then_no_address_puts_the_date_off()
{
    let mut of = of_both();
    of.matters[0].due = Some(Count::Working(5));
    let hall = Hall::of(of, &["zhang", "zheng"]);
    let zhang = hall.logged_in("zhang");
    let id = hall.visitor("low-income", 1);
    let (here, undertake) = (format!("/visit/{id}"), format!("/visit/{id}/undertake"));
    let (key, extend) = (
        format!("{undertake}?matter=0"),
        format!("/visit/{id}/extend?matter=0"),
    );
    assert_eq!(zhang.form(&format!("{here}/receive"), &[]).0, 200);
    assert_eq!(
        zhang.form(&undertake, &[("matter", "0"), ("basis", "enquiry")]).0,
        200
    );
    let page = zhang.get(&here).1;
    assert!(page.contains(&key) && !page.contains(&extend), "{page}");
    let form = zhang.get(&key).1;
    assert!(
        form.contains("value=\"information\"") && !form.contains("value=\"enquiry\""),
        "{form}"
    );
    let sooner = [("matter", "0"), ("basis", "information"), ("told", "2026-03-20")];
    assert_eq!(zhang.form(&undertake, &sooner).0, 200);
    let page = zhang.get(&here).1;
    assert!(!page.contains(&key) && page.contains(&extend), "{page}");
    let stands = "群众已经被告知更早的日期";
    assert!(
        zhang.get(&key).1.contains(stands),
        "the address of the form is known"
    );
    for told in ["2026-03-23", "2026-03-30"] {
        let later = [("matter", "0"), ("basis", "information"), ("told", told)];
        let (status, said) = zhang.form(&undertake, &later);
        assert!(status != 200 && said["code"] == "date-stands", "{said}");
    }
    let told = visit(&hall, &id).matters[0].state.promised().unwrap().due.told;
    assert_eq!(told.to_string(), "2026-03-20");
    // Nor is it closed because nobody is there; what is offered is an answer.
    let form = zhang.get(&format!("{here}/close")).1;
    assert!(
        form.contains("value=\"replied\"") && !form.contains("value=\"left\""),
        "{form}"
    );
    let left = [("matter", "0"), ("outcome", "left"), ("why", "went")];
    assert_eq!(
        zhang.form(&format!("{here}/close"), &left).1["code"],
        "answer-owed"
    );

    // A petition: the written notice first, and from the same key the sixty days once it is accepted (XF 31(6)).
    let zheng = hall.logged_in("zheng");
    let asked = hall.visitor("card-reissue", 2);
    let at = |verb: &str| format!("/visit/{asked}/{verb}");
    assert_eq!(zheng.form(&at("receive"), &[]).0, 200);
    let register = |accepted: &'static str| {
        [
            ("matter", "0"),
            ("category", "appeal"),
            ("item", "6"),
            ("content", "construction"),
            ("people", "1"),
            ("name", "王秀英𠅤"),
            ("address", "人民路 1 号"),
            ("claim", "房子漏水"),
            ("accepted", accepted),
        ]
    };
    assert_eq!(zheng.form(&at("petition"), &register("")).0, 200);
    let basis = |basis: &'static str| [("matter", "0"), ("basis", basis)];
    assert_eq!(zheng.form(&at("undertake"), &basis("petition-notice")).0, 200);
    assert_eq!(zheng.form(&at("petition"), &register("2026-03-02")).0, 200);
    let page = zheng.get(&format!("/visit/{asked}")).1;
    assert!(
        page.contains(&at("undertake?matter=0")) && !page.contains(&at("extend?matter=0")),
        "{page}"
    );
    assert!(
        zheng
            .get(&at("undertake?matter=0"))
            .1
            .contains("value=\"petition-opinion\"")
    );
    assert_eq!(zheng.form(&at("undertake"), &basis("petition-opinion")).0, 200);
    let page = zheng.get(&format!("/visit/{asked}")).1;
    assert!(
        !page.contains(&at("undertake?matter=0")) && page.contains(&at("extend?matter=0")),
        "{page}"
    );
}

#[test]
fn section_2_in_the_browser_whoever_was_asked_first_gives_the_date_after_it_went_to_another_department() {
    let enter = "\u{e007}";
    let hall = Hall::open(&["zhang", "zheng"]);
    let id = hall.visitor("low-income", 1);
    let (zhang, zheng) = (hall.logged_in("zhang"), hall.logged_in("zheng"));
    let at = |verb: &str| format!("/visit/{id}/{verb}");
    assert_eq!(zhang.form(&at("receive"), &[]).0, 200);
    let offer = [("matter", "0"), ("to", "zheng"), ("reason", "other-duty")];
    assert_eq!(zhang.form(&at("offer"), &offer).0, 200);
    assert_eq!(zheng.form(&at("accept"), &[("offer", "0")]).0, 200);

    let browser = Browser::open(1280, 1000);
    browser.goes(&hall.url("/login"));
    browser.types("[name=staff]", "zhang");
    browser.types("[name=password]", &format!("{PASSWORD}{enter}"));
    browser.sees("body[data-connected]");
    browser.goes(&hall.url(&format!("/visit/{id}")));
    let key = |verb: &str| format!("a[href='{}?matter=0']", at(verb));
    browser.sees(&key("progress"));
    let script = "return [...document.querySelectorAll('a[href$=\"?matter=0\"]')].map(it => it.href).length";
    let keys = browser.runs(script, Vec::new()).unwrap();
    assert_eq!(keys.as_u64(), Some(2), "these two and no other of the matter");
    browser.types(&key("undertake"), enter);
    browser.types("[name=basis][value=ordinary]", enter);
    browser.sees_such("main", "3月23日");
    let told = visit(&hall, &id).matters[0].state.promised().unwrap().due.told;
    assert_eq!(told.to_string(), "2026-03-23");
    // Taken on for good: what is left is to say how it stands.
    browser.goes(&hall.url(&format!("/visit/{id}")));
    browser.sees(&key("progress"));
    let gone = browser.runs(
        "return !document.querySelector(arguments[0])",
        vec![key("undertake").into()],
    );
    assert!(gone.unwrap().as_bool().unwrap());
    browser.types(&key("progress"), enter);
    browser.types("[name=told][value=phone]", enter);
    browser.sees_such("main", "已告知进展（电话）");
    assert_eq!(
        visit(&hall, &id).responsible().as_str(),
        "zheng",
        "who answers is zheng"
    );
}
