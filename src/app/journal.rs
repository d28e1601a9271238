//! `lobby journal`: whether it holds together, and all of it as JSON lines.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::domain::journal::{Broken, Entry, Head, Verifier};
use crate::store::{self, Store};

/// Entries read at a time.
const STRIDE: usize = 1000;

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that hold.
    pub entries: u64,
    /// The last entry of each epoch.
    pub heads: Vec<Head>,
    /// Where it breaks, if it does.
    pub broken: Vec<Broken>,
}

/// Checks every hash from the first entry on.
///
/// # Errors
/// When the database cannot be read.
pub fn verify(database: &Path) -> Result<Verdict> {
    let store = Store::read_only(database).with_context(|| unopened(database))?;
    let mut verdict = Verdict {
        entries: 0,
        heads: Vec::new(),
        broken: Vec::new(),
    };
    for head in store::heads_since(store.read(), 0)? {
        let before = store::hash_at(store.read(), head.epoch, 0)?.unwrap_or_default();
        let mut verifier = Verifier::new(Head {
            epoch: head.epoch,
            seq: 0,
            hash: before,
        });
        let whole = each(&store, head.epoch, |entry| match verifier.next(entry) {
            Ok(()) => {
                verdict.entries += 1;
                Ok(true)
            }
            Err(broken) => {
                verdict.broken.push(broken);
                Ok(false)
            }
        })?;
        if whole {
            verdict.heads.push(verifier.head());
        }
    }
    Ok(verdict)
}

/// Writes every entry as one JSON object a line, without its personal part. Of a visit that is sealed (检举控告), now
/// or later, an entry is only its place and its hash: the chain of the others can still be followed through it, and
/// whoever holds the whole journal verifies it with [`verify`].
///
/// # Errors
/// When the database cannot be read, or `out` not written.
pub fn export(database: &Path, out: &mut impl Write) -> Result<()> {
    let store = Store::read_only(database).with_context(|| unopened(database))?;
    let sealed = store::sealed_visits(store.read())?;
    for head in store::heads_since(store.read(), 0)? {
        each(&store, head.epoch, |entry| {
            let line = match &entry.visit {
                Some(visit) if sealed.contains(visit) => stub(entry),
                _ => line(entry),
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
            Ok(true)
        })?;
    }
    out.flush()?;
    Ok(())
}

fn unopened(database: &Path) -> String {
    let path = database.display();
    format!("打不开 {path}，大厅在这里运行过吗？ · cannot open {path}; has a lobby ever run there?")
}

/// Shows each entry of an epoch, until one is not wanted any more.
fn each(store: &Store, epoch: u32, mut show: impl FnMut(&Entry) -> Result<bool>) -> Result<bool> {
    let mut seq = 0;
    loop {
        let entries = store::entries_after(store.read(), epoch, seq, STRIDE)?;
        let Some(last) = entries.last() else {
            return Ok(true);
        };
        seq = last.seq;
        for entry in &entries {
            if !show(entry)? {
                return Ok(false);
            }
        }
    }
}

/// What is told of an entry of a sealed visit.
fn stub(entry: &Entry) -> serde_json::Value {
    json!({
        "site": entry.site.as_str(),
        "kiosk": entry.kiosk.as_str(),
        "epoch": entry.epoch,
        "seq": entry.seq,
        "kind": "sealed",
        "hash": hex(&entry.hash),
    })
}

fn line(entry: &Entry) -> serde_json::Value {
    let facts: serde_json::Value = serde_json::from_slice(&entry.facts).unwrap_or_default();
    json!({
        "site": entry.site.as_str(),
        "kiosk": entry.kiosk.as_str(),
        "epoch": entry.epoch,
        "seq": entry.seq,
        "entry_id": entry.entry_id.to_string(),
        "kind": entry.kind,
        "schema_version": entry.schema_version,
        "at": entry.moment.at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "clock_state": entry.moment.clock_state.code(),
        "boot_id": entry.moment.boot_id.to_string(),
        "mono_ms": entry.moment.mono_ms,
        "facts": facts,
        "personal": entry.personal.is_some(),
        "hash": hex(&entry.hash),
    })
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
