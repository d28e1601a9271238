//! A real PostgreSQL for tests: the cluster `LOBBY_TEST_POSTGRES` names (a libpq address of a superuser
//! over a Unix socket), else a throw-away one of this process. Each test has its own database in it.
//!
//! PostgreSQL refuses to run as root, so root starts it as the user `postgres`. A small shell waits on a
//! pipe and stops the cluster when this process is gone, however it went.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use lobby::sync::link::{Link, LinkSettings};
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

/// Runs `talk` to its end on this thread.
pub fn now<T>(talk: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(talk)
}

/// Where a server listens and who rules it.
#[derive(Debug, Clone)]
pub struct Server {
    /// The directory of its socket.
    pub socket: PathBuf,
    /// Names the socket file, and the TCP port where there is one.
    pub port: u16,
    /// A superuser.
    pub superuser: String,
}

impl Server {
    /// The server all tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<(Server, Option<Cluster>)> = OnceLock::new();
        &SHARED
            .get_or_init(|| match std::env::var("LOBBY_TEST_POSTGRES") {
                Ok(url) => (Self::at(&url), None),
                Err(_) => {
                    let cluster = Cluster::start();
                    (cluster.server.clone(), Some(cluster))
                }
            })
            .0
    }

    fn at(url: &str) -> Self {
        let config: Config = url.parse().expect("LOBBY_TEST_POSTGRES is a libpq address");
        let socket = match config.get_hosts() {
            [tokio_postgres::config::Host::Unix(path)] => path.clone(),
            _ => panic!("LOBBY_TEST_POSTGRES names one Unix socket"),
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        Self {
            socket,
            port,
            superuser: config.get_user().unwrap_or("postgres").to_owned(),
        }
    }

    /// The address of `database` for `login`.
    pub fn url(&self, login: &str, database: &str) -> String {
        format!(
            "host={} port={} user={login} dbname={database}",
            self.socket.display(),
            self.port
        )
    }

    /// A session of `login` in `database`; must be inside [`now`].
    pub async fn client(&self, login: &str, database: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url(login, database), NoTls)
            .await
            .unwrap();
        tokio::spawn(async move {
            let _ = connection.await;
        });
        client
    }
}

/// A database of one test; dropped with it.
pub struct Database {
    /// Where it is.
    pub server: Server,
    /// What it is called.
    pub name: String,
}

impl Database {
    /// A new, empty one on the shared server.
    pub fn new() -> Self {
        Self::on(Server::shared())
    }

    /// A new, empty one on `server`.
    pub fn on(server: &Server) -> Self {
        let name = format!("office_{}", Uuid::new_v4().simple());
        now(async {
            let client = server.client(&server.superuser, "postgres").await;
            client
                .batch_execute(&format!(
                    "create database {name} encoding 'UTF8' template template0"
                ))
                .await
        })
        .unwrap();
        Self {
            server: server.clone(),
            name,
        }
    }

    /// The address for `login`.
    pub fn url(&self, login: &str) -> String {
        self.server.url(login, &self.name)
    }

    /// The way there for `login`.
    pub fn link(&self, login: &str) -> Link {
        Link::new(&LinkSettings {
            url: self.url(login),
            ..LinkSettings::default()
        })
        .unwrap()
    }

    /// The way there for the superuser.
    pub fn owner(&self) -> Link {
        self.link(&self.server.superuser)
    }

    /// Runs `sql` as `login`; the first cell of each row as text, or the SQLSTATE of the refusal.
    pub fn ask_as(&self, login: &str, sql: &str) -> Result<Vec<String>, String> {
        // On a thread of its own, since a test may ask in the middle of a load.
        let asking = || now(self.asked_as(login, sql));
        std::thread::scope(|scope| scope.spawn(asking).join().unwrap())
    }

