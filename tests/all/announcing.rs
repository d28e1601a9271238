//! Calls aloud, from the desk to the samples a sound card is given: the chime, Chinese, English where the visitor reads it,
//! and silence when the hour wants it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use hardware::bank::Bank;
use hardware::speech::{at_volume, chime};
use lobby::announce::{self, Setup};
use lobby::clock::Clock;
use lobby::desk::{Action, DeskHandle, Reply, Request, SenseState};
use lobby::devices::voice;
use lobby::domain::event::{Class, Outcome, Told};
use lobby::domain::ids::{CounterId, MatterIndex, VisitId};
use lobby::domain::office::Language;
use tokio::sync::watch;

use crate::program::{LIMIT, soon};
use crate::support::{MONDAY, arrival, arrive, desk, office};

/// A hall with a loudspeaker that writes what is heard into a file.
struct Hall {
    desk: DeskHandle,
    clock: Clock,
    volume: Arc<AtomicU8>,
    /// How often it was asked how loud it may be: once a turn at least.
    turns: Arc<AtomicUsize>,
    file: PathBuf,
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<()>,
}

impl Hall {
    /// One visitor waits for social security.
    fn open(folder: &Path, language: Language, volume: u8) -> Self {
        let (mut desk, clock) = desk(MONDAY);
        let mut somebody = arrival(Some("card-reissue"), 1);
        somebody.language = language;
        arrive(&mut desk, somebody).unwrap();
        let desk = desk.start().0;
        let file = folder.join("heard.raw");
        let (volume, turns) = (Arc::new(AtomicU8::new(volume)), Arc::new(AtomicUsize::new(0)));
        let ((stop, stopped), (tell, states)) = (watch::channel(false), channel());
        let (now, turned) = (volume.clone(), turns.clone());
        let thread = announce::start(Setup {
            office: Arc::new(office()),
            desk: desk.clone(),
            // ALSA's own device that writes what it would play into a file.
            speaker: voice::spawn(&format!("file:'{}',raw", file.display())).unwrap(),
            voices: voice::Voices::new(Vec::new(), false),
            spoken: watch::channel(lobby::screen::Spoken::default()).1,
            volume: Box::new(move || {
                turned.fetch_add(1, Ordering::Relaxed);
                now.load(Ordering::Relaxed)
            }),
            report: Box::new(move |state| {
                let _ = tell.send(state);
            }),
            stop: stopped,
        })
        .unwrap();
        // Calls made before it listens were said before.
        while states.recv_timeout(LIMIT).unwrap() != SenseState::Ready {}
        Self {
            desk,
            clock,
            volume,
            turns,
            file,
            stop,
            thread,
        }
    }

    fn calls(&self) -> VisitId {
        let (by, counter) = ("zheng".into(), CounterId(4));
        match self.desk.ask_blocking(Request::CallNext { by, counter }).unwrap() {
            Reply::Called(visit) => visit,
            other => panic!("{other:?}"),
        }
    }

    fn calls_again(&self, visit: VisitId) {
        // A visitor has two minutes to come.
        self.clock.advance(120_000);
        let (by, action) = ("zheng".into(), Action::Call(CounterId(4)));
        self.desk
            .ask_blocking(Request::Act { by, visit, action })
            .unwrap();
    }

    /// Waits until everything that has happened so far was looked at.
    fn looks(&self) {
        let since = self.turns.load(Ordering::Relaxed);
        soon("it looks", || {
            (self.turns.load(Ordering::Relaxed) > since + 4).then_some(())
        });
    }

    /// What was heard, once everybody was told to stop and the last word was said.
    fn closes(self) -> Vec<i16> {
        self.stop.send(true).unwrap();
        self.thread.join().unwrap();
        heard(&self.file)
    }
}

fn heard(file: &Path) -> Vec<i16> {
    let bytes = std::fs::read(file).unwrap_or_default();
    let sample = |it: &[u8]| i16::from_le_bytes([it[0], it[1]]);
    bytes.chunks_exact(2).map(sample).collect()
}

