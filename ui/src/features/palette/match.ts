/** Finds actions by a few typed letters. */

/**
 * How well `query` fits `text`: every letter must occur in order. Whole runs found as typed count most,
 * then starts of words. Null when it does not fit.
 */
export function fit(text: string, query: string): number | null {
  const letters = text.toLowerCase();
  const wanted = query.trim().toLowerCase();
  const run = letters.indexOf(wanted);
  if (run >= 0) return 1000 - run + (isWordStart(letters, run) ? 500 : 0);
  let score = 0;
  let at = -1;
  for (const letter of wanted.replace(/\s+/g, '')) {
    at = letters.indexOf(letter, at + 1);
    if (at < 0) return null;
    if (isWordStart(letters, at)) score += 10;
  }
  return score;
}

function isWordStart(letters: string, at: number): boolean {
  return at === 0 || /[\s:(/-]/.test(letters.charAt(at - 1));
}

/** Entries that fit, the best first; in their own order when nothing is typed. */
export function ranked<Entry>(
  entries: readonly Entry[],
  query: string,
  textOf: (entry: Entry) => string,
): Entry[] {
  if (query.trim() === '') return [...entries];
  return entries
    .flatMap((entry) => {
      const score = fit(textOf(entry), query);
      return score === null ? [] : [{ entry, score }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
