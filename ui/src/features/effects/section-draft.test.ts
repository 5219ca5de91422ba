import { describe, expect, it } from 'vitest';
import { voxelIndex } from '../../model/space';
import { FIRST_DRAFT, type Draft } from './draft';
import { copyOf, propagationOf } from './section-draft';
import { PLACE } from './testing';

const INSIDE = { ...PLACE, crosshair: voxelIndex([4, 5, 27]) };

const draft = (change: Partial<Draft>): Draft => ({ ...FIRST_DRAFT, ...change });

describe('a section', () => {
  it('goes on to the slices that there are', () => {
    expect(propagationOf(draft({ nSlices: 2 }), INSIDE)).toMatchObject({ to: 29 });
    expect(propagationOf(draft({ nSlices: 9 }), INSIDE)).toMatchObject({ to: 29 });
    expect(propagationOf(draft({ to: 'previous' }), INSIDE)).toEqual({
      type: 'propagate',
      from: { axis: 2, index: 27 },
      to: 26,
      least_alike: 0.7,
    });
    expect(propagationOf(draft({}), PLACE)).toBeNull();
    expect(copyOf(draft({}), PLACE)).toBeNull();
    expect(copyOf(draft({ nSlices: 9 }), INSIDE)).toMatchObject({ to: 28 });
  });

  it('goes on to the planes beside one that is turned, a voxel of its direction away', () => {
    const axial = { point: [104, 5, 81], normal: [0.6, 0, 0.8] };
    const turned = { ...INSIDE, turned: { axial } };
    // An ellipsoid with the half axes of a voxel: 1 / |(0.6 / 2, 0, 0.8 / 1)|.
    const mm = 1 / Math.hypot(0.3, 0.8);
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
