//! One load (上报): from what the office has to what we have, in batches, each all or nothing.
//!
//! A load may die anywhere and simply be run again: it asks the office how far it is and goes on from
//! there. What we know of the office's progress is only ever a copy of its answer.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use crate::domain::ids::{KioskId, SiteId, VisitId};
use crate::domain::journal::{Entry, Hash, Head};
use crate::sync::link::{Link, within};
use crate::sync::plan::{self, AfterRefusal, BATCH_ENTRIES_MAX, QUARANTINED_MAX, Sieve};
use crate::sync::trouble::{Trouble, TroubleCode};
use crate::sync::wire::{Columns, Id};

/// How often a load lets another one of the same box overtake it before it calls it a gap.
const OVERTAKEN_MAX: usize = 3;

/// Where the journal is read and acknowledgements are kept: the desk. Its calls may block for as long as
/// a read of a few thousand rows takes.
pub trait Source {
    /// The epochs that the office may not have wholly, oldest first and the present one last, each with
    /// its last entry (seq 0 and the epoch's first previous hash while it has none).
    ///
    /// # Errors
    /// [`JournalFault`].
    fn heads(&mut self) -> Result<Vec<Head>, JournalFault>;

    /// The hash of an entry; for seq 0 what the epoch's first entry follows; none for one not there.
    ///
    /// # Errors
    /// [`JournalFault`].
    fn hash_at(&mut self, epoch: u32, seq: u64) -> Result<Option<Hash>, JournalFault>;

    /// Up to `limit` entries of `epoch` after `seq`, in order.
    ///
    /// # Errors
    /// [`JournalFault`].
    fn entries_after(&mut self, epoch: u32, seq: u64, limit: usize) -> Result<Vec<Entry>, JournalFault>;

    /// The keys of those `visits` that still have one, wrapped for the office.
    ///
    /// # Errors
    /// [`JournalFault`].
    fn keys_for(&mut self, visits: &[VisitId]) -> Result<Vec<WrappedKey>, JournalFault>;

    /// The office has everything of the epoch up to `head`: mark it.
    ///
    /// # Errors
    /// [`JournalFault`].
    fn acknowledged(&mut self, head: Head) -> Result<(), JournalFault>;
}

/// The key of a visit as the office may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which visit.
    pub visit: VisitId,
    /// What [`crate::sync::keys::seal`] made.
    pub wrapped: Vec<u8>,
}

/// The journal on this box could not be read or marked; words for the operator, never personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JournalFault(pub String);

impl From<JournalFault> for Trouble {
    fn from(fault: JournalFault) -> Self {
        Self::new(TroubleCode::Journal, fault.0)
    }
}

/// How a load ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The office has everything.
    Pushed,
    /// The office has another entry where we have ours, or we no longer have what we once sent: a cloned
    /// or restored card. The office keeps the incident; only a new epoch mends it.
    Diverged {
        /// Which epoch.
        epoch: u32,
        /// How far the office has it.
        office_seq: u64,
    },
    /// The world is in the way; try again later.
    Unreachable(Trouble),
    /// The office, or our own journal, says no; trying again does not help by itself.
    Refused(Trouble),
}

impl Outcome {
    /// As logs and tables write it: `pushed`, `diverged`, or the trouble's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pushed => "pushed",
            Self::Diverged { .. } => "diverged",
            Self::Unreachable(trouble) | Self::Refused(trouble) => trouble.code.code(),
        }
    }

    /// Whether it is shown green.
    pub fn good(&self) -> bool {
        *self == Self::Pushed
    }

    /// For staff.
    pub fn chinese(&self) -> &'static str {
        match self {
            Self::Pushed => "已全部上报",
            Self::Diverged { .. } => {
                "本机台账与单位数据库不一致（存储卡可能被复制或恢复过）：已停止上报，请联系维护人员登记新纪元"
            }
            Self::Unreachable(trouble) | Self::Refused(trouble) => trouble.code.chinese(),
        }
    }

    /// The same in English.
    pub fn english(&self) -> &'static str {
        match self {
            Self::Pushed => "the office has everything",
            Self::Diverged { .. } => {
                "the journal here is not the one the office has (a copied or restored card): stopped, \
                 open a new epoch"
            }
            Self::Unreachable(trouble) | Self::Refused(trouble) => trouble.code.english(),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(trouble) | Self::Refused(trouble) => trouble.fmt(f),
            Self::Diverged { epoch, office_seq } => {
                write!(
                    f,
                    "{} (epoch {epoch}, the office is at {office_seq})",
                    self.english()
                )
            }
            Self::Pushed => f.write_str(self.english()),
        }
    }
}

/// A load and what became of it. The counts stand whatever the outcome: batches before a failure stay.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// How it ended.
    pub outcome: Outcome,
    /// Entries the office took.
    pub entries: u64,
    /// In so many batches.
    pub batches: u32,
    /// Of these, entries set apart because the server cannot read their facts: epoch and seq.
    pub quarantined: Vec<(u32, u64)>,
    /// Earlier epochs whose rest can never be sent, because this box no longer has it or the office has
    /// something else there. The incident is with the office; the present epoch goes on.
    pub left_behind: Vec<u32>,
    /// From the first knock to the last answer, seconds.
    pub seconds: f64,
}

