//! The duty roster and the working calendar in the browser: who is on duty, swaps, leave, what one turn tells
//! the next, tables in and out; and why a matter goes where it goes (为什么到这里).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

use super::App;
use super::board::Reader;
use super::guard::{Fields, Form, No, Who};
use super::pages::{Frame, both, html, tell};
use super::upload::Upload;
use super::{visit_pages, words};
use crate::desk::{Request, Snapshot};
use crate::domain::arrangement::{Arrangement, Taken, TurnNote};
use crate::domain::event::{Event, Origin};
use crate::domain::ids::{MatterCode, MatterIndex, StaffId, VisitId};
use crate::domain::office::{Language, Office, Role, Words};
use crate::domain::refusal::Refusal;
use crate::domain::roster::{Absence, Swap, Turn};
use crate::domain::sensitive;
use crate::domain::slip::matter_words;
use crate::domain::time::{Timestamp, from_local, local};
use crate::tables::{self, Mistake};
use crate::why;

/// Days the page shows.
const DAYS_SHOWN: u64 = 14;

/// Days a file holds.
const DAYS_WRITTEN: u64 = 31;

#[derive(Template)]
#[template(path = "duty.html")]
struct DutyPage<'a> {
    f: Frame<'a>,
    general: bool,
    officer: Option<(String, String)>,
    leader: String,
    turns: Vec<TurnRow>,
    from: String,
    earlier: String,
    later: String,
    people: Vec<(String, String)>,
    own: String,
    leave: Vec<LeaveRow>,
    notes: Vec<NoteRow>,
    /// What the asker answers for: the key of its box, its number, what it is about.
    mine: Vec<(String, String, String)>,
    mistakes: Vec<MistakeRow>,
    calendar: Vec<(String, String, String)>,
    missing: String,
    special: Vec<(String, String, bool)>,
}

struct TurnRow {
    date: String,
    weekday: String,
    kind: &'static str,
    hours: String,
    staff: Vec<(String, String)>,
    names: String,
    leader: String,
    phone: String,
    note: String,
    /// What names it in a form: date and beginning.
    key: String,
    running: bool,
    open: bool,
}

struct LeaveRow {
    name: String,
    staff: String,
    from: String,
    until: String,
    shown: String,
    mine: bool,
}

struct NoteRow {
    at: String,
    who: String,
    /// What went along.
    handed: String,
    text: String,
}

struct MistakeRow {
    place: String,
    says: String,
    remedy: String,
    bad: bool,
}

/// Which days.
#[derive(Debug, Deserialize, Default)]
pub struct From {
    #[serde(default)]
    from: String,
}

/// `/duty`
pub async fn page(
    State(app): State<App>,
    who: Who,
    from: Result<Query<From>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let from = from.map(|it| it.0).unwrap_or_default();
    let today = local(app.clock.now().at).date();
    let first = from.from.parse().unwrap_or(today);
    duty_page(&app, &who, first, &[])
}

fn general(who: &Who) -> bool {
    who.staff.sees_all() || who.staff.is(Role::Administrator)
}

