//! The nightly load, and the one asked for: joins sync to the desk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use crate::clock::Clock;
use crate::config;
use crate::desk::DeskHandle;
use crate::domain::office::Identity;
use crate::sync::keys::OfficePublicKey;
use crate::sync::link::{Link, LinkSettings};
use crate::sync::plan;
use crate::sync::push::{Load, Outcome, push_now};
use crate::sync::source::DeskSource;
use crate::sync::trouble::Trouble;

/// A way to the office database, and what to take there.
#[derive(Debug)]
pub struct Uploader {
    link: Link,
    identity: Identity,
    public_key: Option<OfficePublicKey>,
    desk: DeskHandle,
}

impl Uploader {
    /// Prepares the way, without going there yet.
    ///
    /// # Errors
    /// [`Trouble`] if the settings cannot work.
    pub fn new(settings: &config::Sync, identity: &Identity, desk: DeskHandle) -> Result<Self, Trouble> {
        Ok(Self {
            link: link(settings)?,
            identity: identity.clone(),
            public_key: settings.office_public_key.map(OfficePublicKey::from),
            desk,
        })
    }

    /// Brings the office up to date, on this thread, and tells the desk how it went.
    pub fn once(&self, clock: &Clock) -> Load {
        let mut source = DeskSource::new(self.desk.clone(), self.public_key.clone());
        let since = || Duration::from_millis(u64::try_from(clock.now().mono_ms).unwrap_or(0));
        let load = push_now(
            &self.link,
            &self.identity.site,
            &self.identity.kiosk,
            &mut source,
            since,
        );
        if let Err(fault) = source.record(&load) {
            tracing::warn!(fault = fault.0, "how the load went could not be written down");
        }
        load
    }
}

/// The way to the office database that the settings describe.
///
/// # Errors
/// [`Trouble`] if it cannot be one.
pub fn link(settings: &config::Sync) -> Result<Link, Trouble> {
    let (certificate_file, key_file) = settings.identity.clone().unzip();
    Link::new(&LinkSettings {
        url: settings.url.clone(),
        password: settings.password.as_ref().map(|it| it.reveal().clone().into()),
        authority_file: settings.ca.clone(),
        certificate_file,
        key_file,
    })
}

/// When to load.
#[derive(Debug, Clone, Copy)]
pub enum Rhythm {
    /// Each night at this time, a little later by chance.
    Nightly(chrono::NaiveTime, u16),
    /// Every so often: demonstrations.
    Every(Duration),
}

/// Somebody asks for a load now and waits for how it went.
#[derive(Debug, Default)]
pub struct Asking {
    waiting: std::sync::Mutex<Vec<oneshot::Sender<Arc<Load>>>>,
    bell: Arc<Notify>,
}

impl Asking {
    /// Rung by whoever wants a load and does not wait for it.
    pub fn bell(&self) -> Arc<Notify> {
        self.bell.clone()
    }

    /// Asks.
    pub fn ask(&self) -> oneshot::Receiver<Arc<Load>> {
        let (reply, answer) = oneshot::channel();
        self.waiting
            .lock()
            .expect("nobody panics while holding the list")
            .push(reply);
        self.bell.notify_one();
        answer
    }
}

/// Loads by `rhythm` and whenever asked, for as long as the lobby runs. A failure that may pass is tried
/// again, ever more slowly; one that needs a person waits for the next night.
pub async fn keep_up(uploader: Uploader, clock: Clock, rhythm: Rhythm, asking: Arc<Asking>) {
    let uploader = Arc::new(uploader);
    let mut failures = 0;
    let mut missed = match rhythm {
        Rhythm::Nightly(..) => plan::catch_up(
            clock.now().at,
            uploader.desk.snapshot().sync.last_success,
            random(),
        ),
        Rhythm::Every(_) => None,
    };
    loop {
        let pause = match rhythm {
            _ if missed.is_some() => missed.take().unwrap_or_default(),
            _ if 0 < failures => plan::retry_after(failures, random()),
            Rhythm::Every(pause) => pause,
            Rhythm::Nightly(at, jitter) => {
                let now = clock.now().at;
                let jitter = Duration::from_secs(60 * u64::from(jitter));
                (plan::next_run(now, at, jitter, random()) - now)
                    .to_std()
                    .unwrap_or_default()
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = asking.bell.notified() => {}
        }
        let (this, its_clock) = (uploader.clone(), clock.clone());
        let load = match tokio::task::spawn_blocking(move || this.once(&its_clock)).await {
            Ok(load) => load,
            Err(error) if error.is_cancelled() => return,
            Err(_) => {
                tracing::error!("a load ended in a bug of ours; it is tried again");
                failures += 1;
                // Whoever waits for it is told at once that there is no answer.
                asking
                    .waiting
                    .lock()
                    .expect("nobody panics while holding the list")
                    .clear();
                continue;
            }
        };
        tracing::info!(
            outcome = load.outcome.code(),
            entries = load.entries,
            "journal sent to the office"
        );
        failures = if matches!(load.outcome, Outcome::Unreachable(_)) {
            failures + 1
        } else {
            0
        };
        let load = Arc::new(load);
        for reply in asking
            .waiting
            .lock()
            .expect("nobody panics while holding the list")
            .drain(..)
        {
            let _ = reply.send(load.clone());
        }
    }
}

fn random() -> u32 {
    uuid::Uuid::new_v4().as_fields().0
}
