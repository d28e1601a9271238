//! The live queue as somebody may see it: painted to small pieces of HTML, so that the page and the event
//! stream say the same, and a stream can send only the pieces that changed.

use std::collections::BTreeMap;

use askama::Template;
use serde::Serialize;

use super::guard::Who;
use super::help::Help;
use super::{App, printer, wire, words};
use crate::desk::{Seen, Snapshot};
use crate::domain::ids::{ContentCode, CounterId, StaffId};
use crate::domain::office::{Language, Office, Staff};
use crate::domain::returned::Taker;
use crate::domain::sensitive::Personal;
use crate::domain::ticket::{CALLS_MAX, Stage};
use crate::domain::time::{ServiceDay, Timestamp, local};
use crate::domain::visit::{MatterState, Visit};

/// Without a successful load for so long, the strip turns red: one night was missed.
pub const SYNC_LATE_HOURS: i64 = 26;

/// Looks up names and words for one reader.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The office.
    pub office: &'a Office,
    /// What they read.
    pub language: Language,
}

impl Reader<'_> {
    /// A word.
    pub fn t(&self, key: &str) -> &'static str {
        words::say(key, self.language)
    }

    /// A word of a family.
    pub fn of(&self, family: &str, code: &str) -> &'static str {
        words::say(&format!("{family}.{code}"), self.language)
    }

    /// A text with one thing filled in.
    pub fn t_with(&self, key: &str, with: &[(&str, String)]) -> String {
        words::say_with(key, self.language, with)
    }

    /// A person's name; the id of one who no longer works here.
    pub fn name(&self, id: &StaffId) -> String {
        self.office
            .staff(id)
            .map_or_else(|| id.to_string(), |it| it.name.get(self.language).to_owned())
    }

    /// What a visitor is called in a list: masked, and marked where staff are to fill it in.
    pub fn called(&self, personal: &Personal) -> String {
        match (wire::masked_name(personal), personal.name_by_clerk) {
            (Some(name), false) => name,
            (Some(name), true) => format!("{name} · {}", self.t("name-by-clerk")),
            (None, true) => self.t("name-by-clerk").to_owned(),
            (None, false) => self.t("anonymous").to_owned(),
        }
    }

    /// A department's name.
    pub fn department(&self, code: &crate::domain::ids::DepartmentCode) -> String {
        let found = self.office.department(code);
        found.map_or_else(|| code.to_string(), |it| it.name.get(self.language).to_owned())
    }

    /// What a petition is about.
    pub fn content(&self, code: &ContentCode) -> String {
        self.office.content_name(code).get(self.language).to_owned()
    }

    /// A counter's name.
    pub fn counter(&self, id: CounterId) -> String {
        let found = self.office.counter(id);
        found.map_or_else(|| id.to_string(), |it| it.name.get(self.language).to_owned())
    }

    /// What a visit is about.
    pub fn matter(&self, visit: &Visit) -> String {
        if visit.sealed.is_some() {
            return self.t("sealed.matter").to_owned();
        }
        let matters = visit
            .stops
            .iter()
            .map(|it| self.one(visit.matter(*it).matter.as_ref()));
        matters.collect::<Vec<_>>().join(" → ")
    }

    fn one(&self, matter: Option<&crate::domain::ids::MatterCode>) -> String {
        match matter {
            None => self.t("matter.unknown").to_owned(),
            Some(code) => match self.office.matter(code) {
                Some(matter) => matter.name.get(self.language).to_owned(),
                None => format!("{code} {}", self.t("matter.gone")),
            },
        }
    }

    /// A clock time of today, with the date if it is another day.
    pub fn time(&self, at: Timestamp, today: Timestamp) -> String {
        let (at, today) = (local(at), local(today));
        if at.date() == today.date() {
            at.format("%H:%M").to_string()
        } else if chrono::Datelike::year(&at) != chrono::Datelike::year(&today) {
            at.format("%Y-%m-%d %H:%M").to_string()
        } else {
            at.format("%m-%d %H:%M").to_string()
        }
    }
}

/// One line of the queue.
#[derive(Debug, Clone, Template)]
#[template(path = "row.html")]
pub struct Row {
    key: String,
    href: String,
    table: &'static str,
    number: String,
    rolled: String,
    class_code: &'static str,
    class: &'static str,
    matter: String,
    department: String,
    name: String,
    people: String,
    arrived: String,
    waited: String,
    long: bool,
    responsible: String,
    stage: &'static str,
    stage_code: &'static str,
    counter: String,
    note: String,
    wait: String,
    outcome: String,
    ahead: String,
    open: &'static str,
}

