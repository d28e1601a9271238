//! The office's end (单位数据库): our schema in its PostgreSQL, one login a kiosk, epochs, erasure, and
//! reading personal parts. These are the owner's and the reader's commands; a kiosk can do none of them.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::domain::ids::{EntryId, KioskId, SiteId, VisitId};
use crate::domain::journal::{Hash, NO_HASH};
use crate::sync::keys::{KeyError, OfficeSecretKey, open, open_personal};
use crate::sync::link::Link;
use crate::sync::trouble::Trouble;
use crate::sync::wire::Id;

/// Our schema, in the order in which it came to be. Once landed, never edited: what was applied is
/// compared with what stands here.
const MIGRATIONS: &[(i32, &str, &str)] = &[
    (1, "log", include_str!("migrations/0001_log.sql")),
    (2, "push", include_str!("migrations/0002_push.sql")),
    (3, "views", include_str!("migrations/0003_views.sql")),
    (4, "rights", include_str!("migrations/0004_rights.sql")),
    (5, "matters", include_str!("migrations/0005_matters.sql")),
    (6, "projection", include_str!("migrations/0006_projection.sql")),
    (7, "steps", include_str!("migrations/0007_steps.sql")),
    (8, "sealed_log", include_str!("migrations/0008_sealed_log.sql")),
    (9, "recusal", include_str!("migrations/0009_recusal.sql")),
    (10, "broken_off", include_str!("migrations/0010_broken_off.sql")),
];

/// Any number, the same for all who migrate: two at once wait for each other.
const MIGRATION_LOCK: i64 = 0x6c6f_6262_7900;

/// Rounds of SCRAM, as PostgreSQL itself uses.
const SCRAM_ROUNDS: u32 = 4096;

/// Shorter passwords can be guessed from a stolen verifier.
const PASSWORD_CHARS_MIN: usize = 12;

/// PostgreSQL's own limit on names, bytes.
const ROLE_NAME_MAX: usize = 63;

/// The office database said no, or is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfficeError {
    /// The way there.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// A later release was here.
    #[error("the office database is at version {found}, this program knows {known}: use the newer program")]
    Newer {
        /// What is there.
        found: i32,
        /// What this program knows.
        known: i32,
    },
    /// Somebody changed a migration after it was applied.
    #[error(
        "migration {0} of the office database is not the one this program has: use the release that made it"
    )]
    Edited(i32),
    /// Not every character could be stored.
    #[error("the office database is encoded in {0}: create it with encoding UTF8")]
    Encoding(String),
    /// A password that would not hold.
    #[error("the password must be {PASSWORD_CHARS_MIN} printable ASCII characters or more")]
    Password,
    /// No such kiosk, or no such epoch.
    #[error("the office does not know this kiosk: register it with lobby office kiosk")]
    KioskUnknown,
    /// Already there.
    #[error("epoch {0} of this kiosk is open already")]
    EpochOpen(u32),
    /// An epoch must be later than those before it.
    #[error("epoch {asked} would come before epoch {latest}: take a later one")]
    EpochPast {
        /// What was asked.
        asked: u32,
        /// The latest one there.
        latest: u32,
    },
    /// The hash a new epoch is to follow is none of this kiosk's.
    #[error("the log of this kiosk has no entry with that hash: copy it from the kiosk")]
    HashUnknown,
    /// Erased, or it never held anything personal.
    #[error("the office has no key for this visit: it was erased, or nothing personal was told")]
    NoKey,
    /// A wrapped key or a personal part does not open.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<tokio_postgres::Error> for OfficeError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Trouble(error.into())
    }
}

/// What [`Office::migrate`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// The version before; 0 for none.
    pub from: i32,
    /// The version now.
    pub to: i32,
}

/// What [`Office::verify`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Entries there.
    pub entries: u64,
    /// Of these, set apart because the server cannot read their facts.
    pub quarantined: u64,
    /// Whether all of them are there and untouched, up to the watermark.
    pub holds: bool,
    /// The first that is missing or not what its hash says.
    pub first_wrong_seq: Option<u64>,
}

/// A kiosk whose log is not the one the office has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Which.
    pub kiosk: KioskId,
    /// Where.
    pub epoch: u32,
    /// Where.
    pub seq: u64,
    /// `other-hash` or `entries-lost`.
    pub kind: String,
    /// How often it was tried.
    pub times: u32,
}

