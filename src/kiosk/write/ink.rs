//! What a finger draws, as points for the engine and as a picture for the eye.

use slint::{Image, Rgba8Pixel, SharedPixelBuffer};
use writing::hand::{Point, Stroke};

/// How thick a line is, as part of the pad's shorter side.
const THICK: f32 = 1.0 / 28.0;

/// The colour of ink: Theme.ink.
const COLOUR: [u8; 3] = [0x14, 0x20, 0x2e];

/// Pixels of a side: more than any panel has is a mistake.
const SIDE_MAX: f32 = 2000.0;

/// Points of one drawing: a finger held for minutes fills no memory.
const POINTS_MAX: usize = 4000;

/// A drawing, in points of the pad as it was when the first stroke began.
#[derive(Default)]
pub(super) struct Ink {
    strokes: Vec<Stroke>,
    points: usize,
    drawing: bool,
    picture: Option<SharedPixelBuffer<Rgba8Pixel>>,
    /// The pad under the finger, across and down: a banner may have taken some of it since.
    pad: (f32, f32),
}

impl Ink {
    pub(super) fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    pub(super) fn picture(&self) -> Image {
        let shown = self.picture.clone().map(Image::from_rgba8_premultiplied);
        shown.unwrap_or_else(super::blank)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A finger comes down on a pad of this size.
    pub(super) fn down(&mut self, at: Point, width: f32, height: f32) {
        self.pad = (width.clamp(1.0, SIDE_MAX), height.clamp(1.0, SIDE_MAX));
        if self.picture.is_none() {
            self.picture = Some(SharedPixelBuffer::new(self.pad.0 as u32, self.pad.1 as u32));
        }
        let at = self.as_begun(at);
        if self.points < POINTS_MAX {
            self.strokes.push(vec![at]);
            self.points += 1;
            self.drawing = true;
            self.line(at, at);
        }
    }

    pub(super) fn moved(&mut self, to: Point) {
        if !self.drawing || POINTS_MAX <= self.points {
            return;
        }
        let to = self.as_begun(to);
        let Some(stroke) = self.strokes.last_mut() else {
            return;
        };
        let from = stroke.last().copied().unwrap_or(to);
        if (from.x - to.x).hypot(from.y - to.y) < 2.0 {
            return;
        }
        stroke.push(to);
        self.points += 1;
        self.line(from, to);
    }

    /// A point of the pad as it is, where it would have been on the pad the drawing began on: the picture is stretched so.
    fn as_begun(&self, at: Point) -> Point {
        let picture = self.picture.as_ref();
        let (width, height) = picture.map_or(self.pad, |it| (it.width() as f32, it.height() as f32));
        let (x, y) = (
            at.x * width / self.pad.0.floor(),
            at.y * height / self.pad.1.floor(),
        );
        Point { x, y }
    }

    /// The finger is gone; false if there was none.
    pub(super) fn up(&mut self) -> bool {
        std::mem::take(&mut self.drawing)
    }

    /// Takes the last stroke back; false if there was none.
    pub(super) fn take_back(&mut self) -> bool {
        if self.strokes.pop().is_none() {
            return false;
        }
        let strokes = std::mem::take(&mut self.strokes);
        if let Some(picture) = &mut self.picture {
            picture.make_mut_slice().fill(Rgba8Pixel::default());
        }
        for stroke in &strokes {
            if let [only] = stroke.as_slice() {
                self.line(*only, *only);
            }
            for pair in stroke.windows(2) {
                self.line(pair[0], pair[1]);
            }
        }
        self.points = strokes.iter().map(Vec::len).sum();
        self.strokes = strokes;
        true
    }

    /// A thick line with round ends.
    fn line(&mut self, from: Point, to: Point) {
        let Some(picture) = &mut self.picture else {
            return;
        };
        let (width, height) = (picture.width() as i32, picture.height() as i32);
        let radius = (width.min(height) as f32 * THICK / 2.0).max(2.0);
        let pixels = picture.make_mut_slice();
        let bounds = |a: f32, b: f32, most: i32| {
            let first = (a.min(b) - radius - 1.0) as i32;
            let last = (a.max(b) + radius + 1.0) as i32;
            first.clamp(0, most)..(last + 1).clamp(0, most)
        };
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx * dx + dy * dy;
        for y in bounds(from.y, to.y, height) {
            for x in bounds(from.x, to.x, width) {
                let (px, py) = (x as f32 - from.x, y as f32 - from.y);
                let along = if length == 0.0 {
                    0.0
                } else {
                    ((px * dx + py * dy) / length).clamp(0.0, 1.0)
                };
                let off = (px - dx * along).hypot(py - dy * along);
                let cover = (radius + 0.5 - off).clamp(0.0, 1.0);
                let alpha = (cover * 255.0) as u8;
                let pixel = &mut pixels[(y * width + x) as usize];
                if pixel.a < alpha {
                    let [r, g, b] = COLOUR.map(|it| (f32::from(it) * cover) as u8);
                    *pixel = Rgba8Pixel { r, g, b, a: alpha };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_leaves_ink_and_taking_it_back_leaves_none() {
        let mut ink = Ink::default();
        ink.down(Point { x: 10.0, y: 10.0 }, 100.0, 80.0);
        ink.moved(Point { x: 90.0, y: 70.0 });
        assert!(ink.up() && !ink.up());
        assert_eq!(ink.strokes().len(), 1);
        let inked = |ink: &Ink| {
            let pixels = ink.picture.as_ref().unwrap().as_slice().iter();
            pixels.filter(|it| 0 < it.a).count()
        };
        assert!(100 < inked(&ink));
        assert!(ink.take_back() && !ink.take_back());
        assert_eq!(inked(&ink), 0);
    }

    #[test]
    fn a_pad_that_shrinks_under_a_banner_changes_no_drawing() {
        let mut ink = Ink::default();
        ink.down(Point { x: 10.0, y: 10.0 }, 100.0, 80.0);
        ink.up();
        // The same place of a pad of three quarters the height.
        ink.down(Point { x: 50.0, y: 30.0 }, 100.0, 60.0);
        ink.moved(Point { x: 50.0, y: 60.0 });
        assert_eq!(
            ink.strokes()[1],
            [Point { x: 50.0, y: 40.0 }, Point { x: 50.0, y: 80.0 }]
        );
    }

    #[test]
    fn a_finger_that_never_leaves_fills_no_memory() {
        let mut ink = Ink::default();
        ink.down(Point { x: 0.0, y: 0.0 }, f32::INFINITY, 10.0);
        for at in 0..20_000 {
            ink.moved(Point {
                x: (at % 50) as f32 * 10.0,
                y: -5.0,
            });
        }
        assert!(ink.strokes()[0].len() <= POINTS_MAX);
    }
}
