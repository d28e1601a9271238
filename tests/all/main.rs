//! The lobby as a whole: a module for each side of it. One binary, so that Slint is linked once.

mod support;

mod lobby_day;
mod recovery;
