//! What a card says in a frame that adds up, to the driver.
#![no_main]

#[path = "../../tests/all/entries_read.rs"]
#[allow(dead_code, reason = "each target is one entry")]
mod entries_read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries_read::from_a_card(bytes));
