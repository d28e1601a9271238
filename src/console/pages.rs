//! The pages: login, the queue, choosing a counter, registering at the desk, administration.

use askama::Template;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::board::{self, Board, Reader};
use super::guard::{self, Asker, Fields, Form, No, Who};
use super::session::{self, Flash};
use super::{App, wire, words};
use crate::desk::{Given, Reply, Request as Ask};
use crate::domain::event::{Class, Origin};
use crate::domain::ids::{CounterId, MatterCode, StaffId, TapKey, VisitId};
use crate::domain::office::{Language, MatterKind, Role, Staff, Words};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::{self, Personal};
use crate::domain::visit::{Arrival, How};

const CSS: &str = include_str!("../../ui/console/console.css");
const SCRIPT: &str = include_str!("../../ui/console/console.js");
const DISPLAY_SCRIPT: &str = include_str!("../../ui/console/display.js");
const SCREEN_SCRIPT: &str = include_str!("../../ui/console/screen.js");

/// What stands around every page.
pub(super) struct Frame<'a> {
    pub(super) r: Reader<'a>,
    pub(super) title: String,
    pub(super) office: String,
    pub(super) path: String,
    pub(super) page: &'static str,
    pub(super) who: Option<FrameWho>,
    pub(super) flash: Option<(bool, String)>,
}

pub(super) struct FrameWho {
    pub(super) name: String,
    pub(super) department: String,
    pub(super) administrator: bool,
    /// Whether there are switches of simulated devices.
    pub(super) switches: bool,
    pub(super) csrf: String,
}

impl<'a> Frame<'a> {
    /// Around a page anybody may see.
    pub fn public(app: &'a App, asker: &Asker, title: &str) -> Self {
        Self::bare(app, asker.language, title, &asker.path)
    }

    /// Around a page of somebody logged in; tells what was to be told once.
    pub fn of(app: &'a App, who: &Who, title: &str, page: &'static str) -> Self {
        let mut frame = Self::bare(app, who.language(), title, &who.asker.path);
        let mut flash = None;
        who.session(app, |it| flash = it.flash.take());
        frame.flash = flash.map(|it: Flash| (it.good, it.words.get(who.language()).to_owned()));
        frame.page = page;
        frame.who = Some(FrameWho {
            name: who.staff.name.get(who.language()).to_owned(),
            department: frame.r.department(&who.staff.department),
            administrator: who.staff.is(Role::Administrator),
            switches: app.switches.is_some(),
            csrf: who.csrf.clone(),
        });
        frame
    }

    fn bare(app: &'a App, language: Language, title: &str, path: &str) -> Self {
        let r = Reader {
            office: &app.office,
            language,
        };
        Self {
            title: words::say(title, language).to_owned(),
            office: app.office.identity.name.get(language).to_owned(),
            r,
            path: local_path(path).to_owned(),
            page: "",
            who: None,
            flash: None,
        }
    }

    /// The same page under another title.
    pub fn titled(mut self, title: String) -> Self {
        self.title = title;
        self
    }

    /// Says that what was sent was not taken.
    pub fn refused(&mut self, no: &No) {
        self.flash = Some((false, no.words.get(self.r.language).to_owned()));
    }

    pub(super) fn t(&self, key: &str) -> &'static str {
        self.r.t(key)
    }

    pub(super) fn csrf(&self) -> &str {
        self.who.as_ref().map_or("", |it| it.csrf.as_str())
    }

    pub(super) fn other(&self) -> &'static str {
        match self.r.language {
            Language::Chinese => "en",
            Language::English => "zh",
        }
    }

    pub(super) fn lang(&self) -> &'static str {
        match self.r.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    pub(super) fn is(&self, page: &str) -> bool {
        self.page == page
    }
}

/// A template as a page.
pub fn html(page: &impl Template) -> Response {
    let text = page.render().expect("a page renders into a string");
    axum::response::Html(text).into_response()
}

/// A path of ours to come back to; anything else is the queue.
fn local_path(path: &str) -> &str {
    let good = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if good { path } else { "/" }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    f: Frame<'a>,
    text: String,
    code: String,
}

/// A page that says no.
pub fn error_page(app: &App, language: Language, no: &No) -> Response {
    let f = Frame::bare(app, language, "product", "/");
    let page = ErrorPage {
        text: no.words.get(language).to_owned(),
        code: no.code.clone(),
        f,
    };
    (no.status, html(&page)).into_response()
}

