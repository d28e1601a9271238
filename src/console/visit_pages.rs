//! One visit: who it is, who answered from when to when, what happened, and every key that applies now.

use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::App;
use super::board::{self, Reader};
use super::guard::{Fields, Form, No, Who};
use super::pages::{Frame, both, html, tell};
use super::wire::{self, ActionForm, BadForm};
use super::{matter_forms, matter_pages, preview, sequence};
use crate::desk::{Action, Reply, Request, Seen};
use crate::domain::elsewhere::{Body, Referral};
use crate::domain::event::{Event, HandoverReason, Origin, Outcome, PaperKind, RefuseReason, Told};
use crate::domain::find::Clue;
use crate::domain::ids::{OfferIndex, StaffId, VisitId};
use crate::domain::matter::{MatterState, Objection, VisitMatter};
use crate::domain::office::{Language, Office, Words};
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::{self, Sensitive};
use crate::domain::slip::matter_words;
use crate::domain::ticket::{CALLS_MAX, Stage};
use crate::domain::time::{ServiceDay, Timestamp};
use crate::domain::timeline::timeline;
use crate::domain::visit::Visit;

#[derive(Template)]
#[template(path = "visit.html")]
struct VisitPage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    rolled: String,
    stage_code: &'static str,
    stage: String,
    facts: Vec<(&'static str, String)>,
    bring: Vec<String>,
    /// A heading, where there are several matters, and who answered for it.
    periods: Vec<(String, Vec<Period>)>,
    story: Vec<(String, String)>,
    matters: Vec<matter_pages::MatterCard>,
    /// Address and name of each paper, as it would be printed now.
    papers: Vec<(String, &'static str)>,
    keys: Keys,
}

struct Period {
    name: String,
    how: &'static str,
    away: &'static str,
    from: String,
    until: String,
}

/// Which keys apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Keys {
    call: bool,
    recall: bool,
    begin: bool,
    miss: bool,
    rejoin: bool,
    class: bool,
    roll_over: bool,
    call_back: bool,
    offer: bool,
    close: bool,
    reprint: bool,
    answer: Option<u16>,
    /// Verb and word of what needs only a touch.
    plain: Vec<(&'static str, &'static str)>,
    /// Verb and word of what has a form.
    forms: Vec<(&'static str, &'static str)>,
}

impl Keys {
    fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// The visit, if there is one and the asker may see it: of today or open, or one that was closed on an earlier day, which
/// the journal alone knows (R17).
pub async fn find(app: &App, who: &Who, id: &str) -> Result<Seen, No> {
    let id: uuid::Uuid = id.parse().map_err(|_| No::from(Refusal::NotFound))?;
    let snapshot = app.desk.snapshot();
    let here = snapshot.visits.iter().find(|it| it.visit.id == VisitId(id));
    let seen = match here {
        Some(seen) => seen.clone(),
        None => app.desk.find(Clue::Visit(VisitId(id))).await?,
    };
    if wire::may_see(&who.staff, &seen.visit) {
        Ok(seen)
    } else {
        Err(Refusal::NotYours.into())
    }
}

/// Where a visit stands, in a few words: how each of its matters ended and when, where it is over.
pub fn stands(r: &Reader<'_>, visit: &Visit) -> String {
    if visit.open() {
        return r.of("stage", visit.ticket.stage.code()).to_owned();
    }
    if visit.sealed.is_some() {
        return r.of("stage", "closed").to_owned();
    }
    let ended = visit.matters.iter().filter_map(|it| match &it.state {
        MatterState::Closed { outcome, at, .. } => {
            let day = ServiceDay::of(*at);
            Some(format!("{} {day}", r.of("outcome", outcome.code())))
        }
        _ => None,
    });
    r.list(ended)
}

/// What has happened with a visit.
pub async fn story(app: &App, id: VisitId) -> Result<Vec<(Timestamp, Event)>, No> {
    match app.desk.ask(Request::Story(id)).await? {
        Reply::Story(story) => Ok(story),
        _ => Err(No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR)),
    }
}

