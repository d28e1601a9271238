//! `roster.toml`: who works here, when, and who is away.

use toml::Spanned;
use toml::de::DeTable;

use crate::config::mistake::Problem;
use crate::config::read::{At, Source, Table, Unique};
use crate::config::routing::{Reference, To, refer};
use crate::domain::ids::{CounterId, DepartmentCode, StaffId};
use crate::domain::office::{Role, Staff, Words};
use crate::domain::posted::Receiving;
use crate::domain::roster::{Absence, Shift};
use crate::domain::time::Span;

/// Columns of a name. The longest on identity cards are Uyghur ones of about 30 characters.
const NAME_COLUMNS: usize = 60;
/// Columns of a post: one line of 58 mm paper.
const POST_COLUMNS: usize = 32;

/// What of `roster.toml` could be read.
#[derive(Debug, Default)]
pub(super) struct RosterFile {
    pub(super) staff: Vec<At<StaffEntry>>,
    pub(super) shifts: Vec<Option<Shift>>,
    pub(super) absences: Vec<Option<Absence>>,
    pub(super) receiving: Vec<Option<Receiving>>,
    pub(super) otherwise: Option<StaffId>,
    pub(super) references: Vec<Reference>,
}

#[derive(Debug)]
pub(super) struct StaffEntry {
    pub(super) id: Option<String>,
    pub(super) staff: Option<Staff>,
}

pub(super) fn read<'a>(source: &'a Source, tree: &'a Spanned<DeTable<'a>>) -> RosterFile {
    let root = Table::root(source, tree);
    let mut file = RosterFile::default();
    let otherwise = root.code("otherwise");
    refer(&mut file.references, "otherwise", To::Staff, otherwise);
    file.otherwise = otherwise.map(|it| StaffId::new(it.it));
    let (staff, shifts, absences) = (root.tables("staff"), root.tables("shift"), root.tables("absence"));
    for (name, list) in [("staff", &staff), ("shift", &shifts)] {
        if list.is_empty() {
            source.say_on(
                None,
                Problem::NothingOf {
                    table: format!("[[{name}]]"),
                },
            );
        }
    }
    let mut ids = Unique::default();
    for table in staff {
        let entry = person(&table, &mut ids, &mut file.references);
        file.staff.push(At {
            at: table.at,
            it: entry,
        });
    }
    for table in shifts {
        let shift = shift(&table, &mut file.references);
        file.shifts.push(shift);
    }
    for table in root.tables("receiving") {
        let receiving = receiving(&table, &mut file.references);
        file.receiving.push(receiving);
    }
    for table in absences {
        let absence = absence(&table, &mut file.references);
        file.absences.push(absence);
    }
    file
}

fn person(table: &Table<'_>, ids: &mut Unique, references: &mut Vec<Reference>) -> StaffEntry {
    let id = table.code("id");
    if let Some(id) = id {
        ids.note(table, "id", id);
    }
    let name = table.words("name", "name_en", NAME_COLUMNS, None);
    let post: Option<Words> = table.words("post", "post_en", POST_COLUMNS, None);
    let department = table.code("department");
    refer(references, "department", To::Department, department);
    let phone = table.phone("phone");
    let all = Role::ALL.map(|it| (it.code(), it));
    let named = table.texts("roles", POST_COLUMNS);
    let mut roles: Vec<Role> = named
        .iter()
        .filter_map(|it| table.choice_of("roles", *it, &all))
        .collect();
    roles.sort_unstable();
    roles.dedup();
    let counter = table.whole_if("counter", 1..=255);
    if let Some(counter) = counter {
        let value = counter.it.to_string();
        refer(
            references,
            "counter",
            To::Counter,
            Some(At {
                at: counter.at,
                it: &value,
            }),
        );
    }
    let staff = || {
        Some(Staff {
            id: StaffId::new(id?.it),
            name: name?,
            post: post?,
            department: DepartmentCode::new(department?.it),
            phone: phone?,
            roles,
            counter: counter.and_then(|it| u8::try_from(it.it).ok()).map(CounterId),
        })
    };
    StaffEntry {
        id: id.map(|it| it.it.to_owned()),
        staff: staff(),
    }
}

fn shift(table: &Table<'_>, references: &mut Vec<Reference>) -> Option<Shift> {
    let (days, holidays) = table.days_and_holidays("days");
    let leader = table.code_if("leader");
    refer(references, "leader", To::Staff, leader);
    let (from, until) = (table.time("from"), table.time("until"));
    let staff = table.codes("staff");
    for staff in &staff {
        refer(references, "staff", To::Staff, Some(*staff));
    }
    if !table.has("staff") || table.has_empty_list("staff") {
        table.say(table.at, Problem::NobodyInShift {});
    }
    let duty = table.flag_or("duty", false);
    let staff = staff.iter().map(|it| StaffId::new(it.it)).collect();
    Some(Shift {
        days,
        holidays,
        span: Span {
            from: from?,
            until: until?,
        },
        staff,
        leader: leader.map(|it| StaffId::new(it.it)),
        duty,
    })
}

fn receiving(table: &Table<'_>, references: &mut Vec<Reference>) -> Option<Receiving> {
    let days = table.days("days");
    let (from, until) = (table.time("from"), table.time("until"));
    let staff = table.code("staff");
    refer(references, "staff", To::Staff, staff);
    let room = table.text_if("room", POST_COLUMNS);
    Some(Receiving {
        days,
        span: Span {
            from: from?,
            until: until?,
        },
        staff: StaffId::new(staff?.it),
        room: room.map_or_else(String::new, |it| it.it.to_owned()),
    })
}

fn absence(table: &Table<'_>, references: &mut Vec<Reference>) -> Option<Absence> {
    let staff = table.code("staff");
    refer(references, "staff", To::Staff, staff);
    let (from, until) = (table.moment("from"), table.moment("until"));
    let (staff, from, until) = (staff?, from?, until?);
    if until.it <= from.it {
        table.say(
            until.at,
            Problem::AbsenceBackwards {
                staff: staff.it.to_owned(),
            },
        );
    }
    Some(Absence {
        staff: StaffId::new(staff.it),
        from: from.it,
        until: until.it,
    })
}
