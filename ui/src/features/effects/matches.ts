/** Parts of drawn slices: how each goes on to the next one, as the host tells and as the user says. */

import type {
  MatchedGap,
  PartMatch,
  PartWay,
  PartsGo,
  SectionPart,
  SlicePlace,
} from '../../host/wire';
import { t } from '../../shared/messages';

/** A part in a slice, looked at toward the next drawn slice. */
export interface PartRow {
  /** From 1 on in its slice. */
  readonly number: number;
  readonly label: number;
  readonly part: SectionPart;
  readonly slice: SlicePlace;
  readonly toward: SlicePlace;
  /** The parts there. */
  readonly others: readonly SectionPart[];
  /** Numbers, from 1 on, of those that it is joined with. */
  readonly joined: readonly number[];
  readonly goes: PartsGo;
  /** What the user says of it; null where it goes by the rule. */
  readonly said: PartMatch | null;
}

/** A part with its number in its slice, from 1 on. */
export interface Numbered {
  readonly number: number;
  readonly part: SectionPart;
}

/** Parts that go on as each other, or one that ends. */
export interface Going {
  readonly parts: readonly Numbered[];
  readonly goes: PartsGo;
}

/** What goes on as what between two slices, the lower part first. */
export function goingsOf({ low, high, groups }: MatchedGap): readonly Going[] {
  return groups.flatMap((group) => {
    const [from, to] = [numbered(low.parts, group.low), numbered(high.parts, group.high)];
    const { goes } = group;
    if (from.length === 0 || to.length === 0)
      return [...from, ...to].map((part) => ({ parts: [part], goes }));
    return from.flatMap((part) => to.map((other) => ({ parts: [part, other], goes })));
  });
}

function numbered(parts: readonly SectionPart[], numbers: readonly number[]): readonly Numbered[] {
  return numbers.flatMap((n) => {
    const part = parts[n];
    return part === undefined ? [] : [{ number: n + 1, part }];
  });
}

/** What becomes of a part that goes on as none; null of others. */
export function endText(goes: PartsGo): string | null {
  if (goes.way === 'joined') return null;
  if (goes.way === 'tapers') return t('effects.part.tapers');
  return goes.held_to === null
    ? t('effects.part.ends')
    : t('effects.part.held', { slice: goes.held_to + 1 });
}

/** What can be chosen for a part: by the rule, an end of its own, or with which part it is joined. */
export type Choice = 'rule' | 'taper' | 'end' | `join ${number}`;

/** The parts between two slices. `said` holds by now; `sent` is what was told of. */
export function rowsOf(
  gap: MatchedGap,
  said: readonly PartMatch[],
  sent: readonly PartMatch[],
): readonly PartRow[] {
  return (['low', 'high'] as const).flatMap((side) => {
    const other = side === 'low' ? 'high' : 'low';
    const toward = gap[other].slice;
    return gap[side].parts.map((part, n) => {
      const group = gap.groups.find((group) => group[side].includes(n));
      return {
        number: n + 1,
        label: gap.label,
        part,
        slice: gap[side].slice,
        toward,
        others: gap[other].parts,
        joined: (group?.[other] ?? []).map((number) => number + 1),
        goes: group?.goes ?? { way: 'tapers' },
        said: saidOf({ label: gap.label, part, toward }, said, sent),
      };
    });
  });
}

type Named = Pick<PartRow, 'label' | 'part' | 'toward'>;

function saidOf(
  { label, part, toward }: Named,
  said: readonly PartMatch[],
  sent: readonly PartMatch[],
): PartMatch | null {
  const own = said.find(
    (match) =>
      match.label === label &&
      match.toward.axis === toward.axis &&
      match.toward.index === toward.index &&
      isSame(match.part, part.voxel),
  );
  if (own !== undefined) return own;
  // It was named by another voxel of it, before its slice was drawn anew.
  const followed = sent[part.follows ?? -1];
  return followed !== undefined && said.includes(followed) ? followed : null;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.every((n, axis) => n === b[axis]);
}

/** What is chosen for a part. */
export function choiceOf({ said, others }: PartRow): Choice {
  if (said === null) return 'rule';
  const { goes } = said;
  if (goes.way !== 'join') return goes.way;
  const n = others.findIndex(({ voxel }) => isSame(voxel, goes.with));
  return n < 0 ? 'rule' : `join ${n}`;
}

/** What is said of a part that goes as chosen; null by the rule. */
export function matchOf(row: PartRow, choice: Choice): PartMatch | null {
  const goes = wayOf(row, choice);
  return goes === null ? null : matched(row, goes);
}

/** The same, straight on to a slice; its own slice is none. */
export function heldTo(row: PartRow, index: number): PartMatch {
  return matched(row, { way: 'end', held_to: index === row.slice.index ? null : index });
}

/** The last slice that has a part which ends; its own if it is not held. */
export function lastSlice({ said, slice }: PartRow): number {
  return said?.goes.way === 'end' ? (said.goes.held_to ?? slice.index) : slice.index;
}

function matched({ label, part, toward }: PartRow, goes: PartWay): PartMatch {
  return { label, part: [...part.voxel], toward: { ...toward }, goes };
}

function wayOf({ others }: PartRow, choice: Choice): PartWay | null {
  switch (choice) {
    case 'rule':
      return null;
    case 'taper':
      return { way: 'taper' };
    case 'end':
      return { way: 'end', held_to: null };
    default: {
      const other = others[Number(choice.slice('join '.length))];
      return other === undefined ? null : { way: 'join', with: [...other.voxel] };
    }
  }
}
