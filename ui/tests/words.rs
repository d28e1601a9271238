//! What the pages say: every Chinese sentence has its words in every other language, and nothing but Chinese is
//! written in them.

#[path = "../languages.rs"]
mod languages;

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
            // What keeps words together on a line is written out in the pages and stands as itself in the files.
            let text = text.replace("\\u{a0}", "\u{a0}").replace("\\u{2060}", "\u{2060}");
            found.insert((text, plural));
        }
    }
    found
}

/// A `.po` file as source, plural and translations.
fn translations(text: &str) -> Vec<(String, Option<String>, Vec<String>)> {
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

/// How many forms of a plural a language has, from its own file.
fn plurals(text: &str) -> usize {
    let told = text.split_once("nplurals=").expect("Plural-Forms is told").1;
    told[..1].parse().expect("a digit")
}

/// What is missing of a language, left over, empty, or made of other parts than the Chinese.
fn mistakes(text: &str, sources: &BTreeSet<(String, Option<String>)>) -> Vec<String> {
    let translated = translations(text);
    let known: BTreeSet<_> = translated
        .iter()
        .map(|(text, plural, _)| (text.clone(), plural.clone()))
        .collect();
    let missing = sources
        .difference(&known)
        .map(|it| format!("“{}” is missing", it.0));
    let left = known
        .difference(sources)
        .map(|it| format!("“{}” is said by no page", it.0));
    let mut wrong: Vec<String> = missing.chain(left).collect();
    for (source, plural, words) in &translated {
        if words.len() != if plural.is_some() { plurals(text) } else { 1 } {
            wrong.push(format!("“{source}” has {} forms", words.len()));
        }
        for it in words {
            if it.is_empty() {
                wrong.push(format!("“{source}” says nothing"));
            } else if holes(it) != holes(source) {
                wrong.push(format!("“{source}” and “{it}” are made of different parts"));
            }
        }
    }
    wrong
}

#[test]
fn every_sentence_is_said_in_every_language() {
    let sources = sources();
    let languages = languages::list(&kiosk().join("lang"));
    assert!(languages.iter().any(|it| it.0 == "en"));
    for (code, _) in languages {
        let text =
            fs::read_to_string(kiosk().join("lang").join(&code).join("LC_MESSAGES/lobby-ui.po")).unwrap();
        let wrong = mistakes(&text, &sources);
        assert!(wrong.is_empty(), "{code}/lobby-ui.po:\n{}", wrong.join("\n"));
    }
}

#[test]
fn a_sentence_that_is_missing_is_found() {
    let text = fs::read_to_string(kiosk().join("lang/en/LC_MESSAGES/lobby-ui.po")).unwrap();
    let sources = sources();
    let spoilt = [
        text.replace("msgid \"首页\"", "msgid \"首叶\""),
        text.replace("msgstr \"Home\"", "msgstr \"\""),
        text.replace("msgstr \"Next: {0} {1}\"", "msgstr \"Next: {0}\""),
    ];
    for (spoilt, found) in spoilt.iter().zip([2, 1, 1]) {
        assert_ne!(*spoilt, text, "the sentence is still there to spoil");
        assert_eq!(
            mistakes(spoilt, &sources).len(),
            found,
            "{:?}",
            mistakes(spoilt, &sources)
        );
    }
}

#[test]
fn another_language_is_another_folder_with_a_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("languages");
    for (code, name) in [("en", "English"), ("ug", "ئۇيغۇرچە"), ("bo", "བོད་ཡིག")] {
        let path = folder.join(code).join("LC_MESSAGES");
        fs::create_dir_all(&path).unwrap();
        let head = format!("msgid \"\"\nmsgstr \"\"\n\"X-Language-Name: {name}\\n\"\n");
        fs::write(path.join("lobby-ui.po"), head).unwrap();
    }
    fs::create_dir_all(folder.join("notes")).unwrap();
    let found = languages::list(&folder);
    let expected = [("bo", "བོད་ཡིག"), ("en", "English"), ("ug", "ئۇيغۇرچە")];
    let expected = expected.map(|(code, name)| (code.to_owned(), name.to_owned()));
    assert_eq!(found, expected);
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
