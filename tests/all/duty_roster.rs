//! Who answers for a department at a moment (RULES §1, §8): the office that comes with the lobby, day and
//! night, and what is arranged while the lobby runs.

use std::path::Path;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use expect_test::{Expect, expect};
use lobby::desk::{Reply, Request, Trouble};
use lobby::domain::answer::Found;
use lobby::domain::arrangement::{Arrangement, TurnNote};
use lobby::domain::calendar::{Calendar, CalendarYear, SpecialDay};
use lobby::domain::ids::VisitId;
use lobby::domain::office::{Office, Term};
use lobby::domain::roster::{Absence, Swap, Turn, TurnKind};
use lobby::domain::sensitive;
use lobby::domain::time::{Span, Timestamp, from_local};
use uuid::Uuid;

use crate::support::{MONDAY, arrival, arrive, desk, desk_at};

/// The office of the documented defaults.
fn linhe() -> Office {
    lobby::config::demo(Path::new("/nowhere"), &["generic-80"])
        .office
        .as_ref()
        .clone()
}

fn at(text: &str) -> Timestamp {
    let text = format!("{text}:00");
    from_local(text.parse().unwrap_or_else(|_| panic!("{text}")))
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

/// Asks `office` the questions, a line each: `2026-03-02T09:00 civil-affairs`.
fn asked(office: &Office, questions: &str, expected: Expect) {
    let mut said = String::new();
    for question in questions.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (when, department) = question.split_once(' ').unwrap();
        let answer = office.answer(&department.into(), None, at(when));
        let tried = answer.tried.iter().map(|it| {
            let found = match it.found {
                Found::Here => "here",
                Found::OffShift => "off",
                Found::Away => "away",
            };
            format!("{} {} {found}", it.post.code(), it.staff)
        });
        let tried = tried.collect::<Vec<String>>().join(", ");
        let duty = &answer.duty;
        said += &format!(
            "{when} {}: {} {} ({tried})\n",
            duty.department, duty.responder, answer.phone
        );
    }
    expected.assert_eq(&said);
}

#[test]
fn somebody_answers_at_every_hour() {
    asked(
        &linhe(),
        "2026-03-02T08:29 civil-affairs
         2026-03-02T08:30 civil-affairs
         2026-03-02T12:15 civil-affairs
         2026-03-02T14:30 civil-affairs
         2026-03-02T17:30 civil-affairs
         2026-03-03T03:00 civil-affairs
         2026-03-06T22:00 civil-affairs
         2026-03-07T08:29 civil-affairs
         2026-03-07T08:30 civil-affairs
         2026-03-09T08:00 civil-affairs",
        expect![[r#"
            2026-03-02T08:29 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-03-02T08:30 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
            2026-03-02T12:15 civil-affairs: hewenjun 0500-8110101 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty hewenjun here)
            2026-03-02T14:30 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
            2026-03-02T17:30 civil-affairs: caogang 0500-8110208 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty caogang here)
            2026-03-03T03:00 civil-affairs: caogang 0500-8110208 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty caogang here)
            2026-03-06T22:00 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-03-07T08:29 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-03-07T08:30 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-03-09T08:00 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
        "#]],
    );
}

#[test]
fn the_calendar_bends_the_week() {
    asked(
        &linhe(),
        // A make-up Saturday is a Friday, its evening too; a holiday is a Sunday, its eve a weekday.
        "2026-02-14T09:00 civil-affairs
         2026-02-14T12:30 civil-affairs
         2026-02-14T20:00 civil-affairs
         2026-02-17T09:00 civil-affairs
         2026-09-30T20:00 civil-affairs
         2026-10-01T08:30 civil-affairs
         2026-10-08T08:29 civil-affairs
         2026-10-08T08:30 civil-affairs",
        expect![[r#"
            2026-02-14T09:00 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
            2026-02-14T12:30 civil-affairs: hewenjun 0500-8110101 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty hewenjun here)
            2026-02-14T20:00 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-02-17T09:00 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-09-30T20:00 civil-affairs: caogang 0500-8110208 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty caogang here)
            2026-10-01T08:30 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-10-08T08:29 civil-affairs: liangyonggang 0500-8110103 (a zhanghong off, b luyifan off, head wanghaiyan off, reception linxiaoyan off, reception hewenjun off, reception zhoujianguo off, duty liangyonggang here)
            2026-10-08T08:30 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
        "#]],
    );
}

