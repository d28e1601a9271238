//! Files of older releases come up to now, and what the migrations add up to is written down.

use expect_test::expect_file;
use lobby::store::Store;

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

fn schema(store: &Store) -> Vec<String> {
    let sql = "select sql from sqlite_schema where sql is not null order by name";
    let mut statement = store.read().prepare(sql).unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}
