import { describe, expect, it } from 'vitest';
import { dot } from '../model/affine';
import { lpsOf } from '../model/grid';
import { canvasPoint, voxelIndex } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { angleBetween, normalOf } from '../model/turn';
import {
  angleBetweenPens,
  draggedAcross,
  gripAt,
  handlesOf,
  linesOf,
  reachOf,
  turnedOn,
} from './lines';
import type { ShownSlice } from './place';

const grid = straightGrid();
const axial = plane(grid);
const CANVAS = { width: 400, height: 300 };
/** 10 px a mm; the middle of the canvas is at voxel (10, 5). */
const shown: ShownSlice = {
  grid,
  plane: axial,
  view: { centre: { space: 'in-plane', column: 10, row: 5 }, pxPerMm: 10 },
  canvas: CANVAS,
  sliceIndex: 3,
};
/** Seen from the left, head up; and from the front. */
const sagittal = { name: 'sagittal', axes: { right: [0, 1, 0], down: [0, 0, -1] } } as const;
const coronal = { name: 'coronal', axes: { right: [1, 0, 0], down: [0, 0, -1] } } as const;
const crossing = lpsOf(grid, voxelIndex([10, 5, 3]));
const lines = linesOf(shown, crossing, [sagittal, coronal]);

function turnedBy(radians: number) {
  return turnedOn(axial.axes, [sagittal, coronal], radians);
}

describe('lines of other planes', () => {
  it('go through the crosshair, up and down for the sagittal plane and across for the coronal', () => {
    const [up, across] = lines;
    expect(up?.centre).toEqual(canvasPoint(200, 150));
    expect(Math.abs(up?.right ?? 1)).toBeCloseTo(0, 12);
    expect(Math.abs(up?.down ?? 0)).toBeCloseTo(1, 12);
    expect(Math.abs(across?.right ?? 0)).toBeCloseTo(1, 12);
  });

  it('are none where a plane is the one that is shown', () => {
    expect(linesOf(shown, crossing, [{ name: 'coronal', axes: axial.axes }])).toEqual([]);
  });

  it('turn on the screen as far as their planes are turned, clockwise', () => {
    const [, across] = linesOf(shown, crossing, turnedBy(Math.PI / 6));
    // Clockwise on the screen: what pointed right points down, too.
    const slope = (across?.down ?? 0) / (across?.right ?? 1);
    expect(slope).toBeCloseTo(Math.tan(Math.PI / 6), 12);
  });
});

describe('turning two planes on a third', () => {
  it('keeps all three at right angles, and turns each by the angle', () => {
    const [a, b] = turnedBy(0.7);
    if (a === undefined || b === undefined) throw new Error('two planes');
    const [na, nb, n] = [a.axes, b.axes, axial.axes].map(normalOf);
    if (na === undefined || nb === undefined || n === undefined) throw new Error('three normals');
    for (const [x, y] of [
      [na, nb],
      [na, n],
      [nb, n],
    ] as const)
      expect(dot(x, y)).toBeCloseTo(0, 12);
    expect(angleBetween(a.axes, sagittal.axes)).toBeCloseTo((0.7 * 180) / Math.PI, 9);
    expect(angleBetween(b.axes, coronal.axes)).toBeCloseTo((0.7 * 180) / Math.PI, 9);
  });
});

describe('a press on a line', () => {
  it('turns its plane near an end, moves it in the middle, and does neither at the crosshair', () => {
    const does = (x: number, y: number) => gripAt(lines, CANVAS, canvasPoint(x, y));
    expect(does(203, 40)).toMatchObject({ does: 'turn', line: { name: 'sagittal' } });
    expect(does(203, 110)).toMatchObject({ does: 'move', line: { name: 'sagittal' } });
    expect(does(60, 152)).toMatchObject({ does: 'turn', line: { name: 'coronal' } });
    expect(does(205, 145)).toBeNull();
    expect(does(230, 120)).toBeNull();
  });

  it('finds the handles where it turns', () => {
    const [up] = lines;
    if (up === undefined) throw new Error('a line');
    expect(reachOf(up, CANVAS)).toEqual({ ahead: 150, behind: 150 });
    const handles = handlesOf(up, CANVAS);
    expect(handles).toHaveLength(2);
    for (const at of handles) expect(gripAt(lines, CANVAS, at)?.does).toBe('turn');
  });

  it('has no handles where the crosshair is out of sight', () => {
    const [away] = linesOf(shown, lpsOf(grid, voxelIndex([90, 5, 3])), [sagittal]);
    if (away === undefined) throw new Error('a line');
    expect(handlesOf(away, CANVAS)).toEqual([]);
  });
});

describe('a pen going round', () => {
  it('is told by the angle, clockwise', () => {
    const [middle, right] = [canvasPoint(200, 150), canvasPoint(300, 150)];
    expect(angleBetweenPens(middle, right, canvasPoint(200, 250))).toBeCloseTo(Math.PI / 2, 12);
    const end = canvasPoint(200 + 50 * Math.sqrt(3), 100);
    expect(angleBetweenPens(middle, right, end)).toBeCloseTo(-Math.PI / 6, 12);
  });
});

describe('dragging a line', () => {
  it('moves the crosshair across the line only, as far as the pen', () => {
    const [up, across] = lines;
    if (up === undefined || across === undefined) throw new Error('two lines');
    const [from, to] = [canvasPoint(200, 100), canvasPoint(230, 170)];
    const [x, y, z] = crossing.mm;
    const beside = draggedAcross(shown, up, crossing, from, to).mm;
    [x + 3, y, z].forEach((mm, n) => expect(beside[n]).toBeCloseTo(mm, 9));
    const below = draggedAcross(shown, across, crossing, from, to).mm;
    [x, y + 7, z].forEach((mm, n) => expect(below[n]).toBeCloseTo(mm, 9));
  });
});
