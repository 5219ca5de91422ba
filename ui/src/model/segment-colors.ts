/** Colours of new segments. */
import type { Segment } from '../host/wire';

/**
 * Colours that stay apart for colour-blind eyes and on grey images: Okabe and Ito (2008) without black,
 * then light tones of Paul Tol's "bright" scheme.
 */
const COLORS = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#f0e442',
  '#d55e00',
  '#0072b2',
  '#66ccee',
  '#aa3377',
  '#bbbbbb',
] as const;

/** The colour that the fewest segments have. */
export function leastUsedColor(segments: readonly Pick<Segment, 'color'>[]): string {
  const uses = (color: string) =>
    segments.filter((segment) => segment.color.toLowerCase() === color).length;
  let best: string = COLORS[0];
  for (const color of COLORS) if (uses(color) < uses(best)) best = color;
  return best;
}
