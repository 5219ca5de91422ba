/** How parts of drawn slices go on to the next ones, on the slices between. */

import type { DrawnShape } from '../../engine/shapes';
import { t } from '../../shared/messages';
import { canvasPointOf, type ShownSlice } from '../../tools/place';
import type { PartLink } from './types';

/** Nothing on a turned plane, which cuts the slices. */
export function linksOn(links: readonly PartLink[], shown: ShownSlice): DrawnShape[] {
  const { plane, sliceIndex } = shown;
  if (plane.turned !== null) return [];
  const isHere = ({ axis, slices: [low, high] }: PartLink) =>
    axis === plane.sliceAxis && low <= sliceIndex && sliceIndex <= high;
  return links.filter(isHere).map(({ color, text, ends, slices }) => {
    const points = ends.map((point) => canvasPointOf(shown, point));
    const [only, other] = points;
    const isOne = other === undefined;
    return {
      color,
      opacity: 1,
      isInHand: false,
      curves: isOne ? [] : [{ points, isClosed: false, isDashed: true }],
      mark: isOne ? (only ?? null) : null,
      isMarkDashed: isOne,
      tip: null,
      handles: isOne ? [] : points.map((at) => ({ at, form: 'dot', isHeld: false })),
      label: [slices.includes(sliceIndex) ? withSlices(text, slices) : text],
    };
  });
}

/** On a drawn slice, where parts of what lies before it and after it are seen. */
function withSlices(text: string, [low, high]: PartLink['slices']): string {
  return t('viewer.links.between', { text, low: low + 1, high: high + 1 });
}
