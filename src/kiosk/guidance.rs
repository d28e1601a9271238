//! What the screen says aloud: a code for each page and what happens on it, and the texts behind the codes.
//!
//! The texts stand in `ui/kiosk/guidance.txt`, one line each, so that whatever makes sound of them reads the
//! same file. Nothing a visitor entered is ever among them, nor what they came for.

use tokio::sync::watch;
use ui::SlipState;

use crate::domain::office::{Language, Words};
use crate::kiosk::View;
use crate::kiosk::flow::{Dialog, Lost, Page, Pause, Step};
use crate::screen::{Spoken, Volume};

const TEXTS: &str = include_str!("../../ui/kiosk/guidance.txt");

/// Every line of the file: its code and its words.
pub fn all() -> impl Iterator<Item = (&'static str, Words)> {
    TEXTS
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|line| {
            let mut parts = line.split(" | ");
            let (code, zh, en) = (parts.next()?, parts.next()?, parts.next()?);
            let words = Words {
                zh: zh.to_owned(),
                en: en.to_owned(),
            };
            Some((code, words))
        })
}

/// Everything the screen may say, each with the code its line of the file begins with.
macro_rules! lines {
    ($($line:ident = $code:literal,)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Line { $($line),* }

        impl Line {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$line),*];

            fn code(self) -> &'static str {
                match self { $(Self::$line => $code),* }
            }
        }
    };
}

lines! {
    Home = "home",
    HomeClosed = "home-closed",
    Matters = "matters",
    Search = "search",
    SearchNothing = "search-nothing",
    Bring = "bring",
    BringAway = "bring-away",
    BringShut = "bring-shut",
    Read = "read",
    WhoNotice = "who-notice",
    WhoName = "who-name",
    WhoWrite = "who-write",
    WhoWritePick = "who-write-pick",
    WhoPhone = "who-phone",
    WhoPhoneWrong = "who-phone-wrong",
    TicketPrinting = "ticket-printing",
    TicketTake = "ticket-take",
    TicketFailed = "ticket-failed",
    TicketLater = "ticket-later",
    TicketLaterFailed = "ticket-later-failed",
    Progress = "progress",
    ProgressUnknown = "progress-unknown",
    ProgressLost = "progress-lost",
    ProgressMismatch = "progress-mismatch",
    ProgressEnough = "progress-enough",
    ProgressFound = "progress-found",
    PausedStorage = "paused-storage",
    PausedMachine = "paused-machine",
    PausedUsedUp = "paused-used-up",
    Countdown = "countdown",
    HelpCalled = "help-called",
    HelpComing = "help-coming",
    HelpUnheard = "help-unheard",
}

/// What is said of `view`, with the help that is on its way and the state of its slip.
pub(super) fn code(view: &View<'_>) -> &'static str {
    line(view).code()
}

fn line(view: &View<'_>) -> Line {
    let flow = view.flow;
    if flow.countdown().is_some() {
        return Line::Countdown;
    }
    if flow.dialog() == Some(Dialog::Help) {
        match view.help {
            ui::Help::Coming => return Line::HelpComing,
            ui::Help::Called => return Line::HelpCalled,
            ui::Help::Unheard => return Line::HelpUnheard,
            // The bell has not rung yet: so far nothing new is to be said.
            ui::Help::None | ui::Help::Done => {}
        }
    }
    match flow.page() {
        Page::Home if view.snapshot.open => Line::Home,
        Page::Home => Line::HomeClosed,
        Page::Matters(_) => Line::Matters,
        Page::Search if view.nothing_found => Line::SearchNothing,
        Page::Search => Line::Search,
        Page::Bring if super::bring::shut_now(view) => Line::BringShut,
        Page::Bring if super::bring::away(view) => Line::BringAway,
        Page::Bring => Line::Bring,
        // What is on these pages is read and not heard: one of them is a private matter (RULES §7).
        Page::Report | Page::Posted => Line::Read,
        Page::Who(Step::Notice) => Line::WhoNotice,
        Page::Who(Step::Name) => Line::WhoName,
        Page::Who(Step::Write) if view.unpicked => Line::WhoWritePick,
        Page::Who(Step::Write) => Line::WhoWrite,
        Page::Who(Step::Phone) if flow.walk().phone_wrong => Line::WhoPhoneWrong,
        Page::Who(Step::Phone) => Line::WhoPhone,
        Page::Ticket => ticket(view),
        Page::Progress => progress(view),
        Page::Paused(Pause::Storage) => Line::PausedStorage,
        Page::Paused(Pause::Machine) => Line::PausedMachine,
        Page::Paused(Pause::UsedUp) => Line::PausedUsedUp,
    }
}

fn ticket(view: &View<'_>) -> Line {
    match (super::ticket::paper_of(view), super::night::later(view)) {
        (Some(SlipState::Take), false) => Line::TicketTake,
        (Some(SlipState::Take), true) => Line::TicketLater,
        (Some(SlipState::Failed), false) => Line::TicketFailed,
        (Some(SlipState::Failed), true) => Line::TicketLaterFailed,
        _ => Line::TicketPrinting,
    }
}

fn progress(view: &View<'_>) -> Line {
    let walk = view.flow.walk();
    match walk.lost {
        _ if super::progress::found(view) => Line::ProgressFound,
        Some(Lost::Asked) => Line::ProgressLost,
        Some(Lost::Wrong) => Line::ProgressMismatch,
        Some(Lost::Enough) => Line::ProgressEnough,
        None if walk.looked => Line::ProgressUnknown,
        None => Line::Progress,
    }
}

/// The mouth of the screen: says each thing once.
#[derive(Debug)]
pub(super) struct Voice {
    out: Option<watch::Sender<Spoken>>,
    /// What was said last, and whether it was kept silent.
    last: Option<(&'static str, Language, Volume, bool)>,
}

impl Voice {
    pub(super) fn new(out: Option<watch::Sender<Spoken>>) -> Self {
        Self { out, last: None }
    }

    /// Whether the box can speak at all.
    pub(super) fn is_there(&self) -> bool {
        self.out.is_some()
    }

    /// Says it once more, at the next look.
    pub(super) fn again(&mut self) {
        self.last = None;
    }

    /// Says what is to be said of `view`. An empty lobby is spoken to by nobody: the first page is said only to whoever
    /// has touched it or came back to it, `attended`.
    pub(super) fn tell(&mut self, view: &View<'_>, attended: bool) {
        let Some(out) = &self.out else { return };
        let silent = view.flow.volume() == Volume::Off || !attended && view.flow.page() == Page::Home;
        let now = (code(view), view.language(), view.flow.volume(), silent);
        if self.last == Some(now) {
            return;
        }
        self.last = Some(now);
        out.send_modify(|it| {
            *it = Spoken {
                sequence: it.sequence + 1,
                code: (!silent).then_some(now.0),
                english: now.1 == Language::English,
                volume: now.2,
            };
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_may_be_said_has_a_line_and_no_line_is_left_over() {
        let written: Vec<_> = all().map(|it| it.0).collect();
        let said: Vec<_> = Line::ALL.iter().map(|it| it.code()).collect();
        assert_eq!(written, said, "the file has its lines in the order of the code");
    }

    #[test]
    fn every_line_of_guidance_has_both_languages() {
        let lines: Vec<_> = all().collect();
        assert_eq!(
            lines.len(),
            TEXTS.lines().filter(|it| !it.starts_with('#')).count(),
            "a line is not `code | 中文 | English`"
        );
        for (code, words) in lines {
            assert!(!words.zh.is_empty() && !words.en.is_empty(), "{code}");
        }
    }
}
