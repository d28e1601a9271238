//! What is amiss in the weeks to come: both posts away at once, hours nobody is rostered for, a year without
//! its notice, a temporary department that is over. The files alone cannot tell: it depends on the day, and
//! on what was imported or noted since.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Mistake, Problem};
use crate::domain::ids::StaffId;
use crate::domain::office::Office;
use crate::domain::time::from_local;

/// Days looked ahead.
const DAYS: usize = 30;

/// What somebody should see to before it happens.
pub fn coming(office: &Office, today: NaiveDate) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut say = |file: &str, problem| {
        found.push(Mistake {
            file: Path::new(file).to_owned(),
            line: None,
            problem,
        });
    };
    if let Some(year) = office.calendar.missing(today) {
        let year = year.to_string();
        say("calendar", Problem::CalendarMissing { year });
    }
    if office.elsewhere.discipline.is_none() {
        say("kiosk.toml", Problem::NoDiscipline {});
    }
    let moments = moments(office, today);
    let open = |at: &NaiveDateTime| office.open(from_local(*at));
    let posts = office
        .departments
        .iter()
        .map(|it| (it.code.to_string(), &it.a_post, &it.b_post, Some(it)));
    // A matter with one post of its own has the other from the department that takes it.
    let of_matters = office.matters.iter().filter_map(|it| {
        if it.a_post.is_none() && it.b_post.is_none() {
            return None;
        }
        let taken = office.department(&office.routed(it, from_local(today.and_time(NaiveTime::MIN))));
        let a = it.a_post.as_ref().or_else(|| taken.map(|of| &of.a_post))?;
        let b = it.b_post.as_ref().or_else(|| taken.map(|of| &of.b_post))?;
        Some((it.code.to_string(), a, b, None))
    });
    for (place, a, b, department) in posts.chain(of_matters) {
        let there = |at: &NaiveDateTime| department.is_none_or(|it| it.exists(at.date()));
        let away = |it: &StaffId, at: &NaiveDateTime| office.roster.absence(it, from_local(*at)).is_some();
        // A week in which a department's posts are both off shift is a mistake of the file, and told with it.
        let told = |at: &NaiveDateTime| {
            let usual = department.is_some() && office.calendar.special(at.date()).is_none();
            usual && !away(a, at) && !away(b, at)
        };
        let off = |it: &StaffId, at: &NaiveDateTime| {
            away(it, at) || !office.roster.on_shift(&office.calendar, it, from_local(*at))
        };
        let both = moments
            .iter()
            .find(|at| open(at) && there(at) && off(a, at) && off(b, at) && !told(at));
        if let Some(at) = both {
            let when = at.format("%Y-%m-%d %H:%M").to_string();
            let staff = format!("{a}、{b}");
            say("roster.toml", Problem::BothPostsAway { place, when, staff });
        }
    }
    let unmanned = |at: &&NaiveDateTime| !open(at) && office.duty_officer(from_local(**at)).is_none();
    if let Some(at) = moments.iter().find(unmanned) {
        let (when, phone) = (
            at.format("%Y-%m-%d %H:%M").to_string(),
            office.identity.phone.clone(),
        );
        say("roster.toml", Problem::NobodyRostered { when, phone });
    }
    for department in &office.departments {
        if let Some(until) = department.term.until.filter(|it| *it < today) {
            let (department, until) = (department.code.to_string(), until.to_string());
            say("routing.toml", Problem::DepartmentOver { department, until });
        }
    }
    found
}

