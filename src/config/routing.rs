//! `routing.toml`: departments, counters, the catalogue of matters and the rules that join them.

use toml::Spanned;
use toml::de::DeTable;

use crate::config::elsewhere;
use crate::config::mistake::Problem;
use crate::config::read::{At, Source, Table, Unique, shown};
use crate::domain::elsewhere::Body;
use crate::domain::ids::{CounterId, DepartmentCode, MatterCode, RuleId, StaffId};
use crate::domain::office::{Counter, Department, Matter, MatterKind, NoticeWords, Term, Words};
use crate::domain::routing::{Condition, RoutingRule};
use crate::domain::taking::Taking;

/// Columns of a name on a slip: one line of 58 mm with a label before it.
const NAME_COLUMNS: usize = 28;
/// Columns of a room.
const ROOM_COLUMNS: usize = 16;
/// Columns of one thing to bring: two lines of 58 mm paper.
const BRING_COLUMNS: usize = 60;
/// Columns of a time limit: one line of 80 mm.
const LIMIT_COLUMNS: usize = 40;
/// Columns of a synonym.
const SYNONYM_COLUMNS: usize = 40;
/// Columns of a text on the one-time notice: a few lines of the slip.
const NOTICE_COLUMNS: usize = 240;
/// Minutes at the counter.
const MINUTES_MAX: i64 = 240;
/// Numbers a day for one matter.
const QUOTA_MAX: i64 = 999;

/// What a name refers to, and where it stands.
#[derive(Debug)]
pub(super) struct Reference {
    pub(super) at: usize,
    /// The setting it stands in.
    pub(super) key: &'static str,
    pub(super) to: To,
    pub(super) value: String,
}

/// What kind of thing a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum To {
    Department,
    Staff,
    Matter,
    Counter,
}

/// What of `routing.toml` could be read. Each entry is kept even where parts of it could not be, so that
/// one mistake does not draw others after it.
#[derive(Debug, Default)]
pub(super) struct RoutingFile {
    pub(super) departments: Vec<At<DepartmentEntry>>,
    pub(super) counters: Vec<At<CounterEntry>>,
    pub(super) matters: Vec<At<MatterEntry>>,
    pub(super) rules: Vec<At<Option<RoutingRule>>>,
    /// Competent bodies; may be none.
    pub(super) bodies: Vec<At<Option<Body>>>,
    /// The one a visitor may ask for 复查.
    pub(super) review: Option<String>,
    pub(super) references: Vec<Reference>,
}

#[derive(Debug)]
pub(super) struct DepartmentEntry {
    pub(super) code: Option<String>,
    pub(super) department: Option<Department>,
}

#[derive(Debug)]
pub(super) struct CounterEntry {
    pub(super) id: Option<u8>,
    pub(super) counter: Option<Counter>,
}

#[derive(Debug)]
pub(super) struct MatterEntry {
    pub(super) code: Option<String>,
    pub(super) matter: Option<Matter>,
}

