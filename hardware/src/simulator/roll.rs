//! The paper inside the simulated printer: ESC/POS bytes in, slips out.
//!
//! Written apart from the encoder, from the manuals, so that the two check each other. Commands it does not know are
//! reported as [`Slip::unknown`], never skipped in silence.

use std::collections::VecDeque;

use encoding_rs::GB18030;

use crate::glyph::Glyphs;
use crate::image::{Bitmap, Image, qr_modules};
use crate::profile::{CHARACTER_DOTS, COLUMN_DOTS, Charset, Cut, LINE_DOTS, Profile, QrCommand};

/// Where the printed part begins below the top of the picture of a slip.
const MARGIN_ABOVE: usize = 40;

/// A piece of paper as it falls out.
#[derive(Debug, Clone, Default)]
pub struct Slip {
    /// The bytes it was made from, without fences and questions.
    pub bytes: Vec<u8>,
    /// What can be read on it, a line a line; a QR code as `[QR …]`, a picture as `[picture]`, a drawn character as `▣`.
    pub text: String,
    /// Bytes that no command begins with, and commands the simulated printer does not know.
    pub unknown: usize,
    ops: Vec<Op>,
    height: usize,
    dots: u16,
    paper_mm: u16,
}

/// Something on the paper.
#[derive(Debug, Clone)]
enum Op {
    Glyph {
        character: char,
        x: usize,
        y: usize,
        columns: u16,
        across: usize,
        down: usize,
        bold: bool,
    },
    Picture {
        picture: Bitmap,
        x: usize,
        y: usize,
    },
    Qr {
        data: Vec<u8>,
        module: usize,
        x: usize,
        y: usize,
    },
}

/// What a command has the printer do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing that can be seen outside.
    None,
    /// Moves the paper by this many dots.
    Moves(u64),
    /// Answers to the fence with an id.
    Echo([u8; 4]),
    /// Answers to `GS r 1`.
    Paper,
    /// Answers to `GS I`.
    Identity,
    /// Answers how many dots the stored QR code is wide.
    QrSize(usize),
    /// Cuts; refused while the cutter is stuck.
    Cut,
}

#[derive(Debug, Clone, Copy)]
struct Mode {
    align: u8,
    across: usize,
    down: usize,
    chinese_across: usize,
    chinese_down: usize,
    bold: bool,
    chinese: bool,
    spacing: usize,
}

impl Default for Mode {
    fn default() -> Self {
        Self {
            align: 0,
            across: 1,
            down: 1,
            chinese_across: 1,
            chinese_down: 1,
            bold: false,
            chinese: false,
            spacing: LINE_DOTS.into(),
        }
    }
}

#[derive(Debug)]
pub(super) struct Roll {
    profile: Profile,
    mode: Mode,
    slip: Slip,
    /// What stands in the line buffer, `y` being the height of each.
    line: Vec<Op>,
    line_text: String,
    x: usize,
    y: usize,
    qr_module: u8,
    qr_data: Vec<u8>,
}

impl Roll {
    pub(super) fn new(profile: Profile) -> Self {
        let slip = Slip {
            dots: profile.dots,
            paper_mm: profile.paper_mm,
            ..Slip::default()
        };
        Self {
            profile,
            mode: Mode::default(),
            slip,
            line: Vec::new(),
            line_text: String::new(),
            x: 0,
            y: 0,
            qr_module: 3,
            qr_data: Vec::new(),
        }
    }

    /// The model.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What is printed and not yet cut off.
    pub(super) fn on_the_roll(&self) -> &str {
        &self.slip.text
    }

    /// As after switching on: what is printed stays on the paper.
    pub(super) fn forget(&mut self) {
        self.mode = Mode::default();
        (self.line, self.line_text, self.x) = (Vec::new(), String::new(), 0);
        self.qr_data.clear();
    }

    /// The slip that was cut off.
    pub(super) fn take(&mut self) -> Slip {
        self.slip.height = self.y;
        self.y = 0;
        let blank = Slip {
            dots: self.profile.dots,
            paper_mm: self.profile.paper_mm,
            ..Slip::default()
        };
        std::mem::replace(&mut self.slip, blank)
    }

