//! The way to the office database: address, TLS, limits. Nothing here knows what is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use zeroize::Zeroizing;

use crate::sync::trouble::{Trouble, TroubleCode};

/// To be connected with.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// What the server gives one statement.
const STATEMENT_LIMIT_SECONDS: u32 = 30;

/// What we give one call, the way there and back included: a server that vanished sends no timeout.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(45);

/// Quiet before the kernel asks whether the other end is still there.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);

/// Where the office database is and how to get in.
#[derive(Clone, Default)]
pub struct LinkSettings {
    /// `postgresql://login@host/database`, or libpq's `key=value` form.
    pub url: String,
    /// Apart from the address, so that it can lie in a file of its own.
    pub password: Option<Zeroizing<String>>,
    /// PEM: who may vouch for the server.
    pub authority_file: Option<PathBuf>,
    /// PEM: this box's certificate, with the chain.
    pub certificate_file: Option<PathBuf>,
    /// PEM: its key.
    pub key_file: Option<PathBuf>,
}

/// A way to the office database that has been checked as far as it can be without going there.
#[derive(Clone)]
pub struct Link {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link")
            .field("tls", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

impl Link {
    /// Reads the address and the certificates. A host that is not this machine gets TLS, unless the
    /// address says `sslmode=disable` in so many words.
    ///
    /// # Errors
    /// [`TroubleCode::Settings`] and [`TroubleCode::Plaintext`]; their detail never quotes the address.
    pub fn new(settings: &LinkSettings) -> Result<Self, Trouble> {
        let wrong = |what: &str| Trouble::new(TroubleCode::Settings, what);
        let mut config: Config = settings
            .url
            .parse()
            .map_err(|_| wrong("the address cannot be read"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong("the address names no host"));
        }
        if let Some(password) = &settings.password {
            config.password(password.as_bytes());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_LIMIT);
        }
        config
            .keepalives(true)
            .keepalives_idle(KEEPALIVE_IDLE)
            .tcp_user_timeout(CALL_LIMIT);
        if config.get_application_name().is_none() {
            config.application_name("lobby");
        }
        let encrypted = match config.get_ssl_mode() {
            SslMode::Disable => false,
            SslMode::Require => true,
            // Not said, or said half-heartedly: plain only where nobody else can listen.
            _ => !stays_here(&config),
        };
        if !encrypted {
            config.ssl_mode(SslMode::Disable);
            return Ok(Self { config, tls: None });
        }
        config.ssl_mode(SslMode::Require);
        let Some(authority) = &settings.authority_file else {
            return Err(Trouble::new(TroubleCode::Plaintext, ""));
        };
        let tls = tls(
            authority,
            settings.certificate_file.as_deref(),
            settings.key_file.as_deref(),
        )?;
        Ok(Self {
            config,
            tls: Some(MakeRustlsConnect::new(tls)),
        })
    }

    /// Whether the link is encrypted.
    pub fn encrypted(&self) -> bool {
        self.tls.is_some()
    }

    /// Opens a session. Must run inside a tokio runtime, which carries the connection until the client
    /// is dropped.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn connect(&self) -> Result<Client, Trouble> {
        let connecting = async {
            let client = match &self.tls {
                Some(tls) => {
                    let (client, connection) = self.config.connect(tls.clone()).await?;
                    carry(connection);
                    client
                }
                None => {
                    let (client, connection) = self.config.connect(NoTls).await?;
                    carry(connection);
                    client
                }
            };
            // Said after connecting and not in `options`, which poolers refuse.
            let limits = format!(
                "set statement_timeout = '{STATEMENT_LIMIT_SECONDS}s'; set lock_timeout = '10s'; \
                 set idle_in_transaction_session_timeout = '60s'; set synchronous_commit = on; \
                 set client_min_messages = error"
            );
            client.batch_execute(&limits).await?;
            Ok(client)
        };
        within(connecting).await
    }
}

/// Gives `call` no longer than a server that is there would need.
pub(super) async fn within<T>(call: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    match tokio::time::timeout(CALL_LIMIT, call).await {
        Ok(answer) => answer,
        Err(_) => Err(Trouble::new(TroubleCode::Unreachable, "no answer in time")),
    }
}

