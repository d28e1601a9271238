//! The fonts the pages name. Without any Slint panics; without the right one names lose letters, so the lobby
//! rather says what to install.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::kiosk::KioskFault;

/// A family: how its files begin, wherever a distribution puts them, and what is missing without it.
type Family = (&'static str, &'static str);

/// What the pages' own words are drawn with.
const WORDS: Family = ("NotoSansCJK", "the font Noto Sans CJK");

/// What rare characters of names are drawn with.
const RARE: Family = ("HanaMin", "the font Hanazono");

/// Where fontconfig looks on Debian.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["/usr/share/fonts", "/usr/local/share/fonts"]
        .iter()
        .map(PathBuf::from)
        .collect();
    if let Some(home) = std::env::var_os("HOME") {
        folders.push(Path::new(&home).join(".local/share/fonts"));
        folders.push(Path::new(&home).join(".fonts"));
    }
    folders
}

/// Whether all fonts are there.
pub(super) fn check() -> Result<(), KioskFault> {
    check_in(&folders(), &[WORDS, RARE])
}

/// Whether the pages' own words can be drawn, where no name will be.
pub(super) fn check_words() -> Result<(), KioskFault> {
    check_in(&folders(), &[WORDS])
}

fn check_in(folders: &[PathBuf], wanted: &[Family]) -> Result<(), KioskFault> {
    for &(begins, missing) in wanted {
        if !folders.iter().any(|it| holds(it, begins, 4)) {
            return Err(KioskFault::Fonts { missing });
        }
    }
    Ok(())
}

/// The characters the fonts can draw, as ranges: read once, from the fonts' own tables.
static COVERED: LazyLock<Vec<(u32, u32)>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for folder in folders() {
        collect(&folder, 4, &mut files);
    }
    let mut ranges: Vec<(u32, u32)> = files
        .iter()
        .flat_map(|path| {
            charmap(path).unwrap_or_else(|error| {
                tracing::warn!(font = %path.display(), %error, "cannot tell what a font can draw");
                Vec::new()
            })
        })
        .collect();
    ranges.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (from, to) in ranges {
        match joined.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
});

/// Whether a font has `character`; what none has is drawn as nothing at all.
pub(super) fn covers(character: char) -> bool {
    // What every Chinese font has need not be looked up: the first page comes before the fonts are read.
    matches!(character, ' '..='~' | '\u{4e00}'..='\u{9fa5}' | '、'..='】' | '！'..='～') || charted(character)
}

fn charted(character: char) -> bool {
    let code = u32::from(character);
    let after = COVERED.partition_point(|it| it.0 <= code);
    after.checked_sub(1).is_some_and(|at| code <= COVERED[at].1)
}

/// `text` as the screen can show it: a character no font has as its code point and sound, never as nothing.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() || covers(character) {
            shown.push(character);
        } else {
            let sound = writing::readings(character).next().map(|it| format!(" {it}"));
            let code = u32::from(character);
            shown.push_str(&format!("〔U+{code:X}{}〕", sound.unwrap_or_default()));
        }
    }
    shown
}

/// A person's name as the pages show it: what no font has is said, and no line ends within a part of it.
pub(super) fn named(name: &str) -> String {
    ui::lines::name(&shown(name))
}

fn collect(folder: &Path, depth: u8, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if path.is_dir() && 0 < depth {
            collect(&path, depth - 1, files);
        } else if name == "NotoSansCJK-Regular.ttc" || name.starts_with("HanaMin") {
            files.push(path);
        }
    }
}

