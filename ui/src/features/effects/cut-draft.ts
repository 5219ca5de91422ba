/** Cuts: what the user chooses of them, and the effect that they make. */

import type { CutPlane, Effect } from '../../host/wire';
import { dot, scale } from '../../model/affine';
import { cutOffOf, GONE, receiversOf } from '../../model/cut-off';
import { gridOfImage, lpsOf } from '../../model/grid';
import type { Place } from './place';
import { drawnPlane, imagePlane, type VolumeDraft } from './volume-draft';

/** Patient directions, and their unit vectors (LPS). */
export const SIDES = {
  right: [-1, 0, 0],
  left: [1, 0, 0],
  anterior: [0, -1, 0],
  posterior: [0, 1, 0],
  inferior: [0, 0, -1],
  superior: [0, 0, 1],
} as const;

export type Side = keyof typeof SIDES;

export const SIDE_NAMES: readonly Side[] = [
  'right',
  'left',
  'anterior',
  'posterior',
  'inferior',
  'superior',
];

/** By a plane through the crosshair, along the slice shown, or one that was drawn. */
export const CUTTERS = ['side', 'slice', 'shape'] as const;

export interface CutDraft {
  readonly cutBy: (typeof CUTTERS)[number];
  /** Of a plane through the crosshair, what is cut off. */
  readonly side: Side;
  /** Whether what lies behind another plane is cut off, against its normal. */
  readonly isBehind: boolean;
  /** `GONE`, `NEW`, or the identity of a segment. */
  readonly cutOff: string;
}

export const FIRST_CUT: CutDraft = { cutBy: 'side', side: 'left', isBehind: false, cutOff: GONE };

/** The direction of the patient that is nearest to a vector. */
export function sideAlong(vector: readonly number[]): Side {
  const [x = 0, y = 0, z = 0] = vector;
  const along = (side: Side) => dot([...SIDES[side]], [x, y, z]);
  return SIDE_NAMES.reduce<Side>(
    (best, side) => (along(side) > along(best) ? side : best),
    'right',
  );
}

export function opposite(side: Side): Side {
  return sideAlong(scale([...SIDES[side]], -1));
}

/** The plane that cuts, whichever side goes; null while there is none. */
export function cutPlaneOf(draft: CutDraft & VolumeDraft, place: Place): CutPlane | null {
  switch (draft.cutBy) {
    case 'side':
      return {
        point: [...lpsOf(gridOfImage(place.image), place.crosshair).mm],
        normal: [...SIDES[draft.side]],
      };
    case 'slice':
      return imagePlane('slice', draft, place);
    case 'shape':
      return drawnPlane(draft, place);
  }
}

/** Null while there is no plane. */
export function cutOf(draft: CutDraft & VolumeDraft, place: Place): Effect | null {
  const plane = cutPlaneOf(draft, place);
  if (plane === null) return null;
  const [x = 0, y = 0, z = 0] = plane.normal;
  const isTurned = draft.cutBy !== 'side' && draft.isBehind;
  return {
    type: 'cut',
    point: plane.point,
    normal: isTurned ? [-x, -y, -z] : [x, y, z],
    goes: cutOffOf(draft.cutOff, receiversOf(place.document, place.segment?.id ?? null)),
  };
}
