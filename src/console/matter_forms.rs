//! The forms of one matter, all on one page: notice, papers, taking on, extension, the leader's decision,
//! petition, delivery, linking; and of the visit: one more matter, recusal, the reason for opening a number.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;

use super::App;
use super::guard::{Fields, No, Who};
use super::pages::{Frame, html};
use super::{visit_pages, wire};
use crate::desk::Action;
use crate::domain::content::OTHER;
use crate::domain::event::{
    Basis, ClockStep, DeliveryWay, Document, EscalationReason, Form, OpenReason, PaperKind, PetitionCategory,
    Told,
};
use crate::domain::ids::{ContentCode, MatterCode, MatterIndex, StaffId, VisitId};
use crate::domain::limit::LimitKind;
use crate::domain::matter::{MatterCommand, MatterState, VisitMatter};
use crate::domain::office::{Office, Role};
use crate::domain::petition::{CLAIM_CHARS_MAX, Petition, PetitionWords};
use crate::domain::refusal::Refusal;
use crate::domain::repeat::KnownBy;
use crate::domain::sensitive::{self, Sensitive};
use crate::domain::slip::matter_words;
use crate::domain::ticket::Stage;
use crate::domain::time::ServiceDay;
use crate::domain::visit::Visit;

/// What may be done on these forms, and the title of each.
const VERBS: [(&str, &str); 19] = [
    ("notice", "notice.title"),
    ("materials", "materials.title"),
    ("undertake", "undertake.title"),
    ("extend", "extend.title"),
    ("escalate", "escalate.title"),
    ("decide", "decide.title"),
    ("petition", "petition.title"),
    ("deliver", "deliver.title"),
    ("merge", "merge.title"),
    ("add", "add.title"),
    ("recuse", "recuse.title"),
    ("open", "open.title"),
    ("print", "print.title"),
    ("unseal", "unseal.title"),
    ("join", "join.title"),
    ("progress", "progress.title"),
    ("clock", "clock.title"),
    ("object", "object.title"),
    ("answer-objection", "answer-objection.title"),
];

/// Whether `verb` has its form here.
pub fn knows(verb: &str) -> bool {
    VERBS.iter().any(|it| it.0 == verb)
}

