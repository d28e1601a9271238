//! Entries as PostgreSQL's driver takes them: one array a column.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::domain::journal::Entry;

/// A UUID on the wire: sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Id(pub(super) Uuid);

type Failed = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Id {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Id {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        Ok(Self(Uuid::from_slice(raw)?))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

/// The columns of a batch, in the order in which `lobby.push` takes them.
pub(super) struct Columns<'a> {
    pub(super) entry_ids: Vec<Id>,
    pub(super) kinds: Vec<&'a str>,
    pub(super) schema_versions: Vec<i32>,
    pub(super) ats: Vec<i64>,
    pub(super) clock_states: Vec<&'static str>,
    pub(super) boot_ids: Vec<Id>,
    pub(super) monos: Vec<i64>,
    pub(super) facts: Vec<&'a [u8]>,
    pub(super) personals: Vec<Option<&'a [u8]>>,
    pub(super) hashes: Vec<&'a [u8]>,
    pub(super) quarantines: Vec<bool>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(entries: &'a [Entry], quarantined: bool) -> Self {
        Self {
            entry_ids: entries.iter().map(|it| Id(it.entry_id.0)).collect(),
            kinds: entries.iter().map(|it| it.kind.as_str()).collect(),
            schema_versions: entries.iter().map(|it| i32::from(it.schema_version)).collect(),
            ats: entries.iter().map(|it| it.moment.at.timestamp_millis()).collect(),
            clock_states: entries.iter().map(|it| it.moment.clock_state.code()).collect(),
            boot_ids: entries.iter().map(|it| Id(it.moment.boot_id.0)).collect(),
            monos: entries.iter().map(|it| it.moment.mono_ms).collect(),
            facts: entries.iter().map(|it| it.facts.as_slice()).collect(),
            personals: entries.iter().map(|it| it.personal.as_deref()).collect(),
            hashes: entries.iter().map(|it| it.hash.as_slice()).collect(),
            quarantines: vec![quarantined; entries.len()],
        }
    }
}
