//! Writing Chinese on a public screen, and finding words by it.
//!
//! Three ways to write (by hand, by strokes, by pinyin) answer with the same thing, a list of candidates, the
//! likeliest first; [`search`] finds a matter by whatever a visitor types of it. Nothing here knows visitors, keeps
//! what is written, or decides what is done with it.

pub mod search;
mod sound;
