import { describe, expect, it } from 'vitest';
import { gridOfImage, lpsOf } from './grid';
import { indexInSlice, isOnSlice } from './plane';
import { canvasPoint, inPlane } from './space';
import { plane, straightGrid } from './testing';
import {
  canvasFromInPlane,
  fitView,
  inPlaneFromCanvas,
  panView,
  zoomView,
  type View,
} from './view';

const grid = straightGrid();
const axial = plane(grid);
const sagittal = plane(grid, { slice_axis: 0, column_axis: 1, row_axis: 2, is_row_flipped: true });
const CANVAS = { width: 200, height: 100 };
// 4 px a mm about voxel (9, 4): a column is 4 px, a row 8.
const VIEW: View = { centre: inPlane(9, 4), pxPerMm: 4 };

describe('a view', () => {
  it('shows millimetres equally long across and down', () => {
    expect(canvasFromInPlane(axial, VIEW, CANVAS, inPlane(10, 5))).toMatchObject({ x: 104, y: 58 });
  });

  it('shows rows that grow to the top upside down', () => {
    const view: View = { centre: inPlane(4, 3), pxPerMm: 4 };
    // One slice of 5 mm up the body is 20 px up the screen.
    expect(canvasFromInPlane(sagittal, view, CANVAS, inPlane(5, 4))).toMatchObject({
      x: 108,
      y: 30,
    });
  });

  it('finds the patient point under a canvas point', () => {
    const at = inPlaneFromCanvas(axial, VIEW, CANVAS, canvasPoint(92, 66));
    expect(at).toMatchObject({ column: 7, row: 6 });
    expect(lpsOf(grid, indexInSlice(axial, 3, at)).mm).toEqual([17, 32, 45]);
  });

  it('fits the whole slice, with a margin, in the tighter direction', () => {
    // 20 mm x 20 mm into 200 x 100 px: 5 px a mm, less 4 %.
    expect(fitView(axial, CANVAS)).toEqual({ centre: inPlane(9.5, 4.5), pxPerMm: 4.8 });
  });

  it('fits a slice whose pixels are a microscope’s', () => {
    const microscopic = plane(
      gridOfImage({
        size: [20, 10, 1],
        spacing_mm: [0.0001, 0.0002, 1],
        lps_from_index: [
          [0.0001, 0, 0, 0],
          [0, 0.0002, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 0, 1],
        ],
        slice_origins_lps: [],
      }),
    );
    // 20 x 0.1 µm into 200 px, 10 x 0.2 µm into 100 px: 50 000 px a mm, less 4 %.
    expect(fitView(microscopic, CANVAS).pxPerMm).toBeCloseTo(48_000, 6);
  });

  it('keeps what is under the cursor there while zooming', () => {
    const anchor = canvasPoint(30, 80);
    const before = inPlaneFromCanvas(sagittal, VIEW, CANVAS, anchor);
    const zoomed = zoomView(sagittal, VIEW, CANVAS, anchor, 2.5);
    expect(zoomed.pxPerMm).toBe(10);
    const after = inPlaneFromCanvas(sagittal, zoomed, CANVAS, anchor);
    expect(after.column).toBeCloseTo(before.column, 10);
    expect(after.row).toBeCloseTo(before.row, 10);
  });

  it('moves the image with the hand', () => {
    const grasped = inPlaneFromCanvas(sagittal, VIEW, CANVAS, canvasPoint(50, 50));
    const panned = panView(sagittal, VIEW, { dx: 12, dy: -7 });
    expect(canvasFromInPlane(sagittal, panned, CANVAS, grasped)).toMatchObject({ x: 62, y: 43 });
  });
});

describe('the border of a slice', () => {
  it('lies half a voxel outside the outermost centres', () => {
    expect(isOnSlice(axial, inPlane(-0.5, 9.49))).toBe(true);
    expect(isOnSlice(axial, inPlane(-0.51, 5))).toBe(false);
    expect(isOnSlice(axial, inPlane(3, 9.5))).toBe(false);
  });
});
