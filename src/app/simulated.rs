//! The simulated devices of a demonstration: printer, card reader and scanner on lines of their own, what can be wrong with
//! them, and what a hand does there.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::console::{Deed, Switches};
use crate::devices::Profile;
use crate::devices::simulator::{
    self, DeviceHandle, Fault, ReaderFault, Simulated, SimulatedCard, SimulatedReader, SimulatedScanner,
};
use crate::domain::ids::TicketNumber;
use crate::domain::office::Words;

/// The speed of the card reader's line.
const READER_BAUD: u32 = 115_200;

/// The scanner's only fault.
const SCANNER_HANG_UP: &str = "scanner-hang-up";

/// The newest slips that may be held before the scanner.
const SLIPS_MAX: usize = 8;

/// A code that is on no slip of ours.
const OTHER_CODE: &str = "https://example.com/coupon/42";

/// Where the devices are in a data directory.
#[derive(Debug, Clone)]
pub struct Places {
    /// The printer's line.
    pub printer: PathBuf,
    /// The folder its slips fall into.
    pub slips: PathBuf,
    /// The card reader's line.
    pub reader: PathBuf,
    /// The scanner's line.
    pub scanner: PathBuf,
}

impl Places {
    /// In this data directory.
    pub fn of(data: &Path) -> Self {
        Self {
            printer: data.join("printer"),
            slips: data.join("slips"),
            reader: data.join("reader"),
            scanner: data.join("scanner"),
        }
    }
}

/// What is wrong with which device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    printer: Vec<Fault>,
    reader: Vec<ReaderFault>,
    scanner: bool,
}

impl Faults {
    /// The faults named on the command line.
    ///
    /// # Errors
    /// For a name that is none; says which there are.
    pub fn named(names: &[String]) -> Result<Self> {
        let mut faults = Self::default();
        for name in names {
            if let Ok(fault) = name.parse() {
                faults.printer.push(fault);
            } else if let Ok(fault) = name.parse() {
                faults.reader.push(fault);
            } else if name == SCANNER_HANG_UP {
                faults.scanner = true;
            } else {
                let printer = Fault::ALL.map(Fault::name).join(", ");
                let reader = ReaderFault::ALL.map(ReaderFault::name).join(", ");
                bail!(
                    "没有故障 {name}，可选的有 · there is no fault called {name}; there are {printer}, {reader}, \
                     {SCANNER_HANG_UP}"
                );
            }
        }
        Ok(faults)
    }
}

/// The devices. Dropping them switches them off.
#[derive(Debug)]
pub struct Devices {
    printer: Mutex<simulator::SimulatorHandle>,
    reader: DeviceHandle<SimulatedReader>,
    scanner: DeviceHandle<SimulatedScanner>,
    slips: PathBuf,
}

impl Devices {
    /// Switches them on.
    ///
    /// # Errors
    /// When their lines or folders cannot be made.
    pub fn start(places: &Places, profile: Profile, faults: &Faults) -> Result<Self> {
        let (baud, broken) = (profile.baud, faults.printer.iter().copied());
        let printer = simulator::serve(&places.printer, &places.slips, profile, baud, broken)
            .context("the simulated printer")?;
        let reader = simulator::serve_reader(&places.reader, SimulatedReader::new(READER_BAUD))
            .context("the simulated card reader")?;
        let scanner = simulator::serve_reader(&places.scanner, SimulatedScanner::default())
            .context("the simulated scanner")?;
        reader.with(|it| faults.reader.iter().for_each(|fault| it.set_fault(*fault, true)));
        scanner.with(|it| it.hang_up(faults.scanner));
        Ok(Self {
            printer: Mutex::new(printer),
            reader,
            scanner,
            slips: places.slips.clone(),
        })
    }
}

impl Switches for Devices {
    fn faults(&self) -> Vec<(&'static str, &'static str, bool)> {
        let printer = self
            .printer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .faults();
        let reader = self.reader.with(|it| it.faults().clone());
        let scanner = self.scanner.with(|it| it.hung_up());
        let of_printer = Fault::ALL.map(|it| ("printer", it.name(), printer.contains(&it)));
        let of_reader = ReaderFault::ALL.map(|it| ("reader", it.name(), reader.contains(&it)));
        let of_scanner = [("scanner", SCANNER_HANG_UP, scanner)];
        [&of_printer[..], &of_reader, &of_scanner].concat()
    }

    fn switch(&self, device: &str, fault: &str, lasts: bool) -> bool {
        match device {
            "printer" => fault.parse().is_ok_and(|fault| {
                let printer = self.printer.lock().unwrap_or_else(PoisonError::into_inner);
                printer.set_fault(fault, lasts);
                true
            }),
            "reader" => fault.parse().is_ok_and(|fault| {
                self.reader.with(|it| it.set_fault(fault, lasts));
                true
            }),
            "scanner" if fault == SCANNER_HANG_UP => {
                self.scanner.with(|it| it.hang_up(lasts));
                true
            }
            _ => false,
        }
    }

