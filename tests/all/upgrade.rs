//! Files of older releases come up to now, and what the migrations add up to is written down.

use expect_test::expect_file;
use lobby::desk::{Action, Desk, Place, Reply, Request};
use lobby::domain::event::{DeliveryWay, Document, Event};
use lobby::domain::ids::{MatterIndex, VisitId};
use lobby::domain::matter::MatterCommand;
use lobby::domain::time::ServiceDay;
use lobby::store::Store;

use crate::story;
use crate::support::{MONDAY, act, arrival, arrive, desk_at};

#[test]
fn the_schema_is_what_the_migrations_add_up_to() {
    let store = Store::in_memory();
    let mut statement = store
        .read()
        .prepare("select sql from sqlite_schema where sql is not null order by tbl_name, type desc, name")
        .unwrap();
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let text = tables
        .map(|it| it.unwrap() + ";\n")
        .collect::<Vec<_>>()
        .join("\n");
    let head = "-- What the migrations add up to, for whoever reads. Nothing runs it: run the tests with\n\
         -- UPDATE_EXPECT=1 to write it anew.\n\n";
    expect_file!["../../src/store/schema.sql"].assert_eq(&(head.to_owned() + &text));
}

#[test]
fn an_older_file_keeps_its_rows_and_is_copied_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut migrations: Vec<_> = std::fs::read_dir("src/store/migrations")
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    migrations.sort();
    let now = schema(&Store::in_memory());
    for version in 1..=migrations.len() {
        let path = dir.path().join(format!("{version}.db"));
        let old = rusqlite::Connection::open(&path).unwrap();
        for migration in &migrations[..version] {
            old.execute_batch(&std::fs::read_to_string(migration).unwrap())
                .unwrap();
        }
        old.execute_batch(
            "insert into epoch values (1, 0, 'install', zeroblob(32));
             insert into secret values ('slip', x'0102');",
        )
        .unwrap();
        old.pragma_update(None, "user_version", version as i64).unwrap();
        drop(old);
        let store = Store::open(&path).unwrap();
        assert_eq!(schema(&store), now, "from version {version}");
        let secret: Vec<u8> = store
            .read()
            .query_row("select value from secret where name = 'slip'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(secret, [1, 2]);
        assert_eq!(lobby::store::head(store.read()).unwrap().unwrap().epoch, 1);
        let copy = path.with_extension(format!("before-{}.db", migrations.len()));
        assert_eq!(
            copy.exists(),
            version < migrations.len(),
            "a copy is kept before an upgrade"
        );
    }
}

#[test]
fn a_petition_an_older_version_let_go_of_is_reminded_of_again_until_its_notice_is_delivered() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::File(dir.path().join("lobby.db"));
    // Two petitions were registered and closed, one of them told in writing before.
    let (mut desk, _) = desk_at(place.clone(), MONDAY);
    let deliver = MatterCommand::Deliver {
        document: Document::Information,
        on: ServiceDay("2026-03-02".parse().unwrap()),
        way: DeliveryWay::Hand,
    };
    let mut visits = Vec::new();
    for tap in 1..=2 {
        let visit = arrive(&mut desk, arrival(None, tap)).unwrap().visit;
        let take = story::petition(&["petition", "Z001", "under", "item", "1"], false, 1);
        let take = MatterCommand::TakePetition(Box::new(take));
        let of = |what| Action::Matter(MatterIndex(0), what);
        act(&mut desk, "sun", visit, Action::Receive).unwrap();
        act(&mut desk, "sun", visit, of(take)).unwrap();
        if tap == 2 {
            act(&mut desk, "sun", visit, of(deliver.clone())).unwrap();
        }
        let close = story::close(MatterIndex(0), "answered", &["with", "某办法"]);
        act(&mut desk, "sun", visit, close).unwrap();
        visits.push(visit);
    }
    drop(desk);
    // So an older version left them: closed is closed.
    let old = rusqlite::Connection::open(dir.path().join("lobby.db")).unwrap();
    old.execute("update ticket set stage = 'closed'", []).unwrap();
    old.pragma_update(None, "user_version", 8).unwrap();
    drop(old);

    let bells = |desk: &mut Desk, visit: VisitId| {
        desk.answer(Request::Tick).unwrap();
        desk.answer(Request::Tick).unwrap();
        let Reply::Story(story) = desk.answer(Request::Story(visit)).unwrap() else {
            panic!("a story")
        };
        let rang = story.iter().filter_map(|(_, it)| match it {
            Event::Rang(it) => Some(format!("{} {}", it.day, it.bell.code())),
            _ => None,
        });
        rang.collect::<Vec<_>>()
    };
    let (mut desk, _) = desk_at(place.clone(), "2026-03-19T09:00:00+08:00");
    let overdue = "2026-03-19 overdue".to_owned();
    assert_eq!(
        bells(&mut desk, visits[0]),
        std::slice::from_ref(&overdue),
        "once that day"
    );
    assert_eq!(bells(&mut desk, visits[1]), [] as [String; 0], "it was told");
    drop(desk);
    // A restart gives nothing twice; the next day reminds again, and delivery ends it.
    let (mut desk, _) = desk_at(place.clone(), "2026-03-19T10:00:00+08:00");
    assert_eq!(bells(&mut desk, visits[0]), std::slice::from_ref(&overdue));
    drop(desk);
    let (mut desk, clock) = desk_at(place, "2026-03-20T09:00:00+08:00");
    let twice = [overdue, "2026-03-20 overdue".to_owned()];
    assert_eq!(bells(&mut desk, visits[0]), twice);
    act(
        &mut desk,
        "sun",
        visits[0],
        Action::Matter(MatterIndex(0), deliver),
    )
    .unwrap();
    clock.advance(4 * 86_400_000);
    assert_eq!(bells(&mut desk, visits[0]), twice);
}

fn schema(store: &Store) -> Vec<String> {
    let sql = "select sql from sqlite_schema where sql is not null order by name";
    let mut statement = store.read().prepare(sql).unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}
