//! A drawing as counts of ink: eight directions in 8 × 8 places, however many strokes and in whatever order.

use super::{Point, Stroke};

/// Places along one side.
const SIDE: usize = 8;

/// Directions of a pen.
const DIRECTIONS: usize = 8;

/// Counts of a grid.
pub(super) const CELLS: usize = SIDE * SIDE * DIRECTIONS;

/// What a vector of length 1 is multiplied by before it is rounded.
const SCALE: f32 = 280.0;

/// The product of a grid with itself.
pub(super) const ONE: f32 = SCALE * SCALE;

/// A drawing as counts.
pub(super) type Grid = [i8; CELLS];

/// How far apart ink is looked at, as part of the drawing's longer side.
const STEP: f32 = 1.0 / 24.0;

/// Where a drawing lies and how large it is, so that it can be scaled to a square with its shape kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    left: f32,
    top: f32,
    scale: f32,
}

impl Frame {
    /// None where nothing was drawn.
    pub(super) fn of(drawing: &[Stroke]) -> Option<Self> {
        let mut points = drawing.iter().flatten();
        let first = points.next()?;
        let (mut left, mut right, mut top, mut bottom) = (first.x, first.x, first.y, first.y);
        for point in points {
            left = left.min(point.x);
            right = right.max(point.x);
            top = top.min(point.y);
            bottom = bottom.max(point.y);
        }
        let longer = (right - left).max(bottom - top).max(f32::MIN_POSITIVE);
        Some(Self {
            left: (left + right - longer) / 2.0,
            top: (top + bottom - longer) / 2.0,
            scale: 1.0 / longer,
        })
    }

    /// By where the ink lies and how far it spreads, so that one long stroke does not shrink all the others.
    /// `joined` is how much the way from one stroke to the next weighs.
    pub(super) fn by_ink(drawing: &[Stroke], joined: impl Fn(usize) -> f32) -> Option<Self> {
        let whole = Self::of(drawing)?;
        let (mut sum, mut x, mut y, mut xx, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        each(drawing, joined, |from, to, weight| {
            walk(whole.place(from), whole.place(to), STEP, |at, _, length| {
                let ink = length * weight;
                sum += ink;
                x += at.x * ink;
                y += at.y * ink;
                xx += at.x * at.x * ink;
                yy += at.y * at.y * ink;
            });
        });
        if sum == 0.0 {
            return Some(whole);
        }
        let (x, y) = (x / sum, y / sum);
        let spread = (xx / sum - x * x).max(yy / sum - y * y).max(0.0).sqrt();
        // Ink spread evenly over the square lies 0.29 from its middle on average.
        let longer = (spread / 0.27).max(0.4);
        Some(Self {
            left: whole.left + (x - longer / 2.0) / whole.scale,
            top: whole.top + (y - longer / 2.0) / whole.scale,
            scale: whole.scale / longer,
        })
    }

    /// The point in a square of 1.
    pub(super) fn place(&self, point: Point) -> Point {
        Point {
            x: (point.x - self.left) * self.scale,
            y: (point.y - self.top) * self.scale,
        }
    }
}

/// Walks a line in steps, telling each one's middle, its direction (unit vector) and its length.
pub(super) fn walk(from: Point, to: Point, step: f32, mut tell: impl FnMut(Point, (f32, f32), f32)) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    if length <= 0.0 {
        return;
    }
    let steps = (length / step).ceil().max(1.0);
    for at in 0..steps as usize {
        let part = (at as f32 + 0.5) / steps;
        let middle = Point {
            x: from.x + dx * part,
            y: from.y + dy * part,
        };
        tell(middle, (dx / length, dy / length), length / steps);
    }
}

struct Counts([f32; CELLS]);

impl Counts {
    fn new() -> Self {
        Self([0.0; CELLS])
    }

    /// Spreads a piece of ink over the four nearest places and the two nearest directions.
    fn add(&mut self, at: Point, direction: (f32, f32), weight: f32) {
        let turn = direction.1.atan2(direction.0) / std::f32::consts::TAU * DIRECTIONS as f32;
        let turn = if turn < 0.0 {
            turn + DIRECTIONS as f32
        } else {
            turn
        };
        let (one, part) = (turn as usize % DIRECTIONS, turn.fract());
        let two = (one + 1) % DIRECTIONS;
        let along = |it: f32| {
            let it = (it * SIDE as f32 - 0.5).clamp(0.0, (SIDE - 1) as f32);
            let near = (it as usize).min(SIDE - 2);
            (near, it - near as f32)
        };
        let ((x, dx), (y, dy)) = (along(at.x), along(at.y));
        for (row, down) in [(y, 1.0 - dy), (y + 1, dy)] {
            for (column, across) in [(x, 1.0 - dx), (x + 1, dx)] {
                let cell = (row * SIDE + column) * DIRECTIONS;
                let ink = weight * down * across;
                self.0[cell + one] += ink * (1.0 - part);
                self.0[cell + two] += ink * part;
            }
        }
    }