pub(super) fn read<'a>(source: &'a Source, tree: &'a Spanned<DeTable<'a>>) -> RoutingFile {
    let root = Table::root(source, tree);
    let mut file = RoutingFile::default();
    let (departments, counters) = (root.tables("department"), root.tables("counter"));
    let (matters, rules) = (root.tables("matter"), root.tables("rule"));
    let all = [
        ("department", &departments),
        ("counter", &counters),
        ("matter", &matters),
        ("rule", &rules),
    ];
    for (name, list) in all {
        if list.is_empty() {
            source.say_on(
                None,
                Problem::NothingOf {
                    table: format!("[[{name}]]"),
                },
            );
        }
    }
    let (mut codes, mut letters) = (Unique::default(), Unique::default());
    for table in departments {
        let department = department(&table, &mut codes, &mut letters, &mut file.references);
        file.departments.push(At {
            at: table.at,
            it: department,
        });
    }
    let mut ids = Unique::default();
    for table in counters {
        let counter = counter(&table, &mut ids, &mut file.references);
        file.counters.push(At {
            at: table.at,
            it: counter,
        });
    }
    let mut codes = Unique::default();
    for table in matters {
        let matter = matter(&table, &mut codes, &mut file.references);
        file.matters.push(At {
            at: table.at,
            it: matter,
        });
    }
    let mut codes = Unique::default();
    for table in root.tables("body") {
        file.bodies.push(elsewhere::body(&table, &mut codes));
    }
    if let Some(review) = root.code_if("review") {
        let names = |it: &At<Option<Body>>| it.it.as_ref().is_none_or(|it| it.code == review.it);
        if !file.bodies.iter().any(names) {
            let value = shown(review.it);
            root.say(review.at, Problem::UnknownBody { value });
        }
        file.review = Some(review.it.to_owned());
    } else if file.matters.iter().any(of_petitions) {
        source.say_on(None, Problem::NoReviewBody {});
    }
    let mut ids = Unique::default();
    let last = rules.len().saturating_sub(1);
    for (index, table) in rules.into_iter().enumerate() {
        let rule = rule(&table, index == last, &mut ids, &mut file.references);
        file.rules.push(At {
            at: table.at,
            it: rule,
        });
    }
    file
}

/// Whether it is about petitions, whose replies name who reviews them (XF 35).
fn of_petitions(entry: &At<MatterEntry>) -> bool {
    let matter = entry.it.matter.as_ref();
    matter.is_some_and(|it| it.kind == MatterKind::Petition)
}

/// Notes that `value` must be the name of something.
pub(super) fn refer(references: &mut Vec<Reference>, key: &'static str, to: To, value: Option<At<&str>>) {
    references.extend(value.map(|it| Reference {
        at: it.at,
        key,
        to,
        value: it.it.to_owned(),
    }));
}

fn department(
    table: &Table<'_>,
    codes: &mut Unique,
    letters: &mut Unique,
    references: &mut Vec<Reference>,
) -> DepartmentEntry {
    let code = table.code("code");
    if let Some(code) = code {
        codes.note(table, "code", code);
    }
    let told = code.map_or_else(|| "[[department]]".to_owned(), |it| it.it.to_owned());
    let name = table.words("name", "name_en", NAME_COLUMNS, Some(&told));
    let room = table.text("room", ROOM_COLUMNS);
    let phone = table.phone("phone");
    let queue = table.text("queue", NAME_COLUMNS);
    let letter = queue.and_then(|it| {
        let mut characters = it.it.chars();
        let letter = characters
            .next()
            .filter(|letter| letter.is_ascii_uppercase() && characters.next().is_none());
        match letter {
            Some(_) => letters.note(table, "queue", it),
            None => table.say(it.at, Problem::BadLetter { value: shown(it.it) }),
        }
        letter
    });
    let (a_post, b_post, head) = (table.code("a_post"), table.code("b_post"), table.code("head"));
    refer(references, "a_post", To::Staff, a_post);
    refer(references, "b_post", To::Staff, b_post);
    refer(references, "head", To::Staff, head);
    same_posts(table, &told, a_post, b_post);
    let (from, until) = (table.date_if("from"), table.date_if("until"));
    if let (Some(from), Some(until)) = (from, until)
        && until.it < from.it
    {
        let department = told.clone();
        table.say(until.at, Problem::TermBackwards { department });
    }
    let department = || {
        Some(Department {
            code: DepartmentCode::new(code?.it),
            name: name?,
            room: room?.it.to_owned(),
            phone: phone?,
            queue: letter?,
            a_post: StaffId::new(a_post?.it),
            b_post: StaffId::new(b_post?.it),
            head: StaffId::new(head?.it),
            term: Term {
                from: from.map(|it| it.it),
                until: until.map(|it| it.it),
            },
        })
    };
    DepartmentEntry {
        code: code.map(|it| it.it.to_owned()),
        department: department(),
    }
}

