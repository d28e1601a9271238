//! How the devices beside the printer are, as the console shows it.

/// Card reader, scanner and loudspeaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Senses {
    /// Identity-card reader.
    pub reader: SenseState,
    /// Code scanner.
    pub scanner: SenseState,
    /// Loudspeaker.
    pub speaker: SenseState,
}

/// How one of them is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SenseState {
    /// The settings say there is none.
    #[default]
    Off,
    /// Nothing is known yet.
    Unknown,
    /// All is well.
    Ready,
    /// It does not answer.
    Mute,
    /// It is not there.
    Unplugged,
    /// The system does not let us use it.
    Denied,
    /// Another program uses it.
    InUse,
    /// It reports a fault that wants a mechanic.
    Broken,
}

impl SenseState {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Off,
        Self::Unknown,
        Self::Ready,
        Self::Mute,
        Self::Unplugged,
        Self::Denied,
        Self::InUse,
        Self::Broken,
    ];

    /// Whether somebody should look.
    pub fn ill(self) -> bool {
        !matches!(self, Self::Off | Self::Unknown | Self::Ready)
    }

    /// What doors look the words up by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unknown => "unknown",
            Self::Ready => "ready",
            Self::Mute => "mute",
            Self::Unplugged => "unplugged",
            Self::Denied => "denied",
            Self::InUse => "in-use",
            Self::Broken => "broken",
        }
    }
}
