//! From a committed number to its paper: when the first byte leaves, and whether a mute printer makes anybody wait.
//!
//! The printer is one on the network, since a network has no speed of its own here: what is measured is ours. A line adds
//! its questions and answers before the slip: 17 ms at 9600 baud.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::app::bench::{Row, Scale, arrival, now};
use crate::app::demo;
use crate::clock::Clock;
use crate::desk::{Desk, DeskHandle, Place, Reply, Request, Setup, Waker};
use crate::devices::{Address, Glyphs, Profile};
use crate::domain::sensitive::Personal;
use crate::domain::visit::Arrival;
use crate::print::{self, Bell, PrintSettings, Printing};

/// What a printer in good health says to each real-time question.
const WELL: u8 = 0x12;
/// How long a slip may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Measures.
///
/// # Errors
/// When the network of this machine or the folder cannot be used.
pub fn measure(scale: &Scale) -> Result<Vec<Row>> {
    let rounds = if scale.tiny { 3 } else { 200 };
    let (printer, first_bytes) = answering()?;
    let (desk, printing) = lobby(&scale.folder, "answering.db", Some(printer))?;
    let mut waits = Vec::new();
    for _ in 0..rounds {
        arrive(&desk)?;
        let committed = now();
        let begun = first_bytes.recv_timeout(LIMIT).context("a slip begins")?;
        waits.push(begun.saturating_sub(committed).as_secs_f64());
        rest(&desk, committed)?;
    }
    stop(desk, printing);
    let mute = TcpListener::bind("127.0.0.1:0")?;
    let with_mute = registrations(&scale.folder, "mute.db", Some(mute.local_addr()?), rounds)?;
    let without = registrations(&scale.folder, "none.db", None, rounds)?;
    Ok(vec![
        Row::alone("commit to first byte p50", share(&mut waits, 50), "s"),
        Row::alone("commit to first byte p95", share(&mut waits, 95), "s"),
        Row::against("registration, mute printer", with_mute, "s", without),
    ])
}

/// Waits until every slip has come out: the next one is not to wait for the one before.
fn rest(desk: &DeskHandle, since: Duration) -> Result<()> {
    let unsettled = || {
        let snapshot = desk.snapshot();
        let mut slips = snapshot.visits.iter().flat_map(|it| it.visit.slips.iter());
        snapshot.visits.is_empty() || slips.any(|it| it.outcome.is_none())
    };
    while unsettled() {
        anyhow::ensure!(now() < since + LIMIT, "a slip was not answered for");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Half of the registrations take no longer than this, seconds.
fn registrations(folder: &Path, database: &str, printer: Option<SocketAddr>, rounds: usize) -> Result<f64> {
    let (desk, printing) = lobby(folder, database, printer)?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let begun = now();
        arrive(&desk)?;
        times.push((now() - begun).as_secs_f64());
    }
    stop(desk, printing);
    Ok(share(&mut times, 50))
}

fn share(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) * percent / 100)
        .copied()
        .unwrap_or(f64::NAN)
}

/// A desk on a real file, and printing where there is a printer.
fn lobby(
    folder: &Path,
    database: &str,
    printer: Option<SocketAddr>,
) -> Result<(DeskHandle, Option<Printing>)> {
    let mut office = demo::config(folder).office;
    // More than one office's day, so that what is measured is not the refusal.
    Arc::make_mut(&mut office).settings.tickets_a_day_max = u16::MAX;
    let bell = Bell::default();
    let setup = Setup {
        place: Place::File(folder.join(database)),
        office,
        clock: Clock::system(),
        print: printer.map_or_else(Waker::nobody, |_| bell.waker()),
    };
    let (desk, _) = Desk::open(setup)?.0.start();
    let printing = match printer {
        None => None,
        Some(address) => {
            let settings = PrintSettings {
                address: Address::Network(address),
                baud: 115_200,
                profile: Profile::builtin("epson-tm-t82").context("one of ours")?,
                roll_mm: 50_000,
            };
            Some(print::start(
                bell,
                desk.clone(),
                settings,
                Arc::new(Glyphs::system()),
            )?)
        }
    };
    Ok((desk, printing))
}

fn stop(desk: DeskHandle, printing: Option<Printing>) {
    drop(desk);
    if let Some(printing) = printing {
        printing.stop();
    }
}

fn arrive(desk: &DeskHandle) -> Result<()> {
    let arrival = Arrival {
        personal: Personal::default(),
        ..arrival(None)
    };
    match desk.ask_blocking(Request::Arrive(arrival))? {
        Reply::Given(_) => Ok(()),
        _ => anyhow::bail!("the desk answered something else"),
    }
}

/// A printer that answers everything at once and tells when a slip begins.
fn answering() -> Result<(SocketAddr, Receiver<Duration>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (begun, told) = sync_channel(64);
    std::thread::Builder::new()
        .name("answering-printer".into())
        .spawn(move || {
            for call in listener.incoming().flatten() {
                let _ = call.set_nodelay(true);
                answer(call, &begun);
            }
        })?;
    Ok((address, told))
}

fn answer(mut call: TcpStream, begun: &SyncSender<Duration>) {
    let (mut heard, mut within, mut buffer) = (Vec::new(), false, [0; 4096]);
    while let Ok(count @ 1..) = call.read(&mut buffer) {
        let heard_at = now();
        heard.extend_from_slice(&buffer[..count]);
        let mut said = Vec::new();
        loop {
            let (length, reply): (usize, Vec<u8>) = match heard.as_slice() {
                [0x10, 0x04, 1..=4, ..] => (3, vec![WELL]),
                [0x1d, 0x28, 0x48, 0x06, 0, 0x30, 0x30, a, b, c, d, ..] => {
                    (11, vec![0x37, 0x22, *a, *b, *c, *d, 0])
                }
                [0x1d, 0x72, 1, ..] => {
                    within = false;
                    (3, vec![0])
                }
                [] | [0x10] | [0x10, 0x04] | [0x1d] | [0x1d, 0x72] => break,
                [0x1d, 0x28, 0x48, ..] if heard.len() < 11 => break,
                _ => {
                    if !std::mem::replace(&mut within, true) {
                        let _ = begun.try_send(heard_at);
                    }
                    (1, Vec::new())
                }
            };
            heard.drain(..length);
            said.extend(reply);
        }
        if call.write_all(&said).is_err() {
            return;
        }
    }
}
