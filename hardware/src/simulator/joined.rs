//! The driver and the simulated printer, joined in memory, in virtual time: a morning of faults takes a second.

use std::time::{Duration, Instant};

use super::{Fault, SimulatedPrinter};
use crate::printer::{FenceId, Input, Job, Output, Printer, PrinterEvent};
use crate::profile::Profile;

/// Both ends of a line, and the time.
#[derive(Debug)]
pub struct Joined {
    /// The driver's end.
    pub printer: Printer,
    /// The printer's end.
    pub simulated: SimulatedPrinter,
    /// What the driver has told and nobody has taken yet, oldest first.
    pub events: Vec<PrinterEvent>,
    /// Everything the driver ever sent.
    pub sent: Vec<u8>,
    profile: Profile,
    start: Instant,
    now: Instant,
}

impl Joined {
    /// Both ends connected and at rest, at the speed of the profile.
    pub fn new(profile: Profile, doubtful: impl IntoIterator<Item = FenceId>) -> Self {
        // Virtual time has to begin somewhere; only differences are ever looked at.
        let start = Instant::now();
        let baud = profile.baud;
        let mut joined = Self {
            printer: Printer::new(profile.clone(), doubtful),
            simulated: SimulatedPrinter::new(profile.clone(), baud, start),
            profile,
            events: Vec::new(),
            sent: Vec::new(),
            start,
            now: start,
        };
        joined.tell(Input::Connected);
        joined
    }

    /// The moment it is now.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Time since both were joined.
    pub fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// The program with the driver is killed, and another begins with these jobs in doubt; the printer knows nothing of it.
    pub fn start_again(&mut self, doubtful: impl IntoIterator<Item = FenceId>) {
        self.printer = Printer::new(self.profile.clone(), doubtful);
        self.tell(Input::Connected);
    }

    /// Hands a job to the driver.
    pub fn submit(&mut self, job: Job) {
        self.tell(Input::Print(job));
    }

    /// Has the printer forget what it holds.
    pub fn clear(&mut self) {
        self.tell(Input::Clear);
    }

    /// Begins or ends a fault.
    pub fn set_fault(&mut self, fault: Fault, lasts: bool) {
        let changes = self.simulated.has(fault) != lasts;
        self.simulated.set_fault(fault, lasts, self.now);
        if fault == Fault::HangUp && changes {
            self.tell(if lasts { Input::Lost } else { Input::Connected });
        }
    }

    /// Lets this much time pass.
    pub fn run(&mut self, time: Duration) {
        let until = self.now + time;
        self.run_until(until, |_| false);
    }

    /// Lets time pass until something holds, for at most `limit`; says whether it holds.
    pub fn run_while_not(&mut self, limit: Duration, holds: impl Fn(&Self) -> bool) -> bool {
        let until = self.now + limit;
        self.run_until(until, holds)
    }

    /// The events so far, which are then forgotten.
    pub fn take_events(&mut self) -> Vec<PrinterEvent> {
        std::mem::take(&mut self.events)
    }

    fn run_until(&mut self, until: Instant, holds: impl Fn(&Self) -> bool) -> bool {
        while !holds(self) {
            if self.now >= until {
                return false;
            }
            let next = [self.printer.deadline(), self.simulated.next_event()]
                .into_iter()
                .flatten()
                .min();
            // At least a millisecond, so that what cannot happen yet does not hold time up.
            let next = next.unwrap_or(until).max(self.now + Duration::from_millis(1));
            self.now = next.min(until);
            let said = self.simulated.said(self.now);
            self.tell(if said.is_empty() {
                Input::Tick
            } else {
                Input::Received(said)
            });
        }
        true
    }

    fn tell(&mut self, input: Input) {
        self.printer.handle(input, self.now);
        while let Some(output) = self.printer.poll() {
            match output {
                Output::Send(bytes) => {
                    self.sent.extend(&bytes);
                    self.simulated.receive(&bytes, self.now);
                }
                Output::Event(event) => {
                    self.events.push(event);
                    // As the port does: the rest of a slip in doubt must not come out hours later.
                    if matches!(event, PrinterEvent::InDoubt(..))
                        && self.simulated.has(Fault::HalfWritten)
                        && 0 < self.simulated.take_back()
                    {
                        self.printer.handle(Input::Discarded, self.now);
                    }
                }
            }
        }
    }
}
