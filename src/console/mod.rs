//! The console (工作台): staff call, serve, hand over and close in a browser; the hall display; the JSON
//! interface; the remote screen.
//!
//! Pages are plain server-rendered HTML that work by keyboard and without scripts; a small script makes
//! them live. Promises: nothing is changed without a login and the token of its session; nobody sees a
//! visitor who is none of their business; whatever is sent here is answered, never lost, never a panic.
//! What may happen to a visit is decided by the desk alone.

mod api;
mod board;
mod cert;
mod display;
mod duty;
mod find;
mod guard;
mod help;
mod live;
mod matter_forms;
mod matter_pages;
mod matter_story;
mod order;
mod pages;
mod preview;
mod printer;
mod sequence;
mod session;
mod upload;
mod visit_pages;
mod watch;
mod wire;
pub mod words;
mod words_duty;
mod words_of_matters;
mod words_of_steps;
mod words_order;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum_server::tls_rustls::RustlsConfig;
use tokio::sync::{Notify, Semaphore};

use crate::clock::Clock;
use crate::desk::{DeskHandle, Reply, Request, Trouble};
use crate::domain::office::Office;
use crate::screen::ScreenLink;

pub use preview::Previews;
pub use printer::{Deed, Papers, StaffPage, Switches};
pub use session::{BadPassword, hash_password};
pub use words::of_code as words_of;

/// Whether a code of the desk has words.
pub fn knows(code: &str) -> bool {
    words::knows(&format!("refusal.{code}"))
}

/// Event streams and remote screens open at once. A browser holds one a page.
const STREAMS_MAX: usize = 128;

/// Passwords checked at once: each takes 19 MB, and the board has little.
const HASHING_MAX: usize = 2;

/// How long open pages are given to end when the console stops.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// How long a page waits to see what it has done. The desk publishes at the latest when a rush is over.
const SEEN_LIMIT: Duration = Duration::from_secs(2);

/// A client that does not finish its request head in so long is none.
const HEAD_LIMIT: Duration = Duration::from_secs(10);

/// What the console is told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is served; port 0 takes any. Loopback unless there is TLS.
    pub listen: SocketAddr,
    /// Whose certificate.
    pub tls: Tls,
    /// Where the box keeps the certificate it makes for itself.
    pub data_dir: PathBuf,
    /// Hours until a login ends.
    pub session_hours: u16,
    /// Whether the kiosk's pages are touched in the browser, at `/screen`, by this machine only: a
    /// demonstration, or a box without a panel.
    pub touch_screen: bool,
}

/// Whose certificate the console shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// None: this machine only.
    Off,
    /// One the box makes for itself.
    SelfSigned,
    /// The office's.
    Files {
        /// PEM, the chain.
        certificate: PathBuf,
        /// PEM.
        key: PathBuf,
    },
}

/// What the console is wired to.
#[derive(Debug, Clone)]
pub struct Wires {
    /// The desk.
    pub desk: DeskHandle,
    /// The office.
    pub office: Arc<Office>,
    /// The clock, for logins and waiting times.
    pub clock: Clock,
    /// The kiosk's screen, if it may be shown.
    pub screen: Option<ScreenLink>,
    /// Woken when an administrator wants the journal sent now; none where sync is off.
    pub push_now: Option<Arc<Notify>>,
    /// Prints pages for staff; none where there is no printer.
    pub papers: Option<Papers>,
    /// Draws papers as they would be printed; none where nobody wants them shown.
    pub previews: Option<Previews>,
    /// The switches of simulated devices; none but in a demonstration.
    pub switches: Option<Arc<dyn Switches>>,
}

/// Why the console cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Passwords would cross the network in clear.
    #[error(
        "console: {0} is reachable by others and TLS is off; listen on 127.0.0.1, or set a certificate \
         (tls = \"self-signed\" lets the box make one)"
    )]
    NeedsTls(SocketAddr),
    /// The address is taken or not ours.
    #[error("console: cannot listen on {address}; is another program using it? ({source})")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A certificate or key cannot be used.
    #[error(
        "console: {path} cannot be used: {why}; check that it is PEM and that certificate and key belong together"
    )]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The box's own certificate cannot be kept.
    #[error("console: cannot write {path}; check the data directory ({source})")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// What every page shares, and the office as it is arranged at the moment: a copy is made for each request,
