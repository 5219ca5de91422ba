/** What the user chooses of fronts, fills between scribbles and sections that go on. */

import type { Effect, FrontSpeed, PlaneName } from '../../host/wire';
import type { VoxelIndex } from '../../model/space';
import type { Kept } from './place';

/** In the order of the list of effects. */
export const FRONT_EFFECTS = ['propagate', 'fast_march', 'geodesic_fill'] as const;

export type FrontEffectName = (typeof FRONT_EFFECTS)[number];

export interface FrontDraft {
  /** Where a front begins. */
  readonly start: 'segment' | 'crosshair';
  readonly frontBy: FrontSpeed['by'];
  /** How smooth the image is made before edges are looked at, in mm; as fine as it is if null. */
  readonly edgeSigma: number | null;
  /** What change a mm halves the speed, in the image's unit; the host's choice if null. */
  readonly contrast: number | null;
  /** How far values may be from those at the start, in standard deviations. */
  readonly likeness: number;
  readonly stopAt: 'time' | 'volume';
  readonly stopTime: number;
  readonly stopMl: number;
  /** Of a fill: what edges count, and where. */
  readonly edgeWeight: number;
  readonly filled: 'painted' | PlaneName;
  /** Of a section: to how many slices, and how alike they have to be. */
  readonly nSlices: number;
  readonly leastAlike: number;
}

export const FIRST_FRONT: FrontDraft = {
  start: 'segment',
  frontBy: 'edges',
  edgeSigma: null,
  contrast: null,
  likeness: 2,
  stopAt: 'time',
  stopTime: 10,
  stopMl: 10,
  edgeWeight: 5,
  filled: 'painted',
  nSlices: 1,
  leastAlike: 0.7,
};

export function isFront(name: string): name is FrontEffectName {
  return FRONT_EFFECTS.some((front) => front === name);
}

/** Where it is made. */
export interface FrontPlace {
  readonly crosshair: VoxelIndex;
  /** The finest detail of the image, in mm. */
  readonly detail: number;
  /** How far around, in mm. */
  readonly margin: number;
  /** What a fill keeps to. */
  readonly kept: Kept;
}

/** The effect. */
export function frontEffectOf(
  name: Exclude<FrontEffectName, 'propagate'>,
  draft: FrontDraft,
  { crosshair, detail, margin, kept }: FrontPlace,
): Effect {
  const sigma = draft.edgeSigma ?? detail;
  switch (name) {
    case 'fast_march':
      return {
        type: name,
        front: {
          seed: draft.start === 'crosshair' ? [...crosshair.ijk] : null,
          speed: speedOf(draft, sigma),
          margin,
        },
        stop:
          draft.stopAt === 'time'
            ? { at: 'time', time: draft.stopTime }
            : { at: 'volume', ml: draft.stopMl },
      };
    case 'geodesic_fill':
      return {
        type: name,
        fill: { sigma, weight: draft.edgeWeight, margin },
        ...kept,
      };
  }
}

function speedOf({ frontBy, contrast, likeness }: FrontDraft, sigma: number): FrontSpeed {
  switch (frontBy) {
    case 'even':
      return { by: frontBy };
    case 'edges':
      return { by: frontBy, sigma, contrast };
    case 'values':
      return { by: frontBy, multiplier: likeness };
  }
}

/** Where a slider stands, from 0 to 1, for an amount of at most `most`: small ones have more room. */
export function positionOf(amount: number, most: number): number {
  return most > 0 ? Math.min(1, Math.sqrt(amount / most)) : 0;
}

/** The amount at a place of the slider, to four digits. */
export function amountAt(position: number, most: number): number {
  return Number((position * position * most).toPrecision(4));
}
