//! `lobby office`: what the owner of the office database does, on the office's side.

use anyhow::{Context, Result, bail};

use crate::app::journal::hex;
use crate::app::{cli, say};
use crate::devices::Profile;
use crate::domain::office::Office as OfficeFiles;
use crate::sync::keys::{self, OfficeSecretKey};
use crate::sync::link::{Link, LinkSettings};
use crate::sync::office::{self, CodeSort, Office};

/// Carries out one of the commands.
///
/// # Errors
/// When the office database says no, in words that say what to do.
pub fn office(asked: &cli::Office) -> Result<()> {
    match asked {
        cli::Office::Migrate(at) => {
            let migrated = office::migrate(&link(&at.url)?)?;
            say(
                &format!("单位数据库：版本 {} → {}", migrated.from, migrated.to),
                &format!("office database: version {} → {}", migrated.from, migrated.to),
            );
        }
        cli::Office::Kiosk(asked) => {
            let config = crate::app::load(&asked.config)?;
            let (identity, password) = (&config.office.identity, office::new_password());
            let link = link(&asked.office.url)?;
            let role = office::now(async {
                let mut office = Office::open(&link).await?;
                let role = office
                    .register_kiosk(&identity.site, &identity.kiosk, &password)
                    .await?;
                office.set_names(&identity.site, &names(&config.office)).await?;
                office
                    .open_epoch(&identity.site, &identity.kiosk, 1, None)
                    .await?;
                Ok(role)
            })?;
            say(
                &format!(
                    "已登记 {}/{}。角色 {role}，密码（只显示这一次）：{}",
                    identity.site, identity.kiosk, *password
                ),
                &format!(
                    "{}/{} is registered. Role {role}, password (shown this once): {}",
                    identity.site, identity.kiosk, *password
                ),
            );
        }
        cli::Office::Epoch(asked) => {
            let link = link(&asked.office.url)?;
            let (site, kiosk) = (asked.site.as_str().into(), asked.kiosk.as_str().into());
            let after = office::now(async {
                Office::open(&link)
                    .await?
                    .open_epoch(&site, &kiosk, asked.epoch, None)
                    .await
            })?;
            say(
                &format!("纪元 {} 已登记，接在 {} 之后", asked.epoch, hex(&after)),
                &format!("epoch {} is registered, following {}", asked.epoch, hex(&after)),
            );
        }
        cli::Office::Keygen => {
            let (secret, public) = keys::keygen();
            say(
                &format!(
                    "公钥（写入 kiosk.toml 的 office_public_key）：{public}\n私钥（由单位保管，不要放在自助机上）：{}",
                    *secret.written()
                ),
                &format!(
                    "public key (for office_public_key in kiosk.toml): {public}\nsecret key (the office keeps it, never on a kiosk): {}",
                    *secret.written()
                ),
            );
        }
        cli::Office::Verify(asked) => {
            let link = link(&asked.office.url)?;
            let (site, kiosk) = (asked.site.as_str().into(), asked.kiosk.as_str().into());
            let verified = office::now(async {
                Office::open(&link)
                    .await?
                    .verify(&site, &kiosk, asked.epoch)
                    .await
            })?;
            let (entries, apart) = (verified.entries, verified.quarantined);
            match verified.first_wrong_seq {
                None if verified.holds => say(
                    &format!("{entries} 条记录，完整且未被改动（其中 {apart} 条待查）"),
                    &format!("{entries} entries, complete and untouched ({apart} of them set apart)"),
                ),
                wrong => bail!(
                    "台账不完整或被改动，从第 {} 条起 · the log is incomplete or changed from entry {} on",
                    wrong.map_or_else(|| "?".into(), |it| it.to_string()),
                    wrong.map_or_else(|| "?".into(), |it| it.to_string())
                ),
            }
        }
        cli::Office::Project(asked) => {
            let link = link(&asked.office.url)?;
            let visits = office::now(async { Office::open(&link).await?.project(asked.rebuild).await })?;
            say(
                &format!("已汇总 {visits} 次来访"),
                &format!("{visits} visits brought up to date"),
            );
        }
        cli::Office::Reveal(asked) => {
            let text = std::fs::read_to_string(&asked.key)
                .with_context(|| format!("cannot read {}", asked.key.display()))?;
            let secret = text.trim().parse::<OfficeSecretKey>()?;
            let visit = asked.visit.parse().context("a visit's id looks like 0195…-…-…")?;
            let link = link(&asked.office.url)?;
            let site = asked.site.as_str().into();
            let opened = office::now(async {
                let visit = crate::domain::ids::VisitId(visit);
                Office::open(&link).await?.reveal(&site, visit, &secret).await
            })?;
            for part in &opened {
                let text = String::from_utf8_lossy(&part.personal);
                say(&text, &text);
            }
            if opened.is_empty() {
                say(
                    "没有个人信息，或已删除",
                    "there is nothing personal, or it is erased",
                );
            }
        }
    }
    Ok(())
}

