//! Calls aloud: watches the lobby, and has each call said once by the loudspeaker (RULES §6).
//!
//! It promises that a call is said by number only, Chinese first and English after it where the visitor reads English; that
//! a number that is no longer called is not said any more; and that nobody ever waits for it. When a hall wants silence,
//! and how loud it is else, the settings say by the hour; the hall's screen shows every call all the same.

mod words;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::desk::{Call, DeskHandle, SenseState, Snapshot};
use crate::devices::voice::{
    Announcement, AnnouncementId, Part, SoundFault, SpeakerEvent, SpeakerHandle, SpeakerState, Tongue,
    Voices, chime,
};
use crate::domain::event::Class;
use crate::domain::office::{Language, Office};
use crate::domain::visit::Visit;
use crate::screen::{Spoken, Volume};

/// A call that could not begin within this time is on the screen, and no news any more.
const PATIENCE: Duration = Duration::from_secs(60);

/// Guidance of a page that was left meanwhile is no help any more.
const GUIDANCE_PATIENCE: Duration = Duration::from_secs(8);

/// Marks ids of guidance, so that none is a call's.
const GUIDANCE: u64 = 1 << 63;

/// How often the loudspeaker's news are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// What the loudspeaker needs to begin.
pub struct Setup {
    /// The office, for names of counters.
    pub office: Arc<Office>,
    /// The desk.
    pub desk: DeskHandle,
    /// The sound card.
    pub speaker: SpeakerHandle,
    /// The voices.
    pub voices: Voices,
    /// What the kiosk's pages are to say.
    pub spoken: watch::Receiver<Spoken>,
    /// How loud it may be now, 0 to 100.
    pub volume: Box<dyn Fn() -> u8 + Send>,
    /// Told whenever the loudspeaker's state changes.
    pub report: Box<dyn Fn(SenseState) + Send>,
    /// Becomes true (or its sender goes) when the lobby stops.
    pub stop: watch::Receiver<bool>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("announce::Setup")
    }
}

/// One call, as it is told from the next one of the same number.
type Key = (char, u16, u8, u8);

fn key(call: &Call) -> Key {
    (call.number.queue, call.number.count, call.counter.0, call.calls)
}

fn id((queue, count, counter, calls): Key) -> AnnouncementId {
    let tail = u64::from(count) << 16 | u64::from(counter) << 8 | u64::from(calls);
    AnnouncementId(u64::from(queue) << 32 | tail)
}

/// What is to be done about the calls of a snapshot.
#[derive(Debug, PartialEq, Eq)]
enum News {
    Say(Call),
    Withdraw(AnnouncementId),
}

/// Knows which calls were said.
#[derive(Debug, Default)]
struct Caller {
    known: Option<BTreeSet<Key>>,
}

impl Caller {
    /// What is new in `calls`. Those of the first look were said before we began.
    fn look(&mut self, calls: &[Call]) -> Vec<News> {
        let current: BTreeSet<Key> = calls.iter().filter(|it| !it.serving).map(key).collect();
        let Some(known) = self.known.replace(current.clone()) else {
            return Vec::new();
        };
        let gone = known.difference(&current).map(|it| News::Withdraw(id(*it)));
        // The newest stands first in a snapshot, and is said last.
        let new = calls
            .iter()
            .rev()
            .filter(|it| !it.serving && !known.contains(&key(it)));
        gone.chain(new.map(|it| News::Say(*it))).collect()
    }
}

/// What is said of `call`, in the order it is said.
fn sentence(office: &Office, snapshot: &Snapshot, call: &Call) -> Vec<Vec<Part>> {
    let counter = office.counter(call.counter);
    let english = snapshot
        .visits
        .iter()
        .any(|it| it.visit.ticket.number == call.number && it.visit.language == Language::English);
    let mut said = vec![words::call(call.number, counter, Language::Chinese)];
    if english {
        said.push(words::call(call.number, counter, Language::English));
    }
    let minutes = office.settings.priority_minutes;
    let passed = passed(snapshot, call);
    if 0 < minutes && !passed.is_empty() {
        said.push(vec![words::priority(minutes, Language::Chinese)]);
        if passed.iter().any(|it| it.language == Language::English) {
            said.push(vec![words::priority(minutes, Language::English)]);
        }
    }
    said
}

