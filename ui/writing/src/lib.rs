//! Writing Chinese on a public screen, and finding words by it.
//!
//! Three ways to write, by [`hand`], by [`strokes`], by [`pinyin`], are each an [`Engine`] and answer with the same
//! thing, candidates, the likeliest first; [`parts`] makes one rare character of two. [`search`] finds a matter by
//! whatever a visitor types of it. Nothing here knows visitors, keeps what is written, or decides what is done with
//! it: an engine is read once, and after that nothing in it changes.

pub mod common;
pub mod hand;
pub mod parts;
pub mod pinyin;
pub mod search;
mod sound;
pub mod strokes;

pub use sound::readings;

/// Which characters are likelier than others, before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Any text.
    Text,
    /// The beginning of a name.
    Surname,
    /// The rest of a name.
    GivenName,
}

/// What may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// One character, or a word.
    pub text: String,
    /// How much of what was written it stands for: strokes, keys or letters. What comes after is still to be read.
    pub takes: usize,
}

/// A way to write.
pub trait Engine {
    /// What a finger makes: a drawing, or keys.
    type Written: ?Sized;

    /// What `written` may be, the likeliest first, at most `most`; nothing for nothing. Keeps nothing of it.
    fn candidates(&self, written: &Self::Written, expected: Expected, most: usize) -> Vec<Candidate>;
}
