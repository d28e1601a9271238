//! The roll in the printer: how many slips it will still give, so that its end comes to nobody as a surprise.

/// Paper that goes when a roll is put in, and the last turns that do not come off the core, millimetres.
const LOST_MM: u32 = 1500;
/// What a paper is taken to need before the roll has shown it, millimetres …
const PAPER_MM: u32 = 140;
/// … with the weight of so many papers.
const WEIGHT: u32 = 10;
/// What is left at most when the printer's own sensor says that the roll comes to its end, millimetres.
const NEAR_END_MM: u32 = 5000;

/// The roll in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roll {
    /// Its length when it was new, millimetres; the settings say so.
    pub length_mm: u32,
    /// What has come off it, millimetres.
    pub used_mm: u32,
    /// In so many papers.
    pub papers: u32,
}

/// What is to be said of the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Papers it will still give, about: rounded down to tens above twenty.
    pub papers: u32,
    /// Whether that is fewer than the busiest half-day of late has needed.
    pub short: bool,
}

impl Roll {
    /// Papers still to come. `near_end` is what the printer's sensor says, `busiest` the papers of the busiest half-day.
    pub fn forecast(&self, near_end: bool, busiest: u32) -> Forecast {
        let a_paper = (PAPER_MM * WEIGHT).saturating_add(self.used_mm) / WEIGHT.saturating_add(self.papers);
        let mut left = self
            .length_mm
            .saturating_sub(LOST_MM)
            .saturating_sub(self.used_mm);
        if near_end {
            left = left.min(NEAR_END_MM);
        }
        let papers = left / a_paper.max(1);
        Forecast {
            papers: if papers < 20 { papers } else { papers / 10 * 10 },
            short: papers < busiest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW: Roll = Roll {
        length_mm: 50_000,
        used_mm: 0,
        papers: 0,
    };

    #[test]
    fn a_new_roll_is_reckoned_with_usual_slips_and_an_older_one_with_its_own() {
        assert_eq!(NEW.forecast(false, 40).papers, 340);
        let short_slips = Roll {
            used_mm: 9_000,
            papers: 90,
            ..NEW
        };
        // 104 mm each now, and 39.5 m are left.
        assert_eq!(short_slips.forecast(false, 40).papers, 370);
    }

    #[test]
    fn the_end_is_told_before_a_busy_morning_and_never_below_nothing() {
        let old = Roll {
            used_mm: 43_000,
            papers: 300,
            ..NEW
        };
        assert_eq!(
            old.forecast(false, 40),
            Forecast {
                papers: 30,
                short: true
            }
        );
        assert!(!old.forecast(false, 30).short);
        let over = Roll {
            used_mm: 60_000,
            papers: 430,
            ..NEW
        };
        assert_eq!(
            over.forecast(false, 1),
            Forecast {
                papers: 0,
                short: true
            }
        );
    }

    #[test]
    fn the_printers_own_sensor_is_believed_over_the_count() {
        assert_eq!(NEW.forecast(true, 40).papers, 30);
        assert!(NEW.forecast(true, 40).short);
    }
}