/// The strip of states.
#[derive(Debug, Clone, Template)]
#[template(path = "strip.html")]
struct Strip {
    items: Vec<StripItem>,
}

#[derive(Debug, Clone)]
struct StripItem {
    label: &'static str,
    text: String,
    mood: &'static str,
}

/// Handovers that await me.
#[derive(Debug, Clone, Template)]
#[template(path = "offers.html")]
struct Offers {
    title: &'static str,
    accept: &'static str,
    refuse: &'static str,
    csrf: String,
    items: Vec<OfferItem>,
}

#[derive(Debug, Clone)]
struct OfferItem {
    id: String,
    offer: u16,
    number: String,
    matter: String,
    from: String,
    reason: &'static str,
    left: String,
}

/// What is at my counter, and the keys.
#[derive(Debug, Clone, Template)]
#[template(path = "mine.html")]
struct Mine<'a> {
    r: Reader<'a>,
    csrf: String,
    counter: String,
    any_counter: bool,
    several: bool,
    chosen: bool,
    waiting_here: String,
    anyone: bool,
    current: Option<Current>,
}

#[derive(Debug, Clone)]
struct Current {
    id: String,
    number: String,
    rolled: String,
    matter: String,
    name: String,
    class_code: &'static str,
    class: &'static str,
    stage: &'static str,
    calls: String,
    called: bool,
    hint: String,
    may_miss: bool,
    may_recall: bool,
    offer_pending: String,
}

/// The queue page's live pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Of the snapshot.
    pub revision: u64,
    /// Handovers that await me; the badge.
    pub bell: usize,
    /// Blocks by name.
    pub parts: BTreeMap<&'static str, String>,
    /// Rows by table, in order.
    pub tables: BTreeMap<&'static str, Vec<(String, String)>>,
}

/// What of a board is to be drawn anew.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    revision: u64,
    bell: usize,
    parts: BTreeMap<&'static str, String>,
    tables: BTreeMap<&'static str, TableChange>,
}

#[derive(Debug, Clone, Serialize)]
struct TableChange {
    order: Vec<String>,
    rows: BTreeMap<String, String>,
}

impl Board {
    /// Everything.
    pub fn whole(&self) -> Change {
        let empty = Self {
            revision: 0,
            bell: 0,
            parts: BTreeMap::new(),
            tables: BTreeMap::new(),
        };
        self.since(&empty).unwrap_or(Change {
            revision: self.revision,
            bell: self.bell,
            parts: BTreeMap::new(),
            tables: BTreeMap::new(),
        })
    }

    /// What differs from what was sent before, if anything does.
    pub fn since(&self, before: &Self) -> Option<Change> {
        let parts: BTreeMap<_, _> = self
            .parts
            .iter()
            .filter(|(name, html)| before.parts.get(*name) != Some(html))
            .map(|(name, html)| (*name, html.clone()))
            .collect();
        let tables: BTreeMap<_, _> = self
            .tables
            .iter()
            .filter(|(name, rows)| before.tables.get(*name) != Some(rows))
            .map(|(name, rows)| {
                let known: BTreeMap<_, _> = before
                    .tables
                    .get(name)
                    .into_iter()
                    .flatten()
                    .map(|(key, html)| (key.as_str(), html.as_str()))
                    .collect();
                let changed = rows
                    .iter()
                    .filter(|(key, html)| known.get(key.as_str()) != Some(&html.as_str()));
                let change = TableChange {
                    order: rows.iter().map(|it| it.0.clone()).collect(),
                    rows: changed.cloned().collect(),
                };
                (*name, change)
            })
            .collect();
        let same = parts.is_empty() && tables.is_empty() && before.bell == self.bell;
        (!same).then_some(Change {
            revision: self.revision,
            bell: self.bell,
            parts,
            tables,
        })
    }
}

