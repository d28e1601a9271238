//! The real program `lobby`, as its own process.

use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// What anything may take on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(90);

/// Looks until there is something to see.
pub fn soon<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(LIMIT, what, look)
}

/// [`soon`], with a limit of its own.
pub fn within<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < limit, "in {limit:?} not: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An address of this machine nobody listens at.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The program, not started yet. It speaks English and does not see our display.
pub fn lobby(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lobby"));
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("DISPLAY")
        .env_remove("LOBBY_LOG");
    command.env("LC_ALL", "en_GB.UTF-8");
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    lobby(arguments).output().unwrap()
}

/// Runs the program to its end, which must be good: what it said.
pub fn said(arguments: &[&str]) -> String {
    let output = run(arguments);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success(),
        "lobby {arguments:?}: {}\n{out}{err}",
        output.status
    );
    out.into_owned()
}

/// The program, running. It ends with the test.
pub struct Running {
    child: Child,
    /// Where what it says goes.
    pub log: PathBuf,
}

impl Running {
    /// Starts it; what it says goes into `log`, after what stands there.
    pub fn start(arguments: &[&str], log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).unwrap();
        let child = lobby(arguments)
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        Self {
            child,
            log: log.to_owned(),
        }
    }

    /// All it has said.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it serves the console.
    pub fn serves(&mut self, address: SocketAddr) {
        soon("the console answers", || {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "the lobby has ended by itself:\n{}", self.said());
            TcpStream::connect(address).ok()
        });
    }

    fn tell(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id())
            .ok()
            .and_then(Pid::from_raw)
            .unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Ctrl-C, and how it then ended.
    pub fn interrupt(mut self) -> ExitStatus {
        self.tell(Signal::INT);
        soon("it ends", || self.child.try_wait().unwrap())
    }

    /// As the power goes: `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let said = std::fs::read_to_string(&self.log).unwrap_or_default();
            let mut last: Vec<&str> = said.lines().rev().take(30).collect();
            last.reverse();
            // The test's own output, shown with its failure.
            #[expect(clippy::print_stderr, reason = "shown only with a failure")]
            {
                eprintln!("the lobby said last:\n{}", last.join("\n"));
            }
        }
    }
}
