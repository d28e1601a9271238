//! The kiosk's screen in the browser: touched by this machine where the box has no panel, or watched,
//! veiled and on record, by an administrator who helps from the desk.
//!
//! Over the socket go pictures: four big-endian 16-bit numbers (width and height of the whole, left and
//! top of the piece) and the piece as PNG; the whole first, then what changed. Back come touches as JSON.

use std::net::SocketAddr;
use std::time::Duration;

use askama::Template;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot, watch};

use super::guard::{Asker, No, Who};
use super::pages::{Frame, html};
use super::{App, live};
use crate::desk::{DeskHandle, Request};
use crate::domain::ids::StaffId;
use crate::screen::{Picture, Touch, TouchKind};

/// Height of the stripes in which changes are looked for, pixels.
const STRIPE: u32 = 64;

/// The least time between two of an administrator's pictures.
const VEILED_EVERY: Duration = Duration::from_millis(500);

/// How many times longer than it took to make one picture the kiosk is left to its visitor before the next.
const LEFT_ALONE: u32 = 4;

/// Bytes of a touch.
const TOUCH_BYTES_MAX: usize = 256;

#[derive(Template)]
#[template(path = "screen.html")]
struct ScreenPage<'a> {
    f: Frame<'a>,
    socket: &'static str,
    touch: bool,
}

fn touchable(
    app: &App,
    address: SocketAddr,
) -> Result<(watch::Receiver<Option<Picture>>, mpsc::Sender<Touch>), No> {
    let screen = app
        .screen
        .as_ref()
        .filter(|_| app.touch_screen && address.ip().to_canonical().is_loopback());
    screen
        .and_then(|it| Some((it.pictures.clone()?, it.touches.clone()?)))
        .ok_or_else(|| No::new("no-screen", StatusCode::NOT_FOUND))
}

/// `/screen`
pub async fn touch_page(State(app): State<App>, asker: Asker) -> Result<Response, No> {
    touchable(&app, asker.address)?;
    let f = Frame::public(&app, &asker, "screen.title");
    Ok(html(&ScreenPage {
        f,
        socket: "/screen/socket",
        touch: true,
    }))
}

/// `/screen/socket`
pub async fn touch_socket(
    State(app): State<App>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, No> {
    let (pictures, touches) = touchable(&app, address)?;
    let permit = live::permit(&app)?;
    Ok(upgrade
        .max_message_size(TOUCH_BYTES_MAX)
        .on_upgrade(async move |socket| {
            show(socket, pictures, touches).await;
            drop(permit);
        }))
}

/// `/admin/screen`
pub async fn admin_page(State(app): State<App>, who: Who) -> Result<Response, No> {
    who.administrator()?;
    if app.screen.is_none() {
        return Err(No::new("no-screen", StatusCode::NOT_FOUND));
    }
    let f = Frame::of(&app, &who, "screen.title", "admin");
    Ok(html(&ScreenPage {
        f,
        socket: "/admin/screen/socket",
        touch: false,
    }))
}

/// `/admin/screen/socket`
pub async fn admin_socket(
    State(app): State<App>,
    who: Who,
    upgrade: WebSocketUpgrade,
) -> Result<Response, No> {
    who.administrator()?;
    let screen = app
        .screen
        .clone()
        .ok_or_else(|| No::new("no-screen", StatusCode::NOT_FOUND))?;
    let permit = live::permit(&app)?;
    Ok(upgrade
        .max_message_size(TOUCH_BYTES_MAX)
        .on_upgrade(async move |socket| {
            // On record before the first picture, and the end of it however the socket ends.
            let by = who.staff.id.clone();
            if app
                .desk
                .ask(Request::Watch {
                    by: by.clone(),
                    began: true,
                })
                .await
                .is_ok()
            {
                let watching = Watching {
                    desk: app.desk.clone(),
                    by,
                };
                look(&app, &who, socket, screen.veiled).await;
                drop(watching);
            }
            drop(permit);
        })
        .into_response())
}

struct Watching {
    desk: DeskHandle,
    by: StaffId,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let (desk, by) = (self.desk.clone(), self.by.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { desk.ask(Request::Watch { by, began: false }).await });
        }
    }
}

