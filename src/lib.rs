//! Lobby (首问大厅): a tour of the modules in reading order.
pub mod clock;
pub mod console;
pub mod config;
pub mod desk;
pub mod devices;
pub mod domain;
pub mod kiosk;
pub mod print;
pub mod screen;
pub mod store;
pub mod sync;
