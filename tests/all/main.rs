//! The lobby as a whole: a module for each side of it. One binary, so that Slint is linked once.

#[path = "../support/postgres.rs"]
mod postgres;
mod support;

mod kiosk_pages;
mod console_live;
mod lobby_day;
mod measurements;
mod office_sync;
mod recovery;