    fn deeds(&self) -> Vec<Deed> {
        let deed = |device, deed: &str, zh: String, en: String| Deed {
            device,
            deed: deed.to_owned(),
            label: Words { zh, en },
        };
        let mut deeds: Vec<Deed> = cards()
            .into_iter()
            .map(|(name, zh, en, _)| deed("reader", name, format!("放上{zh}"), format!("Lay on {en}")))
            .collect();
        deeds.push(deed(
            "reader",
            "take",
            "取走证件".into(),
            "Take the card away".into(),
        ));
        for (file, number, _) in newest_slips(&self.slips) {
            deeds.push(deed(
                "scanner",
                &file,
                format!("扫号票 {number}"),
                format!("Hold up slip {number}"),
            ));
        }
        deeds.push(deed(
            "scanner",
            "other",
            "扫一个别的码".into(),
            "Hold up some other code".into(),
        ));
        deeds
    }

    fn act(&self, device: &str, deed: &str) -> bool {
        let scan = |text: &str| self.scanner.with(|it| it.scan(format!("{text}\r\n").as_bytes()));
        match (device, deed) {
            ("reader", "take") => self.reader.with(SimulatedReader::take),
            ("reader", _) => match cards().into_iter().find(|it| it.0 == deed) {
                Some((.., card)) => self.reader.with(|it| match card {
                    Some(card) => it.put(&card),
                    None => it.put_text([0; 256]),
                }),
                None => return false,
            },
            ("scanner", "other") => scan(OTHER_CODE),
            ("scanner", _) => match newest_slips(&self.slips).into_iter().find(|it| it.0 == deed) {
                Some((_, _, code)) => scan(&code),
                None => return false,
            },
            _ => return false,
        }
        true
    }
}

/// Sample cards: what they are called, what they are, and the card; none where nothing on it can be read.
fn cards() -> Vec<(&'static str, &'static str, &'static str, Option<SimulatedCard>)> {
    let citizen = |name: &str| Some(SimulatedCard::Citizen(name.to_owned()));
    vec![
        (
            "usual",
            "身份证（欧阳建国）",
            "a card (欧阳建国)",
            citizen("欧阳建国"),
        ),
        (
            "long",
            "身份证（阿依努尔·买买提江）",
            "a card (阿依努尔·买买提江)",
            citizen("阿依努尔·买买提江"),
        ),
        ("rare", "身份证（王𬭎㛃）", "a card (王𬭎㛃)", citizen("王𬭎㛃")),
        (
            "resident",
            "港澳台居民居住证（陈大文）",
            "a residence permit (陈大文)",
            Some(SimulatedCard::Resident("陈大文".to_owned())),
        ),
        (
            "foreign",
            "外国人永久居留身份证",
            "a foreigner's card",
            Some(SimulatedCard::Foreign("SMITH, JOHN".to_owned())),
        ),
        (
            "illegible",
            "读不出姓名的证件",
            "a card without a legible name",
            None,
        ),
    ]
}

/// The newest slips that have a code: file, number, what the code says; the newest first.
fn newest_slips(folder: &Path) -> Vec<(String, TicketNumber, String)> {
    let mut texts: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|it| it.path())
        .filter(|it| it.extension().is_some_and(|it| it == "txt"))
        .collect();
    texts.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).ok()?;
        let number = text.lines().find_map(|it| it.trim().parse().ok())?;
        let code = text
            .lines()
            .find_map(|it| it.trim().strip_prefix("[QR ")?.strip_suffix(']'))?;
        Some((path.file_stem()?.to_str()?.to_owned(), number, code.to_owned()))
    };
    texts.into_iter().rev().filter_map(read).take(SLIPS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_any_device_is_known_by_its_name_and_another_is_refused_with_the_list() {
        let named = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            Faults::named(&names)
        };
        let faults = named(&["no-paper", "reader-mute", "scanner-hang-up"]).unwrap();
        let expected = Faults {
            printer: vec![Fault::NoPaper],
            reader: vec![ReaderFault::Mute],
            scanner: true,
        };
        assert_eq!(faults, expected);
        let error = named(&["fire"]).unwrap_err().to_string();
        for name in ["fire", "no-paper", "reader-half", "scanner-hang-up"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn every_fault_can_be_switched_and_every_deed_done() {
        let home = tempfile::tempdir().unwrap();
        let places = Places::of(home.path());
        let profile = Profile::builtin("generic-80").unwrap();
        let faults = Faults::named(&["reader-hang-up".to_owned()]).unwrap();
        let devices = Devices::start(&places, profile, &faults).unwrap();
        let lasting = |devices: &Devices| {
            let lasting = devices.faults().into_iter().filter(|it| it.2);
            lasting.map(|it| it.1).collect::<Vec<_>>()
        };
        assert_eq!(lasting(&devices), ["reader-hang-up"]);
        for (device, fault, _) in devices.faults() {
            assert!(devices.switch(device, fault, true), "{fault}");
        }
        assert!(devices.faults().iter().all(|it| it.2));
        for (device, fault, _) in devices.faults() {
            assert!(devices.switch(device, fault, false));
        }
        assert_eq!(lasting(&devices), Vec::<&str>::new());
        let slip = "  临河街道办事处\n      A012\n事项：社保卡补办\n[QR 临河 A012 2026-03-02 7Q3ZK0XM]\n";
        std::fs::write(places.slips.join("slip-0003.txt"), slip).unwrap();
        std::fs::write(places.slips.join("slip-0004.txt"), "每日小结").unwrap();
        let deeds = devices.deeds();
        assert!(deeds.iter().any(|it| it.label.zh == "扫号票 A012"), "{deeds:?}");
        for it in &deeds {
            assert!(devices.act(it.device, &it.deed), "{it:?}");
        }
        assert!(!devices.act("reader", "slip-0003") && !devices.act("scanner", "slip-0004"));
    }
}
