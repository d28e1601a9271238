//! What the screen says aloud: a code for each page and what happens on it, and the texts behind the codes.
//!
//! The texts stand in `ui/kiosk/guidance.txt`, one line each, so that whatever makes sound of them reads the
//! same file. Nothing a visitor entered is ever among them, nor what they came for.

use tokio::sync::watch;

use crate::domain::office::{Language, Words};
use crate::kiosk::View;
use crate::kiosk::flow::{Dialog, Page, Pause, Step};
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

/// What is said of `view`, with the help that is on its way and the state of its slip.
pub(super) fn code(view: &View<'_>) -> &'static str {
    let flow = view.flow;
    if flow.dialog() == Some(Dialog::Help) {
        let coming = view.snapshot.help.as_ref().is_some_and(|it| it.coming.is_some());
        return if coming { "help-coming" } else { "help-called" };
    }
    if flow.countdown().is_some() {
        return "countdown";
    }
    match flow.page() {
        Page::Home if view.snapshot.open => "home",
        Page::Home => "home-closed",
        Page::Matters(_) => "matters",
        Page::Search => "search",
        Page::Bring if super::bring::away(view) => "bring-away",
        Page::Bring => "bring",
        Page::Report => "report",
        Page::Who(Step::Notice) => "who-notice",
        Page::Who(Step::Name) => "who-name",
        Page::Who(Step::Write) => "who-write",
        Page::Who(Step::Phone) => "who-phone",
        Page::Ticket => match super::ticket::paper_of(view) {
            Some(ui::SlipState::Take) => "ticket-take",
            Some(ui::SlipState::Failed) => "ticket-failed",
            _ => "ticket-printing",
        },
        Page::Progress if super::progress::found(view) => "progress-found",
        Page::Progress if view.flow.walk().lost.is_some() => "progress-lost",
        Page::Progress => "progress",
        Page::Posted => "posted",
        Page::Paused(Pause::Storage) => "paused-storage",
        Page::Paused(Pause::Machine) => "paused-machine",
        Page::Paused(Pause::UsedUp) => "paused-used-up",
    }
}

/// The mouth of the screen: says each thing once.
#[derive(Debug)]
pub(super) struct Voice {
    out: Option<watch::Sender<Spoken>>,
    /// What was said last, and whether anybody stood there to hear it.
    last: Option<(&'static str, Language, Volume)>,
}

impl Voice {
    pub(super) fn new(out: Option<watch::Sender<Spoken>>) -> Self {
        Self { out, last: None }
    }

    /// Whether the box can speak at all.
    pub(super) fn is_there(&self) -> bool {
        self.out.is_some()
    }

    /// Says what is to be said of `view`. An empty lobby is spoken to by nobody: the first page is said only to
    /// whoever came back to it.
    pub(super) fn tell(&mut self, view: &View<'_>, attended: bool) {
        let Some(out) = &self.out else { return };
        let now = (code(view), view.language(), view.flow.volume());
        if self.last == Some(now) {
            return;
        }
        let louder = self.last.is_some_and(|it| it.2 != now.2);
        self.last = Some(now);
        let silent = now.2 == Volume::Off || !attended && view.flow.page() == Page::Home && !louder;
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