fn duty_page(app: &App, who: &Who, first: NaiveDate, mistakes: &[Mistake]) -> Response {
    let f = Frame::of(app, who, "duty", "duty");
    let office = &app.office;
    let now = app.clock.now().at;
    let language = who.language();
    let last = later(first, DAYS_SHOWN - 1);
    let running = office.roster.running(&office.calendar, now);
    let turns = office.turns_between(first, last);
    let turns = turns
        .iter()
        .map(|it| turn_row(office, it, language, running.contains(it), local(now)))
        .collect();
    let officer = office.duty_officer(now).and_then(|it| office.staff(&it).cloned());
    let name = |it: &StaffId| f.r.name(it);
    let mut leave: Vec<&Absence> = office
        .roster
        .absences
        .iter()
        .filter(|it| local(now) < it.until)
        .collect();
    leave.sort_by_key(|it| it.from);
    let minute = |it: NaiveDateTime| it.format("%m-%d %H:%M").to_string();
    let leave = leave
        .into_iter()
        .map(|it| LeaveRow {
            name: name(&it.staff),
            staff: it.staff.to_string(),
            from: it.from.to_string(),
            until: it.until.to_string(),
            shown: format!("{} – {}", minute(it.from), minute(it.until)),
            mine: general(who) || it.staff == who.staff.id,
        })
        .collect();
    let notes = office.notes.iter().rev().take(20).map(|it| NoteRow {
        at: minute(local(it.at)),
        who: format!("{} → {}", name(&it.note.from), name(&it.note.to)),
        handed: match it.note.matters.as_slice() {
            [] => String::new(),
            matters => {
                let list = matters.iter().map(|it| format!("{} {}", it.number, it.day));
                f.r.t_with("duty.handed", &[("list", f.r.list(list))])
            }
        },
        text: it
            .note
            .note
            .as_ref()
            .map_or_else(String::new, |it| super::wire::open(it).to_owned()),
    });
    let notes = notes.collect();
    let mine = answered_by(&app.desk.snapshot(), &who.staff.id);
    let mine = mine.into_iter().map(|(it, matter)| {
        let about = matter_words(office, matter.as_ref());
        let number = format!("{} {}", it.number, it.day);
        (taken_key(&it), number, about.get(language).to_owned())
    });
    let mine = mine.collect();
    let calendar = office.calendar.years().map(|it| {
        let off = it.days.iter().filter(|it| !it.works).count();
        let counts = [
            ("off", off.to_string()),
            ("work", (it.days.len() - off).to_string()),
        ];
        (
            it.year.to_string(),
            it.notice.clone(),
            f.r.t_with("calendar.counts", &counts),
        )
    });
    let calendar = calendar.collect();
    let missing = office.calendar.missing(local(now).date());
    let missing = missing.map(|it| f.r.t_with("calendar.missing", &[("year", it.to_string())]));
    let year = local(now).year();
    let special = office.calendar.year(year).into_iter().flat_map(|it| &it.days);
    let special = special
        .filter(|it| local(now).date() <= it.date)
        .map(|it| (it.date.format("%m-%d").to_string(), it.name.clone(), it.works))
        .collect();
    let page = DutyPage {
        general: general(who),
        officer: officer.map(|it| (it.name.get(language).to_owned(), it.phone.clone())),
        leader: name(&office.leader_on_duty(now)),
        turns,
        from: first.to_string(),
        earlier: first
            .checked_sub_days(Days::new(DAYS_SHOWN))
            .unwrap_or(first)
            .to_string(),
        later: later(first, DAYS_SHOWN).to_string(),
        people: office
            .staff
            .iter()
            .map(|it| (it.id.to_string(), it.name.get(language).to_owned()))
            .collect(),
        own: who.staff.id.to_string(),
        leave,
        notes,
        mine,
        mistakes: mistakes.iter().map(|it| mistake_row(it, language)).collect(),
        calendar,
        missing: missing.unwrap_or_default(),
        special,
        f,
    };
    html(&page)
}

