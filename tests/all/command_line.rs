//! Whatever is typed wrong, or sent to the control socket, is told in words, in both languages, and harms nothing.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::program::{Running, free_address, lobby, run, soon};
use crate::settings;

/// Runs it; it must end with 1 and say these words, and something in Chinese. All it said.
fn refused(arguments: &[&str], words: &[&str]) -> String {
    let output = run(arguments);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let said = format!("{out}{err}");
    assert_eq!(output.status.code(), Some(1), "lobby {arguments:?}\n{said}");
    assert!(!said.contains("panicked"), "lobby {arguments:?}\n{said}");
    for word in words {
        assert!(
            said.contains(word),
            "lobby {arguments:?} does not say {word:?}:\n{said}"
        );
    }
    assert!(
        err.chars().any(|it| ('一'..='龥').contains(&it)),
        "lobby {arguments:?} says no Chinese:\n{said}"
    );
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_demonstration_asked_for_in_the_wrong_way_says_what_there_is() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let demo = |more: &[&str], words: &[&str]| {
        let arguments = [
            &[
                "demo",
                "--no-office",
                "--screen",
                "headless",
                "--data",
                text(&data),
            ],
            more,
        ]
        .concat();
        refused(&arguments, words);
    };
    demo(&["--fault", "paper-jam"], &["paper-jam", "no-paper", "hang-up"]);
    demo(&["--profile", "laser"], &["laser", "generic-80"]);
    for size in [
        "",
        "x",
        "1080",
        "1080x",
        "0x0",
        "-1x5",
        "99999x99999",
        "1080×1920",
        "𠅤x㛃",
    ] {
        demo(&[&format!("--size={size}")], &["1080x1920", "480 to 4096"]);
    }
    let nowhere = [
        "demo",
        "--screen",
        "headless",
        "--data",
        text(&data),
        "--office-url",
        "somewhere",
    ];
    refused(&nowhere, &["office database"]);
    refused(
        &["demo", "--data", "/proc/lobby", "--no-office"],
        &["/proc/lobby"],
    );
    refused(
        &["printer", "--link", "/nowhere/at/all", "--out", text(home.path())],
        &["/nowhere/at/all"],
    );
    refused(
        &[
            "printer",
            "--link",
            text(&home.path().join("link")),
            "--out",
            "/proc/slips",
        ],
        &["/proc/slips"],
    );
}

#[test]
fn settings_that_are_none_are_named() {
    let home = tempfile::tempdir().unwrap();
    let missing = home.path().join("nowhere.toml");
    let rubbish = home.path().join("rubbish.toml");
    std::fs::write(&rubbish, b"\xff\xfe\x00[office").unwrap();
    for path in [missing.as_path(), home.path(), &rubbish] {
        for command in [
            &["run"][..],
            &["check"],
            &["sync"],
            &["print-test"],
            &["doctor"],
            &["journal", "verify"],
        ] {
            let arguments = [command, &["--config", text(path)]].concat();
            refused(&arguments, &[text(path)]);
        }
    }
}

#[test]
fn what_the_settings_do_not_have_cannot_be_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let config = settings::write(home.path(), free_address());
    refused(
        &["staff", "add", "nobody-𠅤", "--generate", "--config", &config],
        &["nobody-𠅤", "roster.toml"],
    );
    refused(
        &["staff", "password", "chenjing", "--generate", "--config", &config],
        &["lobby staff add"],
    );
    refused(&["sync", "--once", "--config", &config], &["[sync]"]);
    let without = std::fs::read_to_string(&config)
        .unwrap()
        .replace("enabled = true", "enabled = false");
    std::fs::write(&config, without).unwrap();
    refused(&["print-test", "--config", &config], &["there is no printer"]);
    let elsewhere = tempfile::tempdir().unwrap();
    let empty = settings::write(elsewhere.path(), free_address());
    refused(&["journal", "export", "--config", &empty], &["lobby.db"]);
}

#[test]
fn rubbish_in_the_control_socket_harms_nothing() {
    let home = tempfile::tempdir().unwrap();
    let address = free_address();
    let config = settings::write(home.path(), address);
    let mut lobby = Running::start(&["run", "--config", &config], &home.path().join("log"));
    lobby.serves(address);
    let socket = home.path().join("data/control.sock");
    let ask = |order: &[u8]| {
        let mut stream = soon("the socket answers", || UnixStream::connect(&socket).ok());
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // It need not take all of what is too long.
        let _ = stream.write_all(order);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    };
    let huge = [b'x'; 1_000_000];
    for rubbish in [
        &b""[..],
        b"\n",
        b"{}\n",
        b"not json\n",
        b"\xff\xfe\x00\n",
        b"{\"do\":\"reboot\"}\n",
        b"{\"do\":\"set-account\",\"staff\":\"chenjing\"}\n",
        b"{\"do\":\"accounts\"}",
        &huge,
    ] {
        let answer = ask(rubbish);
        assert!(
            answer.contains("bad-order"),
            "{:?}: {answer}",
            String::from_utf8_lossy(&rubbish[..rubbish.len().min(40)])
        );
    }
    // Somebody who hangs on the line keeps nobody else from it.
    let _hangs = UnixStream::connect(&socket).unwrap().write_all(b"{\"do\":");
    assert!(ask(b"{\"do\":\"status\"}\n").contains("\"ok\":true"));
    let order = b"{\"do\":\"set-account\",\"staff\":\"nobody\",\"hash\":\"x\"}\n";
    assert!(ask(order).contains("unknown-staff"));
    let said = lobby.said();
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(lobby.interrupt().code(), Some(0));
    assert!(!socket.exists());
}

/// Settings with a screen one would see, and no display to see it on.
fn with_a_window(home: &Path) -> String {
    let config = settings::write(home, free_address());
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replace("mode = \"headless\"", "mode = \"window\"");
    std::fs::write(&config, text).unwrap();
    config
}

#[test]
fn a_lobby_that_cannot_run_begins_anew_as_nothing_but_the_page_that_says_so() {
    for spoilt in ["roster.toml", "data"] {
        let home = tempfile::tempdir().unwrap();
        let config = with_a_window(home.path());
        // Settings with a mistake, or a data directory that is none.
        std::fs::write(home.path().join(spoilt), "nothing of the kind").unwrap();
        let output = lobby(&["run", "--config", &config])
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let ends: Vec<&str> = said.lines().filter(|it| it.starts_with("lobby: ")).collect();
        assert!(!output.status.success());
        // The first process said why; the second had the windowing system to itself, and found none here.
        assert_eq!(ends.len(), 2, "{said}");
        assert!(ends[1].contains("cannot open the screen"), "{said}");
    }
}
