//! The personal part of a journal entry: encrypted with a random key of its visit's own, which lies
//! outside the journal. Destroying the key is the erasure (RULES §7), in copies and backups too.
//!
//! Bytes: a nonce of 24 bytes, then XChaCha20-Poly1305 ciphertext; associated data is the entry id, so
//! that a ciphertext cannot be moved to another entry.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use crate::domain::ids::{EntryId, VisitId};
use crate::store::{StoreError, Tx, random};

const NONCE_BYTES: usize = 24;

/// The key of one visit's personal part.
#[derive(Clone)]
pub struct VisitKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for VisitKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VisitKey([hidden])")
    }
}

impl VisitKey {
    /// A key read back from elsewhere.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes, to be wrapped for the office.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Makes and keeps the key of a new visit.
///
/// # Errors
/// [`StoreError`].
pub fn new_key(transaction: &Tx<'_>, visit: VisitId) -> Result<VisitKey, StoreError> {
    let key = VisitKey(Zeroizing::new(random()?));
    transaction
        .prepare_cached("insert into visit_key (visit, key) values (?1, ?2)")?
        .execute((visit.0.as_bytes(), key.0.as_slice()))?;
    Ok(key)
}

/// The key of a visit; none once it is destroyed.
///
/// # Errors
/// [`StoreError`].
pub fn visit_key(connection: &Connection, visit: VisitId) -> Result<Option<VisitKey>, StoreError> {
    let key = connection
        .prepare_cached("select key from visit_key where visit = ?1")?
        .query_row([visit.0.as_bytes()], |row| row.get::<_, [u8; 32]>(0))
        .optional()?;
    Ok(key.map(|it| VisitKey(Zeroizing::new(it))))
}

/// The keys of `visits` that still have one.
///
/// # Errors
/// [`StoreError`].
pub fn visit_keys(
    connection: &Connection,
    visits: &[VisitId],
) -> Result<Vec<(VisitId, VisitKey)>, StoreError> {
    let mut keys = Vec::new();
    for &visit in visits {
        if let Some(key) = visit_key(connection, visit)? {
            keys.push((visit, key));
        }
    }
    Ok(keys)
}

/// Erases the personal part of a visit for good.
///
/// # Errors
/// [`StoreError`].
pub fn destroy_key(transaction: &Tx<'_>, visit: VisitId) -> Result<(), StoreError> {
    transaction.execute("delete from visit_key where visit = ?1", [visit.0.as_bytes()])?;
    Ok(())
}

/// Encrypts `plain` for entry `entry`.
pub(super) fn seal_personal(key: &VisitKey, entry: EntryId, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
    let nonce = random::<NONCE_BYTES>()?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&*key.0));
    let payload = Payload {
        msg: plain,
        aad: entry.0.as_bytes(),
    };
    let sealed = cipher
        .encrypt(XNonce::from_slice(&nonce), payload)
        .map_err(|_| StoreError::Sealed)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Decrypts what [`seal_personal`] made.
///
/// # Errors
/// [`StoreError::Sealed`] for another key, another entry, or damaged bytes.
pub fn open_personal(
    key: &VisitKey,
    entry: EntryId,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(StoreError::Sealed)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(&*key.0));
    let payload = Payload {
        msg: sealed,
        aad: entry.0.as_bytes(),
    };
    let plain = cipher
        .decrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| StoreError::Sealed)?;
    Ok(Zeroizing::new(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use uuid::Uuid;

    #[test]
    fn without_its_key_nobody_reads_a_name() {
        let mut store = Store::in_memory();
        let (visit, entry) = (VisitId(Uuid::from_u128(1)), EntryId(Uuid::from_u128(2)));
        let key = store.transact(|it| new_key(it, visit)).unwrap();
        let sealed = seal_personal(&key, entry, "𠅤㛃".as_bytes()).unwrap();
        assert_eq!(
            open_personal(&key, entry, &sealed).unwrap().as_slice(),
            "𠅤㛃".as_bytes()
        );
        let elsewhere = EntryId(Uuid::from_u128(3));
        assert!(matches!(
            open_personal(&key, elsewhere, &sealed),
            Err(StoreError::Sealed)
        ));
        assert!(open_personal(&key, entry, &sealed[..10]).is_err());
        store.transact(|it| destroy_key(it, visit)).unwrap();
        assert!(visit_key(store.read(), visit).unwrap().is_none());
    }
}
