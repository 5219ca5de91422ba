/** Where effects are made in tests. */

import { voxelIndex } from '../../model/space';
import type { Place } from './place';

const PLANES: Place['image']['planes'] = [
  ['axial', 2],
  ['sagittal', 0],
].map(([name, slice_axis]) => ({
  name: name === 'axial' ? 'axial' : 'sagittal',
  slice_axis: Number(slice_axis),
  column_axis: name === 'axial' ? 0 : 1,
  is_column_flipped: false,
  row_axis: name === 'axial' ? 1 : 2,
  is_row_flipped: false,
  letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
}));

/** Voxels of 2 x 1 x 1 mm; the crosshair is in the last axial slice. */
export const PLACE: Place = {
  image: {
    planes: PLANES,
    size: [10, 20, 30],
    spacing_mm: [2, 1, 1],
    lps_from_index: [
      [2, 0, 0, 100],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ],
    slice_origins_lps: [],
  },
  crosshair: voxelIndex([4, 5, 29]),
  turned: {},
  document: { segments: [], shapes: [] },
  segment: null,
};
