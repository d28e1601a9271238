//! House rules that a machine can keep. Each failure says how to put it right.

use std::fs;
use std::path::{Path, PathBuf};

/// Which modules each module may name.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("pulse", &[]),
    ("screen", &["pulse"]),
    ("config", &["domain"]),
    ("simulation", &["domain"]),
    ("store", &["domain"]),
    ("tables", &["domain", "config"]),
    ("why", &["domain"]),
    ("desk", &["domain", "store", "clock"]),
    ("senses", &["domain"]),
    ("devices", &[]),
    ("announce", &["domain", "desk", "devices", "screen"]),
    ("kiosk", &["domain", "desk", "clock", "screen", "pulse", "senses"]),
    ("console", &["domain", "desk", "clock", "screen", "tables", "why"]),
    ("print", &["domain", "desk", "devices", "pulse"]),
    ("sync", &["domain", "desk"]),
    // The only place that sees every part.
    (
        "app",
        &[
            "domain",
            "clock",
            "pulse",
            "screen",
            "config",
            "store",
            "desk",
            "devices",
            "kiosk",
            "console",
            "announce",
            "senses",
            "print",
            "sync",
            "tables",
            "why",
            "simulation",
        ],
    ),
];

/// Which module alone may name each outside crate.
const DOORS: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("slint", "kiosk"),
    ("writing", "kiosk"),
    ("ui", "kiosk"),
    ("axum", "console"),
    ("askama", "console"),
    ("hardware", "devices"),
    ("tokio_postgres", "sync"),
    ("toml", "config"),
    ("clap", "app"),
    ("calamine", "tables"),
    ("rust_xlsxwriter", "tables"),
];

/// Where a hidden value may be opened: rows, paper, the form a page shows it in, and passwords.
const MAY_REVEAL: &[&str] = &[
    "src/store",
    "src/print",
    "src/console",
    "src/kiosk/sensed.rs",
    "src/domain/sensitive.rs",
    "src/sync/source.rs",
    "src/app",
    "src/config/tests.rs",
];

