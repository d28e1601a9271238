//! Sync with a real PostgreSQL: exactly once through lost answers, cut lines and stopped servers; nobody
//! pushes for another; what was written once is never overwritten.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use chrono::DateTime;
use expect_test::expect;
use lobby::desk::Action;
use lobby::domain::event::Outcome::Answered;
use lobby::domain::event::Told;
use lobby::domain::ids::{BootId, CounterId, EntryId, KioskId, MatterIndex, SiteId, VisitId};
use lobby::domain::journal::{Entry, Hash, Head, NO_HASH, test_vector};
use lobby::domain::sensitive;
use lobby::domain::time::{ClockState, Moment};
use lobby::store::{self, Facts, NewEntry, Store};
use lobby::sync::keys::{self, OfficePublicKey, OfficeSecretKey};
use lobby::sync::link::{Link, LinkSettings};
use lobby::sync::office::{CodeSort, Migrated, Office, OfficeError, Verified};
use lobby::sync::push::{JournalFault, Load, Outcome, Source, WrappedKey, push_now};
use lobby::sync::source::DeskSource;
use lobby::sync::trouble::TroubleCode;
use lobby::sync::{bench, office, plan};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::postgres::{Cluster, Database, Server, now};
use crate::support::{MONDAY, act, arrival, arrive, desk};

const PASSWORD: &str = "correct-horse-battery";

/// Names no smaller character set has.
const RARE: &str = "㛃𬭎䶮𠅤";

/// A kiosk's journal, made of memory.
#[derive(Clone)]
struct Journal {
    site: SiteId,
    kiosk: KioskId,
    epochs: BTreeMap<u32, (Hash, Vec<Entry>)>,
    acknowledged: Option<Head>,
    keys: BTreeMap<VisitId, [u8; 32]>,
    office: OfficePublicKey,
    clock_ms: i64,
}

impl Journal {
    fn new(site: &str, kiosk: &str, office: OfficePublicKey) -> Self {
        Self {
            site: site.into(),
            kiosk: kiosk.into(),
            epochs: BTreeMap::from([(1, (NO_HASH, Vec::new()))]),
            acknowledged: None,
            keys: BTreeMap::new(),
            office,
            // 2026-03-02 08:30 in Shanghai.
            clock_ms: 1_772_411_400_000,
        }
    }

    fn write(&mut self, kind: &str, visit: Option<VisitId>, facts: &[u8], told: Option<&[u8]>) -> &mut Entry {
        self.clock_ms += 60_000;
        let entry_id = EntryId(Uuid::new_v4());
        let personal = told.map(|told| {
            let key = self
                .keys
                .entry(visit.unwrap())
                .or_insert_with(|| [self.clock_ms.to_le_bytes()[0]; 32]);
            let nonce = [0; 24];
            let payload = Payload {
                msg: told,
                aad: entry_id.0.as_bytes(),
            };
            let sealed =
                XChaCha20Poly1305::new(Key::from_slice(key)).encrypt(XNonce::from_slice(&nonce), payload);
            [&nonce[..], &sealed.unwrap()].concat()
        });
        let (&epoch, (previous, entries)) = self.epochs.iter_mut().last().unwrap();
        let after = entries.last().map_or(*previous, |it| it.hash);
        let mut entry = Entry {
            site: self.site.clone(),
            kiosk: self.kiosk.clone(),
            epoch,
            seq: entries.len() as u64 + 1,
            entry_id,
            kind: kind.to_owned(),
            schema_version: 1,
            moment: Moment {
                at: DateTime::from_timestamp_millis(self.clock_ms).unwrap(),
                clock_state: ClockState::Ntp,
                boot_id: BootId(Uuid::from_u128(5)),
                mono_ms: self.clock_ms - 1_772_000_000_000,
            },
            visit,
            facts: facts.to_vec(),
            personal,
            hash: NO_HASH,
        };
        entry.hash = entry.hash_after(&after);
        entries.push(entry);
        entries.last_mut().unwrap()
    }

    fn fact(&mut self, visit: VisitId, kind: &str, mut facts: Value) {
        facts["visit"] = json!(visit.0.to_string());
        self.write(kind, Some(visit), facts.to_string().as_bytes(), None);
    }

    fn calls(&mut self, count: usize) {
        for it in 0..count {
            self.fact(
                VisitId(Uuid::from_u128(it as u128 / 4)),
                "visit.called",
                json!({ "counter": 3, "by": RARE }),
            );
        }
    }

    fn head(&self) -> Head {
        let (&epoch, (previous, entries)) = self.epochs.iter().last().unwrap();
        let hash = entries.last().map_or(*previous, |it| it.hash);
        Head {
            epoch,
            seq: entries.len() as u64,
            hash,
        }
    }

    fn entries(&mut self) -> &mut Vec<Entry> {
        &mut self.epochs.iter_mut().last().unwrap().1.1
    }
}

impl Source for Journal {
    fn heads(&mut self) -> Result<Vec<Head>, JournalFault> {
        let head = |(&epoch, (previous, entries)): (&u32, &(Hash, Vec<Entry>))| {
            let hash = entries.last().map_or(*previous, |it| it.hash);
            Head {
                epoch,
                seq: entries.len() as u64,
                hash,
            }
        };
        Ok(self.epochs.iter().map(head).collect())
    }

    fn hash_at(&mut self, epoch: u32, seq: u64) -> Result<Option<Hash>, JournalFault> {
        let (previous, entries) = &self.epochs[&epoch];
        if seq == 0 {
            return Ok(Some(*previous));
        }
        Ok(entries.iter().find(|it| it.seq == seq).map(|it| it.hash))
    }

    fn entries_after(&mut self, epoch: u32, seq: u64, limit: usize) -> Result<Vec<Entry>, JournalFault> {
        Ok(self.epochs[&epoch]
            .1
            .iter()
            .filter(|it| seq < it.seq)
            .take(limit)
            .cloned()
            .collect())
    }

    fn keys_for(&mut self, visits: &[VisitId]) -> Result<Vec<WrappedKey>, JournalFault> {
        let wrap = |visit: &VisitId| {
            let wrapped = keys::seal(self.keys.get(visit)?, &self.office);
            Some(WrappedKey {
                visit: *visit,
                wrapped,
            })
        };
        Ok(visits.iter().filter_map(wrap).collect())
    }

    fn acknowledged(&mut self, head: Head) -> Result<(), JournalFault> {
        self.acknowledged = Some(head);
        Ok(())
    }
}

/// A source that does something when it is read or told for the n-th time.
struct Disturbed<'a, F: FnMut(&mut Journal, usize) -> Result<(), JournalFault>> {
    journal: &'a mut Journal,
    moment: &'static str,
    times: usize,
    disturb: F,
}

impl<'a, F: FnMut(&mut Journal, usize) -> Result<(), JournalFault>> Disturbed<'a, F> {
    fn when(moment: &'static str, journal: &'a mut Journal, disturb: F) -> Self {
        Self {
            journal,
            moment,
            times: 0,
            disturb,
        }
    }

    fn at(&mut self, moment: &str) -> Result<(), JournalFault> {
        if self.moment != moment {
            return Ok(());
        }
        self.times += 1;
        (self.disturb)(self.journal, self.times)
    }
}

impl<F: FnMut(&mut Journal, usize) -> Result<(), JournalFault>> Source for Disturbed<'_, F> {
    fn heads(&mut self) -> Result<Vec<Head>, JournalFault> {
        self.journal.heads()
    }

    fn hash_at(&mut self, epoch: u32, seq: u64) -> Result<Option<Hash>, JournalFault> {
        self.journal.hash_at(epoch, seq)
    }

    fn entries_after(&mut self, epoch: u32, seq: u64, limit: usize) -> Result<Vec<Entry>, JournalFault> {
        self.at("read")?;
        self.journal.entries_after(epoch, seq, limit)
    }

    fn keys_for(&mut self, visits: &[VisitId]) -> Result<Vec<WrappedKey>, JournalFault> {
        self.journal.keys_for(visits)
    }

    fn acknowledged(&mut self, head: Head) -> Result<(), JournalFault> {
        self.at("acknowledged")?;
        self.journal.acknowledged(head)
    }
}

/// An office with a migrated database and one registered kiosk.
struct Story {
    database: Database,
    login: String,
    secret: OfficeSecretKey,
    journal: Journal,
}

impl Story {
    fn begin() -> Self {
        Self::on(Server::shared())
    }