    /// Square roots, so that a long stroke does not hide the short ones, brought to length 1.
    fn rooted(mut self) -> Self {
        let mut sum = 0.0;
        for cell in &mut self.0 {
            sum += *cell;
            *cell = cell.sqrt();
        }
        let length = sum.sqrt().max(f32::MIN_POSITIVE);
        for cell in &mut self.0 {
            *cell /= length;
        }
        self
    }

    fn rounded(&self) -> Grid {
        let length = self.0.iter().map(|it| it * it).sum::<f32>().sqrt();
        let scale = SCALE / length.max(f32::MIN_POSITIVE);
        self.0.map(|it| (it * scale + 0.5) as i8)
    }
}

/// Tells every line of a drawing, and the way from each stroke to the next where that weighs something.
fn each(drawing: &[Stroke], joined: impl Fn(usize) -> f32, mut tell: impl FnMut(Point, Point, f32)) {
    for (number, stroke) in drawing.iter().enumerate() {
        for pair in stroke.windows(2) {
            tell(pair[0], pair[1], 1.0);
        }
        let weight = joined(number);
        if 0.0 < weight
            && let (Some(from), Some(to)) = (stroke.last(), drawing.get(number + 1).and_then(|it| it.first()))
        {
            tell(*from, *to, weight);
        }
    }
}

/// The grid of a drawing in `frame`; `joined` is how much the way from one stroke to the next weighs.
pub(super) fn of(drawing: &[Stroke], frame: &Frame, joined: f32) -> Grid {
    count(drawing, frame, |it| it, |_| joined).rooted().rounded()
}

/// Counts ink; `bend` distorts, `joined` says how much the way to the stroke after the given one weighs.
fn count(
    drawing: &[Stroke],
    frame: &Frame,
    bend: impl Fn(Point) -> Point,
    joined: impl Fn(usize) -> f32,
) -> Counts {
    let mut counts = Counts::new();
    let place = |it: Point| bend(frame.place(it));
    each(drawing, joined, |from, to, weight| {
        walk(place(from), place(to), STEP, |at, direction, length| {
            counts.add(at, direction, length * weight);
        });
    });
    for stroke in drawing {
        if let [only] = stroke.as_slice() {
            // A dot, as a finger makes it: a little ink downwards to the right.
            counts.add(place(*only), (0.707, 0.707), STEP);
        }
    }
    counts
}

/// Leaning to the right, taller than wide; how strokes are joined: 0 separate, 1 all, 2 and 3 every other.
const COPIES: [(f32, f32, u8); 4] = [(0.04, 0.03, 0), (-0.04, -0.03, 1), (0.0, 0.0, 2), (0.0, 0.0, 3)];

/// The grid that stands for a character: the mean of drawings with separate, half joined and joined strokes, leaning
/// and stretched a little this way and that.
pub(super) fn averaged(strokes: &[Stroke]) -> Grid {
    let mut mean = Counts::new();
    for (lean, tall, joins) in COPIES {
        let bend = |it: Point| Point {
            x: 0.5 + (it.x - 0.5) * (1.0 - tall) - (it.y - 0.5) * lean,
            y: 0.5 + (it.y - 0.5) * (1.0 + tall) - (it.x - 0.5) * lean,
        };
        let joined = |number: usize| match joins {
            0 => 0.0,
            1 => 1.0,
            half => f32::from((number % 2) as u8 == half - 2),
        };
        let Some(frame) = Frame::by_ink(strokes, joined) else {
            return [0; CELLS];
        };
        let copy = count(strokes, &frame, bend, joined).rooted();
        for (sum, cell) in mean.0.iter_mut().zip(copy.0) {
            *sum += cell;
        }
    }
    mean.rounded()
}

/// How alike two grids are; [`ONE`] for equal ones.
pub(super) fn product(a: &[i16; CELLS], b: &Grid) -> i32 {
    let products = a.iter().zip(b).map(|(a, b)| i32::from(a * i16::from(*b)));
    products.sum()
}