    async fn asked_as(&self, login: &str, sql: &str) -> Result<Vec<String>, String> {
        let client = self.server.client(login, &self.name).await;
        let messages = client.simple_query(sql).await.map_err(|error| {
            error
                .code()
                .map_or_else(|| error.to_string(), |it| it.code().to_owned())
        })?;
        let cells = messages.iter().filter_map(|it| match it {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|it| row.get(it).unwrap_or("-"))
                    .collect::<Vec<_>>()
                    .join(" | "),
            ),
            _ => None,
        });
        Ok(cells.collect())
    }

    /// [`Database::ask_as`] as the superuser, who is refused nothing.
    pub fn ask(&self, sql: &str) -> Vec<String> {
        self.ask_as(&self.server.superuser, sql)
            .unwrap_or_else(|code| panic!("{code}: {sql}"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (&self.server, &self.name);
        // The server may be the one a test has stopped.
        let dropping = async {
            let (client, connection) =
                tokio_postgres::connect(&server.url(&server.superuser, "postgres"), NoTls).await?;
            tokio::spawn(connection);
            client
                .batch_execute(&format!("drop database if exists {name} with (force)"))
                .await
        };
        let _ = now(dropping);
    }
}

/// A cluster of one test's own, to be stopped, or to listen on the network with TLS.
pub struct Cluster {
    /// Where it listens.
    pub server: Server,
    home: PathBuf,
    /// Lets the cluster go when its standard input ends.
    warden: Child,
}

impl Cluster {
    /// Starts one on a Unix socket only, where every login is trusted.
    pub fn start() -> Self {
        Self::start_with("", |_| {})
    }

    /// Starts one with further settings, after `prepare` has put files into its data directory.
    pub fn start_with(settings: &str, prepare: impl FnOnce(&Path)) -> Self {
        let home =
            std::env::temp_dir().join(format!("lobby-pg-{}", &Uuid::new_v4().simple().to_string()[..12]));
        fs::create_dir(&home).unwrap();
        fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).unwrap();
        let owner = unprivileged();
        if let Some(Account { uid, gid, .. }) = owner {
            chown(&home, Some(uid), Some(gid)).unwrap();
        }
        // As a server of an office would be, but without waiting for the disk: only a power cut would show.
        run(bare("initdb").arg("-D").arg(home.join("data")).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]));
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nfsync = off\n{settings}\n",
            home.display()
        );
        let data = home.join("data");
        fs::write(home.join("settings"), settings).unwrap();
        let own = fs::read_to_string(data.join("postgresql.conf")).unwrap();
        let own = format!("{own}\ninclude '{}'\n", home.join("settings").display());
        fs::write(data.join("postgresql.conf"), own).unwrap();
        prepare(&data);
        if let Some(Account { uid, gid, .. }) = owner {
            for file in fs::read_dir(&data).unwrap() {
                chown(file.unwrap().path(), Some(uid), Some(gid)).unwrap();
            }
        }
        let stop = "read -r gone; \"$0\" -D \"$1/data\" -m immediate stop >/dev/null 2>&1; rm -rf \"$1\"";
        let warden = as_unprivileged(Path::new("/bin/sh"))
            .args(["-c", stop])
            .arg(binary("pg_ctl"))
            .arg(&home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Server {
            socket: home.clone(),
            port: 5432,
            superuser: "postgres".to_owned(),
        };
        let cluster = Self { server, home, warden };
        cluster.start_again();
        cluster
    }

    /// Starts it after [`Cluster::stop_at_once`].
    pub fn start_again(&self) {
        run(bare("pg_ctl")
            .arg("-D")
            .arg(self.home.join("data"))
            .arg("-l")
            .arg(self.home.join("log"))
            .args(["--wait", "--silent", "start"]));
    }

    /// Stops it as a power cut would: no goodbye to anybody.
    pub fn stop_at_once(&self) {
        run(bare("pg_ctl").arg("-D").arg(self.home.join("data")).args([
            "-m",
            "immediate",
            "--silent",
            "stop",
        ]));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.warden.stdin.take());
        let _ = self.warden.wait();
    }
}

#[derive(Clone, Copy)]
struct Account {
    name: &'static str,
    uid: u32,
    gid: u32,
}

/// Who runs PostgreSQL if we are root.
fn unprivileged() -> Option<Account> {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let root = status
        .lines()
        .any(|it| it.starts_with("Uid:") && it.split_whitespace().nth(2) == Some("0"));
    if !root {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &'static str| {
        let line = accounts.lines().find(|it| it.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(Account {
            name,
            uid: fields.next()?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    };
    Some(
        find("postgres")
            .or_else(|| find("nobody"))
            .expect("there is a user postgres or nobody"),
    )
}

fn as_unprivileged(program: &Path) -> Command {
    let mut command = match unprivileged() {
        Some(account) => {
            let mut command = Command::new("setpriv");
            let (user, group) = (
                format!("--reuid={}", account.name),
                format!("--regid={}", account.gid),
            );
            command
                .args([user, group, "--clear-groups".to_owned()])
                .arg("setsid");
            command
        }
        None => Command::new("setsid"),
    };
    command.arg(program).current_dir("/").env("LC_ALL", "C.UTF-8");
    command
}

fn bare(name: &str) -> Command {
    as_unprivileged(&binary(name))
}

fn run(command: &mut Command) {
    // Into a file and not a pipe: the server inherits it and would hold the pipe open.
    let out = tempfile::tempfile().unwrap();
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone().unwrap())
        .stderr(out.try_clone().unwrap());
    let status = command.status().unwrap();
    if !status.success() {
        use std::io::{Read, Seek};
        let (mut out, mut text) = (out, String::new());
        out.rewind().unwrap();
        out.read_to_string(&mut text).unwrap();
        panic!("{command:?}: {status}\n{text}");
    }
}

/// The newest PostgreSQL Debian has installed, or the one on the path.
fn binary(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| {
            Some((
                it.file_name().to_str()?.parse().ok()?,
                it.path().join("bin").join(name),
            ))
        })
        .filter(|it| it.1.exists())
        .collect();
    found.sort();
    found.pop().map_or_else(|| PathBuf::from(name), |it| it.1)
}
