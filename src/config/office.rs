//! What one file alone cannot tell: whether the names used in one are those of another, and whether the
//! office they describe works. Skips whatever rests on something that could not be read, so that one
//! mistake is told once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

use crate::config::kiosk::KioskFile;
use crate::config::mistake::Problem;
use crate::config::read::{Source, nearest, shown};
use crate::config::roster::RosterFile;
use crate::config::routing::{Reference, RoutingFile, To};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{DepartmentCode, StaffId};
use crate::domain::office::{Department, Hours, Matter, Role, Staff};
use crate::domain::roster::{Roster, Shift};
use crate::domain::time::{Span, Timestamp, from_local};

/// Names a remedy offers.
const NEAR_MAX: usize = 3;

type Read<'a, T> = Option<(&'a Source, &'a T)>;

/// Tells what is wrong between the files.
pub(super) fn check(
    (kiosk_source, kiosk): (&Source, &KioskFile),
    routing: Read<'_, RoutingFile>,
    roster: Read<'_, RosterFile>,
) {
    let names = Names::of(routing.map(|it| it.1), roster.map(|it| it.1));
    if let Some(reception) = &kiosk.reception {
        let value = reception.it.as_str().to_owned();
        names.look(
            kiosk_source,
            &Reference {
                at: reception.at,
                key: "reception",
                to: To::Department,
                value,
            },
        );
    }
    kiosk
        .references
        .iter()
        .for_each(|it| names.look(kiosk_source, it));
    if let Some((source, file)) = routing {
        file.references.iter().for_each(|it| names.look(source, it));
        counters(source, file);
        rules(source, file);
        rooms(source, file);
        terms(source, file, (kiosk_source, kiosk));
        taken(source, file, kiosk);
    }
    if let Some((source, file)) = roster {
        file.references.iter().for_each(|it| names.look(source, it));
        roles(source, file);
    }
    if let (Some((routing_source, routing)), Some((roster_source, roster))) = (routing, roster) {
        posts(routing_source, routing, roster);
        week(kiosk, routing, roster_source, roster);
    }
}

/// The names there are of each kind; none of a kind whose file could not be read.
struct Names(HashMap<To, BTreeSet<String>>);

impl Names {
    fn of(routing: Option<&RoutingFile>, roster: Option<&RosterFile>) -> Self {
        let mut names = HashMap::new();
        if let Some(file) = routing {
            let departments = file.departments.iter().filter_map(|it| it.it.code.clone());
            names.insert(To::Department, departments.collect());
            names.insert(
                To::Matter,
                file.matters.iter().filter_map(|it| it.it.code.clone()).collect(),
            );
            let counters = file
                .counters
                .iter()
                .filter_map(|it| it.it.id.map(|it| it.to_string()));
            names.insert(To::Counter, counters.collect());
        }
        if let Some(file) = roster {
            names.insert(
                To::Staff,
                file.staff.iter().filter_map(|it| it.it.id.clone()).collect(),
            );
        }
        Self(names)
    }

    fn look(&self, source: &Source, reference: &Reference) {
        let Some(names) = self.0.get(&reference.to) else {
            return;
        };
        // Where there is nothing at all, that has been told.
        if names.is_empty() || names.contains(&reference.value) {
            return;
        }
        let key = reference.key.to_owned();
        let value = shown(&reference.value);
        let near = nearest(&value, names.iter().map(String::as_str), NEAR_MAX);
        let problem = match reference.to {
            To::Department => Problem::UnknownDepartment { key, value, near },
            To::Staff => Problem::UnknownStaff { key, value, near },
            To::Matter => Problem::UnknownMatter { key, value, near },
            To::Counter => Problem::UnknownCounter { key, value, near },
        };
        source.say(reference.at, problem);
    }
}

