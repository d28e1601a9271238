//! The steps of one matter in words: notices, limits, petitions, the leader's decision.

use super::board::Reader;
use super::wire;
use crate::domain::event::Event;
use crate::domain::ids::StaffId;
use crate::domain::limit::{Due, LimitKind};
use crate::domain::matter::VisitMatter;
use crate::domain::sheet::day_words;
use crate::domain::time::ServiceDay;
use crate::domain::visit::Visit;

impl Reader<'_> {
    /// Several things in a row, as the language sets them apart.
    pub fn list(&self, items: impl IntoIterator<Item = String>) -> String {
        let items: Vec<String> = items.into_iter().collect();
        items.join(self.t("list.comma"))
    }

    /// Until when, as it is told; and that the date is not certain while the year's holidays are unknown.
    pub fn until(&self, due: &Due) -> String {
        self.dated("matter.due", due)
    }

    /// A text that names the day told of `due`.
    pub fn dated(&self, key: &'static str, due: &Due) -> String {
        let date = day_words(self.language, ServiceDay(due.told));
        self.t_with(key, &[("date", date)]) + self.uncertain(due)
    }

    /// Said of a date that the year's holidays may still move.
    pub fn uncertain(&self, due: &Due) -> &'static str {
        if due.provisional {
            self.t("matter.provisional")
        } else {
            ""
        }
    }

    /// The earliest of what runs for `matter`; saying which papers are missing answers nothing yet.
    pub fn due(&self, visit: &Visit, matter: &VisitMatter) -> Option<Due> {
        let limits = visit.limits(self.office, matter).into_iter();
        let answers = limits.filter(|it| it.0.kind != LimitKind::Materials);
        answers.map(|it| it.1).min_by_key(|it| it.told)
    }
}

/// One step of a matter in words; empty for any other event.
pub fn told(r: &Reader<'_>, event: &Event) -> String {
    let name = |id: &StaffId| ("name", r.name(id));
    let to = |id: &StaffId| ("to", r.name(id));
    let date = |it: ServiceDay| ("date", day_words(r.language, it));
    let list = |it: &[String]| ("list", r.list(it.iter().cloned()));
    let (text, note) = match event {
        Event::Escalated(it) => {
            let reason = ("reason", r.of("escalation", it.why.code()).to_owned());
            let text = r.t_with("story.escalated", &[to(&it.to), reason, date(it.until)]);
            (text, it.note.as_ref())
        }
        Event::Decided(it) => {
            let text = r.t_with("story.decided", &[name(&it.by), to(&it.to)]);
            (text, it.note.as_ref())
        }
        Event::NoticeGiven(it) => {
            let text = r.t_with("story.notice", &[name(&it.by), list(&it.missing)]);
            (text, it.note.as_ref())
        }
        Event::MaterialsReceived(it) => {
            let text = r.t_with("story.materials", &[name(&it.by), list(&it.items)]);
            (text, it.note.as_ref())
        }
        Event::Undertaken(it) => {
            let reason = ("reason", r.of("basis", it.basis.code()).to_owned());
            let told = date(ServiceDay(it.promised.due.told));
            (r.t_with("story.undertaken", &[name(&it.by), reason, told]), None)
        }
        Event::Extended(it) => {
            let told = date(ServiceDay(it.promised.due.told));
            let text = r.t_with("story.extended", &[told, to(&it.approved_by)]);
            (text, it.note.as_ref())
        }
        Event::Merged(it) => {
            let number = ("number", it.into.to_string());
            (r.t_with("story.merged", &[name(&it.by), number]), None)
        }
        Event::PetitionTaken(it) => {
            let category = r.of("category", it.category.code());
            let reason = ("reason", format!("{category} · {}", r.content(&it.content)));
            (r.t_with("story.petition", &[name(&it.by), reason]), None)
        }
        Event::Delivered(it) => {
            let document = ("document", r.of("document", it.document.code()).to_owned());
            let way = ("way", r.of("way", it.way.code()).to_owned());
            let text = r.t_with("story.delivered", &[document, date(it.on), way, name(&it.by)]);
            (text, None)
        }
        Event::HandedOn(it) => (r.t_with("story.handed-on", &[name(&it.from), to(&it.to)]), None),
        Event::Joined(it) => (r.t_with("story.joined", &[name(&it.by), to(&it.staff)]), None),
        Event::ProgressTold(it) => {
            let told = ("told", r.of("told", it.told.code()).to_owned());
            (
                r.t_with("story.progress", &[name(&it.by), told]),
                it.note.as_ref(),
            )
        }
        Event::ClockSet(it) => {
            let reason = ("reason", r.of("step", it.step.code()).to_owned());
            let told = date(ServiceDay(it.promised.due.told));
            let text = r.t_with("story.clock", &[name(&it.by), reason, told]);
            (text, it.note.as_ref())
        }
        Event::Objected(it) => (r.t_with("story.objected", &[name(&it.by)]), it.note.as_ref()),
        Event::ObjectionAnswered(it) => {
            let key = if it.consented {
                "story.consented"
            } else {
                "story.rejected"
            };
            (r.t_with(key, &[name(&it.by)]), it.note.as_ref())
        }
        _ => (String::new(), None),
    };
    match wire::note(note) {
        note if note.is_empty() => text,
        note => format!("{text} · {note}"),
    }
}