/// One question of a form.
enum Field {
    Radios(&'static str, &'static str, Vec<Choice>),
    Checks(&'static str, Vec<Choice>),
    Select(&'static str, &'static str, Vec<Choice>),
    Text(&'static str, &'static str, String, u8),
    Line(&'static str, &'static str, String, &'static str),
    /// Visits to be looked at: nothing is chosen.
    Earlier(&'static str, Vec<Choice>),
}

struct Choice {
    code: String,
    text: String,
    sub: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "matter.html")]
struct MatterPage<'a> {
    f: Frame<'a>,
    id: String,
    number: String,
    verb: String,
    matter: u8,
    about: String,
    hint: &'static str,
    fields: Vec<Field>,
    submit: &'static str,
}

/// Which matter a form is about: the one it names, else the one the visitor is here for.
pub fn matter_of(visit: &Visit, fields: &Fields) -> MatterIndex {
    let named = fields.get("matter").parse().ok().map(MatterIndex);
    named
        .filter(|it| usize::from(it.0) < visit.matters.len())
        .unwrap_or(visit.current())
}

/// Other visits of whoever this one is of, where the form of `verb` offers them: by name, telephone or address, as
/// registered, as written in this petition's register, or as typed just now; open or answered long ago, never sealed.
///
/// # Errors
/// [`No`] when the desk cannot look.
pub async fn repeats(app: &App, visit: &Visit, verb: &str, fields: &Fields) -> Result<Vec<Arc<Visit>>, No> {
    if !matches!(verb, "petition" | "merge") || visit.sealed.is_some() {
        return Ok(Vec::new());
    }
    let mut known_by = KnownBy::of(visit);
    // What cannot be a name or a telephone is nobody's; the form says so when it is sent.
    known_by.written(&PetitionWords {
        name: sensitive::name(fields.get("name")).unwrap_or_default(),
        phone: sensitive::phone(fields.get("phone")).unwrap_or_default(),
        address: sensitive::text(fields.get("address"), 200).unwrap_or_default(),
        ..PetitionWords::default()
    });
    Ok(app.desk.of_people(known_by, Some(visit.id)).await?)
}

/// The form of `verb`, with what was typed before, and why it was not taken; `earlier` are [`repeats`].
pub fn page(
    app: &App,
    who: &Who,
    (visit, earlier): (&Visit, &[Arc<Visit>]),
    verb: &str,
    fields: &Fields,
    no: Option<&No>,
) -> Response {
    let title = VERBS.iter().find(|it| it.0 == verb).map_or("visit", |it| it.1);
    let mut f = Frame::of(app, who, title, "queue");
    if let Some(no) = no {
        f.refused(no);
    }
    let index = matter_of(visit, fields);
    let matter = visit.matter(index);
    let asked = Asking {
        app,
        who,
        f: &f,
        fields,
        earlier,
    };
    let fields = asked.questions(verb, visit, matter);
    let today = ServiceDay::of(app.clock.now().at);
    if verb == "undertake" && no.is_none() && grounds(&app.office, matter, today).is_empty() {
        // Whoever types in the address of the form hears why there is nothing to choose.
        f.refused(&Refusal::DateStands.into());
    }
    let whole = matches!(verb, "recuse" | "open" | "add" | "unseal");
    let about = if whole || visit.sealed.is_some() {
        String::new()
    } else {
        matter_words(&app.office, matter.matter.as_ref())
            .get(who.language())
            .to_owned()
    };
    let hint = match verb {
        "notice" => f.t("notice.hint"),
        "petition" => f.t("petition.hint"),
        "escalate" => f.t("escalate.hint"),
        "decide" => f.t("decide.hint"),
        "extend" => f.t("extend.hint"),
        "open" => f.t("open.hint"),
        "unseal" => f.t("unseal.hint"),
        "merge" => f.t("merge.hint"),
        "join" => f.t("join.hint"),
        "progress" => f.t("progress.hint"),
        "clock" => f.t("clock.hint"),
        "object" => f.t("object.hint"),
        _ => "",
    };
    html(&MatterPage {
        id: visit.id.to_string(),
        number: visit.ticket.number.to_string(),
        verb: verb.to_owned(),
        matter: index.0,
        about,
        hint,
        fields,
        submit: f.t("save"),
        f,
    })
}

struct Asking<'a> {
    app: &'a App,
    who: &'a Who,
    f: &'a Frame<'a>,
    fields: &'a Fields,
    earlier: &'a [Arc<Visit>],
}

