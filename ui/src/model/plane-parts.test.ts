import { describe, expect, it } from 'vitest';
import { gridOfImage, indexOf, lpsOf, type Grid } from './grid';
import { indexInSlice } from './plane';
import { mmOfInPlane, inPlaneOfMm } from './plane-parts';
import { inPlane, pointLps, type InPlane } from './space';
import { plane } from './testing';
import { fitView } from './view';

/** 4 x 5 voxels of 1 x 2 mm in slices whose first voxels are at these places. */
function slices(origins: [number, number, number][], step: [number, number, number]): Grid {
  const [x, y, z] = step;
  return gridOfImage({
    size: [4, 5, origins.length],
    spacing_mm: [1, 2, Math.hypot(...step)],
    lps_from_index: [
      [1, 0, x, 0],
      [0, 2, y, 0],
      [0, 0, z, 0],
      [0, 0, 0, 1],
    ],
    slice_origins_lps: origins,
  });
}

/** Slices 1 mm apart but for a gap of 4 mm, the last one shifted to the back. */
const uneven = slices(
  [
    [0, 0, 0],
    [0, 0, 1],
    [0, 0, 2],
    [0, 0, 6],
    [0, 3, 7],
  ],
  [0, 0.75, 1.75],
);
const SAGITTAL = { slice_axis: 0, column_axis: 1, row_axis: 2, is_row_flipped: true } as const;
const CORONAL = { slice_axis: 1, column_axis: 2, row_axis: 0, is_column_flipped: true } as const;

function distance(grid: Grid, wire: Parameters<typeof plane>[1], a: InPlane, b: InPlane) {
  const shown = plane(grid, wire);
  const [p, q] = [a, b].map((at) => lpsOf(grid, indexInSlice(shown, 1, at)).mm);
  const [m, n] = [a, b].map((at) => mmOfInPlane(shown.parts, at));
  if (!p || !q || !m || !n) throw new Error('two places');
  return {
    patient: Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]),
    screen: Math.hypot(m[0] - n[0], m[1] - n[1]),
  };
}

describe('slices that are unevenly spaced', () => {
  it('lie where they were acquired, and points between them in proportion', () => {
    expect(lpsOf(uneven, indexInSlice(plane(uneven), 3, inPlane(2, 1))).mm).toEqual([2, 2, 6]);
    // Half way between the slices at 2 and 6 mm.
    expect(indexOf(uneven, pointLps([1, 4, 4])).ijk).toEqual([1, 2, 2.5]);
    // A quarter of the way to the shifted slice.
    expect(indexOf(uneven, pointLps([0, 0.75, 6.25])).ijk[2]).toBeCloseTo(3.25, 12);
    expect(indexOf(uneven, pointLps([0, 0.75, 6.25])).ijk[1]).toBeCloseTo(0, 12);
  });

  it.each([SAGITTAL, CORONAL])('have their distances on the screen', (wire) => {
    const places = [inPlane(0, 0), inPlane(1.5, 1), inPlane(2, 2.5), inPlane(3, 3), inPlane(0, 3)];
    for (const a of places) {
      for (const b of places) {
        const { patient, screen } = distance(uneven, wire, a, b);
        expect(screen).toBeCloseTo(patient, 10);
      }
    }
  });

  it.each([SAGITTAL, CORONAL])('are found again from the screen', (wire) => {
    const { parts } = plane(uneven, wire);
    for (const at of [inPlane(0, 0), inPlane(3.2, 1.2), inPlane(2.5, 3.9), inPlane(-0.4, 4.3)]) {
      const found = inPlaneOfMm(parts, mmOfInPlane(parts, at));
      expect(found.column).toBeCloseTo(at.column, 10);
      expect(found.row).toBeCloseTo(at.row, 10);
    }
  });

  it('are as one part where they follow one line', () => {
    expect(plane(uneven, SAGITTAL).parts).toHaveLength(3);
    expect(plane(uneven).parts).toHaveLength(1);
  });
});

describe('a tilted gantry', () => {
  // The table moves 1 mm to the back for each 2 mm to the head.
  const tilted = slices([], [0, 1, 2]);

  it('leans in the plane that it is tilted in, and angles are true', () => {
    const { parts } = plane(tilted, SAGITTAL);
    // Up the screen by 2 mm and to the right by 1 mm.
    expect(parts[0].rowStep).toEqual([1, -2]);
    expect(parts[0].columnStep).toEqual([2, -0]);
  });

  it('is fitted with all of its corners', () => {
    const longer = { ...tilted, size: [4, 5, 50] as const };
    const view = fitView(plane(longer, SAGITTAL), { width: 100, height: 100 });
    // 50 slices are 100 mm high, and 10 mm of rows lean by 50 mm.
    expect(view.pxPerMm).toBeCloseTo(0.96, 10);
    expect(view.centre.column).toBeCloseTo(2, 10);
    expect(view.centre.row).toBeCloseTo(24.5, 10);
  });
});