async fn show(
    mut socket: WebSocket,
    mut pictures: watch::Receiver<Option<Picture>>,
    touches: mpsc::Sender<Touch>,
) {
    pictures.mark_changed();
    let mut sent: Option<Picture> = None;
    loop {
        tokio::select! {
            changed = pictures.changed() => {
                if changed.is_err() {
                    return;
                }
                let picture = pictures.borrow_and_update().clone();
                if let Some(picture) = picture
                    && send(&mut socket, &mut sent, picture).await.is_err()
                {
                    return;
                }
            }
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if let Some(touch) = touch(&text, sent.as_ref()) {
                        // As under a palm: what the screen cannot take is dropped.
                        let _ = touches.try_send(touch);
                    }
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            }
        }
    }
}

async fn look(app: &App, who: &Who, mut socket: WebSocket, veiled: mpsc::Sender<oneshot::Sender<Picture>>) {
    let mut pause = Duration::ZERO;
    let mut sent: Option<Picture> = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {
                let asked = app.clock.now().mono_ms;
                if !app.sessions().alive(&who.token, app.clock.now().mono_ms) {
                    return;
                }
                let (reply, picture) = oneshot::channel();
                if veiled.send(reply).await.is_err() {
                    return;
                }
                let picture = picture.await;
                let took = app.clock.now().mono_ms - asked;
                pause = VEILED_EVERY.max(Duration::from_millis(took.unsigned_abs()) * LEFT_ALONE);
                let Ok(picture) = picture else { continue };
                if send(&mut socket, &mut sent, picture).await.is_err() {
                    return;
                }
            }
            // Whatever an administrator's page sends is not a finger.
            message = socket.recv() => match message {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            }
        }
    }
}

async fn send(
    socket: &mut WebSocket,
    sent: &mut Option<Picture>,
    picture: Picture,
) -> Result<(), axum::Error> {
    let before = sent.take();
    let after = picture.clone();
    let pieces = tokio::task::spawn_blocking(move || pieces(before.as_ref(), &after))
        .await
        .unwrap_or_default();
    *sent = Some(picture);
    for piece in pieces {
        socket.send(Message::Binary(piece.into())).await?;
    }
    Ok(())
}

/// A rectangle of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

fn pieces(before: Option<&Picture>, after: &Picture) -> Vec<Vec<u8>> {
    changed(before, after)
        .into_iter()
        .filter_map(|it| encode(after, it))
        .collect()
}

/// What differs, in stripes of the height of a line of text; neighbours are joined.
fn changed(before: Option<&Picture>, after: &Picture) -> Vec<Piece> {
    let whole = Piece {
        left: 0,
        top: 0,
        width: after.width,
        height: after.height,
    };
    let bytes = after.width as usize * 3;
    if bytes == 0 || after.rgb.len() != bytes * after.height as usize {
        return Vec::new();
    }
    let same_size = |it: &&Picture| (it.width, it.height) == (after.width, after.height);
    let Some(before) = before.filter(same_size) else {
        return vec![whole];
    };
    let mut found: Vec<Piece> = Vec::new();
    let mut top = 0;
    while top < after.height {
        let height = STRIPE.min(after.height - top);
        let mut span: Option<(usize, usize)> = None;
        for row in top..top + height {
            let at = row as usize * bytes;
            let (old, new) = (&before.rgb[at..at + bytes], &after.rgb[at..at + bytes]);
            if old == new {
                continue;
            }
            let differs = |column: &usize| old[column * 3..column * 3 + 3] != new[column * 3..column * 3 + 3];
            let columns = after.width as usize;
            let first = (0..columns).find(differs).unwrap_or(0);
            let last = (0..columns).rev().find(differs).unwrap_or(columns - 1);
            span = Some(span.map_or((first, last), |it| (it.0.min(first), it.1.max(last))));
        }
        if let Some((first, last)) = span {
            let (left, right) = (first as u32, last as u32 + 1);
            match found.last_mut().filter(|it| it.top + it.height == top) {
                Some(above) => {
                    let (most_left, most_right) =
                        (above.left.min(left), (above.left + above.width).max(right));
                    *above = Piece {
                        left: most_left,
                        top: above.top,
                        width: most_right - most_left,
                        height: above.height + height,
                    };
                }
                None => found.push(Piece {
                    left,
                    top,
                    width: right - left,
                    height,
                }),
            }
        }
        top += height;
    }
    found
}