/// Every department needs a place to call to.
fn counters(source: &Source, file: &RoutingFile) {
    let Some(counters) = file
        .counters
        .iter()
        .map(|it| it.it.counter.as_ref())
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    for entry in &file.departments {
        let Some(code) = &entry.it.code else { continue };
        let code = DepartmentCode::new(code);
        if !counters.is_empty() && !counters.iter().any(|it| it.departments.contains(&code)) {
            source.say(
                entry.at,
                Problem::NoCounter {
                    department: code.to_string(),
                },
            );
        }
    }
}

/// A door has one department behind it. A hall, which has no number, may hold many counters.
fn rooms(source: &Source, file: &RoutingFile) {
    let mut doors: BTreeMap<String, &str> = BTreeMap::new();
    for entry in &file.departments {
        let Some(of) = &entry.it.department else { continue };
        if !of.room.chars().any(|it| it.is_ascii_digit()) {
            continue;
        }
        // "203", "203室" and "Room 203" are one door.
        let room = door(&of.room);
        if let Some(first) = doors.insert(room, of.code.as_str()) {
            let (room, first, second) = (of.room.trim().to_owned(), first.to_owned(), of.code.to_string());
            source.say(entry.at, Problem::RoomTwice { room, first, second });
        }
    }
}

/// The door a room's words mean: without spaces and case, and without what only says that it is a room.
fn door(room: &str) -> String {
    let mut door: String = room.chars().filter(|it| !it.is_whitespace()).collect();
    door = door.to_lowercase();
    for word in ["室", "房间", "房", "号", "room", "no.", "#"] {
        door = door.trim_start_matches(word).trim_end_matches(word).to_owned();
    }
    door
}

/// What must always be there is no temporary department.
fn terms(source: &Source, file: &RoutingFile, (kiosk_source, kiosk): (&Source, &KioskFile)) {
    let temporary = |code: &str| {
        let mut departments = file.departments.iter().filter_map(|it| it.it.department.as_ref());
        departments.any(|it| it.code.as_str() == code && it.temporary())
    };
    if let Some(reception) = &kiosk.reception
        && temporary(reception.it.as_str())
    {
        let department = reception.it.to_string();
        kiosk_source.say(reception.at, Problem::ReceptionIsTemporary { department });
    }
    if let Some(last) = file.rules.last()
        && let Some(rule) = &last.it
        && temporary(rule.to.as_str())
    {
        let (id, department) = (rule.id.to_string(), rule.to.to_string());
        source.say(last.at, Problem::LastIsTemporary { id, department });
    }
}

/// Rules that can never match.
/// Matters whose own days and hours never meet those of the office.
fn taken(source: &Source, file: &RoutingFile, kiosk: &KioskFile) {
    let Some(hours) = &kiosk.hours else { return };
    for entry in &file.matters {
        let Some(matter) = &entry.it.matter else { continue };
        let taking = &matter.taking;
        let day = taking.days.is_empty() || taking.days.iter().any(|it| hours.days.contains(it));
        let meets = |own: &Span| {
            hours
                .spans
                .iter()
                .any(|it| it.from < own.until && own.from < it.until)
        };
        if !day || !taking.spans.is_empty() && !taking.spans.iter().any(meets) {
            let matter = matter.code.to_string();
            source.say(entry.at, Problem::NeverTaken { matter });
        }
    }
}

fn rules(source: &Source, file: &RoutingFile) {
    let matters = file
        .matters
        .iter()
        .map(|it| it.it.matter.as_ref())
        .collect::<Option<Vec<&Matter>>>();
    let Some(matters) = matters else { return };
    // Who takes each matter, as the rules stand.
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    let mut everything: Option<&str> = None;
    for entry in &file.rules {
        let Some(rule) = &entry.it else { return };
        let id = rule.id.to_string();
        if let Some(by) = everything {
            source.say(
                entry.at,
                Problem::RuleShadowed {
                    id,
                    by: by.to_owned(),
                },
            );
            continue;
        }
        let Some(when) = &rule.when else {
            everything = Some(rule.id.as_str());
            continue;
        };
        // Names no matter has are told as such; so is a condition that says nothing.
        let unknown = when
            .matters
            .iter()
            .any(|it| !matters.iter().any(|matter| matter.code == *it));
        if unknown || (when.matters.is_empty() && when.kinds.is_empty()) {
            continue;
        }
        let fitting: Vec<&str> = matters
            .iter()
            .filter(|it| when.holds(Some(it)))
            .map(|it| it.code.as_str())
            .collect();
        let free: Vec<&str> = fitting
            .iter()
            .copied()
            .filter(|it| !taken.contains_key(it))
            .collect();
        match fitting.first() {
            None => source.say(entry.at, Problem::RuleNeverMatches { id }),
            Some(first) if free.is_empty() => {
                source.say(
                    entry.at,
                    Problem::RuleShadowed {
                        id,
                        by: taken[first].to_owned(),
                    },
                );
            }
            Some(_) => taken.extend(free.into_iter().map(|it| (it, rule.id.as_str()))),
        }
    }
}

