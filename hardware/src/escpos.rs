//! A document as the bytes a printer understands.
//!
//! Lean on purpose: a slip is a third of a kilobyte, so that it leaves a 9600-baud line in a third of a second and fits
//! every printer's buffer. A command is sent only where it changes something. Picture data never holds `10 04`, `10 05` or
//! `10 14`, which printers execute wherever they see them.

use crate::cell::{Code, cells};
use crate::glyph::Glyphs;
use crate::image::{Bitmap, qr_modules};
use crate::paper::{Align, Doc, Row, Size, layout};
use crate::printer::FenceId;
use crate::profile::{CHARACTER_DOTS, COLUMN_DOTS, Cut, Fence, LINE_DOTS, Profile, QrCommand, SizeCommand};

/// `10 05 02`: recover, and forget whatever was sent and not printed.
pub const CLEAR: [u8; 3] = [0x10, 0x05, 0x02];
/// `GS r 1`: how much paper? Answered in print order.
pub const ASK_PAPER: [u8; 3] = [0x1d, 0x72, 0x01];
/// `GS ( H`: echo the four characters that follow once all before is printed.
pub const ASK_ECHO: [u8; 7] = [0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30];
/// `ESC @`, automatic status off, Chinese on.
const BEGIN: [u8; 7] = [0x1b, 0x40, 0x1d, 0x61, 0x00, 0x1c, 0x26];
/// White between the last line and the cut, 3 mm: the knife stands a little off.
const MARGIN_BELOW: u8 = 24;
/// White above and below a QR code, so that with the space of the lines around it the four quiet modules are there.
const QUIET: u8 = 18;
/// The most bytes of one picture command: with what else is on its way it stays inside a buffer of 4 kB.
const SLICE_BYTES_MAX: usize = 2000;
/// No command of ours is longer.
pub const COMMAND_BYTES_MAX: usize = SLICE_BYTES_MAX + 8;

/// The whole job for a document: start, content, cut. The fences are the printer machine's.
pub fn encode(doc: &Doc, profile: &Profile, glyphs: &Glyphs) -> Vec<u8> {
    let mut writer = Writer {
        profile,
        glyphs,
        out: BEGIN.to_vec(),
        style: Style::default(),
    };
    for row in layout(doc, profile) {
        writer.row(&row);
    }
    writer.out.extend(&profile.buzzer);
    writer.out.extend(cut(profile));
    writer.out
}

/// The bytes that end a slip.
pub fn cut(profile: &Profile) -> Vec<u8> {
    match profile.cut {
        Cut::Partial => vec![0x1d, 0x56, 0x42, MARGIN_BELOW],
        Cut::Tear => {
            let dots = (profile.head_to_cutter + u16::from(MARGIN_BELOW)).min(510);
            let first = dots.min(255) as u8;
            let rest = (dots - u16::from(first)) as u8;
            // The larger feed goes last: the simulated printer takes it for the tear.
            [rest, first]
                .into_iter()
                .filter(|dots| *dots > 0)
                .flat_map(feed)
                .collect()
        }
    }
}

/// What a printer of this kind is asked, so that it answers for all that was sent before.
pub fn fence(profile: &Profile, id: FenceId) -> Vec<u8> {
    match profile.fence {
        Fence::Id => {
            let mut bytes = ASK_ECHO.to_vec();
            bytes.extend(id.bytes());
            bytes.extend(ASK_PAPER);
            bytes
        }
        Fence::Paper => ASK_PAPER.to_vec(),
        Fence::None => Vec::new(),
    }
}

/// Splits a job between commands, where a line has ended, into pieces of about `limit` bytes at most.
pub fn pieces(job: &[u8], limit: usize) -> Vec<&[u8]> {
    let (mut pieces, mut start, mut good, mut at) = (Vec::new(), 0, 0, 0);
    while at < job.len() {
        let ends_line = matches!(job[at..], [0x0a, ..] | [0x1d, 0x76, ..] | [0x1b, 0x4a | 0x64, ..]);
        at = (at + command_length(&job[at..])).min(job.len());
        if at - start > limit && good > start {
            pieces.push(&job[start..good]);
            start = good;
        }
        if ends_line {
            good = at;
        }
    }
    if start < job.len() {
        pieces.push(&job[start..]);
    }
    pieces
}

