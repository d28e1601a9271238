//! The door to `hardware`: only through here do other rooms get at paper, ports and the simulated printer.

/// The one layout language of papers.
pub use hardware::paper::{Align, Block, Doc, Size, preview};

/// Bytes, models and letters.
pub use hardware::escpos::encode;
pub use hardware::glyph::Glyphs;
pub use hardware::image::Image;
pub use hardware::profile::{Profile, ProfileError};

/// The printer and its port.
pub use hardware::port::{PortFault, PortSettings, PrinterHandle, SubmitError, spawn};
pub use hardware::printer::{FenceId, Job, PrinterEvent, Reason};
pub use hardware::status::{Paper as PaperLeft, PrinterStatus, Trouble as PrinterTrouble};

/// A printer made of memory, behind a real serial line.
pub mod simulator {
    pub use hardware::simulator::pty::{SimulatorHandle, SlipFiles, serve};
    pub use hardware::simulator::{Fault, UnknownFault, draw};
}