/// Roles somebody must have for the lobby to be run.
fn roles(source: &Source, file: &RosterFile) {
    let Some(staff) = everybody(file) else { return };
    if staff.is_empty() {
        return;
    }
    for role in [Role::Reception, Role::Leader, Role::Administrator] {
        if !staff.iter().any(|it| it.is(role)) {
            source.say_on(
                None,
                Problem::NoRole {
                    role: role.code().to_owned(),
                },
            );
        }
    }
}

fn everybody(file: &RosterFile) -> Option<Vec<&Staff>> {
    file.staff.iter().map(|it| it.it.staff.as_ref()).collect()
}

fn departments(file: &RoutingFile) -> Option<Vec<(usize, &Department)>> {
    file.departments
        .iter()
        .map(|it| it.it.department.as_ref().map(|of| (it.at, of)))
        .collect()
}

/// A and B posts who do not see the queue they are to serve, and matters whose posts, some their own and
/// some the department's, are one person.
fn posts(source: &Source, routing: &RoutingFile, roster: &RosterFile) {
    let (Some(departments), Some(staff)) = (departments(routing), everybody(roster)) else {
        return;
    };
    for (at, department) in &departments {
        for post in [&department.a_post, &department.b_post] {
            let Some(person) = staff.iter().find(|it| it.id == *post) else {
                continue;
            };
            if person.department != department.code && !person.sees_all() {
                let (department, other) = (department.code.to_string(), person.department.to_string());
                source.say(
                    *at,
                    Problem::PostElsewhere {
                        department,
                        staff: post.to_string(),
                        other,
                    },
                );
            }
        }
    }
    if let Some(shifts) = roster
        .shifts
        .iter()
        .map(Option::as_ref)
        .collect::<Option<Vec<&Shift>>>()
    {
        let works = |it: &StaffId| shifts.iter().any(|shift| !shift.duty && shift.staff.contains(it));
        let exists = |it: &StaffId| staff.iter().any(|person| person.id == *it);
        let idle = |it: &&StaffId| exists(it) && !works(it);
        let of_departments = departments
            .iter()
            .flat_map(|(at, it)| [&it.a_post, &it.b_post].map(|post| (*at, it.code.as_str(), post)));
        let of_matters = routing.matters.iter().flat_map(|entry| {
            let matter = entry.it.matter.as_ref();
            let posts = matter
                .into_iter()
                .flat_map(|it| it.a_post.iter().chain(&it.b_post));
            let code = entry.it.code.as_deref().unwrap_or_default();
            posts.map(move |post| (entry.at, code, post))
        });
        for (at, place, post) in of_departments.chain(of_matters).filter(|it| idle(&it.2)) {
            let (place, staff) = (place.to_owned(), post.to_string());
            source.say(at, Problem::PostNeverWorks { place, staff });
        }
    }
    let rules = routing
        .rules
        .iter()
        .map(|it| it.it.clone())
        .collect::<Option<Vec<_>>>();
    let Some(Ok(rules)) = rules.map(crate::domain::routing::Routing::new) else {
        return;
    };
    for entry in &routing.matters {
        let Some(matter) = &entry.it.matter else { continue };
        let to = rules.route(Some(matter), |_| true).department;
        let Some((_, department)) = departments.iter().find(|(_, it)| it.code == to) else {
            continue;
        };
        let half = matter.a_post.is_some() != matter.b_post.is_some();
        let a = matter.a_post.as_ref().unwrap_or(&department.a_post);
        if half && a == matter.b_post.as_ref().unwrap_or(&department.b_post) {
            let (place, staff) = (matter.code.to_string(), a.to_string());
            source.say(entry.at, Problem::SamePosts { place, staff });
        }
    }
}

