//! Printer profiles, by name or from a file.

use std::path::Path;

use anyhow::{Context, Result};

use crate::config::{Printer, PrinterProfile};
use crate::devices::{Address, Profile};
use crate::print::PrintSettings;

/// The profile the settings name.
///
/// # Errors
/// When it is none of ours, or its file is wrong.
pub fn load(profile: &PrinterProfile) -> Result<Profile> {
    match profile {
        PrinterProfile::BuiltIn(name) => {
            Profile::builtin(name).with_context(|| format!("printer profile {name}"))
        }
        PrinterProfile::File(path) => {
            Profile::load(path).with_context(|| format!("printer profile {}", path.display()))
        }
    }
}

/// Which printer the settings name, and where.
///
/// # Errors
/// When its profile cannot be used.
pub fn settings(printer: &Printer) -> Result<PrintSettings> {
    let profile = load(&printer.profile)?;
    Ok(PrintSettings {
        address: Address::from(Path::new(&printer.port)),
        baud: printer.baud.unwrap_or(profile.baud),
        profile,
        roll_mm: u32::from(printer.roll_metres) * 1000,
    })
}
