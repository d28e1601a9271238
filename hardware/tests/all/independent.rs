//! The simulated printer as another program sees it: python-escpos over a real pty.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use hardware::simulator::Fault;
use hardware::simulator::pty::serve;

use crate::slips::zbar;
use crate::support::profile;

/// The Python that has python-escpos: where `deploy/test.sh` says, or puts it.
fn python() -> PathBuf {
    let cache = || {
        let folder = |name: &str| {
            std::env::var_os(name)
                .filter(|it| !it.is_empty())
                .map(PathBuf::from)
        };
        folder("LOBBY_CACHE")
            .or_else(|| folder("XDG_CACHE_HOME").map(|it| it.join("lobby")))
            .or_else(|| folder("HOME").map(|it| it.join(".cache/lobby")))
            .expect("a home")
    };
    let python = std::env::var_os("LOBBY_TEST_PYTHON")
        .map_or_else(|| cache().join("python-escpos/bin/python"), PathBuf::from);
    assert!(
        python.exists(),
        "{} is not there: `sh deploy/test.sh` installs python-escpos, which this test needs",
        python.display()
    );
    python
}

struct Client {
    child: Child,
    asks: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Client {
    fn says(&mut self, asked: &str) -> String {
        writeln!(self.asks, "{asked}").expect("the client listens");
        let mut line = String::new();
        self.says.read_line(&mut line).expect("the client answers");
        line.trim_end().to_owned()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn python_escpos_reads_the_simulated_printer_right_and_prints_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("printer");
    let simulator = serve(&link, folder.path(), profile("generic-80"), 38_400, []).expect("a pty");
    let mut child = Command::new(python())
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/independent.py"))
        .arg(&link)
        .arg("38400")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let asks = child.stdin.take().expect("piped");
    let says = BufReader::new(child.stdout.take().expect("piped"));
    let mut client = Client { child, asks, says };
    // 2 is plenty, 1 near the end, 0 none.
    assert_eq!(client.says("status"), "online 2");
    for (fault, said) in [
        (Fault::NearEnd, "online 1"),
        (Fault::NoPaper, "offline 0"),
        (Fault::CoverOpen, "offline 2"),
        (Fault::CutterStuck, "offline 2"),
        (Fault::HeadHot, "offline 2"),
        (Fault::Offline, "offline 2"),
    ] {
        simulator.set_fault(fault, true);
        assert_eq!(client.says("status"), said, "{fault:?}");
        simulator.set_fault(fault, false);
        assert_eq!(client.says("status"), "online 2", "{fault:?} is over");
    }
    assert_eq!(client.says("print"), "sent");
    let slip = simulator
        .slips
        .recv_timeout(Duration::from_secs(20))
        .expect("a slip");
    assert!(
        slip.text.contains("A023") && slip.text.contains("张三 民政办"),
        "{}",
        slip.text
    );
    assert_eq!(zbar(&slip.png), "https://lobby.example.org/v/A023");
}
