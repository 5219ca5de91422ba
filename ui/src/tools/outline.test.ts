import { describe, expect, it } from 'vitest';
import { canvasPoint, type CanvasPoint } from '../model/space';
import { dragOutline, pressOutline, releaseOutline, withoutOne } from './outline';
import { cornersOn, pathOf, type OutlineDraft } from './outline-draft';
import { closedOutline } from './outline-edit';
import { shownSlice } from './testing';

const at = canvasPoint;
const DRAWS = { isSmooth: false, takes: false };
const SMOOTH = { isSmooth: true, takes: false };
const TAKES = { isSmooth: false, takes: true };

type At = readonly [number, number];

/** Pen down, along points, and up. */
function stroke(
  draft: OutlineDraft | null,
  [[x, y], ...along]: readonly [At, ...(readonly At[])],
  how = DRAWS,
) {
  const pressed = pressOutline(draft, shownSlice(), at(x, y), how);
  const points: CanvasPoint[] = along.map(([px, py]) => at(px, py));
  return releaseOutline(points.length === 0 ? pressed : dragOutline(pressed, points));
}

function clicked(...points: readonly At[]): OutlineDraft {
  const draft = points.reduce<OutlineDraft | null>(
    (before, point) => stroke(before, [point]).draft,
    null,
  );
  if (draft === null) throw new Error('nothing was clicked');
  return draft;
}

function onCanvas(draft: OutlineDraft | null): number[][] {
  const corners = cornersOn(shownSlice(), draft?.corners ?? []);
  return corners.map(({ x, y }) => [Math.round(x), Math.round(y)]);
}

describe('an outline', () => {
  it('dragged free-hand is done when the pen goes up', () => {
    const { draft, isDone } = stroke(null, [
      [20, 20],
      [60, 20],
      [60, 60],
      [61, 60],
      [20, 60],
    ]);
    expect(isDone).toBe(true);
    expect(onCanvas(draft)).toEqual([
      [20, 20],
      [60, 20],
      [60, 60],
      [20, 60],
    ]);
  });

  it('clicked corner by corner is done by a click on the first', () => {
    const three = clicked([20, 20], [60, 20], [60, 60]);
    expect(onCanvas(three)).toHaveLength(3);
    const closed = stroke(three, [[23, 22]]);
    expect(closed.isDone).toBe(true);
    expect(onCanvas(closed.draft)).toHaveLength(3);
  });

  it('is done by a free-hand line that comes back to the first corner', () => {
    const { isDone } = stroke(clicked([20, 20]), [
      [60, 20],
      [60, 60],
      [22, 24],
    ]);
    expect(isDone).toBe(true);
  });

  it('takes a click for one corner, however the hand trembles', () => {
    const { draft } = stroke(null, [
      [20, 20],
      [22, 21],
      [23, 22],
    ]);
    expect(onCanvas(draft)).toHaveLength(1);
  });

  it('encloses nothing with two corners', () => {
    expect(stroke(clicked([20, 20], [60, 20]), [[20, 20]]).isDone).toBe(false);
  });

  it('begins anew on another slice', () => {
    const draft = clicked([20, 20], [60, 20]);
    expect(
      pressOutline(draft, shownSlice({ sliceIndex: 4 }), at(30, 30), DRAWS).corners,
    ).toHaveLength(1);
  });

  it('loses its last corner, and then itself', () => {
    const one = withoutOne(clicked([20, 20], [60, 20]));
    expect(onCanvas(one)).toEqual([[20, 20]]);
    expect(one === null ? null : withoutOne(one)).toBeNull();
  });
});

