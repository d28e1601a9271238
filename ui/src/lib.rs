//! The pages of the touch screen, compiled from `ui/kiosk/*.slint`.
//!
//! Nothing here decides anything: a page shows what its `…Adapter` global holds and reports taps through that
//! global's callbacks. They live in a crate of their own so that a change in the rules does not recompile them.

#![allow(
    missing_docs,
    reason = "the items are generated; their words stand in the .slint files"
)]

pub mod lines;

slint::include_modules!();

/// The languages the pages speak besides Chinese: code and own name, in the order of the codes. A folder more in
/// `ui/kiosk/lang` is a language more.
mod languages {
    include!(concat!(env!("OUT_DIR"), "/languages.rs"));
}

pub use languages::LANGUAGES;
