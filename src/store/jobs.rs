//! The spool: papers wanted, being sent, and settled.

use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::domain::event::PaperKind;
use crate::domain::ids::{JobId, MatterIndex, VisitId};
use crate::domain::time::Timestamp;
use crate::store::{StoreError, Tx};

/// Where a paper stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Wanted; no byte has left.
    Queued,
    /// Bytes may have left.
    Sending,
    /// The printer answered for it.
    Printed,
    /// Bytes left, no answer.
    InDoubt,
    /// Never sent, no longer wanted.
    Expired,
    /// A person asked for it again.
    Replaced,
}

impl JobState {
    const ALL: [Self; 6] = [
        Self::Queued,
        Self::Sending,
        Self::Printed,
        Self::InDoubt,
        Self::Expired,
        Self::Replaced,
    ];

    /// As the table writes it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Printed => "printed",
            Self::InDoubt => "in-doubt",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
        }
    }
}

/// One paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its key.
    pub job: JobId,
    /// Whose.
    pub visit: VisitId,
    /// Which paper.
    pub paper: PaperKind,
    /// Of which matter.
    pub matter: MatterIndex,
    /// 补打
    pub reprint: bool,
    /// Where it stands.
    pub state: JobState,
    /// What the printer gives back; fixed before the first byte.
    pub fence: Option<String>,
    /// How often it was handed to the printer.
    pub attempts: u32,
    /// When it was asked for.
    pub made_at: Timestamp,
}

/// Puts a paper at the end of the spool.
///
/// # Errors
/// [`StoreError`].
pub fn add_job(
    transaction: &Tx<'_>,
    job: JobId,
    visit: VisitId,
    (paper, matter): (PaperKind, MatterIndex),
    reprint: bool,
    at: Timestamp,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "insert into print_job (job, visit, reprint, state, made_at, paper, matter, turn)
             values (?1, ?2, ?3, 'queued', ?4, ?5, ?6, (select coalesce(max(turn), 0) + 1 from print_job))",
        )?
        .execute((
            job.0.as_bytes(),
            visit.0.as_bytes(),
            reprint,
            at.timestamp_millis(),
            paper.code(),
            matter.0,
        ))?;
    Ok(())
}

/// The paper whose turn it is.
///
/// # Errors
/// [`StoreError`].
pub fn next_job(connection: &Connection) -> Result<Option<Job>, StoreError> {
    let sql = format!("select {COLUMNS} from print_job where {NEXT}");
    Ok(connection.prepare_cached(&sql)?.query_row([], read).optional()?)
}

/// How many papers were ever handed to the printer.
///
/// # Errors
/// [`StoreError`].
pub fn last_sent(connection: &Connection) -> Result<u64, StoreError> {
    let sql = format!("select coalesce(max(sent), 0) from print_job where {SENT}");
    let sent: i64 = connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(u64::try_from(sent).unwrap_or_default())
}

/// Notes, before the first byte leaves, that bytes may leave, as which one of all papers, and what the printer is to
/// give back.
///
/// # Errors
/// [`StoreError`].
pub fn send_job(transaction: &Tx<'_>, job: JobId, sent: u64, fence: &str) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "update print_job set state = 'sending', sent = ?2, fence = ?3, attempts = attempts + 1 where job = ?1",
        )?
        .execute((job.0.as_bytes(), i64::try_from(sent).unwrap_or(i64::MAX), fence))?;
    Ok(())
}

/// No byte has left: the paper waits again, at its old turn.
///
/// # Errors
/// [`StoreError`].
pub fn requeue(transaction: &Tx<'_>, job: JobId) -> Result<(), StoreError> {
    let sql = "update print_job set state = 'queued' where job = ?1 and state = 'sending'";
    transaction.execute(sql, [job.0.as_bytes()])?;
    Ok(())
}

/// Settles a paper.
///
/// # Errors
/// [`StoreError`].
pub fn settle_job(transaction: &Tx<'_>, job: JobId, state: JobState) -> Result<(), StoreError> {
    let sql = "update print_job set state = ?2 where job = ?1";
    transaction
        .prepare_cached(sql)?
        .execute((job.0.as_bytes(), state.code()))?;
    Ok(())
}

