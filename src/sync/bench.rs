//! What `lobby bench sync` measures: the time a pushed entry costs, against binary COPY of the same rows
//! into a table with the same columns and key over the same kind of connection.

use std::pin::pin;
use std::time::Duration;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use crate::domain::ids::{KioskId, SiteId};
use crate::domain::journal::{Entry, NO_HASH};
use crate::sync::link::Link;
use crate::sync::office::{Office, OfficeError, new_password};
use crate::sync::plan::BATCH_ENTRIES_MAX;
use crate::sync::push::{OfficeEnd, Outcome};
use crate::sync::trouble::{Trouble, TroubleCode};
use crate::sync::wire::{Columns, Id};

/// Seconds an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// By `lobby.push`, with everything it checks.
    pub push: f64,
    /// The same arrays into the same columns and keys, nothing checked.
    pub transfer: f64,
    /// What the checks cost: the difference.
    pub checks: f64,
    /// By binary COPY.
    pub copy: f64,
}

/// Pushes `entries` (one epoch, from seq 1) three ways into the database behind `owner`, a throw-away one
/// that was migrated and holds nothing of `site`. `owner` must be a login that may make others and
/// `kiosk_link` leads the login it returns to the same database. `elapsed` is a monotonic clock.
///
/// # Errors
/// [`OfficeError`].
pub async fn measure(
    owner: &Link,
    kiosk_link: impl Fn(&str, &str) -> Result<Link, Trouble>,
    entries: &[Entry],
    elapsed: impl Fn() -> Duration,
) -> Result<Measured, OfficeError> {
    let Some(first) = entries.first() else {
        return Ok(Measured {
            push: 0.0,
            transfer: 0.0,
            checks: 0.0,
            copy: 0.0,
        });
    };
    let (site, kiosk): (&SiteId, &KioskId) = (&first.site, &first.kiosk);
    let mut office = Office::open(owner).await?;
    let password = new_password();
    let role = office.register_kiosk(site, kiosk, &password).await?;
    office.open_epoch(site, kiosk, first.epoch, Some(NO_HASH)).await?;
    let client = owner.connect().await?;
    client
        .batch_execute(
            "create table lobby.bench_copy (like lobby.entry including defaults including storage,
               primary key (site_id, kiosk_id, epoch, seq));
             create table lobby.bench_transfer (like lobby.entry including all)",
        )
        .await?;
    let batches = || entries.chunks(BATCH_ENTRIES_MAX);

    let columns =
        "site_id, kiosk_id, epoch, seq, entry_id, kind, schema_version, at_ms, clock_state, boot_id,
        mono_ms, facts, personal, hash, visit_id, quarantined";
    let types = [
        Type::TEXT,
        Type::TEXT,
        Type::INT4,
        Type::INT8,
        Type::UUID,
        Type::TEXT,
        Type::INT4,
        Type::INT8,
        Type::TEXT,
        Type::UUID,
        Type::INT8,
        Type::BYTEA,
        Type::BYTEA,
        Type::BYTEA,
        Type::UUID,
        Type::BOOL,
    ];
    let copy = format!("copy lobby.bench_copy ({columns}) from stdin binary");
    let copying = elapsed();
    for batch in batches() {
        let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&copy).await?, &types));
        for entry in batch {
            let row: [&(dyn ToSql + Sync); 16] = [
                &entry.site.as_str(),
                &entry.kiosk.as_str(),
                &i32::try_from(entry.epoch).unwrap_or(i32::MAX),
                &i64::try_from(entry.seq).unwrap_or(i64::MAX),
                &Id(entry.entry_id.0),
                &entry.kind,
                &i32::from(entry.schema_version),
                &entry.moment.at.timestamp_millis(),
                &entry.moment.clock_state.code(),
                &Id(entry.moment.boot_id.0),
                &entry.moment.mono_ms,
                &entry.facts,
                &entry.personal,
                &entry.hash.as_slice(),
                &entry.visit.map(|it| Id(it.0)),
                &false,
            ];
            writer.as_mut().write(&row).await?;
        }
        writer.finish().await?;
    }
    let copied = elapsed() - copying;

    let transfer = client
        .prepare(
            &format!(
                "insert into lobby.bench_transfer ({columns})
             select $1, $2, $3, $4::bigint + place - 1, sent.*
             from unnest($5::uuid[], $6::text[], $7::integer[], $8::bigint[], $9::text[], $10::uuid[],
               $11::bigint[], $12::bytea[], $13::bytea[], $14::bytea[], $15::uuid[], $16::boolean[])
               with ordinality as sent (
                 entry_id, kind, schema_version, at_ms, clock_state, boot_id, mono_ms, facts, personal, hash,
                 visit_id, quarantined, place)"
            )
            .replace(
                "sent.*",
                "entry_id, kind, schema_version, at_ms, clock_state, boot_id, mono_ms, facts, personal, hash,
             visit_id, quarantined",
            ),
        )
        .await?;
    let transferring = elapsed();
    for batch in batches() {
        let it = Columns::of(batch, false);
        let visits: Vec<Option<Id>> = batch.iter().map(|it| it.visit.map(|it| Id(it.0))).collect();
        let arguments: [&(dyn ToSql + Sync); 16] = [
            &site.as_str(),
            &kiosk.as_str(),
            &i32::try_from(first.epoch).unwrap_or(i32::MAX),
            &i64::try_from(batch[0].seq).unwrap_or(i64::MAX),
            &it.entry_ids,
            &it.kinds,
            &it.schema_versions,
            &it.ats,
            &it.clock_states,
            &it.boot_ids,
            &it.monos,
            &it.facts,
            &it.personals,
            &it.hashes,
            &visits,
            &it.quarantines,
        ];
        client.execute(&transfer, &arguments).await?;
    }
    let transferred = elapsed() - transferring;

    let end = OfficeEnd::open(&kiosk_link(&role, &password)?, site, kiosk).await?;
    let pushing = elapsed();
    let outcome = end.send_all(entries).await?;
    let pushed = elapsed() - pushing;
    if !outcome.good() {
        return Err(Trouble::new(TroubleCode::Other, outcome.code()).into());
    }

    client
        .batch_execute("drop table lobby.bench_copy; drop table lobby.bench_transfer")
        .await?;
    let each = |it: Duration| it.as_secs_f64() / entries.len() as f64;
    let (push, transfer) = (each(pushed), each(transferred));
    Ok(Measured {
        push,
        transfer,
        checks: (push - transfer).max(0.0),
        copy: each(copied),
    })
}

impl OfficeEnd {
    async fn send_all(&self, entries: &[Entry]) -> Result<Outcome, Trouble> {
        let Some(first) = entries.first() else {
            return Ok(Outcome::Pushed);
        };
        let mut at = self.watermark(first.epoch).await?;
        for batch in entries.chunks(BATCH_ENTRIES_MAX) {
            match self.send(&at, batch, &[], false).await? {
                super::push::Answer::Pushed(head) => at = head,
                super::push::Answer::Diverged(head) => {
                    return Ok(Outcome::Diverged {
                        epoch: head.epoch,
                        office_seq: head.seq,
                    });
                }
            }
        }
        Ok(Outcome::Pushed)
    }
}
