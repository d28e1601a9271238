//! What a visit's page shows of its matters, the documents on A4, the sealed register, alarms and presence.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::App;
use super::board::Reader;
use super::guard::{Fields, Form, No, Who};
use super::pages::{Frame, both, html, tell};
use super::{matter_forms, visit_pages, wire};
use crate::desk::{Action, Reply, Request, Snapshot};
use crate::domain::event::{Document, Event, OpenReason, Outcome};
use crate::domain::ids::{MatterIndex, StaffId};
use crate::domain::limit::{Due, LimitKind};
use crate::domain::matter::{MatterState, Objection, VisitMatter};
use crate::domain::office::{Language, Role};
use crate::domain::presence::Whereabouts;
use crate::domain::refusal::Refusal;
use crate::domain::returned::Taker;
use crate::domain::sensitive::Sensitive;
use crate::domain::sheet::day_words;
use crate::domain::slip::matter_words;
use crate::domain::ticket::Stage;
use crate::domain::time::{ServiceDay, Timestamp};
use crate::domain::visit::Visit;

/// One matter on the page of its visit.
pub struct MatterCard {
    pub name: String,
    pub state: String,
    pub due: String,
    pub late: bool,
    /// Until when the visitor may ask for a review, once they have the reply.
    pub review: String,
    pub who: String,
    pub at_hand: bool,
    pub index: u8,
    /// Where it is told why it came here (为什么到这里); none for what is sealed.
    pub why: String,
    /// Verb and word of each key.
    pub keys: Vec<(&'static str, &'static str)>,
    /// Documents that may be opened on A4.
    pub documents: Vec<(&'static str, &'static str)>,
}

/// The matters of `visit`, each with the keys that apply.
pub fn cards(app: &App, who: &Who, r: &Reader<'_>, visit: &Visit, now: Timestamp) -> Vec<MatterCard> {
    let today = ServiceDay::of(now);
    let cards = visit.matters.iter().enumerate().map(|(at, it)| {
        let index = MatterIndex(u8::try_from(at).unwrap_or(u8::MAX));
        let until = r.due(visit, it);
        let review = visit.review(&app.office, it);
        let due = until.as_ref().map_or_else(String::new, |of| {
            if it.open() {
                r.until(of)
            } else {
                r.dated("matter.still-owed", of)
            }
        });
        let state = match &it.state {
            MatterState::Closed { outcome, .. } => r.of("outcome", outcome.code()).to_owned(),
            MatterState::Escalated { why, to, .. } => {
                format!(
                    "{} · {} · {}",
                    r.of("state", "escalated"),
                    r.of("escalation", why.code()),
                    r.name(to)
                )
            }
            state => r.of("state", state.code()).to_owned(),
        };
        let name = if visit.sealed.is_some() {
            r.t("sealed.matter").to_owned()
        } else {
            matter_words(&app.office, it.matter.as_ref())
                .get(r.language)
                .to_owned()
        };
        MatterCard {
            name,
            state,
            due,
            late: until.is_some_and(|it| it.overdue(today.0)),
            review: review.map_or_else(String::new, |it| review_words(app, r, &it)),
            who: format!("{} · {}", r.name(&it.responsible), r.department(&it.department)),
            at_hand: it.open() && visit.current() == index,
            index: index.0,
            why: if visit.sealed.is_some() {
                String::new()
            } else {
                format!("/route?visit={}&index={}", visit.id, index.0)
            },
            keys: keys(who, r, visit, (it, today)),
            documents: documents(r, visit, it),
        }
    });
    cards.collect()
}