/// The length of the longest command in a job: what a printer that lost the rest may still be waiting for.
pub fn longest_command(job: &[u8]) -> usize {
    let (mut at, mut longest) = (0, 0);
    while at < job.len() {
        let length = command_length(&job[at..]);
        longest = longest.max(length.min(job.len() - at));
        at += length;
    }
    longest
}

/// How far a job moves the paper before it is cut, in dots.
pub fn paper_dots(job: &[u8]) -> u64 {
    let (mut at, mut dots) = (0, 0);
    let (mut line, mut module, mut modules) = (u64::from(LINE_DOTS), 3, 0);
    while at < job.len() {
        let rest = &job[at..];
        let length = command_length(rest);
        dots += match *rest {
            [0x0a, ..] => line,
            [0x1b, 0x4a, dots, ..] => u64::from(dots),
            [0x1b, 0x64, lines, ..] => u64::from(lines) * line,
            [0x1d, 0x76, 0x30, _, _, _, low, high, ..] => u64::from(low) + 256 * u64::from(high),
            [0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, ..] => modules * module,
            [0x1b, 0x5a, _, _, module, ..] => {
                u64::from(qr_modules(rest.get(7..length).unwrap_or_default()).unwrap_or(0))
                    * u64::from(module)
            }
            [0x1d, 0x21, size, ..] => {
                line = u64::from(LINE_DOTS).max(u64::from(CHARACTER_DOTS) * (u64::from(size & 7) + 1));
                0
            }
            [0x1c, 0x21, size, ..] => {
                line = u64::from(LINE_DOTS).max(u64::from(CHARACTER_DOTS) * (u64::from(size >> 3 & 1) + 1));
                0
            }
            [0x1d, 0x28, 0x6b, _, _, 0x31, 0x43, size, ..] => {
                module = u64::from(size);
                0
            }
            [0x1d, 0x28, 0x6b, _, _, 0x31, 0x50, ..] => {
                modules = qr_modules(rest.get(8..length).unwrap_or_default()).map_or(0, u64::from);
                0
            }
            _ => 0,
        };
        at += length;
    }
    dots
}

/// How much of the roll a job uses, in millimetres: what is printed, and what is fed to the knife.
pub fn paper_mm(job: &[u8], profile: &Profile) -> u32 {
    let to_cutter = match profile.cut {
        Cut::Partial => u64::from(profile.head_to_cutter) + u64::from(MARGIN_BELOW),
        // The feed to the tear bar is part of the job.
        Cut::Tear => 0,
    };
    u32::try_from((paper_dots(job) + to_cutter).div_ceil(8)).unwrap_or(u32::MAX)
}

