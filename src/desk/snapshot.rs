//! What the doors see of the lobby: the whole of it after each change, plain data.

use std::collections::HashMap;
use std::sync::Arc;

use crate::desk::request::{PrinterState, SyncRun};
use crate::desk::senses::Senses;
use crate::domain::event::Stamp;
use crate::domain::ids::{CounterId, DepartmentCode, MatterCode, StaffId, TicketNumber};
use crate::domain::office::Office;
use crate::domain::roll::Forecast;
use crate::domain::time::{LobbyTime, ServiceDay, Timestamp};
use crate::domain::visit::Visit;
use crate::domain::wait::{ClosedDay, Wait};

/// The lobby at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Grows with every change.
    pub revision: u64,
    /// The moment.
    pub at: Timestamp,
    /// The moment, whatever the wall clock does.
    pub lobby: LobbyTime,
    /// Whether dates may be shown: the clock is trusted.
    pub clock_trusted: bool,
    /// The day numbers are given for.
    pub day: Option<ServiceDay>,
    /// Whether the office is open.
    pub open: bool,
    /// The office as it is now: what the files say, what was imported or noted since, and where people say
    /// they are.
    pub office: Arc<Office>,
    /// Whether the day is about to end, or over: who still waits is then told.
    pub closing: bool,
    /// The newest days that are over, newest first: how true the waits were that had been told.
    pub days: Arc<Vec<ClosedDay>>,
    /// Every visit that is open or of today: first those that wait, in calling order.
    pub visits: Vec<Seen>,
    /// How many wait where.
    pub waiting: Vec<(DepartmentCode, usize)>,
    /// Numbers called now, newest first, for displays.
    pub calls: Vec<Call>,
    /// How the printer is.
    pub printer: PrinterState,
    /// How card reader, scanner and loudspeaker are.
    pub senses: Senses,
    /// What the roll will still give; none where there is no printer.
    pub roll: Option<Forecast>,
    /// Papers that wait for the printer.
    pub papers_waiting: usize,
    /// How the database is.
    pub storage: Storage,
    /// How the office database is.
    pub sync: Sync,
    /// Who looks at the kiosk's screen.
    pub watchers: usize,
    /// Somebody at the screen has called for help.
    pub help: Option<HelpCall>,
    /// How often each matter was asked for of late; a matter nobody asked for is not in it.
    pub asked: Arc<HashMap<MatterCode, u32>>,
}

impl Snapshot {
    /// When `lobby` was, by the wall clock of this picture.
    pub fn then(&self, lobby: LobbyTime) -> Timestamp {
        let stamp = Stamp {
            at: self.at,
            lobby: self.lobby,
            seq: 0,
        };
        stamp.then(lobby)
    }
}

/// 叫工作人员来帮我
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCall {
    /// On which page, as a code.
    pub page: &'static str,
    /// Since when.
    pub at: Timestamp,
    /// Who is going there.
    pub coming: Option<StaffId>,
    /// The visitor was registered from the desk meanwhile: the screen is free.
    pub registered: bool,
}

/// One visit and its place.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The visit.
    pub visit: Arc<Visit>,
    /// How many are called before it; none unless it waits.
    pub ahead: Option<usize>,
    /// How long it will wait; none unless it waits, and none where that is no longer today.
    pub wait: Option<Wait>,
}

impl Seen {
    /// How many are called before it, and how long that will be; none unless it waits.
    pub fn place(&self) -> Option<(usize, Option<Wait>)> {
        self.ahead.map(|it| (it, self.wait))
    }
}

/// A number called to a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// The number.
    pub number: TicketNumber,
    /// Where to.
    pub counter: CounterId,
    /// The how-manieth call.
    pub calls: u8,
    /// Whether being served already.
    pub serving: bool,
}

/// How the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// Well.
    #[default]
    Sound,
    /// The disk is full: nothing can be registered.
    Full,
    /// It fails: nothing can be registered.
    Failing,
    /// It is damaged: nothing more is written until a restart recovers it.
    Damaged,
}

impl Storage {
    /// Whether numbers can be given.
    pub fn writes(self) -> bool {
        self == Self::Sound
    }

    /// What doors look the words up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Full => "disk-full",
            Self::Failing => "database-failed",
            Self::Damaged => "database-damaged",
        }
    }
}

/// How the office database is, as far as known here.
#[derive(Debug, Clone, Default)]
pub struct Sync {
    /// Entries the office does not have yet.
    pub unsent: u64,
    /// When the office last acknowledged something, or a load found nothing to send.
    pub last_success: Option<Timestamp>,
    /// The newest load.
    pub last: Option<(Timestamp, SyncRun)>,
}
