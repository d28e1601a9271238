//! An office for the real program: the settings we bring, in a folder of a test, open day and night.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The folder `deploy` of the source.
fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

/// Replaces what must be there.
fn replaced(text: String, changes: &[(&str, String)]) -> String {
    changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the settings we bring have no {from}");
        text.replace(from, to)
    })
}

/// Writes `kiosk.toml`, `routing.toml` and `roster.toml` into `home`; data is kept in `home/data`, the
/// printer is at `home/printer`, the console at `address`. The file to name on the command line.
pub fn write(home: &Path, address: SocketAddr) -> String {
    let read = |name: &str| std::fs::read_to_string(deploy().join(name)).unwrap();
    let quoted = |path: PathBuf| format!("{:?}", path.to_str().unwrap());
    let kiosk = replaced(
        read("kiosk.toml"),
        &[
            ("days = [\"mon-fri\"]", "days = [\"mon-sun\"]".into()),
            ("[\"08:30-12:00\", \"14:30-17:30\"]", "[\"00:00-23:59\"]".into()),
            ("\"/var/lib/lobby\"", quoted(home.join("data"))),
            ("mode = \"kms\"", "mode = \"headless\"".into()),
            ("\"/dev/lobby-printer\"", quoted(home.join("printer"))),
            ("# baud = 9600", "baud = 115200".into()),
            ("127.0.0.1:8620", address.to_string()),
        ],
    );
    // The two shifts of the day, each grown to half of it; nobody is on duty at night then.
    let roster = read("roster.toml");
    let night = roster.match_indices("\n[[shift]]").nth(2).unwrap().0;
    let roster = replaced(
        roster[..night].to_owned(),
        &[
            ("days = [\"mon-fri\"]", "days = [\"mon-sun\"]".into()),
            ("from = \"08:30\"", "from = \"00:00\"".into()),
            ("from = \"14:30\"", "from = \"12:00\"".into()),
            ("until = \"17:30\"", "until = \"23:59\"".into()),
        ],
    );
    for (name, text) in [
        ("kiosk.toml", kiosk),
        ("roster.toml", roster),
        ("routing.toml", read("routing.toml")),
    ] {
        std::fs::write(home.join(name), text).unwrap();
    }
    home.join("kiosk.toml").to_str().unwrap().to_owned()
}