/// The length of the command that stands first; 1 for a byte of text.
fn command_length(bytes: &[u8]) -> usize {
    let byte = |index: usize| usize::from(bytes.get(index).copied().unwrap_or(0));
    let word = |index: usize| byte(index) + 256 * byte(index + 1);
    match *bytes {
        [0x1b, 0x40, ..] | [0x1c, 0x26 | 0x2e, ..] => 2,
        [0x1b, 0x21 | 0x45 | 0x4a | 0x61 | 0x64, ..] => 3,
        [0x1c, 0x21 | 0x57, ..] | [0x1d, 0x21 | 0x49 | 0x61 | 0x72, ..] => 3,
        [0x1b, 0x24 | 0x42, ..] | [0x1d, 0x56, 0x42, ..] => 4,
        [0x1b, 0x2a, 0x20 | 0x21, ..] => 5 + 3 * word(3),
        [0x1b, 0x5a, ..] => 7 + word(5),
        [0x1d, 0x28, _, ..] => 5 + word(3),
        [0x1d, 0x76, 0x30, ..] => 8 + word(4) * word(6),
        _ => 1,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Style {
    size: Size,
    align: Align,
    bold: bool,
}

struct Writer<'a> {
    profile: &'a Profile,
    glyphs: &'a Glyphs,
    out: Vec<u8>,
    style: Style,
}

impl Writer<'_> {
    fn row(&mut self, row: &Row) {
        match row {
            Row::Text {
                parts,
                size,
                align,
                bold,
            } => {
                let size = match (self.profile.size, size) {
                    (SizeCommand::Fs, Size::Triple) => Size::Double,
                    _ => *size,
                };
                let rare = parts.iter().any(|(_, text)| {
                    cells(text, self.profile.charset)
                        .iter()
                        .any(|cell| cell.code == Code::Drawn)
                });
                // An inline picture is not made larger with the text around it, so the whole line becomes a picture.
                if rare && size != Size::Normal {
                    self.align(*align);
                    let picture = self.draw(&parts[0].1, size, *bold);
                    self.raster(&picture);
                } else {
                    self.text(
                        parts,
                        Style {
                            size,
                            align: *align,
                            bold: *bold,
                        },
                    );
                }
            }
            Row::Rule => self.rule(),
            Row::Qr(data) => self.qr(data),
            Row::Feed(dots) if *dots == LINE_DOTS as u8 && self.style.size == Size::Normal => {
                self.out.push(0x0a)
            }
            Row::Feed(dots) => self.out.extend(feed(*dots)),
        }
    }

    fn text(&mut self, parts: &[(u16, String)], style: Style) {
        if parts.iter().all(|(_, text)| text.is_empty()) {
            self.out.push(0x0a);
            return;
        }
        self.align(style.align);
        self.look(style.size, style.bold);
        let mut column = 0;
        for (wanted, text) in parts {
            match wanted - column {
                gap @ 0..=4 => self.out.extend(std::iter::repeat_n(b' ', usize::from(gap))),
                _ => {
                    let dots = wanted * COLUMN_DOTS;
                    self.out.extend([0x1b, 0x24]);
                    self.out.extend(dots.to_le_bytes());
                }
            }
            column = *wanted;
            for cell in cells(text, self.profile.charset) {
                column += cell.columns;
                match cell.code {
                    Code::One(byte) => self.out.push(byte),
                    Code::Two(bytes) => self.out.extend(bytes),
                    Code::Drawn => {
                        let width = cell.columns * COLUMN_DOTS;
                        let glyph = self
                            .glyphs
                            .draw(cell.character, width.into(), CHARACTER_DOTS.into());
                        let glyph = if style.bold { glyph.bolder() } else { glyph };
                        self.out.extend([0x1b, 0x2a, 0x21]);
                        self.out.extend(width.to_le_bytes());
                        self.out.extend(guarded(glyph.columns()));
                    }
                }
            }
        }
        self.out.push(0x0a);
    }

    fn align(&mut self, align: Align) {
        if self.style.align != align {
            self.style.align = align;
            self.out.extend([0x1b, 0x61, align as u8]);
        }
    }

    fn look(&mut self, size: Size, bold: bool) {
        let (across, down) = size.factors();
        match self.profile.size {
            SizeCommand::Gs => {
                if self.style.size != size {
                    self.out
                        .extend([0x1d, 0x21, ((across - 1) << 4 | (down - 1)) as u8]);
                }
                if self.style.bold != bold {
                    self.out.extend([0x1b, 0x45, u8::from(bold)]);
                }
            }
            // `ESC !` sets bold along with the size, and `FS !` is its twin for Chinese.
            SizeCommand::Fs => {
                if (self.style.size, self.style.bold) != (size, bold) {
                    let (wide, high) = (u8::from(across > 1), u8::from(down > 1));
                    self.out
                        .extend([0x1b, 0x21, wide << 5 | high << 4 | u8::from(bold) << 3]);
                }
                if self.style.size != size {
                    let (wide, high) = (u8::from(across > 1), u8::from(down > 1));
                    self.out.extend([0x1c, 0x21, high << 3 | wide << 2]);
                }
            }
        }
        (self.style.size, self.style.bold) = (size, bold);
    }

    /// A line of `─`, four times as wide where that saves bytes: it is as thin, and a third as long on the wire.
    fn rule(&mut self) {
        const DASH: [u8; 2] = [0xa9, 0xa4];
        const WIDE: u16 = 8;
        let columns = self.profile.columns;
        self.align(Align::Left);
        self.look(Size::Normal, false);
        if self.profile.size == SizeCommand::Gs && columns.is_multiple_of(WIDE) {
            self.out.extend([0x1d, 0x21, 0x30]);
            self.out.extend(DASH.repeat(usize::from(columns / WIDE)));
            self.out.extend([0x0a, 0x1d, 0x21, 0x00]);
        } else {
            self.out.extend(DASH.repeat(usize::from(columns / 2)));
            self.out.push(0x0a);
        }
    }

    fn qr(&mut self, data: &str) {
        let Some(modules) = qr_modules(data.as_bytes()) else {
            return;
        };
        // The quiet zone counts: four modules on either side.
        let modules = modules + 8;
        let module = u16::from(self.profile.qr_module)
            .min(self.profile.dots / modules)
            .max(2) as u8;
        self.out.extend(feed(QUIET));
        self.align(Align::Center);
        match self.profile.qr {
            QrCommand::Native => self.out.extend(native_qr(data, module)),
            QrCommand::Legacy => {
                self.out.extend([0x1b, 0x5a, 0x00, b'M', module]);
                self.out.extend((data.len() as u16).to_le_bytes());
                self.out.extend(data.as_bytes());
            }
            QrCommand::Raster => {
                let Some(picture) = Bitmap::qr(data.as_bytes(), module.into()) else {
                    return;
                };
                self.raster(&picture);
            }
        }
        self.out.extend(feed(QUIET));
    }

    /// A line drawn in a larger size, from the outlines rather than from enlarged dots.
    fn draw(&self, text: &str, size: Size, bold: bool) -> Bitmap {
        let (across, down) = size.factors();
        let cells = cells(text, self.profile.charset);
        let columns: u16 = cells.iter().map(|cell| cell.columns).sum();
        let height = usize::from(CHARACTER_DOTS * down);
        let mut line = Bitmap::new(usize::from(columns * COLUMN_DOTS * across), height + 2);
        let mut x = 0;
        for cell in cells {
            // Drawn in its own shape, then made as wide as the size wants: Tall is narrow on purpose.
            let width = usize::from(cell.columns * COLUMN_DOTS * across);
            let glyph = if across == down {
                self.glyphs.draw(cell.character, width, height)
            } else {
                let small = self
                    .glyphs
                    .draw(cell.character, width, usize::from(CHARACTER_DOTS));
                let mut tall = Bitmap::new(width, height);
                tall.draw(&small, 0, 0, 1, usize::from(down));
                tall
            };
            let glyph = if bold { glyph.bolder() } else { glyph };
            line.draw(&glyph, x, 0, 1, 1);
            x += width;
        }
        line
    }

    fn raster(&mut self, picture: &Bitmap) {
        let rows = picture.rows();
        let width = picture.width().div_ceil(8);
        let most = (SLICE_BYTES_MAX / width).clamp(1, usize::from(self.profile.raster_rows));
        let mut done = 0;
        while done < picture.height() {
            let mut height = most.min(picture.height() - done);
            if height.is_multiple_of(48) {
                height -= 1; // Some models garble pictures whose height is a multiple of 48.
            }
            self.out.extend([0x1d, 0x76, 0x30, 0x00]);
            self.out.extend((width as u16).to_le_bytes());
            self.out.extend((height as u16).to_le_bytes());
            self.out
                .extend(guarded(rows[done * width..(done + height) * width].to_vec()));
            done += height;
        }
    }
}

