//! The loudspeaker: its queue in virtual time, the clips as they are, and a real ALSA device that plays into a file.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hardware::bank::{Bank, RATE, samples};
use hardware::sound;
use hardware::speaker::{
    Announcement, AnnouncementId, CHUNK, Input, Output, SoundFault, Speaker, SpeakerEvent, SpeakerState, Why,
};
use hardware::speech::{Part, Tongue, Voices, at_volume, chime, length};

const LIMIT: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(60);

fn announcement(id: u64, samples: usize, patience: Duration) -> Announcement {
    Announcement {
        id: AnnouncementId(id),
        // The value tells whose samples they are.
        samples: vec![id as i16; samples].into(),
        volume: 100,
        patience,
    }
}

/// A card that takes what it is given, in its own time, and a speaker before it.
struct Hall {
    speaker: Speaker,
    now: Instant,
    start: Instant,
    fault: Option<SoundFault>,
    heard: Vec<i16>,
    events: Vec<String>,
    open: bool,
}

impl Hall {
    fn new(fault: Option<SoundFault>) -> Self {
        let now = Instant::now();
        let mut hall = Self {
            speaker: Speaker::new(now),
            now,
            start: now,
            fault,
            heard: Vec::new(),
            events: Vec::new(),
            open: false,
        };
        hall.tell(Input::Tick);
        hall
    }

    fn tell(&mut self, input: Input) {
        self.speaker.handle(input, self.now);
    }

    /// Obeys one output; false when there is none.
    fn step(&mut self) -> bool {
        match self.speaker.poll() {
            None => return false,
            Some(Output::Open) => {
                let input = self.fault.map_or(Input::Opened, Input::Failed);
                self.open = self.fault.is_none();
                self.tell(input);
            }
            Some(Output::Write(samples)) => {
                assert!(self.open && samples.len() <= CHUNK);
                self.now += length(samples.len());
                self.heard.extend(samples);
                let input = self.fault.map_or(Input::Written, Input::Failed);
                self.tell(input);
            }
            Some(Output::Drain) => self.tell(Input::Drained),
            Some(Output::Close) => self.open = false,
            Some(Output::Event(event)) => {
                let at = (self.now - self.start).as_secs_f32();
                self.events.push(format!("{at:.1} {event:?}"));
            }
        }
        true
    }

    fn steps(&mut self, count: usize) {
        for _ in 0..count {
            self.step();
        }
    }

    fn rest(&mut self) {
        while self.step() {}
    }

    fn wait(&mut self, time: Duration) {
        self.rest();
        self.now += time;
        self.tell(Input::Tick);
        self.rest();
    }

    fn events(&mut self) -> Vec<String> {
        self.rest();
        std::mem::take(&mut self.events)
    }
}

#[test]
fn announcements_follow_each_other_and_none_is_cut_off() {
    let mut hall = Hall::new(None);
    hall.rest();

    for id in 1..=3 {
        hall.tell(Input::Announce(announcement(id, 16_000, PATIENCE)));
        // The next ones come while the first is being said.
        hall.steps(5);
    }
    assert_eq!(
        hall.events(),
        [
            "0.0 State(Ready)",
            "0.0 Began(AnnouncementId(1))",
            "1.0 Ended(AnnouncementId(1))",
            "1.0 Began(AnnouncementId(2))",
            "2.5 Ended(AnnouncementId(2))",
            "2.5 Began(AnnouncementId(3))",
            "4.0 Ended(AnnouncementId(3))",
        ]
    );
    // Each whole, in order, with a breath between.
    let spoken: Vec<i16> = hall.heard.iter().copied().filter(|it| *it != 0).collect();
    let wanted: Vec<i16> = (1..=3).flat_map(|id| vec![id; 16_000]).collect();
    assert_eq!(spoken, wanted);
    assert!(hall.open);
    hall.wait(Duration::from_secs(3));
    assert!(!hall.open, "others may use the card meanwhile");
}