    /// Whether there is anything on the paper that is not yet cut off.
    pub(super) fn is_blank(&self) -> bool {
        self.slip.ops.is_empty() && self.line.is_empty()
    }

    /// Obeys the command that stands first and says how many bytes it took; `None` while it is not all there.
    pub(super) fn step(&mut self, buffer: &mut VecDeque<u8>) -> Option<Effect> {
        let bytes = buffer.make_contiguous();
        let at = |index: usize| bytes.get(index).copied();
        let word = |index: usize| Some(usize::from(at(index)?) + 256 * usize::from(at(index + 1)?));
        let (length, effect) = match at(0)? {
            0x0a => (1, self.feed_line(0)),
            0x1b => match at(1)? {
                0x40 => {
                    self.forget();
                    (2, Effect::None)
                }
                0x21 => {
                    let n = at(2)?;
                    self.mode.across = 1 + usize::from(n >> 5 & 1);
                    self.mode.down = 1 + usize::from(n >> 4 & 1);
                    self.mode.bold = n & 0x08 != 0;
                    (3, Effect::None)
                }
                0x24 => {
                    self.x = word(2)?;
                    // In the text a jump is a wide space.
                    self.line_text.push_str("  ");
                    (4, Effect::None)
                }
                0x2a => {
                    let length = 5 + 3 * word(3)?;
                    let data = bytes.get(5..length)?;
                    let picture = Bitmap::from_columns(data);
                    let width = picture.width();
                    self.line_text.push('▣');
                    self.put(width, CHARACTER_DOTS.into(), |x, y| Op::Picture { picture, x, y });
                    (length, Effect::None)
                }
                0x32 => {
                    self.mode.spacing = LINE_DOTS.into();
                    (2, Effect::None)
                }
                0x33 => {
                    self.mode.spacing = at(2)?.into();
                    (3, Effect::None)
                }
                0x42 => {
                    at(3)?;
                    (4, Effect::None)
                }
                0x45 => {
                    self.mode.bold = at(2)? & 1 == 1;
                    (3, Effect::None)
                }
                0x4a => {
                    let dots = usize::from(at(2)?);
                    let moves = self.feed_line(dots.max(1));
                    let tears = self.profile.cut == Cut::Tear
                        && dots >= usize::from(self.profile.head_to_cutter).min(255);
                    (3, if tears { Effect::Cut } else { moves })
                }
                0x5a => {
                    let length = 7 + word(5)?;
                    let data = bytes.get(7..length)?.to_vec();
                    (self.qr_module, self.qr_data) = (bytes[4], data);
                    (length, self.print_qr())
                }
                0x61 => {
                    self.mode.align = at(2)? & 3;
                    (3, Effect::None)
                }
                0x64 => {
                    let lines = usize::from(at(2)?);
                    (3, self.feed_line(lines * self.mode.spacing))
                }
                _ => self.unknown(2),
            },
            0x1c => match at(1)? {
                0x26 | 0x2e => {
                    self.mode.chinese = at(1)? == 0x26;
                    (2, Effect::None)
                }
                0x21 => {
                    let n = at(2)?;
                    self.mode.chinese_across = 1 + usize::from(n >> 2 & 1);
                    self.mode.chinese_down = 1 + usize::from(n >> 3 & 1);
                    (3, Effect::None)
                }
                0x57 => {
                    let times = 1 + usize::from(at(2)? & 1);
                    (self.mode.chinese_across, self.mode.chinese_down) = (times, times);
                    (3, Effect::None)
                }
                _ => self.unknown(2),
            },
            0x1d => match at(1)? {
                0x21 => {
                    let n = at(2)?;
                    let (across, down) = (usize::from(n >> 4 & 7) + 1, usize::from(n & 7) + 1);
                    (self.mode.across, self.mode.down) = (across, down);
                    (self.mode.chinese_across, self.mode.chinese_down) = (across, down);
                    (3, Effect::None)
                }
                0x28 => {
                    let length = 5 + word(3)?;
                    let data = bytes.get(5..length)?.to_vec();
                    let kind = at(2)?;
                    (length, self.extended(kind, &data))
                }
                0x49 => {
                    at(2)?;
                    (3, Effect::Identity)
                }
                0x56 => {
                    let feeds = matches!(at(2)?, 0x41 | 0x42);
                    if feeds {
                        at(3)?;
                    }
                    if !self.line.is_empty() {
                        self.feed_line(0);
                    }
                    (if feeds { 4 } else { 3 }, Effect::Cut)
                }
                0x61 => {
                    at(2)?;
                    (3, Effect::None)
                }
                0x72 => {
                    at(2)?;
                    (3, Effect::Paper)
                }
                0x76 => {
                    let (width, height) = (word(4)?, word(6)?);
                    let length = 8 + width * height;
                    let picture = Bitmap::from_rows(width * 8, height, bytes.get(8..length)?);
                    if !self.line.is_empty() {
                        self.feed_line(0);
                    }
                    self.slip.text.push_str("[picture]\n");
                    (length, self.print_picture(picture))
                }
                _ => self.unknown(2),
            },
            0x00 => (1, Effect::None),
            byte @ 0x20..=0x7e => {
                self.put_text(char::from(byte), 1);
                (1, Effect::None)
            }
            first @ 0x81..=0xfe if self.mode.chinese => {
                let second = at(1)?;
                let character = self.character(first, second);
                self.put_text(character, 2);
                (2, Effect::None)
            }
            _ => self.unknown(1),
        };
        let fence = matches!(
            effect,
            Effect::Echo(_) | Effect::Paper | Effect::Identity | Effect::QrSize(_)
        );
        let taken = buffer.drain(..length);
        if fence {
            drop(taken);
        } else {
            self.slip.bytes.extend(taken);
        }
        Some(effect)
    }

