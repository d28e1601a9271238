//! The printer's page: how it is, what the roll will still give, pages for staff; and, in a demonstration, the
//! switches of the simulated devices.

use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::App;
use super::guard::{Form, No, Who};
use super::pages::{Frame, both, html, tell};
use crate::desk::{PrinterState, Request as Ask, Snapshot};
use crate::domain::office::{Language, Words};

/// A page no visitor waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffPage {
    /// 自检页
    SelfTest,
    /// 每日小结
    Day,
}

/// Prints a page for staff, in a language, and waits for what came of it.
type Print = dyn Fn(StaffPage, Language) -> &'static str + Send + Sync;

/// Prints pages for staff and says what came of it: `printed`, `not-sent`, `in-doubt`, `busy` or `stopped`.
#[derive(Clone)]
pub struct Papers(pub Arc<Print>);

impl fmt::Debug for Papers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Papers")
    }
}

/// The switches of simulated devices, in a demonstration.
pub trait Switches: fmt::Debug + Send + Sync {
    /// Each fault there is: its device, its name, and whether it lasts.
    fn faults(&self) -> Vec<(&'static str, &'static str, bool)>;
    /// Begins or ends a fault; `false` where there is none of that name.
    fn switch(&self, device: &str, fault: &str, lasts: bool) -> bool;
    /// What a hand can do there beside, as things stand.
    fn deeds(&self) -> Vec<Deed>;
    /// Does it; `false` where it cannot be done, or not any more.
    fn act(&self, device: &str, deed: &str) -> bool;
}

/// Something a hand can do at a simulated device: lay a card on it, hold a slip before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The device.
    pub device: &'static str,
    /// What [`Switches::act`] is told.
    pub deed: String,
    /// What the key says.
    pub label: Words,
}

#[derive(Template)]
#[template(path = "printer.html")]
struct PrinterPage<'a> {
    f: Frame<'a>,
    state: &'static str,
    mood: &'static str,
    remedy: &'static str,
    roll: String,
    short: bool,
    waiting: String,
    prints: bool,
}

/// Whether a state is well, wants a look, or keeps slips from being printed.
pub fn mood(printer: PrinterState) -> &'static str {
    match printer {
        PrinterState::Ready => "good",
        PrinterState::PaperLow | PrinterState::Unknown | PrinterState::Off | PrinterState::Hot => "care",
        _ => "bad",
    }
}

/// What the roll will still give, in words; nothing where there is no printer.
pub fn roll(reader: &super::board::Reader<'_>, snapshot: &Snapshot) -> String {
    snapshot.roll.map_or_else(String::new, |roll| {
        let key = if roll.short { "roll.short" } else { "roll.left" };
        reader.t_with(key, &[("n", roll.papers.to_string())])
    })
}

/// `GET /printer`
pub async fn page(State(app): State<App>, who: Who) -> Response {
    let snapshot = app.desk.snapshot();
    let f = Frame::of(&app, &who, "strip.printer", "printer");
    let code = snapshot.printer.code();
    html(&PrinterPage {
        state: f.r.of("printer", code),
        mood: mood(snapshot.printer),
        remedy: f.r.of("remedy", code),
        roll: roll(&f.r, &snapshot),
        short: snapshot.roll.is_some_and(|it| it.short),
        waiting: match snapshot.papers_waiting {
            0 => String::new(),
            papers => f.r.t_with("strip.papers", &[("n", papers.to_string())]),
        },
        prints: app.papers.is_some(),
        f,
    })
}

/// `POST /printer/roll`
pub async fn new_roll(State(app): State<App>, form: Form) -> Response {
    let done = app.change(Ask::NewRoll).await;
    let done = done
        .map(|_| (both("done.roll", &[]), "/printer".to_owned()))
        .map_err(No::from);
    tell(&app, &form.who, done, "/printer")
}

/// `POST /printer/test`
pub async fn test(State(app): State<App>, form: Form) -> Response {
    print(&app, &form.who, StaffPage::SelfTest).await
}

/// `POST /printer/day`
pub async fn day(State(app): State<App>, form: Form) -> Response {
    print(&app, &form.who, StaffPage::Day).await
}

async fn print(app: &App, who: &Who, page: StaffPage) -> Response {
    let language = who.language();
    let outcome = match app.papers.clone() {
        Some(papers) => tokio::task::spawn_blocking(move || papers.0(page, language))
            .await
            .unwrap_or("stopped"),
        None => "off",
    };
    let done = match outcome {
        "printed" => Ok((both("done.page", &[]), "/printer".to_owned())),
        "in-doubt" => Err(No::new("page-in-doubt", StatusCode::BAD_GATEWAY)),
        "busy" => Err(No::new("page-busy", StatusCode::CONFLICT)),
        _ => Err(No::new("page-not-sent", StatusCode::BAD_GATEWAY)),
    };
    tell(app, who, done, "/printer")
}

#[derive(Template)]
#[template(path = "faults.html")]
struct FaultsPage<'a> {
    f: Frame<'a>,
    deeds: Vec<DeedRow>,
    faults: Vec<FaultRow>,
}

struct DeedRow {
    device: &'static str,
    device_name: &'static str,
    deeds: Vec<(String, String)>,
}

struct FaultRow {
    device: &'static str,
    device_name: &'static str,
    fault: &'static str,
    name: &'static str,
    lasts: bool,
}

/// `GET /faults`, in a demonstration only.
pub async fn faults(State(app): State<App>, who: Who) -> Result<Response, No> {
    let switches = switches(&app)?;
    let f = Frame::of(&app, &who, "faults", "faults");
    let faults = switches
        .faults()
        .into_iter()
        .map(|(device, fault, lasts)| FaultRow {
            device,
            device_name: f.r.of("device", device),
            fault,
            name: f.r.of(&format!("fault-of.{device}"), fault),
            lasts,
        })
        .collect();
    let mut deeds: Vec<DeedRow> = Vec::new();
    for it in switches.deeds() {
        if deeds.last().is_none_or(|row| row.device != it.device) {
            deeds.push(DeedRow {
                device: it.device,
                device_name: f.r.of("device", it.device),
                deeds: Vec::new(),
            });
        }
        let label = it.label.get(who.language()).to_owned();
        let row = deeds.last_mut().expect("a row was made for it");
        row.deeds.push((it.deed, label));
    }
    Ok(html(&FaultsPage { f, deeds, faults }))
}

/// `POST /faults`
pub async fn switch(State(app): State<App>, form: Form) -> Result<Response, No> {
    let switches = switches(&app)?;
    let (device, deed) = (form.fields.get("device"), form.fields.get("deed"));
    let lasts = form.fields.get("lasts") == "yes";
    let (known, key) = match (deed, lasts) {
        ("", true) => (
            switches.switch(device, form.fields.get("fault"), true),
            "done.fault",
        ),
        ("", false) => (
            switches.switch(device, form.fields.get("fault"), false),
            "done.healed",
        ),
        _ => (switches.act(device, deed), "done.deed"),
    };
    let done = if known {
        Ok((both(key, &[]), "/faults".to_owned()))
    } else {
        Err(No::new("choose", StatusCode::UNPROCESSABLE_ENTITY))
    };
    Ok(tell(&app, &form.who, done, "/faults"))
}

fn switches(app: &App) -> Result<&dyn Switches, No> {
    app.switches
        .as_deref()
        .ok_or_else(|| No::new("no-page", StatusCode::NOT_FOUND))
}