/// Brings the office up to date. `elapsed` tells the time since any fixed moment on the monotonic clock.
/// Must run inside a tokio runtime; [`push_now`] brings its own.
pub async fn push(
    link: &Link,
    site: &SiteId,
    kiosk: &KioskId,
    source: &mut impl Source,
    elapsed: impl Fn() -> Duration,
) -> Load {
    let begun = elapsed();
    let mut tally = Tally::default();
    let outcome = match everything(link, site, kiosk, source, &mut tally).await {
        Ok(None) => Outcome::Pushed,
        Ok(Some(diverged)) => diverged,
        Err(trouble) if trouble.passing() => Outcome::Unreachable(trouble),
        Err(trouble) => Outcome::Refused(trouble),
    };
    let seconds = elapsed().saturating_sub(begun).as_secs_f64();
    let Tally {
        entries,
        batches,
        quarantined,
        left_behind,
    } = tally;
    Load {
        outcome,
        entries,
        batches,
        quarantined,
        left_behind,
        seconds,
    }
}

/// [`push`] on this thread, for callers without a runtime.
pub fn push_now(
    link: &Link,
    site: &SiteId,
    kiosk: &KioskId,
    source: &mut impl Source,
    elapsed: impl Fn() -> Duration,
) -> Load {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(push(link, site, kiosk, source, elapsed)),
        Err(error) => Load {
            outcome: Outcome::Unreachable(Trouble::new(TroubleCode::Unreachable, error.to_string())),
            entries: 0,
            batches: 0,
            quarantined: Vec::new(),
            left_behind: Vec::new(),
            seconds: 0.0,
        },
    }
}

#[derive(Default)]
struct Tally {
    entries: u64,
    batches: u32,
    quarantined: Vec<(u32, u64)>,
    left_behind: Vec<u32>,
}

