//! The console under TLS: the program itself, the certificate it makes for itself, and a browser.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::browser::Browser;
use crate::program::{Running, free_address, said};
use crate::settings;

#[test]
fn a_box_without_a_certificate_of_the_office_makes_its_own_and_speaks_nothing_in_clear() {
    let home = tempfile::tempdir().unwrap();
    let address = free_address();
    let config = settings::write(home.path(), address);
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text.replace("# self_signed = true", "self_signed = true"),
    )
    .unwrap();
    let told = said(&["staff", "add", "linxiaoyan", "--generate", "--config", &config]);
    let password = told.lines().find_map(|it| it.strip_prefix("password: ")).unwrap();
    let mut lobby = Running::start(&["run", "--config", &config], &home.path().join("log"));
    lobby.serves(address);

    let browser = Browser::open(1280, 900);
    browser.goes(&format!("https://{address}/login"));
    browser.types("[name=staff]", "linxiaoyan");
    browser.types("[name=password]", &format!("{password}\u{E007}"));
    // Pages, the interface and the stream of events, all through TLS.
    browser.sees("body[data-connected]");
    browser.sees("[data-table=waiting]");
    let cookie = browser.runs("return document.cookie", vec![]).unwrap();
    assert_eq!(cookie, "", "the cookie of the session is out of reach of scripts");

    let mut clear = TcpStream::connect(address).unwrap();
    clear
        .write_all(b"GET /login HTTP/1.1\r\nHost: lobby\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    let _ = clear.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        !answer.contains("<html") && !answer.contains("200 OK"),
        "{answer}"
    );
    drop(browser);
    assert_eq!(lobby.interrupt().code(), Some(0));
}
