//! The journal (台账): what happened, in order, append-only, each entry sealed to the one before it.
//!
//! An entry is immutable bytes. `facts` (JSON, no personal data) and `personal` (encrypted with the
//! visit's own key) are stored, hashed and pushed as they are, whatever a later release makes of them.

use sha2::{Digest, Sha256};

use crate::domain::ids::{EntryId, KioskId, SiteId, VisitId};
use crate::domain::time::Moment;

/// SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first entry of a box's first epoch.
pub const NO_HASH: Hash = [0; 32];

/// Where in time and place an entry was written, and after what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Opened by install, restore or repair only.
    pub epoch: u32,
    /// Of the last entry; 0 before the first. No gaps.
    pub seq: u64,
    /// Of the last entry.
    pub hash: Hash,
}

/// One thing that happened (记录).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The office.
    pub site: SiteId,
    /// The box.
    pub kiosk: KioskId,
    /// Opened by install, restore or repair only.
    pub epoch: u32,
    /// From 1 in each epoch, no gaps.
    pub seq: u64,
    /// UUIDv7.
    pub entry_id: EntryId,
    /// What kind of thing, such as `visit.called`.
    pub kind: String,
    /// Of the facts of this kind.
    pub schema_version: u16,
    /// When, and how sure that is.
    pub moment: Moment,
    /// The visit it belongs to, if one; also stands in the facts.
    pub visit: Option<VisitId>,
    /// JSON without personal data.
    pub facts: Vec<u8>,
    /// What is personal in it: nonce and ciphertext under the visit's key.
    pub personal: Option<Vec<u8>>,
    /// Over the previous hash and all of the above.
    pub hash: Hash,
}

impl Entry {
    /// The hash this entry must have after `previous`.
    ///
    /// SHA-256 over the fields in the order previous hash, site, kiosk, epoch (u32), seq (u64), entry id
    /// (16 bytes), kind, schema version (u16), at (i64, milliseconds UTC), clock state, boot id (16 bytes),
    /// mono_ms (i64), SHA-256 of the facts, SHA-256 of the ciphertext (of nothing, if there is none); each
    /// field is its length as u32 and its bytes, all numbers big-endian.
    pub fn hash_after(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        let mut field = |bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).expect("a field is shorter than 4 GiB");
            hasher.update(length.to_be_bytes());
            hasher.update(bytes);
        };
        field(previous);
        field(self.site.as_str().as_bytes());
        field(self.kiosk.as_str().as_bytes());
        field(&self.epoch.to_be_bytes());
        field(&self.seq.to_be_bytes());
        field(self.entry_id.0.as_bytes());
        field(self.kind.as_bytes());
        field(&self.schema_version.to_be_bytes());
        field(&self.moment.at.timestamp_millis().to_be_bytes());
        field(self.moment.clock_state.code().as_bytes());
        field(self.moment.boot_id.0.as_bytes());
        field(&self.moment.mono_ms.to_be_bytes());
        field(&Sha256::digest(&self.facts));
        field(&Sha256::digest(self.personal.as_deref().unwrap_or_default()));
        hasher.finalize().into()
    }
}

/// How a chain of entries fails to hold together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing.
    #[error("entry {epoch}/{expected} is missing: the next one is {found}")]
    Gap {
        /// Epoch.
        epoch: u32,
        /// The seq that should come.
        expected: u64,
        /// The seq that came.
        found: u64,
    },
    /// An entry does not have the hash it must have: it, or the one before, was changed.
    #[error("entry {epoch}/{seq} does not match its hash")]
    Hash {
        /// Epoch.
        epoch: u32,
        /// Seq.
        seq: u64,
    },
}

/// Follows a chain of one epoch from its first entry.
#[derive(Debug, Clone, Copy)]
pub struct Verifier(Head);

impl Verifier {
    /// Begins after `head`.
    pub fn new(head: Head) -> Self {
        Self(head)
    }

    /// The last entry that held.
    pub fn head(&self) -> Head {
        self.0
    }

    /// Takes the next entry.
    ///
    /// # Errors
    /// [`Broken`] if it is not the next one, or not what its hash says.
    pub fn next(&mut self, entry: &Entry) -> Result<(), Broken> {
        let expected = self.0.seq + 1;
        if entry.seq != expected {
            return Err(Broken::Gap {
                epoch: entry.epoch,
                expected,
                found: entry.seq,
            });
        }
        if entry.hash != entry.hash_after(&self.0.hash) {
            return Err(Broken::Hash {
                epoch: entry.epoch,
                seq: entry.seq,
            });
        }
        self.0 = Head {
            epoch: entry.epoch,
            seq: entry.seq,
            hash: entry.hash,
        };
        Ok(())
    }
}

/// An entry with everything fixed, for whoever checks another implementation of the hash.
#[cfg(any(test, debug_assertions))]
pub fn test_vector() -> Entry {
    use crate::domain::ids::BootId;
    use crate::domain::time::ClockState;
    use uuid::Uuid;
    let mut entry = Entry {
        site: "330100-01".into(),
        kiosk: "hall-1".into(),
        epoch: 1,
        seq: 1,
        entry_id: EntryId(Uuid::from_u128(0x0195_5555_0000_7000_8000_0000_0000_0001)),
        kind: "visit.called".into(),
        schema_version: 1,
        moment: Moment {
            at: chrono::DateTime::from_timestamp_millis(1_772_411_400_000).expect("a moment"),
            clock_state: ClockState::Ntp,
            boot_id: BootId(Uuid::from_u128(0x1111_2222_3333_4444_5555_6666_7777_8888)),
            mono_ms: 123_456,
        },
        visit: None,
        facts: "{\"number\":\"A001\",\"note\":\"㛃𬭎䶮𠅤\"}".as_bytes().to_vec(),
        personal: Some(vec![1, 2, 3]),
        hash: NO_HASH,
    };
    entry.hash = entry.hash_after(&NO_HASH);
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(hash: &Hash) -> String {
        hash.iter().map(|it| format!("{it:02x}")).collect()
    }

    #[test]
    fn the_hash_is_the_published_one() {
        expect_test::expect!["5ceac1e386833c63c9f54b55a52d2c3c4982ecab0bb2b58b2d69f7712c45d1b0"]
            .assert_eq(&hex(&test_vector().hash));
    }

    #[test]
    fn whatever_is_changed_in_an_entry_shows() {
        let honest = test_vector();
        let head = Head {
            epoch: 1,
            seq: 0,
            hash: NO_HASH,
        };
        assert_eq!(Verifier::new(head).next(&honest), Ok(()));
        let changes: [fn(&mut Entry); 8] = [
            |it| it.site = "330100-02".into(),
            |it| it.kiosk = "hall-2".into(),
            |it| it.epoch = 2,
            |it| it.kind = "visit.closed".into(),
            |it| it.schema_version = 2,
            |it| it.moment.mono_ms += 1,
            |it| it.facts[3] ^= 1,
            |it| it.personal = None,
        ];
        for change in changes {
            let mut changed = honest.clone();
            change(&mut changed);
            assert!(matches!(
                Verifier::new(head).next(&changed),
                Err(Broken::Hash { .. })
            ));
        }
        let mut late = honest;
        late.seq = 2;
        let gap = Broken::Gap {
            epoch: 1,
            expected: 1,
            found: 2,
        };
        assert_eq!(Verifier::new(head).next(&late), Err(gap));
    }
}