#[test]
fn modules_use_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let module = module_of(&path);
        if module == "lib" || module == "main" {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|it| it.0 == module) else {
            wrong.push(format!(
                "{}: say in MAY_USE what {module} may use",
                path.display()
            ));
            continue;
        };
        for used in read(&path).split("crate::").skip(1).map(head) {
            if used != module && !allowed.contains(&used) {
                wrong.push(format!("{}: {module} may not use {used}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "see \"Which way the arrows point\" in GUIDE.md\n{}",
        wrong.join("\n")
    );
}

#[test]
fn crates_are_used_by_one_path_so_that_arrows_can_be_read() {
    let wrong: Vec<_> = rust_files("src")
        .into_iter()
        .filter(|it| read(it).contains("use crate::{"))
        .collect();
    assert!(
        wrong.is_empty(),
        "write `use crate::domain::…`, not `use crate::{{…}}`: {wrong:?}"
    );
}

#[test]
fn each_outside_crate_has_one_door() {
    let mut wrong = Vec::new();
    for (outside, module) in DOORS {
        for path in rust_files("src") {
            let door = module_of(&path) == *module || path.ends_with("src/main.rs") && *outside == "clap";
            if !door && names_crate(&read(&path), outside) {
                wrong.push(format!("{}: only {module} may name {outside}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "go through the door\n{}", wrong.join("\n"));
}

#[test]
fn only_the_clock_reads_the_clock() {
    let readers = [
        "Utc::now(",
        "Local::now(",
        "SystemTime::now(",
        "Instant::now(",
        "Uuid::now_v7(",
    ];
    // Waiting for a process or a port is not lobby time.
    let may = ["src/clock.rs", "src/app/cluster.rs"];
    let wrong: Vec<PathBuf> = rust_files("src")
        .into_iter()
        .filter(|path| !may.iter().any(|it| path.ends_with(it)))
        .filter(|path| readers.iter().any(|it| read(path).contains(it)))
        .collect();
    assert!(wrong.is_empty(), "take `now` as an argument instead: {wrong:?}");
}

#[test]
fn the_core_is_pure() {
    let mut wrong = Vec::new();
    for path in rust_files("src/domain") {
        for outside in [
            "std::fs",
            "std::net",
            "std::thread",
            "tokio",
            "serde",
            "tracing",
            "getrandom",
        ] {
            if names_crate(&read(&path), outside) {
                wrong.push(format!("{}: {outside}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "domain has no I/O, no clock, no async and no wire form\n{}",
        wrong.join("\n")
    );
}

#[test]
fn what_names_a_person_is_opened_in_few_places() {
    let wrong: Vec<PathBuf> = rust_files("src")
        .into_iter()
        .filter(|path| !MAY_REVEAL.iter().any(|it| path.starts_with(it)))
        .filter(|path| read(path).contains(".reveal()"))
        .collect();
    assert!(wrong.is_empty(), "pass the Sensitive on, closed: {wrong:?}");
}

#[test]
fn every_file_says_what_it_is() {
    let files = ["src", "hardware/src", "ui/src", "tests"]
        .into_iter()
        .flat_map(rust_files);
    let wrong: Vec<PathBuf> = files.filter(|it| !read(it).starts_with("//!")).collect();
    assert!(wrong.is_empty(), "open these with a line of `//!`: {wrong:?}");
}

#[test]
fn nothing_is_left_lying_about() {
    // Written apart, so that this file does not find itself.
    let leftovers = ["dbg!", "todo!", "unimplemented!"].map(|it| format!("{it}("));
    let ignored = format!("#[{}", "ignore");
    let files = ["src", "hardware/src", "ui/src", "tests"]
        .into_iter()
        .flat_map(rust_files);
    let wrong: Vec<PathBuf> = files
        .filter(|path| {
            let text = read(path);
            leftovers.iter().any(|it| text.contains(it)) || text.contains(&ignored)
        })
        .collect();
    assert!(wrong.is_empty(), "finish or delete: {wrong:?}");
}

#[test]
fn migrations_are_numbered_without_gaps() {
    for folder in ["src/store/migrations", "src/sync/migrations"] {
        let mut numbers: Vec<u32> = fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .filter_map(|it| it.split_once('_').and_then(|(number, _)| number.parse().ok()))
            .collect();
        numbers.sort_unstable();
        let expected: Vec<u32> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, expected, "{folder}");
    }
}

#[test]
fn colours_sizes_and_motion_come_from_the_theme() {
    for path in files_with("ui/kiosk", "slint") {
        if path.ends_with("theme.slint") {
            continue;
        }
        for line in read(&path)
            .lines()
            .filter(|it| !it.trim_start().starts_with("//"))
        {
            let colour = line.split('#').skip(1).any(|it| {
                let digits = it.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8)
            });
            let motion = line
                .match_indices("ms")
                .any(|(at, _)| line[..at].ends_with(|it: char| it.is_ascii_digit()));
            // Nothing has no size; whatever has one is named among the others.
            let size = line.match_indices("px").any(|(at, _)| {
                let figure = |it: char| it.is_ascii_digit() || it == '.';
                let number = &line[line[..at].trim_end_matches(figure).len()..at];
                !matches!(number, "" | "0")
            });
            assert!(
                !colour && !motion && !size,
                "{} has its own: {line}",
                path.display()
            );
        }
    }
}

#[test]
fn text_on_the_screen_can_be_translated() {
    let mut wrong = Vec::new();
    for path in files_with("ui/kiosk", "slint") {
        for (at, line) in read(&path).lines().enumerate() {
            // A Chinese text outside @tr and outside comments would stay Chinese for everybody.
            let code = line.split("//").next().unwrap_or(line);
            let han = |it: char| ('\u{4e00}'..='\u{9fff}').contains(&it);
            if code.contains('"') && code.chars().any(han) && !code.contains("@tr(") && !sample(code) {
                wrong.push(format!("{}:{}: {}", path.display(), at + 1, code.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "write @tr(\"…\")\n{}", wrong.join("\n"));
}

/// Sample data for the preview is data, not text: it stands in the adapters' properties.
fn sample(code: &str) -> bool {
    code.contains("in property <")
        || code.contains("in-out property <")
        || code.trim_start().starts_with('{')
        || code.contains(": {")
        || code.contains(": [")
        || code.trim_start().starts_with('"')
}

#[test]
fn the_documents_toml_is_toml() {
    for path in [
        "README.md",
        "README.zh-CN.md",
        "ARCHITECTURE.md",
        "GUIDE.md",
        "deploy/INSTALL.md",
    ] {
        let text = read(Path::new(path));
        for block in text.split("```toml").skip(1) {
            let block = block.split("```").next().unwrap();
            assert!(block.parse::<toml::Table>().is_ok(), "{path}: {block}");
        }
    }
}

/// Whether the text names the crate, as a path or in a `use`.
fn names_crate(text: &str, outside: &str) -> bool {
    let path = format!("{outside}::");
    text.match_indices(&path).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == ':')
    })
}

/// `src/desk/mod.rs` and `src/desk.rs` are both `desk`.
fn module_of(path: &Path) -> &str {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The word a path such as `ticket::Stage` begins with.
fn head(path: &str) -> &str {
    path.split(|it: char| !it.is_alphanumeric() && it != '_')
        .next()
        .unwrap()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rust_files(folder: &str) -> Vec<PathBuf> {
    files_with(folder, "rs")
}

fn files_with(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}")) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(path.to_str().unwrap(), ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