impl Asking<'_> {
    fn typed(&self, name: &str, otherwise: &str) -> String {
        match self.fields.get(name) {
            "" => otherwise.to_owned(),
            typed => typed.to_owned(),
        }
    }

    fn coded(&self, name: &str, family: &str, codes: &[&str], usual: &str) -> Vec<Choice> {
        let chosen = self.typed(name, usual);
        let choice = |it: &&str| Choice {
            code: (*it).to_owned(),
            text: self.f.r.of(family, it).to_owned(),
            sub: String::new(),
            chosen: **it == *chosen,
        };
        codes.iter().map(choice).collect()
    }

    /// The office's list of what petitions are about; what was registered before stands in it, whatever the list is now.
    fn contents(&self, known: Option<&ContentCode>) -> Vec<Choice> {
        let office = &self.app.office;
        let listed = office.contents.iter().map(|it| &it.code);
        let codes: Vec<&ContentCode> = listed
            .chain(known.filter(|it| office.content(it).is_none()))
            .collect();
        let other = codes.iter().find(|it| it.as_str() == OTHER);
        let usual = known.or_else(|| other.or(codes.last()).copied());
        let chosen = self.typed("content", usual.map_or("", ContentCode::as_str));
        let choice = |it: &&ContentCode| Choice {
            code: it.to_string(),
            text: self.f.r.content(it),
            sub: String::new(),
            chosen: it.as_str() == &*chosen,
        };
        codes.iter().map(choice).collect()
    }

    fn people(&self, name: &str, which: impl Fn(&crate::domain::office::Staff) -> bool) -> Vec<Choice> {
        let chosen = self.fields.get(name);
        let staff = self.app.office.staff.iter().filter(|it| which(it));
        let choice = |it: &crate::domain::office::Staff| Choice {
            code: it.id.to_string(),
            text: it.name.get(self.who.language()).to_owned(),
            sub: self.f.r.department(&it.department),
            chosen: it.id.as_str() == chosen,
        };
        staff.map(choice).collect()
    }

    fn lines(&self, matter: &VisitMatter) -> Vec<Choice> {
        let catalogued = matter.matter.as_ref().and_then(|it| self.app.office.matter(it));
        let bring = catalogued.map(|it| it.bring.as_slice()).unwrap_or_default();
        let choice = |(at, it): (usize, &crate::domain::office::Words)| Choice {
            code: format!("item-{at}"),
            text: it.get(self.who.language()).to_owned(),
            sub: String::new(),
            chosen: !self.fields.get(&format!("item-{at}")).is_empty(),
        };
        bring.iter().enumerate().map(choice).collect()
    }

    fn note(&self) -> Field {
        Field::Text(
            "note",
            self.f.t("close.note"),
            self.fields.get("note").to_owned(),
            3,
        )
    }

    /// How the visitor is told: whoever called or wrote is not here.
    fn told(&self, label: &str, visit: &Visit) -> Field {
        let ways = [Told::InPerson, Told::Phone, Told::Writing].map(Told::code);
        let usual = match (visit.form, visit.ticket.stage == Stage::Pending) {
            (Form::Visit, false) => Told::InPerson,
            (Form::Letter | Form::Assigned, _) => Told::Writing,
            _ => Told::Phone,
        };
        Field::Radios(
            "told",
            self.f.t(label),
            self.coded("told", "told", &ways, usual.code()),
        )
    }

    fn questions(&self, verb: &str, visit: &Visit, matter: &VisitMatter) -> Vec<Field> {
        let t = |key| self.f.t(key);
        let date = |name, key, usual: String| Field::Line(name, t(key), self.typed(name, &usual), "date");
        let today = ServiceDay::of(self.app.clock.now().at).to_string();
        match verb {
            "notice" => vec![
                Field::Checks(t("notice.missing"), self.lines(matter)),
                self.note(),
                self.told("notice.told", visit),
            ],
            "join" => {
                let people = self.people("staff", |it| {
                    it.department != matter.department
                        && !visit.recused(&it.id)
                        && !matter.joined.contains(&it.id)
                });
                vec![Field::Select("staff", t("join.who"), people)]
            }
            "progress" => vec![self.told("close.told", visit), self.note()],
            "clock" => {
                let codes: Vec<&str> = steps(matter).iter().map(|it| it.code()).collect();
                let usual = codes.first().copied().unwrap_or("");
                let steps = self.coded("step", "step", &codes, usual);
                vec![Field::Radios("step", t("clock.step"), steps), self.note()]
            }
            "object" => vec![self.note()],
            "answer-objection" => {
                let choice = |code: &str, text: &str| Choice {
                    code: code.to_owned(),
                    text: text.to_owned(),
                    sub: String::new(),
                    chosen: self.fields.get("consented") == code,
                };
                let answers = vec![
                    choice("yes", t("answer-objection.consented")),
                    choice("no", t("answer-objection.rejected")),
                ];
                vec![
                    Field::Radios("consented", t("answer-objection.what"), answers),
                    self.note(),
                ]
            }
            "materials" => vec![
                Field::Checks(t("materials.items"), self.lines(matter)),
                self.note(),
            ],
            "undertake" => {
                let day = ServiceDay::of(self.app.clock.now().at);
                let grounds = grounds(&self.app.office, matter, day);
                let usual = grounds.first().map_or("", |it| it.code());
                let codes: Vec<&str> = grounds.iter().map(|it| it.code()).collect();
                vec![
                    Field::Radios(
                        "basis",
                        t("undertake.basis"),
                        self.coded("basis", "basis", &codes, usual),
                    ),
                    date("told", "undertake.told", String::new()),
                ]
            }
            "extend" => vec![
                Field::Line("days", t("extend.days"), self.typed("days", ""), "number"),
                Field::Select(
                    "approved_by",
                    t("extend.approved"),
                    self.people("approved_by", |it| {
                        let head = self.app.office.department(&matter.department);
                        it.is(Role::Leader) || head.is_some_and(|of| of.head == it.id)
                    }),
                ),
                self.note(),
            ],
            "escalate" => {
                let codes = [
                    EscalationReason::Unclear,
                    EscalationReason::Dispute,
                    EscalationReason::Urgent,
                ];
                let codes = codes.map(EscalationReason::code);
                vec![
                    Field::Radios(
                        "why",
                        t("escalate.why"),
                        self.coded("why", "escalation", &codes, codes[0]),
                    ),
                    self.note(),
                ]
            }
            "decide" => {
                let people = self.people("to", |it| !visit.recused(&it.id));
                vec![Field::Select("to", t("decide.to"), people), self.note()]
            }
            "deliver" => {
                let missing = |it: &&Document| matter.open() || !matter.has_delivered(**it);
                let documents = Document::ALL.iter().filter(missing);
                let documents: Vec<&str> = documents.map(|it| it.code()).collect();
                let ways: Vec<&str> = DeliveryWay::ALL.iter().map(|it| it.code()).collect();
                let documents = self.coded(
                    "document",
                    "document",
                    &documents,
                    documents.first().unwrap_or(&""),
                );
                vec![
                    Field::Radios("document", t("deliver.document"), documents),
                    Field::Radios("way", t("deliver.way"), self.coded("way", "way", &ways, ways[0])),
                    date("on", "deliver.on", today),
                ]
            }
            "merge" => {
                let closed = self.closed_ones();
                let mut asked = vec![Field::Radios("into", t("merge.into"), self.open_ones(visit))];
                if !closed.is_empty() {
                    asked.push(Field::Earlier(t("merge.closed"), closed));
                }
                asked.push(self.told("close.told", visit));
                asked
            }
            "add" => vec![Field::Select("code", t("register.matter"), self.catalogue())],
            "recuse" => {
                let people = self.people("staff", |it| !visit.recused(&it.id));
                vec![Field::Select("staff", t("recuse.who"), people)]
            }
            "open" => {
                let codes: Vec<&str> = OpenReason::ALL.iter().map(|it| it.code()).collect();
                vec![Field::Radios(
                    "reason",
                    t("open.reason"),
                    self.coded("reason", "reason", &codes, codes[0]),
                )]
            }
            "print" => {
                let codes: Vec<&str> = papers(matter).iter().map(|it| it.code()).collect();
                let usual = codes.first().copied().unwrap_or("");
                vec![Field::Radios(
                    "paper",
                    t("print.which"),
                    self.coded("paper", "paper", &codes, usual),
                )]
            }
            "unseal" => vec![Field::Line("key", t("unseal.key"), String::new(), "password")],
            _ => self.petition(visit, matter),
        }
    }

    fn petition(&self, visit: &Visit, matter: &VisitMatter) -> Vec<Field> {
        let t = |key| self.f.t(key);
        let known = matter.petition.as_ref();
        let words = known.map(|it| it.words.clone()).unwrap_or_default();
        let (name, phone) = wire::personal(&visit.personal);
        let line = |field: &'static str, key, usual: String, kind| {
            Field::Line(field, t(key), self.typed(field, &usual), kind)
        };
        let text = |field: &'static str, key, usual: &Option<Sensitive<String>>, rows| {
            Field::Text(
                field,
                t(key),
                self.typed(field, &wire::note(usual.as_ref())),
                rows,
            )
        };
        let or = |it: &Option<Sensitive<String>>, usual: String| match wire::note(it.as_ref()) {
            known if known.is_empty() => usual,
            known => known,
        };
        let categories: &[&str] = if visit.sealed.is_some() {
            &["report"]
        } else {
            &["appeal", "suggestion"]
        };
        let category = known.map_or(categories[0], |it| it.category.code());
        let content = known.map(|it| &it.content);
        let item = known.and_then(|it| it.item).unwrap_or(6).to_string();
        let chosen = self.typed("item", &item);
        let items = (1..=6).map(|it: u8| Choice {
            code: it.to_string(),
            text: format!("{} {it}", t("petition.item")),
            sub: String::new(),
            chosen: it.to_string() == chosen,
        });
        let anonymous = Choice {
            code: "anonymous".to_owned(),
            text: t("petition.anonymous").to_owned(),
            sub: String::new(),
            chosen: !self.fields.get("anonymous").is_empty() || known.is_some_and(|it| it.anonymous),
        };
        let same_facts = Choice {
            code: "same_facts".to_owned(),
            text: t("petition.same-facts").to_owned(),
            sub: String::new(),
            chosen: !self.fields.get("same_facts").is_empty() || known.is_some_and(|it| it.same_facts),
        };
        let number = |it: Option<u16>, usual: u16| it.unwrap_or(usual).to_string();
        let earlier = self.legible(self.earlier.iter().map(|it| it.as_ref()));
        let known_ones = (!earlier.is_empty()).then(|| Field::Earlier(t("petition.known"), earlier));
        let asked = vec![
            Field::Radios(
                "category",
                t("petition.category"),
                self.coded("category", "category", categories, category),
            ),
            Field::Select("item", t("petition.item.hint"), items.collect()),
            Field::Select("content", t("petition.content"), self.contents(content)),
            line("name", "petition.name", or(&words.name, name), "text"),
            line(
                "address",
                "petition.address",
                or(&words.address, String::new()),
                "text",
            ),
            line("phone", "visit.phone", or(&words.phone, phone), "tel"),
            Field::Checks(t("petition.anonymous.legend"), vec![anonymous]),
            line(
                "people",
                "visit.people",
                number(known.map(|it| it.people), visit.people),
                "number",
            ),
            text(
                "representatives",
                "petition.representatives",
                &words.representatives,
                3,
            ),
            text("claim", "petition.claim", &words.claim, 3),
            text("facts", "petition.facts", &words.facts, 5),
            line(
                "earlier",
                "petition.earlier",
                number(known.map(|it| it.earlier), 0),
                "number",
            ),
            text("before", "petition.before", &words.before, 2),
            line(
                "system_number",
                "petition.system",
                known.and_then(|it| it.system_number.clone()).unwrap_or_default(),
                "text",
            ),
            line(
                "system_date",
                "petition.system.date",
                known
                    .and_then(|it| it.system_date)
                    .map(|it| it.to_string())
                    .unwrap_or_default(),
                "date",
            ),
            line(
                "accepted",
                "petition.accepted",
                known
                    .and_then(|it| it.accepted)
                    .map(|it| it.to_string())
                    .unwrap_or_default(),
                "date",
            ),
            line(
                "not_again",
                "petition.not-again",
                known.and_then(|it| it.not_again.clone()).unwrap_or_default(),
                "text",
            ),
            Field::Checks(t("petition.same-facts.legend"), vec![same_facts]),
        ];
        known_ones.into_iter().chain(asked).collect()
    }

    /// Open visits it may be linked to: of the same people, then about the same matter. Repeats are offered to a person,
    /// never linked by the program (XF 23, 44). What is sealed is not among them.
    fn open_ones(&self, visit: &Visit) -> Vec<Choice> {
        let about = |it: &Visit| {
            let matters = it.matters.iter().filter_map(|it| it.matter.clone());
            matters.collect::<Vec<_>>()
        };
        let asked = about(visit);
        let snapshot = self.app.desk.snapshot();
        let known = |it: &Visit| self.earlier.iter().any(|of| of.id == it.id);
        let same_matter =
            snapshot.visits.iter().map(|it| it.visit.as_ref()).filter(|it| {
                it.id != visit.id && !known(it) && about(it).iter().any(|it| asked.contains(it))
            });
        let of_people = self.earlier.iter().map(|it| it.as_ref());
        of_people
            .chain(same_matter)
            .filter(|it| it.open() && it.sealed.is_none() && !it.recused(&self.who.staff.id))
            .map(|it| self.offered(it))
            .collect()
    }

    /// Of the same people and over: read, and not linked to (XF 36).
    fn closed_ones(&self) -> Vec<Choice> {
        let over = self.earlier.iter().filter(|it| !it.open());
        self.legible(over.map(|it| it.as_ref()))
    }

    fn legible<'v>(&self, visits: impl Iterator<Item = &'v Visit>) -> Vec<Choice> {
        visits
            .filter(|it| !it.recused(&self.who.staff.id))
            .map(|it| Choice {
                // Another department's is known to be there, and is not opened from here.
                chosen: wire::may_see(&self.who.staff, it),
                ..self.offered(it)
            })
            .collect()
    }

    fn offered(&self, it: &Visit) -> Choice {
        let r = &self.f.r;
        Choice {
            code: it.id.to_string(),
            text: format!(
                "{} {} · {}",
                it.ticket.number,
                it.day,
                [r.called(&it.personal), r.name(it.responsible())].join(" · ")
            ),
            sub: if it.open() {
                let state = it.matter(it.current()).state.code();
                format!("{} · {}{}", r.matter(it), r.of("state", state), self.until(it))
            } else {
                format!("{} · {}", r.matter(it), visit_pages::stands(r, it))
            },
            chosen: false,
        }
    }

    /// Until when, as whoever is linked to it is told: stage, person and date.
    fn until(&self, visit: &Visit) -> String {
        let due = self.f.r.due(visit, visit.matter(visit.current()));
        due.map_or_else(String::new, |it| format!(" · {}", self.f.r.until(&it)))
    }

    fn catalogue(&self) -> Vec<Choice> {
        let (matters, now) = (self.app.office.matters.iter(), self.app.clock.now().at);
        let choice = |it: &crate::domain::office::Matter| Choice {
            code: it.code.to_string(),
            text: it.name.get(self.who.language()).to_owned(),
            sub: self.f.r.department(&self.app.office.routed(it, now)),
            chosen: self.fields.get("code") == it.code.as_str(),
        };
        matters.map(choice).collect()
    }
}

