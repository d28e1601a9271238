//! Where the picture on a card goes: nowhere. A process of its own reads a card, and its whole memory is looked through.
//!
//! The card lies on a simulated reader in this process, so that the other has seen only what came over the line. What is
//! looked for is drawn by lot for each run and stands in no program.

use std::fs::{File, read_to_string};
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hardware::line::{Kind, spawn};
use hardware::model::{Model, ReaderModel};
use hardware::reader::{Reader, ReaderEvent, Wish};
use hardware::simulator::line::serve;
use hardware::simulator::reader::{PICTURE_BYTES, SimulatedCard, SimulatedReader};

const LIMIT: Duration = Duration::from_secs(20);
const NAME: &str = "欧阳𬭎㛃";
/// Tells the other process where the reader is.
const PORT: &str = "LOBBY_TEST_CARD_READER";
/// What it says when it has the name.
const HAS_NAME: &str = "it has the name";

/// The process that is looked through, started by the test below: reads a card, keeps what the driver hands
/// out, says so, and waits to be ended.
#[test]
#[ignore = "is started by the test below, in a process of its own"]
fn reads_a_card_and_keeps_what_it_is_given() {
    let port = std::env::var(PORT).expect("the other test says where the reader is");
    let model = ReaderModel::builtin("generic-sam").expect("built in");
    let kind = Kind::Serial(model.baud);
    let reader = spawn("reader", Path::new(&port), kind, Reader::new(model)).expect("a thread");
    assert!(reader.command(Wish::Card));
    let mut kept = Vec::new();
    loop {
        let event = reader.events.recv_timeout(LIMIT).expect("within the limit");
        let named = matches!(event, ReaderEvent::Name(_));
        kept.push(event);
        if named {
            break;
        }
    }
    crate::support::say(HAS_NAME);
    // Until the other has looked; the thread goes on asking the reader meanwhile.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(kept);
}

/// The other process, ended with the test.
struct Other(Child);

impl Other {
    /// Starts it and waits until it has read a card.
    fn reads(port: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("we run"))
            .args(["--exact", "photo::reads_a_card_and_keeps_what_it_is_given"])
            .args(["--ignored", "--nocapture"])
            .env(PORT, port)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("we start ourselves");
        let heard = child.stderr.take().expect("piped");
        let said = BufReader::new(heard).lines().map_while(Result::ok);
        let mut before = Vec::new();
        let found = said.into_iter().any(|line| {
            let there = line.contains(HAS_NAME);
            before.push(line);
            there
        });
        let other = Self(child);
        assert!(found, "it ended before it had a name: {before:?}");
        other
    }

    /// Everything it has in memory that it could have written to.
    fn memory(&self) -> Vec<u8> {
        let id = self.0.id();
        let maps = read_to_string(format!("/proc/{id}/maps")).expect("it runs");
        let mut file = File::open(format!("/proc/{id}/mem")).expect("a parent may look");
        let mut memory = Vec::new();
        for line in maps.lines() {
            let mut words = line.split_whitespace();
            let (range, may) = (words.next().expect("a range"), words.next().expect("what it may"));
            let Some((begin, end)) = range.split_once('-').filter(|_| may.starts_with("rw")) else {
                continue;
            };
            let [begin, end] = [begin, end].map(|it| u64::from_str_radix(it, 16).expect("a place"));
            let mut part = vec![0; usize::try_from(end - begin).expect("fits")];
            file.seek(SeekFrom::Start(begin)).expect("a place");
            // A stack's untouched end cannot be read; nothing was ever there.
            if file.read_exact(&mut part).is_ok() {
                memory.extend(part);
            }
        }
        memory
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A picture made of one word drawn by lot, so that eight bytes of it anywhere tell where they are from.
fn picture() -> ([u8; PICTURE_BYTES], [u8; 8]) {
    let word = (RandomState::new().hash_one("picture") | 0x0101_0101_0101_0101).to_le_bytes();
    let mut picture = [0; PICTURE_BYTES];
    picture
        .chunks_exact_mut(8)
        .for_each(|it| it.copy_from_slice(&word));
    (picture, word)
}

fn count(memory: &[u8], needle: &[u8]) -> usize {
    // By first bytes, since the test is not optimised and memory is large.
    let mut found = 0;
    let mut rest = memory;
    while let Some(at) = rest.iter().position(|it| *it == needle[0]) {
        found += usize::from(rest[at..].starts_with(needle));
        rest = &rest[at + 1..];
    }
    found
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn of_a_card_that_was_read_only_the_name_is_left_in_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("reader");
    let (picture, word) = picture();
    let mut device = SimulatedReader::new(115_200);
    device.draw(picture);
    device.put(&SimulatedCard::Citizen(NAME.to_owned()));
    let _simulated = serve(&link, device).expect("a pty");
    let other = Other::reads(&link);
    let memory = other.memory();
    // Whoever looks sees what is there.
    assert!(count(&memory, NAME.as_bytes()) >= 1, "the name it keeps");
    assert!(count(&memory, PORT.as_bytes()) >= 1, "what it was told");
    assert_eq!(count(&memory, &word), 0, "of the picture");
    // What else stands on the card, as it comes over the line.
    for text in ["11010519491231002X", "幸福路", "公安局"] {
        assert_eq!(count(&memory, &utf16(text)), 0, "{text}");
    }
}
