/** Whose values a threshold is found from, and the range that a method finds. */

import type { CountedValues, Histogram, ThresholdMethod } from '../../host/wire';
import type { Draft } from './draft';
import { keptTo, type Place } from './place';

export const IN_IMAGE = 'image';

/** The whole image, a slice or turned plane shown, or a segment; what is no more is the image. */
export function countedOf(
  { counted }: Pick<Draft, 'counted'>,
  place: Place & { readonly document: { readonly id: string } },
): CountedValues {
  const { image, document } = place;
  const plane = image.planes.find(({ name }) => name === counted);
  if (plane !== undefined) {
    const { within, plane: turned } = keptTo(place, plane.name);
    if (turned !== null) return { kind: 'plane', ...turned };
    if (within !== null) return { kind: 'slice', ...within };
  }
  const isThere = document.segments.some(({ id }) => id === counted);
  return isThere
    ? { kind: 'segment', document: document.id, segment: counted }
    : { kind: 'volume' };
}

/** The method that a range was found by; null of one that was typed. */
export function methodOf({ thresholds }: Histogram, range: Draft['range']): ThresholdMethod | null {
  return thresholds.find(({ value }) => value === range?.[0])?.method ?? null;
}

/** What lies above a method's threshold; all where it finds none. */
export function rangeBy(
  method: ThresholdMethod,
  { range, thresholds }: Histogram,
): readonly [number, number] {
  const [low = 0, high = 0] = range;
  return [thresholds.find((found) => found.method === method)?.value ?? low, high];
}
