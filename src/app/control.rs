//! The socket through which the command line asks a running lobby: one JSON line there, one back. Only
//! whoever may write in the data directory can use it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::app::upload::Asking;
use crate::console::{Papers, StaffPage};
use crate::desk::{DeskHandle, Reply, Request};
use crate::domain::office::Language;
use crate::domain::sensitive::Sensitive;

/// The longest order; anything longer is no order.
const ORDER_BYTES_MAX: u64 = 1024 * 1024;

/// How long an order may take to arrive: the command line has it ready.
const ORDER_LIMIT: Duration = Duration::from_secs(10);

/// What the command line waits for an answer: a first load may be large.
const ANSWER_LIMIT: Duration = Duration::from_secs(600);

/// What can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    /// Send the journal to the office now.
    Sync,
    /// Give somebody a login.
    SetAccount {
        /// Who.
        staff: String,
        /// Argon2, in PHC form.
        hash: String,
    },
    /// Who has a login.
    Accounts,
    /// The office arranges something, as the journal writes it.
    Arrange {
        /// Kind of entry.
        kind: String,
        /// Its facts.
        facts: String,
    },
    /// Print a self-test page.
    PrintTest,
    /// Print the summary of the day.
    PrintDay,
    /// How things are.
    Status,
}

/// What is said back.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Whether it was done.
    pub ok: bool,
    /// What became of it, for a machine.
    pub code: String,
    /// The same for a person.
    pub text: String,
    /// What else there is to say.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub data: serde_json::Value,
}

impl Answer {
    fn done(data: serde_json::Value) -> Self {
        Self {
            ok: true,
            code: "done".into(),
            text: String::new(),
            data,
        }
    }

    fn not(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            ok: false,
            code: code.into(),
            text: text.into(),
            data: serde_json::Value::Null,
        }
    }
}

/// Where the socket lies.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("control.sock")
}

/// Asks the lobby that runs in `data_dir`; none if none does.
///
/// # Errors
/// When it runs and does not answer.
pub fn ask(data_dir: &Path, order: &Order) -> std::io::Result<Option<Answer>> {
    let mut stream = match BlockingStream::connect(path(data_dir)) {
        Ok(stream) => stream,
        Err(error) => {
            use std::io::ErrorKind::{ConnectionRefused, NotFound};
            return if matches!(error.kind(), NotFound | ConnectionRefused) {
                Ok(None)
            } else {
                Err(error)
            };
        }
    };
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    let mut line = serde_json::to_string(order)?;
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    Ok(Some(serde_json::from_str(&answer)?))
}

/// What orders are carried out with.
#[derive(Debug, Clone)]
pub struct Means {
    /// The desk.
    pub desk: DeskHandle,
    /// Loads; none where sync is off.
    pub asking: Option<Arc<Asking>>,
    /// Why loads cannot work with these settings, if they cannot.
    pub sync_trouble: Option<String>,
    /// Prints pages for staff; none where there is no printer.
    pub papers: Option<Papers>,
}

/// The socket's file, gone when nobody listens any more.
struct Lies(PathBuf);

