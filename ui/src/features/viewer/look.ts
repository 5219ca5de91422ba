/** How the planes are drawn: from the viewer's state to what the renderer takes. */

import type { Highlight, Look } from '../../engine/renderer';
import type { Segment } from '../../host/wire';
import type { ShownImage } from '../../model/image';
import { parseColor } from '../../model/segments';
import type { TintedValues } from '../../model/tinted';
import { greyFromStored } from '../../model/window';
import type { ViewerState } from './state';

export interface Looked {
  readonly palettes: Look['palettes'];
  /** What is tinted in the colour of the active segment. */
  readonly highlight: TintedValues | null;
  /** What the image's own values are multiplied with to be told. */
  readonly valueFactor: number;
  readonly active: Segment | null;
}

export function lookOf(state: ViewerState, image: ShownImage, looked: Looked): Look {
  return {
    grey: greyFromStored(state.window, image.rescale),
    padding: pairOf(image.padding),
    highlight: highlightOf(image, looked),
    isInverted: state.isInverted,
    interpolation: state.interpolation,
    labels: state.labels,
    palettes: looked.palettes,
  };
}

/** Whether two states are drawn the same. */
export function hasSameLook(a: ViewerState, b: ViewerState): boolean {
  return (
    a.window === b.window &&
    a.isInverted === b.isInverted &&
    a.interpolation === b.interpolation &&
    a.labels === b.labels
  );
}

function highlightOf(
  { rescale: { slope, intercept } }: ShownImage,
  { highlight, valueFactor, active }: Looked,
): Highlight | null {
  if (highlight === null || active === null) return null;
  const storedOf = (value: number) => (value * valueFactor - intercept) / slope;
  const { range, plane } = highlight;
  const [a, b] = [storedOf(range[0]), storedOf(range[1])];
  return { stored: [Math.min(a, b), Math.max(a, b)], rgb: parseColor(active.color), plane };
}

function pairOf(pair: readonly number[] | null | undefined): readonly [number, number] | null {
  const [low, high] = pair ?? [];
  return low === undefined || high === undefined ? null : [low, high];
}