/// Every moment of the days ahead at which anything begins or ends: between them nothing changes.
fn moments(office: &Office, today: NaiveDate) -> Vec<NaiveDateTime> {
    let mut moments = BTreeSet::new();
    for date in today.iter_days().take(DAYS) {
        moments.insert(date.and_time(NaiveTime::MIN));
        for span in &office.hours.spans {
            moments.extend([date.and_time(span.from), date.and_time(span.until)]);
        }
        for shift in office.roster.shifts.iter().filter(|it| !it.duty) {
            moments.extend([date.and_time(shift.span.from), date.and_time(shift.span.until)]);
        }
        for turn in office.roster.turns_on(&office.calendar, date) {
            moments.extend([turn.begins(), turn.ends()]);
        }
    }
    let last = moments.last().copied();
    let leave = office.roster.absences.iter().flat_map(|it| [it.from, it.until]);
    let begins = today.and_time(NaiveTime::MIN);
    moments.extend(leave.filter(|it| begins <= *it && Some(*it) <= last));
    moments.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office::Term;
    use crate::domain::roster::Absence;

    fn office() -> Office {
        let mut office = super::super::demo(Path::new("/nowhere"), &["generic-80"])
            .office
            .as_ref()
            .clone();
        office.elsewhere.discipline = Some(crate::domain::elsewhere::Discipline {
            contact: "guoqiang".into(),
            public_key: [9; 32],
            room: crate::domain::office::Words::same("接待室"),
            higher: crate::domain::office::Words::same("区纪委监委"),
            higher_phone: "12388".to_owned(),
        });
        office
    }

    #[test]
    fn an_office_without_a_discipline_contact_hears_of_it() {
        let mut office = office();
        office.elsewhere.discipline = None;
        let found = codes(&office, "2026-03-02");
        assert!(
            found.len() == 1 && found[0].starts_with("no-discipline ") && found[0].contains("检举控告"),
            "{found:?}"
        );
    }

    #[test]
    fn a_matter_with_one_post_of_its_own_has_the_other_from_its_department() {
        let mut office = office();
        let of = office
            .matters
            .iter()
            .position(|it| it.code.as_str() == "low-income")
            .unwrap();
        let matter = office.matters[of].clone();
        let taken = office.routed(&matter, from_local(date("2026-03-02").and_time(NaiveTime::MIN)));
        let department = office.department(&taken).unwrap().clone();
        // Its own A post is somebody else; B is the department's.
        let own = office.staff.iter().map(|it| it.id.clone());
        let mut own = own.filter(|it| *it != department.a_post && *it != department.b_post);
        let own = own.next().unwrap();
        office.matters[of].a_post = Some(own.clone());
        assert!(codes(&office, "2026-03-02").is_empty());
        for staff in [own, department.b_post] {
            office.roster.absences.push(Absence {
                staff,
                from: date("2026-03-05").and_time(NaiveTime::MIN),
                until: date("2026-03-06").and_time(NaiveTime::MIN),
            });
        }
        let found = codes(&office, "2026-03-02");
        assert!(
            found
                .iter()
                .any(|it| it.starts_with("both-posts-away low-income")),
            "{found:?}"
        );
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn codes(office: &Office, today: &str) -> Vec<String> {
        coming(office, date(today))
            .iter()
            .map(|it| format!("{} {}", it.code(), it.says().zh))
            .collect()
    }

    #[test]
    fn an_office_that_is_in_order_has_nothing_to_see_to() {
        assert!(codes(&office(), "2026-03-02").is_empty());
        assert!(codes(&office(), "2026-09-20").is_empty(), "a holiday week too");
    }

    #[test]
    fn both_posts_away_a_missing_year_and_a_department_that_is_over_are_told() {
        let mut office = office();
        for (staff, from) in [("zhanghong", "2026-03-04"), ("luyifan", "2026-03-05")] {
            office.roster.absences.push(Absence {
                staff: staff.into(),
                from: date(from).and_time(NaiveTime::MIN),
                until: date("2026-03-07").and_time(NaiveTime::MIN),
            });
        }
        office.departments[5].term = Term {
            from: None,
            until: Some(date("2026-02-28")),
        };
        let found = codes(&office, "2026-03-02");
        assert!(
            found[0].starts_with("both-posts-away civil-affairs") && found[0].contains("2026-03-05 08:30"),
            "{found:?}"
        );
        assert!(found.last().unwrap().starts_with("department-over "), "{found:?}");
        assert!(codes(&office, "2026-12-01")[0].starts_with("calendar-missing"));
    }

    #[test]
    fn posts_that_are_both_off_shift_are_told_as_those_away_are() {
        let afternoons = |office: &mut Office, without: &[&str]| {
            let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
            let shifts = office.roster.shifts.iter_mut();
            for it in shifts.filter(|it| !it.duty && noon < it.span.from) {
                it.staff.retain(|it| !without.contains(&it.as_str()));
            }
        };
        // Both posts of one matter work mornings only; its department has somebody in the afternoon.
        let mut mornings = office();
        afternoons(&mut mornings, &["yangbo", "sunguohua"]);
        let of = mornings
            .matters
            .iter()
            .find(|it| it.a_post == Some("yangbo".into()));
        let expected = format!("both-posts-away {} ", of.unwrap().code);
        let found = codes(&mornings, "2026-03-02");
        assert!(
            found.len() == 1 && found[0].starts_with(&expected) && found[0].contains("2026-03-02 14:30"),
            "{found:?}"
        );
        // A is on leave on a day B works in the morning only.
        let mut office = office();
        afternoons(&mut office, &["luyifan"]);
        assert!(codes(&office, "2026-03-02").is_empty(), "A is there");
        office.roster.absences.push(Absence {
            staff: "zhanghong".into(),
            from: date("2026-03-04").and_time(NaiveTime::MIN),
            until: date("2026-03-05").and_time(NaiveTime::MIN),
        });
        let found = codes(&office, "2026-03-02");
        assert!(
            found[0].starts_with("both-posts-away civil-affairs") && found[0].contains("2026-03-04 14:30"),
            "{found:?}"
        );
        // What is so every week is told with the files, and not twice.
        office.roster.absences.clear();
        afternoons(&mut office, &["zhanghong"]);
        assert!(codes(&office, "2026-03-02").is_empty());
    }

    #[test]
    fn hours_nobody_is_rostered_for_are_told_with_the_telephone_that_answers() {
        let mut office = office();
        office.roster.shifts.retain(|it| !it.duty || it.span.overnight());
        let found = codes(&office, "2026-03-02");
        assert!(
            found[0].starts_with("nobody-rostered ")
                && found[0].contains("2026-03-02 12:00")
                && found[0].contains("0500-8110101"),
            "{found:?}"
        );
    }
}
