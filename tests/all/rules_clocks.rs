//! The clocks of RULES §4 as a table that reads like the rule book, and the calendar against an oracle.

use chrono::{Datelike, NaiveDate};
use expect_test::{Expect, expect};
use lobby::domain::calendar::{Calendar, CalendarYear, DayKind, SpecialDay};
use lobby::domain::limit::{Count, Limit, LimitKind, Limits, Reminder};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

/// Says when a limit of `kind` from `started` ends: counted, told, in law; and when it reminds.
fn line(kind: &str, started: &str, own: Option<Count>) -> String {
    let calendar = Calendar::shipped();
    let kind = LimitKind::from_code(kind).unwrap_or_else(|| panic!("{kind}"));
    let limit = Limit::new(kind, date(started), kind.count(&Limits::default(), own));
    let due = limit.due(&calendar);
    let reminders: Vec<String> = limit
        .reminders(&calendar)
        .iter()
        .map(|it| it.0.format("%m-%d").to_string())
        .collect();
    let provisional = if due.provisional { " provisional" } else { "" };
    format!(
        "{} {started} + {}: last {} {}, told {}, legal {}{provisional}; reminds {}\n",
        kind.code(),
        limit.count,
        due.last,
        due.last.weekday(),
        due.told,
        due.legal,
        if reminders.is_empty() {
            "nobody".to_owned()
        } else {
            reminders.join(" ")
        },
    )
}

fn check(rows: &[(&str, &str, Option<Count>)], expected: Expect) {
    let said: String = rows.iter().map(|it| line(it.0, it.1, it.2)).collect();
    expected.assert_eq(&said);
}

