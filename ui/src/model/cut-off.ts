/** What becomes of voxels that are cut off a segment: they go, or are another's. */

import type { CutOff, Document, Segment } from '../host/wire';

/** What is chosen where it is no segment's identity. */
export const GONE = '';
export const NEW = 'new';

/** Segments that can get them. */
export function receiversOf(
  { segments }: Pick<Document, 'segments'>,
  giver: string | null,
): readonly Segment[] {
  return segments.filter(({ id, is_locked }) => id !== giver && !is_locked);
}

/** A segment that is no more, or that gives them, gets nothing. */
export function cutOffOf(chosen: string, receivers: readonly Pick<Segment, 'id'>[]): CutOff {
  if (chosen === NEW) return { to: 'new_segment' };
  const isThere = receivers.some(({ id }) => id === chosen);
  return isThere ? { to: 'segment', segment: chosen } : { to: 'nothing' };
}

/** What a list of choices shows of it. */
export function shownCutOff(chosen: string, receivers: readonly Pick<Segment, 'id'>[]): string {
  return cutOffOf(chosen, receivers).to === 'nothing' ? GONE : chosen;
}