/// Stores a QR code without printing it, and asks how large it would be: `GS ( k` 182.
pub fn ask_qr_size(data: &str) -> Vec<u8> {
    let mut bytes = native_qr(data, 3);
    let print = bytes.len() - 2;
    bytes[print] = 0x52;
    bytes
}

/// The five commands of a native QR code: model 2, module size, level M, data, print.
pub(crate) fn native_qr(data: &str, module: u8) -> Vec<u8> {
    let mut bytes = vec![0x1d, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00];
    bytes.extend([0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, module]);
    bytes.extend([0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31]);
    bytes.extend([0x1d, 0x28, 0x6b]);
    bytes.extend((data.len() as u16 + 3).to_le_bytes());
    bytes.extend([0x31, 0x50, 0x30]);
    bytes.extend(data.as_bytes());
    bytes.extend([0x1d, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30]);
    bytes
}

fn feed(dots: u8) -> [u8; 3] {
    [0x1b, 0x4a, dots]
}

/// Picture data without real-time commands in it: one dot more, beside one that is black already.
fn guarded(mut data: Vec<u8>) -> Vec<u8> {
    for index in 1..data.len() {
        if data[index - 1] == 0x10 && matches!(data[index], 0x04 | 0x05 | 0x14) {
            data[index] |= 0x08;
        }
    }
    data
}

