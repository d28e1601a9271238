//! The fonts the pages name. Without any Slint panics; without the right one names lose letters, so the lobby
//! rather says what to install.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kiosk::KioskFault;

/// How the files of each family begin, wherever a distribution puts them.
const WANTED: [(&str, &str); 2] = [
    ("NotoSansCJK", "the font Noto Sans CJK"),
    ("HanaMin", "the font Hanazono"),
];

/// Where fontconfig looks on Debian.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["/usr/share/fonts", "/usr/local/share/fonts"]
        .iter()
        .map(PathBuf::from)
        .collect();
    if let Some(home) = std::env::var_os("HOME") {
        folders.push(Path::new(&home).join(".local/share/fonts"));
        folders.push(Path::new(&home).join(".fonts"));
    }
    folders
}

/// Whether all fonts are there.
pub(super) fn check() -> Result<(), KioskFault> {
    check_in(&folders())
}

fn check_in(folders: &[PathBuf]) -> Result<(), KioskFault> {
    for (begins, missing) in WANTED {
        if !folders.iter().any(|it| holds(it, begins, 4)) {
            return Err(KioskFault::Fonts { missing });
        }
    }
    Ok(())
}

fn holds(folder: &Path, begins: &str, depth: u8) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|it| {
        let path = it.path();
        if path.is_dir() {
            0 < depth && holds(&path, begins, depth - 1)
        } else {
            it.file_name().to_string_lossy().starts_with(begins)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_font_is_named_with_its_package() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("noto")).unwrap();
        fs::write(folder.path().join("noto/NotoSansCJK-Regular.ttc"), b"").unwrap();
        let told = check_in(&[folder.path().to_owned()]).unwrap_err().to_string();
        assert!(
            told.contains("Hanazono") && told.contains("apt-get install"),
            "{told}"
        );
        fs::write(folder.path().join("HanaMinA.ttf"), b"").unwrap();
        assert!(check_in(&[folder.path().to_owned()]).is_ok());
    }
}
