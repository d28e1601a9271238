//! What stands between the network and a page: host and origin checks, strict headers, time and size
//! limits, who is asking, and bodies read strictly. Whatever goes wrong leaves as a page or as JSON
//! `{code, zh, en}`, in the asker's language.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::session::{self, Flash, Session};
use super::{App, pages, words};
use crate::desk::Trouble;
use crate::domain::ids::CounterId;
use crate::domain::office::{Language, Role, Staff, Words};
use crate::domain::refusal::Refusal;

/// Bytes of a body. The longest form is a note of 500 characters, each up to 12 bytes when encoded.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// An ordinary request takes milliseconds; a desk that does not answer for so long will not answer.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);

/// The header scripts send the CSRF token in.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-lobby-csrf");

const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: with it browsers send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// A no of the console, to be put into words.
#[derive(Debug, Clone)]
pub struct No {
    /// Of HTTP.
    pub status: StatusCode,
    /// What words are looked up by.
    pub code: String,
    /// Why, in both languages.
    pub words: Words,
}

impl No {
    /// A no of the console's own.
    pub fn new(code: &'static str, status: StatusCode) -> Self {
        Self {
            status,
            code: code.to_owned(),
            words: words::of_code(code),
        }
    }

    /// The same, with something filled in.
    pub fn with(
        code: &'static str,
        status: StatusCode,
        name: &str,
        value: impl Fn(Language) -> String,
    ) -> Self {
        let mut no = Self::new(code, status);
        let hole = format!("{{{name}}}");
        no.words.zh = no.words.zh.replace(&hole, &value(Language::Chinese));
        no.words.en = no.words.en.replace(&hole, &value(Language::English));
        no
    }
}

impl From<Trouble> for No {
    fn from(trouble: Trouble) -> Self {
        let code = trouble.code();
        let status = match &trouble {
            Trouble::Refused(Refusal::NotFound) => StatusCode::NOT_FOUND,
            Trouble::Refused(Refusal::NotAllowed | Refusal::NotYours | Refusal::NotOfferedToYou) => {
                StatusCode::FORBIDDEN
            }
            Trouble::Refused(
                Refusal::UnknownMatter
                | Refusal::UnknownStaff
                | Refusal::NoteNeeded
                | Refusal::ToldNeeded
                | Refusal::Personal(_),
            ) => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::Refused(_) => StatusCode::CONFLICT,
            Trouble::Fault { .. } | Trouble::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut no = Self {
            status,
            code: code.to_owned(),
            words: words::of_code(code),
        };
        if let Trouble::Refused(Refusal::TooSoon { seconds }) = trouble {
            no.words.zh = no.words.zh.replace("{n}", &seconds.to_string());
            no.words.en = no.words.en.replace("{n}", &seconds.to_string());
        }
        no
    }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refused(refusal).into()
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let language = language_of(request.headers());
    let path = request.uri().path().to_owned();
    let wants_json = wants_json(request.headers(), &path);
    let live = path == "/events" || path.ends_with("/events") || path.ends_with("/socket");
    let mut response = match allowed(&app, &request) {
        Err(no) => no.into_response(),
        Ok(()) if live => next.run(request).await,
        Ok(()) => match tokio::time::timeout(REQUEST_LIMIT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => No::new("timeout", StatusCode::SERVICE_UNAVAILABLE).into_response(),
        },
    };
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let no = response.extensions().get::<No>().cloned().or_else(|| {
            // What axum itself refuses comes without our words.
            let typed = response
                .headers()
                .get(header::CONTENT_TYPE)
                .map(HeaderValue::as_bytes);
            let ours =
                typed.is_some_and(|it| it.starts_with(b"text/html") || it.starts_with(b"application/json"));
            (!ours).then(|| No::new(code_of(status), status))
        });
        if let Some(no) = no {
            let allow = response.headers().get(header::ALLOW).cloned();
            response = if wants_json {
                let body = serde_json::json!({ "code": no.code, "zh": no.words.zh, "en": no.words.en });
                (no.status, axum::Json(body)).into_response()
            } else if no.code == "login-needed" {
                axum::response::Redirect::to("/login?again=1").into_response()
            } else {
                pages::error_page(&app, language, &no)
            };
            if let Some(allow) = allow {
                response.headers_mut().insert(header::ALLOW, allow);
            }
        }
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if app.secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "no-page",
        StatusCode::METHOD_NOT_ALLOWED => "wrong-method",
        StatusCode::PAYLOAD_TOO_LARGE => "too-large",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        it if it.is_server_error() => "unexpected",
        _ => "bad-request",
    }
}