/// A personal part, opened for a reader of the office.
pub struct Opened {
    /// The entry it belongs to.
    pub entry: EntryId,
    /// Its place in the log.
    pub epoch: u32,
    /// Its place in the log.
    pub seq: u64,
    /// What kind of thing.
    pub kind: String,
    /// In clear: JSON as the kiosk wrote it.
    pub personal: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({} {}/{}, [hidden])", self.kind, self.epoch, self.seq)
    }
}

/// What a code of the catalogue is called, for the views people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSort {
    /// 科室
    Department,
    /// 事项
    Matter,
    /// 工作人员
    Staff,
    /// 信访内容分类
    Content,
}

/// A session of the owner (migrate, kiosks, epochs, names, erasure) or of a reader (verify, incidents,
/// reveal) with the office database.
pub struct Office {
    client: Client,
}

/// Brings the office database to this program's version, on this thread: `lobby office migrate`.
///
/// # Errors
/// [`OfficeError`].
pub fn migrate(link: &Link) -> Result<Migrated, OfficeError> {
    now(async { Office::open(link).await?.migrate().await })
}

/// Runs a conversation with the office database on this thread.
///
/// # Errors
/// What `talk` returns.
pub fn now<T>(talk: impl Future<Output = Result<T, OfficeError>>) -> Result<T, OfficeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .expect("the system gives a runtime its timers")
        .block_on(talk)
}

