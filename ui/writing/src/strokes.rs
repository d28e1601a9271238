//! 笔画: characters by the kinds of their strokes in the order they are written, with five keys.
//!
//! The table is that of Debian's package rime-data-stroke, read by us: some 75,000 characters, many in two orders of
//! writing. What was typed is the beginning of what is meant; what ends there comes first, then the commonest.

use crate::{Candidate, Engine, Expected, common};

/// Where Debian's package puts the table.
pub const TABLE: &str = "/usr/share/rime-data/stroke.dict.yaml";

/// The five keys as the table writes them: 横 竖 撇 捺 折.
pub const KEYS: [char; 5] = ['h', 's', 'p', 'n', 'z'];

/// The table cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{TABLE} holds no strokes; install rime-data-stroke again")]
pub struct NoTable;

/// Characters by their strokes.
pub struct Strokes {
    /// All codes, sorted, one after the other.
    codes: String,
    /// Where each code begins, and whose it is.
    entries: Vec<(u32, char)>,
}

impl std::fmt::Debug for Strokes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Strokes({} codes)", self.entries.len())
    }
}

impl Strokes {
    /// Makes the table's text ready; takes some tens of milliseconds.
    ///
    /// # Errors
    /// [`NoTable`] if nothing in it is a code.
    pub fn read(table: &str) -> Result<Self, NoTable> {
        let mut lines: Vec<(&str, char)> = table
            .lines()
            .filter_map(|line| {
                let (text, code) = line.split_once('\t')?;
                let code = code.split('\t').next().unwrap_or(code);
                let mut characters = text.chars();
                let character = characters.next().filter(|_| characters.next().is_none())?;
                let keys = !code.is_empty() && code.chars().all(|it| KEYS.contains(&it));
                keys.then_some((code, character))
            })
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let mut codes = String::with_capacity(lines.iter().map(|it| it.0.len()).sum());
        let mut entries = Vec::with_capacity(lines.len());
        for (code, character) in lines {
            entries.push((codes.len() as u32, character));
            codes.push_str(code);
        }
        if entries.is_empty() {
            return Err(NoTable);
        }
        Ok(Self { codes, entries })
    }

    fn code(&self, at: usize) -> &str {
        let from = self.entries[at].0 as usize;
        let to = self
            .entries
            .get(at + 1)
            .map_or(self.codes.len(), |it| it.0 as usize);
        &self.codes[from..to]
    }
}

impl Engine for Strokes {
    type Written = str;

    fn candidates(&self, written: &str, expected: Expected, most: usize) -> Vec<Candidate> {
        if written.is_empty() || most == 0 {
            return Vec::new();
        }
        let places: Vec<usize> = (0..self.entries.len()).collect();
        let from = places.partition_point(|it| self.code(*it) < written);
        let length = places[from..].partition_point(|it| self.code(*it).starts_with(written));
        let mut found: Vec<(bool, f32, char)> = (from..from + length)
            .map(|at| {
                let character = self.entries[at].1;
                let whole = self.code(at).len() == written.len();
                (whole, common::weight(character, expected), character)
            })
            .collect();
        // Whole ones first among the common; a rare one that ends here comes after what is common and goes on.
        found.sort_unstable_by(|a, b| {
            let likely = |it: &(bool, f32, char)| it.1 + if it.0 && 0.0 < it.1 { 10.0 } else { 0.0 };
            likely(b)
                .total_cmp(&likely(a))
                .then(b.0.cmp(&a.0))
                .then(a.2.cmp(&b.2))
        });
        let mut candidates: Vec<Candidate> = Vec::new();
        for (_, _, character) in found {
            let text = character.to_string();
            // The same character in another order of writing is behind.
            if candidates.len() < most && candidates.iter().all(|it| it.text != text) {
                let takes = written.len();
                candidates.push(Candidate { text, takes });
            }
            if candidates.len() == most {
                break;
            }
        }
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOME: &str = "# Rime dictionary\n---\nname: stroke\n...\n\n王\thhsh\n玉\thhshn\n李\thspnzzh\n李\thspnzsh\n\
        䶮\thpznphhpn\n㛃\thhhszpzph\n一\th\n二\thh\n天地\thhpn\n";

    fn first(written: &str, expected: Expected) -> Vec<String> {
        let strokes = Strokes::read(SOME).unwrap();
        let found = strokes.candidates(written, expected, 3);
        found.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn a_character_is_found_by_how_its_strokes_begin() {
        assert_eq!(first("hhs", Expected::Surname), ["王", "玉"]);
        assert_eq!(first("hspnz", Expected::Surname), ["李"]);
        assert_eq!(first("hpznp", Expected::GivenName), ["䶮"]);
        assert!(first("", Expected::Text).is_empty());
        assert!(first("zzzz", Expected::Text).is_empty());
    }

    #[test]
    fn what_ends_where_one_stopped_comes_first() {
        assert_eq!(first("h", Expected::Text)[0], "一");
        assert_eq!(first("hh", Expected::Text)[0], "二");
    }

    #[test]
    fn a_table_without_strokes_is_refused() {
        assert!(Strokes::read("---\nname: other\n...\n").is_err());
    }

    #[test]
    fn the_table_of_the_package_knows_rare_characters() {
        let table = std::fs::read_to_string(TABLE).expect("rime-data-stroke is installed by deploy/test.sh");
        let strokes = Strokes::read(&table).unwrap();
        for (written, wanted) in [
            ("hhsh", "王"),
            ("hhhszpzph", "㛃"),
            ("szspnhz", "𪨧"),
            ("hpznphhpn", "䶮"),
        ] {
            let found = strokes.candidates(written, Expected::GivenName, 12);
            assert!(found.iter().any(|it| it.text == wanted), "{wanted}: {found:?}");
        }
    }
}