/// Host and origin. Without TLS the console is this machine's only, and a name that a foreign page has
/// made to point here (DNS rebinding) is not ours.
fn allowed(app: &App, request: &Request) -> Result<(), No> {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    let host = text(header::HOST)
        .or_else(|| request.uri().authority().map(|it| it.as_str()))
        .unwrap_or("");
    if !app.secure && !local_host(host) {
        return Err(No::new("wrong-host", StatusCode::MISDIRECTED_REQUEST));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = headers.contains_key(header::UPGRADE);
    if !reads || upgrades {
        let site = text(HeaderName::from_static("sec-fetch-site"));
        let foreign_site = site.is_some_and(|it| it != "same-origin" && it != "none");
        let origin = text(header::ORIGIN);
        let scheme = if app.secure { "https" } else { "http" };
        let foreign_origin = origin.is_some_and(|it| !it.eq_ignore_ascii_case(&format!("{scheme}://{host}")));
        if foreign_site || foreign_origin {
            return Err(No::new("elsewhere", StatusCode::FORBIDDEN));
        }
    }
    Ok(())
}

fn local_host(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => host.split(':').next().unwrap_or(""),
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "::1")
}

/// Whether the asker is a script.
pub fn wants_json(headers: &HeaderMap, path: &str) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|it| it.to_str().ok())
        .unwrap_or("");
    path.starts_with("/api/") || accept.starts_with("application/json")
}

/// A cookie's value.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .filter_map(|it| it.trim().split_once('='))
        .find(|it| it.0 == name)
        .map(|it| it.1)
}

/// The language of the pages: Chinese until somebody touches English.
pub fn language_of(headers: &HeaderMap) -> Language {
    cookie(headers, "lobby_language")
        .and_then(Language::from_code)
        .unwrap_or_default()
}

/// Who asks for a page, whoever it is.
#[derive(Debug, Clone)]
pub struct Asker {
    /// What they read.
    pub language: Language,
    /// The path, to come back to.
    pub path: String,
    /// Where from.
    pub address: SocketAddr,
    /// The session's token, if there is a cookie.
    pub token: Option<String>,
    /// Whether it is a script that asks.
    pub json: bool,
    /// The token in the header.
    pub csrf: Option<String>,
}

impl FromRequestParts<App> for Asker {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0);
        let csrf = parts
            .headers
            .get(&CSRF_HEADER)
            .and_then(|it| it.to_str().ok())
            .map(str::to_owned);
        Ok(Self {
            language: language_of(&parts.headers),
            path: parts
                .uri
                .path_and_query()
                .map_or("/", |it| it.as_str())
                .to_owned(),
            address: address.ok_or_else(|| No::new("unexpected", StatusCode::INTERNAL_SERVER_ERROR))?,
            token: cookie(&parts.headers, app.cookie_name()).map(str::to_owned),
            json: wants_json(&parts.headers, parts.uri.path()),
            csrf,
        })
    }
}

/// Staff who are logged in.
#[derive(Debug, Clone)]
pub struct Who {
    /// The request.
    pub asker: Asker,
    /// Of their session.
    pub token: String,
    /// Them.
    pub staff: Staff,
    /// What their forms send back.
    pub csrf: String,
    /// Where they sit.
    pub counter: Option<CounterId>,
}

impl Who {
    /// What they read.
    pub fn language(&self) -> Language {
        self.asker.language
    }

