//! The thread that reads what is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use writing::hand::{Hand, Stroke};
use writing::parts::Parts;
use writing::pinyin::Pinyin;
use writing::strokes::{self, Strokes};
use writing::{Candidate, Engine, Expected};

/// Candidates kept: some pages of them.
pub(super) const MOST: usize = 96;

/// The same by sound: hundreds share one, and a rare character stands last among them.
pub(super) const MOST_BY_SOUND: usize = 600;

/// Where the package puts the data files; in a source tree they lie beside the source.
const FOLDERS: [&str; 2] = [
    "/usr/share/lobby",
    concat!(env!("CARGO_MANIFEST_DIR"), "/ui/writing/data"),
];

/// The three ways to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Way {
    #[default]
    Hand,
    Strokes,
    Pinyin,
}

/// What is written. Says nothing of it when printed.
pub(super) enum Question {
    Drawing(Vec<Stroke>, Expected),
    Strokes(String, Expected),
    Pinyin(String, Expected),
    /// What the two characters make.
    Join([char; 2]),
    /// Whether they make something.
    Joinable([char; 2]),
}

/// What it may be.
pub(super) enum Answer {
    Candidates(Vec<Candidate>),
    Joined(Vec<char>),
    Joinable(bool),
    /// The data for this are not here.
    Missing,
}

/// The thread, from here.
pub(super) struct Worker {
    data: Option<PathBuf>,
    questions: Option<UnboundedSender<(u64, Question)>>,
    answers: Option<UnboundedReceiver<(u64, Answer)>>,
    heard: Vec<(u64, Answer)>,
    asked: u64,
    answered: u64,
    /// The newest question about what is written: answers to older ones are dropped.
    newest: u64,
    /// Questions up to this one are nobody's any more.
    forgotten: u64,
}

impl Worker {
    pub(super) fn new(data: Option<PathBuf>) -> Self {
        Self {
            data,
            questions: None,
            answers: None,
            heard: Vec::new(),
            asked: 0,
            answered: 0,
            newest: 0,
            forgotten: 0,
        }
    }

    /// Whoever asked so far has gone: their answers are dropped.
    pub(super) fn forget(&mut self) {
        self.forgotten = self.asked;
    }

    /// Asks; the thread begins with the first question, and anew where it is gone.
    pub(super) fn ask(&mut self, question: Question) {
        self.asked += 1;
        if !matches!(question, Question::Joinable(_)) {
            self.newest = self.asked;
        }
        if let Some(questions) = self.questions.take().or_else(|| self.begin())
            && questions.send((self.asked, question)).is_ok()
        {
            self.questions = Some(questions);
        } else {
            // The page then leads to the other ways, or to the clerk.
            self.heard.push((self.asked, Answer::Missing));
        }
    }

    /// The thread; none where the machine has no more to give.
    fn begin(&mut self) -> Option<UnboundedSender<(u64, Question)>> {
        let (asking, mut asked) = mpsc::unbounded_channel();
        let (answering, answers) = mpsc::unbounded_channel();
        let folders = self.data.clone().map_or_else(folders, |it| vec![it]);
        let work = move || {
            let mut engines = Engines::at(folders);
            while let Some(first) = asked.blocking_recv() {
                for (number, question) in still_wanted(first, &mut asked) {
                    if answering.send((number, engines.answer(question))).is_err() {
                        return;
                    }
                }
            }
        };
        if let Err(fault) = std::thread::Builder::new().name("writing".into()).spawn(work) {
            tracing::warn!(%fault, "no thread for writing; names are left to the clerk");
            return None;
        }
        self.answers = Some(answers);
        Some(asking)
    }