#[test]
fn the_same_call_is_not_queued_twice_and_may_be_taken_back() {
    let mut hall = Hall::new(None);
    hall.rest();
    hall.events();

    for id in [1, 1, 2, 2, 3] {
        hall.tell(Input::Announce(announcement(id, 8_000, PATIENCE)));
    }
    hall.tell(Input::Withdraw(AnnouncementId(2)));
    // What is being said is said to its end.
    hall.tell(Input::Withdraw(AnnouncementId(1)));
    let events = hall.events();
    let dropped: Vec<&str> = events
        .iter()
        .filter_map(|it| it.split_once("Dropped").map(|it| it.1))
        .collect();
    assert_eq!(
        dropped,
        [
            "(AnnouncementId(1), Doubled)",
            "(AnnouncementId(2), Doubled)",
            "(AnnouncementId(2), Withdrawn)"
        ]
    );
    let ended: Vec<&String> = events.iter().filter(|it| it.contains("Ended")).collect();
    assert_eq!(ended.len(), 2, "{events:?}");
}

#[test]
fn what_is_too_late_is_not_said_and_silence_is_kept() {
    let mut hall = Hall::new(None);
    hall.rest();
    hall.events();
    let until = Duration::from_secs(5);
    hall.tell(Input::Announce(announcement(1, 6 * 16_000, PATIENCE)));
    hall.tell(Input::Announce(announcement(2, 16_000, until)));
    let mut quiet = announcement(3, 16_000, PATIENCE);
    quiet.volume = 0;
    hall.tell(Input::Announce(quiet));
    let events = hall.events();
    let names: Vec<&str> = events
        .iter()
        .map(|it| it.split_once(' ').expect("a time").1)
        .collect();
    assert_eq!(
        names,
        [
            "Began(AnnouncementId(1))",
            "Dropped(AnnouncementId(3), Quiet)",
            "Ended(AnnouncementId(1))",
            "Dropped(AnnouncementId(2), Late)",
        ]
    );
}

#[test]
fn without_a_sound_card_everything_is_dropped_and_told_and_heals() {
    let mut hall = Hall::new(Some(SoundFault::Missing));

    hall.tell(Input::Announce(announcement(1, 16_000, PATIENCE)));
    hall.rest();
    hall.tell(Input::Announce(announcement(2, 16_000, PATIENCE)));
    assert_eq!(
        hall.events(),
        [
            "0.0 State(Silent(Missing))",
            "0.0 Dropped(AnnouncementId(1), NoCard)",
            "0.0 Dropped(AnnouncementId(2), NoCard)",
        ]
    );
    assert_eq!(hall.speaker.state(), SpeakerState::Silent(SoundFault::Missing));
    // Somebody plugs it in.
    hall.fault = None;
    hall.wait(Duration::from_secs(21));
    assert_eq!(hall.events(), ["21.0 State(Ready)"]);
    // Pulled in the middle of a word.

    hall.tell(Input::Announce(announcement(3, 16_000, PATIENCE)));
    hall.step();
    hall.fault = Some(SoundFault::Missing);
    let events = hall.events();
    assert!(
        events
            .last()
            .is_some_and(|it| it.ends_with("Dropped(AnnouncementId(3), NoCard)")),
        "{events:?}"
    );
}

#[test]
fn guidance_gives_way_to_a_newer_page_and_to_calls_but_never_cuts_one() {
    let mut hall = Hall::new(None);
    hall.rest();
    hall.events();

    hall.tell(Input::Guide(announcement(100, 5 * 16_000, PATIENCE)));
    hall.steps(12);
    // A call waits for the sentence; a page turned ends it.
    hall.tell(Input::Announce(announcement(1, 16_000, PATIENCE)));
    hall.tell(Input::Guide(announcement(101, 16_000, PATIENCE)));
    let events = hall.events();
    let names: Vec<&str> = events
        .iter()
        .map(|it| it.split_once(' ').expect("a time").1)
        .collect();
    assert_eq!(
        names,
        [
            "Began(AnnouncementId(100))",
            "Dropped(AnnouncementId(100), Withdrawn)",
            "Began(AnnouncementId(1))",
            "Ended(AnnouncementId(1))",
            "Began(AnnouncementId(101))",
            "Ended(AnnouncementId(101))",
        ]
    );
    let cut = hall.heard.iter().filter(|it| **it == 100).count();
    assert!(
        (1..2 * 16_000).contains(&cut),
        "guidance was cut after {cut} samples"
    );
    // The fading end of the sentence has a few soft samples too.
    let called = hall.heard.iter().filter(|it| **it == 1).count();
    assert!((16_000..16_010).contains(&called), "{called}");
    hall.tell(Input::Hush);
    assert!(hall.events().is_empty());
}