    /// Goes on only for an administrator.
    pub fn administrator(&self) -> Result<(), No> {
        if self.staff.is(Role::Administrator) {
            Ok(())
        } else {
            Err(Refusal::NotAllowed.into())
        }
    }

    /// Changes something in the session.
    pub fn session(&self, app: &App, change: impl FnOnce(&mut Session)) {
        let now_ms = app.clock.now().mono_ms;
        if let Some(session) = app.sessions().touch(&self.token, now_ms) {
            change(session);
        }
    }

    /// Tells something on the next page.
    pub fn flash(&self, app: &App, good: bool, words: Words) {
        self.session(app, |it| it.flash = Some(Flash { good, words }));
    }

    /// # Errors
    /// [`No`] unless `given` is the token of this session.
    pub fn check_csrf(&self, given: Option<&str>) -> Result<(), No> {
        match given {
            Some(given) if session::same(given, &self.csrf) => Ok(()),
            _ => Err(No::new("csrf", StatusCode::FORBIDDEN)),
        }
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let asker = Asker::from_request_parts(parts, app).await?;
        let needed = || No::new("login-needed", StatusCode::UNAUTHORIZED);
        let token = asker.token.clone().ok_or_else(needed)?;
        let now_ms = app.clock.now().mono_ms;
        let session = app.sessions().touch(&token, now_ms).cloned().ok_or_else(needed)?;
        let staff = app.office.staff(&session.staff).cloned().ok_or_else(needed)?;
        Ok(Self {
            asker,
            token,
            staff,
            csrf: session.csrf,
            counter: session.counter,
        })
    }
}