/// and each copy takes the newest.
#[derive(Debug)]
struct App {
    shared: Arc<Shared>,
    office: Arc<Office>,
}

impl Clone for App {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            office: self.desk.snapshot().office.clone(),
        }
    }
}

#[derive(Debug)]
struct Shared {
    desk: DeskHandle,
    clock: Clock,
    screen: Option<ScreenLink>,
    push_now: Option<Arc<Notify>>,
    papers: Option<Papers>,
    previews: Option<Previews>,
    switches: Option<Arc<dyn Switches>>,
    touch_screen: bool,
    secure: bool,
    sessions: Mutex<session::Sessions>,
    gate: Mutex<session::Gate>,
    hashing: Semaphore,
    /// What an unknown person's password is compared with, so that it takes as long.
    nobody: String,
    streams: Arc<Semaphore>,
    form_key: String,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl App {
    fn sessions(&self) -> MutexGuard<'_, session::Sessions> {
        self.sessions
            .lock()
            .expect("nobody panics while holding the sessions")
    }

    fn gate(&self) -> MutexGuard<'_, session::Gate> {
        self.gate.lock().expect("nobody panics while holding the gate")
    }

    /// Asks for a change and waits until the pages can see it, so that the next page is never older than
    /// what was just done on this one.
    async fn change(&self, request: Request) -> Result<Reply, Trouble> {
        let mut snapshots = self.desk.snapshots();
        snapshots.mark_unchanged();
        let reply = self.desk.ask(request).await?;
        // A second tap with the same key has changed nothing, so there is nothing to wait for.
        if matches!(&reply, Reply::Given(given) if given.again) {
            return Ok(reply);
        }
        let _ = tokio::time::timeout(SEEN_LIMIT, snapshots.changed()).await;
        Ok(reply)
    }

    /// `__Host-`: set by this host itself, over TLS, for all of it. Without TLS browsers refuse that name.
    fn cookie_name(&self) -> &'static str {
        if self.secure { "__Host-lobby" } else { "lobby" }
    }

    fn form_cookie_name(&self) -> &'static str {
        if self.secure {
            "__Host-lobby-form"
        } else {
            "lobby-form"
        }
    }

    fn cookie(&self, name: &str, value: &str, more: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{more}")
    }
}

/// A console that has its address and is ready to be served.
#[derive(Debug)]
pub struct Console {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<(rustls::ServerConfig, String)>,
    router: Router,
}

impl Console {
    /// Takes the address and the certificate, so that mistakes show at the start.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub fn open(settings: &Settings, wires: Wires) -> Result<Self, ConsoleError> {
        if settings.tls == Tls::Off && !settings.listen.ip().is_loopback() {
            return Err(ConsoleError::NeedsTls(settings.listen));
        }
        let tls = cert::load(&settings.tls, &settings.data_dir, settings.listen)?;
        let listen = |source| ConsoleError::Listen {
            address: settings.listen,
            source,
        };
        let listener = TcpListener::bind(settings.listen).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let nobody = hash_password("nobody has this password").expect("it is long enough");
        let shared = Arc::new(Shared {
            desk: wires.desk,
            clock: wires.clock,
            screen: wires.screen,
            push_now: wires.push_now,
            papers: wires.papers,
            previews: wires.previews,
            switches: wires.switches,
            touch_screen: settings.touch_screen,
            secure: tls.is_some(),
            sessions: Mutex::new(session::Sessions::new(settings.session_hours)),
            gate: Mutex::new(session::Gate::default()),
            hashing: Semaphore::new(HASHING_MAX),
            nobody: wire::open(&nobody).to_owned(),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            form_key: session::random_hex(),
        });
        let app = App {
            shared,
            office: wires.office,
        };
        Ok(Self {
            listener,
            address,
            tls,
            router: router(app),
        })
    }

    /// Where it really listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What people open.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// SHA-256 of the certificate in hexadecimal, by which people may know the box; none without TLS.
    pub fn fingerprint(&self) -> Option<&str> {
        self.tls.as_ref().map(|it| it.1.as_str())
    }

    /// Serves until `stop` comes true.
    ///
    /// # Errors
    /// What the system says when it can serve no more.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let handle = axum_server::Handle::new();
        let stopping = handle.clone();
        tokio::spawn(async move {
            stop.await;
            stopping.graceful_shutdown(Some(STOP_LIMIT));
        });
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        match self.tls {
            None => {
                let mut server = axum_server::from_tcp(self.listener)?.handle(handle);
                limit(server.http_builder());
                server.serve(service).await
            }
            Some((config, _)) => {
                let config = RustlsConfig::from_config(Arc::new(config));
                let mut server = axum_server::from_tcp_rustls(self.listener, config)?.handle(handle);
                limit(server.http_builder());
                server.serve(service).await
            }
        }
    }
}

