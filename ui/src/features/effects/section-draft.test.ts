import { describe, expect, it } from 'vitest';
import { voxelIndex } from '../../model/space';
import { FIRST_DRAFT, type Draft } from './draft';
import type { Place } from './place';
import { copyOf, propagationOf } from './section-draft';

const LETTERS = { left: 'R', right: 'L', top: 'A', bottom: 'P' };

/** Voxels of 2 x 1 x 3 mm, slices of 30. */
const PLACE: Place = {
  image: {
    planes: [
      {
        name: 'axial',
        slice_axis: 2,
        column_axis: 0,
        is_column_flipped: false,
        row_axis: 1,
        is_row_flipped: false,
        letters: LETTERS,
      },
    ],
    size: [10, 20, 30],
    spacing_mm: [2, 1, 3],
    lps_from_index: [
      [2, 0, 0, 100],
      [0, 1, 0, 0],
      [0, 0, 3, 0],
      [0, 0, 0, 1],
    ],
    slice_origins_lps: [],
  },
  crosshair: voxelIndex([4, 5, 27]),
  turned: {},
  document: { segments: [], shapes: [] },
  segment: null,
};

const draft = (change: Partial<Draft>): Draft => ({ ...FIRST_DRAFT, ...change });

describe('a section', () => {
  it('goes on to the slices that there are', () => {
    expect(propagationOf(draft({ nSlices: 2 }), PLACE)).toMatchObject({ to: 29 });
    expect(propagationOf(draft({ nSlices: 9 }), PLACE)).toMatchObject({ to: 29 });
    expect(propagationOf(draft({ to: 'previous' }), PLACE)).toEqual({
      type: 'propagate',
      from: { axis: 2, index: 27 },
      to: 26,
      least_alike: 0.7,
    });
    const last = { ...PLACE, crosshair: voxelIndex([4, 5, 29]) };
    expect(propagationOf(draft({}), last)).toBeNull();
    expect(copyOf(draft({}), last)).toBeNull();
    expect(copyOf(draft({ nSlices: 9 }), PLACE)).toMatchObject({ to: 28 });
  });

  it('goes on to the planes beside one that is turned, a voxel of its direction away', () => {
    const axial = { point: [104, 5, 81], normal: [0.6, 0, 0.8] };
    const turned = { ...PLACE, turned: { axial } };
    // An ellipsoid with the half axes of a voxel: 1 / |(0.6 / 2, 0, 0.8 / 3)|.
    const mm = 1 / Math.hypot(0.3, 0.8 / 3);
    expect(propagationOf(draft({ nSlices: 4 }), turned)).toEqual({
      type: 'propagate_plane',
      from: axial,
      mm: expect.closeTo(mm, 9),
      planes: 4,
      least_alike: 0.7,
    });
    expect(copyOf(draft({ to: 'previous' }), turned)).toEqual({
      type: 'copy_plane',
      from: axial,
      mm: expect.closeTo(-mm, 9),
    });
  });
});