/// For addresses that lead nowhere.
pub async fn nothing_here() -> No {
    No::new("no-page", StatusCode::NOT_FOUND)
}

/// The style and the scripts.
pub async fn asset(Path(name): Path<String>) -> Result<Response, No> {
    let (kind, text) = match name.as_str() {
        "console.css" => ("text/css; charset=utf-8", CSS),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "display.js" => ("text/javascript; charset=utf-8", DISPLAY_SCRIPT),
        "screen.js" => ("text/javascript; charset=utf-8", SCREEN_SCRIPT),
        _ => return Err(No::new("no-page", StatusCode::NOT_FOUND)),
    };
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// Where to come back to.
#[derive(Debug, Deserialize)]
pub struct Back {
    #[serde(default)]
    back: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    q: String,
}

/// `/language/{code}`: the other language at one touch, remembered for a year.
pub async fn language(
    State(app): State<App>,
    Path(code): Path<String>,
    back: Result<Query<Back>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, No> {
    let code = Language::from_code(&code)
        .ok_or_else(|| No::new("no-page", StatusCode::NOT_FOUND))?
        .code();
    let back = back.map(|it| it.0.back).unwrap_or_default();
    let cookie = app.cookie("lobby_language", code, "; Max-Age=31536000");
    Ok((
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to(local_path(&back)),
    )
        .into_response())
}

// ── Logging in and out ─────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    f: Frame<'a>,
    form: String,
    staff: String,
    error: String,
}

/// What a login form must send back: proof that this server gave it to this browser.
fn form_proof(app: &App, nonce: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app.form_key.as_bytes()).expect("HMAC takes any key");
    mac.update(nonce.as_bytes());
    session::hex(&mac.finalize().into_bytes())
}

fn login_page(app: &App, asker: &Asker, nonce: Option<&str>, staff: String, error: String) -> Response {
    let fresh = nonce.map_or_else(session::random_hex, str::to_owned);
    let f = Frame::public(app, asker, "login");
    let page = html(&LoginPage {
        f,
        form: form_proof(app, &fresh),
        staff,
        error,
    });
    let cookie = app.cookie(app.form_cookie_name(), &fresh, "");
    (AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response()
}

/// `GET /login`
pub async fn login(
    State(app): State<App>,
    asker: Asker,
    query: Result<Query<Back>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let again = query.is_ok_and(|it| !it.0.again.is_empty()) && asker.token.is_some();
    let error = if again {
        words::say("login.again", asker.language).to_owned()
    } else {
        String::new()
    };
    login_page(&app, &asker, None, String::new(), error)
}

/// `POST /login`
pub async fn log_in(State(app): State<App>, asker: Asker, request: Request) -> Result<Response, No> {
    let nonce = guard::cookie(request.headers(), app.form_cookie_name()).map(str::to_owned);
    let fields = Fields::parse(&guard::bytes(request).await?)?;
    let proof = nonce.as_ref().map(|it| form_proof(&app, it)).unwrap_or_default();
    if nonce.is_none() || !session::same(&proof, fields.get("form")) {
        let error = words::say("error.csrf", asker.language).to_owned();
        let page = login_page(&app, &asker, None, fields.get("staff").to_owned(), error);
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    match enter(&app, &asker, fields.get("staff"), fields.get("password")).await {
        Ok(token) => {
            let cookie = app.cookie(app.cookie_name(), &token, "");
            Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/")).into_response())
        }
        Err(no) => {
            let error = no.words.get(asker.language).to_owned();
            let page = login_page(
                &app,
                &asker,
                nonce.as_deref(),
                fields.get("staff").to_owned(),
                error,
            );
            Ok((no.status, page).into_response())
        }
    }
}

/// Logs in, or counts a wrong try. Takes as long for people who do not exist.
///
/// # Errors
/// [`No`]: wrong, or too many wrong tries before, or the desk failed.
pub async fn enter(app: &App, asker: &Asker, staff: &str, password: &str) -> Result<String, No> {
    let staff = staff.trim().to_lowercase();
    let name: String = staff.chars().take(64).collect();
    let keys = [
        format!("account {name}"),
        format!("address {}", asker.address.ip()),
    ];
    {
        let (mut gate, now_ms) = (app.gate(), app.clock.now().mono_ms);
        let wait_ms = gate.wait_ms(&keys, now_ms);
        if 0 < wait_ms {
            let wait = |language| guard::wait_in_words(wait_ms, language);
            return Err(No::with("locked", StatusCode::TOO_MANY_REQUESTS, "wait", wait));
        }
        gate.tried(&keys, now_ms);
    }
    let id = StaffId::new(&staff);
    let Reply::Account(account) = app.desk.ask(Ask::Account(id.clone())).await? else {
        return Err(No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR));
    };
    let known = account.is_some();
    let hash = account
        .as_ref()
        .map_or_else(|| app.nobody.clone(), |it| wire::open(it).to_owned());
    let password: String = password.chars().take(200).collect();
    let permit = app
        .hashing
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let fits = tokio::task::spawn_blocking(move || session::fits(&password, &hash))
        .await
        .unwrap_or(false);
    drop(permit);
    let person = app.office.staff(&id).filter(|_| known && fits);
    let Some(person) = person else {
        tracing::info!(address = %asker.address.ip(), "wrong login");
        return Err(No::new("wrong-login", StatusCode::UNAUTHORIZED));
    };
    app.gate().right(&keys);
    let counter = person.counter.or_else(|| {
        let counters = board::counters_of(&app.office, person);
        (counters.len() == 1).then(|| counters[0].id)
    });
    let serves = |it: &CounterId| {
        board::counters_of(&app.office, person)
            .iter()
            .any(|of| of.id == *it)
    };
    Ok(app
        .sessions()
        .open(id, counter.filter(serves), app.clock.now().mono_ms))
}

/// `POST /logout`
pub async fn log_out(State(app): State<App>, form: Form) -> Response {
    app.sessions().close(&form.who.token);
    let cookie = app.cookie(app.cookie_name(), "", "; Max-Age=0");
    (
        AppendHeaders([(header::SET_COOKIE, cookie)]),
        Redirect::to("/login"),
    )
        .into_response()
}

// ── The queue ──────────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePage<'a> {
    f: Frame<'a>,
    board: Board,
    all: bool,
}