/// Papers that were being sent when the lobby stopped, in order: nobody knows of them.
///
/// # Errors
/// [`StoreError`].
pub fn interrupted_jobs(connection: &Connection) -> Result<Vec<Job>, StoreError> {
    let sql = format!("select {COLUMNS} from print_job where {INTERRUPTED}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], read)?;
    rows.map(|it| Ok(it?)).collect()
}

/// One paper.
///
/// # Errors
/// [`StoreError`].
pub fn job(connection: &Connection, job: JobId) -> Result<Option<Job>, StoreError> {
    let sql = format!("select {COLUMNS} from print_job where job = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([job.0.as_bytes()], read)
        .optional()?)
}

/// The paper the printer names by its fence, if it is one in doubt.
///
/// # Errors
/// [`StoreError`].
pub fn job_by_fence(connection: &Connection, fence: &str) -> Result<Option<Job>, StoreError> {
    let sql = format!("select {COLUMNS} from print_job where {BY_FENCE}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([fence], read)
        .optional()?)
}

/// Fences of the papers in doubt after which nothing was printed, newest first, at most `limit`. (The answer to a
/// later paper says that everything before it came out or is lost.)
///
/// # Errors
/// [`StoreError`].
pub fn doubtful_fences(connection: &Connection, limit: usize) -> Result<Vec<String>, StoreError> {
    let sql = format!("select fence from print_job where {DOUBTFUL}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([limit as i64], |row| row.get(0))?;
    rows.map(|it| Ok(it?)).collect()
}

/// All papers of a visit, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn jobs_of(connection: &Connection, visit: VisitId) -> Result<Vec<Job>, StoreError> {
    let sql = format!("select {COLUMNS} from print_job where {OF_VISIT}");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([visit.0.as_bytes()], read)?;
    rows.map(|it| Ok(it?)).collect()
}

// What is asked at each paper. Each names the partial index it is answered by in the index's own words, or SQLite
// reads every paper there ever was: after some years that is longer than printing takes.
const NEXT: &str = "state in ('queued', 'sending') and state = 'queued' order by turn limit 1";
const INTERRUPTED: &str = "state in ('queued', 'sending') and state = 'sending' order by turn";
const SENT: &str = "sent is not null";
const BY_FENCE: &str = "fence = ?1 and state = 'in-doubt' order by turn desc";
const DOUBTFUL: &str = "state in ('in-doubt', 'replaced') and sent > coalesce((select sent from print_job
    where sent is not null and state = 'printed' order by sent desc limit 1), 0)
    order by sent desc limit ?1";
const OF_VISIT: &str = "visit = ?1 order by turn";

const COLUMNS: &str = "job, visit, reprint, state, fence, attempts, paper, matter, made_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state: String = row.get(3)?;
    let state = JobState::ALL.into_iter().find(|it| it.code() == state);
    let paper: String = row.get(6)?;
    Ok(Job {
        paper: PaperKind::from_code(&paper).expect("the table's check names every paper"),
        matter: MatterIndex(row.get(7)?),
        job: JobId(Uuid::from_bytes(row.get(0)?)),
        visit: VisitId(Uuid::from_bytes(row.get(1)?)),
        reprint: row.get(2)?,
        state: state.expect("the table's check names every state"),
        fence: row.get(4)?,
        attempts: row.get(5)?,
        made_at: Timestamp::from_timestamp_millis(row.get(8)?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn what_is_asked_at_each_paper_never_reads_all_papers() {
        let store = Store::in_memory();
        let plan = |sql: &str| {
            let explained = format!("explain query plan {sql}");
            let mut statement = store.read().prepare(&explained).unwrap();
            let mut rows = statement.raw_query();
            let mut steps = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>("detail").unwrap());
            }
            steps
        };
        for (asked, index) in [
            (NEXT, "print_job_unsettled"),
            (INTERRUPTED, "print_job_unsettled"),
            (BY_FENCE, "print_job_fence"),
            (DOUBTFUL, "print_job_sent"),
            (OF_VISIT, "print_job_of_visit"),
        ] {
            let steps = plan(&format!("select {COLUMNS} from print_job where {asked}"));
            let read = steps.iter().filter(|it| it.contains("print_job"));
            let by_index = read
                .clone()
                .filter(|it| it.ends_with(index) || it.contains(&format!("{index} ")));
            assert!(
                0 < by_index.clone().count() && read.count() == by_index.count(),
                "{asked}: {steps:?}"
            );
        }
        let last = plan(&format!(
            "select coalesce(max(sent), 0) from print_job where {SENT}"
        ));
        assert!(last.iter().any(|it| it.contains("print_job_sent")), "{last:?}");
    }
}