/// On which grounds a matter may be taken on as it stands, the likeliest first.
pub fn grounds(office: &Office, matter: &VisitMatter, today: ServiceDay) -> Vec<Basis> {
    let told = matter.state.promised().map(|it| it.limit.kind);
    if matches!(matter.state, MatterState::Escalated { .. }) {
        // The date that was told runs on meanwhile, and is told once.
        let unsaid = matter.interim() && told != Some(LimitKind::LeaderReport);
        return unsaid.then_some(Basis::Promise).into_iter().collect();
    }
    // Whoever has been told when it is done is told another date by an extension alone, or as the register says.
    let (interim, registered) = (
        matter.interim() || told.is_none(),
        told == Some(LimitKind::Matter),
    );
    let first = told.is_none();
    match &matter.petition {
        Some(petition) => {
            let by_register = interim || registered;
            let informs = interim && told != Some(LimitKind::PetitionNotice);
            let all = [
                (by_register && petition.accepted.is_some(), Basis::PetitionOpinion),
                (informs, Basis::PetitionNotice),
                (by_register && petition.item == Some(5), Basis::PetitionDuty),
                (first, Basis::Enquiry),
            ];
            all.into_iter().filter(|it| it.0).map(|it| it.1).collect()
        }
        None if !interim => Vec::new(),
        None => {
            let catalogued = matter.matter.as_ref().and_then(|it| office.matter(it));
            let mut grounds = if catalogued.is_some_and(|it| it.information) {
                vec![Basis::Information, Basis::Ordinary]
            } else {
                vec![Basis::Ordinary, Basis::Information]
            };
            if matter.materials.is_some() {
                grounds.insert(0, Basis::Materials);
                // Proposed only where it holds, and confirmed by whoever knows the matter (RULES §4).
                grounds.extend(matter.deemed_since(office, today).map(|_| Basis::Deemed));
            }
            grounds.extend(first.then_some(Basis::Enquiry));
            grounds
        }
    }
}

