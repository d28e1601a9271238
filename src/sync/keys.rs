//! Keys of visits, wrapped for the office: only the holder of the office's secret key opens them.
//!
//! A wrapped key is a sealed box (X25519, XSalsa20-Poly1305) as libsodium makes it, so that the office
//! needs no program of ours to open one. Keys are written as 64 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use crate::domain::ids::EntryId;

const NONCE_BYTES: usize = 24;

/// What kiosks wrap keys with; no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficePublicKey(PublicKey);

/// What the office opens wrapped keys with; stays with the office.
#[derive(Clone)]
pub struct OfficeSecretKey(SecretKey);

/// A key cannot be read, or does not open what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 64 hexadecimal digits.
    #[error("the key is not 64 hexadecimal digits: make one with lobby office keygen")]
    Written,
    /// Another key, another entry, or damaged bytes.
    #[error("this key does not open it: it was wrapped for another key, or is damaged")]
    Sealed,
}

/// Makes a new pair for an office.
pub fn keygen() -> (OfficeSecretKey, OfficePublicKey) {
    let secret = SecretKey::generate(&mut OsRng);
    let public = OfficePublicKey(secret.public_key());
    (OfficeSecretKey(secret), public)
}

/// Wraps the key of a visit.
pub fn seal(key: &[u8; 32], public: &OfficePublicKey) -> Vec<u8> {
    public
        .0
        .seal(&mut OsRng, key)
        .expect("32 bytes are not too long for a sealed box")
}

/// Opens what [`seal`] wrapped.
///
/// # Errors
/// [`KeyError::Sealed`].
pub fn open(wrapped: &[u8], secret: &OfficeSecretKey) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let key = Zeroizing::new(secret.0.unseal(wrapped).map_err(|_| KeyError::Sealed)?);
    let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| KeyError::Sealed)?;
    Ok(Zeroizing::new(key))
}

/// Decrypts the personal part of `entry`: a nonce of 24 bytes and XChaCha20-Poly1305 ciphertext, with
/// the entry's id as associated data.
///
/// # Errors
/// [`KeyError::Sealed`].
pub fn open_personal(
    key: &[u8; 32],
    entry: EntryId,
    personal: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (nonce, sealed) = personal.split_at_checked(NONCE_BYTES).ok_or(KeyError::Sealed)?;
    let cipher = XChaCha20Poly1305::new(Key::from_slice(key));
    let payload = Payload {
        msg: sealed,
        aad: entry.0.as_bytes(),
    };
    let plain = cipher
        .decrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| KeyError::Sealed)?;
    Ok(Zeroizing::new(plain))
}

impl OfficeSecretKey {
    /// As 64 hexadecimal digits, to be kept by the office.
    pub fn written(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(&self.0.to_bytes()))
    }

    /// The other half.
    pub fn public(&self) -> OfficePublicKey {
        OfficePublicKey(self.0.public_key())
    }
}

impl FromStr for OfficeSecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        unhex(text).map(|it| Self(SecretKey::from_bytes(it)))
    }
}

impl fmt::Debug for OfficeSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfficeSecretKey([hidden])")
    }
}

impl FromStr for OfficePublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        unhex(text).map(|it| Self(PublicKey::from_bytes(it)))
    }
}

impl From<[u8; 32]> for OfficePublicKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(PublicKey::from_bytes(bytes))
    }
}

impl OfficePublicKey {
    /// As the settings hold it.
    pub fn bytes(&self) -> [u8; 32] {
        *self.0.as_bytes()
    }
}

impl fmt::Display for OfficePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

impl fmt::Debug for OfficePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficePublicKey({self})")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}

fn unhex(text: &str) -> Result<[u8; 32], KeyError> {
    let digits: Vec<u8> = text
        .trim()
        .chars()
        .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
        .collect::<Option<_>>()
        .ok_or(KeyError::Written)?;
    if digits.len() != 64 {
        return Err(KeyError::Written);
    }
    Ok(std::array::from_fn(|it| digits[2 * it] << 4 | digits[2 * it + 1]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn only_the_offices_own_key_opens_a_wrapped_one() {
        let (secret, public) = keygen();
        let wrapped = seal(&[7; 32], &public);
        assert_eq!(*open(&wrapped, &secret).unwrap(), [7; 32]);
        assert_ne!(
            wrapped,
            seal(&[7; 32], &public),
            "two wrappings of one key do not look alike"
        );
        assert_eq!(open(&wrapped, &keygen().0).unwrap_err(), KeyError::Sealed);
        let mut damaged = wrapped;
        damaged[40] ^= 1;
        assert_eq!(open(&damaged, &secret).unwrap_err(), KeyError::Sealed);
        assert_eq!(open(&[], &secret).unwrap_err(), KeyError::Sealed);
    }

    #[test]
    fn a_key_reads_as_it_is_written_and_never_shows_by_accident() {
        let (secret, public) = keygen();
        let again: OfficeSecretKey = secret.written().parse().unwrap();
        assert_eq!(again.public(), public);
        assert_eq!(public.to_string().parse::<OfficePublicKey>().unwrap(), public);
        assert_eq!(format!("{secret:?}"), "OfficeSecretKey([hidden])");
        for rubbish in [
            "",
            "00",
            "㛃𬭎䶮𠅤",
            &"g".repeat(64),
            &"0".repeat(63),
            &"0".repeat(65),
        ] {
            assert!(rubbish.parse::<OfficePublicKey>().is_err(), "{rubbish}");
        }
    }

    #[test]
    fn a_personal_part_opens_for_its_own_entry_only() {
        let (entry, key) = (EntryId(Uuid::from_u128(7)), [9; 32]);
        let nonce = [3; NONCE_BYTES];
        let payload = Payload {
            msg: "王𠅤㛃\0".as_bytes(),
            aad: entry.0.as_bytes(),
        };
        let sealed = XChaCha20Poly1305::new(Key::from_slice(&key))
            .encrypt(XNonce::from_slice(&nonce), payload)
            .unwrap();
        let personal = [&nonce[..], &sealed].concat();
        assert_eq!(
            open_personal(&key, entry, &personal).unwrap().as_slice(),
            "王𠅤㛃\0".as_bytes()
        );
        let other = EntryId(Uuid::from_u128(8));
        assert_eq!(
            open_personal(&key, other, &personal).unwrap_err(),
            KeyError::Sealed
        );
        assert_eq!(
            open_personal(&key, entry, &personal[..20]).unwrap_err(),
            KeyError::Sealed
        );
    }
}
