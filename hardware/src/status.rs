//! The printer's own answers: what each status byte means, and what it says as a whole.
//!
//! `10 04 n` is answered at once, even while a fault lasts; `GS r 1` is answered in print order.

/// The four real-time questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// `10 04 01`: is it on line?
    Printer,
    /// `10 04 02`: why is it off line?
    Offline,
    /// `10 04 03`: which error?
    Error,
    /// `10 04 04`: how much paper?
    Paper,
}

impl Question {
    /// All four, in asking order.
    pub const ALL: [Self; 4] = [Self::Printer, Self::Offline, Self::Error, Self::Paper];

    /// The bytes that ask it.
    pub fn bytes(self) -> [u8; 3] {
        [0x10, 0x04, self as u8 + 1]
    }

    /// The question after this one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }
}

/// An answer to a real-time question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// To [`Question::Printer`].
    Printer {
        /// Pin 3 of the drawer connector is high.
        drawer_high: bool,
        /// It cannot print now.
        offline: bool,
        /// It waits to be told to recover.
        waits_to_recover: bool,
        /// Somebody presses the feed button.
        feed_pressed: bool,
    },
    /// To [`Question::Offline`].
    Offline {
        /// The cover is open.
        cover_open: bool,
        /// Paper is being fed by the button.
        feeding: bool,
        /// It stopped for want of paper.
        stopped: bool,
        /// An error occurred; [`Question::Error`] says which.
        error: bool,
    },
    /// To [`Question::Error`].
    Error {
        /// An error that a command recovers from.
        recoverable: bool,
        /// The cutter is stuck.
        cutter: bool,
        /// An error that needs service.
        unrecoverable: bool,
        /// It recovers by itself: a hot head cools down.
        recovers_by_itself: bool,
    },
    /// To [`Question::Paper`].
    Paper(Paper),
}

/// How much paper is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Enough.
    Plenty,
    /// The roll comes to its end.
    NearEnd,
    /// None.
    Out,
}

/// Whether a byte has the form of an answer to `10 04 n`. It never looks like one to `GS r`.
pub fn is_status(byte: u8) -> bool {
    byte & 0x93 == 0x12
}

/// Reads the answer to a question; `None` when the byte cannot be one.
pub fn decode(question: Question, byte: u8) -> Option<Answer> {
    if !is_status(byte) {
        return None;
    }
    let [third, fourth, sixth, seventh] = [0x04, 0x08, 0x20, 0x40].map(|bit| byte & bit != 0);
    Some(match question {
        Question::Printer => Answer::Printer {
            drawer_high: third,
            offline: fourth,
            waits_to_recover: sixth,
            feed_pressed: seventh,
        },
        Question::Offline => Answer::Offline {
            cover_open: third,
            feeding: fourth,
            stopped: sixth,
            error: seventh,
        },
        Question::Error => Answer::Error {
            recoverable: third,
            cutter: fourth,
            unrecoverable: sixth,
            recovers_by_itself: seventh,
        },
        Question::Paper if sixth || seventh => Answer::Paper(Paper::Out),
        Question::Paper if third || fourth => Answer::Paper(Paper::NearEnd),
        Question::Paper => Answer::Paper(Paper::Plenty),
    })
}

/// Reads the answer to `GS r 1`; `None` when the byte cannot be one.
///
/// Bits 4 and 7 are never set in one. Bits 5 and 6 are undefined, so they are let pass.
pub fn paper(byte: u8) -> Option<Paper> {
    match byte {
        byte if byte & 0x90 != 0 => None,
        byte if byte & 0x0c != 0 => Some(Paper::Out),
        byte if byte & 0x03 != 0 => Some(Paper::NearEnd),
        _ => Some(Paper::Plenty),
    }
}

/// What the printer says about itself, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrinterStatus {
    /// The port is open. Without it nothing below is known.
    pub connected: bool,
    /// It does not answer: switched off, unplugged at its end, or the wrong speed.
    pub mute: bool,
    /// It cannot print now.
    pub offline: bool,
    /// How much paper is left.
    pub paper: Paper,
    /// The cover is open.
    pub cover_open: bool,
    /// The cutter is stuck.
    pub cutter_stuck: bool,
    /// It waits until its head has cooled down, and goes on by itself.
    pub head_hot: bool,
    /// An error that needs service, or one it does not explain.
    pub failed: bool,
}

impl Default for PrinterStatus {
    /// Not connected: what is true before the port is open.
    fn default() -> Self {
        Self {
            connected: false,
            mute: false,
            offline: false,
            paper: Paper::Plenty,
            cover_open: false,
            cutter_stuck: false,
            head_hot: false,
            failed: false,
        }
    }
}

/// The one thing to tell people and to do something about, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The port cannot be opened.
    NotConnected,
    /// It does not answer.
    Mute,
    /// The cover is open.
    CoverOpen,
    /// There is no paper.
    PaperOut,
    /// The cutter is stuck.
    CutterStuck,
    /// The head is too hot; it goes on by itself.
    HeadHot,
    /// An error that needs service.
    Failed,
    /// Off line for a reason it does not tell.
    Offline,
}

