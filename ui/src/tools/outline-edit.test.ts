import { describe, expect, it } from 'vitest';
import { dot, minus } from '../model/affine';
import { normalOf, turnedPlane } from '../model/turn';
import { canvasPoint, inPlane, pointLps } from '../model/space';
import { cornersOn, isSameSlice, outlineThrough, type OutlineDraft } from './outline-draft';
import { gripAt, withHeldMoved, withNextHeld, withoutCorner } from './outline-edit';
import { lpsUnder, type ShownSlice } from './place';
import { shownSlice } from './testing';

/** A plane turned by 30° about the columns, through the middle of the grid. */
function turned(): ShownSlice {
  const flat = shownSlice();
  const right = [1, 0, 0] as const;
  const down = [0, Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)] as const;
  const middle = pointLps([20, 30, 45]);
  return { ...flat, plane: turnedPlane(flat.grid, flat.plane, { right, down }, middle) };
}

const CORNERS = [
  [20, 20],
  [80, 20],
  [80, 80],
] as const;

function triangle(on: ShownSlice, change: Partial<OutlineDraft> = {}): OutlineDraft {
  const corners = CORNERS.map(([x, y]) => lpsUnder(on, canvasPoint(x, y)));
  return { ...outlineThrough(on, corners, canvasPoint(80, 80)), ...change };
}

describe('what of an outline is under the pen', () => {
  it('is a corner before an edge, and nothing farther off', () => {
    const draft = triangle(shownSlice());
    expect(gripAt(draft, shownSlice(), canvasPoint(77, 22))).toEqual({ kind: 'corner', n: 1 });
    expect(gripAt(draft, shownSlice(), canvasPoint(50, 24))).toEqual({ kind: 'edge', n: 0 });
    expect(gripAt(draft, shownSlice(), canvasPoint(50, 27))).toBeNull();
    expect(gripAt(draft, shownSlice(), canvasPoint(50, 50))).toBeNull();
    const closed = triangle(shownSlice(), { isClosed: true });
    expect(gripAt(closed, shownSlice(), canvasPoint(50, 50))).toEqual({ kind: 'edge', n: 2 });
  });

  it('is where the outline is seen now, not where it was drawn', () => {
    const zoomed = shownSlice({ view: { centre: inPlane(10, 5), pxPerMm: 20 } });
    // Twice as far from the middle.
    const at = canvasPoint(100 + 2 * (80 - 100), 50 + 2 * (20 - 50));
    expect(gripAt(triangle(shownSlice()), zoomed, at)).toEqual({ kind: 'corner', n: 1 });
  });

  it('is the same on a turned plane', () => {
    const on = turned();
    const draft = triangle(on);
    expect(isSameSlice(draft.slice, on)).toBe(true);
    expect(gripAt(draft, on, canvasPoint(77, 22))).toEqual({ kind: 'corner', n: 1 });
  });
});

describe('keys', () => {
  it('go from corner to corner and round', () => {
    const first = withNextHeld(triangle(shownSlice()), 1);
    expect(first.held).toBe(0);
    expect(withNextHeld(first, -1).held).toBe(2);
    expect(withNextHeld(triangle(shownSlice()), -1).held).toBe(2);
    expect(withNextHeld(withNextHeld(first, -1), 1).held).toBe(0);
  });

  it.each([
    ['a slice', shownSlice()],
    ['a turned plane', turned()],
  ])('move the corner in hand by pixels of the image, on %s', (_, on) => {
    const before = triangle(on, { held: 1 });
    const moved = withHeldMoved(before, on, [2, -1]);
    const [from, to] = [before, moved].map(({ corners }) => cornersOn(on, corners)[1]);
    const { columnMm, rowMm } = on.plane;
    expect((to?.x ?? 0) - (from?.x ?? 0)).toBeCloseTo(2 * columnMm * 10);
    expect((to?.y ?? 0) - (from?.y ?? 0)).toBeCloseTo(-rowMm * 10);
    // It stays on the plane.
    const [a, b, c] = [before.corners[0], before.corners[1], moved.corners[1]];
    if (!a || !b || !c) throw new Error('corners');
    const offset = minus(c.mm, a.mm);
    expect(dot(offset, normalOf(on.plane.axes))).toBeCloseTo(0);
    expect(c.mm).not.toEqual(b.mm);
  });

  it('take nothing from a closed triangle', () => {
    const closed = triangle(shownSlice(), { isClosed: true, held: 1 });
    expect(withoutCorner(closed, 1)).toBe(closed);
  });
});