fn carry<S, T>(connection: tokio_postgres::Connection<S, T>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        // Its end is told to whoever has a call under way.
        let _ = connection.await;
    });
}

fn stays_here(config: &Config) -> bool {
    // An address given apart decides where the bytes go, whatever the host is called.
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
        }
    })
}

fn tls(
    authority: &Path,
    certificate: Option<&Path>,
    key: Option<&Path>,
) -> Result<rustls::ClientConfig, Trouble> {
    let unreadable = |path: &Path| {
        Trouble::new(
            TroubleCode::Settings,
            format!("{} holds no certificate or key in PEM", path.display()),
        )
    };
    let certificates = |path: &Path| -> Result<Vec<CertificateDer<'static>>, Trouble> {
        let found = CertificateDer::pem_file_iter(path).and_then(|it| it.collect::<Result<Vec<_>, _>>());
        found
            .ok()
            .filter(|it| !it.is_empty())
            .ok_or_else(|| unreadable(path))
    };
    let mut roots = rustls::RootCertStore::empty();
    for it in certificates(authority)? {
        roots.add(it).map_err(|_| unreadable(authority))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring knows the usual versions of TLS")
        .with_root_certificates(roots);
    match (certificate, key) {
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let secret = PrivateKeyDer::from_pem_file(key).map_err(|_| unreadable(key))?;
            builder.with_client_auth_cert(chain, secret).map_err(|_| {
                Trouble::new(
                    TroubleCode::Settings,
                    "the certificate and its key do not belong together",
                )
            })
        }
        (None, None) => Ok(builder.with_no_client_auth()),
        _ => Err(Trouble::new(
            TroubleCode::Settings,
            "a certificate needs its key, and a key its certificate",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str) -> Result<Link, TroubleCode> {
        let settings = LinkSettings {
            url: url.to_owned(),
            ..LinkSettings::default()
        };
        Link::new(&settings).map_err(|it| {
            assert!(!it.to_string().contains("geheim"), "{it}");
            it.code
        })
    }

    #[test]
    fn nothing_leaves_this_machine_in_clear_unless_the_address_says_so() {
        for here in [
            "postgresql://lobby:geheim@%2Frun%2Fpostgresql/office",
            "host=/run/postgresql dbname=office",
            "postgresql://lobby@127.0.0.1/office",
            "postgresql://lobby@[::1]:5433/office",
            "postgresql://lobby@localhost/office?sslmode=prefer",
            "postgresql://lobby:geheim@db.example/office?sslmode=disable",
        ] {
            assert!(!link(here).unwrap().encrypted(), "{here}");
        }
        for away in [
            "postgresql://lobby:geheim@db.example/office",
            "postgresql://lobby:geheim@db.example/office?sslmode=prefer",
            "postgresql://lobby:geheim@db.example/office?sslmode=require",
            "postgresql://lobby:geheim@10.1.2.3/office",
            "postgresql://lobby:geheim@localhost,db.example/office",
            "host=localhost hostaddr=10.1.2.3 password=geheim dbname=office",
        ] {
            assert_eq!(link(away).unwrap_err(), TroubleCode::Plaintext, "{away}");
        }
    }

    #[test]
    fn an_address_that_cannot_work_is_told_at_once_and_not_repeated() {
        for rubbish in [
            "",
            "postgresql:///office",
            "postgresql://x:geheim@h/d?sslmode=geheim",
            "geheim 𠅤㛃",
        ] {
            assert_eq!(link(rubbish).unwrap_err(), TroubleCode::Settings, "{rubbish}");
        }
    }

    #[test]
    fn a_missing_certificate_is_named() {
        let settings = LinkSettings {
            url: "postgresql://lobby@db.example/office".to_owned(),
            authority_file: Some("/nonexistent/ca.pem".into()),
            ..LinkSettings::default()
        };
        let trouble = Link::new(&settings).unwrap_err();
        assert_eq!(trouble.code, TroubleCode::Settings);
        assert!(trouble.detail.contains("/nonexistent/ca.pem"));
    }
}
