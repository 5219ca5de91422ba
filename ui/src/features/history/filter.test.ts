import { describe, expect, it } from 'vitest';
import type { HistoryEntry, OperationName } from '../../host/wire';
import { choicesIn, isBefore, isFiltering, isRangeEmpty, matches, NO_FILTER } from './filter';

function entry(
  operation: Partial<OperationName>,
  { by = 'ada', at = '2026-03-04T10:00:00Z' }: { by?: string; at?: string } = {},
): HistoryEntry {
  return {
    sequence: 1,
    at,
    by,
    operation: { kind: 'paint', segment: 'Liver', ...operation },
    is_undone: false,
  };
}

/** A moment as a date field of this machine tells it. */
function local(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

describe('the filter of the history', () => {
  it('lets everything through at first', () => {
    expect(isFiltering(NO_FILTER)).toBe(false);
    expect(matches(entry({ segment: null }), NO_FILTER)).toBe(true);
  });

  it('keeps what was done, also taking it back', () => {
    const filter = { ...NO_FILTER, kind: 'paint' } as const;
    expect(matches(entry({}), filter)).toBe(true);
    expect(matches(entry({ kind: 'undo', of: 'paint' }), filter)).toBe(true);
    expect(matches(entry({ kind: 'undo', of: 'erase' }), filter)).toBe(false);
  });

  it('keeps a segment and an author', () => {
    expect(matches(entry({}), { ...NO_FILTER, segment: 'Spleen' })).toBe(false);
    expect(matches(entry({}), { ...NO_FILTER, segment: 'Liver', by: 'ada' })).toBe(true);
    expect(matches(entry({}, { by: 'bob' }), { ...NO_FILTER, by: 'ada' })).toBe(false);
  });

  it('keeps a time, both of its minutes whole', () => {
    const filter = {
      ...NO_FILTER,
      from: local('2026-03-04T10:00:00Z'),
      to: local('2026-03-04T10:05:00Z'),
    };
    const isKept = (at: string) => matches(entry({}, { at }), filter);
    expect(isKept('2026-03-04T09:59:59.999Z')).toBe(false);
    expect(isKept('2026-03-04T10:00:00Z')).toBe(true);
    expect(isKept('2026-03-04T10:05:59.999Z')).toBe(true);
    expect(isKept('2026-03-04T10:06:00Z')).toBe(false);
    expect(isBefore(entry({}, { at: '2026-03-04T09:59:59Z' }), filter)).toBe(true);
    expect(isRangeEmpty(filter)).toBe(false);
    expect(isRangeEmpty({ ...filter, from: filter.to, to: filter.from })).toBe(true);
  });

  it('offers what there is', () => {
    const entries = [
      entry({ kind: 'undo', of: 'erase' }, { by: 'zoe' }),
      entry({ segment: 'Aorta' }),
      entry({}),
      entry({ kind: 'export', segment: null }),
    ];
    expect(choicesIn(entries)).toEqual({
      kinds: ['undo', 'erase', 'paint', 'export'],
      segments: ['Aorta', 'Liver'],
      authors: ['ada', 'zoe'],
    });
  });
});