/// One event in words.
pub fn told(office: &Office, language: Language, story: &[(Timestamp, Event)], event: &Event) -> String {
    let r = Reader { office, language };
    let to_of = |offer: OfferIndex| {
        story.iter().find_map(|(_, it)| match it {
            Event::Offered(offered) if offered.offer == offer => Some(r.name(&offered.to)),
            _ => None,
        })
    };
    let to = |offer| ("to", to_of(offer).unwrap_or_default());
    let name = |id: &StaffId| ("name", r.name(id));
    match event {
        Event::Registered(it) => {
            let post = ("post", r.of("post", it.post.code()).to_owned());
            r.t_with("story.registered", &[post, name(&it.responder)])
        }
        Event::Called { counter, by, calls } => {
            let n = ("n", calls.to_string());
            r.t_with("story.called", &[name(by), ("counter", r.counter(*counter)), n])
        }
        Event::Begun { counter, by, .. } => {
            r.t_with("story.begun", &[name(by), ("counter", r.counter(*counter))])
        }
        Event::Missed { by } => r.t_with("story.missed", &[name(by)]),
        Event::Rejoined { by, .. } => r.t_with("story.rejoined", &[name(by)]),
        Event::Offered(it) => {
            let reason = ("reason", r.of("handover", it.reason.code()).to_owned());
            let led = if it.led { r.t("story.led") } else { "" };
            r.t_with("story.offered", &[name(&it.from), ("to", r.name(&it.to)), reason]) + led
        }
        Event::Accepted { offer } => r.t_with("story.accepted", &[to(*offer)]),
        Event::Refused { offer, reason } => {
            let reason = ("reason", r.of("refuse", reason.code()).to_owned());
            r.t_with("story.refused", &[to(*offer), reason])
        }
        Event::Lapsed { offer } => r.t_with("story.lapsed", &[to(*offer)]),
        Event::Closed {
            outcome,
            told,
            by,
            note,
            referral,
            ..
        } => {
            let outcome = ("outcome", r.of("outcome", outcome.code()).to_owned());
            let told = ("told", r.of("told", told.code()).to_owned());
            let to = referral.as_ref().map(|it| it.on_paper().told(language));
            let note = wire::note(note.as_ref());
            let text = r.t_with("story.closed", &[name(by), outcome, told]);
            let parts = [Some(text), to, Some(note).filter(|it| !it.is_empty())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
        Event::Received { by, .. } => r.t_with("story.received", &[name(by)]),
        Event::MatterAdded(it) => {
            let about = matter_words(office, it.matter.as_ref());
            let matter = ("matter", about.get(language).to_owned());
            r.t_with("story.matter-added", &[matter, name(&it.responder)])
        }
        Event::Reordered { by, .. } => r.t_with("story.reordered", &[name(by)]),
        Event::Returned { by, .. } => r.t_with("story.returned", &[name(by)]),
        Event::Opened { by, reason } => {
            let reason = ("reason", r.of("reason", reason.code()).to_owned());
            r.t_with("story.opened", &[name(by), reason])
        }
        Event::Recused { staff, waits, .. } => {
            let key = match waits {
                true => "story.recused.waits",
                false => "story.recused",
            };
            r.t_with(key, &[("to", r.name(staff))])
        }
        Event::UrgencyKnown { by } => r.t_with("story.known", &[name(by)]),
        Event::Sealed(_) => r.t("story.sealed").to_owned(),
        Event::PaperAsked { paper, .. } => r.t_with(
            "story.paper",
            &[("reason", r.of("paper", paper.code()).to_owned())],
        ),
        Event::Rang(it) => {
            let to = r.list(it.to.iter().map(|it| r.name(it)));
            r.t_with(
                "story.rang",
                &[("to", to), ("reason", r.of("bell", it.bell.code()).to_owned())],
            )
        }
        Event::Escalated(_)
        | Event::Decided(_)
        | Event::NoticeGiven(_)
        | Event::MaterialsReceived(_)
        | Event::Undertaken(_)
        | Event::Extended(_)
        | Event::Merged(_)
        | Event::PetitionTaken(_)
        | Event::Delivered(_)
        | Event::HandedOn(_)
        | Event::Joined(_)
        | Event::ProgressTold(_)
        | Event::ClockSet(_)
        | Event::Objected(_)
        | Event::ObjectionAnswered(_) => super::matter_story::told(&r, event),
        Event::Classed { class, by, reason } => {
            let class = ("class", r.of("class", class.code()).to_owned());
            let text = r.t_with("story.classed", &[name(by), class]);
            match wire::note(reason.as_ref()) {
                reason if reason.is_empty() => text,
                reason => format!("{text} · {reason}"),
            }
        }
        Event::RolledOver { by, told } => {
            let told = ("told", r.of("told", told.code()).to_owned());
            r.t_with("story.rolled-over", &[name(by), told])
        }
        Event::CalledBack { by, reached } => {
            let key = if *reached {
                "story.called-back"
            } else {
                "story.called-back.no"
            };
            r.t_with(key, &[name(by)])
        }
        Event::Reprinted { by, .. } => r.t_with("story.reprinted", &[name(by)]),
        Event::SlipSettled { outcome, .. } => r.t_with(
            "story.slip",
            &[("outcome", r.of("slip", outcome.code()).to_owned())],
        ),
    }
}

/// Who answered from when to when (RULES §2), matter by matter.
fn periods(
    r: &Reader<'_>,
    visit: &Visit,
    story: &[(Timestamp, Event)],
    now: Timestamp,
) -> Vec<(String, Vec<Period>)> {
    let several = 1 < visit.matters.len();
    let mut told: Vec<(String, Vec<Period>)> = Vec::new();
    let mut last = None;
    for it in timeline(visit.id, story) {
        let matter = visit.matter(it.matter);
        if last != Some(it.matter) {
            let about = matter_words(r.office, matter.matter.as_ref());
            let heading = (several && visit.sealed.is_none()).then(|| about.get(r.language).to_owned());
            told.push((heading.unwrap_or_default(), Vec::new()));
            last = Some(it.matter);
        }
        let until = it.until.map(|it| r.time(it, now));
        let away = it.until.is_none() && r.office.roster.away(&it.staff, now);
        let period = Period {
            name: r.name(&it.staff),
            how: r.of("took", it.took.code()),
            from: r.time(it.from, now),
            until: until.unwrap_or_else(|| r.t("visit.until-now").to_owned()),
            // R25: shown, never judged.
            away: if away { r.t("answers.away") } else { "" },
        };
        if let Some((_, periods)) = told.last_mut() {
            periods.push(period);
        }
    }
    told
}

fn keys(app: &App, who: &Who, r: &Reader<'_>, visit: &Visit) -> Keys {
    let own = visit.ticket.department == who.staff.department || visit.sealed.is_some();
    let mine = visit.responsible() == &who.staff.id;
    let entitled = own || who.staff.sees_all() || mine;
    let offer = visit.open_offer();
    let free = offer.is_none();
    let snapshot = app.desk.snapshot();
    let busy = snapshot
        .visits
        .iter()
        .any(|it| who.counter.is_some() && it.visit.ticket.counter() == who.counter);
    let now = app.clock.now().at;
    let [class, roll_over, call_back] = super::order::keys(&snapshot, visit, entitled, now, &app.office);
    let stage = &visit.ticket.stage;
    let (called, calls) = match stage {
        Stage::Called { calls, .. } => (true, *calls),
        _ => (false, 0),
    };
    let here = matches!(stage, Stage::Waiting | Stage::Called { .. });
    let takes = own && visit.takes(r.office, &who.staff.id, now);
    let mut plain = Vec::new();
    let mut forms = Vec::new();
    if here && free && (takes || mine) {
        plain.push(("receive", r.t("act.receive")));
    }
    if visit.wants_to_be_known() && visit.may_acknowledge(&who.staff) {
        plain.push(("known", r.t("act.known")));
    }
    if *stage == Stage::Pending && entitled {
        plain.push(("return", r.t("act.return")));
    }
    let takes_over = matches!(stage, Stage::Waiting | Stage::Serving { .. }) && free && !mine;
    if who.staff.sees_all() && takes_over && visit.sealed.is_none() {
        plain.push(("take-over", r.t("act.take-over")));
    }
    let served = here || matches!(stage, Stage::Serving { .. });
    if entitled && visit.open() && visit.sealed.is_none() {
        if served {
            forms.push(("add", r.t("add.title")));
        }
        forms.push(("recuse", r.t("recuse.title")));
    }
    // Also what is done with: who reads of it later than it was closed may see what it is.
    if entitled && visit.sealed.is_none() && app.office.elsewhere.discipline.is_some() {
        plain.push(("seal", r.t("act.seal")));
    }
    if entitled && visit.open() && 1 < visit.matters.len() {
        forms.push(("sequence", r.t("sequence.title")));
    }
    if entitled && visit.personal.phone.is_some() {
        forms.push(("open", r.t("open.title")));
    }
    if visit.sealed.as_ref() == Some(&who.staff.id) {
        forms.push(("unseal", r.t("unseal.title")));
    }
    Keys {
        plain,
        forms,
        call: takes
            && visit.sealed.is_none()
            && visit.form == crate::domain::event::Form::Visit
            && free
            && *stage == Stage::Waiting
            && who.counter.is_some()
            && !busy,
        recall: takes && free && called && calls < CALLS_MAX,
        begin: takes && called,
        miss: own && called && CALLS_MAX <= calls,
        rejoin: (own || who.staff.sees_all()) && (*stage == Stage::Missed || visit.ticket.night.is_some()),
        class,
        roll_over,
        call_back,
        offer: entitled && free && matches!(stage, Stage::Waiting | Stage::Serving { .. }),
        close: entitled
            && free
            && visit.open()
            && !outcomes(who, visit, visit.matter(visit.current())).is_empty(),
        reprint: own || who.staff.sees_all(),
        answer: offer
            .filter(|it| it.offered.to == who.staff.id)
            .map(|it| it.offered.offer.0),
    }
}

fn path(path: Result<Path<String>, PathRejection>) -> Result<String, No> {
    path.map(|it| it.0).map_err(|_| Refusal::NotFound.into())
}

/// `/visit/{id}`
pub async fn visit(
    State(app): State<App>,
    who: Who,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, No> {
    let seen = find(&app, &who, &path(id)?).await?;
    let visit = &seen.visit;
    let events = story(&app, visit.id).await?;
    let now = app.clock.now().at;
    let number = visit.ticket.number.to_string();
    let f = Frame::of(&app, &who, "visit", "queue").titled(number.clone());
    let r = f.r;
    let (mut name, _) = wire::personal(&visit.personal);
    if visit.personal.name_by_clerk {
        name = format!("{name} {}", r.t("name-by-clerk")).trim().to_owned();
    }
    let phone = wire::masked_phone(&visit.personal);
    let or_none = |text: String| {
        if text.is_empty() {
            r.t("visit.none").to_owned()
        } else {
            text
        }
    };
    let matter = visit.matter(visit.current());
    let catalogued = matter.matter.as_ref().and_then(|it| app.office.matter(it));
    let origin = match &visit.origin {
        Origin::Kiosk => r.t("visit.origin.kiosk").to_owned(),
        Origin::Desk(by) => r.t_with("visit.origin.desk", &[("name", r.name(by))]),
    };
    let slips = || visit.slips.iter().filter(|it| it.paper == PaperKind::Slip);
    let slip = slips().next_back().map_or(String::new(), |it| {
        let state = it
            .outcome
            .map_or(r.t("slip.waiting"), |outcome| r.of("slip", outcome.code()));
        if it.reprint {
            format!("{} · {state}", r.t("slip.reprint"))
        } else {
            state.to_owned()
        }
    });
    let phone_of = |id: &StaffId| {
        app.office
            .staff(id)
            .map(|it| it.phone.clone())
            .unwrap_or_default()
    };
    let first = format!(
        "{}（{}） {}",
        r.name(&matter.first_responder),
        r.of("post", matter.post.code()),
        phone_of(&matter.first_responder)
    );
    let mut facts = vec![
        (r.t("column.matter"), r.matter(visit)),
        (r.t("column.name"), or_none(name)),
        (r.t("visit.phone"), or_none(phone)),
        (r.t("column.class"), r.of("class", visit.class.code()).to_owned()),
        (r.t("visit.people"), visit.people.to_string()),
        (r.t("column.arrived"), r.time(visit.arrived_at, now)),
        (r.t("column.department"), r.department(&visit.ticket.department)),
        (r.t("visit.first"), first),
        (
            r.t("visit.responsible"),
            format!(
                "{} {}",
                r.name(visit.responsible()),
                phone_of(visit.responsible())
            ),
        ),
        (r.t("visit.origin"), origin),
        (r.t("visit.rule"), matter.rule.to_string()),
        (r.t("visit.slip"), slip),
        (
            r.t("visit.language"),
            match visit.language {
                Language::Chinese => r.t("language.zh"),
                Language::English => r.t("language.en"),
            }
            .to_owned(),
        ),
    ];
    facts.extend(super::order::place_facts(&r, visit, now));
    if let Some(matter) = catalogued {
        facts.push((r.t("visit.limit"), matter.limit.get(who.language()).to_owned()));
    }
    let place = visit.ticket.counter().map(|it| r.counter(it)).unwrap_or_default();
    let offered = visit
        .open_offer()
        .map(|it| r.t_with("offer.pending", &[("name", r.name(&it.offered.to))]));
    let stage = [
        r.of("stage", visit.ticket.stage.code()).to_owned(),
        place,
        offered.unwrap_or_default(),
    ];
    let page = VisitPage {
        id: visit.id.to_string(),
        rolled: board::rolled(&r, visit, app.desk.snapshot().day),
        stage_code: visit.ticket.stage.code(),
        stage: stage
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        facts,
        bring: catalogued
            .map(|it| {
                it.bring
                    .iter()
                    .map(|it| it.get(who.language()).to_owned())
                    .collect()
            })
            .unwrap_or_default(),
        periods: periods(&r, visit, &events, now),
        story: events
            .iter()
            .map(|(at, event)| {
                (
                    r.time(*at, now),
                    told(&app.office, who.language(), &events, event),
                )
            })
            .collect(),
        matters: matter_pages::cards(&app, &who, &r, visit, now),
        papers: preview::links(&app, &who, &r, visit),
        keys: keys(&app, &who, &r, visit),
        number,
        f,
    };
    Ok(html(&page))
}

// ── Forms of their own ─────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "offer.html")]
struct OfferPage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    matter: u8,
    groups: Vec<Group>,
    reasons: Vec<Choice>,
    led: bool,
}

struct Group {
    name: String,
    room: String,
    people: Vec<Person>,
}

struct Person {
    id: String,
    name: String,
    post: String,
    /// A岗, B岗, where they hold one.
    duty: &'static str,
    state: &'static str,
    here: bool,
    chosen: bool,
}

struct Choice {
    code: &'static str,
    text: &'static str,
    chosen: bool,
    needs_note: bool,
    unserved: bool,
    cites: bool,
}

#[derive(Template)]
#[template(path = "close.html")]
struct ClosePage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    matter: u8,
    outcomes: Vec<Choice>,
    told: Vec<Choice>,
    note: String,
    /// By which policy somebody is answered, as the catalogue has it.
    policy: String,
    /// Why somebody was not served, the likeliest first.
    whys: Vec<Choice>,
    /// Bodies of the catalogue, and procedures of the law: what is sent, and what is read.
    bodies: Vec<(String, String, bool)>,
    ways: Vec<(String, String, bool)>,
    values: Fields,
}

impl ClosePage<'_> {
    fn value(&self, name: &str) -> &str {
        self.values.get(name)
    }
}