impl Office {
    /// Opens a session; must run inside a tokio runtime.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn open(link: &Link) -> Result<Self, OfficeError> {
        Ok(Self {
            client: link.connect().await?,
        })
    }

    /// Brings the schema to this program's version; does nothing where it is there already.
    ///
    /// # Errors
    /// [`OfficeError::Newer`] for a schema from a later release, [`OfficeError::Encoding`] for a database
    /// that cannot hold every character.
    pub async fn migrate(&mut self) -> Result<Migrated, OfficeError> {
        self.migrate_to(MIGRATIONS).await
    }

    async fn migrate_to(&mut self, migrations: &[(i32, &str, &str)]) -> Result<Migrated, OfficeError> {
        let encoding: String = self.client.query_one("show server_encoding", &[]).await?.get(0);
        if encoding != "UTF8" {
            return Err(OfficeError::Encoding(encoding));
        }
        let transaction = self.client.transaction().await?;
        transaction
            .execute("select pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK])
            .await?;
        transaction
            .batch_execute(
                "create schema if not exists lobby;
                 create table if not exists lobby.migration (
                   number integer primary key, name text not null, sha256 bytea not null,
                   applied_at timestamptz not null default now()
                 )",
            )
            .await?;
        let applied = transaction
            .query("select number, sha256 from lobby.migration order by number", &[])
            .await?;
        let from = applied.last().map_or(0, |it| it.get::<_, i32>(0));
        let known = migrations.last().map_or(0, |it| it.0);
        if known < from {
            return Err(OfficeError::Newer { found: from, known });
        }
        for (row, (number, _, text)) in applied.iter().zip(migrations) {
            let same = row.get::<_, &[u8]>(1) == Sha256::digest(text).as_slice();
            if row.get::<_, i32>(0) != *number || !same {
                return Err(OfficeError::Edited(*number));
            }
        }
        for (number, name, text) in &migrations[applied.len()..] {
            transaction.batch_execute(text).await?;
            let sha256 = Sha256::digest(text);
            transaction
                .execute(
                    "insert into lobby.migration (number, name, sha256) values ($1, $2, $3)",
                    &[number, name, &sha256.as_slice()],
                )
                .await?;
        }
        transaction.commit().await?;
        Ok(Migrated { from, to: known })
    }

    /// Makes the login of a kiosk, or gives it a new password; returns the login's name. It may execute
    /// two functions for this kiosk and read nothing.
    ///
    /// # Errors
    /// [`OfficeError::Password`].
    pub async fn register_kiosk(
        &mut self,
        site: &SiteId,
        kiosk: &KioskId,
        password: &str,
    ) -> Result<String, OfficeError> {
        let printable = password.bytes().all(|it| it.is_ascii_graphic());
        if !printable || password.len() < PASSWORD_CHARS_MIN {
            return Err(OfficeError::Password);
        }
        let transaction = self.client.transaction().await?;
        let database: String = transaction
            .query_one("select current_database()::text", &[])
            .await?
            .get(0);
        let role = role_name(&database, site, kiosk);
        // Only the verifier goes over the wire and into the server's log, never the password.
        let salt: [u8; 16] = random();
        let scram = Scram::new(password.as_bytes(), &salt);
        let exists = transaction
            .query_opt("select from pg_roles where rolname = $1", &[&role])
            .await?;
        let verb = if exists.is_some() { "alter" } else { "create" };
        let statement: String = transaction
            .query_one(
                "select format(
                   '%s role %I with login password %L', $1::text, $2::text, format(
                     'SCRAM-SHA-256$%s:%s$%s:%s', $3::integer, encode($4, 'base64'), encode($5, 'base64'),
                     encode($6, 'base64')))",
                &[
                    &verb,
                    &role,
                    &i32::try_from(SCRAM_ROUNDS).expect("a small number"),
                    &salt.as_slice(),
                    &scram.stored_key.as_slice(),
                    &scram.server_key.as_slice(),
                ],
            )
            .await?
            .get(0);
        transaction.batch_execute(&statement).await?;
        let statement: String = transaction
            .query_one("select format('grant lobby_kiosk to %I', $1::text)", &[&role])
            .await?
            .get(0);
        transaction.batch_execute(&statement).await?;
        transaction
            .execute(
                "insert into lobby.kiosk (site_id, kiosk_id, role_name) values ($1, $2, $3)
                 on conflict (site_id, kiosk_id) do update set role_name = excluded.role_name",
                &[&site.as_str(), &kiosk.as_str(), &role],
            )
            .await?;
        transaction.commit().await?;
        Ok(role)
    }

    /// Opens an epoch for a kiosk. Its first entry follows `after`: the hash the kiosk names (the last one
    /// it knows to be acknowledged), or, where none is given, the last one the office has, or nothing.
    ///
    /// # Errors
    /// [`OfficeError::KioskUnknown`], [`OfficeError::EpochOpen`], [`OfficeError::EpochPast`],
    /// [`OfficeError::HashUnknown`].
    pub async fn open_epoch(
        &mut self,
        site: &SiteId,
        kiosk: &KioskId,
        epoch: u32,
        after: Option<Hash>,
    ) -> Result<Hash, OfficeError> {
        let number = i32::try_from(epoch).map_err(|_| OfficeError::EpochPast {
            asked: epoch,
            latest: 0,
        })?;
        let (site, kiosk) = (site.as_str(), kiosk.as_str());
        let transaction = self.client.transaction().await?;
        transaction
            .query_opt(
                "select from lobby.kiosk where site_id = $1 and kiosk_id = $2 for update",
                &[&site, &kiosk],
            )
            .await?
            .ok_or(OfficeError::KioskUnknown)?;
        let marks = transaction
            .query(
                "select epoch, hash from lobby.watermark where site_id = $1 and kiosk_id = $2
                 order by epoch desc",
                &[&site, &kiosk],
            )
            .await?;
        if marks.iter().any(|it| it.get::<_, i32>(0) == number) {
            return Err(OfficeError::EpochOpen(epoch));
        }
        let latest = marks.first().map_or(0, |it| it.get::<_, i32>(0));
        if number <= latest {
            let latest = u32::try_from(latest).unwrap_or_default();
            return Err(OfficeError::EpochPast { asked: epoch, latest });
        }
        let previous = match after {
            Some(NO_HASH) => NO_HASH,
            Some(hash) => {
                let known = transaction
                    .query_opt(
                        "select from lobby.entry where site_id = $1 and kiosk_id = $2 and hash = $3 limit 1",
                        &[&site, &kiosk, &hash.as_slice()],
                    )
                    .await?;
                known.ok_or(OfficeError::HashUnknown)?;
                hash
            }
            None => marks
                .first()
                .and_then(|it| Hash::try_from(it.get::<_, &[u8]>(1)).ok())
                .unwrap_or(NO_HASH),
        };
        transaction
            .execute(
                "insert into lobby.epoch (site_id, kiosk_id, epoch, previous_hash) values ($1, $2, $3, $4)",
                &[&site, &kiosk, &number, &previous.as_slice()],
            )
            .await?;
        transaction
            .execute(
                "insert into lobby.watermark (site_id, kiosk_id, epoch, seq, hash) values ($1, $2, $3, 0, $4)",
                &[&site, &kiosk, &number, &previous.as_slice()],
            )
            .await?;
        transaction.commit().await?;
        Ok(previous)
    }

    /// Says what codes are called in the views people read; replaces what was said of them before.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn set_names(
        &mut self,
        site: &SiteId,
        names: &[(CodeSort, &str, &str)],
    ) -> Result<(), OfficeError> {
        let sorts: Vec<&str> = names
            .iter()
            .map(|it| match it.0 {
                CodeSort::Department => "department",
                CodeSort::Matter => "matter",
                CodeSort::Staff => "staff",
                CodeSort::Content => "content",
            })
            .collect();
        let codes: Vec<&str> = names.iter().map(|it| it.1).collect();
        let called: Vec<&str> = names.iter().map(|it| it.2).collect();
        self.client
            .execute(
                "insert into lobby.code (site_id, sort, code, name)
                 select distinct on (sort, code) $1, sort, code, name
                 from unnest($2::text[], $3::text[], $4::text[]) as it (sort, code, name)
                 on conflict (site_id, sort, code) do update set name = excluded.name",
                &[&site.as_str(), &sorts, &codes, &called],
            )
            .await?;
        Ok(())
    }

    /// Counts an epoch and reckons every hash anew, on the server.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn verify(&self, site: &SiteId, kiosk: &KioskId, epoch: u32) -> Result<Verified, OfficeError> {
        let number = i32::try_from(epoch).map_err(|_| OfficeError::KioskUnknown)?;
        let row = self
            .client
            .query_one(
                "select * from lobby.verify($1, $2, $3)",
                &[&site.as_str(), &kiosk.as_str(), &number],
            )
            .await?;
        let count = |it: i64| u64::try_from(it).unwrap_or_default();
        Ok(Verified {
            entries: count(row.get(0)),
            quarantined: count(row.get(1)),
            holds: row.get(2),
            first_wrong_seq: row.get::<_, Option<i64>>(3).map(count),
        })
    }

    /// Reckons the rows of `lobby.visit` from what has come since the last time, or all of them anew; returns how
    /// many visits were reckoned. The view is right without it, and quick with it.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn project(&self, rebuild: bool) -> Result<u64, OfficeError> {
        let row = self
            .client
            .query_one("select lobby.project($1)", &[&rebuild])
            .await?;
        Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or_default())
    }

    /// The divergences the office has seen, newest first.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn incidents(&self, site: &SiteId) -> Result<Vec<Incident>, OfficeError> {
        let rows = self
            .client
            .query(
                "select kiosk_id, epoch, seq, kind, times from lobby.incident where site_id = $1
                 order by last_at desc",
                &[&site.as_str()],
            )
            .await?;
        let incident = |row: &tokio_postgres::Row| Incident {
            kiosk: KioskId::new(row.get::<_, &str>(0)),
            epoch: u32::try_from(row.get::<_, i32>(1)).unwrap_or_default(),
            seq: u64::try_from(row.get::<_, i64>(2)).unwrap_or_default(),
            kind: row.get(3),
            times: u32::try_from(row.get::<_, i32>(4)).unwrap_or_default(),
        };
        Ok(rows.iter().map(incident).collect())
    }

    /// Opens what was told in a visit, for a reader who holds the office's secret key.
    ///
    /// # Errors
    /// [`OfficeError::NoKey`] where it was erased, [`OfficeError::Key`] where it does not open.
    pub async fn reveal(
        &self,
        site: &SiteId,
        visit: VisitId,
        secret: &OfficeSecretKey,
    ) -> Result<Vec<Opened>, OfficeError> {
        let row = self
            .client
            .query_opt(
                "select kiosk_id, wrapped from lobby.visit_key
                 where site_id = $1 and visit_id = $2 and wrapped is not null",
                &[&site.as_str(), &Id(visit.0)],
            )
            .await?
            .ok_or(OfficeError::NoKey)?;
        let key = open(row.get::<_, &[u8]>(1), secret)?;
        let rows = self
            .client
            .query(
                "select entry_id, epoch, seq, kind, personal from lobby.entry_seen
                 where site_id = $1 and visit_id = $2 and kiosk_id = $3 and personal is not null
                 order by epoch, seq",
                &[&site.as_str(), &Id(visit.0), &row.get::<_, &str>(0)],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let entry = EntryId(row.get::<_, Id>(0).0);
                Ok(Opened {
                    entry,
                    epoch: u32::try_from(row.get::<_, i32>(1)).unwrap_or_default(),
                    seq: u64::try_from(row.get::<_, i64>(2)).unwrap_or_default(),
                    kind: row.get(3),
                    personal: open_personal(&key, entry, row.get(4))?,
                })
            })
            .collect()
    }

    /// Erases what was told in a visit: its key goes, and no later load brings it back. What happened
    /// stays in the log. Returns whether there was a key.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn erase(&self, site: &SiteId, visit: VisitId) -> Result<bool, OfficeError> {
        let erased = self
            .client
            .execute(
                "update lobby.visit_key set wrapped = null, erased_at = now()
                 where site_id = $1 and visit_id = $2 and wrapped is not null",
                &[&site.as_str(), &Id(visit.0)],
            )
            .await?;
        Ok(erased > 0)
    }

    /// Whether the schema is there and at this program's version.
    ///
    /// # Errors
    /// [`OfficeError::Trouble`].
    pub async fn current(&self) -> Result<bool, OfficeError> {
        let found = self
            .client
            .query_one("select max(number) from lobby.migration", &[])
            .await;
        match found {
            Ok(row) => Ok(row.get::<_, Option<i32>>(0) == MIGRATIONS.last().map(|it| it.0)),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The login of a kiosk: readable where its ids are, and different for every database of a server.
fn role_name(database: &str, site: &SiteId, kiosk: &KioskId) -> String {
    let mut hasher = Sha256::new();
    for part in [database, site.as_str(), kiosk.as_str()] {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    let tail: String = hasher
        .finalize()
        .iter()
        .take(6)
        .map(|it| format!("{it:02x}"))
        .collect();
    let plain = |text: &str| -> String {
        text.chars()
            .map(|it| {
                if it.is_ascii_alphanumeric() {
                    it.to_ascii_lowercase()
                } else {
                    '_'
                }
            })
            .collect()
    };
    let mut name = format!("lobby_{}_{}", plain(site.as_str()), plain(kiosk.as_str()));
    name.truncate(ROLE_NAME_MAX - tail.len() - 1);
    format!("{name}_{tail}")
}

/// What the server keeps of a password (RFC 5802, RFC 7677).
struct Scram {
    stored_key: [u8; 32],
    server_key: [u8; 32],
}

impl Scram {
    fn new(password: &[u8], salt: &[u8]) -> Self {
        let mut round = hmac(password, &[salt, &1_u32.to_be_bytes()].concat());
        let mut salted = round;
        for _ in 1..SCRAM_ROUNDS {
            round = hmac(password, &round);
            salted.iter_mut().zip(round).for_each(|(all, it)| *all ^= it);
        }
        let stored_key = Sha256::digest(hmac(&salted, b"Client Key")).into();
        Self {
            stored_key,
            server_key: hmac(&salted, b"Server Key"),
        }
    }
}

fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

/// From the system's generator.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

/// A password nobody needs to remember: 128 random bits.
pub fn new_password() -> Zeroizing<String> {
    Zeroizing::new(Uuid::from_bytes(random()).simple().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (index, (number, _, text)) in MIGRATIONS.iter().enumerate() {
            assert_eq!(usize::try_from(*number).unwrap(), index + 1);
            assert!(text.starts_with("-- "), "migration {number} says why");
        }
    }

    #[test]
    fn no_two_kiosks_share_a_login() {
        let role = |database: &str, site: &str, kiosk: &str| role_name(database, &site.into(), &kiosk.into());
        assert!(role("office", "330100-01", "hall-1").starts_with("lobby_330100_01_hall_1_"));
        assert_ne!(role("office", "a", "bc"), role("office", "ab", "c"));
        assert_ne!(role("office", "a-b", "c"), role("office", "a_b", "c"));
        assert_ne!(role("office", "a", "b"), role("other", "a", "b"));
        let long = role("office", &"㛃".repeat(40), &"𠅤".repeat(40));
        assert!(long.len() <= ROLE_NAME_MAX && long.is_ascii());
        assert_ne!(long, role("office", &"㛃".repeat(40), &"𬭎".repeat(40)));
    }

    #[test]
    fn the_verifier_is_the_one_of_the_rfc() {
        // RFC 7677, section 3: user `user`, password `pencil`; its server signature follows from this key.
        let salt = [
            0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e, 0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81,
        ];
        let scram = Scram::new(b"pencil", &salt);
        let said = b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = hmac(&scram.server_key, said);
        // 6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=
        assert_eq!(signature[..8], [0xea, 0xba, 0xe2, 0x4d, 0x10, 0x62, 0xdb, 0x75]);
    }
}
