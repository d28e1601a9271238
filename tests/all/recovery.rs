//! What the disk may do to the desk: be full, fail, or come back damaged.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lobby::clock::Clock;
use lobby::desk::{Action, Desk, Place, Request, Setup, Storage, Trouble, Waker};
use lobby::domain::event::{Outcome, Told};
use lobby::domain::ids::{CounterId, MatterIndex};
use lobby::domain::journal::{Head, NO_HASH, Verifier};
use lobby::domain::sensitive;
use lobby::domain::ticket::Stage;
use lobby::store::Store;

use crate::support::{MONDAY, act, arrival, arrive, desk, desk_at, numbered, office};

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
fn whoever_has_stopped_looking_is_gone_also_on_a_full_disk() {
    let dir = tempfile::tempdir().unwrap();
    let (mut desk, _) = desk_at(Place::File(dir.path().join("lobby.db")), MONDAY);
    let pages = desk.store().pages().unwrap();
    desk.store().limit_pages(pages).unwrap();
    let watch = |began| Request::Watch {
        by: "zhao".into(),
        began,
    };
    while desk.answer(watch(true)).is_ok() {}
    let looking = desk.snapshot().watchers;
    assert!(0 < looking && desk.answer(watch(false)).is_err());
    assert_eq!(desk.snapshot().watchers, looking - 1);
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

#[test]
fn damage_found_while_running_stops_writing_and_the_next_start_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let (mut desk, _) = desk_at(Place::File(path.clone()), MONDAY);
    let first = arrive(&mut desk, arrival(None, 1)).unwrap();
    arrive(&mut desk, arrival(None, 2)).unwrap();
    // The page is sound, what stands on it is not: SQLite's own check does not see that.
    spoil(&path, "kind = 'visit.registered' and seq = 2");
    let trouble = desk.answer(Request::Story(first.visit)).unwrap_err();
    assert_eq!(trouble.code(), "database-damaged");
    assert_eq!(desk.snapshot().storage, Storage::Damaged);
    let before = lobby::store::entry_count(desk.store().read()).unwrap();
    assert_eq!(
        arrive(&mut desk, arrival(None, 3)).unwrap_err().code(),
        "database-damaged"
    );
    assert!(
        desk.answer(Request::Watch {
            by: "zhao".into(),
            began: true
        })
        .is_err()
    );
    assert!(desk.answer(Request::NextPaper).is_err());
    assert_eq!(
        lobby::store::entry_count(desk.store().read()).unwrap(),
        before,
        "nothing more is written"
    );
    assert_eq!(desk.lobby().visits().count(), 2);
    drop(desk);

    let (mut desk, salvage) = open(&path);
    assert_eq!(salvage.unwrap().missing, [(1, 2, 2)]);
    assert_eq!(desk.snapshot().storage, Storage::Sound);
    let third = arrive(&mut desk, arrival(None, 3)).unwrap();
    assert_eq!(third.slip.number.to_string(), "Z003");
    verify(desk.store(), 2);
}

#[test]
fn a_large_file_opens_at_once_is_looked_at_while_the_lobby_is_open_and_set_aside_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let given = {
        let (mut desk, _) = desk_at(Place::File(path.clone()), MONDAY);
        arrive(&mut desk, arrival(None, 1)).unwrap().slip.number
    };
    change(
        &path,
        "insert into secret (name, value) values ('ballast', zeroblob(40000000))",
    );
    let root = {
        let file = rusqlite::Connection::open(&path).unwrap();
        let sql = "select rootpage from sqlite_schema where name = 'print_job_fence'";
        file.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap()
    };
    let mut bytes = fs::read(&path).unwrap();
    let at = (root as usize - 1) * 4096;
    bytes[at..at + 4096].fill(0x5a);
    fs::write(&path, &bytes).unwrap();

    // Nothing the lobby needs to open stands on that page, and it does not look for it.
    let (desk, salvage) = open(&path);
    assert!(salvage.is_none() && !desk.store().looked_at_whole());
    let (handle, thread) = desk.start();
    let mut snapshots = handle.snapshots();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let damaged = snapshots.wait_for(|it| it.storage == Storage::Damaged);
    assert!(runtime.block_on(damaged).is_ok(), "the desk hears of it");
    let refused = handle
        .ask_blocking(Request::Arrive(arrival(None, 2)))
        .unwrap_err();
    assert_eq!(refused.code(), "database-damaged");
    drop((snapshots, handle));
    thread.join().unwrap();

    let (mut desk, salvage) = open(&path);
    let salvage = salvage.expect("it is set aside, however large it is");
    assert!(salvage.missing.is_empty(), "only an index was broken");
    assert_eq!(desk.snapshot().storage, Storage::Sound);
    assert_eq!(numbered(&desk, &given.to_string()).slips.len(), 1);
}

#[test]
fn a_large_file_whose_newest_entries_do_not_hold_together_is_not_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let (mut desk, _) = desk_at(Place::File(path.clone()), MONDAY);
    for tap in 1..=3 {
        arrive(&mut desk, arrival(None, tap)).unwrap();
    }
    drop(desk);
    change(
        &path,
        "insert into secret (name, value) values ('ballast', zeroblob(40000000))",
    );
    change(&path, "update journal set hash = zeroblob(32) where seq = 3");
    let (_, salvage) = open(&path);
    assert!(!salvage.expect("the chain is broken").missing.is_empty());
}