fn limit(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    builder
        .http1()
        .timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT);
}

/// Opens the console and serves it until `stop` comes true.
///
/// # Errors
/// [`ConsoleError`], also when the system can serve no more.
pub async fn serve(
    settings: Settings,
    wires: Wires,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ConsoleError> {
    let console = Console::open(&settings, wires)?;
    let address = console.address();
    console
        .serve(stop)
        .await
        .map_err(|source| ConsoleError::Listen { address, source })
}

/// The JSON interface, described: an OpenAPI document made from the code.
pub fn openapi() -> String {
    api::document().to_pretty_json().unwrap_or_default()
}

fn router(app: App) -> Router {
    Router::new()
        .route("/", get(pages::queue))
        .route("/login", get(pages::login).post(pages::log_in))
        .route("/logout", post(pages::log_out))
        .route("/language/{code}", get(pages::language))
        .route("/counter", get(pages::counter).post(pages::choose_counter))
        .route("/next", post(pages::next))
        .route("/find", post(find::find))
        .route("/found", get(find::found))
        .route("/register", get(pages::register).post(pages::do_register))
        .route("/presence", post(matter_pages::presence))
        .route("/visit/{id}", get(visit_pages::visit))
        .route(
            "/visit/{id}/{verb}",
            get(visit_pages::form).post(visit_pages::act),
        )
        .route("/visit/{id}/paper/{kind}", get(preview::picture))
        .route("/duty", get(duty::page))
        .route("/duty/{verb}", post(duty::act))
        .route("/duty/import/{what}", post(duty::import))
        .route("/duty/file/{name}", get(duty::file))
        .route("/route", get(duty::route))
        .route("/printer", get(printer::page))
        .route("/printer/roll", post(printer::new_roll))
        .route("/printer/test", post(printer::test))
        .route("/printer/day", post(printer::day))
        .route("/faults", get(printer::faults).post(printer::switch))
        .route("/waits", get(order::waits))
        .route("/admin", get(pages::admin))
        .route("/admin/password", post(pages::set_password))
        .route("/admin/push", post(pages::push))
        .route("/admin/screen", get(watch::admin_page))
        .route("/admin/screen/socket", get(watch::admin_socket))
        .route("/screen", get(watch::touch_page))
        .route("/screen/socket", get(watch::touch_socket))
        .route("/help/{verb}", post(help::answer))
        .route("/events", get(live::events))
        .route("/display", get(display::page))
        .route("/display/events", get(display::events))
        .route("/static/{name}", get(pages::asset))
        .merge(api::router())
        .fallback(pages::nothing_here)
        .layer(DefaultBodyLimit::max(guard::BODY_BYTES_MAX))
        .layer(axum::middleware::from_fn_with_state(app.clone(), guard::dress))
        .with_state(app)
}
