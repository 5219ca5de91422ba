import { describe, expect, it, vi } from 'vitest';
import type { MatchedGap, PartMatch, SectionPart, SlicePlace } from '../../host/wire';
import { choiceOf, goingsOf, heldTo, lastSlice, matchOf, rowsOf, type PartRow } from './matches';
import { gapsOf, MatchesState, unfitting } from './matches.svelte';

const at = (index: number): SlicePlace => ({ axis: 2, index });

function part(voxel: [number, number, number], follows: number | null = null): SectionPart {
  return { voxel, middle: [0, 0, 0], n_voxels: 9, follows };
}

/** A trunk with two branches, and a part that ends. */
const GAP: MatchedGap = {
  label: 4,
  low: { slice: at(10), parts: [part([5, 5, 10]), part([30, 5, 10])] },
  high: { slice: at(20), parts: [part([2, 5, 20]), part([8, 5, 20])] },
  groups: [
    { low: [0], high: [0, 1], goes: { way: 'joined' } },
    { low: [1], high: [], goes: { way: 'tapers' } },
  ],
};

function row(rows: readonly PartRow[], n: number): PartRow {
  const found = rows[n];
  if (found === undefined) throw new Error('no such row');
  return found;
}

describe('parts between slices', () => {
  it('are listed with what becomes of them', () => {
    const rows = rowsOf(GAP, [], []);
    expect(
      rows.map(({ slice, number, joined, goes }) => [slice.index, number, joined, goes.way]),
    ).toEqual([
      [10, 1, [1, 2], 'joined'],
      [10, 2, [], 'tapers'],
      [20, 1, [1], 'joined'],
      [20, 2, [1], 'joined'],
    ]);
    expect(rows.map(choiceOf)).toEqual(['rule', 'rule', 'rule', 'rule']);
  });

  it('go on one by one', () => {
    const goings = goingsOf(GAP).map(({ parts, goes }) => [
      parts.map(({ number, part }) => [number, part.voxel[2]]),
      goes.way,
    ]);
    expect(goings).toEqual([
      [
        [
          [1, 10],
          [1, 20],
        ],
        'joined',
      ],
      [
        [
          [1, 10],
          [2, 20],
        ],
        'joined',
      ],
      [[[2, 10]], 'tapers'],
    ]);
  });

  it('are told to join, to taper, to end or to be held', () => {
    const loose = row(rowsOf(GAP, [], []), 1);
    const named = { label: 4, part: [30, 5, 10], toward: at(20) };
    const join: PartMatch = {
      label: 4,
      part: [30, 5, 10],
      toward: at(20),
      goes: { way: 'join', with: [8, 5, 20] },
    };
    expect(matchOf(loose, 'join 1')).toEqual(join);
    expect(matchOf(loose, 'taper')).toEqual({ ...named, goes: { way: 'taper' } });
    expect(matchOf(loose, 'end')).toEqual({ ...named, goes: { way: 'end', held_to: null } });
    expect(matchOf(loose, 'rule')).toBeNull();
    expect(heldTo(loose, 14).goes).toEqual({ way: 'end', held_to: 14 });
    expect(heldTo(loose, 10).goes).toEqual({ way: 'end', held_to: null });
    expect(choiceOf(row(rowsOf(GAP, [join], []), 1))).toBe('join 1');
    const held = row(rowsOf(GAP, [heldTo(loose, 14)], []), 1);
    expect([choiceOf(held), lastSlice(held)]).toEqual(['end', 14]);
  });

  it('keep what is said of them when their slice is drawn anew', () => {
    const before = row(rowsOf(GAP, [], []), 1);
    const said = [heldTo(before, 14)];
    const high = GAP.high;
    const low = { slice: at(10), parts: [part([5, 5, 10]), part([33, 6, 10], 0)] };
    expect(choiceOf(row(rowsOf({ ...GAP, low, high }, said, said), 1))).toBe('end');
    // The user took it back meanwhile.
    expect(choiceOf(row(rowsOf({ ...GAP, low, high }, [], said), 1))).toBe('rule');
  });
});

describe('what is said of parts', () => {
  // @ts-expect-error only these are looked at
  const document: Parameters<MatchesState['told']>[0] = { id: 'd', revision: 3 };
  const liver = { layer: 0, label: 4 };
  const end = heldTo(row(rowsOf(GAP, [], []), 1), 14);

  it('is kept by layer, and sent with the segment that it is about', () => {
    const onChange = vi.fn();
    const matches = new MatchesState(onChange);
    matches.replace(document, liver, null, end);
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(matches.said(document, liver, false)).toEqual([end]);
    expect(matches.said(document, { layer: 0, label: 5 }, false)).toEqual([]);
    expect(matches.said(document, { layer: 0, label: 5 }, true)).toEqual([end]);
    expect(matches.said(document, { layer: 1, label: 4 }, true)).toEqual([]);
    matches.replace(document, liver, end, null);
    expect(matches.said(document, liver, true)).toEqual([]);
  });

  it('is told as unfit where the host could not follow it', () => {
    const matches = new MatchesState(() => undefined);
    matches.replace(document, liver, null, end);
    const sent = matches.said(document, liver, false);
    matches.tell(document, liver, { gaps: [GAP], n_more: 0, unfollowed: [0] }, sent);
    const told = matches.told(document, liver);
    if (told === null) throw new Error('nothing is told');
    expect(gapsOf(told, 4)).toEqual([GAP]);
    expect(gapsOf(told, 5)).toEqual([]);
    expect(unfitting(told, sent)).toEqual([end]);
    expect(unfitting(told, [])).toEqual([]);
    expect(matches.told({ ...document, revision: 4 }, liver)).toBeNull();
  });
});
