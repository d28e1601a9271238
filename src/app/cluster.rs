//! A throw-away PostgreSQL for demonstrations: its own cluster on a Unix socket, gone when dropped.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a cluster may take to begin.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    server: Child,
    /// Holds everything; removed at the end.
    folder: tempfile::TempDir,
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; says what to do.
    pub fn start() -> Result<Self> {
        let programs = programs().context(
            "PostgreSQL is not installed: apt-get install postgresql, or use --office-url or --no-office",
        )?;
        // Not below the home directory: PostgreSQL refuses root, and its stand-in may not look into /root.
        let folder = tempfile::Builder::new()
            .prefix("lobby-office-")
            .tempdir_in("/tmp")?;
        let data = folder.path().join("data");
        let root = rustix::process::geteuid().is_root();
        if root {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
            fs::create_dir(&data)?;
            let owner = format!("{}:", stand_in()?);
            for place in [folder.path(), data.as_path()] {
                let changed = Command::new("chown").arg(&owner).arg(place).status()?;
                if !changed.success() {
                    bail!("cannot give {} to {owner}", place.display());
                }
            }
        }
        let made = as_stand_in(&programs.join("initdb"), root)?
            .args([
                "--encoding=UTF8",
                "--locale=C",
                "--auth=trust",
                "--username=postgres",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .context("initdb")?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr).trim());
        }
        let server = as_stand_in(&programs.join("postgres"), root)?
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=20",
            ])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).context("log of the cluster")?)
            .stdin(Stdio::null())
            .spawn()
            .context("postgres")?;
        let mut cluster = Self { server, folder };
        cluster.wait_until_it_answers(&programs)?;
        Ok(cluster)
    }

    /// Where it answers, as its superuser.
    pub fn url(&self, database: &str) -> String {
        format!(
            "host={} user=postgres dbname={database}",
            self.folder.path().display()
        )
    }

    /// The folder of its socket.
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    fn wait_until_it_answers(&mut self, programs: &Path) -> Result<()> {
        let begun = Instant::now();
        loop {
            let ready = Command::new(programs.join("pg_isready"))
                .arg("-q")
                .arg("-h")
                .arg(self.folder.path())
                .status()
                .context("pg_isready")?;
            if ready.success() {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || START_LIMIT < begun.elapsed() {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                bail!(
                    "PostgreSQL does not start: {}",
                    log.lines().last().unwrap_or("no reason given")
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGQUIT ends it at once; what is in it is thrown away.
        if let Some(pid) = i32::try_from(self.server.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        }
        let _ = self.server.wait();
    }
}

/// The newest PostgreSQL's programs, where Debian puts them, else wherever the path leads.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path().join("bin"))))
        .filter(|it| it.1.join("initdb").exists() && it.1.join("postgres").exists())
        .collect();
    versions.sort();
    let installed = versions.pop().map(|it| it.1);
    installed.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|it| it.join("initdb").exists() && it.join("postgres").exists())
    })
}

/// Whoever runs PostgreSQL where we are root, which it refuses to be.
fn stand_in() -> Result<&'static str> {
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .into_iter()
        .find(|it| known.lines().any(|line| line.starts_with(&format!("{it}:"))))
        .context("PostgreSQL refuses to run as root, and there is no user postgres to run it as")
}

fn as_stand_in(program: &Path, root: bool) -> Result<Command> {
    // It ends with the lobby, however that ends.
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig=QUIT");
    if root {
        command.args([&format!("--reuid={}", stand_in()?), "--clear-groups"]);
    }
    command.arg("--").arg(program);
    // Ctrl-C is for the lobby, which then ends this; and its own folder may be closed to the stand-in.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.current_dir("/");
    Ok(command)
}