#[derive(Template)]
#[template(path = "refuse.html")]
struct RefusePage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    offer: u16,
    reasons: Vec<Choice>,
}

/// `GET /visit/{id}/{verb}`: the forms that ask for more than a touch.
pub async fn form(
    State(app): State<App>,
    who: Who,
    at: Result<Path<(String, String)>, PathRejection>,
    asked: axum::extract::RawQuery,
) -> Result<Response, No> {
    let (id, verb) = at.map(|it| it.0).map_err(|_| No::from(Refusal::NotFound))?;
    let seen = find(&app, &who, &id).await?;
    let fields = Fields::parse(asked.0.unwrap_or_default().as_bytes())?;
    if verb == "sequence" {
        return Ok(sequence::page(&app, &who, &seen.visit));
    }
    if matter_forms::knows(&verb) {
        let earlier = matter_forms::repeats(&app, &seen.visit, &verb, &fields).await?;
        let of = (seen.visit.as_ref(), earlier.as_slice());
        return Ok(matter_forms::page(&app, &who, of, &verb, &fields, None));
    }
    form_page(&app, &who, &seen.visit, &verb, &fields, None)
}

fn form_page(
    app: &App,
    who: &Who,
    visit: &Visit,
    verb: &str,
    fields: &Fields,
    no: Option<&No>,
) -> Result<Response, No> {
    if verb == "class" {
        return Ok(super::order::class_page(app, who, visit, fields, no));
    }
    let number = visit.ticket.number.to_string();
    let titles = [
        ("offer", "offer.title"),
        ("close", "close.title"),
        ("refuse", "refuse.title"),
    ];
    let title = titles.iter().find(|it| it.0 == verb);
    let title = title.ok_or_else(|| No::new("no-page", StatusCode::NOT_FOUND))?.1;
    let mut f = Frame::of(app, who, "visit", "queue");
    if let Some(no) = no {
        f.refused(no);
    }
    let f = {
        let title = f.r.t_with(title, &[("number", number.clone())]);
        f.titled(title)
    };
    let id = visit.id.to_string();
    let choice = |family: &str, code: &'static str, field: &str, usual: bool| {
        let given = fields.get(field);
        Choice {
            code,
            text: f.r.of(family, code),
            chosen: given == code || given.is_empty() && usual,
            needs_note: false,
            unserved: false,
            cites: false,
        }
    };
    Ok(match verb {
        "offer" => {
            let groups = groups(app, &f.r, visit, fields);
            let reasons = HandoverReason::ALL.iter();
            let reasons = reasons
                .map(|it| choice("handover", it.code(), "reason", *it == HandoverReason::OtherDuty))
                .collect();
            html(&OfferPage {
                id,
                number,
                matter: matter_forms::matter_of(visit, fields).0,
                groups,
                reasons,
                led: !fields.get("led").is_empty(),
                f,
            })
        }
        "close" => {
            let current = visit.matter(matter_forms::matter_of(visit, fields));
            let fit = outcomes(who, visit, current);
            // Nothing fits what a colleague has promised.
            let first = *fit.first().ok_or(Refusal::AnswerOwed)?;
            let usual = if fit.contains(&Outcome::Missed) {
                Outcome::Missed
            } else {
                first
            };
            let outcomes = fit.iter().map(|it| Choice {
                needs_note: it.needs_note() && !it.refers(),
                unserved: it.unserved(),
                cites: *it == Outcome::Answered,
                ..choice("outcome", it.code(), "outcome", *it == usual)
            });
            let outcomes: Vec<Choice> = outcomes.collect();
            let told = [Told::InPerson, Told::Phone, Told::Writing];
            let told = if fit.iter().all(|it| it.unserved()) {
                Vec::new()
            } else {
                told.iter()
                    .map(|it| choice("told", it.code(), "told", *it == Told::InPerson))
                    .collect()
            };
            let matter = matter_forms::matter_of(visit, fields).0;
            let missed = visit.ticket.stage == Stage::Missed;
            let whys = WHYS.iter().filter(|it| missed || **it != "not-come");
            let likeliest = if missed { "not-come" } else { WHYS[0] };
            let whys = whys.map(|it| choice("close.why", it, "why", *it == likeliest));
            let whys = whys.collect();
            let policy = match fields.get("policy") {
                "" => current.policy(&app.office).unwrap_or_default(),
                typed => typed.to_owned(),
            };
            let listed = |procedure: bool, field: &str| {
                let bodies = app.office.elsewhere.bodies.iter();
                let of_kind = bodies.filter(|it| it.procedure == procedure);
                let choice = |it: &Body| {
                    let about = it.matters.get(who.language());
                    let text = format!("{} · {about}", it.name.get(who.language()));
                    (it.code.clone(), text, fields.get(field) == it.code)
                };
                of_kind.map(choice).collect::<Vec<_>>()
            };
            html(&ClosePage {
                id,
                number,
                matter,
                outcomes,
                told,
                note: fields.get("note").to_owned(),
                policy,
                whys,
                bodies: listed(false, "body"),
                ways: listed(true, "way_body"),
                values: fields.clone(),
                f,
            })
        }
        _ => {
            let mine = visit.open_offer().filter(|it| it.offered.to == who.staff.id);
            let offer = mine.ok_or(Refusal::OfferOver)?.offered.offer.0;
            let reasons = RefuseReason::ALL.iter();
            let reasons = reasons
                .map(|it| choice("refuse", it.code(), "reason", *it == RefuseReason::NotOurDuty))
                .collect();
            html(&RefusePage {
                id,
                number,
                offer,
                reasons,
                f,
            })
        }
    })
}