fn same_posts(table: &Table<'_>, place: &str, a_post: Option<At<&str>>, b_post: Option<At<&str>>) {
    if let (Some(a), Some(b)) = (a_post, b_post)
        && a.it == b.it
    {
        let (place, staff) = (place.to_owned(), a.it.to_owned());
        table.say(b.at, Problem::SamePosts { place, staff });
    }
}

fn counter(table: &Table<'_>, ids: &mut Unique, references: &mut Vec<Reference>) -> CounterEntry {
    let id = table.whole("id", 1..=255);
    if let Some(id) = id {
        ids.note(
            table,
            "id",
            At {
                at: id.at,
                it: &id.it.to_string(),
            },
        );
    }
    let id = id.and_then(|it| u8::try_from(it.it).ok());
    let told = id.map_or_else(|| "[[counter]]".to_owned(), |it| format!("[[counter]] {it}"));
    let name = table.words("name", "name_en", NAME_COLUMNS, Some(&told));
    let room = table.text("room", ROOM_COLUMNS);
    if !table.has("departments") {
        let (key, place) = ("departments".to_owned(), table.name.clone());
        table.say(table.at, Problem::MissingKey { key, place });
    }
    let departments = table.codes("departments");
    for department in &departments {
        refer(references, "departments", To::Department, Some(*department));
    }
    let counter = || {
        Some(Counter {
            id: CounterId(id?),
            name: name?,
            room: room?.it.to_owned(),
            departments: departments.iter().map(|it| DepartmentCode::new(it.it)).collect(),
        })
    };
    CounterEntry {
        id,
        counter: counter(),
    }
}

