//! How the file proposes to show its values, in the words of the wire.

use crate::wire::{GreyStep, Window, WindowFunction, WindowName, WindowPreset};
use annotomy_formats::{Series, Voi, VoiCurve, VoiFunction, VoiTable};

/// The file's own windows and tables.
pub(crate) fn of_file(series: &Series) -> Vec<WindowPreset> {
    series.voi().iter().map(preset).collect()
}

fn preset(voi: &Voi) -> WindowPreset {
    let window = match &voi.curve {
        VoiCurve::Window {
            center,
            width,
            function,
        } => Window {
            function: match function {
                VoiFunction::Linear => WindowFunction::Linear,
                VoiFunction::LinearExact => WindowFunction::LinearExact,
                VoiFunction::Sigmoid => WindowFunction::Sigmoid,
            },
            ..Window::exact(*center, *width)
        },
        VoiCurve::Table(table) => of_table(table),
    };
    WindowPreset {
        name: WindowName::File,
        explanation: voi.explanation.clone(),
        window,
    }
}

/// Its window is what the table spans, to go on from when it is changed by hand.
fn of_table(table: &VoiTable) -> Window {
    let mut steps: Vec<GreyStep> = Vec::new();
    // Values between two whole ones belong to the nearer.
    let mut from = table.first as f64 - 0.5;
    for entry in &table.entries {
        let white = f64::from(table.white);
        let grey = (f64::from(*entry) / white * 255.0).round() as u8;
        if steps.last().is_none_or(|last| last.grey != grey) {
            steps.push(GreyStep { from, grey });
        }
        from += 1.0;
    }
    let width = table.entries.len() as f64;
    Window {
        steps,
        ..Window::exact(from - width / 2.0, width)
    }
}

impl Window {
    /// Grey that a stored value of a series is shown as: black where it is padding, and the other
    /// way round where low values are meant to be bright.
    pub(crate) fn shown(&self, series: &Series, stored: f64) -> u8 {
        if series
            .padding()
            .is_some_and(|padding| padding.holds(stored))
        {
            return 0;
        }
        let grey = self.grey(series.rescale().value(stored));
        match series.is_inverted() {
            true => 255 - grey,
            false => grey,
        }
    }

    /// Grey of a value, 0 to 255, as the shader of the UI has it.
    pub(crate) fn grey(&self, value: f64) -> u8 {
        if let Some(first) = self.steps.first() {
            let above = self.steps.partition_point(|step| step.from <= value);
            return above
                .checked_sub(1)
                .map_or(first.grey, |n| self.steps[n].grey);
        }
        let share = (value - self.center) / self.width;
        let grey = match self.function {
            WindowFunction::Linear => (value - (self.center - 0.5)) / (self.width - 1.0) + 0.5,
            WindowFunction::LinearExact => share + 0.5,
            WindowFunction::Sigmoid => 1.0 / (1.0 + (-4.0 * share).exp()),
        };
        (grey * 255.0).clamp(0.0, 255.0).round() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(function: WindowFunction) -> Window {
        Window {
            function,
            ..Window::exact(100.0, 51.0)
        }
    }

    #[track_caller]
    fn check(window: &Window, expected: &[(f64, u8)]) {
        for &(value, grey) in expected {
            assert_eq!(window.grey(value), grey, "{value}");
        }
    }

    #[test]
    fn greys_follow_the_formulas_of_the_standard() {
        // PS3.3 C.11.2.1.2.1: black up to c - 0.5 - (w - 1) / 2 = 74.5, white from 124.5 on.
        let linear = window(WindowFunction::Linear);
        check(
            &linear,
            &[(74.0, 0), (74.5, 0), (84.5, 51), (124.5, 255), (999.0, 255)],
        );
        // C.11.2.1.3.2: from c - w / 2 = 74.5 to 125.5.
        let exact = window(WindowFunction::LinearExact);
        check(&exact, &[(74.5, 0), (84.7, 51), (125.5, 255)]);
        // C.11.2.1.3.1: 1 / (1 + e^-2) at c + w / 2, half at c.
        let sigmoid = window(WindowFunction::Sigmoid);
        check(&sigmoid, &[(100.0, 128), (125.5, 225), (74.5, 30)]);
    }

    #[test]
    fn a_table_is_held_at_its_ends_and_nearest_between() {
        let table = VoiTable {
            first: 10,
            entries: vec![0, 0, 1023, 512],
            white: 1023,
        };
        let window = of_table(&table);
        let expected = [
            (-5.0, 0),
            (11.4, 0),
            (11.6, 255),
            (12.0, 255),
            (13.0, 128),
            (99.0, 128),
        ];
        check(&window, &expected);
        assert_eq!((window.center, window.width), (11.5, 4.0));
        assert_eq!(window.steps.len(), 3);
    }
}
