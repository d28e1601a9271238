//! What the disk may do to the desk: be full, fail, or come back damaged.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lobby::clock::Clock;
use lobby::desk::{Desk, Place, Request, Setup, Storage, Trouble, Waker};
use lobby::domain::journal::{Head, NO_HASH, Verifier};
use lobby::domain::sensitive;
use lobby::store::Store;

use crate::support::{MONDAY, arrival, arrive, desk, desk_at, office};

#[test]
fn on_a_full_disk_no_number_is_given_and_the_desk_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (mut desk, _) = desk_at(Place::File(dir.path().join("lobby.db")), MONDAY);
    let pages = desk.store().pages().unwrap();
    desk.store().limit_pages(pages).unwrap();
    let mut given = 0;
    let trouble = loop {
        match arrive(&mut desk, arrival(Some("low-income"), given)) {
            Ok(_) => given += 1,
            Err(trouble) => break trouble,
        }
        assert!(given < 10_000, "the disk never gets full");
    };
    assert!(
        matches!(
            trouble,
            Trouble::Fault {
                code: "disk-full",
                ..
            }
        ),
        "{trouble:?}"
    );
    assert_eq!(desk.snapshot().storage, Storage::Full);
    assert_eq!(
        desk.lobby().visits().count() as u128,
        given,
        "what could not be written did not happen"
    );
    assert!(desk.answer(Request::Heads).is_ok(), "the desk goes on");
    assert!(desk.answer(Request::Tick).is_err(), "still full");

    desk.store().limit_pages(1_000_000).unwrap();
    desk.answer(Request::Tick).unwrap();
    assert_eq!(desk.snapshot().storage, Storage::Sound);
    let next = arrive(&mut desk, arrival(Some("low-income"), 99_999)).unwrap();
    assert_eq!(
        u128::from(next.slip.number.count),
        given + 1,
        "no number is lost or given twice"
    );
}

#[test]
fn a_damaged_file_is_set_aside_and_what_can_be_read_is_carried_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let numbers = write_a_day(&path);
    let damaged = tear_a_page(&path);
    let (desk, salvage) = open(&path);
    let salvage = salvage.expect("damage is found");

    assert_eq!(
        fs::read(&salvage.set_aside).unwrap(),
        damaged,
        "the damaged file is left as it was"
    );
    assert!(!salvage.missing.is_empty(), "what cannot be read is named");
    let lost: u64 = salvage.missing.iter().map(|it| it.2 - it.1 + 1).sum();
    assert!(
        0 < lost && lost < 40,
        "a page costs what stood on it: {:?}",
        salvage.missing
    );
    assert_eq!(salvage.epoch, 2);

    let still: Vec<String> = desk
        .lobby()
        .visits()
        .map(|it| it.ticket.number.to_string())
        .collect();
    assert!(
        numbers.len() - 40 <= still.len() && still.len() < numbers.len(),
        "{}",
        still.len()
    );
    verify(desk.store(), 2);
    desk.lobby().verify(&office());
}

#[test]
fn a_file_that_is_rubbish_from_end_to_end_still_leaves_a_lobby() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    fs::write(&path, [0xa5; 70_000]).unwrap();
    let (mut desk, salvage) = open(&path);
    assert_eq!(salvage.unwrap().carried, 0);
    assert!(arrive(&mut desk, arrival(None, 1)).is_ok());
}

#[test]
fn another_boxs_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    drop(open(&path));
    let mut office = office();
    office.identity.kiosk = "hall-2".into();
    let clock = Clock::held(MONDAY.parse().unwrap());
    let setup = Setup {
        place: Place::File(path),
        office: Arc::new(office),
        clock,
        print: Waker::nobody(),
    };
    assert_eq!(Desk::open(setup).unwrap_err().code(), "database-of-other-box");
}

#[test]
fn the_journal_holds_together_from_its_first_entry() {
    let (mut desk, _) = desk(MONDAY);
    for tap in 0..5 {
        arrive(&mut desk, arrival(None, tap)).unwrap();
    }
    verify(desk.store(), 1);
}

fn open(path: &Path) -> (Desk, Option<lobby::store::Salvage>) {
    let clock = Clock::held(MONDAY.parse().unwrap());
    let (office, print) = (Arc::new(office()), Waker::nobody());
    Desk::open(Setup {
        place: Place::File(path.to_owned()),
        office,
        clock,
        print,
    })
    .unwrap()
}

/// 200 visitors with names; their numbers.
fn write_a_day(path: &Path) -> Vec<String> {
    let (mut desk, _) = desk_at(Place::File(path.to_owned()), MONDAY);
    desk.store().hurry(true).unwrap();
    let numbers = (0..200)
        .map(|tap| {
            let mut somebody = arrival(Some("low-income"), tap);
            somebody.personal.name = sensitive::name(&format!("王{tap}㛃")).unwrap();
            arrive(&mut desk, somebody).unwrap().slip.number.to_string()
        })
        .collect();
    drop(desk);
    numbers
}

/// Overwrites one page in the middle of the journal; the bytes of the file then.
fn tear_a_page(path: &Path) -> Vec<u8> {
    const PAGE: usize = 4096;
    let mut bytes = fs::read(path).unwrap();
    // Facts of an entry in the middle of the day, wherever SQLite has put them.
    let needle = b"\"number\":\"A100\"";
    let at = bytes
        .windows(needle.len())
        .position(|it| it == needle)
        .expect("the entry is in the file");
    let page = at / PAGE * PAGE;
    bytes[page..page + PAGE].fill(0xdb);
    fs::write(path, &bytes).unwrap();
    bytes
}

fn verify(store: &Store, epoch: u32) {
    let entries = lobby::store::entries_after(store.read(), epoch, 0, 100_000).unwrap();
    assert!(!entries.is_empty());
    let mut chain = Verifier::new(Head {
        epoch,
        seq: 0,
        hash: NO_HASH,
    });
    for entry in &entries {
        chain.next(entry).unwrap();
    }
}
