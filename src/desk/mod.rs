//! The desk: one thread that owns the store and answers every request in turn.
//!
//! Whoever wants something changed sends a [`Request`]; nobody else writes. Each request is one moment
//! and one transaction, so it is never half done and time stands still in it. What the world must do
//! follows only after the commit.

mod days;
mod duty;
mod examine;
mod find;
mod handle;
mod request;
mod search;
mod senses;
mod snapshot;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};

pub use handle::{Asked, DeskHandle};
pub use request::{
    Action, Content, Given, Heads, HelpStep, Paper, PaperOutcome, PrinterState, Reply, Request, SyncRun,
    Trouble,
};
pub use senses::{SenseState, Senses};
pub use snapshot::{Call, HelpCall, Seen, Snapshot, Storage, Sync};

use crate::clock::{Clock, new_id};
use crate::domain::event::{
    BoxEvent, Class, Event, Form, HandoverReason, OpenReason, Origin, PaperKind, SlipOutcome, Stamp, Told,
};
use crate::domain::find::Tries;
use crate::domain::ids::{EntryId, JobId, MatterCode, MatterIndex, StaffId, VisitId};
use crate::domain::journal::{Head, NO_HASH};
use crate::domain::lobby::Lobby;
use crate::domain::office::{Office, Role, Staff};
use crate::domain::presence::{Presence, Whereabouts};
use crate::domain::refusal::Refusal;
use crate::domain::roll::Roll;
use crate::domain::sensitive::{Personal, Sensitive};
use crate::domain::sheet::Sheet;
use crate::domain::slip::{Slip, short_code};
use crate::domain::ticket::Stage;
use crate::domain::time::{LobbyClock, LobbyTime, Moment, ServiceDay, Timestamp};
use crate::domain::visit::{Arrival, Command, MATTERS_MAX, Visit};
use crate::store::{self, JobState, Lock, NewEntry, Salvage, Store, StoreError, Tx};

/// A step of the wall clock against the monotonic one that is worth an entry, milliseconds.
const STEP_MS: i64 = 60_000;

/// How long somebody who was called at once still stands where their first paper comes out.
const AT_THE_SCREEN_MS: i64 = 60_000;

/// Things that may become due of one visit at one moment, each after the other.
const DUE_ROUNDS_MAX: usize = 32;
/// What counts as asked for lately: a season, so that the order of the screen follows the year.
const ASKED_LATELY: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// Days whose busiest half-day says how many papers are wanted.
const BUSY_DAYS: chrono::Duration = chrono::Duration::days(14);

/// Papers a half-day is taken to want at least.
const BUSIEST_MIN: u32 = 20;

/// Papers in doubt the printer is still listened to about after a start: the newest.
const DOUBTFUL_MAX: usize = 32;

/// Where the desk keeps its rows.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// Nowhere: tests and simulations.
    Memory,
}

/// What the desk needs to begin.
#[derive(Debug)]
pub struct Setup {
    /// Where the rows are.
    pub place: Place,
    /// The office.
    pub office: Arc<Office>,
    /// The clock.
    pub clock: Clock,
    /// Woken when a paper waits.
    pub print: Waker,
}

/// Wakes whoever prints. Calls may be lost or doubled: the job is a row.
pub struct Waker(Box<dyn Fn() + Send>);

impl Waker {
    /// Wakes by calling `wake`, which must not block.
    pub fn new(wake: impl Fn() + Send + 'static) -> Self {
        Self(Box::new(wake))
    }

    /// Wakes nobody: there is no printer.
    pub fn nobody() -> Self {
        Self::new(|| ())
    }
}

impl std::fmt::Debug for Waker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waker")
    }
}

/// The desk.
#[derive(Debug)]
pub struct Desk {
    store: Store,
    office: Arc<Office>,
    clock: Clock,
    print: Waker,
    lobby: Lobby,
    lobby_clock: LobbyClock,
    days: days::Days,
    head: Head,
    sent: Option<store::Watermark>,
    signing_key: Vec<u8>,
    storage: Storage,
    printer: PrinterState,
    senses: Senses,
    tries: Tries,
    roll: Roll,
    busiest: u32,
    last_run: Option<store::SyncRun>,
    last_success: Option<Timestamp>,
    watchers: usize,
    help: Option<HelpCall>,
    asked: Arc<HashMap<MatterCode, u32>>,
    last_moment: Moment,
    revision: u64,
    changed: bool,
    examine: examine::Examine,
    searches: search::Searches,
}

/// Why the desk cannot begin.
pub type CannotOpen = StoreError;

impl Desk {
    /// Opens the store, recovering a damaged file, and makes the lobby anew from its journal.
    ///
    /// # Errors
    /// [`StoreError`] if neither the file nor a new one can be used.
    pub fn open(setup: Setup) -> Result<(Self, Option<Salvage>), CannotOpen> {
        let now = setup.clock.now();
        let path = match &setup.place {
            Place::Memory => return Ok((Self::begin(Store::in_memory(), setup, now)?, None)),
            Place::File(path) => path.clone(),
        };
        store::finish_recovery(&path, now)?;
        let again = Setup {
            place: setup.place.clone(),
            office: setup.office.clone(),
            clock: setup.clock.clone(),
            print: Waker::nobody(),
        };
        // Some damage shows only to whoever reads the rows: SQLite's own check looks at pages.
        match Store::open(&path).and_then(|store| Self::begin(store, again, now)) {
            Err(error) if error.damaged() => {
                tracing::warn!(%error, "database is damaged; recovering what can be read");
                let identity = &setup.office.identity;
                let (site, kiosk, entry_id) = (&identity.site, &identity.kiosk, EntryId(new_id(now.at)));
                let salvage = store::recover(&path, site, kiosk, now, entry_id)?;
                let mut desk = Self::begin(Store::open(&path)?, setup, now)?;
                desk.examine.file(path);
                Ok((desk, Some(salvage)))
            }
            begun => {
                let mut desk = begun?;
                desk.print = setup.print;
                desk.examine.file(path);
                Ok((desk, None))
            }
        }
    }