/// Where a clip of the bank in the program is heard.
fn place(heard: &[i16], clip: &str, volume: u8) -> Option<usize> {
    let clip = at_volume(&Bank::core().clip(clip).expect(clip), volume);
    heard.windows(clip.len()).position(|it| it == clip)
}

#[test]
fn a_call_is_the_chime_then_chinese_then_english_for_whoever_reads_it_at_the_hours_volume() {
    for (language, volume) in [(Language::Chinese, 80), (Language::English, 100)] {
        let home = tempfile::tempdir().unwrap();
        let hall = Hall::open(home.path(), language, volume);
        hall.calls();
        hall.looks();
        let heard = hall.closes();
        let bell = at_volume(&chime(), volume);
        assert!(heard.starts_with(&bell), "the chime comes first");
        let zh = ["zh/请B", "zh/零", "zh/一号"].map(|it| place(&heard, it, volume));
        assert!(
            zh[0] == Some(bell.len()) && zh.is_sorted() && zh[2].is_some(),
            "{zh:?}"
        );
        let en = ["en/number", "en/B", "en/one."].map(|it| place(&heard, it, volume));
        match language {
            Language::Chinese => assert_eq!(en, [None; 3]),
            Language::English => assert!(zh[2] < en[0] && en.is_sorted(), "{zh:?} {en:?}"),
        }
    }
}

#[test]
fn who_is_passed_by_somebody_with_priority_hears_by_which_rule_and_only_then() {
    let home = tempfile::tempdir().unwrap();
    let hall = Hall::open(home.path(), Language::Chinese, 100);
    hall.clock.advance(60_000);
    let mut older = arrival(Some("card-reissue"), 2);
    older.class = Class::Priority;
    hall.desk.ask_blocking(Request::Arrive(older)).unwrap();
    let first = hall.calls();
    hall.looks();
    let zheng = |action| {
        let by = "zheng".into();
        let visit = first;
        hall.desk
            .ask_blocking(Request::Act { by, visit, action })
            .unwrap();
    };
    // Said of the first call, not of the next of the same number …
    hall.clock.advance(120_000);
    zheng(Action::Call(CounterId(4)));
    hall.looks();
    zheng(Action::Begin);
    zheng(Action::Close {
        matter: MatterIndex(0),
        outcome: Outcome::Answered,
        told: Told::InPerson,
        note: None,
    });
    // … and not where nobody is passed.
    hall.calls();
    hall.looks();
    let heard = hall.closes();
    let times = |clip: &str| {
        let clip = at_volume(&Bank::core().clip(clip).expect(clip), 100);
        heard.windows(clip.len()).filter(|it| *it == clip).count()
    };
    assert_eq!(times("zh/请B"), 3, "three calls");
    assert_eq!((times("zh/优先照顾的群众，按早到"), times("zh/分钟排队")), (1, 1));
    let rule =
        ["zh/二号", "zh/优先照顾的群众，按早到", "zh/十", "zh/分钟排队"].map(|it| place(&heard, it, 100));
    assert!(
        rule.is_sorted() && rule[0].is_some(),
        "the number first: {rule:?}"
    );
}

#[test]
fn at_lunch_nothing_is_said_and_nothing_waits_for_its_end() {
    let home = tempfile::tempdir().unwrap();
    let hall = Hall::open(home.path(), Language::Chinese, 0);
    let visit = hall.calls();
    hall.looks();
    assert_eq!(heard(&hall.file).len(), 0);
    hall.volume.store(100, Ordering::Relaxed);
    hall.looks();
    assert_eq!(
        heard(&hall.file).len(),
        0,
        "it was on the screen, and is no news any more"
    );
    hall.calls_again(visit);
    hall.looks();
    let heard = hall.closes();
    let bell = chime();
    let times = heard.windows(bell.len()).filter(|it| **it == bell).count();
    assert_eq!(times, 1);
}