    fn unknown(&mut self, length: usize) -> (usize, Effect) {
        self.slip.unknown += 1;
        (length, Effect::None)
    }

    /// The character of a two-byte code; a box where this printer has none.
    fn character(&self, first: u8, second: u8) -> char {
        let code = [first, second];
        let (text, wrong) = GB18030.decode_without_bom_handling(&code);
        let poor = self.profile.charset == Charset::Gb2312 && second < 0xa1;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) if !wrong && !poor => character,
            _ => '\u{fffd}',
        }
    }

    fn put_text(&mut self, character: char, columns: u16) {
        let (across, down) = match columns {
            1 => (self.mode.across, self.mode.down),
            _ => (self.mode.chinese_across, self.mode.chinese_down),
        };
        let bold = self.mode.bold;
        let width = usize::from(columns * COLUMN_DOTS) * across;
        self.line_text.push(character);
        self.put(width, usize::from(CHARACTER_DOTS) * down, |x, y| Op::Glyph {
            character,
            x,
            y,
            columns,
            across,
            down,
            bold,
        });
    }

    /// Puts something into the line, on the next one where this is full.
    fn put(&mut self, width: usize, height: usize, op: impl FnOnce(usize, usize) -> Op) {
        if self.x + width > self.profile.dots.into() {
            let spilled = self.line_text.pop();
            self.feed_line(0);
            self.line_text.extend(spilled);
        }
        self.line.push(op(self.x, height));
        self.x += width;
    }

    /// Prints the line and moves the paper: by the line, or by `dots` if that is given.
    fn feed_line(&mut self, dots: usize) -> Effect {
        let tallest = self.line.iter().map(|op| match op {
            Op::Glyph { y, .. } | Op::Picture { y, .. } | Op::Qr { y, .. } => *y,
        });
        let tallest = tallest.max().unwrap_or(0);
        let left = self.left(self.x);
        for mut op in self.line.drain(..) {
            let (Op::Glyph { x, y, .. } | Op::Picture { x, y, .. } | Op::Qr { x, y, .. }) = &mut op;
            *x += left;
            *y = self.y + tallest - *y;
            self.slip.ops.push(op);
        }
        if dots == 0 || !self.line_text.is_empty() {
            self.slip.text.push_str(self.line_text.trim_end());
            self.slip.text.push('\n');
        }
        self.line_text.clear();
        self.x = 0;
        let moves = tallest.max(if dots == 0 { self.mode.spacing } else { dots });
        self.y += moves;
        Effect::Moves(moves as u64)
    }

    fn left(&self, width: usize) -> usize {
        let room = usize::from(self.profile.dots).saturating_sub(width);
        match self.mode.align {
            1 => room / 2,
            2 => room,
            _ => 0,
        }
    }

    fn print_picture(&mut self, picture: Bitmap) -> Effect {
        let (x, height) = (self.left(picture.width()), picture.height());
        self.slip.ops.push(Op::Picture {
            picture,
            x,
            y: self.y,
        });
        self.y += height;
        Effect::Moves(height as u64)
    }

    fn extended(&mut self, kind: u8, data: &[u8]) -> Effect {
        match (kind, data) {
            (0x48, &[0x30, 0x30, a, b, c, d]) => Effect::Echo([a, b, c, d]),
            (0x6b, [0x31, 0x41, ..] | [0x31, 0x45, ..]) => Effect::None,
            (0x6b, &[0x31, 0x43, module]) => {
                self.qr_module = module;
                Effect::None
            }
            (0x6b, [0x31, 0x50, 0x30, data @ ..]) => {
                self.qr_data = data.to_vec();
                Effect::None
            }
            (0x6b, [0x31, 0x51, 0x30]) => self.print_qr(),
            (0x6b, [0x31, 0x52, 0x30]) if self.profile.qr == QrCommand::Native => {
                let modules = qr_modules(&self.qr_data).unwrap_or(0);
                Effect::QrSize(usize::from(modules) * usize::from(self.qr_module))
            }
            _ => {
                self.slip.unknown += 1;
                Effect::None
            }
        }
    }

    fn print_qr(&mut self) -> Effect {
        if !self.line.is_empty() {
            self.feed_line(0);
        }
        let Some(modules) = qr_modules(&self.qr_data) else {
            self.slip.unknown += 1;
            return Effect::None;
        };
        self.slip
            .text
            .push_str(&format!("[QR {}]\n", String::from_utf8_lossy(&self.qr_data)));
        let module = usize::from(self.qr_module.clamp(1, 16));
        let size = usize::from(modules) * module;
        // Drawn only when somebody looks at the slip.
        self.slip.ops.push(Op::Qr {
            data: self.qr_data.clone(),
            module,
            x: self.left(size),
            y: self.y,
        });
        self.y += size;
        Effect::Moves(size as u64)
    }
}

