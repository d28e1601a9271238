//! Handwriting: which characters a drawing may be, whatever the order of its strokes and however they run together.
//!
//! Two steps. A drawing is first made a *grid*: scaled to a square with its shape kept, and for 8 × 8 places counted
//! how much ink runs in each of eight directions. Its dot product with the grids of all characters, each averaged over copies
//! with separate, half joined and joined strokes, leaves some dozens. Those are compared *point by point*: what of the drawing
//! the character does not explain, by its strokes or by the way from one stroke to the next, and what of its
//! strokes the drawing lacks. Frequency breaks what remains of a tie.
//!
//! The strokes of the characters are a data file with a licence of its own (`ui/writing/data`), read when somebody
//! first writes; the program is complete without it.

mod grid;
mod points;

use crate::common;
use crate::{Candidate, Engine, Expected};
use grid::{CELLS, Frame};
use points::Cloud;

/// Characters that are compared point by point.
const COMPARED: usize = 40;

/// What counts how much in a comparison: the likeness of the mean grids; that of the grids with as many joins as
/// strokes seem to be lacking; ink unexplained, ink lacking, strokes too many. Fitted to every seventh of the test
/// drawings, so that the others (`tests/drawn.rs`) tell the truth.
const WEIGHTS: [f32; 5] = [21.0, 25.0, -60.0, -120.0, -12.0];

/// A point of a drawing; any unit, y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// What a finger drew without leaving the glass.
pub type Stroke = Vec<Point>;

/// The file of strokes cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the strokes of handwriting are damaged at byte {at}; install the lobby's data files again")]
pub struct Damaged {
    /// Where it went wrong.
    pub at: usize,
}

/// All characters that can be recognised.
pub struct Hand {
    characters: Vec<char>,
    /// For each cell of a grid that cell of each character's: most cells of a drawing are empty, and are passed over.
    cells: Vec<i8>,
    clouds: Vec<u8>,
    /// Where each character's strokes begin in `clouds`.
    at: Vec<u32>,
}

impl std::fmt::Debug for Hand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hand({} characters)", self.characters.len())
    }
}

/// Reads the strokes of all characters in a file of `ui/writing/data/make.py`.
///
/// # Errors
/// [`Damaged`] if the file is cut off or no such file.
pub fn drawings(file: &[u8]) -> Result<Vec<(char, Vec<Stroke>)>, Damaged> {
    let mut bytes = Bytes::after_notice(file)?;
    let mut drawings = Vec::new();
    while !bytes.is_empty() {
        let (character, strokes) = bytes.character()?;
        let strokes = (0..strokes).map(|_| bytes.stroke());
        drawings.push((character, strokes.collect::<Result<_, _>>()?));
    }
    Ok(drawings)
}

impl Hand {
    /// Makes ready what a file of strokes holds; takes some tenths of a second.
    ///
    /// # Errors
    /// [`Damaged`] if the file is cut off or no such file.
    pub fn read(file: &[u8]) -> Result<Self, Damaged> {
        let mut bytes = Bytes::after_notice(file)?;
        let begin = bytes.at;
        let mut hand = Self {
            characters: Vec::new(),
            cells: Vec::new(),
            clouds: file[begin..].to_vec(),
            at: Vec::new(),
        };
        let mut grids = Vec::new();
        while !bytes.is_empty() {
            hand.at.push((bytes.at - begin + 3) as u32);
            let (character, count) = bytes.character()?;
            let strokes = (0..count)
                .map(|_| bytes.stroke())
                .collect::<Result<Vec<_>, _>>()?;
            hand.characters.push(character);
            grids.push(grid::averaged(&strokes));
        }
        hand.cells = vec![0; grids.len() * CELLS];
        for (cell, of) in hand.cells.chunks_exact_mut(grids.len().max(1)).enumerate() {
            for (to, grid) in of.iter_mut().zip(&grids) {
                *to = grid[cell];
            }
        }
        if hand.characters.is_empty() {
            return Err(Damaged { at: begin });
        }
        Ok(hand)
    }

    /// How many characters are known.
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// Whether none is known; never true of what [`Hand::read`] made.
    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// Whether `character` is known.
    pub fn knows(&self, character: char) -> bool {
        self.characters.binary_search(&character).is_ok()
    }

    fn likeliest(&self, drawing: &[Stroke], expected: Expected, most: usize) -> Vec<char> {
        let mut near: Vec<(char, f32)> = self
            .features(drawing)
            .into_iter()
            .map(|(at, features)| {
                let likeness: f32 = features.iter().zip(WEIGHTS).map(|(a, b)| a * b).sum();
                let character = self.characters[at];
                (character, likeness + common::weight(character, expected))
            })
            .collect();
        near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
        near.truncate(most);
        near.into_iter().map(|it| it.0).collect()
    }