/// Hours of a usual week in which somebody is missing. Absences are not looked at: they are for a day.
fn week(kiosk: &KioskFile, routing: &RoutingFile, source: &Source, roster: &RosterFile) {
    let (Some(hours), Some(departments)) = (&kiosk.hours, departments(routing)) else {
        return;
    };
    let Some(shifts) = roster.shifts.iter().cloned().collect::<Option<Vec<Shift>>>() else {
        return;
    };
    let Some(otherwise) = &roster.otherwise else {
        return;
    };
    if shifts.is_empty() {
        return;
    }
    let roster = Roster {
        shifts,
        absences: Vec::new(),
        presence: BTreeMap::new(),
        otherwise: otherwise.clone(),
        turns: Vec::new(),
        swaps: Vec::new(),
    };
    // A week that no notice speaks of.
    let usual = Calendar::default();
    let moments = moments(hours, &roster);
    for (_, department) in departments {
        let posts = [&department.a_post, &department.b_post, &department.head];
        let works = |it: &StaffId, at| roster.on_duty(&usual, it, at);
        let manned = |at| posts.iter().any(|it: &&StaffId| works(it, at));
        let open = |it: &&Timestamp| hours.open(&usual, **it);
        let Some(at) = moments.iter().filter(open).find(|it| !manned(**it)) else {
            // The head answers then, which is for when both happen to be away, not a way to plan a week (R23, R24).
            let both_off = |it: &&Timestamp| posts[..2].iter().all(|post| !works(post, **it));
            if let Some(at) = moments.iter().filter(open).find(both_off) {
                let (department, when, head) = (
                    department.code.to_string(),
                    told(*at),
                    department.head.to_string(),
                );
                source.say_on(
                    None,
                    Problem::OnlyHeadOnDuty {
                        department,
                        when,
                        head,
                    },
                );
            }
            continue;
        };
        let (department, when) = (department.code.to_string(), told(*at));
        let reception = kiosk
            .reception
            .as_ref()
            .is_some_and(|it| it.it.as_str() == department);
        source.say_on(
            None,
            if reception {
                Problem::ReceptionUnmanned { department, when }
            } else {
                Problem::NobodyOnDuty { department, when }
            },
        );
    }
    if let Some(at) = moments
        .iter()
        .find(|it| !hours.open(&usual, **it) && roster.duty_officer(&usual, **it).is_none())
    {
        let (when, otherwise) = (told(*at), otherwise.to_string());
        source.say_on(None, Problem::NobodyOutsideHours { when, otherwise });
    }
}

/// Every moment of a week from Monday at which anything begins or ends: between them nothing changes.
fn moments(hours: &Hours, roster: &Roster) -> Vec<Timestamp> {
    let spans = hours.spans.iter().chain(roster.shifts.iter().map(|it| &it.span));
    let mut times: BTreeSet<NaiveTime> = spans.flat_map(|it| [it.from, it.until]).collect();
    times.insert(NaiveTime::MIN);
    let monday = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date of the calendar, and a Monday");
    let days = monday.iter_days().take(7);
    days.flat_map(|day| times.iter().map(move |time| from_local(day.and_time(*time))))
        .collect()
}

/// A moment of the week, such as `mon 08:30`.
fn told(at: Timestamp) -> String {
    let local = crate::domain::time::local(at);
    let day = match local.weekday() {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    };
    format!("{day} {:02}:{:02}", local.hour(), local.minute())
}
