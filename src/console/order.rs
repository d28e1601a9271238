//! The order of the hall at the console: a visitor's class, the end of the day, the morning's calls, and how
//! true the waits were that had been told.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::App;
use super::board::Reader;
use super::guard::{Fields, No, Who};
use super::pages::{Frame, html};
use super::wire;
use crate::desk::{Action, Snapshot};
use crate::domain::event::{Class, Told};
use crate::domain::office::Office;
use crate::domain::order::night_concerns;
use crate::domain::refusal::Refusal;
use crate::domain::sensitive;
use crate::domain::time::{Timestamp, local};
use crate::domain::visit::Visit;
use crate::domain::wait::{Experience, Hits, Wait};

/// Days a table of days shows.
const DAYS_SHOWN: usize = 30;

/// Who is to be told something now: the morning's calls, and at closing those who still wait.
#[derive(Debug, Clone, Template)]
#[template(path = "order.html")]
pub struct Tasks<'a> {
    r: Reader<'a>,
    csrf: String,
    calls: Vec<Task>,
    closing: Vec<Task>,
}

#[derive(Debug, Clone)]
struct Task {
    id: String,
    number: String,
    matter: String,
    about: String,
    late: bool,
    mine: bool,
}

impl Tasks<'_> {
    /// What `who` is to do, as of `now`.
    pub fn of<'a>(r: Reader<'a>, who: &Who, snapshot: &Snapshot, now: Timestamp) -> Tasks<'a> {
        let seen = || {
            snapshot
                .visits
                .iter()
                .map(|it| it.visit.as_ref())
                .filter(|it| wire::may_see(&who.staff, it))
        };
        let calls = seen().filter(|it| it.open() && it.ticket.night.is_some_and(|night| !night.reached));
        let calls = calls.filter(|it| night_concerns(&who.staff, it)).map(|it| {
            let due = r.office.call_back_due(it.arrived_at);
            let tries = it.ticket.night.map_or(0, |it| it.tries);
            let mut about = vec![r.name(it.responsible())];
            about.extend(due.map(|due| r.t_with("night.due", &[("time", r.time(due, now))])));
            if 0 < tries {
                about.push(r.t_with("night.tried", &[("n", tries.to_string())]));
            }
            if it.personal.phone.is_none() {
                about.push(r.t("night.no-phone").to_owned());
            }
            Task {
                about: about.join(" · "),
                late: due.is_some_and(|due| due < now),
                mine: *it.responsible() == who.staff.id,
                ..task(&r, it)
            }
        });
        let today = |at: Timestamp| r.office.service_day(at) == r.office.service_day(now);
        let closing = seen().filter(|it| snapshot.closing && it.queues());
        let closing = closing
            .filter(|it| !it.ticket.rolled.is_some_and(today))
            .map(|it| Task {
                about: r.t_with("closing.since", &[("time", r.time(it.arrived_at, now))]),
                ..task(&r, it)
            });
        Tasks {
            calls: calls.collect(),
            closing: closing.collect(),
            csrf: who.csrf.clone(),
            r,
        }
    }

    /// How many of the morning's calls are this reader's own; they ring.
    pub fn ring(&self) -> usize {
        self.calls.iter().filter(|it| it.mine).count()
    }
}

fn task(r: &Reader<'_>, visit: &Visit) -> Task {
    Task {
        id: visit.id.to_string(),
        number: visit.ticket.number.to_string(),
        matter: r.matter(visit),
        about: String::new(),
        late: false,
        mine: false,
    }
}

/// A wait in words.
pub fn wait(r: &Reader<'_>, wait: Option<Wait>) -> String {
    wait.map_or_else(String::new, |it| {
        r.t_with(
            "wait.range",
            &[("from", it.from.to_string()), ("until", it.until.to_string())],
        )
    })
}

/// How true the waits were on the last day that told any, for the strip: text and mood.
pub fn hits(r: &Reader<'_>, snapshot: &Snapshot) -> Option<(String, &'static str)> {
    let day = snapshot.days.iter().find(|it| 0 < it.figures.hits.told)?;
    let percent = day.figures.hits.percent()?;
    let text = r.t_with(
        "strip.waits.text",
        &[
            ("date", day.day.0.format("%m-%d").to_string()),
            ("percent", percent.to_string()),
        ],
    );
    Some((text, if percent < 50 { "care" } else { "good" }))
}

// ── Class ──────────────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "class.html")]
struct ClassPage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    classes: Vec<ClassChoice>,
    reason: String,
}

struct ClassChoice {
    code: &'static str,
    text: &'static str,
    /// With the minutes the office has set.
    hint: String,
    needs_reason: bool,
    chosen: bool,
}

/// The form in which staff give a visit another class.
pub fn class_page(app: &App, who: &Who, visit: &Visit, fields: &Fields, no: Option<&No>) -> Response {
    let number = visit.ticket.number.to_string();
    let mut f = Frame::of(app, who, "visit", "queue");
    if let Some(no) = no {
        f.refused(no);
    }
    let title = f.r.t_with("class.title", &[("number", number.clone())]);
    let f = f.titled(title);
    let classes = Class::ALL.into_iter().filter(|it| *it != visit.class);
    let classes = classes.map(|it| ClassChoice {
        code: it.code(),
        text: f.r.of("class", it.code()),
        hint: f.r.t_with(
            &format!("class.hint.{}", it.code()),
            &[("n", app.office.settings.head_start(it).to_string())],
        ),
        needs_reason: matches!(it, Class::Urgent | Class::Danger),
        chosen: fields.get("class") == it.code(),
    });
    html(&ClassPage {
        id: visit.id.to_string(),
        number,
        classes: classes.collect(),
        reason: fields.get("reason").to_owned(),
        f,
    })
}

