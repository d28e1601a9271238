//! Chance that can be played again: everything follows from a seed.

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and good enough for visitors.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another one, that goes its own way whatever is asked of this one.
    pub fn split(&mut self) -> Self {
        Self(self.next())
    }

    /// 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "it never ends, and is no list of anything"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True in `share` of all cases.
    pub fn of(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// The index of one of these weights, each as often as it weighs.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (at, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return at;
            }
        }
        weights.len() - 1
    }

    /// Times between arrivals: exponential.
    pub fn gap(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Service times: log-normal, as they are seen at counters (Brown et al. 2005). `spread` is the standard
    /// deviation over the mean.
    pub fn service(&mut self, mean: f64, spread: f64) -> f64 {
        let variance = (1.0 + spread * spread).ln();
        let (one, other) = (1.0 - self.unit(), self.unit());
        let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
        (mean.ln() - variance / 2.0 + variance.sqrt() * normal).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_chance_and_means_are_what_they_are_called() {
        let mut one = Chance::new(7);
        let mut other = Chance::new(7);
        assert!((0..100).all(|_| one.next() == other.next()));
        let count = 20_000;
        let mean = |draw: &mut dyn FnMut(&mut Chance) -> f64| {
            let mut chance = Chance::new(1);
            (0..count).map(|_| draw(&mut chance)).sum::<f64>() / f64::from(count)
        };
        assert!((mean(&mut Chance::unit) - 0.5).abs() < 0.02);
        assert!((mean(&mut |it| it.gap(3.0)) - 3.0).abs() < 0.1);
        assert!((mean(&mut |it| it.service(10.0, 0.8)) - 10.0).abs() < 0.3);
        assert!((mean(&mut |it| it.weighted(&[1.0, 3.0]) as f64) - 0.75).abs() < 0.02);
    }
}
