//! The door to `hardware`: only through here do other rooms get at paper, ports and the simulated printer.

/// The one layout language of papers.
pub use hardware::paper::{Align, Block, Doc, Size, preview};

/// Bytes, models and letters.
pub use hardware::escpos::{encode, fence, paper_dots, paper_mm};
pub use hardware::glyph::Glyphs;
pub use hardware::image::Image;
pub use hardware::profile::{Charset, Fence, Profile, ProfileError};

/// The printer and its port.
pub use hardware::port::{Address, PortFault, PortSettings, PrinterHandle, SubmitError, spawn};
pub use hardware::printer::{FenceId, Job, PrinterEvent, Reason};
pub use hardware::status::{Paper as PaperLeft, PrinterStatus, Trouble as PrinterTrouble};

/// The serial ports of the box.
pub use hardware::adapters::{Adapter, adapters};

/// Card readers and scanners.
pub mod sense {
    pub use hardware::line::{Kind, LineHandle, spawn};
    pub use hardware::model::{Model, ModelError, ReaderModel, ScannerModel};
    pub use hardware::port::PortFault as LineFault;
    pub use hardware::reader::{Reader, ReaderEvent, ReaderState, Wish};
    pub use hardware::scanner::{Scanner, ScannerEvent, Wedge};
}

/// The loudspeaker and what it can say.
pub mod voice {
    pub use hardware::bank::{Bank, BankError};
    pub use hardware::sound::{SpeakerHandle, spawn};
    pub use hardware::speaker::{Announcement, AnnouncementId, SoundFault, SpeakerEvent, SpeakerState};
    pub use hardware::speech::{Part, Tongue, Voices, chime};
}

/// What an unknown printer answers.
pub use hardware::probe::{Findings, SPEEDS, run as probe};

/// A printer made of memory, behind a real serial line.
pub mod simulator {
    pub use hardware::scanner::typing;
    pub use hardware::simulator::line::{DeviceHandle, Simulated, serve as serve_reader};
    pub use hardware::simulator::pty::{SimulatorHandle, SlipFiles, serve};
    pub use hardware::simulator::reader::{ReaderFault, SimulatedCard, SimulatedReader, SimulatedScanner};
    pub use hardware::simulator::{Fault, UnknownFault, draw};
}
