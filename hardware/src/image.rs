//! Pictures in black and white: what a print head makes.

use qrcode::{Color, EcLevel, QrCode};

use crate::profile::CHARACTER_DOTS;

/// A picture of one bit a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    dots: Vec<bool>,
}

impl Bitmap {
    /// A white picture, sizes in dots.
    pub fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            dots: vec![false; width * height],
        }
    }

    /// Width in dots.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in dots.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Whether a dot is black. Outside the picture all is white.
    pub fn get(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.dots[y * self.width + x]
    }

    /// Makes a dot black. Outside the picture nothing happens, as on paper.
    pub fn set(&mut self, x: usize, y: usize) {
        if x < self.width && y < self.height {
            self.dots[y * self.width + x] = true;
        }
    }

    /// Draws another picture over this one, each of its dots `across` wide and `down` high.
    pub fn draw(&mut self, picture: &Self, x: usize, y: usize, across: usize, down: usize) {
        for row in 0..picture.height * down {
            for column in 0..picture.width * across {
                if picture.get(column / across, row / down) {
                    self.set(x + column, y + row);
                }
            }
        }
    }

    /// Makes the picture at least this high.
    pub fn grow(&mut self, height: usize) {
        if height > self.height {
            self.dots.resize(self.width * height, false);
            self.height = height;
        }
    }

    /// Each dot one wider to the right: bold, as printers do it.
    #[must_use]
    pub fn bolder(&self) -> Self {
        let mut bold = self.clone();
        bold.draw(self, 1, 0, 1, 1);
        bold
    }

    /// A QR code of level M without its quiet zone; `None` where no code holds the data.
    pub fn qr(data: &[u8], module: usize) -> Option<Self> {
        let code = QrCode::with_error_correction_level(data, EcLevel::M).ok()?;
        let modules = code.width();
        let mut picture = Self::new(modules, modules);
        for (index, color) in code.to_colors().into_iter().enumerate() {
            if color == Color::Dark {
                picture.set(index % modules, index / modules);
            }
        }
        let mut large = Self::new(modules * module, modules * module);
        large.draw(&picture, 0, 0, module, module);
        Some(large)
    }

    /// Rows of bytes, the leftmost dot in the top bit: the form of `GS v 0`.
    pub fn rows(&self) -> Vec<u8> {
        let bytes = self.width.div_ceil(8);
        (0..bytes * self.height)
            .map(|index| {
                let (y, x) = (index / bytes, index % bytes * 8);
                (0..8).fold(0, |byte, bit| byte << 1 | u8::from(self.get(x + bit, y)))
            })
            .collect()
    }

    /// Columns of three bytes, the topmost dot in the top bit: the form of `ESC * 33`.
    pub fn columns(&self) -> Vec<u8> {
        (0..self.width * 3)
            .map(|index| {
                let (x, y) = (index / 3, index % 3 * 8);
                (0..8).fold(0, |byte, bit| byte << 1 | u8::from(self.get(x, y + bit)))
            })
            .collect()
    }

    /// The picture that [`Self::rows`] describes.
    pub fn from_rows(width: usize, height: usize, rows: &[u8]) -> Self {
        let mut picture = Self::new(width, height);
        let bytes = width.div_ceil(8).max(1);
        for (index, byte) in rows.iter().enumerate() {
            for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                picture.set(index % bytes * 8 + bit, index / bytes);
            }
        }
        picture
    }

    /// The picture that [`Self::columns`] describes.
    pub fn from_columns(columns: &[u8]) -> Self {
        let mut picture = Self::new(columns.len() / 3, usize::from(CHARACTER_DOTS));
        for (index, byte) in columns.iter().enumerate() {
            for bit in (0..8).filter(|bit| byte & (0x80 >> bit) != 0) {
                picture.set(index / 3, index % 3 * 8 + bit);
            }
        }
        picture
    }
}

/// Modules across a QR code of level M, found without drawing it; `None` where no code holds the data.
pub fn qr_modules(data: &[u8]) -> Option<u16> {
    let bits = qrcode::bits::encode_auto(data, EcLevel::M).ok()?;
    u16::try_from(bits.version().width()).ok()
}

/// A picture in greys, for screens and files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// One byte a pixel, row by row: 0 is black, 255 white.
    pub pixels: Vec<u8>,
}

impl Image {
    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.pixels));
        written.expect("writing to memory succeeds, and the pixels fit the size");
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_code_is_known_before_it_is_drawn() {
        for length in [1, 40, 120, 300, 500] {
            let data = vec![b'x'; length];
            let drawn = Bitmap::qr(&data, 3).expect("drawn");
            assert_eq!(
                qr_modules(&data).map(|modules| usize::from(modules) * 3),
                Some(drawn.width())
            );
        }
        assert_eq!(qr_modules(&[b'x'; 4000]), None);
    }

    #[test]
    fn a_picture_comes_back_from_both_forms_printers_know() {
        let mut picture = Bitmap::new(24, 24);
        for (x, y) in [(0, 0), (23, 0), (3, 17), (23, 23)] {
            picture.set(x, y);
        }
        assert_eq!(Bitmap::from_rows(24, 24, &picture.rows()), picture);
        assert_eq!(Bitmap::from_columns(&picture.columns()), picture);
    }
}
