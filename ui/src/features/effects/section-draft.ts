/** Sections of a segment that go on to the slices beside them, or to the planes where one is turned. */

import type { CutPlane, Effect, SlicePlace } from '../../host/wire';
import { gridOfImage } from '../../model/grid';
import { planeOfGrid } from '../../model/plane';
import { parseTriple } from '../../model/space';
import { stepAcross } from '../../model/turn';
import type { Draft } from './draft';
import { planeOf, sliceShown, type Place } from './place';

/** The slice of the chosen plane, or the plane as it is turned. */
type Section =
  | { readonly slice: SlicePlace; readonly nSlices: number }
  /** With the way to the plane beside it, mm along the normal. */
  | { readonly plane: CutPlane; readonly mm: number };

/** The section as the image moves; null where there is no slice to come to. */
export function propagationOf(draft: Draft, place: Place): Effect | null {
  const section = sectionOf(draft, place);
  if (section === null) return null;
  const { nSlices: n, leastAlike: least_alike } = draft;
  if ('plane' in section) {
    const { plane: from, mm } = section;
    return { type: 'propagate_plane', from, mm, planes: n, least_alike };
  }
  const to = indexBeside(section, draft, n);
  return to === null ? null : { type: 'propagate', from: section.slice, to, least_alike };
}

/** The section as it is; null where there is no slice to come to. */
export function copyOf(draft: Draft, place: Place): Effect | null {
  const section = sectionOf(draft, place);
  if (section === null) return null;
  if ('plane' in section) return { type: 'copy_plane', from: section.plane, mm: section.mm };
  const to = indexBeside(section, draft, 1);
  return to === null ? null : { type: 'copy_slice', from: section.slice, to };
}

function sectionOf(draft: Draft, place: Place): Section | null {
  const { image, turned } = place;
  const name = planeOf(draft.plane, place);
  const plane = turned[name];
  const base = image.planes.find((one) => one.name === name);
  if (plane !== undefined && base !== undefined) {
    const grid = gridOfImage(image);
    const mm = stepAcross(grid, planeOfGrid(grid, base), parseTriple(plane.normal));
    return { plane, mm: draft.to === 'next' ? mm : -mm };
  }
  const slice = sliceShown(place, name);
  return slice === null ? null : { slice, nSlices: image.size[slice.axis] ?? 0 };
}

function indexBeside(
  { slice: { index }, nSlices }: Extract<Section, { slice: SlicePlace }>,
  { to }: Draft,
  n: number,
): number | null {
  const beside = Math.min(Math.max(index + (to === 'next' ? n : -n), 0), nSlices - 1);
  return beside === index ? null : beside;
}
