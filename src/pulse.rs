//! Signs of life: a thread that must not stand still beats, and the watchdog is fed only while all do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the turns of one thread's loop.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// One more turn.
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Turns so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Tells whether every one of several threads has turned since it was last asked.
#[derive(Debug)]
pub struct Vigil {
    pulses: Vec<(Pulse, u64)>,
}

impl Vigil {
    /// Watches over these.
    pub fn over(pulses: impl IntoIterator<Item = Pulse>) -> Self {
        Self {
            pulses: pulses.into_iter().map(|it| (it, 0)).collect(),
        }
    }

    /// Whether all have turned since the last time.
    pub fn all_alive(&mut self) -> bool {
        let mut all = true;
        for (pulse, last) in &mut self.pulses {
            let now = pulse.count();
            all &= now != *last;
            *last = now;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_that_stands_still_is_enough() {
        let (screen, printer) = (Pulse::default(), Pulse::default());
        let mut vigil = Vigil::over([screen.clone(), printer.clone()]);
        screen.beat();
        printer.beat();
        assert!(vigil.all_alive());
        screen.beat();
        assert!(!vigil.all_alive());
        printer.beat();
        screen.beat();
        assert!(vigil.all_alive());
    }
}
