//! What the pages say: every Chinese sentence has its English, and nothing but Chinese is written in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .flat_map(|path| if path.is_dir() { pages(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|it| it == "slint"))
        .collect();
    found.sort();
    found
}

fn kiosk() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk")
}

/// The string that opens `text`, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.trim_start().strip_prefix('"')?.split_once('"')
}

/// Every `@tr("…")` as its source string and, where it counts things, its plural.
fn sources() -> BTreeSet<(String, Option<String>)> {
    let mut found = BTreeSet::new();
    for path in pages(&kiosk()) {
        for piece in fs::read_to_string(&path).unwrap().split("@tr(").skip(1) {
            let (text, rest) = quoted(piece).expect("@tr opens with its text");
            let plural = rest
                .trim_start()
                .strip_prefix('|')
                .and_then(quoted)
                .map(|(it, _)| it.to_owned());
            found.insert((text.to_owned(), plural));
        }
    }
    found
}

/// The `.po` file as source, plural and translations.
fn translations() -> Vec<(String, Option<String>, Vec<String>)> {
    let text = fs::read_to_string(kiosk().join("lang/en/LC_MESSAGES/lobby-ui.po")).unwrap();
    let mut found: Vec<(String, Option<String>, Vec<String>)> = Vec::new();
    for line in text.lines() {
        let Some((key, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((value, _)) = quoted(rest) else { continue };
        match key {
            "msgid" => found.push((value.to_owned(), None, Vec::new())),
            "msgid_plural" => found.last_mut().unwrap().1 = Some(value.to_owned()),
            _ if key.starts_with("msgstr") => found.last_mut().unwrap().2.push(value.to_owned()),
            _ => {}
        }
    }
    found.retain(|(source, _, _)| !source.is_empty());
    found
}

/// The `{…}` in a text, in order of their names.
fn holes(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|it| it.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_sentence_has_its_english() {
    let translated = translations();
    let known: BTreeSet<_> = translated
        .iter()
        .map(|(text, plural, _)| (text.clone(), plural.clone()))
        .collect();
    let sources = sources();
    let missing: Vec<_> = sources.difference(&known).collect();
    let left_over: Vec<_> = known.difference(&sources).collect();
    assert!(missing.is_empty(), "add these to lobby-ui.po: {missing:?}");
    assert!(
        left_over.is_empty(),
        "no page says these any more, drop them from lobby-ui.po: {left_over:?}"
    );
    for (text, plural, english) in &translated {
        assert_eq!(english.len(), if plural.is_some() { 2 } else { 1 }, "“{text}”");
        for it in english {
            assert!(!it.is_empty(), "“{text}” has no English");
            assert_eq!(
                holes(it),
                holes(text),
                "“{text}” and “{it}” are made of different parts"
            );
        }
    }
}

#[test]
fn no_chinese_stands_in_a_page_outside_of_tr_and_sample_data() {
    for path in pages(&kiosk()) {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let line = line.split("//").next().unwrap();
            let sample = line.contains("in property <") || line.trim_start().starts_with(['{', '"']);
            let said = line.contains("@tr(");
            let chinese = line.chars().any(|it| ('\u{4e00}'..='\u{9fff}').contains(&it));
            assert!(!chinese || sample || said, "{}: {line}", path.display());
        }
    }
}