fn later(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn turn_row(office: &Office, turn: &Turn, language: Language, running: bool, now: NaiveDateTime) -> TurnRow {
    let name = |it: &StaffId| {
        let staff = office.staff(it);
        staff.map_or_else(|| it.to_string(), |it| it.name.get(language).to_owned())
    };
    let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekday = weekdays[turn.date.weekday().num_days_from_monday() as usize];
    let next = if turn.span.overnight() {
        words::say("duty.next-day", language)
    } else {
        ""
    };
    let phone = turn.staff.first().and_then(|it| office.staff(it));
    TurnRow {
        date: turn.date.to_string(),
        weekday: words::say(&format!("weekday.{weekday}"), language).to_owned(),
        kind: words::say(&format!("turn.{}", turn.kind.code()), language),
        hours: format!(
            "{}–{next}{}",
            turn.span.from.format("%H:%M"),
            turn.span.until.format("%H:%M")
        ),
        staff: turn.staff.iter().map(|it| (it.to_string(), name(it))).collect(),
        names: Reader { office, language }.list(turn.staff.iter().map(name)),
        leader: turn.leader.as_ref().map(name).unwrap_or_default(),
        phone: phone.map(|it| it.phone.clone()).unwrap_or_default(),
        note: turn.note.clone(),
        key: format!("{} {}", turn.date, turn.span.from),
        running,
        open: now < turn.ends(),
    }
}

fn mistake_row(mistake: &Mistake, language: Language) -> MistakeRow {
    MistakeRow {
        place: mistake.place(),
        says: mistake.says().get(language).to_owned(),
        remedy: mistake.remedy().get(language).to_owned(),
        bad: mistake.severity() == tables::Severity::Error,
    }
}

/// `POST /duty/{verb}`: swap, leave, return, handover.
pub async fn act(State(app): State<App>, Path(verb): Path<String>, form: Form) -> Result<Response, No> {
    let Form { who, fields } = form;
    let (arrangement, said) = match verb.as_str() {
        "swap" => (swap(&fields)?, both("done.swap", &[])),
        "leave" => (Arrangement::Leave(leave(&fields, &who)?), both("done.leave", &[])),
        "return" => (
            Arrangement::Return(leave(&fields, &who)?),
            both("done.return", &[]),
        ),
        "handover" => (handover(&app, &fields, &who)?, both("done.handover", &[])),
        _ => return Err(No::new("no-page", StatusCode::NOT_FOUND)),
    };
    let done = arrange(&app, &who, arrangement).await;
    Ok(tell(
        &app,
        &who,
        done.map(|()| (said, "/duty".to_owned())),
        "/duty",
    ))
}

async fn arrange(app: &App, who: &Who, arrangement: Arrangement) -> Result<(), No> {
    let request = Request::Arrange {
        by: Some(who.staff.id.clone()),
        arrangement: Box::new(arrangement),
    };
    app.change(request).await?;
    Ok(())
}

fn swap(fields: &Fields) -> Result<Arrangement, No> {
    let turn = fields.read("turn", |it| {
        let (date, from) = it.split_once(' ')?;
        Some((date.parse::<NaiveDate>().ok()?, from.parse::<NaiveTime>().ok()?))
    })?;
    Ok(Arrangement::Swap(Swap {
        date: turn.0,
        from: turn.1,
        out: fields.read("out", |it| Some(StaffId::new(it)))?,
        stand_in: fields.read("stand_in", |it| Some(StaffId::new(it)))?,
    }))
}

fn leave(fields: &Fields, who: &Who) -> Result<Absence, No> {
    let staff = fields.get("staff");
    let staff = if staff.is_empty() {
        who.staff.id.clone()
    } else {
        StaffId::new(staff)
    };
    Ok(Absence {
        staff,
        from: fields.read("from", moment)?,
        until: fields.read("until", moment)?,
    })
}

/// A moment as browsers and our own pages write it.
fn moment(text: &str) -> Option<NaiveDateTime> {
    let forms = [
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
    ];
    forms
        .iter()
        .find_map(|it| NaiveDateTime::parse_from_str(text, it).ok())
}

fn handover(app: &App, fields: &Fields, who: &Who) -> Result<Arrangement, No> {
    let note = sensitive::note(fields.get("note")).map_err(|bad| No::from(Refusal::from(bad)))?;
    let snapshot = app.desk.snapshot();
    let matters = answered_by(&snapshot, &who.staff.id);
    let matters = matters.into_iter().map(|it| it.0);
    let matters = matters
        .filter(|it| !fields.get(&taken_key(it)).is_empty())
        .collect();
    let open = snapshot.visits.iter().filter(|it| it.visit.open()).count();
    Ok(Arrangement::Handover(Box::new(TurnNote {
        id: VisitId(crate::clock::new_id(app.clock.now().at)),
        from: who.staff.id.clone(),
        to: fields.read("to", |it| Some(StaffId::new(it)))?,
        open: u16::try_from(open).unwrap_or(u16::MAX),
        matters,
        note,
    })))
}

/// What `staff` answers for and is open, oldest first, and the matter of each. What is sealed goes along with no
/// turn.
fn answered_by(snapshot: &Snapshot, staff: &StaffId) -> Vec<(Taken, Option<MatterCode>)> {
    let unsealed = snapshot.visits.iter().filter(|it| it.visit.sealed.is_none());
    let mut visits: Vec<_> = unsealed.map(|it| &it.visit).collect();
    visits.sort_by_key(|it| it.seq);
    let matters = visits.into_iter().flat_map(|visit| {
        let indexed = visit.matters.iter().enumerate();
        indexed.filter_map(|(index, it)| {
            let taken = Taken {
                visit: visit.id,
                matter: MatterIndex(u8::try_from(index).ok()?),
                number: visit.ticket.number,
                day: visit.day,
            };
            (it.open() && it.responsible == *staff).then(|| (taken, it.matter.clone()))
        })
    });
    matters.collect()
}

fn taken_key(it: &Taken) -> String {
    format!("take-{}-{}", it.visit, it.matter.0)
}

/// `POST /duty/import/{what}`: a table of turns, or a year of the calendar.
pub async fn import(
    State(app): State<App>,
    Path(what): Path<String>,
    upload: Upload,
) -> Result<Response, No> {
    let Upload { who, name, bytes } = upload;
    if !general(&who) {
        return Err(Refusal::NotAllowed.into());
    }
    let today = local(app.clock.now().at).date();
    let name = std::path::Path::new(&name);
    let read = tables::rows(name, &bytes);
    let (arrangement, said, warnings) = match what.as_str() {
        "turns" => match read.and_then(|it| tables::read_turns(name, &it, &app.office, today)) {
            Err(mistakes) => return Ok(refused(&app, &who, today, &mistakes)),
            Ok(told) => {
                let table = told.it;
                let filled = [
                    ("from", Words::same(&table.from.to_string())),
                    ("until", Words::same(&table.until.to_string())),
                    ("n", Words::same(&table.turns.len().to_string())),
                    ("past", Words::same(&table.past.to_string())),
                ];
                let (from, until, turns) = (table.from, table.until, table.turns);
                (
                    Arrangement::Turns { from, until, turns },
                    both("done.turns", &filled),
                    told.warnings,
                )
            }
        },
        "calendar" => match read.and_then(|it| tables::read_calendar(name, &it, None, today)) {
            Err(mistakes) => return Ok(refused(&app, &who, today, &mistakes)),
            Ok(told) => {
                let filled = [
                    ("year", Words::same(&told.it.year.to_string())),
                    ("n", Words::same(&told.it.days.len().to_string())),
                    ("notice", Words::same(&told.it.notice)),
                ];
                (
                    Arrangement::Calendar(told.it),
                    both("done.calendar", &filled),
                    told.warnings,
                )
            }
        },
        _ => return Err(No::new("no-page", StatusCode::NOT_FOUND)),
    };
    let done = arrange(&app, &who, arrangement).await;
    if done.is_ok() && !warnings.is_empty() && !who.asker.json {
        who.flash(&app, true, said);
        return Ok(duty_page(&app.clone(), &who, today, &warnings));
    }
    Ok(tell(
        &app,
        &who,
        done.map(|()| (said, "/duty".to_owned())),
        "/duty",
    ))
}

fn refused(app: &App, who: &Who, today: NaiveDate, mistakes: &[Mistake]) -> Response {
    who.flash(app, false, both("duty.not-imported", &[]));
    let page = duty_page(app, who, today, mistakes);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// `/duty/file/{name}`: `turns.csv`, `turns.xlsx`, `calendar-2026.csv` …
pub async fn file(
    State(app): State<App>,
    _who: Who,
    Path(name): Path<String>,
    from: Result<Query<From>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, No> {
    let none = || No::new("no-page", StatusCode::NOT_FOUND);
    let today = local(app.clock.now().at).date();
    let from = from.ok().and_then(|it| it.0.from.parse().ok()).unwrap_or(today);
    let (stem, ending) = name.rsplit_once('.').ok_or_else(none)?;
    let (title, rows) = match stem.strip_prefix("calendar-") {
        Some(year) => {
            let year = year
                .parse()
                .ok()
                .and_then(|it| app.office.calendar.year(it))
                .ok_or_else(none)?;
            (format!("{}放假安排", year.year), tables::calendar_rows(year))
        }
        None if stem == "turns" => {
            let turns = app.office.turns_between(from, later(from, DAYS_WRITTEN - 1));
            (format!("值班表 {from}"), tables::turn_rows(&app.office, &turns))
        }
        None => return Err(none()),
    };
    let (kind, bytes) = match ending {
        "csv" => ("text/csv; charset=utf-8", tables::csv(&rows)),
        "xlsx" => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            tables::xlsx(&title, &rows),
        ),
        _ => return Err(none()),
    };
    let saved = format!("attachment; filename=\"{stem}-{from}.{ending}\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, saved),
        ],
        bytes,
    )
        .into_response())
}