/// The fields of a form, each once.
#[derive(Debug, Clone, Default)]
pub struct Fields(HashMap<String, String>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`, strictly.
    ///
    /// # Errors
    /// [`No`] for text that is not UTF-8.
    pub fn parse(bytes: &[u8]) -> Result<Self, No> {
        let mut fields = HashMap::new();
        for pair in bytes.split(|it| *it == b'&').filter(|it| !it.is_empty()) {
            let at = pair.iter().position(|it| *it == b'=').unwrap_or(pair.len());
            let value = pair.get(at + 1..).unwrap_or_default();
            fields.insert(decode(&pair[..at])?, decode(value)?);
        }
        Ok(Self(fields))
    }

    /// A field; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field read by `read`.
    ///
    /// # Errors
    /// [`No`] if nothing was chosen or it means nothing.
    pub fn read<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, No> {
        let text = self.get(name);
        if text.is_empty() {
            return Err(No::new("choose", StatusCode::UNPROCESSABLE_ENTITY));
        }
        let wrong = || {
            No::with(
                "missing-field",
                StatusCode::UNPROCESSABLE_ENTITY,
                "detail",
                |_| name.to_owned(),
            )
        };
        read(text).ok_or_else(wrong)
    }
}

fn decode(bytes: &[u8]) -> Result<String, No> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next(), rest.next()];
                let digit = |it: Option<&u8>| it.and_then(|it| char::from(*it).to_digit(16));
                match (digit(digits[0]), digit(digits[1])) {
                    (Some(high), Some(low)) => u8::try_from(high * 16 + low).expect("two digits are a byte"),
                    _ => return Err(No::new("bad-text", StatusCode::BAD_REQUEST)),
                }
            }
            other => other,
        });
    }
    String::from_utf8(decoded).map_err(|_| No::new("bad-text", StatusCode::BAD_REQUEST))
}

/// A form of somebody logged in, with the token of their session in it.
#[derive(Debug)]
pub struct Form {
    /// Who.
    pub who: Who,
    /// What.
    pub fields: Fields,
}

impl FromRequest<App> for Form {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let fields = Fields::parse(&bytes(Request::from_parts(parts, body)).await?)?;
        let given = who.asker.csrf.as_deref().unwrap_or_else(|| fields.get("csrf"));
        who.check_csrf(Some(given))?;
        Ok(Self { who, fields })
    }
}

/// JSON of somebody logged in, with the token of their session in a header.
#[derive(Debug)]
pub struct Json<T> {
    /// Who.
    pub who: Who,
    /// What.
    pub body: T,
}

impl<T: serde::de::DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        who.check_csrf(who.asker.csrf.as_deref())?;
        let body = json(Request::from_parts(parts, body)).await?;
        Ok(Self { who, body })
    }
}

/// A request of somebody logged in that has no body, with the token of their session in a header.
#[derive(Debug)]
pub struct Confirmed(pub Who);

impl FromRequestParts<App> for Confirmed {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let who = Who::from_request_parts(parts, app).await?;
        who.check_csrf(who.asker.csrf.as_deref())?;
        Ok(Self(who))
    }
}

/// Reads JSON, and says where it is wrong.
pub async fn json<T: serde::de::DeserializeOwned>(request: Request<Body>) -> Result<T, No> {
    let typed = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok())
        .unwrap_or("");
    if !typed.starts_with("application/json") {
        return Err(No::new("not-json", StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let bytes = bytes(request).await?;
    let text = str::from_utf8(&bytes).map_err(|_| No::new("bad-text", StatusCode::BAD_REQUEST))?;
    serde_json::from_str(text).map_err(|error| {
        // serde repeats what was sent, and what was sent may be a name: only the place and the kind go back.
        let kind = match error.classify() {
            serde_json::error::Category::Data => "data",
            serde_json::error::Category::Eof => "eof",
            _ => "syntax",
        };
        let detail = format!("{kind}, line {}, column {}", error.line(), error.column());
        No::with("bad-json", StatusCode::UNPROCESSABLE_ENTITY, "detail", |_| {
            detail.clone()
        })
    })
}

/// The body, as far as it is not too large. One that is only somewhat too large is read to its end, or the
/// sender, still sending, would see a broken connection and not our words.
pub async fn bytes(request: Request<Body>) -> Result<Bytes, No> {
    let too_large = || No::new("too-large", StatusCode::PAYLOAD_TOO_LARGE);
    let bytes = axum::body::to_bytes(request.into_body(), 16 * BODY_BYTES_MAX)
        .await
        .map_err(|_| too_large())?;
    if BODY_BYTES_MAX < bytes.len() {
        return Err(too_large());
    }
    Ok(bytes)
}

/// A wait in words.
pub fn wait_in_words(ms: i64, language: Language) -> String {
    let seconds = (ms + 999) / 1000;
    if seconds < 60 {
        words::say_with("seconds", language, &[("n", seconds.to_string())])
    } else {
        words::say_with("minutes", language, &[("n", ((seconds + 59) / 60).to_string())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called_by_these_names() {
        for good in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "[::1]:8443",
            "[::1]",
        ] {
            assert!(local_host(good), "{good}");
        }
        for bad in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "[::2]:80",
            "10.0.0.1",
        ] {
            assert!(!local_host(bad), "{bad}");
        }
    }

    #[test]
    fn a_form_is_read_to_the_last_plane_and_rubbish_is_not() {
        let fields = Fields::parse("name=%F0%A0%85%A4+㛃&empty=&flag&a=b=c".as_bytes()).unwrap();
        assert_eq!(fields.get("name"), "𠅤 㛃");
        assert_eq!(
            (fields.get("empty"), fields.get("flag"), fields.get("nothing")),
            ("", "", "")
        );
        assert_eq!(fields.get("a"), "b=c");
        for rubbish in [
            &b"name=%FF"[..],
            b"name=%F0%A0",
            b"name=%zz",
            b"name=%",
            b"\xff=1",
        ] {
            assert_eq!(
                Fields::parse(rubbish).unwrap_err().code,
                "bad-text",
                "{rubbish:?}"
            );
        }
    }

    #[test]
    fn a_wait_is_told_in_words() {
        assert_eq!(wait_in_words(1, Language::Chinese), "1 秒");
        assert_eq!(wait_in_words(59_000, Language::English), "59 s");
        assert_eq!(wait_in_words(60_001, Language::Chinese), "2 分钟");
    }
}
