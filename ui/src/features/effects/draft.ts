/** What the user chooses of an effect, and the effect that it makes. */

import type {
  Combination,
  Effect,
  FillMode,
  Image,
  PlaneName,
  SmoothMethod,
  Wall,
} from '../../host/wire';
import { cutOf, FIRST_CUT, type CutDraft } from './cut-draft';
import { FIRST_FRONT, FRONT_EFFECTS, frontEffectOf, type FrontDraft } from './front-draft';
import { EVERYWHERE, keptTo, sliceShown, type Place } from './place';
import { copyOf, propagationOf } from './section-draft';
import { FIRST_VOLUME_DRAFT, mirrorOf, tubeOf, type VolumeDraft } from './volume-draft';

/** In the order of the list. */
export const EFFECTS = [
  'threshold',
  'islands',
  'split_islands',
  'interpolate',
  ...FRONT_EFFECTS,
  'grow_seeds',
  'classify',
  'watershed',
  'random_walk',
  'confidence_connected',
  'snake',
  'fill_holes',
  'margin',
  'hollow',
  'smooth',
  'smooth_jointly',
  'combine',
  'merge',
  'copy_slice',
  'cut',
  'mirror',
  'tube',
] as const;

export type EffectName = (typeof EFFECTS)[number];

/** Everything that can be chosen; each effect looks at its own. Values are in the image's unit. */
export interface Draft extends VolumeDraft, CutDraft, FrontDraft {
  readonly name: EffectName;
  /** Null until the image's values are known or somebody typed one. */
  readonly range: readonly [number, number] | null;
  /** Whose values a histogram counts: `IN_IMAGE`, a plane, or the identity of a segment. */
  readonly counted: string;
  readonly where: 'volume' | PlaneName;
  readonly mode: FillMode;
  readonly pieces: 'largest' | 'at_least' | 'with' | 'without';
  readonly minVoxels: number;
  readonly maxPieces: number;
  readonly direction: 'grow' | 'shrink';
  readonly mm: number;
  readonly wall: Wall;
  readonly smoothing: SmoothMethod;
  readonly holes: 'volume' | PlaneName;
  /** The other segment; the first there is if none was chosen. */
  readonly other: string | null;
  readonly operation: Operation;
  /** Segments that are merged into the active one. */
  readonly merged: readonly string[];
  readonly plane: PlaneName | null;
  readonly to: 'next' | 'previous';
  readonly usesImage: boolean;
  /** Of an interpolation: all segments of the layer, or the active one. */
  readonly segments: 'all' | 'active';
  /** Of growing seeds: what a millimetre counts, in the image's unit, and how far they and fronts go. */
  readonly locality: number;
  readonly seedMargin: number;
  /** Of what spreads from paint: the segment that gains nothing, none if null. */
  readonly background: string | null;
  /** Of classifying: by what is painted, or by a classifier that is kept. */
  readonly classifyBy: 'paint' | 'classifier';
  /** Of a classifier: where, and the finest detail in mm; that of the image if null. */
  readonly classified: 'painted' | PlaneName;
  readonly finest: number | null;
  /** Of a watershed: how smooth the image is made, in mm; as fine as the image if null. */
  readonly sigma: number | null;
  /** Of a random walk: how much differences count. */
  readonly beta: number;
  /** Of a region that grows by confidence. */
  readonly startRadius: number;
  readonly multiplier: number;
  readonly iterations: number;
}

export const FIRST_DRAFT: Draft = {
  ...FIRST_VOLUME_DRAFT,
  ...FIRST_CUT,
  ...FIRST_FRONT,
  name: 'threshold',
  range: null,
  counted: 'image',
  where: 'volume',
  mode: 'replace',
  pieces: 'largest',
  minVoxels: 100,
  maxPieces: 20,
  direction: 'grow',
  mm: 3,
  wall: 'inside',
  smoothing: 'median',
  holes: 'volume',
  other: null,
  operation: 'union',
  merged: [],
  plane: null,
  to: 'next',
  usesImage: true,
  segments: 'active',
  locality: 0,
  seedMargin: 20,
  background: null,
  classifyBy: 'paint',
  classified: 'painted',
  finest: null,
  sigma: null,
  beta: 130,
  startRadius: 1,
  multiplier: 2.5,
  iterations: 4,
};

/** Whether it changes all segments of the layer, not just the active one. */
export function isOfAll({ name, segments }: Draft): boolean {
  const isChosen = name === 'interpolate' && segments === 'all';
  return isChosen || name === 'smooth_jointly' || isFromPaint(name);
}

/** Whether it spreads what is painted of all segments of the layer. */
export function isFromPaint(name: EffectName): boolean {
  return ['grow_seeds', 'classify', 'watershed', 'random_walk'].includes(name);
}