impl QueuePage<'_> {
    fn part(&self, name: &str) -> &str {
        self.board.parts.get(name).map_or("", String::as_str)
    }

    fn rows(&self, name: &str) -> String {
        self.board
            .tables
            .get(name)
            .into_iter()
            .flatten()
            .map(|it| it.1.as_str())
            .collect()
    }

    fn count(&self, name: &str) -> usize {
        self.board.tables.get(name).map_or(0, Vec::len)
    }
}

/// `/`
pub async fn queue(State(app): State<App>, who: Who) -> Response {
    let board = board::paint(&app, &who, &app.desk.snapshot(), app.clock.now().at);
    let all = who.staff.sees_all();
    html(&QueuePage {
        f: Frame::of(&app, &who, "queue", "queue"),
        board,
        all,
    })
}

/// What a key has done, told as the asker reads it: to a script as JSON, to a browser on the next page.
pub fn tell(app: &App, who: &Who, done: Result<(Words, String), No>, stay: &str) -> Response {
    match done {
        Ok((said, go)) if who.asker.json => {
            let said = said.get(who.language());
            axum::Json(serde_json::json!({ "said": said, "go": go })).into_response()
        }
        Ok((said, go)) => {
            who.flash(app, true, said);
            Redirect::to(local_path(&go)).into_response()
        }
        Err(no) if who.asker.json => no.into_response(),
        Err(no) => {
            who.flash(app, false, no.words);
            Redirect::to(local_path(stay)).into_response()
        }
    }
}

/// A word in both languages, with one thing filled in.
pub fn both(key: &str, with: &[(&str, Words)]) -> Words {
    let fill = |language| {
        let with: Vec<_> = with
            .iter()
            .map(|(name, it)| (*name, it.get(language).to_owned()))
            .collect();
        words::say_with(key, language, &with)
    };
    Words {
        zh: fill(Language::Chinese),
        en: fill(Language::English),
    }
}

/// `POST /next`
pub async fn next(State(app): State<App>, form: Form) -> Response {
    let who = &form.who;
    let Some(counter) = who.counter else {
        return tell(
            &app,
            who,
            Err(No::new("choose", StatusCode::UNPROCESSABLE_ENTITY)),
            "/counter",
        );
    };
    let done = call_next(&app, who, counter).await;
    let done = done.map(|(_, number)| {
        (
            both("done.called", &[("number", Words::same(&number))]),
            "/".to_owned(),
        )
    });
    tell(&app, who, done, "/")
}

