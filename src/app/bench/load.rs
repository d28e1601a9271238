//! What the office's checked push costs an entry against binary COPY of the same rows.

use anyhow::{Context, Result};

use crate::app::bench::{Row, Scale, arrival, now};
use crate::app::cluster::Cluster;
use crate::app::{demo, office};
use crate::clock::Clock;
use crate::desk::{Desk, Place, Reply, Request, Setup, Waker};
use crate::sync::link::{Link, LinkSettings};
use crate::sync::office::{migrate, now as talk};

/// Measures. Without an office database of its own, it makes a throw-away one.
///
/// # Errors
/// When there is no PostgreSQL, or it fails.
pub fn measure(scale: &Scale) -> Result<Vec<Row>> {
    let entries = if scale.tiny { 200 } else { 50_000 };
    // With fsync, as an office runs it, both ways alike; a throw-away cluster has it off, both ways alike.
    let (_cluster, url) = match &scale.office_url {
        Some(url) => (None, url.clone()),
        None => {
            let cluster = Cluster::start()?;
            let url = cluster.url("postgres");
            (Some(cluster), url)
        }
    };
    let mut config = demo::config(&scale.folder);
    let settings = &mut std::sync::Arc::make_mut(&mut config.office);
    settings.settings.tickets_a_day_max = u16::MAX;
    // A site of its own, so that an office database in use is not touched.
    settings.identity.site = format!("bench-{}", uuid::Uuid::new_v4().simple()).as_str().into();
    let clock = Clock::system();
    let setup = Setup {
        place: Place::Memory,
        office: config.office.clone(),
        clock,
        print: Waker::nobody(),
    };
    let (mut desk, _) = Desk::open(setup)?;
    let matters: Vec<_> = config.office.matters.iter().map(|it| it.code.clone()).collect();
    for at in 0..entries {
        let mut arrival = arrival(Some(&matters[at % matters.len()]));
        arrival.personal.phone = None;
        desk.answer(Request::Arrive(arrival))?;
    }
    let Reply::Entries(written) = desk.answer(Request::Entries {
        epoch: 1,
        seq: 0,
        limit: entries,
    })?
    else {
        anyhow::bail!("the desk answered something else")
    };
    let link = |url: String| {
        Link::new(&LinkSettings {
            url,
            ..LinkSettings::default()
        })
    };
    let owner = link(url.clone())?;
    migrate(&owner)?;
    let kiosk_link = |role: &str, password: &str| {
        let url = office::as_role(&url, role).unwrap_or_default();
        Link::new(&LinkSettings {
            url,
            password: Some(password.to_owned().into()),
            ..LinkSettings::default()
        })
    };
    let measured =
        talk(crate::sync::bench::measure(&owner, kiosk_link, &written, now)).context("sync bench")?;
    Ok(vec![
        Row::against("push", measured.push, "s/entry", measured.copy),
        Row::alone("push transfer", measured.transfer, "s/entry"),
        Row::alone("push checks", measured.checks, "s/entry"),
    ])
}
