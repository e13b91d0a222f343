//! Percentiles and ratios.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

/// Milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Summary {
    pub samples: usize,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

/// Helproom beside the floor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Comparison {
    pub helproom: Summary,
    pub floor: Summary,
    pub portal: Option<Summary>,
    /// Of the medians.
    pub ratio: f64,
}

/// Samples taken in turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    pub helproom: Vec<Duration>,
    pub floor: Vec<Duration>,
    /// A bare request in the portal itself: how much dearer the room is for
    /// the homeserver. What is above it is Helproom's own time.
    pub portal: Vec<Duration>,
}

impl Samples {
    pub fn summary(&self) -> Result<Comparison> {
        let (helproom, floor) = (summary(&self.helproom)?, summary(&self.floor)?);
        Ok(Comparison {
            helproom,
            floor,
            portal: summary(&self.portal).ok(),
            ratio: helproom.p50 / floor.p50,
        })
    }
}

pub(super) fn summary(samples: &[Duration]) -> Result<Summary> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let at = |percent| {
        let value = percentile(&sorted, percent).context("there are no samples")?;
        Ok::<_, anyhow::Error>(value.as_secs_f64() * 1000.0)
    };
    Ok(Summary {
        samples: sorted.len(),
        p50: at(50)?,
        p95: at(95)?,
        p99: at(99)?,
    })
}

/// The nearest rank: the smallest sample that `percent` of all do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_to(count: u64) -> Vec<Duration> {
        (1..=count).rev().map(Duration::from_millis).collect()
    }

    #[test]
    fn percentiles_are_samples_of_nearest_rank() {
        for (count, p50, p95, p99) in [
            (1, 1.0, 1.0, 1.0),
            (4, 2.0, 4.0, 4.0),
            (200, 100.0, 190.0, 198.0),
        ] {
            let got = summary(&up_to(count)).unwrap();
            assert_eq!((got.p50, got.p95, got.p99), (p50, p95, p99), "of {count}");
        }
    }

    #[test]
    fn without_samples_there_is_no_figure() {
        assert!(summary(&[]).is_err());
    }

    #[test]
    fn the_ratio_is_of_the_medians() {
        let samples = Samples {
            helproom: up_to(6),
            floor: up_to(4),
            portal: Vec::new(),
        };
        assert_eq!(samples.summary().unwrap().ratio, 1.5);
    }
}