fn keys(
    who: &Who,
    r: &Reader<'_>,
    visit: &Visit,
    (it, today): (&VisitMatter, ServiceDay),
) -> Vec<(&'static str, &'static str)> {
    let own = it.department == who.staff.department || visit.sealed.is_some();
    let entitled = own || who.staff.sees_all() || it.responsible == who.staff.id;
    let mut keys = Vec::new();
    let mut key = |verb: &'static str, word: &'static str| keys.push((verb, r.t(word)));
    let escalated = matches!(it.state, MatterState::Escalated { .. });
    if !it.open() && entitled && visit.sealed.is_none() {
        // What is done may still have to reach the visitor, and a paper may be wanted once more.
        if it.petition.is_some() && !Document::ALL.iter().all(|of| it.has_delivered(*of)) {
            key("deliver", "deliver.title");
        }
        key("print", "print.title");
    }
    if !it.open()
        || visit
            .open_offer()
            .is_some_and(|of| visit.matter(of.offered.matter) == it)
    {
        return keys;
    }
    if escalated && who.staff.is(Role::Leader) {
        key("decide", "decide.title");
    }
    let grounds = !matter_forms::grounds(r.office, it, today).is_empty();
    if !entitled {
        // Whoever was asked first tells the visitor a date and how it stands, wherever it has gone (RULES §2).
        if it.first_responder == who.staff.id && visit.sealed.is_none() {
            if grounds {
                key("undertake", "undertake.title");
            }
            key("progress", "progress.title");
        }
        return keys;
    }
    let begun = matches!(
        it.state,
        MatterState::WithResponsible | MatterState::NoticeGiven { .. }
    );
    let catalogued = it.matter.is_some() && !it.petition() && visit.sealed.is_none();
    if begun && catalogued && it.notice.is_none() {
        key("notice", "notice.title");
    }
    if begun && catalogued {
        key("materials", "materials.title");
    }
    if it.petition() || it.matter.is_none() || visit.sealed.is_some() {
        key("petition", "petition.title");
    }
    if it.petition.is_some() && visit.sealed.is_none() {
        key("deliver", "deliver.title");
    }
    if let MatterState::InProgress { promised } = &it.state
        && 0 < promised.limit.kind.extension_max()
    {
        key("extend", "extend.title");
    }
    if grounds {
        key("undertake", "undertake.title");
    }
    if !escalated && visit.sealed.is_none() {
        key("escalate", "escalate.title");
        key("merge", "merge.title");
    }
    if visit.sealed.is_none() {
        key("progress", "progress.title");
        key("join", "join.title");
        if !matter_forms::steps(it).is_empty() {
            key("clock", "clock.title");
        }
        if visit.may_object(it) {
            key("object", "object.title");
        }
        if it.objection == Some(Objection::Raised) {
            key("answer-objection", "answer-objection.title");
        }
        key("print", "print.title");
    }
    if !visit_pages::outcomes(who, visit, it).is_empty() {
        key("close", "act.close");
    }
    if visit.sealed.is_none() && !escalated {
        key("offer", "act.offer");
    }
    keys
}

/// The visitor's right to a review: until when, of whom.
fn review_words(app: &App, r: &Reader<'_>, due: &Due) -> String {
    let body = app.office.elsewhere.review.as_ref();
    let body = body.map_or_else(
        || r.t("review.above").to_owned(),
        |it| it.name.get(r.language).to_owned(),
    );
    let date = day_words(r.language, ServiceDay(due.legal));
    r.t_with("review.until", &[("date", date), ("body", body)]) + r.uncertain(due)
}

fn documents(r: &Reader<'_>, visit: &Visit, it: &VisitMatter) -> Vec<(&'static str, &'static str)> {
    if it.petition.is_none() || visit.sealed.is_some() {
        return Vec::new();
    }
    let extended = it.extension.is_some().then_some(Document::Extension);
    let all = [Document::Information, Document::Reply]
        .into_iter()
        .chain(extended);
    all.map(|it| (it.code(), r.of("document", it.code()))).collect()
}

/// Said of a date on A4 that the year's holidays may still move.
fn provisional(due: &Due) -> &'static str {
    if due.provisional {
        "（日期待节假日安排公布后确认）"
    } else {
        ""
    }
}

// ── Documents on A4 ────────────────────────────────────────────────────────────

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage<'a> {
    f: Frame<'a>,
    id: String,
    matter: u8,
    code: &'static str,
    title: &'static str,
    office: String,
    number: String,
    name: String,
    address: String,
    date: String,
    paragraphs: Vec<String>,
}