    fn on(server: &Server) -> Self {
        let database = Database::on(server);
        office::migrate(&database.owner()).unwrap();
        let (secret, public) = keys::keygen();
        let journal = Journal::new("330100-01", "hall-1", public);
        let mut story = Self {
            database,
            login: String::new(),
            secret,
            journal,
        };
        story.login = story.register("hall-1");
        story
    }

    fn register(&self, kiosk: &str) -> String {
        let (site, kiosk) = (SiteId::from("330100-01"), KioskId::from(kiosk));
        self.office(async |office| {
            let login = office.register_kiosk(&site, &kiosk, PASSWORD).await?;
            office.open_epoch(&site, &kiosk, 1, None).await?;
            Ok(login)
        })
        .unwrap()
    }

    fn office<T>(
        &self,
        talk: impl AsyncFnOnce(&mut Office) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        office::now(async {
            let mut office = Office::open(&self.database.owner()).await?;
            talk(&mut office).await
        })
    }

    fn load(&mut self) -> Load {
        let link = self.database.link(&self.login);
        load(&link, &mut self.journal)
    }

    fn verify(&self, epoch: u32) -> Verified {
        let (site, kiosk) = (&self.journal.site, &self.journal.kiosk);
        self.office(async |office| office.verify(site, kiosk, epoch).await)
            .unwrap()
    }

    fn count(&self) -> u64 {
        self.database.ask("select count(*) from lobby.entry")[0]
            .parse()
            .unwrap()
    }

    /// Every byte of our entries is there, once.
    fn check_all_there(&mut self) {
        let count = self.journal.head().seq;
        let entries = self.journal.entries().clone();
        let here: Vec<String> = entries
            .iter()
            .map(|it| format!("{} | {}", it.seq, hex(&it.hash)))
            .collect();
        let there = self
            .database
            .ask("select seq, encode(hash, 'hex') from lobby.entry order by seq");
        assert_eq!(there, here);
        let verified = self.verify(1);
        assert!(verified.holds && verified.entries == count, "{verified:?}");
    }
}