/// How `matter` may be closed as it stands.
pub fn outcomes(who: &Who, visit: &Visit, matter: &VisitMatter) -> Vec<Outcome> {
    let own = visit.ticket.department == who.staff.department || visit.sealed.is_some();
    let mine = matter.department == who.staff.department || matter.responsible == who.staff.id;
    let later = matches!(
        matter.state,
        MatterState::InProgress { .. } | MatterState::NoticeGiven { .. }
    );
    let serving = matches!(visit.ticket.stage, Stage::Serving { .. });
    let fits = |it: &Outcome| match it {
        Outcome::Missed => visit.ticket.stage == Stage::Missed && !matter.answer_owed(),
        // Whoever was promised an answer is answered, also where they did not wait for it.
        Outcome::Left => !matter.answer_owed(),
        Outcome::Merged => false,
        Outcome::SealedReceived => visit.sealed.is_some() && serving,
        Outcome::GivenBack => matter.objection == Some(Objection::Consented),
        Outcome::NotAgain if !matter.petition() => false,
        _ if visit.ticket.night.is_some() => true,
        _ => own && serving || mine && later,
    };
    Outcome::ALL.iter().copied().filter(fits).collect()
}

/// Everybody the visit may be offered to, by department, with post and whether they are here. Proposed is the A post, or
/// the B post if A is away (RULES §2): of the department whose matter it is by the catalogue, else of its own.
fn groups(app: &App, r: &Reader<'_>, visit: &Visit, fields: &Fields) -> Vec<Group> {
    let now = app.clock.now().at;
    let office = &app.office;
    // Outside hours nobody is rostered, and the rule of being here does not hold.
    let open = office.open(now);
    let matter = visit.matter(matter_forms::matter_of(visit, fields));
    let catalogued = matter.matter.as_ref().and_then(|it| office.matter(it));
    let here = |it: &StaffId| !open || office.on_duty(it, now);
    let free = |it: &StaffId| *it != matter.responsible && !visit.recused(it) && here(it);
    let whose = catalogued.map_or_else(|| matter.department.clone(), |it| office.routed(it, now));
    let posts = office
        .department(&whose)
        .map(|it| office.posts(it, catalogued, now));
    let holds = |at: usize, it: &StaffId| posts.as_ref().is_some_and(|posts| posts[at] == *it);
    let proposed = posts.iter().flatten().find(|it| free(it));
    let groups = office.departments.iter().map(|of| {
        let [a, b] = office.posts(of, catalogued, now);
        let people = office.staff.iter().filter(|it| it.department == of.code);
        let people = people.map(|it| {
            let chosen = match fields.get("to") {
                "" => proposed == Some(&it.id),
                typed => typed == it.id.as_str(),
            };
            Person {
                id: it.id.to_string(),
                name: it.name.get(r.language).to_owned(),
                post: it.post.get(r.language).to_owned(),
                duty: match &it.id {
                    id if *id == a || holds(0, id) => r.of("post", "a"),
                    id if *id == b || holds(1, id) => r.of("post", "b"),
                    _ => "",
                },
                state: if it.id == matter.responsible {
                    r.t("offer.responsible")
                } else if visit.recused(&it.id) {
                    r.t("offer.recused")
                } else if here(&it.id) {
                    r.t("offer.on-duty")
                } else {
                    r.t("offer.away")
                },
                here: free(&it.id),
                chosen,
            }
        });
        Group {
            name: of.name.get(r.language).to_owned(),
            room: of.room.clone(),
            people: people.collect(),
        }
    });
    groups.filter(|it| !it.people.is_empty()).collect()
}

