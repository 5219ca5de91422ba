//! Rows of measurements beside what was promised, as a Markdown table.

use std::fmt::Write;

/// How a value must relate to its promise.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Promise {
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
    /// Shown for comparison only.
    None,
}

#[derive(Debug)]
struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    promise: Promise,
}

/// Measurements in the order they were made.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a measurement and shows it at once.
    pub(crate) fn add(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        promise: Promise,
    ) {
        let row = Row {
            what: what.into(),
            value,
            unit,
            promise,
        };
        println!("{}", row.cells());
        self.rows.push(row);
    }

    /// Adds the milliseconds of a peer, and how many times faster ours is.
    pub(crate) fn add_peer(
        &mut self,
        what: &str,
        ours_ms: f64,
        (peer, peer_ms): (&str, f64),
        promise: Promise,
    ) {
        self.add(format!("{what}, {peer}"), peer_ms, "ms", Promise::None);
        let faster = format!("{what}: times faster than {peer}");
        self.add(faster, peer_ms / ours_ms, "x", promise);
    }

    /// The whole table, with the machine it was measured on.
    pub(crate) fn report(&self) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().unwrap_or("unknown");
        let mut report = format!("{cores} cores, load {load} at the end of the run\n\n");
        report.push_str("| what | measured | promised | met |\n| --- | --- | --- | --- |\n");
        for row in &self.rows {
            // Writing to a string cannot fail.
            let _written = writeln!(report, "{}", row.cells());
        }
        report
    }
}

impl Row {
    fn cells(&self) -> String {
        let unit = self.unit;
        let (promised, is_met) = match self.promise {
            Promise::AtMost(most) => (format!("at most {most} {unit}"), Some(self.value <= most)),
            Promise::AtLeast(least) => (
                format!("at least {least} {unit}"),
                Some(self.value >= least),
            ),
            Promise::None => (String::new(), None),
        };
        let met = is_met.map_or("", |is_met| if is_met { "yes" } else { "NO" });
        format!(
            "| {} | {:.2} {unit} | {promised} | {met} |",
            self.what, self.value
        )
    }
}

/// The value below which the fraction `q` of the values lies.
pub(crate) fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let place = (q * last as f64).round() as usize;
    sorted.get(place).copied().unwrap_or(f64::NAN)
}

/// The middle value.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantile_takes_the_value_at_its_place() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(median(&values), 3.0);
        assert_eq!(quantile(&values, 1.0), 5.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_broken_promise_shows() {
        let mut table = Table::default();
        table.add("slow", 17.0, "ms", Promise::AtMost(16.0));
        table.add("fast", 2.5, "x", Promise::AtLeast(2.0));
        let report = table.report();
        assert!(report.contains("| slow | 17.00 ms | at most 16 ms | NO |"));
        assert!(report.contains("| fast | 2.50 x | at least 2 x | yes |"));
    }
}