fn load(link: &Link, source: &mut impl Source) -> Load {
    let begun = Instant::now();
    push_now(link, &"330100-01".into(), &"hall-1".into(), source, || {
        begun.elapsed()
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn visit(number: u128) -> VisitId {
    VisitId(Uuid::from_u128(number))
}

/// `select lobby.push(…)` written out by hand, for what the program itself never sends.
fn written_push(first_seq: u64, previous: &Hash, epoch: u32, entries: &[Entry]) -> String {
    let bytes = |bytes: &[u8]| format!("'\\x{}'::bytea", hex(bytes));
    let column = |sort: &str, cell: &dyn Fn(&Entry) -> String| {
        let cells: Vec<String> = entries.iter().map(cell).collect();
        format!("array[{}]::{sort}[]", cells.join(", "))
    };
    format!(
        "select outcome, acknowledged_seq from lobby.push('330100-01', 'hall-1', {epoch}, {first_seq}, {}, {})",
        bytes(previous),
        [
            column("uuid", &|it| format!("'{}'", it.entry_id)),
            column("text", &|it| format!("'{}'", it.kind)),
            column("integer", &|it| it.schema_version.to_string()),
            column("bigint", &|it| it.moment.at.timestamp_millis().to_string()),
            column("text", &|it| format!("'{}'", it.moment.clock_state.code())),
            column("uuid", &|it| format!("'{}'", it.moment.boot_id)),
            column("bigint", &|it| it.moment.mono_ms.to_string()),
            column("bytea", &|it| bytes(&it.facts)),
            column("bytea", &|it| it
                .personal
                .as_ref()
                .map_or("null".to_owned(), |it| bytes(it))),
            column("bytea", &|it| bytes(&it.hash)),
            column("boolean", &|_| "false".to_owned()),
            "'{}', '{}'".to_owned(),
        ]
        .join(", ")
    )
}

#[test]
fn a_night_takes_everything_and_a_second_run_nothing() {
    let mut story = Story::begin();
    story.journal.calls(2500);
    let first = story.load();
    assert_eq!(
        (first.outcome, first.entries, first.batches),
        (Outcome::Pushed, 2500, 3)
    );
    assert_eq!(story.journal.acknowledged, Some(story.journal.head()));
    story.check_all_there();
    let second = story.load();
    assert_eq!(
        (second.outcome, second.entries, second.batches),
        (Outcome::Pushed, 0, 0)
    );
    story.journal.calls(1);
    assert_eq!(story.load().entries, 1);
    story.check_all_there();
}

#[test]
fn a_quiet_kiosk_is_seen_to_live() {
    let mut story = Story::begin();
    assert_eq!(story.load().outcome, Outcome::Pushed);
    let seen = "select seen_at is not null, advanced_at is not null from lobby.watermark";
    assert_eq!(story.database.ask(seen), ["t | f"]);
}

#[test]
fn a_lost_answer_makes_nothing_twice() {
    let mut story = Story::begin();
    story.journal.calls(2500);
    let link = story.database.link(&story.login);
    // The office has taken the first batch; the box dies before it can mark that.
    let mut source = Disturbed::when("acknowledged", &mut story.journal, |_, times| {
        if times == 2 {
            Err(JournalFault("power cut".to_owned()))
        } else {
            Ok(())
        }
    });
    let cut = load(&link, &mut source);
    assert_eq!(cut.outcome.code(), "office.journal");
    assert_eq!(story.count(), 1000);
    assert_eq!(story.journal.acknowledged.unwrap().seq, 0);
    let again = story.load();
    assert_eq!((again.outcome, again.entries), (Outcome::Pushed, 1500));
    story.check_all_there();

    let resent = written_push(1, &NO_HASH, 1, &story.journal.entries()[..3]);
    assert_eq!(story.database.ask_as(&story.login, &resent).unwrap_err(), "LB003");
    story.check_all_there();
}

#[test]
fn two_loads_at_once_bring_every_entry_once() {
    let mut story = Story::begin();
    story.journal.calls(6000);
    let link = story.database.link(&story.login);
    let loads: Vec<Load> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..3)
            .map(|_| {
                let (link, mut journal) = (link.clone(), story.journal.clone());
                scope.spawn(move || load(&link, &mut journal))
            })
            .collect();
        started.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(loads.iter().map(|it| it.entries).sum::<u64>(), 6000, "{loads:?}");
    assert!(loads.iter().any(|it| it.outcome.good()), "{loads:?}");
    story.check_all_there();
}

#[test]
fn a_connection_killed_in_the_middle_costs_only_time() {
    let mut story = Story::begin();
    story.journal.calls(3500);
    let link = story.database.link(&story.login);
    let kill = format!(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = '{}'",
        story.login
    );
    let database = &story.database;
    let mut source = Disturbed::when("read", &mut story.journal, |_, times| {
        if times == 3 {
            assert_eq!(database.ask(&kill), ["1"]);
        }
        Ok(())
    });
    let cut = load(&link, &mut source);
    assert_eq!((cut.outcome.code(), cut.entries), ("office.unreachable", 2000));
    assert!(matches!(cut.outcome, Outcome::Unreachable(_)));
    assert_eq!(story.load().entries, 1500);
    story.check_all_there();
}

#[test]
fn a_server_stopped_during_the_load_loses_and_doubles_nothing() {
    let cluster = Cluster::start();
    let mut story = Story::on(&cluster.server);
    story.journal.calls(4500);
    let link = story.database.link(&story.login);
    for stops in 1..=2 {
        let mut source = Disturbed::when("read", &mut story.journal, |_, times| {
            if times == 2 {
                cluster.stop_at_once();
            }
            Ok(())
        });
        let stopped = load(&link, &mut source);
        assert_eq!(
            (stopped.outcome.code(), stopped.entries),
            ("office.unreachable", 1000)
        );
        // Away altogether.
        let away = story.load();
        assert_eq!((away.outcome.code(), away.entries), ("office.unreachable", 0));
        cluster.start_again();
        assert_eq!(story.count(), stops * 1000);
    }
    assert_eq!(story.load().entries, 2500);
    story.check_all_there();
}

#[test]
fn an_office_restored_from_an_older_copy_gets_the_rest_again() {
    let mut story = Story::begin();
    story.journal.calls(10);
    assert!(story.load().outcome.good());
    story.database.ask(
        "delete from lobby.entry where 4 < seq;
         update lobby.watermark set seq = 4, hash = (select hash from lobby.entry where seq = 4)",
    );
    assert_eq!(story.load().entries, 6);
    story.check_all_there();
}

#[test]
fn nobody_pushes_for_another_kiosk() {
    let mut story = Story::begin();
    story.journal.calls(3);
    let other = story.register("hall-2");
    assert_eq!(
        load(&story.database.link(&other), &mut story.journal)
            .outcome
            .code(),
        "office.not-your-kiosk"
    );
    assert_eq!(story.count(), 0);
    // Nor by taking on another role: the login counts.
    let become_it = format!("set role {}; ", story.login);
    assert_eq!(story.database.ask_as(&other, &become_it).unwrap_err(), "42501");
    assert!(story.load().outcome.good());
}

#[test]
fn a_kiosk_reads_and_writes_nothing_but_through_its_two_functions() {
    let mut story = Story::begin();
    story.journal.calls(3);
    assert!(story.load().outcome.good());
    let relations = story.database.ask(
        "select relname from pg_class where relnamespace = 'lobby'::regnamespace and relkind in ('r', 'v')",
    );
    assert!(relations.len() >= 12, "{relations:?}");
    for relation in relations {
        for attempt in [
            format!("select from lobby.\"{relation}\" limit 1"),
            format!("copy (select * from lobby.\"{relation}\") to stdout"),
        ] {
            assert_eq!(
                story.database.ask_as(&story.login, &attempt).unwrap_err(),
                "42501",
                "{attempt}"
            );
        }
    }
    for attempt in [
        "select lobby.verify('330100-01', 'hall-1', 1)",
        "select lobby.admit('330100-01', 'hall-1')",
        "select lobby.refuse('LB001', 1)",
        "create table lobby.mine (it integer)",
        "delete from lobby.entry",
        "truncate lobby.entry",
        "update lobby.watermark set seq = 0",
        "create table public.mine (it integer)",
        "insert into lobby.epoch (site_id, kiosk_id, epoch, previous_hash) values ('330100-01', 'hall-1', 9, '')",
    ] {
        assert_eq!(
            story.database.ask_as(&story.login, attempt).unwrap_err(),
            "42501",
            "{attempt}"
        );
    }
    let may = story.database.ask(&format!(
        "select proname from pg_proc where pronamespace = 'lobby'::regnamespace
           and has_function_privilege('{}', oid, 'execute') order by 1",
        story.login
    ));
    assert_eq!(may, ["push", "watermark"]);
}

#[test]
fn a_temporary_table_of_the_kiosk_fools_no_function() {
    let mut story = Story::begin();
    story.journal.calls(3);
    let other = story.register("hall-2");
    // Were the search path the caller's, this would answer for every function and table.
    let attempt = "create temp table kiosk as select '330100-01' as site_id, 'hall-1' as kiosk_id,
          session_user::text as role_name;
        set search_path = pg_temp, lobby;
        select lobby.watermark('330100-01', 'hall-1', 1)";
    assert_eq!(story.database.ask_as(&other, attempt).unwrap_err(), "LB001");
}

#[test]
fn a_gap_is_refused_by_either_end() {
    let mut story = Story::begin();
    story.journal.calls(9);
    let mut entries = story.journal.entries().clone();
    let ahead = written_push(5, &entries[3].hash, 1, &entries[4..]);
    assert_eq!(story.database.ask_as(&story.login, &ahead).unwrap_err(), "LB003");
    // A hole inside the batch: the server reckons seq itself, so the hash gives it away.
    entries.remove(4);
    let holed = written_push(1, &NO_HASH, 1, &entries);
    assert_eq!(story.database.ask_as(&story.login, &holed).unwrap_err(), "LB005");
    story.journal.entries().remove(4);
    assert_eq!(story.load().outcome.code(), "office.gap");
    assert_eq!(story.count(), 0);
}

#[test]
fn arrays_that_do_not_fit_together_are_refused() {
    let mut story = Story::begin();
    story.journal.calls(2);
    let honest = written_push(1, &NO_HASH, 1, story.journal.entries());
    let crooked = honest.replace("array[false, false]", "array[false]");
    assert_ne!(crooked, honest);
    assert_eq!(
        story.database.ask_as(&story.login, &crooked).unwrap_err(),
        "LB007"
    );
    assert_eq!(
        story.database.ask_as(&story.login, &honest).unwrap(),
        ["pushed | 2"]
    );
    story.check_all_there();
}

#[test]
fn a_changed_byte_is_found_and_takes_its_batch_back() {
    let changes: [fn(&mut Entry); 5] = [
        |it| *it.facts.iter_mut().find(|it| **it == b'3').unwrap() = b'4',
        |it| it.kind = "visit.closed".to_owned(),
        |it| it.schema_version = 2,
        |it| it.moment.mono_ms += 1,
        |it| it.hash[31] ^= 1,
    ];
    let mut story = Story::begin();
    story.journal.calls(9);
    for change in changes {
        let honest = story.journal.clone();
        change(&mut story.journal.entries()[6]);
        let told = story.load();
        assert_eq!((told.outcome.code(), told.entries), ("office.hash", 0));
        let Outcome::Refused(trouble) = told.outcome else {
            panic!("{told:?}")
        };
        assert_eq!(trouble.detail, "LB005, seq 7");
        assert_eq!(story.count(), 0);
        story.journal = honest;
    }
    // Where the change makes the facts unreadable too, being set apart does not get the entry in.
    let honest = story.journal.clone();
    *story.journal.entries()[6].facts.last_mut().unwrap() = b'?';
    let told = story.load();
    assert_eq!(
        (told.outcome.code(), told.entries, told.quarantined),
        ("office.hash", 6, Vec::new())
    );
    story.journal = honest;
    assert!(story.load().outcome.good());
    story.check_all_there();
    // And one changed later, at the office.
    story
        .database
        .ask("update lobby.entry set facts = '{}' where seq = 4");
    let verified = story.verify(1);
    assert_eq!((verified.holds, verified.first_wrong_seq), (false, Some(4)));
    story.database.ask("delete from lobby.entry where 4 <= seq");
    let verified = story.verify(1);
    assert_eq!(
        (verified.holds, verified.entries, verified.first_wrong_seq),
        (false, 3, Some(4))
    );
}

#[test]
fn the_server_reckons_the_published_hash() {
    let story = Story::begin();
    let it = test_vector();
    let reckoned = story.database.ask(&format!(
        "select encode(lobby.entry_hash(decode(repeat('00', 32), 'hex'), lobby.place_bytes('{}', '{}', {}), {},
           '{}', '{}', {}, {}, '{}', '{}', {}, '\\x{}', '\\x{}'), 'hex')",
        it.site,
        it.kiosk,
        it.epoch,
        it.seq,
        it.entry_id,
        it.kind,
        it.schema_version,
        it.moment.at.timestamp_millis(),
        it.moment.clock_state.code(),
        it.moment.boot_id,
        it.moment.mono_ms,
        hex(&it.facts),
        hex(&it.personal.unwrap()),
    ));
    assert_eq!(reckoned, [hex(&it.hash)]);
}

#[test]
fn a_kiosk_cannot_invent_an_epoch() {
    let mut story = Story::begin();
    story.journal.calls(3);
    assert!(story.load().outcome.good());
    let end = story.journal.head().hash;
    story.journal.epochs.insert(2, (end, Vec::new()));
    story.journal.calls(2);
    assert_eq!(story.load().outcome.code(), "office.epoch-unknown");
    assert_eq!(story.count(), 3);

    let (site, kiosk) = (story.journal.site.clone(), story.journal.kiosk.clone());
    let opened = story.office(async |office| office.open_epoch(&site, &kiosk, 2, None).await);
    assert_eq!(opened, Ok(end));
    assert_eq!(story.load().entries, 2);
    assert!(story.verify(2).holds);
    let again = story.office(async |office| office.open_epoch(&site, &kiosk, 2, None).await);
    assert_eq!(again, Err(OfficeError::EpochOpen(2)));
    let earlier = story.office(async |office| office.open_epoch(&site, &"hall-9".into(), 1, None).await);
    assert_eq!(earlier, Err(OfficeError::KioskUnknown));
    let strange = story.office(async |office| office.open_epoch(&site, &kiosk, 3, Some([7; 32])).await);
    assert_eq!(strange, Err(OfficeError::HashUnknown));
}