/// Opens a document to be printed and sealed; that somebody looked at name and address is written down.
///
/// # Errors
/// [`No`].
pub async fn document(app: &App, who: &Who, visit: &Visit, fields: &Fields) -> Result<Response, No> {
    let document = fields.read("document", Document::from_code)?;
    let matter = visit.matter(matter_forms::matter_of(visit, fields));
    let petition = matter.petition.as_ref().ok_or(Refusal::OutOfTurn)?;
    visit_pages::perform(app, who, visit.id, Action::Open(OpenReason::Document)).await?;
    let today = ServiceDay::of(app.clock.now().at);
    let day = |it: ServiceDay| it.0.format("%Y年%-m月%-d日").to_string();
    let (office, zh) = (&app.office.identity, Language::Chinese);
    let received = day(ServiceDay::of(matter.received_at));
    let form = super::words::say(&format!("form.{}", visit.form.code()), zh);
    let claim = wire::note(petition.words.claim.as_ref());
    let department = app.office.department(&matter.department);
    let handler = app.office.staff(&matter.responsible);
    let handled = department.map_or_else(String::new, |it| {
        format!("{}（{}室，电话 {}）", it.name.zh, it.room, it.phone)
    });
    let person = handler.map_or_else(String::new, |it| format!("{}，电话 {}", it.name.zh, it.phone));
    let mut paragraphs = vec![format!(
        "您于{received}以{form}形式提出的信访事项{}，我单位已经收到并登记，登记编号 {} {}。",
        if claim.is_empty() {
            String::new()
        } else {
            format!("（{claim}）")
        },
        visit.day,
        visit.ticket.number
    )];
    match document {
        Document::Information => {
            let way = match &matter.state {
                MatterState::Closed {
                    outcome: Outcome::OutsideTold | Outcome::ProcedureTold,
                    ..
                } => format!(
                    "经研究，该事项不属于本单位职责或者依照规定应当通过法定途径解决，请向以下机关提出：{}。",
                    match &matter.referral {
                        Some(to) => to.on_paper().told(zh),
                        None => wire::note(matter.note.as_ref()),
                    }
                ),
                MatterState::Closed {
                    outcome: Outcome::NotAgain,
                    ..
                } => format!(
                    "该事项已有复核意见（{}），以同一事实和理由提出的，依照《信访工作条例》第三十六条不再受理。",
                    petition.not_again.as_deref().unwrap_or_default()
                ),
                _ => format!("该事项由我单位{handled}承办，承办人{person}。"),
            };
            paragraphs.push(way);
            paragraphs.push("处理途径和程序：登记后由承办科室核实有关情况，听取您的意见；属于申诉求决类的，按照《信访工作条例》第三十一条分类处理；依照第三十一条第六项受理的，自受理之日起六十日内办结并出具处理意见书，情况复杂的经批准可以延长不超过三十日，并告知您延期理由。".to_owned());
            if let Some(promised) = matter.state.promised() {
                paragraphs.push(format!(
                    "办理期限：{}前答复您{}。",
                    day(ServiceDay(promised.due.told)),
                    provisional(&promised.due)
                ));
            }
            paragraphs.push(format!(
                "查询方式：持号码 {} 到本单位综合窗口，或者拨打 {}。",
                visit.ticket.number, office.phone
            ));
            paragraphs.push("依据：《信访工作条例》第二十三条。".to_owned());
        }
        Document::Extension => {
            let until = matter
                .state
                .promised()
                .map(|it| day(ServiceDay(it.due.told)) + provisional(&it.due));
            paragraphs.push(format!(
                "因情况复杂，经批准，该事项的办理期限延长至{}。延期理由：{}",
                until.unwrap_or_else(|| "　　年　　月　　日".to_owned()),
                wire::note(matter.extension.as_ref())
            ));
            paragraphs.push(format!("联系人：{person}。"));
            paragraphs.push("依据：《信访工作条例》第三十四条。".to_owned());
        }
        Document::Reply => {
            paragraphs.push("经核实研究，现答复如下：".to_owned());
            paragraphs.push("　\n　\n　\n　".to_owned());
            let review = app.office.elsewhere.review.as_ref();
            let body = review.map_or_else(|| "上一级机关、单位".to_owned(), |it| it.told(zh));
            paragraphs.push(format!("如不服本处理意见，可以自收到本书之日起三十日内向{body}申请复查（《信访工作条例》第三十五条）。"));
        }
    }
    let name = wire::note(petition.words.name.as_ref());
    Ok(html(&DocumentPage {
        f: Frame::of(app, who, "visit", "queue"),
        id: visit.id.to_string(),
        matter: matter_forms::matter_of(visit, fields).0,
        code: document.code(),
        title: match document {
            Document::Information => "信访事项告知书",
            Document::Reply => "信访事项处理意见书",
            Document::Extension => "信访事项延期告知书",
        },
        office: office.name.zh.clone(),
        number: format!(
            "〔{}〕{} {}",
            today.0.format("%Y"),
            visit.day,
            visit.ticket.number
        ),
        name: if name.is_empty() {
            "　　　　".to_owned()
        } else {
            name
        },
        address: wire::note(petition.words.address.as_ref()),
        date: day(today),
        paragraphs,
    }))
}