async fn everything(
    link: &Link,
    site: &SiteId,
    kiosk: &KioskId,
    source: &mut impl Source,
    tally: &mut Tally,
) -> Result<Option<Outcome>, Trouble> {
    let heads = source.heads()?;
    let office = OfficeEnd::open(link, site, kiosk).await?;
    let present = heads.last().map(|it| it.epoch);
    for head in heads {
        let mut ended = one_epoch(&office, source, head, tally).await;
        for _ in 0..OVERTAKEN_MAX {
            // Not the next entry: another load of this box may have come first. Ask again and go on from there.
            if !matches!(&ended, Err(trouble) if trouble.code == TroubleCode::Gap) {
                break;
            }
            ended = one_epoch(&office, source, head, tally).await;
        }
        if Some(head.epoch) == present {
            return ended;
        }
        // A new epoch is how a diverged or damaged one is mended, so an old one must not hold it up.
        match ended {
            Ok(None) => {}
            Ok(Some(_)) => tally.left_behind.push(head.epoch),
            Err(trouble) if matches!(trouble.code, TroubleCode::Gap | TroubleCode::Hash) => {
                tally.left_behind.push(head.epoch);
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(None)
}

async fn one_epoch(
    office: &OfficeEnd,
    source: &mut impl Source,
    head: Head,
    tally: &mut Tally,
) -> Result<Option<Outcome>, Trouble> {
    let epoch = head.epoch;
    let mark = office.watermark(epoch).await?;
    // What we have where the office stands; if the office is further than we are, where we end.
    let end = if head.seq < mark.seq {
        head
    } else {
        let hash = source.hash_at(epoch, mark.seq)?;
        let missing = || Trouble::new(TroubleCode::Gap, format!("{epoch}/{}", mark.seq));
        Head {
            epoch,
            seq: mark.seq,
            hash: hash.ok_or_else(missing)?,
        }
    };
    // An empty batch: the office sees that we are here, and judges whether our log is the one it has.
    let mut at = match office.send(&end, &[], &[], false).await? {
        Answer::Pushed(at) if at == end => at,
        Answer::Pushed(at) | Answer::Diverged(at) => return Ok(Some(diverged(at))),
    };
    source.acknowledged(at)?;
    loop {
        let entries = source.entries_after(epoch, at.seq, BATCH_ENTRIES_MAX)?;
        let mut batch = &entries[..plan::batch_len(&entries)];
        if batch.is_empty() {
            return Ok(None);
        }
        let mut sieve = Sieve::new(batch.len());
        while sieve.next() > 0 {
            let mut sent = &batch[..sieve.next()];
            let keys = source.keys_for(&visits_with_personal(sent))?;
            let answer = match office.send(&at, sent, &keys, false).await {
                Err(trouble) if trouble.code == TroubleCode::Entry => {
                    if sieve.refused() == AfterRefusal::SendFewer {
                        continue;
                    }
                    let apart = u32::try_from(tally.quarantined.len()).unwrap_or(u32::MAX);
                    if QUARANTINED_MAX <= apart {
                        return Err(Trouble::new(TroubleCode::TooManyQuarantined, trouble.detail));
                    }
                    sent = &batch[..1];
                    let answer = office.send(&at, sent, &keys, true).await?;
                    sieve.quarantined();
                    tally.quarantined.push((epoch, sent[0].seq));
                    answer
                }
                answer => {
                    sieve.taken();
                    answer?
                }
            };
            at = match answer {
                Answer::Pushed(at) => at,
                Answer::Diverged(at) => return Ok(Some(diverged(at))),
            };
            source.acknowledged(at)?;
            tally.entries += sent.len() as u64;
            tally.batches += 1;
            batch = &batch[sent.len()..];
        }
    }
}

fn diverged(office: Head) -> Outcome {
    Outcome::Diverged {
        epoch: office.epoch,
        office_seq: office.seq,
    }
}

fn visits_with_personal(entries: &[Entry]) -> Vec<VisitId> {
    let visits: BTreeSet<VisitId> = entries
        .iter()
        .filter(|it| it.personal.is_some())
        .filter_map(|it| it.visit)
        .collect();
    visits.into_iter().collect()
}

pub(super) enum Answer {
    Pushed(Head),
    Diverged(Head),
}

/// A session with the office, for one kiosk.
pub(super) struct OfficeEnd {
    client: Client,
    watermark: Statement,
    push: Statement,
    site: SiteId,
    kiosk: KioskId,
}

impl OfficeEnd {
    pub(super) async fn open(link: &Link, site: &SiteId, kiosk: &KioskId) -> Result<Self, Trouble> {
        let client = link.connect().await?;
        let preparing = async {
            let watermark = client
                .prepare("select * from lobby.watermark($1, $2, $3)")
                .await?;
            let push = client
                .prepare(
                    "select * from lobby.push(
                       $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
                )
                .await?;
            Ok((watermark, push))
        };
        let (watermark, push) = within(preparing).await?;
        Ok(Self {
            client,
            watermark,
            push,
            site: site.clone(),
            kiosk: kiosk.clone(),
        })
    }

    pub(super) async fn watermark(&self, epoch: u32) -> Result<Head, Trouble> {
        let asked = async {
            let arguments: [&(dyn ToSql + Sync); 3] =
                [&self.site.as_str(), &self.kiosk.as_str(), &number(epoch)];
            Ok(self.client.query_one(&self.watermark, &arguments).await?)
        };
        head(epoch, &within(asked).await?, 0)
    }

    /// Sends `entries`, which follow `after`.
    pub(super) async fn send(
        &self,
        after: &Head,
        entries: &[Entry],
        keys: &[WrappedKey],
        quarantined: bool,
    ) -> Result<Answer, Trouble> {
        let mut seq = after.seq;
        for entry in entries {
            seq += 1;
            if entry.seq != seq || entry.epoch != after.epoch {
                return Err(Trouble::new(TroubleCode::Gap, format!("{}/{seq}", after.epoch)));
            }
        }
        let columns = Columns::of(entries, quarantined);
        let key_visits: Vec<Id> = keys.iter().map(|it| Id(it.visit.0)).collect();
        let key_bytes: Vec<&[u8]> = keys.iter().map(|it| it.wrapped.as_slice()).collect();
        let first = i64::try_from(after.seq + 1).expect("a journal has fewer than 2^63 entries");
        let asked = async {
            let arguments: [&(dyn ToSql + Sync); 18] = [
                &self.site.as_str(),
                &self.kiosk.as_str(),
                &number(after.epoch),
                &first,
                &after.hash.as_slice(),
                &columns.entry_ids,
                &columns.kinds,
                &columns.schema_versions,
                &columns.ats,
                &columns.clock_states,
                &columns.boot_ids,
                &columns.monos,
                &columns.facts,
                &columns.personals,
                &columns.hashes,
                &columns.quarantines,
                &key_visits,
                &key_bytes,
            ];
            Ok(self.client.query_one(&self.push, &arguments).await?)
        };
        let row = within(asked).await?;
        let at = head(after.epoch, &row, 1)?;
        Ok(if row.try_get::<_, &str>(0)? == "pushed" {
            Answer::Pushed(at)
        } else {
            Answer::Diverged(at)
        })
    }
}

fn number(epoch: u32) -> i32 {
    i32::try_from(epoch).expect("a box has fewer than 2^31 epochs")
}

/// Reads seq and hash from column `first` on.
fn head(epoch: u32, row: &Row, first: usize) -> Result<Head, Trouble> {
    let odd = || Trouble::new(TroubleCode::Other, "the answer is no watermark");
    let seq = u64::try_from(row.try_get::<_, i64>(first)?).map_err(|_| odd())?;
    let hash = Hash::try_from(row.try_get::<_, &[u8]>(first + 1)?).map_err(|_| odd())?;
    Ok(Head { epoch, seq, hash })
}
