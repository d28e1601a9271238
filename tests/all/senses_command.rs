//! `lobby check` and `lobby doctor` about reader, scanner and loudspeaker, at simulated devices behind real ptys; and a lobby
//! that goes on without one of them.

use std::net::SocketAddr;
use std::path::Path;

use hardware::simulator::line::serve;
use hardware::simulator::reader::{ReaderFault, SimulatedReader, SimulatedScanner};

use crate::program::{Running, free_address, run, soon};
use crate::settings;

/// Settings with these devices beside a loudspeaker of that name; the file, and where the console is.
fn config(home: &Path, tables: &str, speaker: &str) -> (String, SocketAddr) {
    let address = free_address();
    let config = settings::write(home, address);
    let text = std::fs::read_to_string(&config).unwrap();
    let device = "# device = \"default\"";
    assert!(text.contains(device));
    let text = text.replace(device, &format!("device = \"{speaker}\""));
    // Nobody waits for a printer here.
    let printer = "[printer]\n# 没有打印机时写 false，号码只显示在屏幕上。 false: numbers appear on the screen only.\nenabled = true";
    assert!(text.contains(printer));
    let text = text.replace(printer, "[printer]\nenabled = false");
    std::fs::write(&config, format!("{text}\n{tables}")).unwrap();
    (config, address)
}

fn answer(arguments: &[&str]) -> (bool, String) {
    let output = run(arguments);
    let said = [&output.stdout[..], &output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// What the doctor says.
fn doctor(config: &str) -> String {
    answer(&["--lang", "en", "doctor", "--config", config]).1
}

/// Its line of one device.
fn line(said: &str, device: &str) -> String {
    let found = said.lines().find(|it| it.contains(&format!("  {device}  ")));
    found.unwrap_or_else(|| panic!("{device}: {said}")).to_owned()
}

#[test]
fn the_doctor_says_what_is_wrong_with_reader_scanner_and_loudspeaker_and_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| home.path().join(name);
    let reader = serve(&place("reader"), SimulatedReader::new(115_200)).unwrap();
    let scanner = serve(&place("scanner"), SimulatedScanner::default()).unwrap();
    let (reader_at, scanner_at) = (place("reader"), place("scanner"));
    let tables = format!("[reader]\nport = {reader_at:?}\n[scanner]\nport = {scanner_at:?}\n");
    let (config, _) = config(home.path(), &tables, "null");
    let well = doctor(&config);
    for device in ["reader", "scanner", "speaker"] {
        let said = line(&well, device);
        assert!(said.contains("green") && said.contains("well"), "{said}");
    }
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("\"null\"", "\"hw:CARD=NoSuchCard\"")).unwrap();
    scanner.with(|it| it.hang_up(true));
    for (fault, words) in [
        (ReaderFault::Mute, "does not answer: check power, cable and speed"),
        (ReaderFault::Broken, "broken: replace it"),
        (ReaderFault::HangUp, "not connected: check the cable"),
    ] {
        reader.with(|it| it.set_fault(fault, true));
        let said = doctor(&config);
        for (device, colour, words) in [
            ("reader", "red", words),
            ("scanner", "red", "not connected"),
            ("speaker", "yellow", "no sound card"),
        ] {
            let said = line(&said, device);
            assert!(said.contains(colour) && said.contains(words), "{fault:?}: {said}");
        }
        reader.with(|it| it.set_fault(fault, false));
    }
}

#[test]
fn a_mistake_in_a_readers_or_scanners_model_is_found_by_check_and_stops_no_lobby() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("bad.toml"), "baud = \"fast\"\n").unwrap();
    for device in ["reader", "scanner"] {
        let table = format!("[{device}]\nport = \"/dev/nothing\"\nmodel = \"./bad.toml\"\n");
        let (config, address) = config(home.path(), &table, "null");
        let (well, said) = answer(&["--lang", "en", "check", "--config", &config]);
        assert!(
            !well && said.contains("bad.toml") && said.contains(&format!("[{device}]")),
            "{said}"
        );
        let mut lobby = Running::start(&["run", "--config", &config], &home.path().join("log"));
        lobby.serves(address);
        let said = soon("the running lobby says what is broken", || {
            let said = line(&doctor(&config), device);
            said.contains("broken").then_some(said)
        });
        assert!(said.contains("red"), "{said}");
        lobby.interrupt();
    }
}