    fn begin(mut store: Store, setup: Setup, now: Moment) -> Result<Self, CannotOpen> {
        let Setup {
            office, clock, print, ..
        } = setup;
        store::check_owner(store.read(), &office.identity.site, &office.identity.kiosk)?;
        let head = match store::head(store.read())? {
            Some(head) => head,
            None => store.transact(|tx| store::open_epoch(tx, 1, "install", &NO_HASH, now.at))?,
        };
        let signing_key = store.transact(|tx| store::secret(tx, "slip"))?;
        let last = store::last_stamp(store.read())?;
        let lobby_clock = match last {
            Some((moment, reckoned)) => LobbyClock::resume(moment, reckoned, now),
            None => LobbyClock::new(now),
        };
        let arranged = store::arrangements(store.read())?;
        let office = arranged
            .iter()
            .fold(office, |office, (it, at)| Arc::new(office.arranged(it, *at)));
        let mut lobby = Lobby::default();
        let day = store::last_day(store.read())?;
        for (visit, event, stamp) in store::events_of_day(store.read(), day)? {
            lobby.apply(visit, &event, stamp);
        }
        if let Some(day) = day {
            for (queue, count) in store::counts_of(store.read(), day)? {
                lobby.recall_count(day, queue, count);
            }
        }
        let mut office = office;
        for (staff, presence) in store::presences(store.read())? {
            Arc::make_mut(&mut office).roster.presence.insert(staff, presence);
        }
        let (used_mm, papers) = store::roll(store.read())?;
        let busiest = store::busiest_half_day(store.read(), now.at - BUSY_DAYS)?.max(BUSIEST_MIN);
        let mut desk = Self {
            sent: store::watermark(store.read())?,
            last_run: store::last_run(store.read())?,
            last_success: store::last_success(store.read())?,
            asked: Arc::new(store::asked_since(store.read(), now.at - ASKED_LATELY)?),
            days: Self::days_known(&store)?,
            store,
            office,
            clock,
            print,
            lobby,
            lobby_clock,
            head,
            signing_key,
            storage: Storage::Sound,
            printer: PrinterState::Unknown,
            senses: Senses::default(),
            tries: Tries::default(),
            roll: Roll {
                length_mm: 0,
                used_mm,
                papers,
            },
            busiest,
            watchers: 0,
            help: None,
            last_moment: now,
            revision: 0,
            changed: true,
            examine: examine::Examine::default(),
            searches: search::Searches::default(),
        };
        // Bytes may have left before the stop; nobody knows, and only a person may print it again.
        for job in store::interrupted_jobs(desk.store.read())? {
            desk.settle(now, job.job, job.visit, JobState::InDoubt, SlipOutcome::InDoubt)?;
        }
        let step_ms = last.map_or(0, |(moment, _)| step_ms(moment, now));
        if STEP_MS < step_ms.abs() {
            desk.note(now, &BoxEvent::ClockStepped { by_ms: step_ms }, |_| Ok(()))?;
        }
        let version = env!("CARGO_PKG_VERSION").to_owned();
        desk.note(now, &BoxEvent::Started { version }, |_| Ok(()))?;
        Ok(desk)
    }

    /// Starts the desk on a thread of its own. It ends when every handle is gone.
    pub fn start(mut self) -> (DeskHandle, std::thread::JoinHandle<()>) {
        let (requests, received) = mpsc::channel(handle::REQUESTS_MAX);
        let (publish, snapshots) = watch::channel(Arc::new(self.snapshot()));
        self.examine.report_to(requests.downgrade());
        self.searches = search::Searches::beside(self.examine.path());
        if !self.store.looked_at_whole() {
            self.examine.begin();
        }
        let thread = std::thread::Builder::new()
            .name("desk".into())
            .spawn(move || self.run(received, &publish))
            .expect("the system can start a thread");
        (DeskHandle { requests, snapshots }, thread)
    }

    fn run(&mut self, mut requests: mpsc::Receiver<Asked>, publish: &watch::Sender<Arc<Snapshot>>) {
        self.wake_printer();
        while let Some(Asked { request, reply }) = requests.blocking_recv() {
            match request {
                Request::OfPeople { known_by, but } => {
                    let search = self.search(known_by, but);
                    if let Some((search, reply)) = self.searches.take(search, reply) {
                        let (known_by, but) = (search.asked, search.but);
                        let _ = reply.send(self.answer(Request::OfPeople { known_by, but }));
                    }
                }
                request => {
                    let answer = self.answer(request);
                    let _ = reply.send(answer);
                }
            }
            // Whoever asks next in a rush need not wait for a picture nobody has time to look at.
            if self.changed && requests.is_empty() {
                publish.send_replace(Arc::new(self.snapshot()));
                self.changed = false;
            }
        }
    }

    /// Answers one request: one moment, at most one visible change.
    ///
    /// # Errors
    /// [`Trouble`]; nothing has changed then.
    pub fn answer(&mut self, request: Request) -> Result<Reply, Trouble> {
        let now = self.clock.now();
        let answer = self
            .watch_clock(now)
            .map_err(Problem::from)
            .and_then(|()| self.try_answer(request, now));
        if let Err(Problem::Store(error)) = &answer {
            self.fail(error);
        }
        answer.map_err(Problem::into_trouble)
    }

