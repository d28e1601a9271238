//! What the box hears and reads, as plain data on its way to the kiosk: scans, and names from cards.
//!
//! Like the remote screen it is passed by `app`, so that the kiosk knows no device and the devices no page.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::domain::sensitive::Sensitive;

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sensed {
    /// A code was read.
    Scanned(String),
    /// The name on a card somebody wanted read.
    Name(Sensitive<String>),
    /// A card lay there that gives no name: a clerk helps.
    CardUnusable,
    /// A card lay there and could not be read: once more, and hold it still.
    CardAgain,
    /// Whether the card reader can be used now.
    Reader(bool),
    /// Whether the scanner can be used now.
    Scanner(bool),
}

/// What may wait for the kiosk; it takes everything several times a second.
pub const SENSED_MAX: usize = 32;

/// Tells the reader whether a card is wanted.
#[derive(Clone)]
pub struct CardWish(Arc<dyn Fn(bool) + Send + Sync>);

impl CardWish {
    /// Tells it by calling `tell`, which must not block.
    pub fn new(tell: impl Fn(bool) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// There is no reader.
    pub fn nobody() -> Self {
        Self::new(|_| ())
    }

    /// Wanted, or not any more.
    pub fn tell(&self, wanted: bool) {
        (self.0)(wanted);
    }
}

impl std::fmt::Debug for CardWish {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardWish")
    }
}

/// The kiosk's end.
#[derive(Debug)]
pub struct SensesSide {
    /// What came in.
    pub sensed: mpsc::Receiver<Sensed>,
    /// Where a card is asked for.
    pub card: CardWish,
}

impl SensesSide {
    /// A kiosk without devices.
    pub fn none() -> Self {
        Self {
            sensed: mpsc::channel(1).1,
            card: CardWish::nobody(),
        }
    }
}