/// What may happen to the clock of `matter` as it stands.
pub fn steps(matter: &VisitMatter) -> Vec<ClockStep> {
    let MatterState::InProgress { promised } = &matter.state else {
        return Vec::new();
    };
    match (promised.limit.kind, matter.clock) {
        (LimitKind::Information, Some(ClockStep::Unclear)) => vec![ClockStep::Corrected],
        (LimitKind::Information, Some(ClockStep::ThirdParty)) => vec![ClockStep::Heard],
        (LimitKind::Information, _) if matter.unclear => vec![ClockStep::ThirdParty],
        (LimitKind::Information, _) => vec![ClockStep::Unclear, ClockStep::ThirdParty],
        _ => Vec::new(),
    }
}

/// Papers of a matter that may be printed once more.
fn papers(matter: &VisitMatter) -> Vec<PaperKind> {
    let mut papers = Vec::new();
    papers.extend(matter.petition.as_ref().map(|_| PaperKind::Petition));
    papers.extend(matter.notice.as_ref().map(|_| PaperKind::Notice));
    papers.extend(matter.materials.as_ref().map(|_| PaperKind::Materials));
    let told = matter.note.is_some() || matter.referral.is_some();
    papers.extend(told.then_some(PaperKind::Referral));
    papers.extend((0 < matter.handovers).then_some(PaperKind::Transfer));
    papers.push(PaperKind::Promise);
    papers
}