/// Paints the lobby for `who` as it is at `now`.
pub fn paint(app: &App, who: &Who, snapshot: &Snapshot, now: Timestamp) -> Board {
    let reader = Reader {
        office: &app.office,
        language: who.language(),
    };
    let mut tables: BTreeMap<&'static str, Vec<(String, String)>> =
        ["waiting", "active", "missed", "pending", "closed"]
            .into_iter()
            .map(|it| (it, Vec::new()))
            .collect();
    for seen in snapshot
        .visits
        .iter()
        .filter(|it| wire::may_see(&who.staff, &it.visit))
    {
        let table = match seen.visit.ticket.stage {
            Stage::Waiting => "waiting",
            Stage::Called { .. } | Stage::Serving { .. } => "active",
            Stage::Missed => "missed",
            Stage::Pending => "pending",
            Stage::Closed => "closed",
        };
        let row = row(&reader, &who.staff, seen, snapshot, table, now);
        let html = row.render().expect("a row renders into a string");
        tables.entry(table).or_default().push((row.key.clone(), html));
    }
    if let Some(closed) = tables.get_mut("closed") {
        closed.reverse();
    }
    let offers = offers(app, who, &reader, snapshot, now);
    let bells = super::matter_pages::bells(who, &reader, snapshot, now);
    let help = Help::of(who, &reader, snapshot, now);
    let tasks = super::order::Tasks::of(reader, who, snapshot, now);
    let bell = offers.items.len() + bells.count() + tasks.ring() + usize::from(help.rings());
    let parts = BTreeMap::from([
        (
            "strip",
            strip(&reader, snapshot, now)
                .render()
                .expect("the strip renders into a string"),
        ),
        ("help", help.render().expect("a call renders into a string")),
        ("offers", offers.render().expect("offers render into a string")),
        ("bells", bells.render().expect("alarms render into a string")),
        ("order", tasks.render().expect("tasks render into a string")),
        (
            "mine",
            mine(who, &reader, snapshot, now)
                .render()
                .expect("the counter renders into a string"),
        ),
    ]);
    Board {
        revision: snapshot.revision,
        bell,
        parts,
        tables,
    }
}

fn row(
    reader: &Reader<'_>,
    staff: &Staff,
    seen: &Seen,
    snapshot: &Snapshot,
    table: &'static str,
    now: Timestamp,
) -> Row {
    let visit = &seen.visit;
    let minutes = (now - visit.arrived_at).num_minutes().max(0);
    let note = match visit.open_offer() {
        Some(offer) => reader.t_with("offer.pending", &[("name", reader.name(&offer.offered.to))]),
        None if visit.ticket.night.is_some() => reader.t("night.stage").to_owned(),
        None if visit.kept => came_back(reader, visit, now),
        None => match visit.ticket.stage {
            Stage::Called { calls, .. } => reader.t_with("calls.so-far", &[("n", calls.to_string())]),
            _ => String::new(),
        },
    };
    let (outcome, closed_at) = match &visit.matters[0].state {
        MatterState::Closed { outcome, at, .. } => (reader.of("outcome", outcome.code()), Some(*at)),
        _ => ("", None),
    };
    Row {
        key: visit.id.to_string(),
        href: format!("/visit/{}", visit.id),
        table,
        number: visit.ticket.number.to_string(),
        rolled: rolled(reader, visit, snapshot.day),
        class_code: visit.class.code(),
        class: reader.of("class", visit.class.code()),
        matter: reader.matter(visit),
        department: if staff.sees_all() || visit.ticket.department != staff.department {
            reader.department(&visit.ticket.department)
        } else {
            String::new()
        },
        name: reader.called(&visit.personal),
        people: if 1 < visit.people {
            reader.t_with("people", &[("n", visit.people.to_string())])
        } else {
            String::new()
        },
        arrived: reader.time(
            closed_at
                .filter(|_| table == "closed")
                .unwrap_or(visit.arrived_at),
            now,
        ),
        waited: reader.t_with("minutes", &[("n", minutes.to_string())]),
        long: 20 <= minutes,
        responsible: reader.name(visit.responsible()),
        stage: reader.of("stage", visit.ticket.stage.code()),
        stage_code: visit.ticket.stage.code(),
        counter: visit
            .ticket
            .counter()
            .map(|it| reader.counter(it))
            .unwrap_or_default(),
        note,
        wait: super::order::wait(reader, seen.wait),
        outcome: outcome.to_owned(),
        ahead: seen.ahead.map(|it| (it + 1).to_string()).unwrap_or_default(),
        open: reader.t("act.open"),
    }
}