/// What a form of this page means to the desk; none if it is not one of them.
pub fn action(verb: &str, fields: &Fields) -> Option<Result<Action, No>> {
    Some(match verb {
        "class" => fields.read("class", Class::from_code).and_then(|class| {
            let reason = sensitive::note(&fields.get("reason").replace("\r\n", "\n"));
            let reason = reason.map_err(|it| No::from(Refusal::from(it)))?;
            Ok(Action::Reclass { class, reason })
        }),
        "roll-over" => fields
            .read("told", Told::from_code)
            .map(|told| Action::RollOver { told }),
        "call-back" => fields
            .read("reached", |it| match it {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            })
            .map(|reached| Action::CallBack { reached }),
        _ => return None,
    })
}

/// A local date and time as a form sends it (`2026-03-02T10:00`), none if it is empty.
///
/// # Errors
/// [`No`] for anything else.
pub fn booked(fields: &Fields) -> Result<Option<Timestamp>, No> {
    match fields.get("booked") {
        "" => Ok(None),
        _ => fields
            .read("booked", |it| {
                let read = |format| chrono::NaiveDateTime::parse_from_str(it, format).ok();
                read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))
            })
            .map(|it| Some(crate::domain::time::from_local(it))),
    }
}

// ── Waits ──────────────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "waits.html")]
struct WaitsPage<'a> {
    f: Frame<'a>,
    whole: String,
    days: Vec<DayRow>,
    matters: Vec<MatterRow>,
}

struct DayRow {
    day: String,
    told: u32,
    percent: String,
    error: String,
    left: u32,
    night: u32,
}

struct MatterRow {
    name: String,
    start: u16,
    count: u32,
    minutes: String,
}

/// `/waits`: how often reality was inside the wait that had been told, and what was learned.
pub async fn waits(State(app): State<App>, who: Who) -> Response {
    let snapshot = app.desk.snapshot();
    let f = Frame::of(&app, &who, "waits.title", "waits");
    let percent = |it: &Hits| it.percent().map_or("–".to_owned(), |it| format!("{it} %"));
    let error = |it: &Hits| it.error_minutes().map_or("–".to_owned(), |it| format!("{it:.1}"));
    let mut whole = Hits::default();
    for it in snapshot.days.iter().take(DAYS_SHOWN).map(|it| it.figures.hits) {
        whole.told += it.told;
        whole.inside += it.inside;
        whole.error_ms += it.error_ms;
    }
    let days = snapshot.days.iter().take(DAYS_SHOWN).map(|it| DayRow {
        day: it.day.to_string(),
        told: it.figures.hits.told,
        percent: percent(&it.figures.hits),
        error: error(&it.figures.hits),
        left: it.figures.left_waiting,
        night: it.figures.night,
    });
    let experience = Experience::of(snapshot.days.iter().map(|it| &it.figures));
    let whole = match whole.told {
        0 => f.r.t("waits.none").to_owned(),
        told => f.r.t_with(
            "waits.whole",
            &[
                ("n", told.to_string()),
                ("percent", percent(&whole)),
                ("minutes", error(&whole)),
            ],
        ),
    };
    html(&WaitsPage {
        whole,
        days: days.collect(),
        matters: learned(&app.office, &f.r, &experience),
        f,
    })
}

fn learned(office: &Office, r: &Reader<'_>, experience: &Experience) -> Vec<MatterRow> {
    let minutes = |ms: i64| format!("{:.1}", ms as f64 / 60_000.0);
    let mut rows: Vec<MatterRow> = office
        .matters
        .iter()
        .map(|it| MatterRow {
            name: it.name.get(r.language).to_owned(),
            start: it.minutes,
            count: experience.seen(Some(&it.code)).count,
            minutes: minutes(experience.service_ms(office, Some(&it.code))),
        })
        .collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.count));
    rows
}

/// When a visitor of the night, or one put off, was told to come, for the page of the visit.
pub fn place_facts(r: &Reader<'_>, visit: &Visit, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(booked) = visit.booked {
        facts.push((r.t("visit.booked"), r.time(booked.at, now)));
    }
    if let Some(told) = visit.wait {
        facts.push((r.t("visit.wait-told"), wait(r, Some(told))));
    }
    if let Some(rolled) = visit.ticket.rolled {
        let date = local(rolled).format("%m-%d %H:%M").to_string();
        facts.push((r.t("visit.rolled"), date));
    }
    if let Some(known) = &visit.known {
        let told = format!("{} {}", r.name(&known.by), r.time(known.at, now));
        facts.push((r.t("visit.known"), told));
    }
    let came_back = super::board::came_back(r, visit, now);
    if !came_back.is_empty() {
        facts.push((r.t("visit.taker"), came_back));
    }
    if visit.ticket.night.is_some()
        && let Some(due) = r.office.call_back_due(visit.arrived_at)
    {
        facts.push((r.t("visit.call-back"), r.time(due, now)));
    }
    facts
}

/// Whether the keys of this page apply: class, roll over, call back.
pub fn keys(
    snapshot: &Snapshot,
    visit: &Visit,
    entitled: bool,
    now: Timestamp,
    office: &Office,
) -> [bool; 3] {
    let today = |at: Timestamp| office.service_day(at) == office.service_day(now);
    let night = visit.ticket.night;
    [
        entitled && visit.open() && matches!(visit.ticket.stage.code(), "waiting" | "called" | "missed"),
        entitled && visit.queues() && snapshot.closing && !visit.ticket.rolled.is_some_and(today),
        entitled && visit.open() && night.is_some_and(|it| !it.reached),
    ]
}
