//! A file sent by a form: `multipart/form-data` of a browser, with the token of the session in it. Small
//! enough to be read here: a file and a few short fields, all in memory.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::{Request, StatusCode, header};

use super::App;
use super::guard::{No, Who};
use crate::tables::BYTES_MAX;

/// A file somebody sent.
#[derive(Debug)]
pub struct Upload {
    /// Who.
    pub who: Who,
    /// What they call it.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What stands around a file.
const WRAPPING_BYTES: usize = 64 * 1024;

/// Letters of a file's name that are repeated to its sender.
const NAME_CHARS: usize = 80;

impl FromRequest<App> for Upload {
    type Rejection = No;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, No> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let too_large = |_| No::new("too-large", StatusCode::PAYLOAD_TOO_LARGE);
        let bytes = axum::body::to_bytes(body, BYTES_MAX + WRAPPING_BYTES)
            .await
            .map_err(too_large)?;
        let typed = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|it| it.to_str().ok());
        let no_file = || No::new("no-file", StatusCode::UNPROCESSABLE_ENTITY);
        let boundary = typed.and_then(boundary).ok_or_else(no_file)?;
        let parts = pieces(&bytes, &boundary);
        let field = |name: &str| parts.iter().find(|it| it.name == name);
        let token = field("csrf").and_then(|it| str::from_utf8(it.bytes).ok());
        who.check_csrf(who.asker.csrf.as_deref().or(token))?;
        let file = field("file")
            .filter(|it| !it.bytes.is_empty())
            .ok_or_else(no_file)?;
        let name: String = file
            .file
            .chars()
            .filter(|it| !it.is_control())
            .take(NAME_CHARS)
            .collect();
        Ok(Self {
            name: if name.is_empty() { "file".to_owned() } else { name },
            bytes: file.bytes.to_vec(),
            who,
        })
    }
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'b> {
    name: String,
    file: String,
    bytes: &'b [u8],
}

/// What separates the fields.
fn boundary(typed: &str) -> Option<Vec<u8>> {
    let (kind, rest) = typed.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = rest
        .split(';')
        .find_map(|it| it.trim().strip_prefix("boundary="))?;
    let value = value.trim_matches('"');
    let good = (1..=70).contains(&value.len());
    good.then(|| format!("--{value}").into_bytes())
}

/// The fields of a body. What is not formed like one is passed over.
fn pieces<'b>(body: &'b [u8], boundary: &[u8]) -> Vec<Piece<'b>> {
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(at) = find(&body[from..], boundary) {
        marks.push(from + at);
        from += at + boundary.len();
    }
    let spans = marks.windows(2).map(|it| &body[it[0] + boundary.len()..it[1]]);
    spans.filter_map(piece).collect()
}

fn piece(raw: &[u8]) -> Option<Piece<'_>> {
    let raw = raw.strip_prefix(b"\r\n")?.strip_suffix(b"\r\n")?;
    let end = find(raw, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&raw[..end]);
    let disposition = head
        .lines()
        .find(|it| it.to_ascii_lowercase().starts_with("content-disposition:"))?;
    Some(Piece {
        name: parameter(disposition, "name")?,
        file: parameter(disposition, "filename").unwrap_or_default(),
        bytes: &raw[end + 4..],
    })
}

/// `name` of `form-data; name="file"; filename="a.csv"`.
fn parameter(disposition: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let from = disposition.find(&start)? + start.len();
    let value = &disposition[from..];
    Some(value[..value.find('"')?].to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|it| it == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n\
        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\
        Content-Type: text/csv\r\n\r\none\r\n\r\ntwo\r\n\r\n--x--\r\n";

    #[test]
    fn a_form_with_a_file_is_read_as_browsers_write_it() {
        let boundary = boundary("multipart/form-data; boundary=x").unwrap();
        let pieces = pieces(BODY, &boundary);
        assert_eq!((pieces[0].name.as_str(), pieces[0].bytes), ("csrf", &b"abc"[..]));
        assert_eq!(
            (pieces[1].file.as_str(), pieces[1].bytes),
            ("a.csv", &b"one\r\n\r\ntwo\r\n"[..])
        );
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn half_a_form_is_no_panic() {
        for end in 0..BODY.len() {
            pieces(&BODY[..end], b"--x");
            pieces(&BODY[end..], b"--x");
        }
        for typed in [
            "",
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"\"",
        ] {
            assert!(boundary(typed).is_none(), "{typed}");
        }
    }
}