#[test]
fn a_cloned_card_is_told_and_overwrites_nothing() {
    let mut story = Story::begin();
    story.journal.calls(3);
    assert!(story.load().outcome.good());
    let mut clone = story.journal.clone();
    story.journal.calls(3);
    assert!(story.load().outcome.good());

    // The clone lives on by itself and comes with other entries 4 to 8.
    clone.calls(5);
    let link = story.database.link(&story.login);
    let told = load(&link, &mut clone);
    assert_eq!(
        told.outcome,
        Outcome::Diverged {
            epoch: 1,
            office_seq: 6
        }
    );
    story.check_all_there();
    assert_eq!(load(&link, &mut clone).outcome.code(), "diverged");
    let site = story.journal.site.clone();
    let incidents = story
        .office(async |office| office.incidents(&site).await)
        .unwrap();
    let told: Vec<_> = incidents
        .iter()
        .map(|it| (it.epoch, it.seq, it.kind.as_str(), it.times))
        .collect();
    assert_eq!(told, [(1, 6, "other-hash", 2)]);

    // Mended by a new epoch, which the office registers after what the clone last knew acknowledged.
    let known = clone.acknowledged.unwrap();
    assert_eq!(known.seq, 3);
    let kiosk = story.journal.kiosk.clone();
    story
        .office(async |office| office.open_epoch(&site, &kiosk, 2, Some(known.hash)).await)
        .unwrap();
    clone.epochs.insert(2, (known.hash, Vec::new()));
    clone.calls(2);
    let mended = load(&link, &mut clone);
    assert_eq!(
        (mended.outcome, mended.entries, mended.left_behind),
        (Outcome::Pushed, 2, vec![1])
    );
    assert!(story.verify(1).holds && story.verify(2).holds);
}

#[test]
fn the_same_place_with_another_hash_is_a_divergence_to_the_server_too() {
    let mut story = Story::begin();
    story.journal.calls(3);
    let mut clone = story.journal.clone();
    story.journal.calls(3);
    clone.calls(3);
    assert!(story.load().outcome.good());
    let clone = clone.entries();
    let other = written_push(2, &clone[0].hash, 1, &clone[1..]);
    assert_eq!(
        story.database.ask_as(&story.login, &other).unwrap(),
        ["diverged | 6"]
    );
    let incidents = story
        .database
        .ask("select epoch, seq, kind, encode(hash, 'hex') from lobby.incident");
    assert_eq!(
        incidents,
        [format!("1 | 4 | other-hash | {}", hex(&clone[3].hash))]
    );
    story.check_all_there();
}

#[test]
fn a_card_restored_from_an_older_copy_is_told() {
    let mut story = Story::begin();
    story.journal.calls(3);
    let mut restored = story.journal.clone();
    story.journal.calls(3);
    assert!(story.load().outcome.good());
    let link = story.database.link(&story.login);
    assert_eq!(
        load(&link, &mut restored).outcome,
        Outcome::Diverged {
            epoch: 1,
            office_seq: 6
        }
    );
    let incidents = story
        .database
        .ask("select epoch, seq, kind, times from lobby.incident");
    assert_eq!(incidents, ["1 | 3 | entries-lost | 1"]);
}

#[test]
fn entries_the_server_cannot_read_are_set_apart_and_stop_nothing() {
    let mut story = Story::begin();
    let deep = "[".repeat(20_000) + &"]".repeat(20_000);
    let poisons: [&[u8]; 6] = [
        br#"{"note":"\u0000"}"#,
        b"{\"note\":\"\xff\xfe\"}",
        b"not JSON",
        b"[1]",
        br#"{"visit":"no uuid"}"#,
        deep.as_bytes(),
    ];
    for poison in poisons {
        story.journal.calls(40);
        story.journal.write("visit.closed", None, poison, None);
    }
    story.journal.calls(1000);
    let told = story.load();
    assert_eq!((&told.outcome, told.entries), (&Outcome::Pushed, 1246));
    assert_eq!(
        told.quarantined,
        (1..=6).map(|it| (1, it * 41)).collect::<Vec<_>>()
    );
    assert!(told.batches < 60, "{}", told.batches);
    story.check_all_there();
    assert_eq!(story.verify(1).quarantined, 6);
    let apart = story
        .database
        .ask("select kind, encode(facts, 'hex') from lobby.entry where quarantined order by seq");
    assert_eq!(apart, poisons.map(|it| format!("visit.closed | {}", hex(it))));
    // What is set apart is in no view of visits, and breaks none.
    assert_eq!(
        story.database.ask("select count(*) from lobby.visit_step"),
        ["1240"]
    );
    assert_eq!(
        story.database.ask("select count(*) from lobby.\"来访过程\""),
        ["1240"]
    );
}

#[test]
fn a_server_that_can_read_nothing_is_not_believed() {
    let mut story = Story::begin();
    for _ in 0..100 {
        story.journal.write("visit.called", None, b"not JSON", None);
    }
    let told = story.load();
    assert_eq!(told.outcome.code(), "office.too-many-quarantined");
    assert_eq!(told.quarantined.len(), plan::QUARANTINED_MAX as usize);
}

#[test]
fn kinds_and_versions_of_the_future_are_kept_as_they_are() {
    let mut story = Story::begin();
    let visit = visit(9);
    let facts = format!(
        "{{\"visit\":\"{}\",\"来访\":\"{RARE}\",\"new\":[1,{{}}]}}",
        visit.0
    );
    story
        .journal
        .write("visit.teleported", Some(visit), facts.as_bytes(), Some(b"\0\0\0"));
    let entry = story.journal.write("hall.repainted", None, b"{}", None);
    entry.schema_version = 65_535;
    let previous = story.journal.entries()[0].hash;
    let entry = &mut story.journal.entries()[1];
    entry.hash = entry.hash_after(&previous);
    assert!(story.load().outcome.good());
    story.check_all_there();
    let kept = story
        .database
        .ask("select kind, schema_version, convert_from(facts, 'UTF8') from lobby.entry order by seq");
    assert_eq!(
        kept,
        [
            format!("visit.teleported | 1 | {facts}"),
            "hall.repainted | 65535 | {}".to_owned()
        ]
    );
    assert_eq!(
        story
            .database
            .ask("select kind, facts ->> '来访' from lobby.visit_step"),
        [format!("visit.teleported | {RARE}")]
    );
    // A visit nobody registered is no row of the clerk's list.
    assert_eq!(story.database.ask("select * from lobby.visit"), [""; 0]);
}