#[test]
fn the_hour_is_asked_when_an_announcement_begins_not_when_it_was_queued() {
    let mut hall = Hall::new(None);
    hall.rest();
    hall.events();
    hall.tell(Input::Announce(announcement(1, 16_000, PATIENCE)));
    hall.steps(5);
    // Half a minute before noon two are waiting; noon comes while the first is being said.
    hall.tell(Input::Announce(announcement(2, 16_000, PATIENCE)));
    hall.tell(Input::Loudness(0));
    let events = hall.events();
    let names: Vec<&str> = events
        .iter()
        .map(|it| it.split_once(' ').expect("a time").1)
        .collect();
    assert_eq!(
        names,
        [
            "Began(AnnouncementId(1))",
            "Ended(AnnouncementId(1))",
            "Dropped(AnnouncementId(2), Quiet)",
        ],
        "what has begun is said to its end"
    );
    hall.heard.clear();
    hall.tell(Input::Loudness(50));
    hall.tell(Input::Announce(announcement(1000, 16, PATIENCE)));
    hall.rest();
    let soft: Vec<i16> = hall.heard.iter().copied().filter(|it| *it != 0).collect();
    assert_eq!(soft, at_volume(&[1000; 16], 50));
}

#[test]
fn a_stop_waits_for_the_last_word_and_takes_back_what_has_not_begun() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("heard.raw");
    let speaker = sound::spawn(&format!("file:'{}',raw", file.display())).expect("a thread");
    let long = 300 * RATE as usize;
    assert!(speaker.announce(announcement(1, long, PATIENCE)));
    assert!(speaker.announce(announcement(2, 16_000, PATIENCE)));
    while speaker.events.recv_timeout(LIMIT).expect("within the limit")
        != SpeakerEvent::Began(AnnouncementId(1))
    {}
    drop(speaker);
    let heard = std::fs::read(&file).expect("written");
    let of = |id: u8| heard.chunks_exact(2).filter(|it| it[0] == id).count();
    assert_eq!((of(1), of(2)), (long, 0));
}

#[test]
fn a_flood_of_calls_is_bounded() {
    let mut hall = Hall::new(None);
    hall.rest();
    hall.events();

    (0..100).for_each(|id| hall.tell(Input::Announce(announcement(id, 160, PATIENCE))));
    let events = hall.events();
    assert!(events.iter().any(|it| it.contains("TooMany")));
}

#[test]
fn half_the_volume_is_heard_as_half() {
    assert_eq!(at_volume(&[10_000, -10_000], 100), [10_000, -10_000]);
    assert_eq!(at_volume(&[10_000], 50), [2_500]);
    assert_eq!(at_volume(&[10_000, i16::MIN], 0), [0, 0]);
    assert_eq!(at_volume(&[i16::MAX, i16::MIN], 250), [i16::MAX, i16::MIN]);
}

