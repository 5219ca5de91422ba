/** A slice on screen for tests. */

import { inPlane } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import type { ShownSlice } from './place';

/** 10 px a mm about voxel (10, 5): a column is 10 px, a row 20. */
export function shownSlice(change: Partial<ShownSlice> = {}): ShownSlice {
  const grid = straightGrid();
  return {
    grid,
    plane: plane(grid),
    view: { centre: inPlane(10, 5), pxPerMm: 10 },
    canvas: { width: 200, height: 100 },
    sliceIndex: 3,
    ...change,
  };
}