/// Calls whoever is next: the visit and its number.
///
/// # Errors
/// [`No`].
pub async fn call_next(app: &App, who: &Who, counter: CounterId) -> Result<(VisitId, String), No> {
    let Reply::Called(id) = app
        .change(Ask::CallNext {
            by: who.staff.id.clone(),
            counter,
        })
        .await?
    else {
        return Err(No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR));
    };
    let snapshot = app.desk.snapshot();
    let number = snapshot
        .visits
        .iter()
        .find(|it| it.visit.id == id)
        .map(|it| it.visit.ticket.number.to_string());
    Ok((id, number.unwrap_or_default()))
}

/// Registers a visitor.
///
/// # Errors
/// [`No`].
pub async fn arrive(app: &App, arrival: Arrival) -> Result<Given, No> {
    match app.change(Ask::Arrive(arrival)).await? {
        Reply::Given(given) => Ok(*given),
        _ => Err(No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

// ── Counters ───────────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "counter.html")]
struct CounterPage<'a> {
    f: Frame<'a>,
    counters: Vec<CounterChoice>,
}

struct CounterChoice {
    id: u8,
    name: String,
    room: String,
    mine: bool,
    at: String,
}

/// `GET /counter`
pub async fn counter(State(app): State<App>, who: Who) -> Response {
    let snapshot = app.desk.snapshot();
    let f = Frame::of(&app, &who, "counter.choose", "queue");
    let at = |id| {
        let here = snapshot
            .visits
            .iter()
            .find(|it| it.visit.ticket.counter() == Some(id));
        here.map(|it| it.visit.ticket.number.to_string())
            .unwrap_or_default()
    };
    let counters = board::counters_of(&app.office, &who.staff)
        .into_iter()
        .map(|it| CounterChoice {
            id: it.id.0,
            name: it.name.get(who.language()).to_owned(),
            room: it.room.clone(),
            mine: who.counter == Some(it.id),
            at: at(it.id),
        })
        .collect();
    html(&CounterPage { f, counters })
}

/// `POST /counter`
pub async fn choose_counter(State(app): State<App>, form: Form) -> Response {
    let who = &form.who;
    let counters = board::counters_of(&app.office, &who.staff);
    let chosen = form.fields.read("counter", |it| {
        let id = CounterId(it.parse().ok()?);
        counters.iter().find(|of| of.id == id).copied()
    });
    let done = chosen.map(|it| {
        who.session(&app, |session| session.counter = Some(it.id));
        (both("done.counter", &[("name", it.name.clone())]), "/".to_owned())
    });
    tell(&app, who, done, "/counter")
}

// ── Registering at the desk ────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage<'a> {
    f: Frame<'a>,
    tap: String,
    kinds: Vec<KindGroup>,
    query: String,
    values: Fields,
    forms: Vec<(&'static str, &'static str)>,
    departments: Vec<(String, String)>,
    /// Who may have been asked together with the clerk: id, name, whether they were.
    colleagues: Vec<(String, String, bool)>,
    /// Who may be complained about: id, name, whether they are.
    accused: Vec<(String, String, bool)>,
}

struct KindGroup {
    name: &'static str,
    matters: Vec<MatterChoice>,
}

struct MatterChoice {
    code: String,
    name: String,
    department: String,
    words: String,
}

impl RegisterPage<'_> {
    fn value(&self, name: &str) -> &str {
        self.values.get(name)
    }

    fn chosen(&self, name: &str, value: &str, usual: bool) -> bool {
        let given = self.values.get(name);
        given == value || given.is_empty() && usual
    }

    fn found(&self) -> bool {
        self.kinds.iter().any(|it| !it.matters.is_empty())
    }

    fn colleague(&self) -> bool {
        self.colleagues.iter().any(|it| it.2)
    }

    fn somebody_accused(&self) -> bool {
        self.accused.iter().any(|it| it.2)
    }
}