/** The finest detail that an image can show, in mm. */
export function detailOf({ spacing_mm }: Pick<Image, 'spacing_mm'>): number {
  return Number(Math.min(...spacing_mm).toPrecision(4));
}

/** What can be made of a segment and another, or of a segment alone. */
export const OPERATIONS = ['union', 'intersection', 'difference', 'copy'] as const;
export const OPERATIONS_ALONE = ['invert', 'clear'] as const;

export type Operation = (typeof OPERATIONS)[number] | (typeof OPERATIONS_ALONE)[number];

/** Whether no other segment has a part in it. */
export function isAlone(operation: Operation): boolean {
  return operation === 'invert' || operation === 'clear';
}

/** With the segment itself where it is alone. */
function combinationOf(operation: Operation): Combination {
  if (operation === 'invert') return 'inverse';
  return operation === 'clear' ? 'difference' : operation;
}

/** The effect; null while something that it needs is missing. */
export function effectOf(draft: Draft, place: Place, other: string | null): Effect | null {
  const { mm } = draft;
  switch (draft.name) {
    case 'threshold': {
      if (draft.range === null) return null;
      const kept = draft.where === 'volume' ? EVERYWHERE : keptTo(place, draft.where);
      return { type: 'threshold', range: [...draft.range], ...kept, mode: draft.mode };
    }
    case 'islands':
      return { type: 'islands', keep: piecesOf(draft, place) };
    case 'split_islands':
      return { type: 'split_islands', min_voxels: draft.minVoxels, max_pieces: draft.maxPieces };
    case 'fill_holes': {
      const across = draft.holes === 'volume' ? null : sliceShown(place, draft.holes)?.axis;
      return { type: 'fill_holes', across: across ?? null };
    }
    case 'interpolate':
      return {
        type: 'interpolate',
        uses_image: draft.usesImage,
        all_segments: draft.segments === 'all',
        sections: null,
      };
    case 'grow_seeds':
      return { type: 'grow_seeds', locality: draft.locality, margin: draft.seedMargin };
    case 'classify':
      return {
        type: 'classify',
        finest: draft.finest ?? detailOf(place.image),
        ...(draft.classified === 'painted' ? EVERYWHERE : keptTo(place, draft.classified)),
        margin: draft.seedMargin,
        background: draft.background,
      };
    case 'watershed':
      return {
        type: 'watershed',
        sigma: draft.sigma ?? detailOf(place.image),
        margin: draft.seedMargin,
        background: draft.background,
      };
    case 'random_walk':
      return {
        type: 'random_walk',
        beta: draft.beta,
        margin: draft.seedMargin,
        background: draft.background,
      };
    case 'confidence_connected':
      return {
        type: 'confidence_connected',
        seed: [...place.crosshair.ijk],
        radius: draft.startRadius,
        multiplier: draft.multiplier,
        iterations: draft.iterations,
        ...(draft.where === 'volume' ? EVERYWHERE : keptTo(place, draft.where)),
        mode: draft.mode,
      };
    case 'propagate':
      return propagationOf(draft, place);
    case 'fast_march':
    case 'geodesic_fill':
      return frontEffectOf(draft.name, draft, {
        crosshair: place.crosshair,
        detail: detailOf(place.image),
        margin: draft.seedMargin,
        kept: draft.filled === 'painted' ? EVERYWHERE : keptTo(place, draft.filled),
      });
    case 'snake':
      // It has a way of its own: it goes on by steps.
      return null;
    case 'margin':
      return { type: 'margin', mm: draft.direction === 'grow' ? mm : -mm };
    case 'hollow':
      return { type: 'hollow', mm, wall: draft.wall };
    case 'smooth':
      return { type: 'smooth', method: draft.smoothing, mm };
    case 'smooth_jointly':
      return { type: 'smooth_jointly', mm };
    case 'combine':
      if (other === null) return null;
      return { type: 'combine', with: other, operation: combinationOf(draft.operation) };
    case 'merge': {
      const segments = place.document.segments.filter(
        ({ id, is_locked }) => draft.merged.includes(id) && !is_locked,
      );
      if (segments.length === 0) return null;
      return { type: 'merge', segments: segments.map(({ id }) => id) };
    }
    case 'copy_slice':
      return copyOf(draft, place);
    case 'cut':
      return cutOf(draft, place);
    case 'mirror':
      return mirrorOf(draft, place);
    case 'tube':
      return tubeOf(draft, place);
  }
}

type IslandsEffect = Extract<Effect, { type: 'islands' }>;

function piecesOf({ pieces, minVoxels }: Draft, { crosshair }: Place): IslandsEffect['keep'] {
  switch (pieces) {
    case 'largest':
      return { pieces };
    case 'at_least':
      return { pieces, voxels: minVoxels };
    case 'with':
    case 'without':
      return { pieces, voxel: [...crosshair.ijk] };
  }
}
