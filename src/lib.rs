//! Lobby (首问大厅), the reception appliance of a sub-district office: a tour of the modules in reading order.
//!
//! [`domain`] holds the rules, [`store`] the rows, and [`desk`] is the one thread that joins them: read these
//! three and the rest is doors. [`kiosk`], [`console`], [`print`](mod@print) and [`sync`] are where visitors, staff, paper and
//! the office meet the desk; [`app`] wires all of it together. [`tables`] reads and writes what
//! offices keep in spreadsheets, [`why`] says in words where a matter goes.
pub mod announce;
pub mod app;
pub mod clock;
pub mod config;
pub mod console;
pub mod desk;
pub mod devices;
pub mod domain;
pub mod kiosk;
pub mod print;
pub mod pulse;
pub mod screen;
pub mod senses;
pub mod simulation;
pub mod store;
pub mod sync;
pub mod tables;
pub mod why;