describe('an outline that is drawn', () => {
  const THREE = [
    [20, 20],
    [80, 20],
    [80, 80],
  ] as const;

  it('has its corners dragged, and keeps the pen where it took hold of them', () => {
    const { draft, isDone } = stroke(clicked(...THREE), [
      [82, 23],
      [90, 40],
      [102, 33],
    ]);
    expect(isDone).toBe(false);
    expect(onCanvas(draft)).toEqual([
      [20, 20],
      [100, 30],
      [80, 80],
    ]);
  });

  it('gets a corner where an edge is clicked, which is dragged on', () => {
    const { draft } = stroke(clicked(...THREE), [
      [50, 22],
      [50, 40],
    ]);
    expect(onCanvas(draft)).toEqual([
      [20, 20],
      [50, 40],
      [80, 20],
      [80, 80],
    ]);
    expect(draft?.held).toBe(1);
  });

  it('has no edge yet from its last corner to its first', () => {
    const { draft } = stroke(clicked(...THREE), [[50, 50]]);
    expect(onCanvas(draft).at(-1)).toEqual([50, 50]);
    const closed = closedOutline(clicked(...THREE));
    expect(onCanvas(stroke(closed, [[50, 50]]).draft)).toHaveLength(4);
  });

  it('loses the corner that is clicked to be taken away, and none beside them', () => {
    const { draft } = stroke(clicked(...THREE), [[81, 21]], TAKES);
    expect(onCanvas(draft)).toEqual([
      [20, 20],
      [80, 80],
    ]);
    const edge = stroke(clicked(...THREE), [[50, 20]], TAKES);
    expect(onCanvas(edge.draft)).toHaveLength(3);
  });

  it('loses the corner in hand before the last one', () => {
    const { draft } = stroke(clicked(...THREE), [[80, 20]]);
    const left = draft === null ? null : withoutOne(draft);
    expect(onCanvas(left)).toEqual([
      [20, 20],
      [80, 80],
    ]);
  });

  it('goes on from the end of a free-hand line, which is left with few corners', () => {
    const along = Array.from({ length: 30 }, (_, n) => [80 - n, 80] as const);
    const { draft } = stroke(clicked([20, 20], [80, 20]), [[80, 80], ...along.slice(1)]);
    expect(onCanvas(draft)).toEqual([
      [20, 20],
      [80, 20],
      [80, 80],
      [52, 80],
    ]);
    const further = stroke(draft, [
      [52, 80],
      [30, 80],
    ]);
    expect(onCanvas(further.draft).slice(0, 4)).toEqual(onCanvas(draft));
    expect(onCanvas(further.draft).at(-1)).toEqual([30, 80]);
  });
});

describe('an outline that is closed and not yet done', () => {
  it('takes a press beside it for nothing, and is not done by its first corner', () => {
    const closed = closedOutline(clicked([20, 20], [80, 20], [80, 80]));
    expect(onCanvas(stroke(closed, [[150, 50]]).draft)).toEqual(onCanvas(closed));
    expect(stroke(closed, [[20, 20]]).isDone).toBe(false);
  });

  it('keeps the corners that it encloses something with', () => {
    const closed = closedOutline(clicked([20, 20], [80, 20], [80, 80]));
    expect(onCanvas(stroke(closed, [[80, 20]], TAKES).draft)).toHaveLength(3);
  });

  it('is what the hand drew until a corner is changed, of few that can be', () => {
    const turn = (n: number): At => [100 + 40 * Math.cos(n / 20), 50 + 40 * Math.sin(n / 20)];
    const along = Array.from({ length: 120 }, (_, n) => turn(n));
    const { draft } = stroke(null, [turn(0), ...along.slice(1)]);
    if (draft === null) throw new Error('drawn');
    const closed = closedOutline(draft);
    expect(pathOf(closed)).toEqual(draft.corners);
    expect(closed.corners.length).toBeLessThan(draft.corners.length / 2);
    // All that was drawn lies within half a pixel of what is left: the sagitta of each part.
    const left = cornersOn(shownSlice(), closed.corners);
    left.slice(1).forEach(({ x, y }, n) => {
      const from = left[n];
      const chord = from === undefined ? 0 : Math.hypot(x - from.x, y - from.y);
      expect(40 - Math.sqrt(40 ** 2 - (chord / 2) ** 2)).toBeLessThan(0.55);
    });
    const [, corner] = left;
    if (corner === undefined) throw new Error('corners');
    const moved = stroke(closed, [
      [corner.x, corner.y],
      [corner.x + 10, corner.y],
    ]);
    expect(moved.draft === null ? [] : pathOf(moved.draft)).toHaveLength(closed.corners.length);
  });
});

describe('an outline through points', () => {
  it('is a smooth curve through them, and has a point put where the pen goes', () => {
    const one = stroke(null, [[40, 20]], SMOOTH).draft;
    const two = stroke(
      one,
      [
        [100, 20],
        [110, 30],
        [120, 20],
      ],
      SMOOTH,
    ).draft;
    const three = stroke(two, [[80, 80]], SMOOTH).draft;
    expect(onCanvas(three)).toEqual([
      [40, 20],
      [120, 20],
      [80, 80],
    ]);
    const path = three === null ? [] : pathOf(three);
    expect(path.length).toBeGreaterThan(20);
    expect(path).toEqual(expect.arrayContaining([...(three?.corners ?? [])]));
  });

  it('gets a point on its curve, also between the last and the first', () => {
    const three = [
      [40, 20],
      [120, 20],
      [80, 80],
    ].reduce<OutlineDraft | null>(
      (draft, [x = 0, y = 0]) => stroke(draft, [[x, y]], SMOOTH).draft,
      null,
    );
    const path = cornersOn(shownSlice(), three === null ? [] : pathOf(three));
    // Of the last third, which ends at the first point.
    const onCurve = path[Math.floor((path.length * 5) / 6)];
    if (onCurve === undefined) throw new Error('a curve');
    const { draft } = stroke(three, [[onCurve.x, onCurve.y]], SMOOTH);
    expect(draft?.held).toBe(3);
    expect(onCanvas(draft)).toHaveLength(4);
  });
});
