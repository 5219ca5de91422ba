import { expect, it } from 'vitest';
import type { Plane } from '../model/plane';
import { inPlane } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { clipFromTexel } from './renderer';

const grid = straightGrid();
const rest = {
  canvas: { width: 200, height: 100 },
  pixelRatio: 2,
  view: { centre: inPlane(0, 0), pxPerMm: 5 },
};

function clipOfFirst(plane: Plane): Float32Array {
  return clipFromTexel({ ...rest, plane }, plane.parts[0]);
}

function clipOf(matrix: Float32Array, [u, v]: [number, number]): [number, number] {
  const at = (n: number) => matrix[n] ?? Number.NaN;
  return [at(0) * u + at(3) * v + at(6), at(1) * u + at(4) * v + at(7)];
}

it('puts texels where the view says, y upwards', () => {
  const matrix = clipOfFirst(plane(grid));
  // Column 4 is 4 mm = 20 px right of the middle, row 2 is 4 mm = 20 px below it.
  expect(clipOf(matrix, [4, 2])).toEqual([expect.closeTo(0.2, 6), expect.closeTo(-0.4, 6)]);
});

it('turns slices whose stored columns run down the screen', () => {
  // Stored columns run along j; on the screen k runs across and j down.
  const turned = plane(grid, {
    slice_axis: 0,
    column_axis: 2,
    row_axis: 1,
    is_column_flipped: true,
  });
  const matrix = clipOfFirst(turned);
  expect(clipOf(matrix, [2, 1])).toEqual([expect.closeTo(-0.25, 6), expect.closeTo(-0.4, 6)]);
});