#[derive(Template)]
#[template(path = "route.html")]
struct RoutePage<'a> {
    f: Frame<'a>,
    matters: Vec<(String, String, bool)>,
    at: String,
    lines: Vec<why::Line>,
    /// The visit it is about, and its number.
    visit: Option<(String, String)>,
}

/// What is asked.
#[derive(Debug, Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    matter: String,
    #[serde(default)]
    at: String,
    /// A visit, and which of its matters: why it came where it did.
    #[serde(default)]
    visit: String,
    #[serde(default)]
    index: u8,
}

/// `/route`: where a matter goes at a time, and why; or why one of a visit came where it came, as it was written down.
pub async fn route(
    State(app): State<App>,
    who: Who,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, No> {
    let asked = asked.map(|it| it.0).unwrap_or_default();
    if !asked.visit.is_empty() {
        return recorded(&app, &who, &asked).await;
    }
    let now = app.clock.now().at;
    let at: Timestamp = moment(&asked.at).map_or(now, from_local);
    let matter = Some(asked.matter.as_str())
        .filter(|it| !it.is_empty())
        .map(MatterCode::new);
    let route = app.office.route(matter.as_ref(), at)?;
    let language = who.language();
    let lines = why::lines(&app.office, &route, at, language);
    Ok(route_page(&app, &who, matter.as_ref(), (at, lines), None))
}

fn route_page(
    app: &App,
    who: &Who,
    matter: Option<&MatterCode>,
    (at, lines): (Timestamp, Vec<why::Line>),
    visit: Option<(String, String)>,
) -> Response {
    let matters = app.office.matters.iter().map(|it| {
        let chosen = matter == Some(&it.code);
        (
            it.code.to_string(),
            it.name.get(who.language()).to_owned(),
            chosen,
        )
    });
    html(&RoutePage {
        matters: matters.collect(),
        at: local(at).format("%Y-%m-%dT%H:%M").to_string(),
        lines,
        visit,
        f: Frame::of(app, who, "route", "duty"),
    })
}

/// Why one matter of a visit came where it came: the roster of that moment, presence and all, is not looked up again.
async fn recorded(app: &App, who: &Who, asked: &Asked) -> Result<Response, No> {
    let seen = visit_pages::find(app, who, &asked.visit).await?;
    let visit = &seen.visit;
    if visit.sealed.is_some() {
        return Err(Refusal::NotFound.into());
    }
    let story = visit_pages::story(app, visit.id).await?;
    let index = MatterIndex(asked.index);
    let responsible = &visit.matter(index).responsible;
    let found = story.iter().find_map(|(at, event)| match event {
        Event::Registered(it) if asked.index == 0 => Some(why::Recorded {
            matter: it.matter.as_ref(),
            at: *at,
            rule: &it.rule,
            department: &it.department,
            responder: &it.responder,
            post: it.post,
            recused: &it.recused,
            by: match &it.origin {
                Origin::Desk(by) => Some(by),
                Origin::Kiosk => None,
            },
            responsible,
        }),
        Event::MatterAdded(it) if it.index == index => Some(why::Recorded {
            matter: it.matter.as_ref(),
            at: *at,
            rule: &it.rule,
            department: &it.department,
            responder: &it.responder,
            post: it.post,
            recused: &visit.recused,
            by: it.by.as_ref(),
            responsible,
        }),
        _ => None,
    });
    let found = found.ok_or(Refusal::NotFound)?;
    let lines = why::recorded(&app.office, &found, who.language());
    let back = (visit.id.to_string(), visit.ticket.number.to_string());
    Ok(route_page(app, who, found.matter, (found.at, lines), Some(back)))
}