fn kinds() -> [(&'static str, MatterKind); 8] {
    MatterKind::ALL.map(|it| (it.code(), it))
}

fn matter(table: &Table<'_>, codes: &mut Unique, references: &mut Vec<Reference>) -> MatterEntry {
    let code = table.code("code");
    if let Some(code) = code {
        codes.note(table, "code", code);
    }
    let told = code.map_or_else(|| "[[matter]]".to_owned(), |it| it.it.to_owned());
    let name = table.words("name", "name_en", NAME_COLUMNS, Some(&told));
    let kind = table
        .text("kind", NAME_COLUMNS)
        .and_then(|it| table.choice_of("kind", it, &kinds()));
    let synonyms = table.texts_if("synonyms", SYNONYM_COLUMNS);
    let has_english = table.has("bring_en");
    let zh = table.texts("bring", BRING_COLUMNS);
    let en = table.texts_if("bring_en", 2 * BRING_COLUMNS);
    if has_english && zh.len() != en.len() {
        let (zh, en) = (zh.len().to_string(), en.len().to_string());
        table.say(
            table.at,
            Problem::BringLines {
                matter: told.clone(),
                zh,
                en,
            },
        );
    } else if !has_english && !zh.is_empty() {
        table.say(
            table.at,
            Problem::NoEnglish {
                what: format!("{told} bring"),
            },
        );
    }
    let english = |at: usize| en.get(at).copied();
    let bring = zh.iter().enumerate().map(|(at, zh)| Words {
        zh: zh.it.to_owned(),
        en: english(at).unwrap_or(*zh).it.to_owned(),
    });
    let bring = bring.collect();
    let limit = table.words("limit", "limit_en", LIMIT_COLUMNS, Some(&format!("{told} limit")));
    let notice = NoticeWords {
        basis: told_if(table, "basis", "basis_en"),
        conditions: told_if(table, "conditions", "conditions_en"),
        procedure: told_if(table, "procedure", "procedure_en"),
        fee: told_if(table, "fee", "fee_en"),
    };
    let minutes = table.whole("minutes", 1..=MINUTES_MAX);
    let due = table.count_if("due");
    let materials = table.count_if("materials");
    let information = table.flag_or("information", false);
    let (a_post, b_post) = (table.code_if("a_post"), table.code_if("b_post"));
    refer(references, "a_post", To::Staff, a_post);
    refer(references, "b_post", To::Staff, b_post);
    same_posts(table, &told, a_post, b_post);
    let taking = taking(table, &told);
    let matter = || {
        Some(Matter {
            code: MatterCode::new(code?.it),
            name: name?,
            kind: kind?,
            synonyms: synonyms.iter().map(|it| it.it.to_owned()).collect(),
            bring,
            notice,
            limit: limit?,
            minutes: u16::try_from(minutes?.it).ok()?,
            due,
            materials,
            information,
            a_post: a_post.map(|it| StaffId::new(it.it)),
            b_post: b_post.map(|it| StaffId::new(it.it)),
            taking: taking.clone(),
        })
    };
    MatterEntry {
        code: code.map(|it| it.it.to_owned()),
        matter: matter(),
    }
}

/// When a matter is taken, where it is not whenever the office is open.
fn taking(table: &Table<'_>, matter: &str) -> Taking {
    let (from, until) = (table.date_if("rests_from"), table.date_if("rests_until"));
    if let (Some(from), Some(until)) = (from, until)
        && until.it < from.it
    {
        let matter = matter.to_owned();
        table.say(until.at, Problem::RestsBackwards { matter });
    }
    let rests = Term {
        from: from.map(|it| it.it),
        until: until.map(|it| it.it),
    };
    Taking {
        days: if table.has("days") {
            table.days("days")
        } else {
            Vec::new()
        },
        spans: if table.has("spans") {
            table.spans("spans")
        } else {
            Vec::new()
        },
        quota: table
            .whole_if("quota", 1..=QUOTA_MAX)
            .and_then(|it| u16::try_from(it.it).ok()),
        rests: (rests != Term::default()).then_some(rests),
    }
}

/// A text of the one-time notice, in both languages; empty where the catalogue says nothing.
pub(super) fn told_if(table: &Table<'_>, zh: &'static str, en: &'static str) -> Words {
    let (zh, en) = (
        table.text_if(zh, NOTICE_COLUMNS),
        table.text_if(en, 2 * NOTICE_COLUMNS),
    );
    let zh = zh.map_or("", |it| it.it);
    Words {
        zh: zh.to_owned(),
        en: en.map_or(zh, |it| it.it).to_owned(),
    }
}

fn rule(
    table: &Table<'_>,
    last: bool,
    ids: &mut Unique,
    references: &mut Vec<Reference>,
) -> Option<RoutingRule> {
    let id = table.code("id");
    if let Some(id) = id {
        ids.note(table, "id", id);
    }
    let to = table.code("to");
    refer(references, "to", To::Department, to);
    let conditional = table.has("when");
    let when = table.table_if("when").map(|when| {
        let mut matters = when.codes("matters");
        matters.extend(when.code_if("matter"));
        for matter in &matters {
            refer(references, "when", To::Matter, Some(*matter));
        }
        let mut named = when.texts_if("kinds", NAME_COLUMNS);
        named.extend(when.text_if("kind", NAME_COLUMNS));
        let kinds = named
            .iter()
            .filter_map(|it| when.choice_of("kind", *it, &kinds()))
            .collect::<Vec<_>>();
        let silent = |key: &&str| !when.has(key) || when.has_empty_list(key);
        if ["matter", "matters", "kind", "kinds"].iter().all(silent) {
            let id = id.map_or_else(String::new, |it| it.it.to_owned());
            when.say(when.at, Problem::EmptyCondition { id });
        }
        Condition {
            matters: matters.iter().map(|it| MatterCode::new(it.it)).collect(),
            kinds,
        }
    });
    if last && conditional {
        let id = id.map_or_else(String::new, |it| it.it.to_owned());
        table.say(table.at, Problem::LastHasCondition { id });
    }
    if conditional && when.is_none() {
        return None;
    }
    Some(RoutingRule {
        id: RuleId::new(id?.it),
        when,
        to: DepartmentCode::new(to?.it),
    })
}