/// Everything a call can need is in the bank that is part of the program.
#[test]
fn the_bank_in_the_program_can_say_every_number_and_counter() {
    let bank = Bank::core();
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
    for letter in 'A'..='Z' {
        wanted.insert(format!("zh/请{letter}"));
        wanted.insert(format!("en/{letter}"));
    }
    for digit in &digits {
        for form in ["{}", "{}号", "{}室"] {
            wanted.insert(format!("zh/{}", form.replace("{}", &digit.to_string())));
        }
    }
    for number in 1..=20_usize {
        let said = match number {
            1..=9 => digits[number].to_string(),
            10 => "十".to_owned(),
            11..=19 => format!("十{}", digits[number - 10]),
            _ => "二十".to_owned(),
        };
        wanted.insert(format!("zh/到{said}号窗口"));
    }
    for word in "zero one two three four five six seven eight nine".split(' ') {
        wanted.insert(format!("en/{word}"));
        wanted.insert(format!("en/{word}."));
    }
    let missing: Vec<&String> = wanted.iter().filter(|it| bank.clip(it).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Heard by measurement: every clip is as long, as loud and as clean as speech is.
#[test]
fn every_clip_is_loud_enough_not_clipped_and_not_silent() {
    let bank = Bank::core();
    let mut seconds = 0.0;
    let mut rms_range = (f64::MAX, f64::MIN);
    let mut names: Vec<&str> = bank.names().collect();
    names.sort_unstable();
    for name in &names {
        let clip = bank.clip(name).expect(name);
        let time = clip.len() as f64 / f64::from(RATE);
        seconds += time;
        assert!((0.15..=3.0).contains(&time), "{name}: {time} s");
        let peak = clip.iter().map(|it| i32::from(*it).abs()).max().expect("samples");
        assert!((3_000..31_500).contains(&peak), "{name}: peak {peak}");
        // Loudness of what is loud: windows of 10 ms above a tenth of the loudest.
        let levels: Vec<f64> = clip
            .chunks_exact(160)
            .map(|it| (it.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>() / 160.0).sqrt())
            .collect();
        let top = levels.iter().copied().fold(0.0, f64::max);
        let active: Vec<f64> = levels.iter().copied().filter(|it| *it > top / 10.0).collect();
        let rms = (active.iter().map(|it| it * it).sum::<f64>() / active.len() as f64).sqrt();
        let decibels = 20.0 * (rms / 32_768.0).log10();
        rms_range = (rms_range.0.min(decibels), rms_range.1.max(decibels));
        assert!((-27.0..=-18.0).contains(&decibels), "{name}: {decibels:.1} dB");
        assert!(active.len() * 10 >= levels.len() * 4, "{name}: mostly silence");
        let edges = clip[..32].iter().chain(&clip[clip.len() - 32..]);
        assert!(
            edges.map(|it| it.unsigned_abs()).max() < Some(1_600),
            "{name}: cut off hard"
        );
    }
    crate::support::say(&format!(
        "{} clips, {seconds:.0} s, {:.1} to {:.1} dB",
        names.len(),
        rms_range.0,
        rms_range.1
    ));
    assert!(names.len() > 130);
}

#[test]
fn a_part_takes_the_best_way_there_is_and_tells_what_nobody_can_say() {
    let voices = Voices::new(Vec::new(), false);
    let part = |ways: &[&[&str]], text: &str| Part {
        tongue: Tongue::Mandarin,
        ways: ways
            .iter()
            .map(|way| way.iter().map(|it| (*it).to_owned()).collect())
            .collect(),
        text: text.to_owned(),
        otherwise: Vec::new(),
    };
    let number = part(&[&["请A零二三号"], &["请A", "零", "二", "三号"]], "请A023号");
    let room = part(&[&["到民政窗口"]], "到民政窗口");
    let composed = voices.compose(&[number, room]);
    assert_eq!(composed.missing, ["到民政窗口"]);
    let pieces = ["请A", "零", "二", "三号"].map(|it| voices.clip(Tongue::Mandarin, it).expect("there"));
    assert_eq!(composed.samples, pieces.concat());
}

#[test]
fn the_chime_is_short_soft_at_both_ends_and_not_clipped() {
    let chime = chime();
    let time = length(chime.len());
    assert!(
        (Duration::from_secs(1)..Duration::from_secs(2)).contains(&time),
        "{time:?}"
    );
    assert_eq!((chime[0], chime[chime.len() - 1]), (0, 0));
    let peak = chime.iter().map(|it| it.unsigned_abs()).max().expect("samples");
    assert!((6_000..20_000).contains(&peak), "{peak}");
}

#[test]
fn a_bank_is_a_plain_tar_of_opus_files_with_its_licences_and_small_enough_for_the_program() {
    let core = include_bytes!("../../voice/core.tar");
    assert!(core.len() <= 400_000, "{} bytes", core.len());
    let bank = Bank::core();
    let clip = bank.clip("zh/三号").expect("there");
    let folder = tempfile::tempdir().expect("a folder");
    let tar = folder.path().join("core.tar");
    std::fs::write(&tar, core).expect("written");
    let unpacked = std::process::Command::new("tar")
        .args(["-xf", "core.tar"])
        .current_dir(folder.path())
        .status()
        .expect("tar is there");
    assert!(unpacked.success());
    let file = std::fs::read(folder.path().join("zh/三号.opus")).expect("unpacked");
    assert_eq!(samples(&file).expect("a clip"), clip);
    let notice =
        std::fs::read_to_string(folder.path().join("NOTICE")).expect("the licences lie beside the clips");
    assert!(notice.contains("Apache") && notice.contains("Kokoro"));
}

#[test]
fn an_office_may_record_its_own_clips() {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * 2).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data\x04\0\0\0\x01\0\xff\xff");
    assert_eq!(samples(&wav), Some(vec![1, -1]));
    // At another rate it would be too fast or too slow: not taken.
    wav[24] ^= 1;
    assert_eq!(samples(&wav), None);
}

#[test]
fn what_is_said_reaches_alsa_sample_for_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("heard.raw");
    // ALSA's own device that writes what it would play into a file.
    let device = format!("file:'{}',raw", file.display());
    let speaker = sound::spawn(&device).expect("a thread");
    let next = || speaker.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(next(), SpeakerEvent::State(SpeakerState::Ready));
    let said: Arc<[i16]> = Bank::core().clip("zh/三号").expect("there").into();

    for id in [1, 2] {
        assert!(speaker.announce(Announcement {
            id: AnnouncementId(id),
            samples: Arc::clone(&said),
            volume: 100,
            patience: PATIENCE,
        }));
    }
    let mut ended = 0;
    while ended < 2 {
        ended += usize::from(matches!(next(), SpeakerEvent::Ended(_)));
    }
    assert!(speaker.turns() > 0);
    drop(speaker);
    let heard: Vec<i16> = std::fs::read(&file)
        .expect("written")
        .chunks_exact(2)
        .map(|it| i16::from_le_bytes([it[0], it[1]]))
        .collect();
    assert_eq!(heard[..said.len()], said[..], "{} samples heard", heard.len());
    assert!(heard.ends_with(&said));
    assert_eq!(heard.len(), 2 * said.len() + RATE as usize / 2);
}