    /// The characters most like the drawing, and in what they are: see [`WEIGHTS`].
    fn features(&self, drawing: &[Stroke]) -> Vec<(usize, [f32; 5])> {
        let Some(frame) = Frame::by_ink(drawing, |_| 0.0) else {
            return Vec::new();
        };
        let drawn_grid = grid::of(drawing, &frame, 0.0).map(i16::from);
        let cloud = Cloud::of(drawing, &frame);
        let drawn = drawing.len() as f32;
        let compare = |(at, likeness): (usize, f32)| {
            let strokes = self.strokes(at);
            let own = strokes.len() as f32;
            // As many strokes as are lacking have run into others, it seems; which ones is not known.
            let joined = ((own - drawn) / (own - 1.0).max(1.0)).clamp(0.0, 1.0);
            let Some(frame) = Frame::by_ink(&strokes, |_| joined) else {
                return (at, [likeness, 0.0, 0.0, 0.0, 0.0]);
            };
            let same = grid::product(&drawn_grid, &grid::of(&strokes, &frame, joined));
            let (unexplained, lacking) = cloud.differs(&strokes, &frame);
            let excess = (drawn - own).max(0.0) / own;
            (
                at,
                [likeness, same as f32 / grid::ONE, unexplained, lacking, excess],
            )
        };
        let near = self.nearest(&drawn_grid, COMPARED);
        near.into_iter().map(compare).collect()
    }

    /// The characters whose grids are most like this one: place and likeness, 0 to 1.
    fn nearest(&self, grid: &[i16; CELLS], most: usize) -> Vec<(usize, f32)> {
        let mut sums = vec![0_i32; self.characters.len()];
        for (of, &ink) in self.cells.chunks_exact(sums.len()).zip(grid) {
            if ink == 0 {
                continue;
            }
            for (sum, cell) in sums.iter_mut().zip(of) {
                *sum += i32::from(i16::from(*cell) * ink);
            }
        }
        let mut scores: Vec<(i32, u32)> = sums.into_iter().zip(0..).collect();
        let most = most.min(scores.len());
        if most < scores.len() {
            scores.select_nth_unstable_by(most, |a, b| b.cmp(a));
        }
        scores.truncate(most);
        scores.sort_unstable_by(|a, b| b.cmp(a));
        let likeness = |score: i32| score as f32 / grid::ONE;
        scores
            .into_iter()
            .map(|it| (it.1 as usize, likeness(it.0)))
            .collect()
    }

    fn strokes(&self, at: usize) -> Vec<Stroke> {
        let mut bytes = Bytes {
            bytes: &self.clouds,
            at: self.at[at] as usize,
        };
        let count = bytes.byte().unwrap_or(0);
        (0..count).map_while(|_| bytes.stroke().ok()).collect()
    }
}

impl Engine for Hand {
    type Written = [Stroke];

    fn candidates(&self, written: &[Stroke], expected: Expected, most: usize) -> Vec<Candidate> {
        let likeliest = self.likeliest(written, expected, most);
        let whole = |it: char| Candidate {
            text: it.to_string(),
            takes: written.len(),
        };
        likeliest.into_iter().map(whole).collect()
    }
}

/// A file of strokes being read.
struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    fn after_notice(bytes: &'a [u8]) -> Result<Self, Damaged> {
        const LINE: &[u8] = b"\n----\n";
        let line = bytes.windows(LINE.len()).position(|it| it == LINE);
        let at = line.ok_or(Damaged { at: 0 })? + LINE.len();
        Ok(Self { bytes, at })
    }

    fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn byte(&mut self) -> Result<u8, Damaged> {
        let byte = self.bytes.get(self.at).ok_or(Damaged { at: self.at })?;
        self.at += 1;
        Ok(*byte)
    }

    /// A character and how many strokes follow.
    fn character(&mut self) -> Result<(char, u8), Damaged> {
        let at = self.at;
        let code = u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, 0]);
        let character = char::from_u32(code).ok_or(Damaged { at })?;
        Ok((character, self.byte()?))
    }

    fn stroke(&mut self) -> Result<Stroke, Damaged> {
        let points = self.byte()?;
        let mut point = || {
            Ok(Point {
                x: self.byte()?.into(),
                y: self.byte()?.into(),
            })
        };
        (0..points).map(|_| point()).collect()
    }
}