/// For whom a visitor who came back with papers waits, and why; nothing for anybody else.
pub fn came_back(reader: &Reader<'_>, visit: &Visit, now: Timestamp) -> String {
    let name = |it: &StaffId| reader.name(it);
    let (key, away, stand_in) = match visit.taker(reader.office, now) {
        None => return String::new(),
        Some(Taker::Same(it)) => ("taker.same", String::new(), name(&it)),
        Some(Taker::StandIn { away, stand_in }) => ("taker.stand-in", name(&away), name(&stand_in)),
        Some(Taker::Anybody { away }) => ("taker.anybody", name(&away), String::new()),
    };
    reader.t_with(key, &[("away", away), ("name", stand_in)])
}

/// The date of a number of another day, for people.
pub fn rolled(reader: &Reader<'_>, visit: &Visit, day: Option<ServiceDay>) -> String {
    if day.is_some_and(|it| it != visit.day) {
        reader.t_with(
            "rolled-over",
            &[("date", visit.day.0.format("%m-%d").to_string())],
        )
    } else {
        String::new()
    }
}

fn strip(reader: &Reader<'_>, snapshot: &Snapshot, now: Timestamp) -> Strip {
    let code = snapshot.printer.code();
    let mut printer_text = reader.of("printer", code).to_owned();
    let remedy = reader.of("remedy", code);
    if !remedy.is_empty() {
        printer_text = format!("{printer_text} · {remedy}");
    }
    if 0 < snapshot.papers_waiting {
        let papers = reader.t_with("strip.papers", &[("n", snapshot.papers_waiting.to_string())]);
        printer_text = format!("{printer_text} · {papers}");
    }
    let mut printer_mood = printer::mood(snapshot.printer);
    if let Some(forecast) = snapshot.roll.filter(|_| snapshot.printer.prints()) {
        printer_text = format!("{printer_text} · {}", printer::roll(reader, snapshot));
        if forecast.short && printer_mood == "good" {
            printer_mood = "care";
        }
    }
    let (sync, sync_mood) = sync(reader, snapshot, now);
    let mut items = vec![
        StripItem {
            label: reader.t("strip.printer"),
            text: printer_text,
            mood: printer_mood,
        },
        StripItem {
            label: reader.t("strip.storage"),
            text: reader.of("storage", snapshot.storage.code()).to_owned(),
            mood: if snapshot.storage.writes() { "good" } else { "bad" },
        },
        StripItem {
            label: reader.t("strip.sync"),
            text: sync,
            mood: sync_mood,
        },
        StripItem {
            label: reader.t("strip.clock"),
            text: if snapshot.clock_trusted {
                let open = if snapshot.open {
                    "strip.office.open"
                } else {
                    "strip.office.closed"
                };
                let now = local(now).format("%m-%d %H:%M");
                format!("{now} · {}", words::say(open, reader.language))
            } else {
                reader.t("strip.clock.bad").to_owned()
            },
            mood: if snapshot.clock_trusted { "good" } else { "bad" },
        },
    ];
    let senses = snapshot.senses;
    for (label, state) in [
        (reader.t("strip.reader"), senses.reader),
        (reader.t("strip.scanner"), senses.scanner),
        (reader.t("strip.speaker"), senses.speaker),
    ] {
        // Those that are well need no place in a full strip.
        if state.ill() {
            items.push(StripItem {
                label,
                text: reader.of("sense", state.code()).to_owned(),
                mood: "care",
            });
        }
    }
    let sealed = |it: &&Seen| it.visit.sealed.is_some() && it.visit.open();
    let sealed = snapshot.visits.iter().filter(sealed).count();
    if 0 < sealed {
        items.push(StripItem {
            label: "",
            text: reader.t_with("strip.sealed", &[("n", sealed.to_string())]),
            mood: "care",
        });
    }
    if let Some((text, mood)) = super::order::hits(reader, snapshot) {
        items.push(StripItem {
            label: reader.t("strip.waits"),
            text,
            mood,
        });
    }
    if 0 < snapshot.watchers {
        items.push(StripItem {
            label: "",
            text: reader.t("strip.watched").to_owned(),
            mood: "care",
        });
    }
    Strip { items }
}

