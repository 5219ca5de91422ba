/** What the user chooses of an active contour, and the contour that it makes. */

import type { Classifier, Histogram, SnakeBubble, SnakeForm, SnakeSpeed } from '../../host/wire';

export const SPEEDS = ['threshold', 'edge', 'clusters', 'classifier'] as const;
export const RANGES = ['between', 'above', 'below'] as const;

/** Everything that can be chosen; values are in the image's unit. */
export interface SnakeDraft {
  readonly by: (typeof SPEEDS)[number];
  readonly range: (typeof RANGES)[number];
  /** Null until the image's values are known or somebody typed one. */
  readonly low: number | null;
  readonly high: number | null;
  readonly softness: number | null;
  /** In mm. */
  readonly sigma: number;
  /** Change of values a mm that halves the speed; 0: by the steepest one. */
  readonly contrast: number;
  readonly exponent: number;
  readonly classes: number;
  readonly chosen: readonly number[];
  /** Of a classifier; its first if it has none of this name. */
  readonly class: string | null;
  /** In mm. */
  readonly curvature: number;
  /** In mm. */
  readonly advection: number;
  /** How far around the start it may go, in mm. */
  readonly margin: number;
  readonly fromSegment: boolean;
  /** Of the next bubble, in mm. */
  readonly radius: number;
  readonly iterationsPerStep: number;
}

export const FIRST_SNAKE: SnakeDraft = {
  by: 'threshold',
  range: 'above',
  low: null,
  high: null,
  softness: null,
  sigma: 1,
  contrast: 0,
  exponent: 3,
  classes: 3,
  chosen: [2],
  class: null,
  curvature: 0.2,
  advection: 2,
  margin: 40,
  fromSegment: false,
  radius: 5,
  iterationsPerStep: 5,
};

/** As soft as ITK-SNAP's smoothness of 3: the range of all values over atanh(1 - 10^-3). */
const PER_SOFTNESS = 7.6;

/** What is taken where nothing was chosen: above Otsu's threshold. */
export function completed(draft: SnakeDraft, { range, thresholds }: Histogram): SnakeDraft {
  const [low = 0, high = 0] = range;
  const otsu = thresholds.find(({ method }) => method === 'otsu')?.value ?? low;
  return {
    ...draft,
    low: draft.low ?? otsu,
    high: draft.high ?? high,
    softness: draft.softness ?? (high - low) / PER_SOFTNESS,
  };
}

/** The contour; null while something that it needs is missing. */
export function formOf(
  draft: SnakeDraft,
  bubbles: readonly SnakeBubble[],
  classifier: Classifier | null = null,
): SnakeForm | null {
  const speed = speedOf(draft, classifier);
  if (speed === null || (bubbles.length === 0 && !draft.fromSegment)) return null;
  return {
    bubbles: [...bubbles],
    from_segment: draft.fromSegment,
    margin: draft.margin,
    speed,
    propagation: 1,
    curvature: draft.curvature,
    advection: draft.by === 'edge' ? draft.advection : 0,
  };
}

/** The range of values in which a contour grows; null where it is by something else. */
export function wantedRange(draft: SnakeDraft): readonly [number, number] | null {
  const { low, high } = draft;
  if (draft.by !== 'threshold' || low === null || high === null) return null;
  const isOpen = { below: draft.range === 'below', above: draft.range === 'above' };
  return [isOpen.below ? -Number.MAX_VALUE : low, isOpen.above ? Number.MAX_VALUE : high];
}

/** The class that a contour is to fill. */
export function wantedClass(draft: SnakeDraft, { classes }: Classifier): string | null {
  return classes.find((name) => name === draft.class) ?? classes[0] ?? null;
}

function speedOf(draft: SnakeDraft, classifier: Classifier | null): SnakeSpeed | null {
  switch (draft.by) {
    case 'threshold': {
      const { low, high, softness, range } = draft;
      if (low === null || high === null || softness === null) return null;
      return {
        by: 'threshold',
        low: range === 'below' ? null : low,
        high: range === 'above' ? null : high,
        softness,
      };
    }
    case 'edge':
      return {
        by: 'edge',
        sigma: draft.sigma,
        contrast: draft.contrast > 0 ? draft.contrast : null,
        exponent: draft.exponent,
      };
    case 'clusters':
      return { by: 'clusters', classes: draft.classes, chosen: [...draft.chosen] };
    case 'classifier': {
      const wanted = classifier === null ? null : wantedClass(draft, classifier);
      if (classifier === null || wanted === null) return null;
      return { by: 'classifier', classifier: classifier.id, class: wanted };
    }
  }
}
