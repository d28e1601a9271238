//! The devices of the lobby: printers, readers and the loudspeaker. Knows paper, bytes and samples, never visitors.
//!
//! Read in this order:
//!
//! - [`paper`]: the one layout language, and [`paper::preview`];
//! - [`cell`], [`glyph`], [`image`]: characters as columns, as outlines, as dots;
//! - [`profile`]: what differs between models, as data;
//! - [`escpos`]: a document as bytes;
//! - [`status`]: the printer's answers;
//! - [`printer`]: the state machine that prints a job and says truthfully what became of it;
//! - [`port`]: the thread that owns the serial line, or calls a printer on the network;
//! - [`probe`]: what an unknown printer answers; [`adapters`]: which ports there are to ask at;
//! - [`simulator`]: a printer made of memory, alone or behind a pty; a card reader and a scanner likewise;
//! - [`card`], [`reader`]: identity cards; [`scanner`]: codes; [`model`]: what differs between readers, as data;
//! - [`line`](mod@line): the thread that owns a reader's line;
//! - [`bank`], [`opus`], [`speech`]: recorded clips, and how they are joined; [`speaker`]: what is said, one after the other;
//! - [`sound`]: the thread that owns the sound card.

pub mod adapters;
pub mod bank;
pub mod card;
pub mod cell;
pub mod escpos;
pub mod glyph;
pub mod image;
pub mod line;
pub mod model;
pub mod opus;
mod owner;
pub mod paper;
pub mod port;
pub mod printer;
pub mod probe;
pub mod profile;
pub mod reader;
mod roll;
pub mod scanner;
pub mod simulator;
pub mod sound;
pub mod speaker;
pub mod speech;
pub mod status;
