//! What only the discipline contact reads (RULES §5): sealed boxes (X25519, XSalsa20-Poly1305) for a key
//! whose other half is nowhere on this machine.
//!
//! From the moment a visit is sealed, whatever names people or tells their story is sealed to the contact
//! as it is written; what was written before stays under the visit's own key, which is wrapped for the
//! contact, kept in the sealing entry and destroyed here. Each text is bound to its entry.

use std::collections::HashSet;

use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
use rusqlite::Connection;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::event::{Event, Stamp};
use crate::domain::ids::{EntryId, VisitId};
use crate::domain::sensitive::Sensitive;
use crate::store::StoreError;
use crate::store::facts::read_event;
use crate::store::journal::{COLUMNS, read};
use crate::store::personal::{VisitKey, open_personal};

const ID_BYTES: usize = 16;

/// The other half of the contact's key; it is typed in, used once and gone.
pub struct ContactSecret(SecretKey);

impl std::fmt::Debug for ContactSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactSecret([hidden])")
    }
}

impl ContactSecret {
    /// From its 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretKey::from_bytes(bytes))
    }

    /// A new one, for a contact who has none yet.
    pub fn generate() -> Self {
        Self(SecretKey::generate(&mut OsRng))
    }

    /// What is sealed with, for the settings.
    pub fn public(&self) -> [u8; 32] {
        *self.0.public_key().as_bytes()
    }

    /// The bytes, to be handed to the contact.
    pub fn bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

/// The secret as somebody typed it in.
pub fn contact_secret(bytes: &Sensitive<[u8; 32]>) -> ContactSecret {
    ContactSecret::new(*bytes.reveal())
}

/// Seals `plain` of entry `entry` for the contact.
pub(super) fn seal_for_contact(
    public: &[u8; 32],
    entry: EntryId,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let bound = Zeroizing::new([entry.0.as_bytes().as_slice(), plain].concat());
    PublicKey::from_bytes(*public)
        .seal(&mut OsRng, &bound)
        .map_err(|_| StoreError::Sealed)
}

/// Wraps a visit's key for the contact.
///
/// # Errors
/// [`StoreError::Sealed`] for a public key that is none.
pub fn wrap_for_contact(public: &[u8; 32], key: &VisitKey) -> Result<Vec<u8>, StoreError> {
    PublicKey::from_bytes(*public)
        .seal(&mut OsRng, key.bytes())
        .map_err(|_| StoreError::Sealed)
}

/// What has happened with a sealed visit, in order, as only the contact can read it.
///
/// # Errors
/// [`StoreError::Sealed`] where the secret opens none of it although there is something.
pub fn sealed_story(
    connection: &Connection,
    visit: VisitId,
    secret: &ContactSecret,
) -> Result<Vec<(Stamp, Event)>, StoreError> {
    let sql = format!("select {COLUMNS} from journal where visit = ?1 order by epoch, seq");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([visit.0.as_bytes()], |row| Ok(read(row)))?;
    let entries = rows.map(|row| row?).collect::<Result<Vec<_>, StoreError>>()?;
    let mut old_key = None;
    for (entry, _) in entries.iter().filter(|it| it.0.kind == "visit.sealed") {
        if let Ok(Event::Sealed(it)) = read_event(&entry.kind, entry.schema_version, &entry.facts, None)
            && let Some(wrapped) = it.key
        {
            let opened = Zeroizing::new(secret.0.unseal(&wrapped).map_err(|_| StoreError::Sealed)?);
            let bytes = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| StoreError::Sealed)?;
            old_key = Some(VisitKey::from_bytes(bytes));
        }
    }
    let mut story = Vec::new();
    for (entry, lobby) in &entries {
        let plain = match &entry.personal {
            None => None,
            Some(bytes) => Some(
                open_sealed(secret, entry.entry_id, bytes)
                    .or_else(|| open_personal(old_key.as_ref()?, entry.entry_id, bytes).ok())
                    .ok_or(StoreError::Sealed)?,
            ),
        };
        let plain = plain.as_ref().map(|it| it.as_slice());
        if let Ok(event) = read_event(&entry.kind, entry.schema_version, &entry.facts, plain) {
            let stamp = Stamp {
                at: entry.moment.at,
                lobby: *lobby,
                seq: entry.seq,
            };
            story.push((stamp, event));
        }
    }
    Ok(story)
}

/// Every visit that is sealed: from the first touch, or later.
///
/// # Errors
/// [`StoreError`].
pub fn sealed_visits(connection: &Connection) -> Result<HashSet<VisitId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "select visit from journal where visit is not null and (kind = 'visit.sealed'
         or kind = 'visit.registered' and json_valid(cast(facts as text))
            and json_extract(cast(facts as text), '$.sealed'))",
    )?;
    let rows = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    rows.map(|it| Ok(VisitId(Uuid::from_bytes(it?)))).collect()
}

fn open_sealed(secret: &ContactSecret, entry: EntryId, bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let bound = Zeroizing::new(secret.0.unseal(bytes).ok()?);
    let (id, plain) = bound.split_at_checked(ID_BYTES)?;
    (id == entry.0.as_bytes()).then(|| Zeroizing::new(plain.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_sealed_text_opens_for_the_contact_and_its_own_entry_only() {
        let (secret, other) = (ContactSecret::generate(), ContactSecret::generate());
        let entry = EntryId(Uuid::from_u128(7));
        let sealed = seal_for_contact(&secret.public(), entry, "举报㛃𠅤".as_bytes()).unwrap();
        let opened = open_sealed(&secret, entry, &sealed).unwrap();
        assert_eq!(opened.as_slice(), "举报㛃𠅤".as_bytes());
        assert!(open_sealed(&other, entry, &sealed).is_none());
        assert!(open_sealed(&secret, EntryId(Uuid::from_u128(8)), &sealed).is_none());
        assert_eq!(ContactSecret::new(*secret.bytes()).public(), secret.public());
        assert_eq!(format!("{secret:?}"), "ContactSecret([hidden])");
    }
}