#[test]
fn a_lost_registration_does_not_let_its_number_be_given_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let (mut desk, _) = desk_at(Place::File(path.clone()), MONDAY);
    for tap in 1..=3 {
        arrive(&mut desk, arrival(None, tap)).unwrap();
    }
    drop(desk);
    spoil(&path, "seq = (select max(seq) from journal)");
    let (mut desk, salvage) = open(&path);
    assert!(salvage.is_some());
    let again = arrive(&mut desk, arrival(None, 3)).unwrap();
    assert_eq!(again.slip.number.to_string(), "Z004", "somebody holds Z003");
}

#[test]
fn a_lost_closing_does_not_keep_the_lobby_shut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    let (mut desk, _) = desk_at(Place::File(path.clone()), MONDAY);
    for tap in 1..=2 {
        let visit = arrive(&mut desk, arrival(Some("low-income"), tap)).unwrap().visit;
        let counter = CounterId(3);
        act(&mut desk, "zhang", visit, Action::Call(counter)).unwrap();
        act(&mut desk, "zhang", visit, Action::Begin).unwrap();
        let (matter, outcome, told) = (MatterIndex(0), Outcome::Answered, Told::InPerson);
        if tap == 1 {
            act(
                &mut desk,
                "zhang",
                visit,
                Action::Close {
                    matter,
                    outcome,
                    told,
                    note: None,
                },
            )
            .unwrap();
        }
    }
    drop(desk);
    spoil(&path, "kind = 'visit.closed'");
    let (mut desk, salvage) = open(&path);
    assert!(salvage.is_some());
    desk.lobby().verify(&office());
    assert_eq!(numbered(&desk, "A002").ticket.counter(), Some(CounterId(3)));
    assert_eq!(
        numbered(&desk, "A001").ticket.stage,
        Stage::Waiting,
        "somebody sees to it again"
    );
    let visit = numbered(&desk, "A001").id;
    act(&mut desk, "li", visit, Action::Call(CounterId(5))).unwrap();
}

#[test]
fn a_name_that_cannot_be_opened_does_not_keep_the_lobby_shut() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    write_a_day(&path);
    change(&path, "update visit_key set key = randomblob(32)");
    let (desk, salvage) = open(&path);
    assert!(salvage.is_none());
    assert_eq!(desk.lobby().visits().count(), 200);
    assert!(desk.lobby().visits().all(|it| it.personal.is_empty()));
}

#[test]
fn a_plug_pulled_during_the_recovery_costs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    write_a_day(&path);
    let damaged = tear_a_page(&path);
    let (desk, salvage) = open(&path);
    let whole = desk.lobby().visits().count();
    drop(desk);
    // As it was after the new file was finished, and before it was put in place.
    fs::rename(&path, path.with_extension("recovered.db")).unwrap();
    fs::rename(salvage.unwrap().set_aside, &path).unwrap();
    let (desk, salvage) = open(&path);
    assert!(salvage.is_none(), "the work was done already");
    assert_eq!(desk.lobby().visits().count(), whole);
    // Or just between the two names.
    drop(desk);
    fs::rename(&path, path.with_extension("recovered.db")).unwrap();
    assert_eq!(open(&path).0.lobby().visits().count(), whole);
    assert_eq!(set_aside(dir.path()), [damaged]);
}

#[test]
fn a_clock_that_stands_still_buries_no_damaged_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    for rubbish in [0xa5, 0x5a] {
        fs::write(&path, [rubbish; 9000]).unwrap();
        assert!(open(&path).1.is_some());
    }
    let mut found = set_aside(dir.path());
    found.sort();
    assert_eq!(found, [vec![0x5a; 9000], vec![0xa5; 9000]]);
}

#[test]
fn the_number_of_an_epoch_is_not_used_twice() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("lobby.db");
    drop(open(&path));
    spoil(&path, "seq = 1");
    assert_eq!(open(&path).1.unwrap().epoch, 2);
    change(
        &path,
        "pragma foreign_keys = off; delete from epoch; insert into sync_run values (5, 'pushed', 1, '')",
    );
    spoil(
        &path,
        "epoch = 2 and seq = (select max(seq) from journal where epoch = 2)",
    );
    let (desk, salvage) = open(&path);
    assert_eq!(salvage.unwrap().epoch, 3);
    assert!(
        lobby::store::last_success(desk.store().read()).unwrap().is_some(),
        "loads are remembered"
    );
}

/// Makes the one entry unreadable that `which` describes; the file stays sound for SQLite.
fn spoil(path: &Path, which: &str) {
    change(path, &format!("update journal set at = 9e18 where {which}"));
}

fn change(path: &Path, sql: &str) {
    rusqlite::Connection::open(path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

/// What lies beside the database as damaged.
fn set_aside(dir: &Path) -> Vec<Vec<u8>> {
    let files = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path());
    let damaged = files.filter(|it| {
        let name = it.file_name().unwrap().to_str().unwrap();
        name.contains(".damaged-") && name.ends_with(".db")
    });
    damaged.map(|it| fs::read(it).unwrap()).collect()
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
