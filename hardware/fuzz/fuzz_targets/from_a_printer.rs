//! What a printer says, to the driver.
#![no_main]

#[path = "../../tests/all/entries.rs"]
#[allow(dead_code, reason = "each target is one entry")]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::from_a_printer(bytes));