/// What a form that was sent asks of the desk.
///
/// # Errors
/// [`No`] for what cannot be read.
pub fn action(app: &App, visit: &Visit, verb: &str, fields: &Fields) -> Result<Action, No> {
    let index = matter_of(visit, fields);
    let matter = visit.matter(index);
    let note = || long("note", fields, sensitive::NOTE_CHARS_MAX);
    let of = |what| Ok(Action::Matter(index, what));
    match verb {
        "notice" => of(MatterCommand::GiveNotice {
            missing: ticked(app, matter, fields),
            told: fields.read("told", Told::from_code)?,
            note: note()?,
        }),
        "join" => of(MatterCommand::Join(
            fields.read("staff", |it| Some(StaffId::new(it)))?,
        )),
        "progress" => of(MatterCommand::TellProgress {
            told: fields.read("told", Told::from_code)?,
            note: note()?,
        }),
        "clock" => of(MatterCommand::SetClock {
            step: fields.read("step", ClockStep::from_code)?,
            note: note()?,
        }),
        "object" => of(MatterCommand::Object { note: note()? }),
        "answer-objection" => of(MatterCommand::AnswerObjection {
            consented: fields.read("consented", |it| ["yes", "no"].contains(&it).then(|| it == "yes"))?,
            note: note()?,
        }),
        "materials" => of(MatterCommand::TakeMaterials {
            items: ticked(app, matter, fields),
            note: note()?,
        }),
        "undertake" => of(MatterCommand::Undertake {
            basis: fields.read("basis", Basis::from_code)?,
            told: maybe_day("told", fields)?,
        }),
        "extend" => of(MatterCommand::Extend {
            days: fields.read("days", |it| it.parse().ok())?,
            approved_by: fields.read("approved_by", |it| Some(StaffId::new(it)))?,
            note: note()?,
        }),
        "escalate" => of(MatterCommand::Escalate {
            why: fields.read("why", EscalationReason::from_code)?,
            note: note()?,
        }),
        "decide" => of(MatterCommand::Decide {
            to: fields.read("to", |it| Some(StaffId::new(it)))?,
            note: note()?,
        }),
        "deliver" => of(MatterCommand::Deliver {
            document: fields.read("document", Document::from_code)?,
            on: fields.read("on", |it| it.parse().ok().map(ServiceDay))?,
            way: fields.read("way", DeliveryWay::from_code)?,
        }),
        "merge" => of(MatterCommand::Merge {
            into: fields.read("into", |it| it.parse().ok().map(VisitId))?,
            told: fields.read("told", Told::from_code)?,
        }),
        "add" => Ok(Action::Add(Some(
            fields.read("code", |it| Some(MatterCode::new(it)))?,
        ))),
        "recuse" => Ok(Action::Recuse(fields.read("staff", |it| Some(StaffId::new(it)))?)),
        "open" => Ok(Action::Open(fields.read("reason", OpenReason::from_code)?)),
        "print" => Ok(Action::Print(fields.read("paper", PaperKind::from_code)?, index)),
        _ => of(MatterCommand::TakePetition(Box::new(petition(
            visit, index, fields,
        )?))),
    }
}

