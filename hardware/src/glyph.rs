//! Characters drawn from the installed fonts, for what the printer's own font lacks.
//!
//! Noto Sans CJK and HanaMin together cover every Hanzi of GB 18030-2022. The font files are mapped, not read: a few
//! pages of a 20 MB file are touched for a character. A missing font is never an error here; the character becomes a
//! box, and [`Glyphs::missing`] lets `lobby doctor` say which package to install.

use std::fs::File;
use std::path::{Path, PathBuf};

use ab_glyph::{Font, FontRef, GlyphId, PxScale, point};
use memmap2::Mmap;

use crate::image::Bitmap;

/// The base line of the ideographic square of 1 em, from its top.
const BASELINE: f32 = 0.88;
/// The base line of half-width letters and their size in em: what hangs below the line must stay inside the cell.
const LETTER_BASELINE: f32 = 0.79;
const LETTER_EM: f32 = 0.95;
/// How much of a dot must be covered to be black. Below one half, for thin strokes must not break.
const INK: f32 = 0.42;

/// The font folders of the common distributions, tried in order.
const FOLDERS: &[&str] = &[
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/hanazono",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/hanazono",
    "/usr/share/fonts/truetype/babelstone",
    "/usr/local/share/fonts",
];

/// A font file, the index in the collection, whether half-width letters are taken from it, and its Debian package.
const WANTED: &[(&str, u32, Use, &str)] = &[
    // Index 7 is Mono SC, whose letters are exactly half an em wide; 2 is Sans SC.
    ("NotoSansCJK-Regular.ttc", 7, Use::Letters, "fonts-noto-cjk"),
    ("NotoSansCJK-Regular.ttc", 2, Use::Hanzi, "fonts-noto-cjk"),
    ("HanaMinA.ttf", 0, Use::Hanzi, "fonts-hanazono"),
    ("HanaMinB.ttf", 0, Use::Hanzi, "fonts-hanazono"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Letters,
    Hanzi,
}

#[derive(Debug)]
struct Face {
    data: Mmap,
    index: u32,
    used_for: Use,
}

/// The fonts that are there.
#[derive(Debug, Default)]
pub struct Glyphs {
    faces: Vec<Face>,
    missing: Vec<&'static str>,
}

impl Glyphs {
    /// The fonts installed on this machine.
    pub fn system() -> Self {
        let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
        Self::from_folders(&folders)
    }

    /// The fonts in these folders.
    pub fn from_folders(folders: &[PathBuf]) -> Self {
        let mut glyphs = Self::default();
        for &(file, index, used_for, package) in WANTED {
            match folders.iter().find_map(|folder| map(&folder.join(file))) {
                Some(data) if FontRef::try_from_slice_and_index(&data, index).is_ok() => {
                    glyphs.faces.push(Face {
                        data,
                        index,
                        used_for,
                    });
                }
                _ if glyphs.missing.contains(&package) => {}
                _ => glyphs.missing.push(package),
            }
        }
        glyphs
    }

    /// No fonts: every drawn character is a box.
    pub fn none() -> Self {
        Self::default()
    }

    /// Debian packages to install so that every name can be printed; empty when all is there.
    pub fn missing(&self) -> &[&'static str] {
        &self.missing
    }

    /// Whether some font has this character.
    pub fn has(&self, character: char) -> bool {
        self.faces
            .iter()
            .any(|face| face.font().glyph_id(character) != GlyphId(0))
    }

    /// Draws a character into a cell, sizes in dots. Without a font for it the cell holds a box.
    pub fn draw(&self, character: char, width: usize, height: usize) -> Bitmap {
        let mut picture = Bitmap::new(width, height);
        let wanted = if width < height { Use::Letters } else { Use::Hanzi };
        let face = self
            .faces
            .iter()
            .filter(|face| face.used_for == wanted)
            .chain(self.faces.iter().filter(|face| face.used_for != wanted))
            .find(|face| face.font().glyph_id(character) != GlyphId(0));
        match face {
            Some(face) => face.draw(character, &mut picture),
            None if character == ' ' => {}
            None => frame(&mut picture),
        }
        picture
    }
}

impl Face {
    fn font(&self) -> FontRef<'_> {
        FontRef::try_from_slice_and_index(&self.data, self.index).expect("checked when the file was mapped")
    }

    fn draw(&self, character: char, picture: &mut Bitmap) {
        let (font, width, height) = (self.font(), picture.width() as f32, picture.height() as f32);
        let (em, baseline) = match self.used_for {
            Use::Letters => (height * LETTER_EM, (height * LETTER_BASELINE).round()),
            Use::Hanzi => (height, (height * BASELINE).round()),
        };
        let units = font.units_per_em().unwrap_or(1000.0);
        // The scale of ab_glyph is ascent to descent, not the em.
        let scale = em * font.height_unscaled() / units;
        let id = font.glyph_id(character);
        let advance = font.h_advance_unscaled(id) * em / units;
        // A letter wider than its cell is made narrower, a narrower one is centred.
        let narrower = if advance > width { width / advance } else { 1.0 };
        let x = (width - advance * narrower) / 2.0;
        let size = PxScale {
            x: scale * narrower,
            y: scale,
        };
        let Some(outline) = font.outline_glyph(id.with_scale_and_position(size, point(x, baseline))) else {
            return;
        };
        let bounds = outline.px_bounds();
        outline.draw(|column, row, covered| {
            let (x, y) = (bounds.min.x + column as f32, bounds.min.y + row as f32);
            if covered > INK && x >= 0.0 && y >= 0.0 {
                picture.set(x as usize, y as usize);
            }
        });
    }
}