fn encode(picture: &Picture, piece: Piece) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    for number in [picture.width, picture.height, piece.left, piece.top] {
        message.extend(u16::try_from(number).ok()?.to_be_bytes());
    }
    let mut rows = Vec::with_capacity((piece.width * piece.height * 3) as usize);
    for row in piece.top..piece.top + piece.height {
        let at = (row as usize * picture.width as usize + piece.left as usize) * 3;
        rows.extend_from_slice(&picture.rgb[at..at + piece.width as usize * 3]);
    }
    let mut encoder = png::Encoder::new(&mut message, piece.width, piece.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rows).ok()?;
    writer.finish().ok()?;
    Some(message)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TouchForm {
    kind: String,
    x: f32,
    y: f32,
}

/// A touch as sent by the page; none for rubbish or a place outside the picture.
fn touch(text: &str, picture: Option<&Picture>) -> Option<Touch> {
    let form: TouchForm = serde_json::from_str(text).ok()?;
    let picture = picture?;
    let inside = |at: f32, size: u32| at.is_finite() && 0.0 <= at && at < size as f32;
    if !inside(form.x, picture.width) || !inside(form.y, picture.height) {
        return None;
    }
    let kind = match form.kind.as_str() {
        "press" => TouchKind::Press,
        "move" => TouchKind::Move,
        "release" => TouchKind::Release,
        _ => return None,
    };
    Some(Touch {
        kind,
        x: form.x,
        y: form.y,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32, dots: &[(u32, u32)]) -> Picture {
        let mut rgb = vec![255; (width * height * 3) as usize];
        for (x, y) in dots {
            rgb[((y * width + x) * 3) as usize] = 0;
        }
        Picture {
            width,
            height,
            sequence: 0,
            rgb: rgb.into(),
        }
    }

    #[test]
    fn the_whole_goes_first_and_then_only_what_changed() {
        let before = picture(100, 200, &[]);
        assert_eq!(
            changed(None, &before),
            [Piece {
                left: 0,
                top: 0,
                width: 100,
                height: 200
            }]
        );
        assert_eq!(changed(Some(&before), &before), []);
        let after = picture(100, 200, &[(10, 5), (30, 6), (99, 199)]);
        let pieces = [
            Piece {
                left: 10,
                top: 0,
                width: 21,
                height: 64,
            },
            Piece {
                left: 99,
                top: 192,
                width: 1,
                height: 8,
            },
        ];
        assert_eq!(changed(Some(&before), &after), pieces);
        let turned = picture(200, 100, &[]);
        assert_eq!(
            changed(Some(&before), &turned).len(),
            1,
            "another size is another picture"
        );
    }

    #[test]
    fn what_is_sent_draws_the_same_picture() {
        let (before, after) = (
            picture(90, 130, &[(1, 1)]),
            picture(90, 130, &[(80, 129), (2, 64), (3, 3)]),
        );
        let mut drawn = before.rgb.to_vec();
        for message in pieces(Some(&before), &after) {
            let number = |at: usize| usize::from(u16::from_be_bytes([message[at], message[at + 1]]));
            assert_eq!((number(0), number(2)), (90, 130));
            let mut reader = png::Decoder::new(std::io::Cursor::new(&message[8..]))
                .read_info()
                .unwrap();
            let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut rgb).unwrap();
            let width = info.width as usize;
            for row in 0..info.height as usize {
                let at = ((number(6) + row) * 90 + number(4)) * 3;
                drawn[at..at + width * 3].copy_from_slice(&rgb[row * width * 3..(row + 1) * width * 3]);
            }
        }
        assert!(drawn == *after.rgb);
    }

    #[test]
    fn rubbish_is_no_finger() {
        let picture = picture(100, 100, &[]);
        let press = r#"{"kind":"press","x":5.5,"y":99}"#;
        assert!(touch(press, Some(&picture)).is_some() && touch(press, None).is_none());
        for rubbish in [
            "",
            "𠅤",
            "{}",
            r#"{"kind":"press","x":-1,"y":0}"#,
            r#"{"kind":"press","x":100,"y":0}"#,
            r#"{"kind":"press","x":1e39,"y":0}"#,
            r#"{"kind":"poke","x":1,"y":1}"#,
            r#"{"kind":"press","x":"1","y":1}"#,
        ] {
            assert!(touch(rubbish, Some(&picture)).is_none(), "{rubbish}");
        }
    }
}