fn petition(visit: &Visit, matter: MatterIndex, fields: &Fields) -> Result<Petition, No> {
    let category = fields.read("category", PetitionCategory::from_code)?;
    let representatives = long("representatives", fields, sensitive::NOTE_CHARS_MAX)?;
    let named = fields
        .get("representatives")
        .lines()
        .filter(|it| !it.trim().is_empty());
    let line = |name| -> Option<String> {
        let text: String = fields.get(name).trim().chars().take(60).collect();
        (!text.is_empty()).then_some(text)
    };
    let personal = |it: Result<Option<Sensitive<String>>, sensitive::BadPersonal>| {
        it.map_err(|it| No::from(Refusal::from(it)))
    };
    Ok(Petition {
        matter,
        category,
        item: if category == PetitionCategory::Appeal {
            fields.get("item").parse().ok()
        } else {
            None
        },
        content: fields.read("content", |it| Some(ContentCode::new(it)))?,
        people: super::pages::people(fields.get("people").trim().parse().unwrap_or(visit.people))?,
        representatives: u8::try_from(named.count()).unwrap_or(u8::MAX),
        anonymous: !fields.get("anonymous").is_empty(),
        earlier: fields.get("earlier").trim().parse().unwrap_or(0),
        system_number: line("system_number"),
        system_date: maybe_day("system_date", fields)?,
        accepted: maybe_day("accepted", fields)?,
        not_again: line("not_again"),
        same_facts: !fields.get("same_facts").is_empty(),
        informs: false,
        by: visit.responsible().clone(),
        words: PetitionWords {
            name: personal(sensitive::name(fields.get("name")))?,
            address: long("address", fields, 200)?,
            phone: personal(sensitive::phone(fields.get("phone")))?,
            claim: long("claim", fields, CLAIM_CHARS_MAX)?,
            facts: long("facts", fields, CLAIM_CHARS_MAX)?,
            before: long("before", fields, CLAIM_CHARS_MAX)?,
            representatives,
        },
    })
}

fn ticked(app: &App, matter: &VisitMatter, fields: &Fields) -> Vec<String> {
    let catalogued = matter.matter.as_ref().and_then(|it| app.office.matter(it));
    let bring = catalogued.map(|it| it.bring.as_slice()).unwrap_or_default();
    let ticked =
        |(at, _): &(usize, &crate::domain::office::Words)| !fields.get(&format!("item-{at}")).is_empty();
    bring
        .iter()
        .enumerate()
        .filter(ticked)
        .map(|it| it.1.zh.clone())
        .collect()
}

fn long(name: &str, fields: &Fields, most: usize) -> Result<Option<Sensitive<String>>, No> {
    sensitive::text(&fields.get(name).replace("\r\n", "\n"), most).map_err(|it| No::from(Refusal::from(it)))
}

fn maybe_day(name: &str, fields: &Fields) -> Result<Option<ServiceDay>, No> {
    if fields.get(name).is_empty() {
        return Ok(None);
    }
    fields.read(name, |it| it.parse().ok().map(ServiceDay)).map(Some)
}
