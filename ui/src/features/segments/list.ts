/** Decisions about the list of segments: names and colours of new ones, order, neighbours. */
import type { Document, Edit, Segment } from '../../host/wire';
import { leastUsedColor } from '../../model/segment-colors';
import { t } from '../../shared/messages';

/**
 * An edit that adds a segment with a free name and the colour used least; one that overlaps may have voxels
 * that others have.
 */
export function newSegment(
  document: Document,
  overlaps = false,
): Extract<Edit, { type: 'add_segment' }> {
  return {
    type: 'add_segment',
    name: freeName(document.segments),
    color: leastUsedColor(document.segments),
    class: null,
    overlaps,
  };
}

function freeName(segments: readonly Segment[]): string {
  const taken = new Set(segments.map((segment) => segment.name));
  for (let n = segments.length + 1; ; n += 1) {
    const name = t('segments.default_name', { n });
    if (!taken.has(name)) return name;
  }
}

/** The id `step` places away from `id`, around the ends; the first or last when `id` is not there. */
export function neighbour(
  segments: readonly Segment[],
  id: string | null,
  step: 1 | -1,
): string | null {
  const n = segments.length;
  if (n === 0) return null;
  const at = segments.findIndex((segment) => segment.id === id);
  const from = at < 0 && step < 0 ? 0 : at;
  return segments[(from + step + n) % n]?.id ?? null;
}

/** The name to give, or null when what was typed changes nothing. */
export function typedName(segment: Segment, typed: string): string | null {
  const name = typed.trim();
  return name === '' || name === segment.name ? null : name;
}

/**
 * Where a dragged row lands: its position after being taken out and put back.
 * @param middles vertical middles of all rows, top to bottom
 * @param from the dragged row
 * @param y where the pointer is, on the same scale
 */
export function landingPosition(middles: readonly number[], from: number, y: number): number {
  return middles.filter((middle, row) => row !== from && middle < y).length;
}
