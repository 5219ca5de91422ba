import { describe, expect, it } from 'vitest';
import { canvasPoint, inPlane } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { inPlaneFromCanvas, type View } from '../model/view';
import { movePinch, startPinch, type Fingers } from './pinch';

const axial = plane(straightGrid());
const CANVAS = { width: 200, height: 100 };
const VIEW: View = { centre: inPlane(9, 4), pxPerMm: 4 };

const fingers = (ax: number, ay: number, bx: number, by: number): Fingers => [
  canvasPoint(ax, ay),
  canvasPoint(bx, by),
];
const START = fingers(60, 40, 100, 70);

function under(view: View, [a, b]: Fingers) {
  return [a, b].map((at) => inPlaneFromCanvas(axial, view, CANVAS, at));
}

describe('two fingers', () => {
  it('keep what lies under them, moved and spread', () => {
    const pinch = startPinch(START, VIEW);
    // Twice as far apart, and 10 px to the right, 5 down.
    const spread = fingers(50, 30, 130, 90);
    const view = movePinch(pinch, axial, CANVAS, spread);
    expect(view.pxPerMm).toBeCloseTo(8, 9);
    const [before, after] = [under(VIEW, START), under(view, spread)];
    before.forEach(({ column, row }, n) => {
      expect(after[n]?.column).toBeCloseTo(column, 9);
      expect(after[n]?.row).toBeCloseTo(row, 9);
    });
  });

  it('only pan while their distance stays', () => {
    const view = movePinch(startPinch(START, VIEW), axial, CANVAS, fingers(68, 48, 108, 78));
    expect(view.pxPerMm).toBe(4);
    // 8 px are 2 mm: two columns of 1 mm, one row of 2 mm.
    expect(view.centre).toMatchObject({ column: 7, row: 3 });
  });

  it('do not zoom without end where they meet', () => {
    const pinch = startPinch(fingers(80, 50, 80, 50), VIEW);
    expect(movePinch(pinch, axial, CANVAS, fingers(80, 50, 81, 50)).pxPerMm).toBe(4);
  });
});