fn sync(reader: &Reader<'_>, snapshot: &Snapshot, now: Timestamp) -> (String, &'static str) {
    let sync = &snapshot.sync;
    let n = ("n", sync.unsent.to_string());
    let Some(last) = sync.last_success else {
        return (
            reader.t_with("sync.never", &[n]),
            if sync.last.is_some() { "bad" } else { "care" },
        );
    };
    let when = ("when", reader.time(last, now));
    let failed = sync
        .last
        .as_ref()
        .is_some_and(|it| last < it.0 && it.1.outcome != "pushed");
    if SYNC_LATE_HOURS * 60 < (now - last).num_minutes() {
        (reader.t_with("sync.late", &[when, n]), "bad")
    } else if failed {
        (reader.t_with("sync.failed", &[when, n]), "care")
    } else {
        (reader.t_with("sync.good", &[when, n]), "good")
    }
}

fn offers(app: &App, who: &Who, reader: &Reader<'_>, snapshot: &Snapshot, now: Timestamp) -> Offers {
    let items = snapshot
        .visits
        .iter()
        .filter_map(|seen| {
            let offer = seen
                .visit
                .open_offer()
                .filter(|it| it.offered.to == who.staff.id)?;
            let gone = app.office.open_minutes(snapshot.then(offer.lobby), now);
            let settings = &app.office.settings;
            let limit = i64::from(settings.accept_minutes) + i64::from(settings.accept_again_minutes);
            let left = (limit - gone).max(0);
            Some(OfferItem {
                id: seen.visit.id.to_string(),
                offer: offer.offered.offer.0,
                number: seen.visit.ticket.number.to_string(),
                matter: reader.matter(&seen.visit),
                from: reader.t_with("offers.from", &[("name", reader.name(&offer.offered.from))]),
                reason: reader.of("handover", offer.offered.reason.code()),
                left: reader.t_with("offers.left", &[("n", left.to_string())]),
            })
        })
        .collect();
    Offers {
        title: reader.t("offers"),
        accept: reader.t("act.accept"),
        refuse: reader.t("act.refuse"),
        csrf: who.csrf.clone(),
        items,
    }
}

fn mine<'a>(who: &Who, reader: &Reader<'a>, snapshot: &Snapshot, now: Timestamp) -> Mine<'a> {
    let own = &who.staff.department;
    let here = snapshot
        .waiting
        .iter()
        .find(|it| it.0 == *own)
        .map_or(0, |it| it.1);
    let mine_to_call = |it: &Seen| {
        let visit = &it.visit;
        let own = it.ahead.is_some() && visit.ticket.department == *own;
        own && visit.takes(reader.office, &who.staff.id, now)
    };
    let at = |it: &&Seen| it.visit.ticket.counter().is_some() && it.visit.ticket.counter() == who.counter;
    let current = snapshot.visits.iter().find(at).map(|seen| {
        let visit = &seen.visit;
        let calls = match visit.ticket.stage {
            Stage::Called { calls, .. } => calls,
            _ => 0,
        };
        Current {
            id: visit.id.to_string(),
            number: visit.ticket.number.to_string(),
            rolled: rolled(reader, visit, snapshot.day),
            matter: reader.matter(visit),
            name: reader.called(&visit.personal),
            class_code: visit.class.code(),
            class: reader.of("class", visit.class.code()),
            stage: reader.of("stage", visit.ticket.stage.code()),
            calls: reader.t_with("calls.so-far", &[("n", calls.to_string())]),
            called: matches!(visit.ticket.stage, Stage::Called { .. }),
            hint: match calls {
                2 => reader.t("act.go-and-look").to_owned(),
                1 => reader.t("act.miss-later").to_owned(),
                _ => String::new(),
            },
            may_miss: CALLS_MAX <= calls,
            may_recall: calls < CALLS_MAX,
            offer_pending: visit
                .open_offer()
                .map(|it| reader.t_with("offer.pending", &[("name", reader.name(&it.offered.to))]))
                .unwrap_or_default(),
        }
    });
    let counters = counters_of(reader.office, &who.staff).len();
    Mine {
        r: *reader,
        csrf: who.csrf.clone(),
        counter: who.counter.map(|it| reader.counter(it)).unwrap_or_default(),
        any_counter: 0 < counters,
        several: 1 < counters,
        chosen: who.counter.is_some(),
        waiting_here: reader.t_with("counter.waiting-here", &[("n", here.to_string())]),
        anyone: snapshot.visits.iter().any(mine_to_call),
        current,
    }
}

/// The counters where `staff` may call.
pub fn counters_of<'a>(office: &'a Office, staff: &Staff) -> Vec<&'a crate::domain::office::Counter> {
    office
        .counters
        .iter()
        .filter(|it| it.departments.contains(&staff.department))
        .collect()
}
