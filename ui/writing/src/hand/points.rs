//! Point by point: what of a drawing a character explains, and what of the character the drawing has.

use super::grid::{Frame, walk};
use super::{Point, Stroke};

/// Points a drawing is made of, about; as part of its longer side.
const STEP: f32 = 1.0 / 12.0;

/// Further off than this, farther makes no difference.
const FAR: f32 = 0.3;

/// What a turn of direction costs, as distance: half a turn costs twice this.
const TURN: f32 = 0.3;

/// What ink between strokes costs beside its distance.
const BETWEEN: f32 = 0.03;

/// How many points are looked at together: as many as a processor's registers like.
const LANES: usize = 8;

type Lanes = [f32; LANES];

/// A piece of ink: where, in which direction (unit vector), how long.
#[derive(Debug, Clone, Copy)]
struct Bit {
    x: f32,
    y: f32,
    dx: f32,
    dy: f32,
    length: f32,
}

/// Pieces of ink, laid out so that one is compared with eight at once.
#[derive(Debug, Default)]
struct Ink {
    bits: Vec<Bit>,
    lanes: Vec<[Lanes; 4]>,
}

/// A drawing as points with directions.
#[derive(Debug)]
pub(super) struct Cloud(Ink);

impl Cloud {
    /// The drawing in `frame`.
    pub(super) fn of(drawing: &[Stroke], frame: &Frame) -> Self {
        let mut ink = Ink::default();
        for stroke in drawing {
            ink.along(stroke, frame);
        }
        ink.lay_out();
        Self(ink)
    }

    /// What of the drawing a character does not explain, by its strokes or by the way from one to the next, and what
    /// of its strokes the drawing lacks: mean distances, 0 for nothing.
    pub(super) fn differs(&self, strokes: &[Stroke], frame: &Frame) -> (f32, f32) {
        let (mut own, mut between) = (Ink::default(), Ink::default());
        for (number, stroke) in strokes.iter().enumerate() {
            own.along(stroke, frame);
            let next = strokes.get(number + 1).and_then(|it| it.first());
            if let (Some(from), Some(to)) = (stroke.last(), next) {
                between.along(&[*from, *to], frame);
            }
        }
        own.lay_out();
        between.lay_out();
        let unexplained = self.0.mean(|bit| {
            let joined = between.distance(bit) + BETWEEN;
            own.distance(bit).min(joined)
        });
        let lacking = own.mean(|bit| self.0.distance(bit));
        (unexplained, lacking)
    }
}

impl Ink {
    fn along(&mut self, stroke: &[Point], frame: &Frame) {
        let mut bit = |at: Point, (dx, dy): (f32, f32), length: f32| {
            let Point { x, y } = at;
            self.bits.push(Bit { x, y, dx, dy, length });
        };
        if let [only] = stroke {
            bit(frame.place(*only), (0.707, 0.707), STEP);
        }
        for pair in stroke.windows(2) {
            walk(frame.place(pair[0]), frame.place(pair[1]), STEP, &mut bit);
        }
    }

    fn lay_out(&mut self) {
        for bits in self.bits.chunks(LANES) {
            let mut lanes = [[FAR * 9.0; LANES]; 4];
            for (at, bit) in bits.iter().enumerate() {
                for (lane, value) in lanes.iter_mut().zip([bit.x, bit.y, bit.dx, bit.dy]) {
                    lane[at] = value;
                }
            }
            self.lanes.push(lanes);
        }
    }

    /// How far the nearest piece is that runs the same way; a turn counts as distance.
    fn distance(&self, bit: &Bit) -> f32 {
        let mut least = [FAR * FAR; LANES];
        for [x, y, dx, dy] in &self.lanes {
            for at in 0..LANES {
                let (across, down) = (bit.x - x[at], bit.y - y[at]);
                let turn = 1.0 - (bit.dx * dx[at] + bit.dy * dy[at]);
                let far = across * across + down * down + turn * (TURN * TURN);
                least[at] = if far < least[at] { far } else { least[at] };
            }
        }
        least.into_iter().fold(FAR * FAR, f32::min).sqrt()
    }

    fn mean(&self, of: impl Fn(&Bit) -> f32) -> f32 {
        let (mut sum, mut length) = (0.0, 0.0);
        for bit in &self.bits {
            sum += of(bit) * bit.length;
            length += bit.length;
        }
        if length == 0.0 { FAR } else { sum / length }
    }
}
