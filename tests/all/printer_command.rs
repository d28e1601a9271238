//! `lobby printer probe`, `lobby check` and `lobby doctor` at a simulated printer behind a real pty.

use std::path::Path;
use std::process::{Command, Output};

use hardware::profile::{Fence, Profile};
use hardware::simulator::Fault;
use hardware::simulator::pty::{SimulatorHandle, serve};
use lobby::app::simulated::{Devices, Faults, Places};
use lobby::console::Switches;

use crate::settings;

const BAUD: u32 = 115_200;

fn simulated(folder: &Path, faults: &[Fault]) -> SimulatorHandle {
    let profile = Profile::builtin("gprinter-gp-l80").unwrap();
    serve(
        &folder.join("printer"),
        &folder.join("slips"),
        profile,
        BAUD,
        faults.iter().copied(),
    )
    .unwrap()
}

fn lobby(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lobby"))
        .args(["--lang", "en"])
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn an_unknown_printer_gets_a_profile_and_a_page() {
    let home = tempfile::tempdir().unwrap();
    let printer = simulated(home.path(), &[]);
    let (port, file) = (home.path().join("printer"), home.path().join("mine.toml"));
    let (port, file) = (port.to_str().unwrap(), file.to_str().unwrap());
    let output = lobby(&["printer", "probe", "--port", port, "--out", file, "--page"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("speed 115200 baud"), "{}", said(&output));
    let profile = Profile::load(Path::new(file)).unwrap();
    assert_eq!((profile.baud, profile.fence), (BAUD, Fence::Id));
    let slip = printer
        .slips
        .recv_timeout(std::time::Duration::from_secs(20))
        .unwrap();
    assert!(
        slip.text.contains("打印机自检") || slip.text.contains("Self-test"),
        "{}",
        slip.text
    );
}

#[test]
fn a_printer_that_says_nothing_is_told_from_one_that_is_in_trouble() {
    let home = tempfile::tempdir().unwrap();
    let printer = simulated(home.path(), &[Fault::CoverOpen]);
    let port = home.path().join("printer");
    let ask = || {
        lobby(&[
            "printer",
            "probe",
            "--port",
            port.to_str().unwrap(),
            "--baud",
            "115200",
        ])
    };
    let output = ask();
    assert!(
        output.status.success() && said(&output).contains("cover open"),
        "{}",
        said(&output)
    );
    assert!(
        said(&output).contains("mend it, and ask again"),
        "{}",
        said(&output)
    );
    printer.set_fault(Fault::CoverOpen, false);
    printer.set_fault(Fault::Mute, true);
    let output = ask();
    assert!(
        !output.status.success() && said(&output).contains("null-modem"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_profile_of_ones_own_is_checked_with_the_settings() {
    let home = tempfile::tempdir().unwrap();
    let config = settings::write(home.path(), "127.0.0.1:8620".parse().unwrap());
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("\"generic-80\"", "\"./mine.toml\"")).unwrap();
    let good = Profile::builtin_text("generic-58").unwrap();
    std::fs::write(
        home.path().join("mine.toml"),
        good.replace("columns = 32", "columns = 64"),
    )
    .unwrap();
    let output = lobby(&["check", "--config", &config]);
    assert!(
        !output.status.success() && said(&output).contains("columns = 64"),
        "{}",
        said(&output)
    );
    std::fs::write(home.path().join("mine.toml"), good).unwrap();
    let output = lobby(&["check", "--config", &config]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn the_doctor_says_what_is_wrong_with_the_printer_and_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let config = settings::write(home.path(), "127.0.0.1:8620".parse().unwrap());
    let printer = simulated(home.path(), &[]);
    let line = || {
        let text = said(&lobby(&["doctor", "--config", &config]));
        text.lines()
            .find(|it| it.contains("printer  "))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(line().contains("green") && line().contains("ready"), "{}", line());
    for (fault, words) in [
        (Fault::NoPaper, "out of paper: put in a new roll"),
        (Fault::CutterStuck, "cutter stuck: switch it off"),
        (Fault::Mute, "lobby printer probe finds its speed"),
        (Fault::HangUp, "there is no such device"),
    ] {
        printer.set_fault(fault, true);
        let said = line();
        assert!(said.contains("red") && said.contains(words), "{fault:?}: {said}");
        printer.set_fault(fault, false);
    }
}

#[test]
fn every_fault_of_the_simulated_devices_has_words_in_the_demonstration() {
    let home = tempfile::tempdir().unwrap();
    let profile = Profile::builtin("generic-80").unwrap();
    let devices = Devices::start(&Places::of(home.path()), profile, &Faults::default()).unwrap();
    let faults = devices.faults();
    assert!(faults.len() > Fault::ALL.len() + 7, "{faults:?}");
    for (device, fault, _) in faults {
        for key in [format!("device.{device}"), format!("fault-of.{device}.{fault}")] {
            assert!(lobby::console::words::knows(&key), "{key}");
        }
    }
}
