//! `annotomy segment snake`.

use crate::arguments::{SnakeArguments, SpeedBy};
use crate::call::{Session, absolute, optional};
use crate::print::Output;
use annotomy_app::wire::{SegmentSnakeRequest, SegmentedBySnake, SnakeSpeed};

impl SnakeArguments {
    fn speed(&self) -> anyhow::Result<SnakeSpeed> {
        Ok(match self.speed {
            SpeedBy::Threshold => SnakeSpeed::Threshold {
                low: self.low,
                high: self.high,
                softness: self.softness,
            },
            SpeedBy::Edge => SnakeSpeed::Edge {
                sigma: self.sigma,
                contrast: self.contrast,
                exponent: self.exponent,
            },
            SpeedBy::Clusters => SnakeSpeed::Clusters {
                classes: self.classes,
                chosen: self.chosen.clone(),
            },
            SpeedBy::Classifier => SnakeSpeed::Classifier {
                classifier: optional(self.classifier.as_deref())?.unwrap_or_default(),
                class: self.class.clone().unwrap_or_default(),
            },
        })
    }
}

pub(crate) async fn run(
    session: &Session,
    wanted: SnakeArguments,
    output: Output,
) -> anyhow::Result<()> {
    let request = SegmentSnakeRequest {
        image: absolute(&wanted.image)?,
        bubbles: optional(wanted.bubbles.as_deref())?,
        start: optional(wanted.start.as_deref())?,
        output: absolute(&wanted.out)?,
        margin_mm: wanted.margin,
        speed: wanted.speed()?,
        propagation: wanted.propagation,
        curvature: wanted.curvature,
        advection: wanted.advection,
        iterations: wanted.iterations,
        replace_existing: wanted.replace,
    };
    let done: SegmentedBySnake = session.call("segment_snake", &request).await?;
    output.segmented_by_snake(&done)
}