impl Slip {
    /// The slip as a picture, a pixel a dot, with the white edges of the paper.
    pub fn image(&self, glyphs: &Glyphs) -> Image {
        let edge = (usize::from(self.paper_mm) * 8).saturating_sub(self.dots.into()) / 2;
        let mut paper = Bitmap::new(usize::from(self.dots) + 2 * edge, self.height + 2 * MARGIN_ABOVE);
        for op in &self.ops {
            match op {
                Op::Picture { picture, x, y } => paper.draw(picture, x + edge, y + MARGIN_ABOVE, 1, 1),
                Op::Qr { data, module, x, y } => {
                    let code = Bitmap::qr(data, *module).expect("its size was found before");
                    paper.draw(&code, x + edge, y + MARGIN_ABOVE, 1, 1);
                }
                Op::Glyph {
                    character,
                    x,
                    y,
                    columns,
                    across,
                    down,
                    bold,
                } => {
                    let glyph =
                        glyphs.draw(*character, (columns * COLUMN_DOTS).into(), CHARACTER_DOTS.into());
                    let glyph = if *bold { glyph.bolder() } else { glyph };
                    paper.draw(&glyph, x + edge, y + MARGIN_ABOVE, *across, *down);
                }
            }
        }
        let pixels = (0..paper.height())
            .flat_map(|y| (0..paper.width()).map(move |x| (x, y)))
            .map(|(x, y)| if paper.get(x, y) { 0 } else { 255 })
            .collect();
        Image {
            width: paper.width() as u32,
            height: paper.height() as u32,
            pixels,
        }
    }

    /// Length of the paper in millimetres.
    pub fn length_mm(&self) -> usize {
        self.height / 8
    }
}
