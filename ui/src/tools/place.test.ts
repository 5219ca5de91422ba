import { describe, expect, it } from 'vitest';
import { canvasOf, depthOf, lpsAt } from '../model/canvas-plane';
import { lpsOf, type Grid } from '../model/grid';
import { canvasPoint, inPlane, voxelIndex } from '../model/space';
import { obliqueGrid, plane, straightGrid, unevenGrid } from '../model/testing';
import { canvasPlaneOf, canvasPointOf, lpsUnder, type ShownSlice } from './place';

function shown(grid: Grid, change: Parameters<typeof plane>[1] = {}): ShownSlice {
  return {
    grid,
    plane: plane(grid, change),
    view: { centre: inPlane(5, 4), pxPerMm: 3 },
    canvas: { width: 200, height: 150 },
    sliceIndex: 6,
  };
}

const SAGITTAL = { slice_axis: 0, column_axis: 1, row_axis: 2, is_row_flipped: true } as const;

describe('the plane of a slice on the canvas', () => {
  it.each([
    ['straight', shown(straightGrid())],
    ['flipped', shown(straightGrid(), { is_column_flipped: true })],
    ['sagittal', shown(straightGrid(), SAGITTAL)],
    ['oblique', shown(obliqueGrid())],
    ['uneven', shown(unevenGrid())],
    ['oblique, sagittal', shown(obliqueGrid(), SAGITTAL)],
  ])('%s: has voxels where the image has them', (_, slice) => {
    const on = canvasPlaneOf(slice);
    const voxel = voxelIndex(slice.plane.sliceAxis === 0 ? [6, 3, 2] : [4, 2, 6]);
    const [found, expected] = [
      canvasOf(on, lpsOf(slice.grid, voxel)),
      canvasPointOf(slice, lpsOf(slice.grid, voxel)),
    ];
    expect(found.x).toBeCloseTo(expected.x);
    expect(found.y).toBeCloseTo(expected.y);
    expect(depthOf(on, lpsOf(slice.grid, voxel))).toBeCloseTo(0);
    const pen = canvasPoint(31, 77);
    lpsAt(on, pen).mm.forEach((mm, n) => {
      expect(mm).toBeCloseTo(lpsUnder(slice, pen).mm[n] ?? NaN);
    });
  });

  it('has voxels in place, but not in depth, on a slice that is bent', () => {
    const slice = shown(unevenGrid(), SAGITTAL);
    const on = canvasPlaneOf(slice);
    for (const k of [0, 2, 5]) {
      const voxel = voxelIndex([6, 3, k]);
      const [found, expected] = [
        canvasOf(on, lpsOf(slice.grid, voxel)),
        canvasPointOf(slice, lpsOf(slice.grid, voxel)),
      ];
      expect(found.x).toBeCloseTo(expected.x);
      expect(found.y).toBeCloseTo(expected.y);
    }
  });
});