/// The characters of a font file, as ranges, from its `cmap` table (OpenType: formats 4 and 12).
fn charmap(path: &Path) -> io::Result<Vec<(u32, u32)>> {
    let file = File::open(path)?;
    let bytes = |at: u64, length: usize| {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, at).map(|()| bytes)
    };
    // A collection begins with where its fonts do; the first draws whatever the others draw.
    let head = bytes(0, 16)?;
    let font = if head.starts_with(b"ttcf") {
        u64::from(long(&head, 12))
    } else {
        0
    };
    let tables = usize::from(short(&bytes(font, 6)?, 4));
    let directory = bytes(font + 12, tables * 16)?;
    let table = directory.chunks_exact(16).find(|it| it.starts_with(b"cmap"));
    let Some(table) = table else {
        return Err(io::Error::other("no cmap table"));
    };
    let map = bytes(long(table, 8).into(), long(table, 12) as usize)?;
    let mut ranges = Vec::new();
    for at in 0..usize::from(short(&map, 2)) {
        let from = long(&map, 4 + at * 8 + 4) as usize;
        let part = map.get(from..).unwrap_or_default();
        match short(part, 0) {
            12 => {
                let groups = long(part, 12) as usize;
                ranges.extend((0..groups).map(|it| (long(part, 16 + it * 12), long(part, 20 + it * 12))));
            }
            4 => {
                let segments = usize::from(short(part, 6) / 2);
                let segment = |it: usize| {
                    let end = short(part, 14 + it * 2);
                    (short(part, 16 + segments * 2 + it * 2).into(), end.into())
                };
                // The last one stands for nothing: it ends the table.
                ranges.extend((0..segments.saturating_sub(1)).map(segment));
            }
            _ => {}
        }
    }
    Ok(ranges)
}

fn short(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |it| u16::from_be_bytes([it[0], it[1]]))
}

fn long(bytes: &[u8], at: usize) -> u32 {
    u32::from(short(bytes, at)) << 16 | u32::from(short(bytes, at + 2))
}

fn holds(folder: &Path, begins: &str, depth: u8) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|it| {
        let path = it.path();
        if path.is_dir() {
            0 < depth && holds(&path, begins, depth - 1)
        } else {
            it.file_name().to_string_lossy().starts_with(begins)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_gb_18030_level_3_can_be_drawn() {
        // GB 18030-2022, level 3: the URO with what was added to it up to 9FEF, and extensions A to F.
        let blocks = [
            (0x4e00, 0x9fef),
            (0x3400, 0x4db5),
            (0x20000, 0x2a6d6),
            (0x2a700, 0x2b734),
            (0x2b740, 0x2b81d),
            (0x2b820, 0x2cea1),
            (0x2ceb0, 0x2ebe0),
        ];
        // Unified characters that stand among the compatibility ideographs: U+FA0E to U+FA29.
        let apart = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩".chars();
        let all: Vec<char> = blocks
            .into_iter()
            .flat_map(|(from, to)| from..=to)
            .filter_map(char::from_u32)
            .chain(apart)
            .collect();
        assert_eq!(all.len(), 87_887, "as many as the standard counts");
        let lacking: Vec<char> = all.into_iter().filter(|it| !charted(*it)).collect();
        assert!(
            lacking.is_empty(),
            "{} lacking, such as {:?}",
            lacking.len(),
            &lacking[..lacking.len().min(5)]
        );
        for character in "㛃𬭎䶮𠅤𪨧"
            .chars()
            .chain(' '..='~')
            .chain('、'..='】')
            .chain('！'..='～')
        {
            assert!(charted(character), "{character}");
        }
    }

    #[test]
    fn a_character_no_font_has_shows_its_code_point_and_its_sound() {
        // Private use: never a character of any font we install.
        assert_eq!(shown("王\u{10fffd}"), "王〔U+10FFFD〕");
        assert!(!covers('\u{10fffd}'));
        assert_eq!(shown("王𬭎 〓"), "王𬭎 〓");
    }

    #[test]
    fn a_missing_font_is_named_with_its_package() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("noto")).unwrap();
        fs::write(folder.path().join("noto/NotoSansCJK-Regular.ttc"), b"").unwrap();
        let folders = [folder.path().to_owned()];
        let told = check_in(&folders, &[WORDS, RARE]).unwrap_err().to_string();
        assert!(
            told.contains("Hanazono") && told.contains("apt-get install"),
            "{told}"
        );
        fs::write(folder.path().join("HanaMinA.ttf"), b"").unwrap();
        assert!(check_in(&folders, &[WORDS, RARE]).is_ok());
    }

    #[test]
    fn a_box_without_the_font_of_rare_names_can_still_say_that_it_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [folder.path().to_owned()];
        assert!(
            check_in(&folders, &[WORDS]).is_err(),
            "without any font Slint panics"
        );
        fs::write(folder.path().join("NotoSansCJK-Regular.ttc"), b"").unwrap();
        assert!(check_in(&folders, &[WORDS]).is_ok() && check_in(&folders, &[WORDS, RARE]).is_err());
    }
}