/// `POST /visit/{id}/{verb}`
pub async fn act(
    State(app): State<App>,
    at: Result<Path<(String, String)>, PathRejection>,
    form: Form,
) -> Result<Response, No> {
    let (id, verb) = at.map(|it| it.0).map_err(|_| No::from(Refusal::NotFound))?;
    let Form { who, fields } = form;
    let seen = find(&app, &who, &id).await?;
    let here = format!("/visit/{}", seen.visit.id);
    match verb.as_str() {
        "document" => return matter_pages::document(&app, &who, &seen.visit, &fields).await,
        "unseal" => {
            let opened = matter_pages::unseal(&app, &who, &seen.visit, &fields).await;
            let of = (seen.visit.as_ref(), [].as_slice());
            let again = |no: No| matter_forms::page(&app, &who, of, "unseal", &Fields::default(), Some(&no));
            return Ok(opened.unwrap_or_else(again));
        }
        _ => {}
    }
    let asked = if matter_forms::knows(&verb) {
        matter_forms::action(&app, &seen.visit, &verb, &fields)
    } else {
        action(&app, &verb, &fields, &who, &seen.visit)
    };
    let done = match asked {
        Err(no) if no.code == "no-page" => return Err(no),
        Err(no) => Err(no),
        Ok(action) => perform(&app, &who, seen.visit.id, action).await,
    };
    let done = done.map(|()| {
        let key = match verb.as_str() {
            // Another page says something else by the same word.
            "return" => "done.came-back".to_owned(),
            verb => format!("done.{verb}"),
        };
        let said = if verb == "open" {
            // Shown once, to whoever said why; the page goes on showing it masked.
            let (name, phone) = wire::personal(&seen.visit.personal);
            Words::same(&format!("{name} {phone}"))
        } else {
            both(&key, &[])
        };
        let go = if fields.get("back") == "visit" {
            here.clone()
        } else if fields.get("back") == "sequence" {
            format!("{here}/sequence")
        } else {
            "/".to_owned()
        };
        (said, go)
    });
    if let Err(no) = &done
        && !who.asker.json
        && matter_forms::knows(&verb)
    {
        let earlier = matter_forms::repeats(&app, &seen.visit, &verb, &fields).await?;
        let of = (seen.visit.as_ref(), earlier.as_slice());
        let page = matter_forms::page(&app, &who, of, &verb, &fields, Some(no));
        return Ok((no.status, page).into_response());
    }
    if let Err(no) = &done
        && !who.asker.json
        && matches!(verb.as_str(), "offer" | "close" | "refuse" | "class")
        && let Ok(page) = form_page(&app, &who, &seen.visit, &verb, &fields, Some(no))
    {
        return Ok((no.status, page).into_response());
    }
    let stay = if matches!(fields.get("back"), "visit" | "sequence") {
        here.as_str()
    } else {
        "/"
    };
    Ok(tell(&app, &who, done, stay))
}

