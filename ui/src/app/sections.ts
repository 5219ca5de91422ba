/** Drawn sections between the effects and the viewer. */
import { endText, gapsOf, goingsOf, isOfAll } from '../features/effects';
import type { PartLink, SliceMark } from '../features/viewer';
import type { SlicePlace } from '../host/wire';
import { parseTriple, pointLps } from '../model/space';
import type { Workspace } from './workspace.svelte';

function isFilling(effects: Workspace['effects'], look: Workspace['look']): boolean {
  return effects.isOpen && effects.draft.name === 'interpolate' && look === null;
}

/** Slices that are marked while what lies between them is being filled. */
export function sliceMarks({ effects, look }: Workspace): readonly SliceMark[] {
  if (!isFilling(effects, look)) return [];
  const marks: SliceMark[] = effects.sections.listed.map(({ slice, isOn }) => ({
    ...slice,
    kind: isOn ? 'drawn' : 'left_out',
  }));
  const { leastCertain } = effects;
  return leastCertain === null ? marks : [...marks, { ...leastCertain, kind: 'least_certain' }];
}

/** Accepts what a preview shows in a slice; null where it shows nothing that can be had in parts. */
export function accepting({ effects }: Workspace): ((slice: SlicePlace) => void) | null {
  if (!effects.isInParts) return null;
  return (slice) => void effects.accept({ kind: 'slice', slice });
}

/** How parts of drawn slices go on, as far as the list of them says. */
export function partLinks({ effects, look, target }: Workspace): readonly PartLink[] {
  const { document, segment } = target;
  if (!isFilling(effects, look) || segment === null) return [];
  const told = effects.matches.told(document, segment);
  if (told === null) return [];
  const gaps = gapsOf(told, isOfAll(effects.draft) ? null : segment.label);
  return gaps.flatMap((gap) => {
    const { low, high, label } = gap;
    const isOwn = (other: (typeof document.segments)[number]) =>
      other.layer === segment.layer && other.label === label;
    const color = document.segments.find(isOwn)?.color ?? '#ffffff';
    return goingsOf(gap).map(({ parts, goes }) => {
      const numbers = parts.map(({ number }) => number).join(' → ');
      const ended = endText(goes);
      return {
        axis: low.slice.axis,
        slices: [low.slice.index, high.slice.index] as const,
        ends: parts.map(({ part }) => pointLps(parseTriple(part.middle))),
        color,
        text: ended === null ? numbers : `${numbers}: ${ended}`,
      };
    });
  });
}