fn register_page(app: &App, who: &Who, query: &str, values: Fields, no: Option<&No>) -> Response {
    let mut f = Frame::of(app, who, "register", "register");
    if let Some(no) = no {
        f.refused(no);
    }
    let wanted = query.trim().to_lowercase();
    let choice = |it: &crate::domain::office::Matter| MatterChoice {
        code: it.code.to_string(),
        name: it.name.get(who.language()).to_owned(),
        department: f.r.department(&app.office.routed(it, app.clock.now().at)),
        words: [&[it.name.zh.clone(), it.name.en.clone()], it.synonyms.as_slice()]
            .concat()
            .join(" ")
            .to_lowercase(),
    };
    let kinds = MatterKind::ALL
        .into_iter()
        .map(|kind| KindGroup {
            name: f.r.of("kind", kind.code()),
            matters: app
                .office
                .matters
                .iter()
                .filter(|it| it.kind == kind)
                .map(choice)
                .filter(|it| it.words.contains(&wanted))
                .collect(),
        })
        .filter(|it| !it.matters.is_empty())
        .collect();
    let before = values.get("tap");
    let tap = if before.is_empty() {
        new_tap()
    } else {
        before.to_owned()
    };
    let forms = crate::domain::event::Form::ALL
        .iter()
        .map(|it| (it.code(), f.r.of("form", it.code())));
    let departments = app.office.departments.iter();
    let departments = departments.map(|it| (it.code.to_string(), it.name.get(who.language()).to_owned()));
    let person = |it: &Staff, chosen: &[StaffId]| {
        let name = format!("{} {}", it.name.get(who.language()), it.post.get(who.language()));
        (it.id.to_string(), name, chosen.contains(&it.id))
    };
    let (before, against) = (ticked(app, &values, "asked"), ticked(app, &values, "against"));
    let colleagues = app.office.staff.iter().filter(|it| it.id != who.staff.id);
    let colleagues = colleagues.map(|it| person(it, &before));
    let accused = app.office.staff.iter().map(|it| person(it, &against));
    html(&RegisterPage {
        colleagues: colleagues.collect(),
        accused: accused.collect(),
        forms: forms.collect(),
        departments: departments.collect(),
        f,
        tap,
        kinds,
        query: query.to_owned(),
        values,
    })
}

fn new_tap() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// `GET /register`
pub async fn register(
    State(app): State<App>,
    who: Who,
    query: Result<Query<Back>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let query: String = query
        .map(|it| it.0.q)
        .unwrap_or_default()
        .chars()
        .take(50)
        .collect();
    register_page(&app, &who, &query, Fields::default(), None)
}

/// `POST /register`
pub async fn do_register(State(app): State<App>, form: Form) -> Response {
    let Form { who, fields } = form;
    match registered(&app, &who, &fields).await {
        Err(no) if !who.asker.json => {
            let status = no.status;
            (status, register_page(&app, &who, "", fields, Some(&no))).into_response()
        }
        done => tell(&app, &who, done, "/register"),
    }
}

/// Who is ticked in the list of that name: asked together with whoever registers (R2), or complained about (XF 28).
fn ticked(app: &App, fields: &Fields, list: &str) -> Vec<StaffId> {
    let staff = app.office.staff.iter().map(|it| it.id.clone());
    staff
        .filter(|it| !fields.get(&format!("{list}-{it}")).is_empty())
        .collect()
}

async fn registered(app: &App, who: &Who, fields: &Fields) -> Result<(Words, String), No> {
    let matter = fields.read("matter", |it| Some((it != "none").then(|| MatterCode::new(it))))?;
    let bad_people = || No::new("bad-people", StatusCode::UNPROCESSABLE_ENTITY);
    let arrival = Arrival {
        tap: TapKey(fields.read("tap", |it| it.parse().ok())?),
        matter,
        class: fields.read("class", Class::from_code)?,
        reason: sensitive::note(fields.get("reason")).map_err(|it| No::from(Refusal::from(it)))?,
        booked: super::order::booked(fields)?,
        language: fields.read("language", Language::from_code)?,
        people: people(fields.get("people").trim().parse().map_err(|_| bad_people())?)?,
        personal: Personal {
            name: sensitive::name(fields.get("name")).map_err(|it| No::from(Refusal::from(it)))?,
            phone: sensitive::phone(fields.get("phone")).map_err(|it| No::from(Refusal::from(it)))?,
            name_by_clerk: false,
        },
        origin: Origin::Desk(who.staff.id.clone()),
        how: How {
            form: crate::domain::event::Form::from_code(fields.get("form")),
            received: !fields.get("received").is_empty(),
            asked: ticked(app, fields, "asked"),
            against: ticked(app, fields, "against"),
            against_department: Some(fields.get("against"))
                .filter(|it| !it.is_empty())
                .map(crate::domain::ids::DepartmentCode::new),
            ..How::default()
        },
    };
    let given = arrive(app, arrival).await?;
    let number = Words::same(&given.slip.number.to_string());
    let key = if given.again {
        "done.again"
    } else {
        "done.registered"
    };
    let visible = app
        .desk
        .snapshot()
        .visits
        .iter()
        .any(|it| it.visit.id == given.visit && wire::may_see(&who.staff, &it.visit));
    let go = if visible {
        format!("/visit/{}", given.visit)
    } else {
        "/".to_owned()
    };
    Ok((both(key, &[("number", number)]), go))
}

