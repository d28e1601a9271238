//! Slips: their bytes, what can be read on them, and their QR codes through a decoder that is not ours.

use std::path::Path;
use std::process::Command;

use hardware::escpos::encode;
use hardware::glyph::Glyphs;
use hardware::paper::{Doc, preview};
use hardware::profile::Profile;
use hardware::simulator;

use crate::support::{profile, slip_en, slip_zh};

/// What zbarimg reads in a picture, a code a line.
pub fn zbar(png: &Path) -> String {
    let output = Command::new("zbarimg")
        .args(["-q", "--raw"])
        .arg(png)
        .output()
        .expect("zbar-tools is installed");
    String::from_utf8(output.stdout)
        .expect("UTF-8")
        .trim_end()
        .to_owned()
}

#[test]
fn zbar_reads_the_code_of_every_profile() {
    let glyphs = Glyphs::system();
    let folder = tempfile::tempdir().expect("a folder");
    for name in Profile::names() {
        let profile = profile(name);
        let png = folder.path().join(format!("{name}.png"));
        std::fs::write(&png, preview(&slip_zh("张㛃"), &profile, &glyphs).png()).expect("written");
        assert_eq!(zbar(&png), "https://lobby.example.org/v/A023-20261122", "{name}");
        if let Ok(kept) = std::env::var("LOBBY_SLIPS") {
            std::fs::copy(&png, Path::new(&kept).join(format!("{name}-zh.png"))).expect("kept");
            let english = preview(&slip_en(), &profile, &glyphs).png();
            std::fs::write(Path::new(&kept).join(format!("{name}-en.png")), english).expect("kept");
        }
    }
}