    /// One answer that has come and is not out of date.
    pub(super) fn newest(&mut self) -> Option<Answer> {
        if let Some(answers) = &mut self.answers {
            while let Ok(answer) = answers.try_recv() {
                self.heard.push(answer);
            }
        }
        while !self.heard.is_empty() {
            let (number, answer) = self.heard.remove(0);
            self.answered = number;
            if number <= self.forgotten {
                continue;
            }
            if matches!(answer, Answer::Joinable(_)) || number == self.newest {
                return Some(answer);
            }
        }
        None
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(answers) = &mut self.answers
            && let Poll::Ready(Some(answer)) = answers.poll_recv(context)
        {
            self.heard.push(answer);
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Waits until everything asked is answered.
    pub(super) fn finish(&mut self) {
        let mut last = self.heard.last().map_or(self.answered, |it| it.0);
        while last < self.asked {
            let Some(answer) = self.answers.as_mut().and_then(UnboundedReceiver::blocking_recv) else {
                return;
            };
            last = answer.0;
            self.heard.push(answer);
        }
    }
}

/// `first` and what was asked meanwhile, without questions that a newer one has made idle.
fn still_wanted(
    first: (u64, Question),
    asked: &mut UnboundedReceiver<(u64, Question)>,
) -> Vec<(u64, Question)> {
    let mut wanted = vec![first];
    while let Ok(next) = asked.try_recv() {
        wanted.push(next);
    }
    let beside = |it: &Question| matches!(it, Question::Joinable(_));
    let newest = wanted.iter().rposition(|it| !beside(&it.1)).unwrap_or(0);
    let wanted = wanted.into_iter().enumerate();
    wanted
        .filter(|(at, it)| beside(&it.1) || *at == newest)
        .map(|it| it.1)
        .collect()
}

/// The engines, each read when first asked for.
struct Engines {
    folders: Vec<PathBuf>,
    hand: Option<Option<Hand>>,
    strokes: Option<Option<Strokes>>,
    parts: Option<Option<Parts>>,
    pinyin: Option<Pinyin>,
}

impl Engines {
    fn at(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            hand: None,
            strokes: None,
            parts: None,
            pinyin: None,
        }
    }

    fn answer(&mut self, question: Question) -> Answer {
        let folders = &self.folders;
        let found = match &question {
            Question::Drawing(drawing, expected) => {
                let hand = self.hand.get_or_insert_with(|| {
                    let file = fs::read(found(folders, "strokes.dat")?);
                    read("handwriting", Hand::read(&file.ok()?))
                });
                hand.as_ref().map(|it| it.candidates(drawing, *expected, MOST))
            }
            Question::Strokes(keys, expected) => {
                let strokes = self.strokes.get_or_insert_with(|| {
                    let table = fs::read_to_string(strokes::TABLE);
                    read("strokes", Strokes::read(&table.ok()?))
                });
                strokes.as_ref().map(|it| it.candidates(keys, *expected, MOST))
            }
            Question::Pinyin(letters, expected) => {
                let pinyin = self.pinyin.get_or_insert_default();
                Some(pinyin.candidates(letters, *expected, MOST_BY_SOUND))
            }
            Question::Join(pair) => return Answer::Joined(self.made_of(*pair)),
            Question::Joinable(pair) => return Answer::Joinable(!self.made_of(*pair).is_empty()),
        };
        found.map_or(Answer::Missing, Answer::Candidates)
    }

    fn made_of(&mut self, [first, second]: [char; 2]) -> Vec<char> {
        let folders = &self.folders;
        let parts = self.parts.get_or_insert_with(|| {
            let text = fs::read_to_string(found(folders, "parts.txt")?);
            read("parts", Parts::read(text.ok()?))
        });
        parts.as_ref().map_or(Vec::new(), |it| it.made_of(first, second))
    }
}

/// Where the data files may be.
pub(super) fn folders() -> Vec<PathBuf> {
    FOLDERS.iter().map(PathBuf::from).collect()
}

pub(super) fn found(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    let mut paths = folders.iter().map(|it| it.join(name));
    paths.find(|it| Path::exists(it))
}

fn read<T, E: std::fmt::Display>(what: &str, engine: Result<T, E>) -> Option<T> {
    engine
        .inspect_err(|error| tracing::warn!(%error, what, "a way to write is not offered"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kiosk_without_the_data_says_so_and_offers_the_other_ways() {
        let nowhere = tempfile::tempdir().unwrap();
        let mut engines = Engines::at(vec![nowhere.path().to_owned()]);
        let drawing = Question::Drawing(Vec::new(), Expected::Surname);
        assert!(matches!(engines.answer(drawing), Answer::Missing));
        let letters = Question::Pinyin("wang".into(), Expected::Surname);
        let Answer::Candidates(candidates) = engines.answer(letters) else {
            panic!("pinyin needs no file");
        };
        assert_eq!(candidates[0].text, "王");
        assert!(matches!(
            engines.answer(Question::Joinable(['金', '宏'])),
            Answer::Joinable(false)
        ));
    }

    #[test]
    fn a_drawing_goes_on_while_the_engine_is_still_being_read() {
        // A file that nobody fills: whoever reads it waits.
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("strokes.dat");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let mut worker = Worker::new(Some(folder.path().to_owned()));
        for strokes in 1..=3 {
            let drawing = vec![Vec::new(); strokes];
            worker.ask(Question::Drawing(drawing, Expected::Surname));
            assert!(worker.newest().is_none(), "nobody waits for the engine");
        }
        fs::write(&pipe, b"no strokes at all").unwrap();
        worker.finish();
        assert!(matches!(worker.newest(), Some(Answer::Missing)));
        assert!(worker.newest().is_none());
    }

    #[test]
    fn only_the_newest_question_is_answered() {
        let mut worker = Worker::new(None);
        for letters in ["w", "wa", "wang"] {
            worker.ask(Question::Pinyin(letters.into(), Expected::Surname));
        }
        worker.finish();
        let Some(Answer::Candidates(candidates)) = worker.newest() else {
            panic!("the newest is answered");
        };
        assert_eq!(candidates[0].text, "王");
        assert!(worker.newest().is_none());
    }
}