#[test]
fn a_is_away_and_b_acts_and_then_the_head_and_then_reception() {
    let mut office = linhe();
    for (staff, from) in [
        ("zhanghong", "2026-03-02T09:00"),
        ("luyifan", "2026-03-02T10:00"),
        ("wanghaiyan", "2026-03-02T11:00"),
        ("linxiaoyan", "2026-03-02T11:10"),
        ("hewenjun", "2026-03-02T11:20"),
        ("zhoujianguo", "2026-03-02T11:30"),
    ] {
        let leave = Absence {
            staff: staff.into(),
            from: format!("{from}:00").parse().unwrap(),
            until: date("2026-03-03").and_time(NaiveTime::MIN),
        };
        office = office.arranged(&Arrangement::Leave(leave), at("2026-03-02T08:00"));
    }
    asked(
        &office,
        "2026-03-02T08:59 civil-affairs
         2026-03-02T09:00 civil-affairs
         2026-03-02T10:00 civil-affairs
         2026-03-02T11:00 civil-affairs
         2026-03-02T11:10 civil-affairs
         2026-03-02T11:20 civil-affairs
         2026-03-02T11:30 civil-affairs
         2026-03-02T12:00 civil-affairs
         2026-03-03T08:30 civil-affairs",
        expect![[r#"
            2026-03-02T08:59 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
            2026-03-02T09:00 civil-affairs: luyifan 0500-8110204 (a zhanghong away, b luyifan here)
            2026-03-02T10:00 civil-affairs: wanghaiyan 0500-8110203 (a zhanghong away, b luyifan away, head wanghaiyan here)
            2026-03-02T11:00 general-office: linxiaoyan 0500-8110101 (a zhanghong away, b luyifan away, head wanghaiyan away, reception linxiaoyan here)
            2026-03-02T11:10 general-office: hewenjun 0500-8110101 (a zhanghong away, b luyifan away, head wanghaiyan away, reception linxiaoyan away, reception hewenjun here)
            2026-03-02T11:20 general-office: zhoujianguo 0500-8110102 (a zhanghong away, b luyifan away, head wanghaiyan away, reception linxiaoyan away, reception hewenjun away, reception zhoujianguo here)
            2026-03-02T11:30 civil-affairs: zhoujianguo 0500-8110101 (a zhanghong away, b luyifan away, head wanghaiyan away, reception linxiaoyan away, reception hewenjun away, reception zhoujianguo away, otherwise zhoujianguo here)
            2026-03-02T12:00 civil-affairs: gaopeng 0500-8110111 (a zhanghong away, b luyifan away, head wanghaiyan away, reception linxiaoyan away, reception hewenjun away, reception zhoujianguo away, duty hewenjun away, duty gaopeng here)
            2026-03-03T08:30 civil-affairs: zhanghong 0500-8110204 (a zhanghong here)
        "#]],
    );
}

fn turn(day: &str, kind: TurnKind, staff: &[&str], leader: Option<&str>) -> Turn {
    let hours = linhe().hours;
    Turn {
        date: date(day),
        kind,
        span: kind.span(&hours),
        staff: staff.iter().map(|it| (*it).into()).collect(),
        leader: leader.map(Into::into),
        note: String::new(),
    }
}

#[test]
fn a_months_table_stands_before_the_week_and_leaves_the_rest_of_it() {
    let table = Arrangement::Turns {
        from: date("2026-10-01"),
        until: date("2026-10-31"),
        turns: vec![
            turn(
                "2026-10-01",
                TurnKind::Holiday,
                &["xiehongmei", "yuansong"],
                Some("zhoujianguo"),
            ),
            turn("2026-10-08", TurnKind::Night, &["tianjia"], None),
        ],
    };
    let office = linhe().arranged(&table, at("2026-09-20T09:00"));
    let who = |when| {
        let officer = office.duty_officer(at(when));
        let leader = office.leader_on_duty(at(when));
        (
            officer.map(|it| it.to_string()).unwrap_or_default(),
            leader.to_string(),
        )
    };
    let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    assert_eq!(who("2026-10-01T10:00"), pair("xiehongmei", "zhoujianguo"));
    assert_eq!(who("2026-10-02T08:29"), pair("xiehongmei", "zhoujianguo"));
    // The second of October is not in the table: the week's Sunday answers.
    assert_eq!(who("2026-10-02T08:30"), pair("liangyonggang", "zhoujianguo"));
    assert_eq!(who("2026-10-08T12:30").0, "hewenjun", "lunch is still the week's");
    assert_eq!(who("2026-10-08T23:00").0, "tianjia");
    // A new table for the same month replaces the old one whole.
    let anew = Arrangement::Turns {
        from: date("2026-10-01"),
        until: date("2026-10-31"),
        turns: vec![turn("2026-10-01", TurnKind::Holiday, &["yuansong"], None)],
    };
    let office = office.arranged(&anew, at("2026-09-21T09:00"));
    assert_eq!(
        office.duty_officer(at("2026-10-01T10:00")),
        Some("yuansong".into())
    );
    assert_eq!(
        office.duty_officer(at("2026-10-08T23:00")),
        Some("caogang".into())
    );
}

#[test]
fn a_swap_is_for_one_turn_and_only_for_one_that_is_not_over() {
    let office = linhe();
    let swap = Swap {
        date: date("2026-03-02"),
        from: time("17:30:00"),
        out: "caogang".into(),
        stand_in: "tianjia".into(),
    };
    let may = |swap: &Swap, when: &str| {
        let answer = office.may_arrange(None, &Arrangement::Swap(swap.clone()), at(when));
        answer.err().map(|it| it.code())
    };
    assert_eq!(may(&swap, "2026-03-03T08:00"), None, "the night is not over yet");
    assert_eq!(may(&swap, "2026-03-03T08:30"), Some("in-the-past"));
    let out = |out: &str, stand_in: &str| Swap {
        out: out.into(),
        stand_in: stand_in.into(),
        ..swap.clone()
    };
    assert_eq!(
        may(&out("chenjing", "tianjia"), "2026-03-02T09:00"),
        Some("not-in-turn")
    );
    assert_eq!(
        may(&out("caogang", "fengrui"), "2026-03-02T09:00"),
        Some("same-person")
    );
    assert_eq!(
        may(&out("caogang", "nobody"), "2026-03-02T09:00"),
        Some("unknown-staff")
    );
    let office = office.arranged(&Arrangement::Swap(swap), at("2026-03-02T09:00"));
    assert_eq!(
        office.duty_officer(at("2026-03-02T20:00")),
        Some("tianjia".into())
    );
    assert_eq!(
        office.duty_officer(at("2026-03-03T20:00")),
        Some("caogang".into())
    );
}

#[test]
fn who_may_arrange_what() {
    let office = linhe();
    let leave = |staff: &str| {
        Arrangement::Leave(Absence {
            staff: staff.into(),
            from: date("2026-03-03").and_time(NaiveTime::MIN),
            until: date("2026-03-04").and_time(NaiveTime::MIN),
        })
    };
    let table = Arrangement::Turns {
        from: date("2026-03-03"),
        until: date("2026-03-03"),
        turns: vec![turn("2026-03-03", TurnKind::Night, &["tianjia"], None)],
    };
    let may = |actor: &str, what: &Arrangement| {
        let actor = office.staff(&actor.into());
        assert!(actor.is_some());
        office
            .may_arrange(actor, what, at("2026-03-02T09:00"))
            .err()
            .map(|it| it.code())
    };
    assert_eq!(may("zhanghong", &leave("zhanghong")), None, "one's own leave");
    assert_eq!(may("zhanghong", &leave("luyifan")), Some("not-yours"));
    assert_eq!(may("zhoujianguo", &leave("luyifan")), None);
    assert_eq!(may("zhanghong", &table), Some("not-allowed"));
    assert_eq!(may("hewenjun", &table), None);
    let note = |from: &str, to: &str| {
        Arrangement::Handover(Box::new(TurnNote {
            id: VisitId(Uuid::from_u128(1)),
            from: from.into(),
            to: to.into(),
            open: 0,
            matters: Vec::new(),
            note: None,
        }))
    };
    assert_eq!(may("zhanghong", &note("zhanghong", "luyifan")), None);
    assert_eq!(may("zhanghong", &note("luyifan", "zhanghong")), Some("not-yours"));
    assert_eq!(may("hewenjun", &note("luyifan", "luyifan")), Some("same-person"));
    let past = |from: &str, until: &str| Arrangement::Turns {
        from: date(from),
        until: date(until),
        turns: vec![],
    };
    assert_eq!(
        may("hewenjun", &past("2026-03-01", "2026-03-31")),
        Some("in-the-past")
    );
    assert_eq!(
        may("hewenjun", &past("2026-03-31", "2026-03-30")),
        Some("bad-dates")
    );
}

#[test]
fn a_temporary_department_takes_its_matters_from_its_first_day_to_its_last() {
    let mut office = linhe();
    let of = office
        .departments
        .iter_mut()
        .find(|it| it.code.as_str() == "expropriation")
        .unwrap();
    of.term = Term {
        from: Some(date("2026-03-03")),
        until: Some(date("2026-06-30")),
    };
    let to = |when| {
        let route = office
            .route(Some(&"expropriation-claim".into()), at(when))
            .unwrap();
        (
            route.routed.to_string(),
            route.rule.to_string(),
            route.passed_over.len(),
        )
    };
    let is = |department: &str, rule: &str, passed| (department.to_owned(), rule.to_owned(), passed);
    // It is a petition, so before and after the petitions' rule takes it.
    assert_eq!(to("2026-03-02T09:00"), is("law-and-petitions", "petitions", 1));
    assert_eq!(to("2026-03-03T00:00"), is("expropriation", "expropriation", 0));
    assert_eq!(to("2026-06-30T23:59"), is("expropriation", "expropriation", 0));
    assert_eq!(to("2026-07-01T00:00"), is("law-and-petitions", "petitions", 1));
}

#[test]
fn what_is_arranged_is_in_the_journal_and_there_again_after_a_start() {
    let dir = tempfile::tempdir().unwrap();
    let place = || lobby::desk::Place::File(dir.path().join("lobby.db"));
    let before: Arc<Office> = {
        let (mut desk, _) = desk_at(place(), MONDAY);
        let mut arrange = |by: Option<&str>, it: Arrangement| {
            let by = by.map(Into::into);
            desk.answer(Request::Arrange {
                by,
                arrangement: Box::new(it),
            })
            .map(drop)
        };
        let year = CalendarYear::new(
            2027,
            "国办发明电〔2026〕1号".into(),
            vec![SpecialDay {
                date: date("2027-01-01"),
                name: "元旦".into(),
                works: false,
            }],
        );
        arrange(None, Arrangement::Calendar(year.unwrap())).unwrap();
        let turns = vec![Turn {
            staff: vec!["li".into(), "wu".into()],
            ..turn("2026-10-01", TurnKind::Holiday, &[], Some("zhao"))
        }];
        let (from, until) = (date("2026-10-01"), date("2026-10-31"));
        arrange(Some("sun"), Arrangement::Turns { from, until, turns }).unwrap();
        let swap = Swap {
            date: from,
            from: time("08:30:00"),
            out: "li".into(),
            stand_in: "qian".into(),
        };
        arrange(Some("zhao"), Arrangement::Swap(swap)).unwrap();
        let leave = Absence {
            staff: "zhang".into(),
            from: date("2026-10-09").and_time(NaiveTime::MIN),
            until: date("2026-10-10").and_time(NaiveTime::MIN),
        };
        arrange(Some("zhang"), Arrangement::Leave(leave.clone())).unwrap();
        let again = arrange(Some("zhang"), Arrangement::Leave(leave));
        assert!(matches!(again, Err(Trouble::Refused(it)) if it.code() == "already-noted"));
        let note = TurnNote {
            id: VisitId(Uuid::from_u128(77)),
            from: "zhao".into(),
            to: "sun".into(),
            open: 1,
            matters: Vec::new(),
            note: sensitive::note("王𠅤㛃的事明早回电").unwrap(),
        };
        arrange(Some("zhao"), Arrangement::Handover(Box::new(note))).unwrap();
        desk.snapshot().office
    };
    let (mut desk, _) = desk_at(place(), MONDAY);
    let after = desk.snapshot().office;
    assert_eq!(before, after);
    assert_eq!(after.duty_officer(at("2026-10-01T10:00")), Some("qian".into()));
    assert_eq!(after.notes.len(), 1);
    assert!(after.calendar.year(2027).is_some() && Calendar::shipped().year(2027).is_none());
    // In the journal the note is a ciphertext, which opens with its own key alone and goes with it.
    let Reply::Entries(entries) = desk
        .answer(Request::Entries {
            epoch: 1,
            seq: 0,
            limit: 99,
        })
        .unwrap()
    else {
        panic!("entries")
    };
    let note = entries.iter().find(|it| it.kind == "office.turn-note").unwrap();
    assert!(note.personal.is_some());
    assert!(
        entries
            .iter()
            .all(|it| !String::from_utf8_lossy(&it.facts).contains("𠅤"))
    );
}

#[test]
fn a_table_that_comes_in_shows_to_the_next_visitor() {
    let (mut desk, clock) = desk("2026-03-02T20:00:00+08:00");
    let first = arrive(&mut desk, arrival(Some("low-income"), 1)).unwrap();
    assert_eq!(first.slip.responder, "赵敏（科员）", "the week's night");
    let turns = vec![Turn {
        staff: vec!["li".into()],
        ..turn("2026-03-02", TurnKind::Night, &[], None)
    }];
    let table = Arrangement::Turns {
        from: date("2026-03-02"),
        until: date("2026-03-02"),
        turns,
    };
    let arrange = Request::Arrange {
        by: Some("sun".into()),
        arrangement: Box::new(table),
    };
    desk.answer(arrange).unwrap();
    clock.advance(60_000);
    let second = arrive(&mut desk, arrival(Some("low-income"), 2)).unwrap();
    assert_eq!(second.slip.responder, "李娜（科员）");
    // The first visitor's first responder never changes.
    assert_eq!(
        desk.lobby().visit(first.visit).unwrap().responsible().as_str(),
        "zhao"
    );
}

#[test]
fn a_turn_is_named_by_its_hours_and_its_day() {
    let office = linhe();
    let kinds = |day: &str| -> Vec<TurnKind> {
        let turns = office.turns_between(date(day), date(day));
        turns.iter().map(|it| it.kind).collect()
    };
    assert_eq!(kinds("2026-03-02"), [TurnKind::Lunch, TurnKind::Night]);
    assert_eq!(kinds("2026-03-07"), [TurnKind::Weekend]);
    assert_eq!(kinds("2026-10-01"), [TurnKind::Holiday]);
    assert_eq!(kinds("2026-02-14"), [TurnKind::Lunch, TurnKind::Night]);
    let whole_day = Span {
        from: time("08:30:00"),
        until: time("08:30:00"),
    };
    assert_eq!(TurnKind::Holiday.span(&office.hours), whole_day);
    let lunch = Span {
        from: time("12:00:00"),
        until: time("14:30:00"),
    };
    assert_eq!(TurnKind::Lunch.span(&office.hours), lunch);
}