#[test]
fn a_sound_card_that_is_not_there_is_told_and_nobody_waits() {
    let speaker = sound::spawn("hw:CARD=NoSuchCard").expect("a thread");
    let state = speaker.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(
        state,
        SpeakerEvent::State(SpeakerState::Silent(SoundFault::Missing))
    );
    let started = Instant::now();
    for id in 0..10 {
        speaker.announce(announcement(id, 16_000, LIMIT));
    }
    assert!(started.elapsed() < Duration::from_secs(1));
    let dropped = speaker.events.recv_timeout(LIMIT).expect("within the limit");
    assert_eq!(dropped, SpeakerEvent::Dropped(AnnouncementId(0), Why::NoCard));
}

#[test]
fn espeak_says_what_nobody_recorded_where_it_is_installed() {
    let there = std::process::Command::new("espeak-ng")
        .arg("--version")
        .output()
        .is_ok();
    let part = Part {
        tongue: Tongue::Mandarin,
        ways: Vec::new(),
        text: "到民政窗口".to_owned(),
        otherwise: Vec::new(),
    };
    let composed = Voices::new(Vec::new(), true).compose(&[part]);
    assert_eq!(composed.missing.is_empty(), there);
    if there {
        let time = length(composed.samples.len());
        assert!(
            (Duration::from_millis(500)..Duration::from_secs(5)).contains(&time),
            "{time:?}"
        );
    }
}