impl Drop for Lies {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Answers orders for as long as the lobby runs.
///
/// # Errors
/// When the socket cannot be made.
pub async fn serve(data_dir: &Path, means: Means) -> std::io::Result<()> {
    let path = path(data_dir);
    // The lock is ours, so a socket lying there is a dead lobby's.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path)?;
    let _lies = Lies(path.clone());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, means.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "control socket");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn converse(stream: UnixStream, means: Means) {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut reader = tokio::io::BufReader::new(read.take(ORDER_BYTES_MAX));
    let read = tokio::time::timeout(ORDER_LIMIT, reader.read_line(&mut line)).await;
    // Half a line is no order, however much sense it makes.
    let whole = matches!(read, Ok(Ok(_))) && line.ends_with('\n');
    let answer = match whole.then(|| serde_json::from_str(&line).ok()).flatten() {
        Some(order) => carry_out(order, &means).await,
        None => Answer::not("bad-order", "not understood"),
    };
    let mut said = serde_json::to_string(&answer).expect("an answer is JSON");
    said.push('\n');
    let _ = write.write_all(said.as_bytes()).await;
}

async fn carry_out(order: Order, means: &Means) -> Answer {
    match order {
        Order::Sync => {
            if let Some(trouble) = &means.sync_trouble {
                return Answer::not("sync-settings", trouble.as_str());
            }
            let Some(asking) = &means.asking else {
                return Answer::not("sync-off", "sync is off");
            };
            match asking.ask().await {
                Ok(load) if load.outcome.good() => Answer::done(load_data(&load)),
                Ok(load) => Answer {
                    data: load_data(&load),
                    ..Answer::not(load.outcome.code(), load.outcome.to_string())
                },
                Err(_) => Answer::not("stopped", "the lobby is stopping"),
            }
        }
        Order::SetAccount { staff, hash } => {
            let password_hash = Sensitive::new(hash);
            match means
                .desk
                .ask(Request::SetAccount {
                    staff: staff.as_str().into(),
                    password_hash,
                })
                .await
            {
                Ok(_) => Answer::done(serde_json::Value::Null),
                Err(trouble) => Answer::not(trouble.code(), trouble.to_string()),
            }
        }
        Order::Accounts => match means.desk.ask(Request::Accounts).await {
            Ok(Reply::Accounts(accounts)) => {
                let rows = accounts
                    .iter()
                    .map(|(staff, at)| (staff.as_str(), at.timestamp_millis()));
                Answer::done(serde_json::to_value(rows.collect::<Vec<_>>()).expect("rows are JSON"))
            }
            Ok(_) => Answer::not("stopped", "the lobby is stopping"),
            Err(trouble) => Answer::not(trouble.code(), trouble.to_string()),
        },
        Order::Arrange { kind, facts } => {
            let Ok(arrangement) = crate::store::read_arrangement(&kind, 1, facts.as_bytes(), None) else {
                return Answer::not("bad-order", "not understood");
            };
            let arrangement = Box::new(arrangement);
            match means
                .desk
                .ask(Request::Arrange {
                    by: None,
                    arrangement,
                })
                .await
            {
                Ok(_) => Answer::done(serde_json::Value::Null),
                Err(trouble) => Answer::not(trouble.code(), trouble.to_string()),
            }
        }
        Order::PrintTest => staff_page(means, StaffPage::SelfTest).await,
        Order::PrintDay => staff_page(means, StaffPage::Day).await,
        Order::Status => {
            let snapshot = means.desk.snapshot();
            Answer::done(serde_json::json!({
                "printer": snapshot.printer.code(),
                "reader": snapshot.senses.reader.code(),
                "scanner": snapshot.senses.scanner.code(),
                "speaker": snapshot.senses.speaker.code(),
                "slips_left": snapshot.roll.map(|it| it.papers),
                "slips_short": snapshot.roll.is_some_and(|it| it.short),
                "papers_waiting": snapshot.papers_waiting,
                "storage": snapshot.storage.code(),
                "unsent": snapshot.sync.unsent,
                "sync": snapshot.sync.last.as_ref().map(|it| it.1.outcome.as_str()),
                "last_success": snapshot.sync.last_success.map(|it| it.timestamp_millis()),
                "waiting": snapshot.waiting.iter().map(|it| it.1).sum::<usize>(),
            }))
        }
    }
}

async fn staff_page(means: &Means, page: StaffPage) -> Answer {
    let Some(papers) = means.papers.clone() else {
        return Answer::not("printer-off", "there is no printer in the settings");
    };
    match tokio::task::spawn_blocking(move || papers.0(page, Language::Chinese)).await {
        Ok("printed") => Answer::done(serde_json::Value::Null),
        Ok(outcome) => Answer::not(outcome, "the page did not come out"),
        Err(_) => Answer::not("stopped", "the lobby is stopping"),
    }
}

/// A load, for the command line.
pub fn load_data(load: &crate::sync::push::Load) -> serde_json::Value {
    serde_json::json!({
        "entries": load.entries,
        "batches": load.batches,
        "seconds": load.seconds,
        "zh": load.outcome.chinese(),
        "en": load.outcome.english(),
    })
}