    fn try_answer(&mut self, request: Request, now: Moment) -> Result<Reply, Problem> {
        match request {
            Request::Arrive(arrival) => self.arrive(arrival, now),
            Request::CallNext { by, counter } => {
                let staff = self.staff(&by)?.clone();
                self.fall_due(now)?;
                let stamp = self.stamp(now);
                let visit = self.lobby.next(&self.office, &staff, counter, stamp)?;
                let event = self
                    .lobby
                    .decide(&self.office, &staff, visit, Command::Call(counter), stamp)?;
                self.record(now, visit, event, |_| Ok(()))?;
                Ok(Reply::Called(visit))
            }
            Request::Act { by, visit, action } => self.act(&by, visit, action, now),
            Request::SealedStory { by, visit, secret } => self.sealed_story(&by, visit, &secret, now),
            Request::SetPresence { by, at, until } => self.set_presence(by, at, until, now),
            Request::Story(visit) => Ok(Reply::Story(store::story(self.store.read(), visit)?)),
            Request::NextPaper => self.next_paper(now),
            Request::ReprintToClear => self.reprint_to_clear(),
            Request::Preview { visit, paper, matter } => self.preview(visit, paper, matter, now),
            Request::PaperIs { job, outcome } => {
                let Some(visit) = store::job(self.store.read(), job)?.map(|it| it.visit) else {
                    return Err(Refusal::NotFound.into());
                };
                match outcome {
                    PaperOutcome::Printed => {
                        self.settle(now, job, visit, JobState::Printed, SlipOutcome::Printed)?;
                    }
                    PaperOutcome::InDoubt => {
                        self.settle(now, job, visit, JobState::InDoubt, SlipOutcome::InDoubt)?;
                    }
                    PaperOutcome::NotSent => self.write(|tx| store::requeue(tx, job))?,
                }
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::PaperCameLate { fence } => {
                if let Some(job) = store::job_by_fence(self.store.read(), &fence)? {
                    self.settle(now, job.job, job.visit, JobState::Printed, SlipOutcome::Printed)?;
                }
                Ok(Reply::Done)
            }
            Request::Doubtful => Ok(Reply::Fences(store::doubtful_fences(
                self.store.read(),
                DOUBTFUL_MAX,
            )?)),
            Request::PrinterIs(state) => {
                self.changed |= self.printer != state;
                self.printer = state;
                Ok(Reply::Done)
            }
            Request::SensesAre(senses) => {
                self.changed |= self.senses != senses;
                self.senses = senses;
                Ok(Reply::Done)
            }
            Request::Find(clue) => self.find(&clue, now),
            Request::OfPeople { known_by, but } => Ok(self.search(known_by, but).through(&self.store)?),
            Request::RollIs { length_mm } => {
                self.roll.length_mm = length_mm;
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::PaperUsed { mm } => {
                self.write(|tx| store::use_roll(tx, mm, now.at))?;
                (self.roll.used_mm, self.roll.papers) = store::roll(self.store.read())?;
                self.busiest =
                    store::busiest_half_day(self.store.read(), now.at - BUSY_DAYS)?.max(BUSIEST_MIN);
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::NewRoll => {
                self.write(|tx| store::new_roll(tx, now.at))?;
                (self.roll.used_mm, self.roll.papers) = (0, 0);
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::Entries { epoch, seq, limit } => Ok(Reply::Entries(store::entries_after(
                self.store.read(),
                epoch,
                seq,
                limit,
            )?)),
            Request::Heads => Ok(Reply::Heads(Heads {
                epochs: store::heads_since(self.store.read(), self.sent.map_or(0, |it| it.head.epoch))?,
                office: self.sent.map(|it| (it.head, it.at)),
            })),
            Request::HashAt { epoch, seq } => Ok(Reply::Hash(store::hash_at(self.store.read(), epoch, seq)?)),
            Request::Keys(visits) => {
                let keys = store::visit_keys(self.store.read(), &visits)?;
                let keys = keys
                    .into_iter()
                    .map(|(visit, key)| (visit, Sensitive::new(*key.bytes())));
                Ok(Reply::Keys(keys.collect()))
            }
            Request::Acknowledged(head) => {
                self.write(|tx| store::mark_sent(tx, head, now.at))?;
                self.sent = Some(store::Watermark { head, at: now.at });
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::SyncRan(run) => {
                let run = store::SyncRun {
                    at: now.at,
                    outcome: run.outcome,
                    entries: run.entries,
                    detail: run.detail,
                };
                self.write(|tx| store::record_run(tx, &run))?;
                if run.outcome == "pushed" {
                    self.last_success = Some(now.at);
                }
                self.last_run = Some(run);
                self.changed = true;
                Ok(Reply::Done)
            }
            Request::Account(staff) => Ok(Reply::Account(
                store::account(self.store.read(), &staff)?.map(|it| it.password_hash),
            )),
            Request::Accounts => {
                let accounts = store::accounts(self.store.read())?;
                Ok(Reply::Accounts(
                    accounts.into_iter().map(|it| (it.staff, it.changed_at)).collect(),
                ))
            }
            Request::SetAccount { staff, password_hash } => {
                self.staff(&staff)?;
                let event = BoxEvent::AccountSet { staff: staff.clone() };
                self.note(now, &event, |tx| {
                    store::set_account(tx, &staff, &password_hash, now.at)
                })?;
                Ok(Reply::Done)
            }
            Request::Watch { by, began } => {
                if began && !self.staff(&by)?.is(Role::Administrator) {
                    return Err(Refusal::NotAllowed.into());
                }
                if !began {
                    // Whoever has gone is gone, also where it cannot be written down.
                    self.watchers = self.watchers.saturating_sub(1);
                    self.changed = true;
                }
                self.note(now, &BoxEvent::ScreenWatched { by, began }, |_| Ok(()))?;
                self.watchers += usize::from(began);
                Ok(Reply::Done)
            }
            Request::Arrange { by, arrangement } => self.arrange(by, *arrangement, now),
            Request::Help(step) => self.help(step, now),
            Request::Tick => self.tick(now),
            Request::Unsound => Err(StoreError::read_only().into()),
        }
    }

    fn arrive(&mut self, arrival: Arrival, now: Moment) -> Result<Reply, Problem> {
        let lobby = self.lobby_clock.reckon(now);
        if let Some(before) = self.lobby.by_tap(arrival.tap) {
            let given = self.given(before, now, lobby, true);
            return Ok(Reply::Given(Box::new(given)));
        }
        // The lobby keeps today in mind, the table every tap there ever was.
        if let Some(before) = store::ticket_by_tap(self.store.read(), arrival.tap)?
            && let Some(visit) = store::visit(self.store.read(), before)?
        {
            return Ok(Reply::Given(Box::new(self.given(&visit, now, lobby, true))));
        }
        if let Origin::Desk(by) = &arrival.origin {
            self.staff(by)?;
        }
        match arrival.class {
            Class::Urgent | Class::Danger if arrival.reason.is_none() => {
                return Err(Refusal::ReasonNeeded.into());
            }
            Class::Urgent => self.lobby.urgency_left(&self.office)?,
            _ => {}
        }
        let day = self.day_at(now, lobby);
        self.close_day(now, day)?;
        if self.lobby.day() != Some(day) {
            // Numbers may have been given on that day before: the clock, or the journal, was mended since.
            for (queue, count) in store::counts_of(self.store.read(), day)? {
                self.lobby.recall_count(day, queue, count);
            }
        }
        self.register(arrival, (lobby, day), now)
    }

    fn register(
        &mut self,
        mut arrival: Arrival,
        (lobby, day): (LobbyTime, ServiceDay),
        now: Moment,
    ) -> Result<Reply, Problem> {
        let how = &mut arrival.how;
        // A letter, a call and what is passed down never see a queue: whoever opens it is asked first (R1).
        how.received |= !matches!(how.form, None | Some(Form::Visit));
        if how.sealed {
            (arrival.personal, how.also) = (Personal::default(), Vec::new());
        }
        let clerk = match &arrival.origin {
            Origin::Desk(by) => Some(by.clone()),
            Origin::Kiosk => None,
        };
        let also = std::mem::take(&mut arrival.how.also);
        let received = clerk
            .clone()
            .filter(|_| arrival.how.received && !arrival.how.sealed);
        let (visit, job) = (VisitId(new_id(now.at)), JobId(new_id(now.at)));
        let (reason, class) = (arrival.reason.clone(), arrival.class);
        let waits = !arrival.how.received;
        let registered = self.lobby.arrive(&self.office, arrival, job, now, day)?;
        let (paper, recused) = (registered.job, registered.recused.clone());
        // Of several asked together the highest in rank answers, whoever writes it down (R2).
        let received = received.map(|_| registered.responder.clone());
        let mut events = self.registered(now, visit, registered, waits, reason);
        for (at, matter) in also.into_iter().take(MATTERS_MAX - 1).enumerate() {
            let mut added = self
                .office
                .one_more(Some(matter), clerk.clone(), &recused, now.at)?;
            added.index = MatterIndex(u8::try_from(at + 1).unwrap_or(u8::MAX));
            events.push(Event::MatterAdded(Box::new(added)));
        }
        events.extend(received.map(|by| Event::Received { by, takes: None }));
        self.record_all(now, visit, events, |tx| match paper {
            Some(job) => {
                let what = (PaperKind::Slip, MatterIndex(0));
                store::add_job(tx, job, visit, what, false, now.at)
            }
            None => Ok(()),
        })?;
        self.wake_printer();
        if class.reported() {
            // The leader hears of it at once, not with the next tick (R15).
            self.fall_due(now)?;
        }
        let visit = self.lobby.visit(visit).expect("it was just registered");
        if let Some(matter) = &visit.matters[0].matter {
            *Arc::make_mut(&mut self.asked).entry(matter.clone()).or_default() += 1;
        }
        if let (Some(call), Origin::Desk(by)) = (&mut self.help, &visit.origin) {
            call.registered |= call.coming.as_ref() == Some(by);
        }
        Ok(Reply::Given(Box::new(self.given(visit, now, lobby, false))))
    }

    /// Somebody at the screen calls for a person: no entry of the journal, since nothing is decided by it.
    fn help(&mut self, step: HelpStep, now: Moment) -> Result<Reply, Problem> {
        match step {
            HelpStep::Call { page } => match &mut self.help {
                Some(call) => call.page = page,
                None => {
                    self.help = Some(HelpCall {
                        page,
                        at: now.at,
                        coming: None,
                        registered: false,
                    });
                }
            },
            HelpStep::Coming { by } => {
                self.staff(&by)?;
                let call = self.help.as_mut().ok_or(Refusal::NotFound)?;
                call.coming = Some(by);
            }
            HelpStep::Over { by } => {
                if let Some(by) = by {
                    self.staff(&by)?;
                }
                self.help = None;
            }
        }
        self.changed = true;
        Ok(Reply::Done)
    }

    fn given(&self, visit: &Visit, now: Moment, lobby: LobbyTime, again: bool) -> Given {
        Given {
            visit: visit.id,
            job: visit.slips.first().map(|it| it.job),
            slip: self.slip(visit, now, lobby, false),
            again,
        }
    }

    fn slip(&self, visit: &Visit, now: Moment, lobby: LobbyTime, reprint: bool) -> Slip {
        let ahead = self.lobby.ahead(&self.office, visit, lobby);

        let short = short_code(&self.signing_key, visit.id);
        let mut slip = Slip::of(&self.office, visit, ahead, &short, reprint);
        if reprint {
            // The first paper says what the visitor was told; a later one what is true now.
            slip.wait = self.wait_now(visit, now, lobby);
        }
        slip
    }

    /// What somebody does with a visit; with one of an earlier day too, which the lobby then has in mind again, as it
    /// would after a restart.
    fn act(&mut self, by: &StaffId, visit: VisitId, action: Action, now: Moment) -> Result<Reply, Problem> {
        let older = match self.lobby.visit(visit) {
            Some(_) => None,
            None => store::visit(self.store.read(), visit)?,
        };
        let recalled = older.map(|it| self.lobby.recall(it)).is_some();
        let done = self.act_on(by, visit, action, now);
        if recalled && done.is_err() {
            self.lobby.forget(visit);
        }
        done
    }

    fn act_on(
        &mut self,
        by: &StaffId,
        visit: VisitId,
        action: Action,
        now: Moment,
    ) -> Result<Reply, Problem> {
        let staff = self.staff(by)?.clone();
        self.fall_due(now)?;
        let command = match action {
            Action::Reprint => return self.reprint(&staff, visit, now),
            Action::TakeOver(matter) => return self.take_over(&staff, visit, matter, now),
            other => self.command(&staff, visit, other, now)?,
        };
        let before = self.lobby.visit(visit).cloned().ok_or(Refusal::NotFound)?;
        let stamp = self.stamp(now);
        let mut event = self.lobby.decide(&self.office, &staff, visit, command, stamp)?;
        let sealing = if let Event::Sealed(sealing) = &mut event {
            sealing.key = self.wrapped_key(visit)?;
            true
        } else {
            false
        };
        let paper = self.paper_of(&before, &event, now);
        let again = self.came_out_before(visit, &event)?;
        // What was written before it was sealed comes out of no printer after it, however late there is paper again.
        let mut withheld = Vec::new();
        if sealing {
            let unsent = |it: &store::Job| it.state == JobState::Queued && it.paper != PaperKind::Slip;
            withheld.extend(
                store::jobs_of(self.store.read(), visit)?
                    .into_iter()
                    .filter(unsent),
            );
        }
        let follows = before.follows(&self.office, &event, stamp);
        let mut events = vec![event];
        events.extend(follows);
        events.extend(withheld.iter().map(|it| Event::SlipSettled {
            job: it.job,
            outcome: SlipOutcome::Expired,
        }));
        if let Some((job, paper, matter)) = paper
            && !matches!(events[0], Event::PaperAsked { .. })
        {
            let by = staff.id.clone();
            events.push(Event::PaperAsked {
                job,
                paper,
                matter,
                by,
            });
        }
        self.record_all(now, visit, events, |tx| {
            if sealing {
                store::destroy_key(tx, visit)?;
            }
            for it in &withheld {
                store::settle_job(tx, it.job, JobState::Expired)?;
            }
            match paper {
                Some((job, paper, matter)) => store::add_job(tx, job, visit, (paper, matter), again, now.at),
                None => Ok(()),
            }
        })?;
        if sealing {
            self.store.fold_back();
        }
        if paper.is_some() {
            self.wake_printer();
        }
        // What follows from it by rule follows at once: the second refusal goes to the leader.
        self.fall_due(now)?;
        Ok(Reply::Done)
    }

    fn command(
        &self,
        staff: &Staff,
        visit: VisitId,
        action: Action,
        now: Moment,
    ) -> Result<Command, Problem> {
        let found = self.lobby.visit(visit).ok_or(Refusal::NotFound)?;
        Ok(match action {
            Action::Call(counter) => Command::Call(counter),
            Action::Begin => Command::Begin,
            Action::Miss => Command::Miss,
            Action::Rejoin => Command::Rejoin {
                after: self.lobby.calls(&found.ticket.department),
            },
            Action::Offer {
                matter,
                to,
                reason,
                led,
            } => Command::Offer {
                matter,
                to,
                reason,
                led,
            },
            Action::Accept(offer) => Command::Accept(offer),
            Action::Refuse(offer, reason) => Command::Refuse(offer, reason),
            Action::Close {
                matter,
                outcome,
                told,
                note,
            } => Command::Close {
                matter,
                outcome,
                told,
                note,
            },
            Action::Refer {
                matter,
                outcome,
                told,
                referral,
                note,
            } => Command::Refer {
                matter,
                outcome,
                told,
                referral,
                note,
            },
            Action::Receive => Command::Receive,
            Action::Return => Command::Return,
            Action::Add(matter) => {
                let by = Some(staff.id.clone());
                Command::Add(Box::new(self.office.one_more(
                    matter,
                    by,
                    &found.recused,
                    now.at,
                )?))
            }
            Action::Reclass { class, reason } => Command::Reclass { class, reason },
            Action::RollOver { told } => Command::RollOver { told },
            Action::CallBack { reached } => Command::CallBack { reached },
            Action::Reorder(order) => Command::Reorder(order),
            Action::Seal => Command::Seal,
            Action::Open(reason) => Command::Open(reason),
            Action::Recuse(staff) => Command::Recuse(staff),
            Action::Acknowledge => Command::Acknowledge,
            Action::Print(paper, matter) => Command::Paper {
                job: JobId(new_id(now.at)),
                paper,
                matter,
            },
            Action::Matter(matter, what) => Command::Matter(matter, what),
            Action::Reprint | Action::TakeOver(_) => unreachable!("they are done apart"),
        })
    }

    /// Whether the paper somebody asks for by hand is, or may be, in the visitor's hand already: then this one is marked
    /// 补打. A paper that comes with a new fact is never the one before.
    fn came_out_before(&self, visit: VisitId, event: &Event) -> Result<bool, Problem> {
        let Event::PaperAsked { paper, matter, .. } = event else {
            return Ok(false);
        };
        let out = |it: &store::Job| {
            let sent = matches!(
                it.state,
                JobState::Sending | JobState::Printed | JobState::InDoubt
            );
            sent && it.paper == *paper && it.matter == *matter
        };
        Ok(store::jobs_of(self.store.read(), visit)?.iter().any(out))
    }

    /// Which paper an event brings along, if one: what the visitor is told is told on paper.
    fn paper_of(
        &self,
        before: &Visit,
        event: &Event,
        now: Moment,
    ) -> Option<(JobId, PaperKind, MatterIndex)> {
        let (paper, matter) = match event {
            Event::PaperAsked {
                job, paper, matter, ..
            } => return Some((*job, *paper, *matter)),
            // Who is told by telephone has it logged, and nobody stands at the printer (R22).
            Event::NoticeGiven(it) if it.told == Told::Phone => return None,
            Event::NoticeGiven(it) => (PaperKind::Notice, it.matter),
            Event::MaterialsReceived(it) => (PaperKind::Materials, it.matter),
            Event::Undertaken(it) => (PaperKind::Promise, it.matter),
            Event::PetitionTaken(it) if before.matter(it.matter).petition.is_none() => {
                (PaperKind::Petition, it.matter)
            }
            Event::Accepted { offer } => {
                let offered = &before.offers.get(usize::from(offer.0))?.offered;
                let here = matches!(before.ticket.stage, Stage::Waiting | Stage::Serving { .. });
                // Whoever is led there needs no paper.
                if offered.led || !here {
                    return None;
                }
                (PaperKind::Transfer, offered.matter)
            }
            Event::Closed { matter, outcome, .. } if outcome.needs_note() => (PaperKind::Referral, *matter),
            _ => return None,
        };
        // Nobody stands at the printer for a letter or a call; what is sealed leaves no paper about.
        if before.form != Form::Visit || before.sealed.is_some() {
            return None;
        }
        Some((JobId(new_id(now.at)), paper, matter))
    }

    /// Offer and acceptance in one go: reception takes on what nobody wants.
    fn take_over(
        &mut self,
        staff: &Staff,
        visit: VisitId,
        matter: MatterIndex,
        now: Moment,
    ) -> Result<Reply, Problem> {
        if !staff.sees_all() {
            return Err(Refusal::NotAllowed.into());
        }
        let stamp = self.stamp(now);
        let offer = Command::Offer {
            matter,
            to: staff.id.clone(),
            reason: HandoverReason::TakenOver,
            led: true,
        };
        let offered = self.lobby.decide(&self.office, staff, visit, offer, stamp)?;
        let mut events = vec![offered];
        if let Event::Offered(it) = &events[0] {
            let accepted = Event::Accepted { offer: it.offer };
            events.push(accepted);
        }
        self.record_all(now, visit, events, |_| Ok(()))?;
        Ok(Reply::Done)
    }

    fn reprint(&mut self, staff: &Staff, visit: VisitId, now: Moment) -> Result<Reply, Problem> {
        let (job, stamp) = (JobId(new_id(now.at)), self.stamp(now));
        let command = Command::Reprint(job);
        let event = self.lobby.decide(&self.office, staff, visit, command, stamp)?;
        // What never left for the printer is not wanted any more: this one is. All of it in one
        // transaction, or a pulled plug between the two would leave both to be printed.
        let mut older = store::jobs_of(self.store.read(), visit)?;
        older.retain(|it| it.state == JobState::Queued && it.paper == PaperKind::Slip);
        let replaced = older.iter().map(|it| Event::SlipSettled {
            job: it.job,
            outcome: SlipOutcome::Replaced,
        });
        let events = std::iter::once(event).chain(replaced).collect();
        self.record_all(now, visit, events, |tx| {
            older
                .iter()
                .try_for_each(|it| store::settle_job(tx, it.job, JobState::Replaced))?;
            let what = (PaperKind::Slip, MatterIndex(0));
            store::add_job(tx, job, visit, what, true, now.at)
        })?;
        self.wake_printer();
        Ok(Reply::Done)
    }

    /// The key of a visit about to be sealed, wrapped for the contact; none where nothing was written.
    fn wrapped_key(&self, visit: VisitId) -> Result<Option<Vec<u8>>, Problem> {
        let discipline = self.office.elsewhere.discipline.as_ref();
        let public = &discipline.ok_or(Refusal::NoContact)?.public_key;
        let key = store::visit_key(self.store.read(), visit)?;
        let wrap = |key| store::wrap_for_contact(public, &key);
        Ok(key.map(wrap).transpose()?)
    }

    fn sealed_story(
        &mut self,
        by: &StaffId,
        visit: VisitId,
        secret: &Sensitive<[u8; 32]>,
        now: Moment,
    ) -> Result<Reply, Problem> {
        let found = self.lobby.visit(visit).cloned();
        let found = match found {
            Some(found) => found,
            None => Arc::new(store::visit(self.store.read(), visit)?.ok_or(Refusal::NotFound)?),
        };
        if found.sealed.as_ref() != Some(by) {
            return Err(Refusal::NotFound.into());
        }
        let secret = store::contact_secret(secret);
        let discipline = self.office.elsewhere.discipline.as_ref();
        if discipline.is_none_or(|it| it.public_key != secret.public()) {
            return Err(Refusal::WrongKey.into());
        }
        let story = store::sealed_story(self.store.read(), visit, &secret)?;
        let opened = Event::Opened {
            by: by.clone(),
            reason: OpenReason::Check,
        };
        self.record(now, visit, opened, |_| Ok(()))?;
        Ok(Reply::Story(
            story
                .into_iter()
                .map(|(stamp, event)| (stamp.at, event))
                .collect(),
        ))
    }

    fn set_presence(
        &mut self,
        by: StaffId,
        at: Whereabouts,
        until: Option<Timestamp>,
        now: Moment,
    ) -> Result<Reply, Problem> {
        self.staff(&by)?;
        if until.is_some_and(|it| it <= now.at) {
            return Err(Refusal::BadDate.into());
        }
        let presence = Presence {
            at,
            since: now.at,
            until,
        };
        let event = BoxEvent::PresenceSet {
            staff: by.clone(),
            presence,
        };
        self.note(now, &event, |tx| store::set_presence(tx, &by, &presence))?;
        Arc::make_mut(&mut self.office)
            .roster
            .presence
            .insert(by, presence);
        self.lobby.office_changed();
        self.fall_due(now)?;
        Ok(Reply::Done)
    }

    /// The next paper. One that was never sent and whose visitor no longer waits is not printed behind
    /// their back.
    fn next_paper(&mut self, now: Moment) -> Result<Reply, Problem> {
        let lobby = self.lobby_clock.reckon(now);
        let today = self.day_at(now, lobby);
        while let Some(job) = store::next_job(self.store.read())? {
            let all = store::jobs_of(self.store.read(), job.visit)?;
            let newest = all
                .iter()
                .rfind(|it| it.paper == job.paper && it.matter == job.matter);
            if newest.is_some_and(|it| it.job != job.job) {
                // It came back unsent after a person had asked for it again.
                self.settle(now, job.job, job.visit, JobState::Replaced, SlipOutcome::Replaced)?;
                continue;
            }
            let visit = self.lobby.visit(job.visit).cloned();
            let wanted = visit.as_ref().is_some_and(|it| {
                if job.paper != PaperKind::Slip {
                    // Somebody wrote it for a visitor who stood there; tomorrow they no longer do. What is sealed since
                    // is on no paper.
                    return it.sealed.is_none() && ServiceDay::of(now.at) <= ServiceDay::of(job.made_at);
                }
                let here = job.attempts == 0 && it.open() && lobby.ms_since(it.arrived) < AT_THE_SCREEN_MS;
                job.reprint || it.day == today && (it.ticket.stage == Stage::Waiting || here)
            });
            let Some(visit) = visit.filter(|_| wanted) else {
                self.settle(now, job.job, job.visit, JobState::Expired, SlipOutcome::Expired)?;
                continue;
            };
            let clear_first = job.reprint && all.iter().any(|it| it.state == JobState::InDoubt);
            let sent = store::last_sent(self.store.read())? + 1;
            let fence = fence(sent);
            self.write(|tx| store::send_job(tx, job.job, sent, &fence))?;
            let content = self.content(&visit, (job.paper, job.matter), (now, lobby), job.reprint);
            return Ok(Reply::Paper(Some(Box::new(Paper {
                job: job.job,
                fence,
                content,
                clear_first,
            }))));
        }
        Ok(Reply::Paper(None))
    }

    fn content(
        &self,
        visit: &Visit,
        (paper, matter): (PaperKind, MatterIndex),
        (now, lobby): (Moment, LobbyTime),
        reprint: bool,
    ) -> Content {
        match paper {
            PaperKind::Slip => Content::Slip(Box::new(self.slip(visit, now, lobby, reprint))),
            paper => {
                let sheet = Sheet::of(&self.office, visit, (paper, matter), now.at);
                Content::Sheet(sheet.again(reprint))
            }
        }
    }

    /// What a paper would say now; whoever asks has been asked whether they may see the visit.
    fn preview(
        &mut self,
        visit: VisitId,
        paper: PaperKind,
        matter: MatterIndex,
        now: Moment,
    ) -> Result<Reply, Problem> {
        let lobby = self.lobby_clock.reckon(now);
        let visit = self.lobby.visit(visit).cloned().ok_or(Refusal::NotFound)?;
        if usize::from(matter.0) >= visit.matters.len() {
            return Err(Refusal::NotFound.into());
        }
        Ok(Reply::Content(self.content(
            &visit,
            (paper, matter),
            (now, lobby),
            false,
        )))
    }

    /// A printer in trouble keeps what it was sent, and prints it when it is mended: it must be emptied before, as soon as a
    /// person has asked for the slip again, however many papers stand before that one.
    fn reprint_to_clear(&self) -> Result<Reply, Problem> {
        for fence in store::doubtful_fences(self.store.read(), DOUBTFUL_MAX)? {
            let Some(held) = store::job_by_fence(self.store.read(), &fence)? else {
                continue;
            };
            let again = store::jobs_of(self.store.read(), held.visit)?
                .into_iter()
                .find(|it| {
                    it.state == JobState::Queued && (it.paper, it.matter) == (held.paper, held.matter)
                });
            if let Some(again) = again {
                return Ok(Reply::Job(Some(again.job)));
            }
        }
        Ok(Reply::Job(None))
    }

    fn settle(
        &mut self,
        now: Moment,
        job: JobId,
        visit: VisitId,
        state: JobState,
        outcome: SlipOutcome,
    ) -> Result<(), StoreError> {
        let event = Event::SlipSettled { job, outcome };
        self.record(now, visit, event, |tx| store::settle_job(tx, job, state))
    }

    fn tick(&mut self, now: Moment) -> Result<Reply, Problem> {
        if self.storage == Storage::Full || self.storage == Storage::Failing {
            self.write(store::probe)?;
            self.storage = Storage::Sound;
            self.changed = true;
            self.wake_printer();
        }
        let lobby = self.lobby_clock.reckon(now);
        self.close_day(now, self.day_at(now, lobby))?;
        self.fall_due(now)?;
        // Whether the office is open, and who is held back, changes by the clock alone.
        self.changed = true;
        Ok(Reply::Done)
    }

    /// Writes down that the wall clock has jumped, or is believed or not any more, before anything is written
    /// by the new time. A disk that cannot take it keeps nobody from being told so.
    fn watch_clock(&mut self, now: Moment) -> Result<(), StoreError> {
        let step_ms = step_ms(self.last_moment, now);
        let trust_moved = self.last_moment.clock_state.trusted() != now.clock_state.trusted();
        if (STEP_MS < step_ms.abs() || trust_moved) && self.storage.writes() {
            self.note(now, &BoxEvent::ClockStepped { by_ms: step_ms }, |_| Ok(()))?;
        }
        if self.storage.writes() {
            self.last_moment = now;
        }
        Ok(())
    }

    fn fall_due(&mut self, now: Moment) -> Result<(), StoreError> {
        // One thing may make another due; a visit has few of them.
        for _ in 0..DUE_ROUNDS_MAX {
            let stamp = self.stamp(now);
            let due = self.lobby.due(&self.office, stamp);
            if due.is_empty() {
                break;
            }
            for (visit, event) in due {
                self.record(now, visit, event, |_| Ok(()))?;
            }
        }
        Ok(())
    }

    /// Writes what was decided about a visit, and whatever belongs to it, in one transaction; then, and
    /// only then, takes it on.
    fn record(
        &mut self,
        now: Moment,
        visit: VisitId,
        event: Event,
        also: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.record_all(now, visit, vec![event], also)
    }

    /// The same for several things that are only true together.
    fn record_all(
        &mut self,
        now: Moment,
        visit: VisitId,
        events: Vec<Event>,
        also: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let first = self.stamp(now);
        let stamped = |at: usize| Stamp {
            seq: first.seq + at as u64,
            ..first
        };
        let mut after = self.lobby.visit(visit).map(|it| it.as_ref().clone());
        for (at, event) in events.iter().enumerate() {
            match (event, &mut after) {
                (Event::Registered(it), _) => after = Some(Visit::register(visit, it, stamped(at))),
                (_, Some(after)) => after.apply(event, stamped(at)),
                (_, None) => {}
            }
        }
        // What is sealed stays sealed: only the contact's key opens what is written from here on.
        let sealed = after.as_ref().is_some_and(|it| it.sealed.is_some());
        let contact = match (sealed, &self.office.elsewhere.discipline) {
            (false, _) => None,
            (true, Some(discipline)) => Some(&discipline.public_key),
            (true, None) => return Err(StoreError::NoContact),
        };
        let head = self.head;
        let identity = &self.office.identity;
        let work = |tx: &Tx<'_>| -> Result<Head, StoreError> {
            let mut head = head;
            for event in &events {
                let facts = store::write_event(visit, event);
                let key = match (&facts.personal, contact) {
                    (Some(_), None) => Some(match store::visit_key(tx, visit)? {
                        Some(key) => key,
                        None => store::new_key(tx, visit)?,
                    }),
                    _ => None,
                };
                let lock = match (&facts.personal, contact) {
                    (Some(_), Some(public)) => Some(Lock::Contact(public)),
                    _ => key.as_ref().map(Lock::Visit),
                };
                let entry = NewEntry {
                    site: &identity.site,
                    kiosk: &identity.kiosk,
                    entry_id: EntryId(new_id(now.at)),
                    moment: now,
                    lobby: first.lobby,
                    visit: Some((visit, lock)),
                    facts,
                };
                head = store::append(tx, head, entry)?;
            }
            if let Some(after) = &after {
                store::put_ticket(tx, after)?;
            }
            also(tx)?;
            Ok(head)
        };
        self.head = writable(self.storage).and_then(|()| self.store.transact(work))?;
        for (at, event) in events.iter().enumerate() {
            self.lobby.apply(visit, event, stamped(at));
        }
        self.wrote();
        Ok(())
    }

    /// Writes what happened to the box.
    fn note(
        &mut self,
        now: Moment,
        event: &BoxEvent,
        also: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        writable(self.storage)?;
        let stamp = self.stamp(now);
        let (head, identity) = (self.head, &self.office.identity);
        self.head = self.store.transact(|tx| -> Result<Head, StoreError> {
            let entry = NewEntry {
                site: &identity.site,
                kiosk: &identity.kiosk,
                entry_id: EntryId(new_id(now.at)),
                moment: now,
                lobby: stamp.lobby,
                visit: None,
                facts: store::write_box_event(event),
            };
            let head = store::append(tx, head, entry)?;
            also(tx)?;
            Ok(head)
        })?;
        self.wrote();
        Ok(())
    }

    fn write(&mut self, work: impl FnOnce(&Tx<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        writable(self.storage)?;
        self.store.transact(work)
    }

    fn wrote(&mut self) {
        if self.storage == Storage::Full || self.storage == Storage::Failing {
            self.storage = Storage::Sound;
        }
        self.changed = true;
    }

    /// The store failed: the doors are told, and the desk goes on.
    fn fail(&mut self, error: &StoreError) {
        tracing::warn!(
            code = error.code(),
            error = error as &dyn std::error::Error,
            "store failed"
        );
        self.changed = true;
        self.storage = match error.code() {
            _ if self.storage == Storage::Damaged => Storage::Damaged,
            "disk-full" => Storage::Full,
            "database-damaged" => {
                self.examine.suspect();
                Storage::Damaged
            }
            _ => Storage::Failing,
        };
    }

    fn stamp(&mut self, now: Moment) -> Stamp {
        Stamp {
            at: now.at,
            lobby: self.lobby_clock.reckon(now),
            seq: self.head.seq + 1,
        }
    }

    fn staff(&self, id: &StaffId) -> Result<&Staff, Refusal> {
        self.office.staff(id).ok_or(Refusal::UnknownStaff)
    }

    fn wake_printer(&self) {
        (self.print.0)();
    }

    /// The lobby as the doors see it.
    pub fn snapshot(&mut self) -> Snapshot {
        let now = self.clock.now();
        let lobby = self.lobby_clock.reckon(now);
        self.revision += 1;
        let mut visits = Vec::new();
        let mut waiting = Vec::new();
        for department in &self.office.departments {
            let queue = self.lobby.queue(&self.office, &department.code, lobby);
            let experience = &self.days.experience;
            let waits = self
                .lobby
                .waits(&self.office, experience, &department.code, now, lobby);
            waiting.push((department.code.clone(), queue.len()));
            visits.extend(queue.iter().zip(waits).enumerate().map(|(at, (it, wait))| Seen {
                visit: (*it).clone(),
                ahead: Some(at),
                wait: wait.1,
            }));
        }
        let mut others: Vec<_> = self
            .lobby
            .visits()
            // Whoever waits for a department the office no longer has is still there; so is what is sealed,
            // which waits in no queue.
            .filter(|it| {
                !it.queues() || it.sealed.is_some() || self.office.department(&it.ticket.department).is_none()
            })
            .cloned()
            .collect();
        others.sort_by_key(|it| it.seq);
        let mut calls: Vec<(LobbyTime, Call)> = Vec::new();
        let mut papers_waiting = 0;
        for visit in self.lobby.visits() {
            papers_waiting += visit.slips.iter().filter(|it| it.outcome.is_none()).count();
            let number = visit.ticket.number;
            match &visit.ticket.stage {
                Stage::Called {
                    counter,
                    calls: times,
                    last,
                } => {
                    calls.push((
                        *last,
                        Call {
                            number,
                            counter: *counter,
                            calls: *times,
                            serving: false,
                        },
                    ));
                }
                Stage::Serving {
                    counter: Some(counter),
                    ..
                } => {
                    let call = Call {
                        number,
                        counter: *counter,
                        calls: 1,
                        serving: true,
                    };
                    calls.push((LobbyTime(i64::MIN), call));
                }
                _ => {}
            }
        }
        calls.sort_by_key(|it| (std::cmp::Reverse(it.0), it.1.number));
        visits.extend(others.into_iter().map(|visit| Seen {
            visit,
            ahead: None,
            wait: None,
        }));
        let sent = self.sent.map_or(0, |it| {
            if it.head.epoch == self.head.epoch {
                it.head.seq
            } else {
                0
            }
        });
        Snapshot {
            revision: self.revision,
            at: now.at,
            lobby,
            clock_trusted: now.clock_state.trusted(),
            day: self.lobby.day(),
            open: self.office.open(now.at),
            office: self.office.clone(),
            closing: now.clock_state.trusted() && self.office.closing(now.at),
            days: self.days.closed.clone(),
            visits,
            waiting,
            calls: calls.into_iter().map(|it| it.1).collect(),
            printer: self.printer,
            senses: self.senses,
            roll: (0 < self.roll.length_mm).then(|| {
                self.roll
                    .forecast(self.printer == PrinterState::PaperLow, self.busiest)
            }),
            papers_waiting,
            storage: self.storage,
            sync: Sync {
                unsent: self.head.seq.saturating_sub(sent),
                last_success: self.last_success,
                last: self.last_run.clone().map(|it| {
                    (
                        it.at,
                        SyncRun {
                            outcome: it.outcome,
                            entries: it.entries,
                            detail: it.detail,
                        },
                    )
                }),
            },
            watchers: self.watchers,
            help: self.help.clone(),
            asked: self.asked.clone(),
        }
    }

    /// The lobby, for tests and the bench.
    pub fn lobby(&self) -> &Lobby {
        &self.lobby
    }

    /// The store, for tests and the bench.
    pub fn store(&self) -> &Store {
        &self.store
    }
}

/// Refuses to write more into a file that is known to be damaged: it would be made worse.
fn writable(storage: Storage) -> Result<(), StoreError> {
    match storage {
        Storage::Damaged => Err(StoreError::read_only()),
        _ => Ok(()),
    }
}

/// How far the wall clock moved against the monotonic one between two moments of one boot.
fn step_ms(before: Moment, now: Moment) -> i64 {
    if before.boot_id != now.boot_id {
        return 0;
    }
    (now.at - before.at).num_milliseconds() - (now.mono_ms - before.mono_ms)
}

/// What the printer is to give back: four printable characters, new for each of 78 million papers (PRINTING).
fn fence(sent: u64) -> String {
    let digit = |place: u32| char::from(b'!' + (sent / 94_u64.pow(place) % 94) as u8);
    [digit(3), digit(2), digit(1), digit(0)].iter().collect()
}

/// What stands between a request and its reply.
#[derive(Debug)]
enum Problem {
    Refused(Refusal),
    Store(StoreError),
}

impl Problem {
    fn into_trouble(self) -> Trouble {
        match self {
            Self::Refused(refusal) => Trouble::Refused(refusal),
            Self::Store(error) => Trouble::Fault {
                code: error.code(),
                text: error.to_string(),
            },
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