#[cfg(test)]
mod tests {
    use escpos::driver::Driver;
    use escpos::utils::{Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

    use super::*;

    fn generic() -> Profile {
        Profile::builtin("generic-80").expect("built in")
    }

    /// Keeps what the escpos crate would have sent.
    #[derive(Clone, Default)]
    struct Kept(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

    impl Driver for Kept {
        fn name(&self) -> String {
            "kept".to_owned()
        }
        fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
            self.0.borrow_mut().extend(data);
            Ok(())
        }
        fn read(&self, _: &mut [u8]) -> escpos::errors::Result<usize> {
            Ok(0)
        }
        fn flush(&self) -> escpos::errors::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn native_qr_bytes_equal_those_of_the_escpos_crate() {
        let long = "办".repeat(160);
        for data in [
            "https://lobby.example.org/v/A023-20261122",
            "A023",
            "某街道办事处 A023 电话0372-3928110",
            &long,
        ] {
            for module in [3, 6, 8] {
                let kept = Kept::default();
                let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
                escpos::printer::Printer::new(kept.clone(), Protocol::default(), None)
                    .qrcode_option(data, option)
                    .and_then(|printer| printer.print())
                    .expect("the oracle takes it");
                assert_eq!(native_qr(data, module), *kept.0.borrow(), "{data} {module}");
            }
        }
    }

    #[test]
    fn commands_are_sent_only_where_they_change_something() {
        let doc = Doc::new()
            .line("a")
            .line("b")
            .heading("A1")
            .heading("A2")
            .centered("c");
        let bytes = encode(&doc, &generic(), &Glyphs::none());
        let expected = [
            &BEGIN[..],
            b"a\nb\n\x1b\x61\x01\x1d\x21\x11A1\nA2\n\x1d\x21\x00c\n",
            &[0x1d, 0x56, 0x42, 0x18],
        ]
        .concat();
        assert_eq!(bytes, expected);
    }

    #[test]
    fn older_models_are_told_sizes_in_their_own_words() {
        let profile = Profile {
            size: SizeCommand::Fs,
            ..generic()
        };
        let doc = Doc::new().styled("A1", Size::Triple, Align::Left, true).line("b");
        let bytes = encode(&doc, &profile, &Glyphs::none());
        assert_eq!(
            &bytes[7..bytes.len() - 4],
            b"\x1b\x21\x38\x1c\x21\x0cA1\n\x1b\x21\x00\x1c\x21\x00b\n"
        );
    }

    #[test]
    fn a_far_right_text_is_reached_by_a_jump_and_a_near_one_by_spaces() {
        let bytes = encode(&Doc::new().pair("a", "b"), &generic(), &Glyphs::none());
        assert_eq!(&bytes[7..bytes.len() - 4], b"a\x1b\x24\x34\x02b\n");
        let left = "x".repeat(44);
        let bytes = encode(&Doc::new().pair(&left, "b"), &generic(), &Glyphs::none());
        assert_eq!(&bytes[7..bytes.len() - 4], format!("{left}   b\n").as_bytes());
    }

    #[test]
    fn a_rare_character_is_a_picture_of_77_bytes_in_the_line() {
        let bytes = encode(&Doc::new().line("张㛃"), &generic(), &Glyphs::system());
        let line = &bytes[7..bytes.len() - 4];
        assert_eq!(line.len(), 2 + 5 + 72 + 1);
        assert_eq!(&line[..7], [0xd5, 0xc5, 0x1b, 0x2a, 0x21, 24, 0]);
    }

    #[test]
    fn a_large_line_with_a_rare_character_is_one_picture() {
        let bytes = encode(&Doc::new().heading("张㛃"), &generic(), &Glyphs::system());
        let line = &bytes[7..bytes.len() - 4];
        assert_eq!(&line[..11], [0x1b, 0x61, 1, 0x1d, 0x76, 0x30, 0, 12, 0, 50, 0]);
        assert_eq!(line.len(), 11 + 12 * 50);
    }

    #[test]
    fn pictures_never_hold_a_real_time_command() {
        let (glyphs, profile) = (
            Glyphs::system(),
            Profile {
                qr: QrCommand::Raster,
                charset: crate::profile::Charset::Gb2312,
                ..generic()
            },
        );
        for start in [0x3400u32, 0x4e00, 0x6000, 0x7000, 0x20000, 0x2b000] {
            let text: String = (start..start + 400).filter_map(char::from_u32).collect();
            let doc = Doc::new()
                .line(&text)
                .heading(&text)
                .qr(text.chars().take(90).collect::<String>(), "");
            let bytes = encode(&doc, &profile, &glyphs);
            assert!(bytes.len() > 20_000);
            let executed = bytes
                .windows(2)
                .filter(|pair| matches!(pair, [0x10, 0x04 | 0x05 | 0x14]))
                .count();
            assert_eq!(executed, 0, "{start:x}");
        }
        assert_eq!(
            guarded(vec![0x10, 0x04, 0x10, 0x14, 0x10]),
            [0x10, 0x0c, 0x10, 0x1c, 0x10]
        );
    }

    #[test]
    fn the_paper_a_slip_uses_is_what_the_simulated_printer_feeds() {
        let doc = Doc::new()
            .heading("A023")
            .line("事项")
            .gap(12)
            .qr("https://lobby.example.org/v/A023-20261122", "扫码");
        for name in Profile::names() {
            let profile = Profile::builtin(name).expect("built in");
            let job = encode(&doc, &profile, &Glyphs::none());
            let slips = crate::simulator::print(&job, &profile);
            let to_cutter = match profile.cut {
                Cut::Partial => usize::from(profile.head_to_cutter) / 8 + 3,
                Cut::Tear => 0,
            };
            let fed = slips[0].length_mm() + to_cutter;
            let used = paper_mm(&job, &profile) as usize;
            assert!(used.abs_diff(fed) <= 4, "{name}: {used} mm against {fed}");
        }
    }

    #[test]
    fn a_long_job_is_split_between_commands() {
        let doc = (0..40).fold(Doc::new(), |doc, index| doc.line(format!("第{index}行㛃𬭎")));
        let bytes = encode(&doc, &generic(), &Glyphs::system());
        let pieces = pieces(&bytes, 2000);
        assert_eq!(pieces.concat(), bytes);
        assert!(pieces.len() >= 3 && pieces.iter().all(|piece| piece.len() <= 2000));
        assert!(
            pieces[..pieces.len() - 1]
                .iter()
                .all(|piece| piece.last() == Some(&0x0a))
        );
    }
}