/// Who came earlier and still waits, where somebody with priority is called before them: they are told by which rule,
/// so that nobody need ask why (RULES §6). Nobody at a second call: it was said at the first.
fn passed<'s>(snapshot: &'s Snapshot, call: &Call) -> Vec<&'s Visit> {
    let visits = || snapshot.visits.iter().map(|it| it.visit.as_ref());
    let called = visits().find(|it| {
        let here = it.ticket.number == call.number && it.ticket.counter() == Some(call.counter);
        here && it.class == Class::Priority
    });
    let Some(called) = called.filter(|_| call.calls == 1) else {
        return Vec::new();
    };
    let passed = |it: &&Visit| {
        let before = it.arrived < called.arrived && it.class == Class::Ordinary;
        before && it.queues() && it.ticket.department == called.ticket.department
    };
    visits().filter(passed).collect()
}

/// The call as the loudspeaker is given it: the chime, then every sentence; and what of it nobody can say.
fn announcement(
    (office, snapshot): (&Office, &Snapshot),
    call: &Call,
    voices: &Voices,
    bell: &[i16],
) -> (Announcement, Vec<String>) {
    let (mut samples, mut missing) = (bell.to_vec(), Vec::new());
    for parts in sentence(office, snapshot, call) {
        let composed = voices.compose(&parts);
        samples.extend(composed.samples);
        missing.extend(composed.missing);
    }
    let announcement = Announcement {
        id: id(key(call)),
        samples: samples.into(),
        volume: 100,
        patience: PATIENCE,
    };
    (announcement, missing)
}

/// Says calls on a thread of its own until the lobby stops.
///
/// # Errors
/// When the system gives no thread.
pub fn start(setup: Setup) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name("announce".into())
        .spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build();
            match runtime {
                Ok(runtime) => runtime.block_on(run(setup)),
                Err(error) => tracing::warn!(%error, "no calls aloud"),
            }
        })
}

async fn run(setup: Setup) {
    let Setup {
        office,
        desk,
        speaker,
        voices,
        mut spoken,
        volume,
        report,
        mut stop,
    } = setup;
    let mut snapshots = desk.snapshots();
    let mut caller = Caller::default();
    let mut look = tokio::time::interval(LOOK);
    let bell = chime();
    caller.look(&snapshots.borrow_and_update().calls);
    let mut loudness = None;
    loop {
        // The loudspeaker asks for it when a sentence begins: a call made at half a minute to noon may not.
        let now = volume();
        if loudness != Some(now) && speaker.loudness(now) {
            loudness = Some(now);
        }
        tokio::select! {
            _ = stop.wait_for(|it| *it) => return,
            changed = snapshots.changed() => if changed.is_err() { return },
            Ok(()) = spoken.changed() => {
                let word = *spoken.borrow_and_update();
                guide(&speaker, &voices, word);
                continue;
            }
            _ = look.tick() => {
                for event in speaker.events.try_iter() {
                    heard(&event, &*report);
                }
                continue;
            }
        }
        let snapshot = snapshots.borrow_and_update().clone();
        for news in caller.look(&snapshot.calls) {
            match news {
                News::Withdraw(id) => {
                    speaker.withdraw(id);
                }
                // In quiet hours nothing waits for them to end.
                News::Say(_) if volume() == 0 => {}
                News::Say(call) => {
                    let (said, missing) = announcement((&office, &snapshot), &call, &voices, &bell);
                    if !missing.is_empty() {
                        tracing::warn!(?missing, "no voice for a part of a call");
                    }
                    if !speaker.announce(said) {
                        tracing::warn!("the loudspeaker has too much to say");
                    }
                }
            }
        }
    }
}