/// A box: a character is here that no font has.
fn frame(picture: &mut Bitmap) {
    let (right, bottom) = (
        picture.width().saturating_sub(3),
        picture.height().saturating_sub(4),
    );
    for x in 2..=right {
        picture.set(x, 3);
        picture.set(x, bottom);
    }
    for y in 3..=bottom {
        picture.set(2, y);
        picture.set(right, y);
    }
}

#[expect(
    unsafe_code,
    reason = "mapping a file is unsafe in case somebody shortens it; fonts are replaced, not rewritten"
)]
fn map(path: &Path) -> Option<Mmap> {
    let file = File::open(path).ok()?;
    // SAFETY: package managers put a new file in the place of the old one, so the mapped one never changes.
    unsafe { Mmap::map(&file) }.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(picture: &Bitmap) -> usize {
        picture.rows().iter().map(|byte| byte.count_ones() as usize).sum()
    }

    #[test]
    fn rare_characters_are_drawn_and_differ() {
        let glyphs = Glyphs::system();
        assert_eq!(
            glyphs.missing(),
            [] as [&str; 0],
            "install these packages to run the tests"
        );
        let drawn: Vec<Bitmap> = ['㛃', '𬭎', '䶮', '𠅤', '𬀩', '𬸦']
            .map(|it| glyphs.draw(it, 24, 24))
            .into();
        for (index, picture) in drawn.iter().enumerate() {
            assert!(
                (60..400).contains(&ink(picture)),
                "{index}: {} dots",
                ink(picture)
            );
            assert!(drawn.iter().skip(index + 1).all(|other| other != picture));
        }
    }

    #[test]
    fn a_character_of_no_font_is_a_box() {
        let glyphs = Glyphs::none();
        assert_eq!(glyphs.draw('㛃', 24, 24), glyphs.draw('𬭎', 24, 24));
        assert!(ink(&glyphs.draw('㛃', 24, 24)) > 40);
        assert_eq!(ink(&glyphs.draw(' ', 12, 24)), 0);
    }

    #[test]
    fn what_hangs_below_the_line_stays_inside_the_cell() {
        let glyphs = Glyphs::system();
        for letter in ['g', 'j', 'p', 'q', 'y', 'Ş', 'ę'] {
            let picture = glyphs.draw(letter, 12, 24);
            assert!((0..12).any(|x| picture.get(x, 22)), "{letter} hangs down");
        }
        for letter in ['A', 'é', 'x'] {
            assert!(
                (0..12).all(|x| !glyphs.draw(letter, 12, 24).get(x, 22)),
                "{letter} stands on the line"
            );
        }
    }
}