/// Asks the desk to do it.
pub async fn perform(app: &App, who: &Who, visit: VisitId, action: Action) -> Result<(), No> {
    let by = who.staff.id.clone();
    app.change(Request::Act { by, visit, action }).await?;
    Ok(())
}

fn action(app: &App, verb: &str, fields: &Fields, who: &Who, visit: &Visit) -> Result<Action, No> {
    let number = |name| fields.read(name, |it| it.parse::<u16>().ok());
    if let Some(action) = super::order::action(verb, fields) {
        return action;
    }
    Ok(match verb {
        "call" => bad(ActionForm::Call { counter: None }.action(who.counter))?,
        "begin" => Action::Begin,
        "miss" => Action::Miss,
        "rejoin" => Action::Rejoin,
        "reprint" => Action::Reprint,
        "receive" => Action::Receive,
        "sequence" => sequence::action(visit, fields)?,
        "return" => Action::Return,
        "seal" => Action::Seal,
        "known" => Action::Acknowledge,
        "take-over" => Action::TakeOver(visit.current()),
        "accept" => Action::Accept(OfferIndex(number("offer")?)),
        "refuse" => Action::Refuse(
            OfferIndex(number("offer")?),
            fields.read("reason", RefuseReason::from_code)?,
        ),
        "offer" => Action::Offer {
            matter: crate::domain::ids::MatterIndex(fields.get("matter").parse().unwrap_or(0)),
            to: fields.read("to", |it| Some(StaffId::new(it)))?,
            reason: fields.read("reason", HandoverReason::from_code)?,
            led: !fields.get("led").is_empty(),
        },
        "close" => {
            let outcome = fields.read("outcome", Outcome::from_code)?;
            // Somebody who has left was not told; asking would be a question with one answer.
            let told = if outcome.unserved() {
                Told::NotTold
            } else {
                fields.read("told", Told::from_code)?
            };
            let matter = crate::domain::ids::MatterIndex(fields.read("matter", |it| it.parse().ok())?);
            let note = closing_note(fields, outcome);
            let note = sensitive::note(&note).map_err(|it| No::from(Refusal::from(it)))?;
            if outcome.refers() {
                // On paper it stands as the visitor reads.
                let to = referral(app, outcome, fields, visit.language);
                return Ok(Action::Refer {
                    matter,
                    outcome,
                    told,
                    referral: Sensitive::new(Box::new(to)),
                    note,
                });
            }
            Action::Close {
                matter,
                outcome,
                told,
                note,
            }
        }
        _ => return Err(No::new("no-page", StatusCode::NOT_FOUND)),
    })
}