// ── The sealed register ────────────────────────────────────────────────────────

type SealedStep = (String, String, Vec<(&'static str, String)>);

#[derive(Template)]
#[template(path = "unsealed.html")]
struct UnsealedPage<'a> {
    f: Frame<'a>,
    id: String,
    story: Vec<SealedStep>,
}

/// What is sealed, for the contact who typed in the key; it stands on this one page and nowhere else.
///
/// # Errors
/// [`No`] for anybody else, and for a key that is not theirs.
pub async fn unseal(app: &App, who: &Who, visit: &Visit, fields: &Fields) -> Result<Response, No> {
    let secret = wire::key(fields.get("key")).ok_or(Refusal::WrongKey)?;
    let asked = Request::SealedStory {
        by: who.staff.id.clone(),
        visit: visit.id,
        secret: Sensitive::new(secret),
    };
    let Reply::Story(story) = app.desk.ask(asked).await? else {
        return Err(Refusal::NotFound.into());
    };
    let number = visit.ticket.number.to_string();
    let f = Frame::of(app, who, "unseal.title", "queue").titled(number);
    let now = app.clock.now().at;
    let steps = story.iter().map(|(at, event)| {
        let told = visit_pages::told(&app.office, who.language(), &story, event);
        let words: Vec<(&'static str, String)> = match event {
            Event::PetitionTaken(it) => {
                let all = [
                    (f.t("petition.name"), &it.words.name),
                    (f.t("petition.address"), &it.words.address),
                    (f.t("visit.phone"), &it.words.phone),
                    (f.t("petition.representatives"), &it.words.representatives),
                    (f.t("petition.claim"), &it.words.claim),
                    (f.t("petition.facts"), &it.words.facts),
                    (f.t("petition.before"), &it.words.before),
                ];
                all.into_iter()
                    .map(|(label, text)| (label, wire::note(text.as_ref())))
                    .collect()
            }
            Event::Registered(it) => {
                let (name, phone) = wire::personal(&it.personal);
                vec![(f.t("petition.name"), name), (f.t("visit.phone"), phone)]
            }
            _ => Vec::new(),
        };
        (
            f.r.time(*at, now),
            told,
            words.into_iter().filter(|it| !it.1.is_empty()).collect(),
        )
    });
    let story = steps.collect();
    Ok(html(&UnsealedPage {
        id: visit.id.to_string(),
        story,
        f,
    }))
}

// ── Alarms and presence ────────────────────────────────────────────────────────

/// Alarms for whoever looks, and where they say they are.
#[derive(Debug, Clone, Template)]
#[template(path = "bells.html")]
pub struct Bells {
    title: &'static str,
    presence: &'static str,
    known: &'static str,
    csrf: String,
    items: Vec<BellItem>,
    /// What is kept in sight until the visitor is told (R3), and what is worked on together (R10).
    follow_title: &'static str,
    follows: Vec<BellItem>,
    places: Vec<Place>,
}

#[derive(Debug, Clone)]
struct BellItem {
    id: String,
    number: String,
    words: String,
    about: String,
    /// The key by which whoever is told of what is urgent says that they know.
    known: bool,
}

#[derive(Debug, Clone)]
struct Place {
    code: &'static str,
    text: &'static str,
    chosen: bool,
}

impl Bells {
    /// How many ring.
    pub fn count(&self) -> usize {
        self.items.len()
    }
}

/// The alarms that ring for `who`, and their presence.
pub fn bells(who: &Who, r: &Reader<'_>, snapshot: &Snapshot, now: Timestamp) -> Bells {
    let me: &StaffId = &who.staff.id;
    let mut items = Vec::new();
    let mut follows = Vec::new();
    for seen in snapshot.visits.iter().filter(|it| it.visit.readable_by(me)) {
        let (visit, before) = (&seen.visit, items.len());
        let item = |words: &str, about: String| BellItem {
            id: visit.id.to_string(),
            number: visit.ticket.number.to_string(),
            words: words.to_owned(),
            about,
            known: false,
        };
        // An empty lobby has no call: whoever answers is told that somebody is here (RULES §2).
        let mine = visit.sealed.as_ref() == Some(me) && visit.ticket.stage == Stage::Waiting;
        let waits = visit.untouched() && !visit.kept && (seen.ahead == Some(0) || mine);
        if waits && visit.responsible() == me && visit.ringing().all(|it| !it.to.contains(me)) {
            items.push(item(r.t("bell.visitor"), r.matter(visit)));
        }
        // Whoever came back is told to the one they came back to, whoever else waits (RULES §3).
        let taker = visit.taker(r.office, now).filter(|_| visit.untouched());
        if taker.as_ref().and_then(Taker::person) == Some(me) {
            items.push(item(r.t("bell.came-back"), r.matter(visit)));
        }
        for matter in visit
            .matters
            .iter()
            .filter(|it| it.open() && visit.sealed.is_none())
        {
            let why = if matter.joined.contains(me) {
                r.t("follow.joined")
            } else if matter.accepted.as_ref() == Some(me) && matter.responsible != *me {
                r.t("follow.accepted")
            } else {
                continue;
            };
            let about = [r.matter(visit), r.name(&matter.responsible)].join(" · ");
            follows.push(item(why, about));
        }
        for rang in visit.ringing().filter(|it| it.to.contains(me)) {
            let limit = rang.limit.filter(|it| *it != LimitKind::Matter);
            let limit = limit.map_or("", |it| r.of("limit", it.code()));
            let about = [r.matter(visit), limit.to_owned(), r.name(visit.responsible())];
            items.push(BellItem {
                id: visit.id.to_string(),
                number: visit.ticket.number.to_string(),
                words: r.of("bell", rang.bell.code()).to_owned(),
                about: about
                    .into_iter()
                    .filter(|it| !it.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · "),
                known: false,
            });
        }
        if let Some(it) = visit
            .matters
            .iter()
            .find(|it| matches!(&it.state, MatterState::Escalated { to, .. } if to == me))
        {
            items.push(BellItem {
                id: visit.id.to_string(),
                number: visit.ticket.number.to_string(),
                words: r.t("bell.decide").to_owned(),
                about: match &it.state {
                    MatterState::Escalated { why, .. } => r.of("escalation", why.code()).to_owned(),
                    _ => String::new(),
                },
                known: false,
            });
        }
        // One key a visit, however many bells ring of it.
        if visit.wants_to_be_known()
            && visit.may_acknowledge(&who.staff)
            && let Some(first) = items.get_mut(before)
        {
            first.known = true;
        }
    }
    let said = snapshot.office.roster.presence.get(me).filter(|it| it.away(now));
    let at = said.map_or(Whereabouts::Here, |it| it.at);
    Bells {
        title: r.t("bells"),
        known: r.t("act.known"),
        presence: r.t("presence.title"),
        csrf: who.csrf.clone(),
        items,
        follow_title: r.t("follow"),
        follows,
        places: Whereabouts::ALL
            .iter()
            .map(|it| Place {
                code: it.code(),
                text: r.of("presence", it.code()),
                chosen: *it == at,
            })
            .collect(),
    }
}

/// `POST /presence`
pub async fn presence(State(app): State<App>, form: Form) -> Response {
    let who = &form.who;
    let done = set(&app, who, &form.fields).await;
    tell(&app, who, done, "/")
}

async fn set(app: &App, who: &Who, fields: &Fields) -> Result<(crate::domain::office::Words, String), No> {
    let at = fields.read("at", Whereabouts::from_code)?;
    let by = who.staff.id.clone();
    app.change(Request::SetPresence { by, at, until: None }).await?;
    let key = format!("presence.{}", at.code());
    Ok((
        both("done.presence", &[("where", both(&key, &[]))]),
        "/".to_owned(),
    ))
}
