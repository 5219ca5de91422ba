/** What a stroke makes of a label: the backend's rule, for the preview. */

import type { SegmentStyle } from '../model/segments';

/** Which other segments the brush may replace; locked ones never. */
export type Overwrite = 'all' | 'none' | 'visible';

/** Answers with the new label of a covered voxel, or the same to leave it alone. */
export type Relabel = (label: number) => number;

/**
 * @param target the painted segment; for the eraser, the only one erased
 * @param segments every segment of the document
 */
export function relabelRule(
  mode: 'paint' | 'erase',
  target: SegmentStyle,
  segments: readonly SegmentStyle[],
  overwrite: Overwrite,
): Relabel {
  if (target.isLocked) return (label) => label;
  if (mode === 'erase') return (label) => (label === target.label ? 0 : label);
  const replaceable = new Set(
    segments
      .filter((segment) => segment.layer === target.layer && mayReplace(segment, overwrite))
      .map((segment) => segment.label),
  );
  return (label) => (label === 0 || replaceable.has(label) ? target.label : label);
}

function mayReplace(segment: SegmentStyle, overwrite: Overwrite): boolean {
  if (segment.isLocked) return false;
  switch (overwrite) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'visible':
      return segment.isVisible;
  }
}