/// Why somebody was not served, to be picked with one key.
const WHYS: [&str; 4] = ["went", "another-day", "twice", "not-come"];

/// What is written when it is closed: the policy or the reason that was picked, and what was typed.
fn closing_note(fields: &Fields, outcome: Outcome) -> String {
    let note = fields.get("note").replace("\r\n", "\n");
    let picked = match outcome {
        Outcome::Answered => fields.get("policy").trim().to_owned(),
        _ if outcome.unserved() => WHYS
            .iter()
            .find(|it| **it == fields.get("why"))
            .map_or_else(String::new, |it| {
                super::words::say(&format!("close.why.{it}"), Language::Chinese).to_owned()
            }),
        _ => String::new(),
    };
    match (picked.is_empty(), note.trim().is_empty()) {
        (true, _) => note,
        (false, true) => picked,
        (false, false) => format!("{picked}\n{note}"),
    }
}

/// Where the visitor is sent: the body that was chosen from the catalogue, what was written beside it standing before
/// what the catalogue says.
fn referral(app: &App, outcome: Outcome, fields: &Fields, language: Language) -> Referral {
    let chosen = match outcome {
        Outcome::ProcedureTold => "way_body",
        _ => "body",
    };
    let procedure = outcome == Outcome::ProcedureTold;
    let mut bodies = app.office.elsewhere.bodies.iter();
    let body = bodies.find(|it| it.procedure == procedure && it.code == fields.get(chosen));
    let known = body.map(|it| it.referral(language)).unwrap_or_default();
    let or = |field: &str, known: String| match fields.get(field).trim() {
        "" => known,
        written => written.to_owned(),
    };
    let only = |it: String| if procedure { it } else { String::new() };
    Referral {
        body: or("to_body", known.body),
        address: or("to_address", known.address),
        phone: or("to_phone", known.phone),
        way: only(or("to_way", known.way)),
        until: only(or("to_until", known.until)),
    }
}

/// A form that means nothing, in words.
pub fn bad<T>(read: Result<T, BadForm>) -> Result<T, No> {
    read.map_err(|it| match it {
        BadForm::Refused(refusal) => refusal.into(),
        BadForm::Field(name) => No::with(
            "missing-field",
            StatusCode::UNPROCESSABLE_ENTITY,
            "detail",
            |_| name.to_owned(),
        ),
    })
}

/// One event in both languages.
pub fn told_in_both(office: &Office, story: &[(Timestamp, Event)], event: &Event) -> Words {
    Words {
        zh: told(office, Language::Chinese, story, event),
        en: told(office, Language::English, story, event),
    }
}
