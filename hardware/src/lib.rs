//! The devices of the lobby: printers now, readers and loudspeakers later. Knows paper and bytes, never visitors.
//!
//! Read in this order:
//!
//! - [`paper`]: the one layout language, and [`paper::preview`];
//! - [`cell`], [`glyph`], [`image`]: characters as columns, as outlines, as dots;
//! - [`profile`]: what differs between models, as data;
//! - [`escpos`]: a document as bytes;
//! - [`status`]: the printer's answers;
//! - [`printer`]: the state machine that prints a job and says truthfully what became of it;
//! - [`port`]: the thread that owns the serial line;
//! - [`simulator`]: a printer made of memory, alone or behind a pty.

pub mod cell;
pub mod escpos;
pub mod glyph;
pub mod image;
pub mod paper;
pub mod port;
pub mod printer;
pub mod profile;
pub mod simulator;
pub mod status;
