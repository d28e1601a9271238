//! What the box hears and reads beside fingers: a slip held before the scanner, a card laid on the reader; and the lost
//! slip, which is found by its number and a telephone.
//!
//! A scan leads to where that number stands, from any page but a number just given. A card is wanted only while the name is
//! asked for, and gives the name only: 不刷证 stays an equal way, since every other key works as before.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use slint::ComponentHandle;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use ui::{CardState, ProgressAdapter, WhoAdapter};

use crate::desk::{Reply, Request, Seen, Trouble};
use crate::domain::find::Clue;
use crate::domain::ids::TicketNumber;
use crate::domain::refusal::Refusal;
use crate::domain::sensitive::{self, Sensitive};
use crate::kiosk::Kiosk;
use crate::kiosk::flow::{Lost, Page, Step};
use crate::senses::{Sensed, SensesSide};

/// The kiosk's end of the devices.
#[derive(Debug)]
pub(super) struct Sensing {
    side: SensesSide,
    kept: VecDeque<Sensed>,
    /// A slip the desk was asked about, scanned or lost.
    asked: Option<oneshot::Receiver<Result<Reply, Trouble>>>,
    /// It was lost.
    lost: bool,
    /// Its number was typed: the page says already that there is none today.
    typed: bool,
    scanner: bool,
    reader: bool,
    /// The card that lies there could not be read.
    again: bool,
    /// The reader was told that a card is wanted, and has not brought one since.
    wished: bool,
    /// The name of the last card on this page.
    last: Option<Sensitive<String>>,
}

impl Sensing {
    pub(super) fn new(side: SensesSide) -> Self {
        Self {
            side,
            kept: VecDeque::new(),
            asked: None,
            lost: false,
            typed: false,
            scanner: false,
            reader: false,
            again: false,
            wished: false,
            last: None,
        }
    }

    /// A card was read. While the page stays another may correct it: the reader is told again.
    fn fulfilled(&mut self) {
        (self.again, self.wished) = (false, false);
    }

    /// Whether there is something to take in; it is kept until then.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> bool {
        if let Poll::Ready(Some(sensed)) = self.side.sensed.poll_recv(context) {
            self.kept.push_back(sensed);
        }
        !self.kept.is_empty()
    }
}

impl Kiosk {
    /// Takes in what was scanned and read, and what the desk said of it. Never waits.
    pub(super) fn take_sensed(&self) {
        loop {
            let sensed = {
                let sensing = &mut *self.senses.borrow_mut();
                sensing
                    .kept
                    .pop_front()
                    .or_else(|| sensing.side.sensed.try_recv().ok())
            };
            let Some(sensed) = sensed else { break };
            self.stale.set(true);
            match sensed {
                Sensed::Scanned(text) => self.look_for(Clue::Scan(text)),
                Sensed::Name(name) => {
                    let repeated = {
                        let sensing = &mut *self.senses.borrow_mut();
                        sensing.fulfilled();
                        sensing.last.replace(name.clone()).as_ref() == Some(&name)
                    };
                    // What no name can be is not filled in; a card that is only left lying changes nothing.
                    if let Ok(Some(name)) = sensitive::name(name.reveal())
                        && !repeated
                    {
                        let mut state = self.state.borrow_mut();
                        state.flow.card(name.reveal());
                        state.still_seconds = 0;
                    }
                }
                Sensed::CardUnusable => {
                    let sensing = &mut *self.senses.borrow_mut();
                    sensing.fulfilled();
                    sensing.last = None;
                    self.state.borrow_mut().flow.card_unusable();
                }
                Sensed::Scanner(there) => self.senses.borrow_mut().scanner = there,
                Sensed::Reader(there) => self.senses.borrow_mut().reader = there,
                Sensed::CardAgain => self.senses.borrow_mut().again = true,
            }
        }
        self.take_whereabouts();
    }

    /// Asks the desk where a slip's visit stands.
    pub(super) fn look_for(&self, clue: Clue) {
        let lost = matches!(clue, Clue::Lost { .. });
        let typed = matches!(clue, Clue::Number { .. });
        let asked = self.desk.ask_later(Request::Find(clue));
        let sensing = &mut *self.senses.borrow_mut();
        (sensing.asked, sensing.lost, sensing.typed) = (asked.ok(), lost, typed);
    }

    /// Asks the desk about a number that was typed and is none of today's: the visit may have been closed on an
    /// earlier day, and its progress may be asked at any time (R17).
    pub(super) fn look_further(&self) {
        let number = {
            let state = self.state.borrow();
            let walk = state.flow.walk();
            let typed = state.flow.page() == Page::Progress && walk.looked && !walk.scanned;
            let number = typed.then(|| walk.number.parse::<TicketNumber>().ok()).flatten();
            let visits = &state.snapshot.visits;
            let here = |number: &TicketNumber| visits.iter().any(|it| it.visit.ticket.number == *number);
            number.filter(|it| state.found.is_none() && !here(it))
        };
        if let Some(number) = number {
            self.look_for(Clue::Number { number, day: None });
        }
    }

    fn take_whereabouts(&self) {
        let (answer, lost, typed) = {
            let sensing = &mut *self.senses.borrow_mut();
            let answer = match sensing.asked.as_mut().map(oneshot::Receiver::try_recv) {
                None | Some(Err(TryRecvError::Empty)) => return,
                Some(Ok(answer)) => answer,
                Some(Err(TryRecvError::Closed)) => Err(Trouble::Stopped),
            };
            sensing.asked = None;
            (answer, sensing.lost, sensing.typed)
        };
        self.stale.set(true);
        let state = &mut *self.state.borrow_mut();
        let seen = match answer {
            Ok(Reply::Found(seen)) => Some(*seen),
            Err(Trouble::Refused(Refusal::TriedEnough)) if lost => {
                return state.flow.not_found(Lost::Enough);
            }
            _ if lost => return state.flow.not_found(Lost::Wrong),
            _ if typed => return,
            _ => None,
        };
        let number = seen.as_ref().map(|it| it.visit.ticket.number.to_string());
        if state.flow.scanned(number) {
            state.found = seen;
            state.still_seconds = 0;
        }
    }

    /// Tells the reader whether a card is wanted, and the pages what there is.
    pub(super) fn show_senses(&self, page: Page) {
        let sensing = &mut *self.senses.borrow_mut();
        let wanted = matches!(page, Page::Who(Step::Name | Step::Write));
        if sensing.wished != wanted {
            (sensing.wished, sensing.again) = (wanted, false);
            sensing.last = sensing.last.take().filter(|_| wanted);
            sensing.side.card.tell(wanted);
        }
        let card = match (sensing.reader, sensing.again) {
            (false, _) => CardState::None,
            (true, false) => CardState::Ready,
            (true, true) => CardState::Again,
        };
        self.window.global::<WhoAdapter>().set_card(card);
        self.window
            .global::<ProgressAdapter>()
            .set_scanner(sensing.scanner);
    }
}

/// The visit that was scanned, as it is now: what the desk found, or what has become of it since.
pub(super) fn now<'a>(found: &'a Seen, visits: &'a [Seen]) -> &'a Seen {
    visits
        .iter()
        .find(|it| it.visit.id == found.visit.id)
        .unwrap_or(found)
}
