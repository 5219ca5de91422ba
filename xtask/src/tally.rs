//! Counts passed and failed tests from the last lines that test runners print.

/// Numbers of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// That passed.
    pub(crate) passed: usize,
    /// That failed.
    pub(crate) failed: usize,
}

impl Tally {
    /// One check that has only one outcome.
    pub(crate) fn of(passed: bool) -> Self {
        Self {
            passed: usize::from(passed),
            failed: usize::from(!passed),
        }
    }

    /// Adds other numbers.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Adds what one line of a runner's output says; most lines say nothing.
    pub(crate) fn read_line(&mut self, line: &str) {
        let plain = without_colours(line);
        let words: Vec<&str> = plain
            .split(|c: char| c.is_whitespace() || c == ';')
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            // libtest: `test result: ok. 3 passed; 0 failed; 0 ignored; ...`
            ["test", "result:", _, counts @ ..] => self.read_pairs(counts),
            // vitest: `Tests  1 failed | 12 passed (13)`
            ["Tests", counts @ ..] => self.read_pairs(counts),
            // node:test, TAP: `# pass 12`
            ["#" | "\u{2139}", "pass", count] => self.passed += count.parse().unwrap_or(0),
            ["#" | "\u{2139}", "fail" | "cancelled", count] => {
                self.failed += count.parse().unwrap_or(0);
            }
            _ => {}
        }
    }

    fn read_pairs(&mut self, words: &[&str]) {
        for pair in words.windows(2) {
            match pair {
                [count, "passed"] => self.passed += count.parse().unwrap_or(0),
                [count, "failed"] => self.failed += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

/// The line without ANSI escape sequences (`ESC [ ... letter`).
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = after
            .find(|c: char| c.is_ascii_alphabetic())
            .map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, passed: usize, failed: usize) {
        let mut tally = Tally::default();
        tally.read_line(line);
        assert_eq!(tally, Tally { passed, failed }, "{line}");
    }

    #[test]
    fn reads_the_summary_of_each_runner() {
        check(
            "test result: ok. 17 passed; 2 failed; 0 ignored; 0 measured",
            17,
            2,
        );
        check(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m1 failed\u{1b}[22m | \u{1b}[1m12 passed\u{1b}[22m (13)",
            12,
            1,
        );
        check("      Tests  5 passed (5)", 5, 0);
        check("# pass 4", 4, 0);
        check("\u{2139} fail 3", 0, 3);
        check("# cancelled 1", 0, 1);
    }

    #[test]
    fn ignores_other_lines() {
        check(" Test Files  2 passed (2)", 0, 0);
        check("12 passed", 0, 0);
        check("test geometry::inverts ... ok", 0, 0);
    }
}
