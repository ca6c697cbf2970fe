//! What the proxy counts. Labels are words of ours, never of a request.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::images::Picture;
use crate::images::trouble::Trouble;

/// Upper bounds of the histogram, in seconds, up to the deadline.
const BOUNDS: [f64; 7] = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
}

/// The figures; clones share them.
#[derive(Clone)]
pub struct Metrics {
    pictures: Family<Labels, Counter>,
    bytes: Counter,
    making: Histogram,
    lost_workers: Counter,
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            pictures: Family::default(),
            bytes: Counter::default(),
            making: Histogram::new(BOUNDS),
            lost_workers: Counter::default(),
        }
    }
}

impl Metrics {
    /// Adds the figures to what `/metrics` shows.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "wirecopy_pictures",
            "Pictures asked of the proxy, by what came of it: kept, made, or what was wrong",
            self.pictures.clone(),
        );
        registry.register(
            "wirecopy_pictures_sent_bytes",
            "Bytes of pictures sent",
            self.bytes.clone(),
        );
        registry.register_with_unit(
            "wirecopy_picture_making",
            "Time that a worker had with a picture",
            Unit::Seconds,
            self.making.clone(),
        );
        registry.register(
            "wirecopy_picture_workers_lost",
            "Workers that died or passed their deadline",
            self.lost_workers.clone(),
        );
    }

    pub(super) fn count(&self, outcome: &Result<Picture, Trouble>) {
        let word = match outcome {
            Ok(picture) if picture.was_kept => "kept",
            Ok(_) => "made",
            Err(trouble) => trouble.kind(),
        };
        self.pictures.get_or_create(&Labels { outcome: word }).inc();
        if let Ok(picture) = outcome {
            self.bytes.inc_by(picture.bytes.len() as u64);
        }
    }

    pub(super) fn making(&self, time: Duration) {
        self.making.observe(time.as_secs_f64());
    }

    pub(super) fn lost_worker(&self) {
        self.lost_workers.inc();
    }
}
