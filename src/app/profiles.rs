//! Printer profiles, by name or from a file.

use anyhow::{Context, Result};

use crate::config::PrinterProfile;
use crate::devices::Profile;

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