/// Says the newest word of the kiosk's pages, or nothing where nobody recorded it: a page is never read by espeak-ng.
fn guide(speaker: &SpeakerHandle, voices: &Voices, word: Spoken) {
    let tongue = if word.english {
        Tongue::English
    } else {
        Tongue::Mandarin
    };
    let clip = word.code.and_then(|code| voices.clip(tongue, &guidance(code)));
    let volume = loudness(word.volume);
    match clip {
        Some(samples) if volume > 0 => {
            speaker.guide(Announcement {
                id: AnnouncementId(GUIDANCE | word.sequence),
                samples: samples.into(),
                volume,
                patience: GUIDANCE_PATIENCE,
            });
        }
        _ => {
            speaker.hush();
        }
    }
}

/// The clip of a page's guidance.
pub fn guidance(code: &str) -> String {
    format!("@{code}")
}

/// What the visitor chose, of what the hour allows.
fn loudness(volume: Volume) -> u8 {
    match volume {
        Volume::Off => 0,
        Volume::Quiet => 60,
        Volume::Medium => 80,
        Volume::Loud => 100,
    }
}

fn heard(event: &SpeakerEvent, report: &dyn Fn(SenseState)) {
    match event {
        SpeakerEvent::State(state) => {
            if let SpeakerState::Silent(fault) = state {
                tracing::warn!(%fault, "no sound; calls are on the screen only");
            }
            report(state_of(*state));
        }
        SpeakerEvent::Dropped(id, why) => tracing::debug!(?id, ?why, "call not said"),
        SpeakerEvent::Began(_) | SpeakerEvent::Ended(_) => {}
    }
}

/// The loudspeaker's state in the desk's words.
pub fn state_of(state: SpeakerState) -> SenseState {
    match state {
        SpeakerState::Unknown => SenseState::Unknown,
        SpeakerState::Ready => SenseState::Ready,
        SpeakerState::Silent(SoundFault::Missing) => SenseState::Unplugged,
        SpeakerState::Silent(SoundFault::Denied) => SenseState::Denied,
        SpeakerState::Silent(SoundFault::InUse) => SenseState::InUse,
        SpeakerState::Silent(SoundFault::Format | SoundFault::Other(_)) => SenseState::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CounterId;

    fn call(number: &str, counter: u8, calls: u8, serving: bool) -> Call {
        Call {
            number: number.parse().unwrap(),
            counter: CounterId(counter),
            calls,
            serving,
        }
    }

    #[test]
    fn each_call_is_said_once_in_the_order_it_was_made() {
        let mut caller = Caller::default();
        assert_eq!(
            caller.look(&[call("A001", 1, 1, false)]),
            [],
            "said before the start"
        );
        let (first, second) = (call("A002", 2, 1, false), call("B001", 3, 1, false));
        let calls = [second, first, call("A001", 1, 1, false)];
        assert_eq!(caller.look(&calls), [News::Say(first), News::Say(second)]);
        assert_eq!(caller.look(&calls), []);
        let again = call("A002", 2, 2, false);
        let said = caller.look(&[again, second, call("A001", 1, 1, false)]);
        assert_eq!(said, [News::Withdraw(id(key(&first))), News::Say(again)]);
    }

    #[test]
    fn whoever_stands_at_the_counter_is_not_called_any_more() {
        let mut caller = Caller::default();
        caller.look(&[]);
        let called = call("A002", 2, 1, false);
        assert_eq!(caller.look(&[called]), [News::Say(called)]);
        let serving = call("A002", 2, 1, true);
        assert_eq!(caller.look(&[serving]), [News::Withdraw(id(key(&called)))]);
        assert_eq!(caller.look(&[serving]), []);
    }
}
