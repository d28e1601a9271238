//! Pictures in black and white: what a print head makes.

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
    fn a_picture_comes_back_from_both_forms_printers_know() {
        let mut picture = Bitmap::new(24, 24);
        for (x, y) in [(0, 0), (23, 0), (3, 17), (23, 23)] {
            picture.set(x, y);
        }
        assert_eq!(Bitmap::from_rows(24, 24, &picture.rows()), picture);
        assert_eq!(Bitmap::from_columns(&picture.columns()), picture);
    }
}