/// Heads of one ticket. A group is one ticket with a head count (RULES §5).
pub fn people(heads: u16) -> Result<u16, No> {
    if (1..=999).contains(&heads) {
        Ok(heads)
    } else {
        Err(No::new("bad-people", StatusCode::UNPROCESSABLE_ENTITY))
    }
}

// ── Administration ─────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "admin.html")]
struct AdminPage<'a> {
    f: Frame<'a>,
    accounts: Vec<AccountRow>,
    screen: bool,
    push: bool,
}

struct AccountRow {
    id: String,
    name: String,
    department: String,
    roles: String,
    since: String,
}

/// `GET /admin`
pub async fn admin(State(app): State<App>, who: Who) -> Result<Response, No> {
    who.administrator()?;
    let Reply::Accounts(known) = app.desk.ask(Ask::Accounts).await? else {
        return Err(No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR));
    };
    let f = Frame::of(&app, &who, "admin", "admin");
    let day = |at| {
        crate::domain::time::local(at)
            .format("%Y-%m-%d %H:%M")
            .to_string()
    };
    let accounts = app
        .office
        .staff
        .iter()
        .map(|it| AccountRow {
            id: it.id.to_string(),
            name: it.name.get(who.language()).to_owned(),
            department: f.r.department(&it.department),
            roles: it
                .roles
                .iter()
                .map(|role| f.r.of("role", role.code()))
                .collect::<Vec<_>>()
                .join(" · "),
            since: known
                .iter()
                .find(|of| of.0 == it.id)
                .map(|of| day(of.1))
                .unwrap_or_default(),
        })
        .collect();
    Ok(html(&AdminPage {
        f,
        accounts,
        screen: app.screen.is_some(),
        push: app.push_now.is_some(),
    }))
}

/// `POST /admin/password`
pub async fn set_password(State(app): State<App>, form: Form) -> Result<Response, No> {
    let Form { who, fields } = form;
    who.administrator()?;
    let done = new_password(&app, &fields).await;
    Ok(tell(&app, &who, done, "/admin"))
}

async fn new_password(app: &App, fields: &Fields) -> Result<(Words, String), No> {
    let staff = fields.read("staff", |it| Some(StaffId::new(it)))?;
    let password = fields.get("password").to_owned();
    let permit = app
        .hashing
        .acquire()
        .await
        .expect("the semaphore is never closed");
    let hashed = tokio::task::spawn_blocking(move || session::hash_password(&password)).await;
    drop(permit);
    let password_hash = hashed
        .map_err(|_| No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR))?
        .map_err(|_| No::new("bad-password", StatusCode::UNPROCESSABLE_ENTITY))?;
    app.desk
        .ask(Ask::SetAccount {
            staff: staff.clone(),
            password_hash,
        })
        .await?;
    app.sessions().close_all_of(&staff);
    Ok((both("done.password", &[]), "/admin".to_owned()))
}

/// `POST /admin/push`
pub async fn push(State(app): State<App>, form: Form) -> Result<Response, No> {
    form.who.administrator()?;
    let push = app
        .push_now
        .as_ref()
        .ok_or_else(|| No::new("no-page", StatusCode::NOT_FOUND))?;
    push.notify_one();
    Ok(tell(
        &app,
        &form.who,
        Ok((both("done.push", &[]), "/admin".to_owned())),
        "/admin",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_a_foreign_page() {
        assert_eq!(local_path("/visit/1?x=2"), "/visit/1?x=2");
        for foreign in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nSet-Cookie: x",
            "javascript:1",
        ] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }
}
