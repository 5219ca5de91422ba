/** Which operations of a history are shown: by what was done, to which segment, by whom and when. */

import type { HistoryEntry, OperationKind } from '../../host/wire';

export interface HistoryFilter {
  /** Taking an operation back or bringing it back counts as one of its kind. */
  readonly kind: OperationKind | null;
  /** Name of the segment at that time. */
  readonly segment: string | null;
  readonly by: string | null;
  /** Local time to the minute, as a date field gives it; the whole minute counts. Empty: no bound. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTER: HistoryFilter = { kind: null, segment: null, by: null, from: '', to: '' };

const MINUTE_MS = 60_000;

export function isFiltering(filter: HistoryFilter): boolean {
  const { kind, segment, by, from, to } = filter;
  return kind !== null || segment !== null || by !== null || from !== '' || to !== '';
}

/** Whether its end lies before its beginning: then nothing can match. */
export function isRangeEmpty({ from, to }: HistoryFilter): boolean {
  return from !== '' && to !== '' && Date.parse(to) < Date.parse(from);
}

export function matches({ operation, by, at }: HistoryEntry, filter: HistoryFilter): boolean {
  const time = Date.parse(at);
  return (
    (filter.kind === null || operation.kind === filter.kind || operation.of === filter.kind) &&
    (filter.segment === null || operation.segment === filter.segment) &&
    (filter.by === null || by === filter.by) &&
    (filter.from === '' || time >= Date.parse(filter.from)) &&
    (filter.to === '' || time < Date.parse(filter.to) + MINUTE_MS)
  );
}

/** Whether nothing older than an entry can match. */
export function isBefore({ at }: HistoryEntry, { from }: HistoryFilter): boolean {
  return from !== '' && Date.parse(at) < Date.parse(from);
}

/** What there is to choose from in a history, each once and sorted; kinds in the order met. */
export function choicesIn(entries: readonly HistoryEntry[]) {
  const kinds = entries.flatMap(({ operation: { kind, of } }) =>
    kind === 'undo' || kind === 'redo' ? [kind, ...(of ? [of] : [])] : [kind],
  );
  return {
    kinds: [...new Set(kinds)],
    segments: sorted(entries.flatMap(({ operation }) => operation.segment ?? [])),
    authors: sorted(entries.map(({ by }) => by)),
  };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}
