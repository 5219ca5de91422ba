/** Where an effect is made: the image, the planes that are shown of it, and the document. */

import type { CutPlane, Document, Image, PlaneName, Segment, SlicePlace } from '../../host/wire';
import { parseAxis, type VoxelIndex } from '../../model/space';

/** What an effect is made for. */
export interface Place {
  readonly image: Pick<
    Image,
    'planes' | 'size' | 'spacing_mm' | 'lps_from_index' | 'slice_origins_lps'
  >;
  readonly crosshair: VoxelIndex;
  /** Planes that are turned out of the grid. */
  readonly turned: Readonly<Partial<Record<PlaneName, CutPlane>>>;
  readonly document: Pick<Document, 'segments' | 'shapes'>;
  /** The one that is worked on. */
  readonly segment: Pick<Segment, 'id'> | null;
}

/** The plane that is chosen; the first if none was. */
export function planeOf(chosen: PlaneName | null, { image }: Place): PlaneName {
  return chosen ?? image.planes[0]?.name ?? 'own';
}

/** The plane whose slices lie across an axis. */
export function planeAcross({ image }: Place, axis: number): PlaneName {
  return image.planes.find(({ slice_axis }) => slice_axis === axis)?.name ?? 'own';
}

/** Whether the planes cross in a slice. */
export function isShownIn({ crosshair }: Place, { axis, index }: SlicePlace): boolean {
  return crosshair.ijk[axis] === index;
}

/** The slice at the crosshair in a plane. */
export function sliceShown({ image, crosshair }: Place, name: PlaneName): SlicePlace | null {
  const plane = image.planes.find((plane) => plane.name === name);
  if (plane === undefined) return null;
  const axis = parseAxis(plane.slice_axis);
  return { axis, index: crosshair.ijk[axis] };
}

/** Where an effect keeps to the slice shown: that slice, or the plane where it is turned. */
export interface Kept {
  readonly within: SlicePlace | null;
  readonly plane: CutPlane | null;
}

export function keptTo(place: Place, name: PlaneName): Kept {
  const plane = place.turned[name] ?? null;
  return { within: plane === null ? sliceShown(place, name) : null, plane };
}

export const EVERYWHERE: Kept = { within: null, plane: null };
