//! The packets of an Opus file, to the reader of spoken clips.
#![no_main]

#[path = "../../tests/all/entries_read.rs"]
#[allow(dead_code, reason = "each target is one entry")]
mod entries_read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries_read::packets(bytes));