/// Names of departments, matters, staff and what petitions are about, for the views an office clerk reads.
pub fn names(office: &OfficeFiles) -> Vec<(CodeSort, &str, &str)> {
    let departments = office
        .departments
        .iter()
        .map(|it| (CodeSort::Department, it.code.as_str(), it.name.zh.as_str()));
    let matters = office
        .matters
        .iter()
        .map(|it| (CodeSort::Matter, it.code.as_str(), it.name.zh.as_str()));
    let staff = office
        .staff
        .iter()
        .map(|it| (CodeSort::Staff, it.id.as_str(), it.name.zh.as_str()));
    let contents = office
        .contents
        .iter()
        .map(|it| (CodeSort::Content, it.code.as_str(), it.name.zh.as_str()));
    departments.chain(matters).chain(staff).chain(contents).collect()
}

/// The address of the same database, as another role.
///
/// # Errors
/// For an address in a form we do not rewrite.
pub fn as_role(url: &str, role: &str) -> Result<String> {
    if let Some((scheme, rest)) = url.split_once("://") {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |it| it.1);
        return Ok(format!("{scheme}://{role}@{host}/{path}"));
    }
    let kept = url
        .split_whitespace()
        .filter(|it| !it.starts_with("user=") && !it.starts_with("password="));
    let kept: Vec<&str> = kept.collect();
    if kept.iter().any(|it| !it.contains('=')) {
        bail!(
            "地址写成 postgresql://… 或 host=… dbname=… · write the address as postgresql://… or host=… dbname=…"
        );
    }
    Ok(format!("{} user={role}", kept.join(" ")))
}

/// An address of the office database that may be shown.
pub fn without_password(url: &str) -> String {
    if let Some((scheme, rest)) = url.split_once("://")
        && let Some((login, place)) = rest.rsplit_once('@')
    {
        let user = login.split_once(':').map_or(login, |it| it.0);
        return format!("{scheme}://{user}@{place}");
    }
    let kept: Vec<&str> = url
        .split_whitespace()
        .filter(|it| !it.starts_with("password="))
        .collect();
    kept.join(" ")
}

fn link(url: &str) -> Result<Link> {
    Ok(Link::new(&LinkSettings {
        url: url.to_owned(),
        ..LinkSettings::default()
    })?)
}

/// The names of the printer profiles we bring, for the settings' check.
pub fn profile_names() -> Vec<&'static str> {
    Profile::names()
}

#[cfg(test)]
mod tests {
    use super::{as_role, without_password};

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(
            without_password("postgresql://boss:p@w@db:5433/office"),
            "postgresql://boss@db:5433/office"
        );
        assert_eq!(
            without_password("postgresql://db/office"),
            "postgresql://db/office"
        );
        assert_eq!(
            without_password("host=/run/pg user=boss password=x dbname=o"),
            "host=/run/pg user=boss dbname=o"
        );
    }

    #[test]
    fn an_address_keeps_its_database_and_changes_its_role() {
        assert_eq!(
            as_role("postgresql://boss:pw@db:5433/office?sslmode=require", "k").unwrap(),
            "postgresql://k@db:5433/office?sslmode=require"
        );
        assert_eq!(
            as_role("host=/run/pg user=boss password=x dbname=o", "k").unwrap(),
            "host=/run/pg dbname=o user=k"
        );
        assert!(as_role("somewhere", "k").is_err());
    }
}
