//! The console's certificate: the office's own from PEM files, or one the box makes for itself and keeps.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

use super::{ConsoleError, Tls, session};

/// Where the box keeps what it made.
const CERTIFICATE: &str = "console-certificate.pem";
const KEY: &str = "console-key.pem";

/// What the server needs, and the SHA-256 fingerprint of the certificate, by which people may compare.
pub fn load(
    tls: &Tls,
    data_dir: &Path,
    listen: SocketAddr,
) -> Result<Option<(ServerConfig, String)>, ConsoleError> {
    let (certificate, key) = match tls {
        Tls::Off => return Ok(None),
        Tls::Files { certificate, key } => (certificate.clone(), key.clone()),
        Tls::SelfSigned => own(data_dir, listen)?,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&certificate)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(&certificate, error))?;
    let first = chain
        .first()
        .ok_or_else(|| unusable(&certificate, "there is no certificate in it"))?;
    let fingerprint = session::hex(&Sha256::digest(first));
    let secret = PrivateKeyDer::from_pem_file(&key).map_err(|error| unusable(&key, error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&certificate, error))?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .map_err(|error| unusable(&certificate, error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some((config, fingerprint)))
}

/// The box's own certificate, made at the first start. Its dates are wide (rcgen's 1975 to 4096): a board
/// that wakes in the wrong year must still be reachable to be set right.
fn own(data_dir: &Path, listen: SocketAddr) -> Result<(PathBuf, PathBuf), ConsoleError> {
    let (certificate, key) = (data_dir.join(CERTIFICATE), data_dir.join(KEY));
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !host.is_empty() && host.is_ascii() && !names.contains(&host) {
        names.push(host);
    }
    let address: IpAddr = listen.ip();
    if !address.is_unspecified() && !address.is_loopback() {
        names.push(address.to_string());
    }
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| unusable(&certificate, error))?;
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| ConsoleError::Io { path, source }
    };
    std::fs::create_dir_all(data_dir).map_err(io(data_dir))?;
    write(&key, &made.signing_key.serialize_pem()).map_err(io(&key))?;
    write(&certificate, &made.cert.pem()).map_err(io(&certificate))?;
    Ok((certificate, key))
}

/// Whole or not at all, and for our eyes only.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let _ = std::fs::remove_file(&new);
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)
}

fn unusable(path: &Path, why: impl std::fmt::Display) -> ConsoleError {
    ConsoleError::Certificate {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_makes_its_certificate_once() {
        let dir = tempfile::tempdir().unwrap();
        let listen = "10.1.2.3:8443".parse().unwrap();
        let (_, first) = load(&Tls::SelfSigned, dir.path(), listen).unwrap().unwrap();
        let (_, again) = load(&Tls::SelfSigned, dir.path(), listen).unwrap().unwrap();
        assert_eq!(first, again);
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join(KEY))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn rubbish_for_a_certificate_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let (certificate, key) = (dir.path().join("c.pem"), dir.path().join("k.pem"));
        let files = Tls::Files {
            certificate: certificate.clone(),
            key: key.clone(),
        };
        let listen = "127.0.0.1:0".parse().unwrap();
        let missing = load(&files, dir.path(), listen).unwrap_err().to_string();
        assert!(missing.contains("c.pem"), "{missing}");
        std::fs::write(&certificate, "rubbish 𠅤").unwrap();
        std::fs::write(&key, "rubbish").unwrap();
        assert!(
            load(&files, dir.path(), listen)
                .unwrap_err()
                .to_string()
                .contains("c.pem")
        );
    }
}
