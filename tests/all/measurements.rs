//! Every bench runs once at tiny size, for its form only: how fast this machine is today is no test.

use std::process::Command;

#[test]
fn slips_are_measured() {
    let rows = bench("slip", &[]);
    assert!(names(&rows).any(|it| it == "anchor 80 mm"));
    let ratio = |it: &serde_json::Value| it["ratio"].as_f64().unwrap();
    let name = |it: &serde_json::Value| it["name"].as_str().unwrap().to_owned();
    for row in &rows {
        let any = row["ratio"].is_null() || name(row).contains(" against ") || row["unit"] == "s";
        assert!(any || (1.0..=1.25).contains(&ratio(row)), "{row}");
    }
    let pictures = rows
        .iter()
        .filter(|it| name(it).ends_with(" against one picture"));
    assert!(
        pictures.clone().count() > 5 && pictures.clone().all(|it| ratio(it) < 0.1),
        "{rows:?}"
    );
    assert!(rows.iter().any(|it| name(it) == "ticket zh against escpos crate"));
    assert!(rows.iter().any(|it| name(it) == "ticket zh, 9600 baud"));
    for name_of in [
        "notice zh 58 mm",
        "notice zh reprint 80 mm",
        "petition zh 80 mm",
        "transfer zh 80 mm",
        "commit to first byte p95",
        "registration, mute printer",
    ] {
        assert!(rows.iter().any(|it| name(it) == name_of), "{name_of}");
    }
    let anchor = rows.iter().find(|it| it["name"] == "anchor 80 mm").unwrap();
    assert_eq!(
        anchor["baseline"], 323.0,
        "the least of the anchor slip is a published figure"
    );
}

#[test]
fn a_registration_and_the_screen_are_measured() {
    let rows = bench("visit", &[]);
    let expected = [
        "registration wall",
        "registration cpu",
        "first frame",
        "rss with screen",
        "rss without",
    ];
    assert!(names(&rows).eq(expected), "{rows:?}");
}

#[test]
fn every_picture_is_measured_and_held_against_a_browser() {
    let rows = bench("screen", &[]);
    let mut expected = Vec::new();
    for name in [
        "full repaint",
        "partial repaint",
        "tap to changed pixels",
        "page switch",
        "search",
        "search of 10000",
        "candidates after a stroke",
        "candidates after a letter",
        "handwriting made ready",
    ] {
        expected.extend([format!("{name} p50"), format!("{name} p95")]);
    }
    expected.extend(["first frame".to_owned(), "rss after a visit".to_owned()]);
    assert!(names(&rows).eq(expected), "{rows:?}");
    for held in &rows[rows.len() - 2..] {
        assert!(held["ratio"].as_f64().is_some_and(|it| 0.0 < it), "{held:?}");
    }
}

#[test]
fn a_load_is_measured() {
    let database = crate::postgres::Database::new();
    let url = database.url(&database.server.superuser);
    let rows = bench("sync", &["--office-url", &url]);
    assert!(
        names(&rows).eq(["push", "push transfer", "push checks"]),
        "{rows:?}"
    );
}

#[test]
fn the_rules_are_measured_against_more_and_more_history() {
    let rows = bench("rules", &[]);
    let mut expected = vec!["commands".to_owned()];
    for visits in [20, 40] {
        let of = |what: &str| format!("{what} at {visits} visits");
        expected.extend([of("command"), of("command") + ", cpu", of("picture") + ", cpu"]);
    }
    expected.extend(["wake", "entries at wake", "pure decisions", "simulated year"].map(str::to_owned));
    assert!(names(&rows).eq(expected), "{rows:?}");
    assert!(
        rows.iter().all(|it| 0.0 < it["value"].as_f64().unwrap()),
        "{rows:?}"
    );
}

#[test]
fn what_cannot_be_measured_says_so() {
    let output = Command::new(env!("CARGO_BIN_EXE_lobby"))
        .args(["bench", "speed"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("slip、visit、screen、sync"));
}

/// The rows a bench prints; each has the five fields, the last two null where there is no baseline.
fn bench(name: &str, more: &[&str]) -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_lobby"))
        .args(["bench", name, "--json", "--tiny"])
        .args(more)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("a list of rows");
    for row in &rows {
        assert!(row["name"].is_string() && row["unit"].is_string(), "{row}");
        assert!(row["value"].as_f64().is_some_and(f64::is_finite), "{row}");
        assert_eq!(row["baseline"].is_null(), row["ratio"].is_null(), "{row}");
        assert_eq!(row.as_object().unwrap().len(), 5, "{row}");
    }
    rows
}

fn names(rows: &[serde_json::Value]) -> impl Iterator<Item = &str> {
    rows.iter().filter_map(|it| it["name"].as_str())
}
