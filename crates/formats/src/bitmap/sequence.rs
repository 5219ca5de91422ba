//! Pictures whose names differ in a running number.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Longer numbers are dates or identifiers.
const MAX_DIGITS: usize = 15;

/// A name with a hole where the number was: folder, before it, after it.
type Pattern = (PathBuf, String, String);

/// Files of one pattern; the position of each among all, by its place in the stack.
#[derive(Debug, PartialEq)]
pub(crate) struct Sequence {
    /// `None` where a number is missing.
    pub(crate) places: Vec<Option<usize>>,
    pub(crate) n_missing: usize,
}

/// Sorts files into sequences; what belongs to none is left out.
pub(crate) fn sequences(paths: &[&Path]) -> Vec<Sequence> {
    let candidates: Vec<Vec<(Pattern, u64)>> = paths.iter().map(|path| patterns(path)).collect();
    let mut n_files: BTreeMap<&Pattern, usize> = BTreeMap::new();
    for (pattern, _) in candidates.iter().flatten() {
        let n = n_files.entry(pattern).or_default();
        *n = n.saturating_add(1);
    }
    // Of several numbers in a name the one that most files differ in; the last of equals.
    let mut members: BTreeMap<&Pattern, Vec<(u64, usize)>> = BTreeMap::new();
    for (index, candidates) in candidates.iter().enumerate() {
        let best = candidates
            .iter()
            .max_by_key(|(pattern, _)| n_files.get(pattern));
        if let Some((pattern, number)) = best {
            members.entry(pattern).or_default().push((*number, index));
        }
    }
    members.into_values().filter_map(sequence).collect()
}

fn patterns(path: &Path) -> Vec<(Pattern, u64)> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Vec::new();
    };
    let stem = name.rfind('.').unwrap_or(name.len());
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = name.get(at..stem).filter(|rest| !rest.is_empty()) {
        let is_digit = |c: char| c.is_ascii_digit();
        let n_digits = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        if n_digits == 0 {
            at = at.saturating_add(rest.find(is_digit).unwrap_or(rest.len()));
            continue;
        }
        let end = at.saturating_add(n_digits);
        let parts = (name.get(..at), rest.get(..n_digits), name.get(end..));
        if let (Some(before), Some(digits), Some(after)) = parts
            && n_digits <= MAX_DIGITS
            && let Ok(number) = digits.parse()
        {
            let pattern = (folder.to_owned(), before.to_owned(), after.to_owned());
            found.push((pattern, number));
        }
        at = end;
    }
    found
}

/// Numbers with even steps, of which a third at most is missing.
fn sequence(mut members: Vec<(u64, usize)>) -> Option<Sequence> {
    members.sort_unstable();
    let (first, last) = (members.first()?.0, members.last()?.0);
    let numbers = || members.iter().map(|(number, _)| *number);
    let steps = || numbers().zip(numbers().skip(1)).map(|(a, b)| b.abs_diff(a));
    let is_running = steps().all(|step| step > 0) && (members.len() > 2 || steps().eq([1]));
    let step = steps().fold(0, greatest_common_divisor);
    if !is_running || step == 0 {
        return None;
    }
    let n_places = last.abs_diff(first).checked_div(step)?.checked_add(1)?;
    let n_places = usize::try_from(n_places).ok()?;
    let n_missing = n_places.saturating_sub(members.len());
    if n_missing > members.len() / 2 {
        return None;
    }
    let mut places = vec![None; n_places];
    for (number, index) in members {
        let place = number.abs_diff(first).checked_div(step)?;
        *places.get_mut(usize::try_from(place).ok()?)? = Some(index);
    }
    Some(Sequence { places, n_missing })
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}