#[test]
fn xf_23_whoever_petitions_is_told_in_writing_within_fifteen_days() {
    check(
        &[
            ("petition-notice", "2026-01-30", None),
            ("petition-notice", "2026-02-02", None),
            ("petition-notice", "2026-03-02", None),
            ("petition-notice", "2026-09-20", None),
            ("petition-notice", "2026-12-17", None),
        ],
        expect![[r#"
            petition-notice 2026-01-30 + 15 days: last 2026-02-14 Sat, told 2026-02-14, legal 2026-02-14; reminds 02-06 02-11 02-14
            petition-notice 2026-02-02 + 15 days: last 2026-02-17 Tue, told 2026-02-14, legal 2026-02-24; reminds 02-06 02-12 02-14
            petition-notice 2026-03-02 + 15 days: last 2026-03-17 Tue, told 2026-03-17, legal 2026-03-17; reminds 03-10 03-13 03-17
            petition-notice 2026-09-20 + 15 days: last 2026-10-05 Mon, told 2026-09-30, legal 2026-10-08; reminds 09-24 09-28 09-30
            petition-notice 2026-12-17 + 15 days: last 2027-01-01 Fri, told 2027-01-01, legal 2027-01-01 provisional; reminds 12-25 12-29 01-01
        "#]],
    );
}

#[test]
fn xf_34_an_opinion_comes_within_sixty_days_and_thirty_more_with_approval() {
    check(
        &[
            ("petition-opinion", "2026-03-02", None),
            ("petition-opinion", "2025-12-19", None),
        ],
        expect![[r#"
            petition-opinion 2026-03-02 + 60 days: last 2026-05-01 Fri, told 2026-04-30, legal 2026-05-06; reminds 04-01 04-17 04-30
            petition-opinion 2025-12-19 + 60 days: last 2026-02-17 Tue, told 2026-02-14, legal 2026-02-24; reminds 01-16 02-03 02-14
        "#]],
    );
    let calendar = Calendar::shipped();
    let limit = Limit::new(LimitKind::PetitionOpinion, date("2026-03-02"), Count::Natural(60));
    let longer = limit.extended(30, &calendar, date("2026-04-30")).unwrap();
    assert_eq!(longer.due(&calendar).legal, date("2026-06-01"));
}

#[test]
fn xfs_31_5_a_request_to_act_has_its_own_limit_or_two_months() {
    check(
        &[
            ("duty-request", "2026-03-02", None),
            ("duty-request", "2025-12-31", None),
            ("duty-request", "2026-03-02", Some(Count::Working(30))),
        ],
        expect![[r#"
            duty-request 2026-03-02 + 2 months: last 2026-05-02 Sat, told 2026-04-30, legal 2026-05-06; reminds 04-01 04-17 04-30
            duty-request 2025-12-31 + 2 months: last 2026-02-28 Sat, told 2026-02-28, legal 2026-02-28; reminds 01-30 02-14 02-28
            duty-request 2026-03-02 + 30 working days: last 2026-04-14 Tue, told 2026-04-14, legal 2026-04-14; reminds 03-23 04-03 04-14
        "#]],
    );
}

#[test]
fn xf_35_the_visitors_thirty_days_end_on_the_moved_day_and_alarm_nobody() {
    check(
        &[
            ("review", "2026-01-16", None),
            ("review", "2026-03-02", None),
            ("review", "2026-09-03", None),
        ],
        expect![[r#"
            review 2026-01-16 + 30 days: last 2026-02-15 Sun, told 2026-02-24, legal 2026-02-24; reminds nobody
            review 2026-03-02 + 30 days: last 2026-04-01 Wed, told 2026-04-01, legal 2026-04-01; reminds nobody
            review 2026-09-03 + 30 days: last 2026-10-03 Sat, told 2026-10-08, legal 2026-10-08; reminds nobody
        "#]],
    );
}

#[test]
fn xf_23_an_objection_to_a_transfer_comes_within_five_working_days() {
    check(
        &[
            ("transfer-objection", "2026-09-28", None),
            ("transfer-objection", "2026-02-12", None),
            ("transfer-objection", "2026-03-06", None),
        ],
        expect![[r#"
            transfer-objection 2026-09-28 + 5 working days: last 2026-10-10 Sat, told 2026-10-10, legal 2026-10-10; reminds 10-08 10-09 10-10
            transfer-objection 2026-02-12 + 5 working days: last 2026-02-26 Thu, told 2026-02-26, legal 2026-02-26; reminds 02-24 02-25 02-26
            transfer-objection 2026-03-06 + 5 working days: last 2026-03-13 Fri, told 2026-03-13, legal 2026-03-13; reminds 03-11 03-12 03-13
        "#]],
    );
}

#[test]
fn gi_33_information_is_given_within_twenty_working_days() {
    check(
        &[
            ("information", "2026-03-02", None),
            ("information", "2026-02-02", None),
            ("information", "2026-12-10", None),
            ("information-unclear", "2026-09-28", None),
        ],
        expect![[r#"
            information 2026-03-02 + 20 working days: last 2026-03-30 Mon, told 2026-03-30, legal 2026-03-30; reminds 03-16 03-24 03-30
            information 2026-02-02 + 20 working days: last 2026-03-06 Fri, told 2026-03-06, legal 2026-03-06; reminds 02-14 03-02 03-06
            information 2026-12-10 + 20 working days: last 2027-01-07 Thu, told 2027-01-07, legal 2027-01-07 provisional; reminds 12-24 01-01 01-07
            information-unclear 2026-09-28 + 7 working days: last 2026-10-13 Tue, told 2026-10-13, legal 2026-10-13; reminds 10-09 10-12 10-13
        "#]],
    );
    let calendar = Calendar::shipped();
    let asked = Limit::new(LimitKind::Information, date("2026-03-02"), Count::Working(20));
    // The third party is asked on 6 March and answers on the 20th; then once more twenty days.
    let paused = asked.pausing(date("2026-03-06")).unwrap();
    assert!(paused.paused() && paused.reached(&calendar, date("2026-04-01")).is_none());
    let resumed = paused.resumed(date("2026-03-20")).unwrap();
    assert_eq!(resumed.due(&calendar).told, date("2026-04-14"));
    let longer = resumed.extended(20, &calendar, date("2026-04-14")).unwrap();
    assert_eq!(longer.due(&calendar).told, date("2026-05-14"));
    // A corrected application starts anew.
    assert_eq!(
        longer.restarted(date("2026-04-01")).due(&calendar).told,
        date("2026-04-30")
    );
}

#[test]
fn al_32_what_is_missing_is_said_on_the_spot_or_within_five_working_days() {
    check(
        &[
            ("materials", "2026-03-02", None),
            ("materials", "2026-03-02", Some(Count::Working(5))),
            ("materials", "2026-03-07", None),
        ],
        expect![[r#"
            materials 2026-03-02 + at once: last 2026-03-02 Mon, told 2026-03-02, legal 2026-03-02; reminds 03-02 03-02 03-02
            materials 2026-03-02 + 5 working days: last 2026-03-09 Mon, told 2026-03-09, legal 2026-03-09; reminds 03-05 03-06 03-09
            materials 2026-03-07 + at once: last 2026-03-09 Mon, told 2026-03-09, legal 2026-03-09; reminds 03-09 03-09 03-09
        "#]],
    );
}

#[test]
fn local_other_visits_are_settled_at_once_or_in_five_or_fifteen_working_days() {
    check(
        &[
            ("matter", "2026-03-02", Some(Count::Working(0))),
            ("matter", "2026-03-02", Some(Count::Working(5))),
            ("matter", "2026-03-02", None),
            ("matter", "2026-10-01", Some(Count::Natural(3))),
            ("leader-report", "2026-03-05", None),
            ("upward-enquiry", "2026-03-05", None),
        ],
        expect![[r#"
            matter 2026-03-02 + at once: last 2026-03-02 Mon, told 2026-03-02, legal 2026-03-02; reminds 03-02 03-02 03-02
            matter 2026-03-02 + 5 working days: last 2026-03-09 Mon, told 2026-03-09, legal 2026-03-09; reminds 03-05 03-06 03-09
            matter 2026-03-02 + 15 working days: last 2026-03-23 Mon, told 2026-03-23, legal 2026-03-23; reminds 03-12 03-18 03-23
            matter 2026-10-01 + 3 days: last 2026-10-04 Sun, told 2026-10-08, legal 2026-10-08; reminds 10-05 10-07 10-08
            leader-report 2026-03-05 + 3 working days: last 2026-03-10 Tue, told 2026-03-10, legal 2026-03-10; reminds 03-09 03-10 03-10
            upward-enquiry 2026-03-05 + 3 working days: last 2026-03-10 Tue, told 2026-03-10, legal 2026-03-10; reminds 03-09 03-10 03-10
        "#]],
    );
}

#[test]
fn reminders_are_right_whatever_days_the_box_was_on() {
    let calendar = Calendar::shipped();
    let limit = Limit::new(LimitKind::PetitionNotice, date("2026-03-02"), Count::Natural(15));
    // Asked every day, each is new once; asked on any one day, it is the newest.
    let mut given = Vec::new();
    for today in date("2026-03-02").iter_days().take(20) {
        let reached = limit.reached(&calendar, today);
        if reached > given.last().copied().flatten() {
            given.push(reached);
        }
    }
    let all = [
        Reminder::Half,
        Reminder::FourFifths,
        Reminder::Due,
        Reminder::Overdue(1),
        Reminder::Overdue(2),
        Reminder::Overdue(3),
        Reminder::Overdue(4),
    ];
    assert_eq!(given, all.map(Some));
}

/// Each kind of limit from each day of three years.
#[test]
fn a_date_told_is_never_past_the_law() {
    let calendar = Calendar::shipped();
    for kind in LimitKind::ALL {
        for started in date("2024-01-01").iter_days().take_while(|it| it.year() < 2027) {
            let limit = Limit::new(kind, started, kind.count(&Limits::default(), None));
            let due = limit.due(&calendar);
            assert!(
                started <= due.told && due.told <= due.legal && due.last <= due.legal,
                "{limit:?}"
            );
            assert!(
                due.provisional || calendar.kind(due.told) == DayKind::Workday,
                "{limit:?} {due:?}"
            );
            let days: Vec<NaiveDate> = limit.reminders(&calendar).into_iter().map(|it| it.0).collect();
            assert!(
                days.is_sorted() && days.iter().all(|it| started <= *it),
                "{limit:?} {days:?}"
            );
        }
    }
}

#[test]
fn the_notice_moves_the_alarm_and_not_the_promise() {
    let mut calendar = Calendar::shipped();
    let limit = Limit::new(LimitKind::PetitionNotice, date("2026-12-17"), Count::Natural(15));
    let promised = limit.due(&calendar);
    assert_eq!((promised.told, promised.provisional), (date("2027-01-01"), true));
    let day = |text: &str, works| SpecialDay {
        date: date(text),
        name: "元旦".into(),
        works,
    };
    let days = vec![
        day("2027-01-01", false),
        day("2027-01-02", false),
        day("2027-01-03", false),
    ];
    calendar.set(CalendarYear::new(2027, "号".into(), days).unwrap());
    assert_eq!(limit.reached(&calendar, date("2026-12-31")), Some(Reminder::Due));
    // `promised` is what the journal holds; nothing reckons it again.
    assert_eq!(promised.told, date("2027-01-01"));
}

/// What `tests/oracle/remake.py` wrote from the package `chinesecalendar`: each date of 2024 to 2026.
const ORACLE: &str = include_str!("../oracle/chinesecalendar.txt");

#[test]
fn every_day_of_three_years_is_what_another_calendar_says() {
    let calendar = Calendar::shipped();
    let mut lines = ORACLE.lines();
    assert!(lines.next().unwrap().starts_with("# chinesecalendar "));
    let mut days = date("2024-01-01").iter_days();
    let mut compared = 0;
    for line in lines {
        let (day, kind) = line.split_once(' ').unwrap();
        assert_eq!(days.next(), Some(date(day)));
        let expected = match kind {
            "workday" => DayKind::Workday,
            "off" => DayKind::DayOff,
            other => panic!("{other}"),
        };
        assert_eq!(calendar.kind(date(day)), expected, "{day}");
        compared += 1;
    }
    assert_eq!(compared, 366 + 365 + 365);
}