impl PrinterStatus {
    /// Why no slip can be printed now; `None` when one can.
    pub fn trouble(&self) -> Option<Trouble> {
        [
            (!self.connected, Trouble::NotConnected),
            (self.mute, Trouble::Mute),
            (self.cover_open, Trouble::CoverOpen),
            (self.paper == Paper::Out, Trouble::PaperOut),
            (self.cutter_stuck, Trouble::CutterStuck),
            (self.head_hot, Trouble::HeadHot),
            (self.failed, Trouble::Failed),
            (self.offline, Trouble::Offline),
        ]
        .into_iter()
        .find_map(|(lasts, trouble)| lasts.then_some(trouble))
    }

    /// Whether a slip can be promised now.
    pub fn can_print(&self) -> bool {
        self.trouble().is_none()
    }

    /// Takes one answer in. What the other three said stays.
    pub fn learn(&mut self, answer: Answer) {
        self.mute = false;
        match answer {
            Answer::Printer {
                offline,
                waits_to_recover,
                ..
            } => self.offline = offline || waits_to_recover,
            Answer::Offline {
                cover_open, stopped, ..
            } => {
                self.cover_open = cover_open;
                if stopped {
                    self.paper = Paper::Out;
                }
            }
            Answer::Error {
                recoverable,
                cutter,
                unrecoverable,
                recovers_by_itself,
            } => {
                self.cutter_stuck = cutter;
                self.head_hot = recovers_by_itself;
                self.failed = unrecoverable || recoverable;
            }
            Answer::Paper(paper) => self.paper = paper,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use escpos::utils::{RealTimeStatusRequest, RealTimeStatusResponse as Said};

    use super::*;

    /// What the escpos crate reads in the same byte, in our words.
    fn oracle(question: Question, byte: u8) -> Option<Answer> {
        let request = match question {
            Question::Printer => RealTimeStatusRequest::Printer,
            Question::Offline => RealTimeStatusRequest::OfflineCause,
            Question::Error => RealTimeStatusRequest::ErrorCause,
            Question::Paper => RealTimeStatusRequest::RollPaperSensor,
        };
        let said: HashMap<Said, bool> = Said::parse(request, byte).ok()?;
        Some(match question {
            Question::Printer => Answer::Printer {
                drawer_high: !said[&Said::DrawerKickOutConnectorPin3Low],
                offline: !said[&Said::Online],
                waits_to_recover: said[&Said::WaitingForOnlineRecovery],
                feed_pressed: said[&Said::PaperFeedButtonPressed],
            },
            Question::Offline => Answer::Offline {
                cover_open: !said[&Said::CoverClosed],
                feeding: said[&Said::PaperFedByPaperFeedButton],
                stopped: said[&Said::PrintingStopsDueToPaperEnd],
                error: said[&Said::ErrorOccurred],
            },
            Question::Error => Answer::Error {
                recoverable: said[&Said::RecoverableErrorOccurred],
                cutter: said[&Said::AutocutterErrorOccurred],
                unrecoverable: said[&Said::UnrecoverableErrorOccurred],
                recovers_by_itself: said[&Said::AutoRecoverableErrorOccurred],
            },
            Question::Paper if !said[&Said::RollPaperEndSensorPaperPresent] => Answer::Paper(Paper::Out),
            Question::Paper if !said[&Said::RollPaperNearEndSensorPaperAdequate] => {
                Answer::Paper(Paper::NearEnd)
            }
            Question::Paper => Answer::Paper(Paper::Plenty),
        })
    }

    #[test]
    fn the_decoder_agrees_with_the_escpos_crate_on_every_byte_of_every_question() {
        for question in Question::ALL {
            for byte in 0..=255 {
                assert_eq!(
                    decode(question, byte),
                    oracle(question, byte),
                    "{question:?} {byte:02x}"
                );
            }
        }
    }

    #[test]
    fn the_answer_of_the_fence_never_looks_like_a_real_time_status() {
        for byte in 0..=255 {
            assert!(!(is_status(byte) && paper(byte).is_some()), "{byte:02x}");
        }
        assert_eq!([0x00, 0x03, 0x0c, 0x0f].map(paper), {
            use Paper::{NearEnd, Out, Plenty};
            [Some(Plenty), Some(NearEnd), Some(Out), Some(Out)]
        });
    }

    #[test]
    fn an_open_cover_is_told_before_the_paper_it_hides() {
        let mut status = PrinterStatus {
            connected: true,
            ..PrinterStatus::default()
        };
        assert_eq!(status.trouble(), None);
        for (question, byte) in Question::ALL.into_iter().zip([0x1a, 0x36, 0x12, 0x7e]) {
            status.learn(decode(question, byte).expect("a status byte"));
        }
        assert_eq!(status.trouble(), Some(Trouble::CoverOpen));
        status.cover_open = false;
        assert_eq!(status.trouble(), Some(Trouble::PaperOut));
    }
}
