/** Drawn sections between the effects and the viewer. */
import type { SliceMark } from '../features/viewer';
import type { SlicePlace } from '../host/wire';
import type { Workspace } from './workspace.svelte';

/** Slices that are marked while what lies between them is being filled. */
export function sliceMarks({ effects, look }: Workspace): readonly SliceMark[] {
  if (!effects.isOpen || effects.draft.name !== 'interpolate' || look !== null) return [];
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
