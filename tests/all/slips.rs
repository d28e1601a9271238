//! Slips byte for byte, as the printer gets them. Set `UPDATE_SLIPS=1` to write the files anew, and look at
//! what has changed before you commit it: `lobby printer` draws them.

use std::path::{Path, PathBuf};

use lobby::devices::{Glyphs, Profile, encode};
use lobby::domain::office::Language;
use lobby::domain::sensitive;
use lobby::domain::slip::Slip;
use lobby::print::slip;

use crate::support::{MONDAY, arrival, arrive, desk, office};

#[test]
fn slips_are_what_they_were_to_the_last_byte() {
    let mut changed = Vec::new();
    for profile in ["generic-80", "generic-58"] {
        for (language, letters) in [(Language::Chinese, "zh"), (Language::English, "en")] {
            for kind in ["first", "reprint", "rare-name"] {
                let name = format!("{letters}-{}-{kind}.bin", profile.trim_start_matches("generic-"));
                if !same(
                    &Path::new("tests/slips").join(&name),
                    &bytes(profile, language, kind),
                ) {
                    changed.push(name);
                }
            }
        }
    }
    assert!(
        changed.is_empty(),
        "if this is meant, run again with UPDATE_SLIPS=1: {changed:?}"
    );
    assert_eq!(
        std::fs::read_dir("tests/slips").unwrap().count(),
        12,
        "none is left over"
    );
}

/// The letters a font draws are not ours and differ from one Debian to the next, so none is used: a rare
/// character is the empty frame that stands for it.
fn bytes(profile: &str, language: Language, kind: &str) -> Vec<u8> {
    let mut office = office();
    if kind == "rare-name" {
        for staff in &mut office.staff {
            staff.name.zh = "张㛃𬭎䶮𠅤".into();
            staff.name.en = "ZHANG 㛃𬭎䶮𠅤".into();
        }
    } else {
        for staff in &mut office.staff {
            staff.name.zh = staff.name.zh.replace('𬭎', "宏");
            staff.name.en = staff.name.en.replace('𬭎', "宏");
        }
    }
    let (mut desk, _) = desk(MONDAY);
    let mut somebody = arrival(Some("low-income"), 1);
    somebody.language = language;
    // Never on paper.
    somebody.personal.name = sensitive::name("王秀英").unwrap();
    somebody.personal.phone = sensitive::phone("13800138000").unwrap();
    let given = arrive(&mut desk, somebody).unwrap();
    let visit = desk.lobby().visit(given.visit).unwrap();
    let slip_of = Slip::of(&office, visit, Some(4), "7K3M9QXZ", kind == "reprint");
    encode(
        &slip(&slip_of),
        &Profile::builtin(profile).unwrap(),
        &Glyphs::none(),
    )
}

fn same(path: &PathBuf, bytes: &[u8]) -> bool {
    if std::env::var_os("UPDATE_SLIPS").is_some() {
        std::fs::write(path, bytes).unwrap();
    }
    std::fs::read(path).is_ok_and(|it| it == bytes)
}
