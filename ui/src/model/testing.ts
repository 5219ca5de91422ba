/** Small grids for tests. */

import type { Plane as WirePlane } from '../host/wire';
import { gridOfImage, type Grid } from './grid';
import { planeOfGrid, type Plane } from './plane';

/** 20 x 10 x 8 voxels of 1 x 2 x 5 mm, first voxel at (10, 20, 30), axes along the patient's. */
export function straightGrid(): Grid {
  return gridOfImage({
    size: [20, 10, 8],
    slice_origins_lps: [],
    spacing_mm: [1, 2, 5],
    lps_from_index: [
      [1, 0, 0, 10],
      [0, 2, 0, 20],
      [0, 0, 5, 30],
      [0, 0, 0, 1],
    ],
  });
}

/** Rotated about z by the angle whose sine is 0.6, spacing 2 x 1 x 3 mm. */
export function obliqueGrid(): Grid {
  return gridOfImage({
    size: [12, 16, 9],
    slice_origins_lps: [],
    spacing_mm: [2, 1, 3],
    lps_from_index: [
      [1.6, -0.6, 0, -7],
      [1.2, 0.8, 0, 4],
      [0, 0, 3, 11],
      [0, 0, 0, 1],
    ],
  });
}

/** Like the oblique one, its slices 1 to 6 mm apart and shifted against each other. */
export function unevenGrid(): Grid {
  const depths = [11, 12, 14, 15, 18, 24, 25, 27, 35];
  return gridOfImage({
    size: [12, 16, 9],
    spacing_mm: [2, 1, 3],
    slice_origins_lps: depths.map((z, n) => [-7 + (n % 3), 4 - (n % 2), z]),
    lps_from_index: [
      [1.6, -0.6, 0.25, -7],
      [1.2, 0.8, 0, 4],
      [0, 0, 3, 11],
      [0, 0, 0, 1],
    ],
  });
}

export function plane(grid: Grid, change: Partial<WirePlane> = {}): Plane {
  return planeOfGrid(grid, {
    name: 'axial',
    slice_axis: 2,
    column_axis: 0,
    is_column_flipped: false,
    row_axis: 1,
    is_row_flipped: false,
    letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    ...change,
  });
}