#[test]
fn a_clerk_reads_a_visit_in_the_words_of_the_office() {
    let mut story = Story::begin();
    let site = story.journal.site.clone();
    let names = [
        (CodeSort::Department, "civil", "社会事务办（民政）"),
        (CodeSort::Department, "labour", "社会保障科"),
        (CodeSort::Matter, "low-income", "最低生活保障"),
        (CodeSort::Staff, "zhang", "张𠅤"),
        (CodeSort::Staff, "wu", "吴㛃"),
    ];
    story
        .office(async |office| office.set_names(&site, &names).await)
        .unwrap();
    let (first, second) = (visit(1), visit(2));
    let journal = &mut story.journal;
    let registered = json!({
        "visit": first.0.to_string(), "day": "2026-03-02", "number": "A001", "matter": "low-income", "kind": "service",
        "department": "civil", "rule": "low-income", "responder": "zhang", "post": "a", "class": "ordinary",
        "language": "zh", "people": 1, "origin": "kiosk", "by": null,
    });
    let told = format!(r#"{{"name":"王{RARE}","phone":"13800138000"}}"#);
    journal.write(
        "visit.registered",
        Some(first),
        registered.to_string().as_bytes(),
        Some(told.as_bytes()),
    );
    let mut later = registered.clone();
    later["number"] = json!("B002");
    later["matter"] = Value::Null;
    later["visit"] = json!(second.0.to_string());
    journal.fact(second, "visit.registered", later);
    journal.fact(
        first,
        "visit.called",
        json!({ "counter": 3, "by": "zhang", "calls": 1 }),
    );
    journal.fact(
        first,
        "visit.called",
        json!({ "counter": 3, "by": "zhang", "calls": 2 }),
    );
    journal.fact(first, "visit.begun", json!({ "counter": 3, "by": "zhang" }));
    let offer = json!({ "offer": 0, "matter_index": 0, "from": "zhang", "to": "wu", "department": "labour", "reason": "other-duty", "led": true });
    journal.fact(first, "visit.offered", offer.clone());
    journal.fact(first, "visit.refused", json!({ "offer": 0, "reason": "away" }));
    let mut again = offer;
    again["offer"] = json!(1);
    journal.fact(first, "visit.offered", again);
    journal.fact(first, "visit.accepted", json!({ "offer": 1 }));
    assert!(story.load().outcome.good());

    let visits = r#"select "号码", "科室", "事项", "首问责任人", "当前责任人", "状态", "结果", "登记时间", "首次叫号",
        "办结时间", "等候分钟", "叫号次数", "转办次数", "退回次数" from lobby."来访" order by "日期", "号码""#;
    expect![[r#"
        A001 | 社会保障科 | 最低生活保障 | 张𠅤 | 吴㛃 | 等候 | - | 2026-03-02 08:31:00 | 2026-03-02 08:33:00 | - | 2.0 | 2 | 1 | 1
        B002 | 社会事务办（民政） | 不清楚找谁 | 张𠅤 | 张𠅤 | 等候 | - | 2026-03-02 08:32:00 | - | - | - | 0 | 0 | 0"#]]
    .assert_eq(&story.database.ask(visits).join("\n"));

    let journal = &mut story.journal;
    journal.fact(
        first,
        "visit.called",
        json!({ "counter": 5, "by": "wu", "calls": 1 }),
    );
    journal.fact(first, "visit.begun", json!({ "counter": 5, "by": "wu" }));
    journal.fact(
        first,
        "visit.closed",
        json!({ "matter_index": 0, "outcome": "answered", "told": "in-person", "by": "wu" }),
    );
    journal.fact(second, "visit.missed", json!({ "by": "zhang" }));
    assert!(story.load().outcome.good());
    expect![[r#"
        A001 | 社会保障科 | 最低生活保障 | 张𠅤 | 吴㛃 | 办结 | 当场答复 | 2026-03-02 08:31:00 | 2026-03-02 08:33:00 | 2026-03-02 08:42:00 | 2.0 | 3 | 1 | 1
        B002 | 社会事务办（民政） | 不清楚找谁 | 张𠅤 | 张𠅤 | 过号 | - | 2026-03-02 08:32:00 | - | - | - | 0 | 0 | 0"#]]
    .assert_eq(&story.database.ask(visits).join("\n"));
    let steps = format!(
        r#"select "时间"::time, "经过", "经办人", "窗口", "转给", "原因", "结果" from lobby."来访过程"
           where "来访编号" = '{}' order by "序号""#,
        first.0
    );
    expect![[r#"
        08:31:00 | 登记 | - | - | - | - | -
        08:33:00 | 叫号 | 张𠅤 | 3 | - | - | -
        08:34:00 | 叫号 | 张𠅤 | 3 | - | - | -
        08:35:00 | 开始办理 | 张𠅤 | 3 | - | - | -
        08:36:00 | 转办 | - | - | 吴㛃 | other-duty | -
        08:37:00 | 退回 | - | - | - | away | -
        08:38:00 | 转办 | - | - | 吴㛃 | other-duty | -
        08:39:00 | 接收 | - | - | - | - | -
        08:40:00 | 叫号 | 吴㛃 | 5 | - | - | -
        08:41:00 | 开始办理 | 吴㛃 | 5 | - | - | -
        08:42:00 | 办结 | 吴㛃 | - | - | - | answered"#]]
    .assert_eq(&story.database.ask(&steps).join("\n"));

    // A reader of the office sees the same; what was told personally is nowhere in clear.
    let reader = format!("reader_{}", Uuid::new_v4().simple());
    story
        .database
        .ask(&format!("create role {reader} login in role lobby_reader"));
    assert_eq!(story.database.ask_as(&reader, visits).unwrap().len(), 2);
    assert_eq!(
        story
            .database
            .ask_as(&reader, "delete from lobby.entry")
            .unwrap_err(),
        "42501"
    );
    let clear = story.database.ask("select count(*) from lobby.entry where position('\\xf0a085a4'::bytea in facts || coalesce(personal, '')) > 0");
    assert_eq!(clear, ["0"]);
}

#[test]
fn what_was_told_opens_for_the_offices_key_until_it_is_erased() {
    let mut story = Story::begin();
    let (it, site, secret) = (visit(4), story.journal.site.clone(), story.secret.clone());
    let facts = json!({ "visit": it.0.to_string() }).to_string();
    let told = format!("王{RARE}\0\0");
    story.journal.write(
        "visit.registered",
        Some(it),
        facts.as_bytes(),
        Some(told.as_bytes()),
    );
    story
        .journal
        .write("visit.closed", Some(it), facts.as_bytes(), Some(b"note"));
    assert!(story.load().outcome.good());
    let opened = story
        .office(async |office| office.reveal(&site, it, &secret).await)
        .unwrap();
    let words: Vec<_> = opened
        .iter()
        .map(|it| (it.seq, it.kind.as_str(), it.personal.as_slice()))
        .collect();
    assert_eq!(
        words,
        [
            (1, "visit.registered", told.as_bytes()),
            (2, "visit.closed", b"note".as_slice())
        ]
    );
    assert!(!format!("{opened:?}").contains('王'));

    let stranger = keys::keygen().0;
    let refused = story
        .office(async |office| office.reveal(&site, it, &stranger).await)
        .unwrap_err();
    assert_eq!(refused, OfficeError::Key(keys::KeyError::Sealed));

    assert_eq!(
        story.office(async |office| office.erase(&site, it).await),
        Ok(true)
    );
    assert_eq!(
        story.office(async |office| office.erase(&site, it).await),
        Ok(false)
    );
    // The kiosk has its key still and sends it with the next step: the erasure stands.
    story
        .journal
        .write("visit.closed", Some(it), facts.as_bytes(), Some(b"more"));
    assert!(story.load().outcome.good());
    let gone = story
        .office(async |office| office.reveal(&site, it, &secret).await)
        .unwrap_err();
    assert_eq!(gone, OfficeError::NoKey);
    assert!(story.verify(1).holds, "what happened stays provable");
}

#[test]
fn an_office_that_was_never_prepared_is_told_so() {
    let database = Database::new();
    let mut journal = Journal::new("330100-01", "hall-1", keys::keygen().1);
    journal.calls(1);
    assert_eq!(
        load(&database.owner(), &mut journal).outcome.code(),
        "office.schema-old"
    );
    let current = |database: &Database| {
        office::now(async { Office::open(&database.owner()).await?.current().await }).unwrap()
    };
    assert!(!current(&database));
    let to = office::migrate(&database.owner()).unwrap().to;
    assert!(0 < to && current(&database));
    assert_eq!(office::migrate(&database.owner()), Ok(Migrated { from: to, to }));
}

#[test]
fn an_older_office_is_told_from_a_newer_one_which_still_takes_entries() {
    let mut story = Story::begin();
    story.journal.calls(2);
    // A later release has added something.
    story.database.ask(
        "insert into lobby.migration (number, name, sha256) values (1000, 'later', '\\x00');
         alter table lobby.entry add column later text;
         create view lobby.later as select count(*) from lobby.entry",
    );
    assert!(matches!(
        office::migrate(&story.database.owner()),
        Err(OfficeError::Newer {
            found: 1000,
            known: 6..
        })
    ));
    assert_eq!(story.load().entries, 2);
    story.check_all_there();
    // An older one does not yet have the function of today.
    story
        .database
        .ask("alter function lobby.push rename to push_of_old");
    story.journal.calls(1);
    assert_eq!(story.load().outcome.code(), "office.schema-old");
    // Somebody changed what was applied.
    story.database.ask("delete from lobby.migration where number = 1000; update lobby.migration set sha256 = '\\x00' where number = 2");
    assert_eq!(
        office::migrate(&story.database.owner()),
        Err(OfficeError::Edited(2))
    );
}

#[test]
fn two_who_prepare_the_office_at_once_do_it_once() {
    let database = Database::new();
    let done: Vec<_> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..3)
            .map(|_| scope.spawn(|| office::migrate(&database.owner())))
            .collect();
        started
            .into_iter()
            .map(|it| it.join().unwrap().unwrap())
            .collect()
    });
    assert_eq!(done.iter().filter(|it| it.from == 0).count(), 1, "{done:?}");
}

#[test]
fn a_database_that_cannot_hold_every_character_is_refused() {
    let mut database = Database::new();
    let latin = format!("{}_latin", database.name);
    database.ask(&format!(
        "create database {latin} encoding 'LATIN1' locale 'C' template template0"
    ));
    database.name = latin;
    assert_eq!(
        office::migrate(&database.owner()),
        Err(OfficeError::Encoding("LATIN1".to_owned()))
    );
}

#[test]
fn the_owner_need_not_rule_the_whole_server() {
    let database = Database::new();
    let owner = format!("owner_{}", Uuid::new_v4().simple());
    database.ask(&format!(
        "create role {owner} login createrole; alter database {} owner to {owner}",
        database.name
    ));
    office::migrate(&database.link(&owner)).unwrap();
    let (site, kiosk) = (SiteId::from("330100-01"), KioskId::from("hall-1"));
    let login = office::now(async {
        let mut office = Office::open(&database.link(&owner)).await?;
        assert_eq!(
            office.register_kiosk(&site, &kiosk, "short").await,
            Err(OfficeError::Password)
        );
        let login = office.register_kiosk(&site, &kiosk, PASSWORD).await?;
        assert_eq!(
            office.register_kiosk(&site, &kiosk, PASSWORD).await?,
            login,
            "a new password, no new login"
        );
        office.open_epoch(&site, &kiosk, 1, None).await?;
        Ok(login)
    })
    .unwrap();
    let mut journal = Journal::new("330100-01", "hall-1", keys::keygen().1);
    journal.calls(5);
    assert!(load(&database.link(&login), &mut journal).outcome.good());
    let powers = database.ask(&format!(
        "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = '{login}'"
    ));
    assert_eq!(powers, ["f | f | f | f"]);
}

#[test]
fn a_server_that_is_away_is_told_without_its_address_or_password() {
    let mut journal = Journal::new("330100-01", "hall-1", keys::keygen().1);
    journal.calls(1);
    // Port 9 of this machine: nobody listens.
    for url in [
        "host=/nonexistent user=geheim dbname=office",
        "postgresql://lobby:geheim@127.0.0.1:9/office",
    ] {
        let link = Link::new(&LinkSettings {
            url: url.to_owned(),
            ..LinkSettings::default()
        })
        .unwrap();
        let told = load(&link, &mut journal);
        assert_eq!(told.outcome.code(), "office.unreachable");
        for text in [told.outcome.to_string(), format!("{told:?}"), format!("{link:?}")] {
            assert!(!text.contains("geheim"), "{text}");
        }
        assert!(told.outcome.chinese().contains("稍后自动重试"));
    }
}

#[test]
fn over_the_network_only_the_right_certificates_and_password_get_in() {
    let tls = Certificates::new();
    let files = tempfile::tempdir().unwrap();
    for (name, text) in &tls.files {
        std::fs::write(files.path().join(name), text).unwrap();
    }
    let port = free_port();
    let settings = format!(
        "listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\nssl_ca_file = 'ca.pem'"
    );
    let mut cluster = Cluster::start_with(&settings, |data| {
        use std::os::unix::fs::PermissionsExt;
        for name in ["ca.pem", "server.pem", "server.key"] {
            std::fs::write(data.join(name), tls.text(name)).unwrap();
        }
        std::fs::set_permissions(data.join("server.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
        let hba = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n";
        std::fs::write(data.join("pg_hba.conf"), hba).unwrap();
    });
    cluster.server.port = port;
    let mut story = Story::on(&cluster.server);
    story.journal.calls(3);

    let path = |name: &str| Some(files.path().join(name));
    let settings = |host: &str, password: &str| LinkSettings {
        url: format!(
            "postgresql://{}@{host}:{port}/{}?sslmode=require",
            story.login, story.database.name
        ),
        password: Some(password.to_owned().into()),
        authority_file: path("ca.pem"),
        certificate_file: path("kiosk.pem"),
        key_file: path("kiosk.key"),
    };
    let right = settings("localhost", PASSWORD);
    let tries = [
        (
            "another password",
            settings("localhost", "wrong-password"),
            "office.login",
        ),
        ("another name", settings("127.0.0.1", PASSWORD), "office.tls"),
        (
            "another authority",
            LinkSettings {
                authority_file: path("other-ca.pem"),
                ..right.clone()
            },
            "office.tls",
        ),
        (
            "no certificate",
            LinkSettings {
                certificate_file: None,
                key_file: None,
                ..right.clone()
            },
            "office.login",
        ),
        (
            "a stranger's certificate",
            LinkSettings {
                certificate_file: path("other.pem"),
                key_file: path("other.key"),
                ..right.clone()
            },
            "office.tls",
        ),
        (
            "in clear",
            LinkSettings {
                url: right.url.replace("require", "disable"),
                ..right.clone()
            },
            "office.login",
        ),
    ];
    for (what, settings, code) in tries {
        let told = load(&Link::new(&settings).unwrap(), &mut story.journal);
        assert_eq!(told.outcome.code(), code, "{what}: {told:?}");
        assert!(!format!("{told:?}").contains("password"), "{told:?}");
    }
    assert_eq!(story.count(), 0);
    let link = Link::new(&right).unwrap();
    assert!(link.encrypted());
    let told = load(&link, &mut story.journal);
    assert!(told.outcome.good(), "{told:?}");
    story.check_all_there();
}

#[test]
fn the_bench_measures_a_push_and_its_yardstick() {
    let database = Database::new();
    office::migrate(&database.owner()).unwrap();
    let mut journal = Journal::new("330100-01", "hall-1", keys::keygen().1);
    let count = std::env::var("LOBBY_TEST_BENCH").map_or(20, |it| it.parse().unwrap());
    for it in 0..count {
        let facts = json!({ "visit": Uuid::from_u128(it / 4).to_string(), "note": "x".repeat(300) });
        let visit = visit(it / 4);
        journal.write(
            "visit.called",
            Some(visit),
            facts.to_string().as_bytes(),
            Some(&[7; 100]),
        );
    }
    let begun = Instant::now();
    let measured = now(bench::measure(
        &database.owner(),
        |login, _| Ok(database.link(login)),
        journal.entries(),
        || begun.elapsed(),
    ))
    .unwrap();
    assert!(
        measured.copy > 0.0 && measured.transfer > 0.0 && measured.push > measured.checks,
        "{measured:?}"
    );
    assert!(begun.elapsed() > Duration::ZERO);
    if count > 20 {
        panic!("{measured:?}: {:.2} of COPY", measured.push / measured.copy);
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// An authority, a server called localhost, a kiosk, and a stranger with an authority of its own.
struct Certificates {
    files: Vec<(&'static str, String)>,
}

impl Certificates {
    fn new() -> Self {
        let mut files = Vec::new();
        let authority = |files: &mut Vec<_>, name| {
            let mut wish = rcgen::CertificateParams::new(Vec::new()).unwrap();
            wish.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            wish.distinguished_name.push(rcgen::DnType::CommonName, name);
            let key = rcgen::KeyPair::generate().unwrap();
            files.push((name, wish.self_signed(&key).unwrap().pem()));
            rcgen::Issuer::new(wish, key)
        };
        let (ours, theirs) = (
            authority(&mut files, "ca.pem"),
            authority(&mut files, "other-ca.pem"),
        );
        for (certificate, key_file, by) in [
            ("server.pem", "server.key", &ours),
            ("kiosk.pem", "kiosk.key", &ours),
            ("other.pem", "other.key", &theirs),
        ] {
            let mut wish = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            wish.extended_key_usages = vec![
                rcgen::ExtendedKeyUsagePurpose::ServerAuth,
                rcgen::ExtendedKeyUsagePurpose::ClientAuth,
            ];
            let key = rcgen::KeyPair::generate().unwrap();
            files.push((certificate, wish.signed_by(&key, by).unwrap().pem()));
            files.push((key_file, key.serialize_pem()));
        }
        Self { files }
    }

    fn text(&self, name: &str) -> &str {
        &self.files.iter().find(|it| it.0 == name).unwrap().1
    }
}

#[test]
fn what_happens_in_the_lobby_is_in_the_office_by_morning() {
    let story = Story::begin();
    let (mut lobby, _) = desk(MONDAY);
    let mut wants = arrival(Some("low-income"), 1);
    wants.personal.name = sensitive::name(&format!("王{RARE}")).unwrap();
    let visit = arrive(&mut lobby, wants).unwrap().visit;
    act(&mut lobby, "zhang", visit, Action::Call(CounterId(3))).unwrap();
    act(&mut lobby, "zhang", visit, Action::Begin).unwrap();
    let answered = Action::Close {
        matter: MatterIndex(0),
        outcome: Answered,
        told: Told::InPerson,
        note: None,
    };
    act(&mut lobby, "zhang", visit, answered).unwrap();
    let (handle, thread) = lobby.start();
    let mut source = DeskSource::new(handle, Some(story.secret.public()));
    let told = load(&story.database.link(&story.login), &mut source);
    assert_eq!(told.outcome, Outcome::Pushed);
    source.record(&told).unwrap();
    let head = source.heads().unwrap().pop().unwrap();
    assert_eq!(head.seq, told.entries);
    let verified = story.verify(head.epoch);
    assert!(verified.holds && verified.entries == told.entries, "{verified:?}");
    assert_eq!(load(&story.database.link(&story.login), &mut source).entries, 0);

    let seen = r#"select "号码", "首问责任人", "状态", "结果", "登记时间" from lobby."来访""#;
    assert_eq!(
        story.database.ask(seen),
        ["A001 | zhang | 办结 | 当场答复 | 2026-03-02 08:30:00"]
    );
    let (site, secret) = (story.journal.site.clone(), story.secret.clone());
    let opened = story
        .office(async |office| office.reveal(&site, visit, &secret).await)
        .unwrap();
    let personal: Value = serde_json::from_slice(&opened[0].personal).unwrap();
    assert_eq!(personal["name"], json!(format!("王{RARE}")));
    drop(source);
    thread.join().unwrap();
}

#[test]
fn after_a_recusal_the_offices_view_names_the_leader_and_says_that_the_visitor_waits_again() {
    let story = Story::begin();
    let (mut lobby, _) = desk(MONDAY);
    let visit = arrive(&mut lobby, arrival(Some("low-income"), 1)).unwrap().visit;
    act(&mut lobby, "zhang", visit, Action::Call(CounterId(3))).unwrap();
    act(&mut lobby, "zhang", visit, Action::Begin).unwrap();
    let (handle, thread) = lobby.start();
    let mut source = DeskSource::new(handle.clone(), Some(story.secret.public()));
    let night = |source: &mut DeskSource| {
        let told = load(&story.database.link(&story.login), source);
        assert_eq!(told.outcome, Outcome::Pushed);
        source.record(&told).unwrap();
    };
    let seen = || {
        story
            .database
            .ask("select first_responder, responsible, stage from lobby.visit")
    };
    night(&mut source);
    story.office(async |office| office.project(false).await).unwrap();
    assert_eq!(seen(), ["zhang | zhang | serving"]);
    let recuse = lobby::desk::Request::Act {
        by: "li".into(),
        visit,
        action: Action::Recuse("zhang".into()),
    };
    handle.ask_blocking(recuse).unwrap();
    night(&mut source);
    // Whether the job has run since or not.
    for projected in [false, true] {
        if projected {
            story.office(async |office| office.project(false).await).unwrap();
        }
        assert_eq!(seen(), ["zhang | zhao | waiting"]);
        let clerk = r#"select "首问责任人", "当前责任人", "状态" from lobby."来访""#;
        assert_eq!(story.database.ask(clerk), ["zhang | zhao | 等候"]);
    }
    let steps =
        r#"select "经过" from lobby."来访过程" where "经过" in ('回避', '报领导', '提醒') order by "序号""#;
    assert_eq!(story.database.ask(steps), ["回避", "报领导", "提醒"]);
    drop((source, handle));
    thread.join().unwrap();
}

#[test]
fn the_offices_register_calls_what_petitions_are_about_by_the_offices_own_names() {
    let mut story = Story::begin();
    let site = story.journal.site.clone();
    let names = [
        (CodeSort::Content, "river", "河道治理𠅤"),
        (CodeSort::Staff, "sun", "孙丽"),
    ];
    story
        .office(async |office| office.set_names(&site, &names).await)
        .unwrap();
    let taken = |content: &str, people: u16| {
        json!({
            "sealed": false, "matter_index": 0, "category": "appeal", "item": 6, "content": content, "people": people,
            "representatives": 0, "anonymous": false, "earlier": 0, "system_number": null, "system_date": null,
            "accepted": null, "not_again": null, "same_facts": false, "informs": true, "by": "sun",
        })
    };
    let registered = |number: &str| {
        json!({
            "day": "2026-03-02", "number": number, "matter": null, "kind": "petition", "department": "general",
            "rule": "otherwise", "responder": "sun", "post": "a", "class": "ordinary", "language": "zh", "people": 1,
            "origin": "kiosk", "by": null,
        })
    };
    for (at, number) in [(1, "Z001"), (2, "Z002"), (3, "Z003")] {
        story
            .journal
            .fact(visit(at), "visit.registered", registered(number));
    }
    story.journal.fact(visit(1), "petition.taken", taken("other", 1));
    story.journal.fact(visit(1), "petition.taken", taken("river", 9));
    story.journal.fact(visit(2), "petition.taken", taken("rural", 1));
    // Written in clear by an older version, and sealed: in no view.
    story
        .journal
        .fact(visit(3), "petition.taken", taken("discipline", 1));
    let sealed = json!({ "contact": "wu", "by": "zhang", "key": null });
    story.journal.fact(visit(3), "visit.sealed", sealed);
    assert!(story.load().outcome.good());
    let register = r#"select "类别", "内容分类", "人数", "登记人" from lobby."信访登记" order by 3"#;
    assert_eq!(
        story.database.ask(register),
        ["申诉求决 | rural | 1 | 孙丽", "申诉求决 | 河道治理𠅤 | 9 | 孙丽"]
    );
}

#[test]
fn what_is_sealed_reaches_the_office_without_a_word_or_a_key() {
    use crate::sealed::{MARKER, NAME, open, report};
    let story = Story::begin();
    let dir = tempfile::tempdir().unwrap();
    let mut lobby = open(&dir.path().join("lobby.db"));
    // One is sealed from the first touch; the other told a name first, and the office was already sent it.
    let mut whispers = arrival(Some("low-income"), 1);
    whispers.how.sealed = true;
    let sealed = arrive(&mut lobby, whispers).unwrap().visit;
    act(&mut lobby, "wu", sealed, Action::Receive).unwrap();
    act(&mut lobby, "wu", sealed, report()).unwrap();
    let mut speaks = arrival(Some("low-income"), 2);
    speaks.personal.name = sensitive::name(NAME).unwrap();
    let later = arrive(&mut lobby, speaks).unwrap().visit;
    let (handle, thread) = lobby.start();
    let mut source = DeskSource::new(handle.clone(), Some(story.secret.public()));
    let night = |source: &mut DeskSource| {
        let told = load(&story.database.link(&story.login), source);
        assert_eq!(told.outcome, Outcome::Pushed);
        source.record(&told).unwrap();
    };
    night(&mut source);
    let reveal = |visit| {
        let (site, secret) = (story.journal.site.clone(), story.secret.clone());
        story.office(async |office| office.reveal(&site, visit, &secret).await)
    };
    assert_eq!(reveal(sealed).unwrap_err(), OfficeError::NoKey);
    assert!(reveal(later).is_ok(), "not sealed yet");

    let request = lobby::desk::Request::Act {
        by: "zhang".into(),
        visit: later,
        action: Action::Seal,
    };
    handle.ask_blocking(request).unwrap();
    night(&mut source);
    assert_eq!(
        reveal(later).unwrap_err(),
        OfficeError::NoKey,
        "the office has forgotten its key"
    );
    let head = source.heads().unwrap().pop().unwrap();
    assert!(story.verify(head.epoch).holds);
    // Two are counted; what came before one of them was sealed is in no view any more, with the job and without it.
    for projected in [false, true] {
        if projected {
            story.office(async |office| office.project(false).await).unwrap();
        }
        let row = "2026-03-02 | 检举控告（密封） | 密封 | - | - | - | - | - | -";
        let clerk = r#"select "日期", "事项", "状态", "号码", it."科室", "首问责任人", "当前责任人", "登记时间", "经过"
            from lobby."来访" as it left join lobby."来访过程" as step using ("来访编号")"#;
        assert_eq!(story.database.ask(clerk), [row, row]);
        for nothing in ["visit_step", "visit_in_log", "visit_row"] {
            let rows = format!("select count(*) from lobby.{nothing}");
            assert_eq!(story.database.ask(&rows), ["0"], "{nothing}");
        }
    }
    // The office's own people read in the log that something is there, and nothing of it; it still holds.
    let reader = format!("reader_{}", Uuid::new_v4().simple());
    story
        .database
        .ask(&format!("create role {reader} login in role lobby_reader"));
    let asked = |sql: &str| story.database.ask_as(&reader, sql);
    for table in ["entry", "visit_row"] {
        let rows = format!("select count(*) from lobby.{table}");
        assert_eq!(asked(&rows).unwrap_err(), "42501", "{table}");
    }
    let entries = story
        .database
        .ask("select count(*) from lobby.entry where visit_id is not null");
    let stubs = "select count(*) from lobby.entry_seen where kind = 'sealed' and hash is not null
        and coalesce(facts, personal) is null and coalesce(entry_id, visit_id, boot_id) is null
        and coalesce(at_ms, mono_ms, schema_version) is null";
    assert_eq!(asked(stubs).unwrap(), entries);
    assert_ne!(entries, ["0"]);
    let others = "select count(*) from lobby.entry_seen where kind <> 'sealed' and facts is not null";
    assert_ne!(
        asked(others).unwrap(),
        ["0"],
        "of anything else they read everything"
    );
    assert_eq!(asked(r#"select count(*) from lobby."来访""#).unwrap(), ["2"]);
    let (site, kiosk) = (&story.journal.site, &story.journal.kiosk);
    let holds = format!(
        "select holds from lobby.verify('{site}', '{kiosk}', {})",
        head.epoch
    );
    assert_eq!(asked(&holds).unwrap(), ["t"]);
    // Every row of every table, texts as they are and bytes in hex.
    let tables = story.database.ask(
        "select table_name from information_schema.tables
         where table_schema = 'lobby' and table_type = 'BASE TABLE' order by 1",
    );
    assert!(tables.contains(&"entry".to_owned()), "{tables:?}");
    for table in tables {
        let rows = story
            .database
            .ask(&format!("select it::text from lobby.{table} as it"))
            .join("\n");
        for word in [MARKER, NAME] {
            assert!(!rows.contains(word), "{word} stands in {table}");
            assert!(!rows.contains(&hex(word.as_bytes())), "{word} stands in {table}");
        }
    }
    drop((source, handle));
    thread.join().unwrap();
}

#[test]
fn a_report_an_older_version_wrote_down_in_clear_stands_in_nothing_that_anybody_reads() {
    const MARK: &str = "系统号𬭎17";
    let story = Story::begin();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("lobby.db");
    let mut lobby = crate::sealed::open(&file);
    let mut whispers = arrival(None, 1);
    whispers.how.sealed = true;
    let sealed = arrive(&mut lobby, whispers).unwrap().visit;
    act(&mut lobby, "wu", sealed, Action::Receive).unwrap();
    drop(lobby);
    // So the second form was written: the register in the facts, beside the words that were sealed.
    let facts = json!({
        "visit": sealed.to_string(), "matter_index": 0, "category": "report", "item": null, "content": "personnel",
        "people": 1, "representatives": 0, "anonymous": true, "earlier": 0, "system_number": MARK,
        "system_date": null, "accepted": null, "not_again": null, "same_facts": false, "informs": false, "by": "wu",
    });
    let mut rows = Store::open(&file).unwrap();
    let head = store::head(rows.read()).unwrap().unwrap();
    let (moment, reckoned) = store::last_stamp(rows.read()).unwrap().unwrap();
    let (site, kiosk) = (story.journal.site.clone(), story.journal.kiosk.clone());
    let written = rows.transact(|tx| {
        let entry = NewEntry {
            site: &site,
            kiosk: &kiosk,
            entry_id: EntryId(Uuid::new_v4()),
            moment,
            lobby: reckoned,
            visit: Some((sealed, None)),
            facts: Facts {
                kind: "petition.taken",
                schema_version: 2,
                facts: facts.to_string().into_bytes(),
                personal: None,
            },
        };
        store::append(tx, head, entry)
    });
    written.unwrap();
    drop(rows);

    let mut lobby = crate::sealed::open(&file);
    let hidden = |text: &str, place: &str| {
        let bytes = hex(MARK.as_bytes());
        for word in [MARK, bytes.as_str(), "personnel", "组织人事"] {
            assert!(!text.contains(word), "{word} stands in {place}: {text}");
        }
    };
    assert!(
        lobby.lobby().visit(sealed).unwrap().matters[0].petition.is_some(),
        "it is known that there is one"
    );
    hidden(&format!("{:?}", lobby.snapshot().visits), "the snapshot");
    let mut exported = Vec::new();
    lobby::app::journal::export(&file, &mut exported).unwrap();
    hidden(&String::from_utf8(exported).unwrap(), "the exported journal");
    assert!(lobby::app::journal::verify(&file).unwrap().broken.is_empty());

    let (handle, thread) = lobby.start();
    let mut source = DeskSource::new(handle.clone(), Some(story.secret.public()));
    let told = load(&story.database.link(&story.login), &mut source);
    assert_eq!(told.outcome, Outcome::Pushed);
    story.office(async |office| office.project(false).await).unwrap();
    // The chain holds over what was written, and is all that needs it.
    assert!(story.verify(1).holds);
    let owner =
        "select count(*) from lobby.entry where position(convert_to('系统号𬭎17', 'UTF8') in facts) > 0";
    assert_eq!(story.database.ask(owner), ["1"]);
    let reader = format!("reader_{}", Uuid::new_v4().simple());
    story
        .database
        .ask(&format!("create role {reader} login in role lobby_reader"));
    let readable = story.database.ask(
        "select distinct table_name from information_schema.role_table_grants
         where grantee = 'lobby_reader' and table_schema = 'lobby' and privilege_type = 'SELECT' order by 1",
    );
    assert!(5 < readable.len(), "{readable:?}");
    for view in readable {
        let rows = format!("select it::text from lobby.\"{view}\" as it");
        hidden(&story.database.ask_as(&reader, &rows).unwrap().join("\n"), &view);
    }
    drop((source, handle));
    thread.join().unwrap();
}

#[test]
fn the_rows_of_visits_say_what_the_log_says_whenever_the_job_has_run() {
    let mut story = Story::begin();
    let registered = |number: &str| {
        json!({
            "day": "2026-03-02", "number": number, "matter": "low-income", "kind": "service", "department": "civil",
            "rule": "low-income", "responder": "zhang", "post": "a", "class": "ordinary", "language": "zh",
            "people": 1, "origin": "kiosk", "by": null,
        })
    };
    let alike = |story: &Story, rows: usize| {
        let differ =
            "select count(*) from ((select * from lobby.visit except select * from lobby.visit_in_log)
            union all (select * from lobby.visit_in_log except select * from lobby.visit)) as it";
        assert_eq!(story.database.ask(differ), ["0"]);
        let all = story
            .database
            .ask("select number, stage from lobby.visit order by number");
        assert_eq!(all.len(), rows, "{all:?}");
    };
    let project = |story: &Story, rebuild: bool| {
        story
            .office(async |office| office.project(rebuild).await)
            .unwrap()
    };
    assert_eq!(project(&story, false), 0, "an empty office");

    story
        .journal
        .fact(visit(1), "visit.registered", registered("A001"));
    story
        .journal
        .fact(visit(2), "visit.registered", registered("A002"));
    assert!(story.load().outcome.good());
    alike(&story, 2);
    assert_eq!(
        story.database.ask("select count(*) from lobby.visit_row"),
        ["0"],
        "no job has run"
    );
    assert_eq!(project(&story, false), 2);
    alike(&story, 2);

    // The next night one goes on and one is new; the third is as the job left it.
    let called = json!({ "counter": 3, "by": "zhang", "calls": 1 });
    story.journal.fact(visit(2), "visit.called", called.clone());
    story
        .journal
        .fact(visit(3), "visit.registered", registered("A003"));
    assert!(story.load().outcome.good());
    alike(&story, 3);
    assert_eq!(
        story
            .database
            .ask("select number, stage from lobby.visit order by number"),
        ["A001 | waiting", "A002 | called", "A003 | waiting"]
    );
    assert_eq!(project(&story, false), 2, "only what is new");
    alike(&story, 3);
    assert_eq!(project(&story, false), 0);

    // After a repair the same visits go on in another epoch.
    let (site, kiosk) = (story.journal.site.clone(), story.journal.kiosk.clone());
    let previous = story
        .office(async |office| office.open_epoch(&site, &kiosk, 2, None).await)
        .unwrap();
    story.journal.epochs.insert(2, (previous, Vec::new()));
    story.journal.fact(visit(1), "visit.called", called);
    assert!(story.load().outcome.good());
    alike(&story, 3);
    assert_eq!(project(&story, false), 1);
    assert_eq!(
        project(&story, true),
        4,
        "three visits, one of them in two epochs"
    );
    alike(&story, 3);
    let kiosk = story
        .database
        .ask_as(&story.login, "select lobby.project(true)")
        .unwrap_err();
    assert_eq!(kiosk, "42501", "a kiosk may not");
    // Triggers are not run everywhere alike when the tables are spread over several servers.
    let triggers = "select count(*) from pg_trigger join pg_class as it on it.oid = tgrelid
        join pg_namespace as room on room.oid = it.relnamespace where nspname = 'lobby' and not tgisinternal";
    assert_eq!(story.database.ask(triggers), ["0"]);
}

#[test]
fn trouble_speaks_to_staff_in_chinese() {
    assert!(TroubleCode::Unreachable.chinese().starts_with("连不上单位数据库"));
}
