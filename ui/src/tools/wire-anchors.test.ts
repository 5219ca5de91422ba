import { describe, expect, it } from 'vitest';
import { canvasPoint, type CanvasPoint } from '../model/space';
import {
  pixelAt,
  pointOfPixel,
  windowAround,
  wireOf,
  wireTo,
  type Pixel,
  type Ways,
  type WireDraft,
} from './live-wire';
import { dragOutline, pressWire, releaseOutline, withoutOne } from './outline';
import { gripAt, withHeldMoved, withNextHeld } from './outline-edit';
import type { OutlineDraft } from './outline-draft';
import {
  anchored,
  anchorsOf,
  closedWire,
  wantedWays,
  withAnchorAfter,
  withAnchorAt,
  withoutAnchor,
  withWays,
} from './wire-anchors';
import { shownSlice } from './testing';

/** All ways go along the row to the anchor's column, then along it. */
function waysTo(anchor: Pixel): Ways {
  const window = windowAround(shownSlice(), anchor);
  const [nColumns, nRows] = window.size;
  const next = new Uint8Array(nColumns * nRows);
  for (let row = 0; row < nRows; row += 1) {
    for (let column = 0; column < nColumns; column += 1) {
      const across = column === anchor[0] ? null : column < anchor[0] ? 0 : 4;
      const down = row === anchor[1] ? 8 : row < anchor[1] ? 2 : 6;
      next[row * nColumns + column] = across ?? down;
    }
  }
  return { window, next };
}

function at(column: number, row: number): CanvasPoint {
  return canvasPoint(100 + 10 * (column - 10), 50 + 20 * (row - 5));
}

const lps = (pixel: Pixel) => pointOfPixel(shownSlice(), pixel);

const pixelsOf = ({ slice, corners }: WireDraft) => corners.map((corner) => pixelAt(slice, corner));

const anchorPixels = (draft: WireDraft) =>
  anchorsOf(draft).map((anchor) => pixelAt(draft.slice, anchor));

const NOTHING: WireDraft = { slice: shownSlice(), corners: [], wire: wireOf(1, 0) };

const informed = (draft: WireDraft, ...pixels: readonly Pixel[]) =>
  pixels.reduce((known, pixel) => withWays(known, pixel, waysTo(pixel)), draft);

/** A wire with these anchors, and the ways to all of them. */
function wireThrough(...anchors: readonly Pixel[]): WireDraft {
  return anchors.reduce(
    (draft, anchor) => informed(anchored(draft, at(...anchor)), anchor),
    NOTHING,
  );
}

function required<Value>(value: Value | null): Value {
  if (value === null) throw new Error('nothing is left');
  return value;
}

describe('a live wire', () => {
  it('follows the ways from anchor to anchor', () => {
    const draft = wireThrough([3, 2], [6, 4]);
    expect(pixelsOf(draft)).toEqual([
      [3, 2],
      [3, 3],
      [3, 4],
      [4, 4],
      [5, 4],
      [6, 4],
    ]);
    expect(anchorPixels(draft)).toEqual([
      [3, 2],
      [6, 4],
    ]);
  });

  it('goes on to the pen without being anchored', () => {
    const draft = wireThrough([3, 2]);
    expect(wireTo(draft, lps([3, 4])).map((point) => pixelAt(draft.slice, point))).toEqual([
      [3, 3],
      [3, 4],
    ]);
    expect(draft.corners).toHaveLength(1);
  });

  it('is straight while the ways are not known, and follows them as soon as they are', () => {
    const fast = anchored(anchored(NOTHING, at(3, 2)), at(5, 4));
    expect(pixelsOf(fast)).toEqual([
      [3, 2],
      [5, 4],
    ]);
    const way = [
      [3, 2],
      [3, 3],
      [3, 4],
      [4, 4],
      [5, 4],
    ];
    expect(pixelsOf(informed(fast, [3, 2]))).toEqual(way);
    // From the other end, along its own column.
    expect(pixelsOf(informed(fast, [5, 4]))).toEqual([
      [3, 2],
      [4, 2],
      [5, 2],
      [5, 3],
      [5, 4],
    ]);
  });

  it('is closed along the way back, without doubling its first corner', () => {
    expect(pixelsOf(closedWire(wireThrough([3, 2], [6, 2], [6, 4]))).slice(5)).toEqual([
      [6, 4],
      [6, 3],
      [6, 2],
      [5, 2],
      [4, 2],
    ]);
  });

  it('has one anchor where it is clicked twice', () => {
    const draft = wireThrough([3, 2], [6, 2]);
    expect(anchored(draft, at(6.1, 2))).toBe(draft);
  });

  it('begins and ends within the image', () => {
    expect(pixelsOf(anchored(NOTHING, at(-4, 30)))).toEqual([[0, 9]]);
  });
});

describe('an anchor that is moved', () => {
  const three = wireThrough([3, 2], [6, 2], [6, 4]);

  it('takes the wires on both sides along', () => {
    const moved = withAnchorAt(three, 1, lps([8, 3]));
    expect(pixelsOf(moved)).toEqual([
      [3, 2],
      // As from the anchor before: along its column, then along the row.
      [3, 3],
      [4, 3],
      [5, 3],
      [6, 3],
      [7, 3],
      [8, 3],
      // As from the anchor after, back.
      [7, 3],
      [6, 3],
      [6, 4],
    ]);
    expect(anchorPixels(moved)).toEqual([
      [3, 2],
      [8, 3],
      [6, 4],
    ]);
  });

  it('at an end takes one wire along', () => {
    expect(pixelsOf(withAnchorAt(three, 2, lps([7, 2])))).toEqual([
      [3, 2],
      [4, 2],
      [5, 2],
      [6, 2],
      [7, 2],
    ]);
    const first = withAnchorAt(three, 0, lps([6, 1]));
    expect(pixelsOf(first)).toEqual([
      [6, 1],
      [6, 2],
      [6, 3],
      [6, 4],
    ]);
  });

  it('has straight wires until the ways to its neighbours are known', () => {
    const unknown = { ...three, wire: { ...three.wire, known: new Map() } };
    const moved = withAnchorAt(unknown, 1, lps([8, 3]));
    expect(pixelsOf(moved)).toEqual([
      [3, 2],
      [8, 3],
      [6, 4],
    ]);
    const after = informed(moved, [3, 2], [6, 4]);
    expect(pixelsOf(after)).toEqual(pixelsOf(withAnchorAt(three, 1, lps([8, 3]))));
  });

  it('is not put upon its neighbour', () => {
    expect(withAnchorAt(three, 1, lps([6, 4]))).toBe(three);
  });
});

describe('an anchor more or less', () => {
  const two = wireThrough([3, 2], [6, 4]);

  it('on the wire changes nothing of it, and neither does taking it away again', () => {
    const more = withAnchorAfter(two, 0, at(3.3, 3.8));
    expect(pixelsOf(more)).toEqual(pixelsOf(two));
    expect(anchorPixels(more)).toEqual([
      [3, 2],
      [3, 4],
      [6, 4],
    ]);
    expect(withoutAnchor(more, 1)).toEqual(two);
  });

  it('on a straight wire lies under the pen', () => {
    const straight = anchored(anchored(NOTHING, at(3, 2)), at(9, 2));
    const more = withAnchorAfter(straight, 0, at(6, 2.1));
    expect(anchorPixels(more)).toEqual([
      [3, 2],
      [6, 2],
      [9, 2],
    ]);
    expect(withAnchorAfter(straight, 0, at(9, 2))).toEqual(straight);
  });

  it('joins the neighbours of the one that went', () => {
    const three = wireThrough([3, 2], [8, 8], [6, 4]);
    expect(pixelsOf(required(withoutAnchor(three, 1)))).toEqual(pixelsOf(two));
  });

  it('goes from either end with its wire', () => {
    const three = wireThrough([3, 2], [6, 2], [6, 4]);
    expect(pixelsOf(required(withoutAnchor(three, 2)))).toEqual(
      pixelsOf(wireThrough([3, 2], [6, 2])),
    );
    expect(pixelsOf(required(withoutAnchor(three, 0)))).toEqual([
      [6, 2],
      [6, 3],
      [6, 4],
    ]);
    expect(withoutAnchor(wireThrough([3, 2]), 0)).toBeNull();
  });

  it('leaves one where both neighbours are in one place', () => {
    const there = wireThrough([3, 2], [6, 2], [3, 2]);
    expect(anchorPixels(required(withoutAnchor(there, 1)))).toEqual([[3, 2]]);
  });
});

describe('the ways that are asked for', () => {
  it('are those from the last anchor, and beside the one in hand', () => {
    const none = { ...NOTHING.wire, known: new Map() };
    const four = wireThrough([3, 2], [6, 2], [6, 4], [9, 8]);
    const unknown = { ...four, wire: { ...four.wire, known: none.known } };
    expect(wantedWays(unknown, null)).toEqual([[9, 8]]);
    expect(wantedWays(unknown, 1)).toEqual([
      [9, 8],
      [3, 2],
      [6, 4],
    ]);
    expect(wantedWays(unknown, 0)).toEqual([
      [9, 8],
      [6, 2],
    ]);
    expect(wantedWays(four, 1)).toEqual([]);
    expect(wantedWays(NOTHING, null)).toEqual([]);
  });

  it('are those for what is straight, too', () => {
    const fast = [at(3, 2), at(6, 2), at(6, 4)].reduce(anchored, NOTHING);
    expect(wantedWays(fast, null)).toEqual([
      [6, 4],
      [3, 2],
      [6, 2],
    ]);
  });

  it('are not kept for ever', () => {
    const many = Array.from({ length: 40 }, (_, n): Pixel => [n % 20, Math.floor(n / 20)]);
    const { known } = informed(wireThrough([3, 2]), ...many).wire;
    expect(known.size).toBe(24);
    expect(known.has('19 1')).toBe(true);
  });
});

describe('the pen on a live wire', () => {
  /** Its ways are known wherever an anchor is. */
  function pressed(draft: OutlineDraft | null, where: CanvasPoint, takes = false): OutlineDraft {
    return pressWire(draft, [shownSlice(), draft?.wire ?? wireOf(1, 0)], where, takes);
  }

  function clicked(...anchors: readonly Pixel[]): OutlineDraft {
    const draft = anchors.reduce<OutlineDraft | null>((before, anchor) => {
      const { draft: next } = releaseOutline(pressed(before, at(...anchor)));
      const after = required(next);
      return { ...after, ...informed(wired(after), anchor) };
    }, null);
    return required(draft);
  }

  const wired = (draft: OutlineDraft): WireDraft => ({ ...draft, wire: required(draft.wire) });
  const where = (draft: OutlineDraft | null) => anchorPixels(wired(required(draft)));

  const SQUARE = [
    [3, 2],
    [12, 2],
    [12, 7],
  ] as const;

  it('drags an anchor from where it took hold of it', () => {
    const held = pressed(clicked(...SQUARE), at(12.3, 2.1));
    const dragged = dragOutline(held, [at(13, 3), at(14.3, 4.1)]);
    const { draft, isDone } = releaseOutline(dragged);
    expect([where(draft), isDone]).toEqual([
      [
        [3, 2],
        [14, 4],
        [12, 7],
      ],
      false,
    ]);
    expect(draft?.held).toBe(1);
  });

  it('sets an anchor on the wire and drags it on', () => {
    const held = pressed(clicked(...SQUARE), at(7, 2.1));
    expect(where(held)).toHaveLength(4);
    expect(held.corners).toEqual(clicked(...SQUARE).corners);
    const { draft } = releaseOutline(dragOutline(held, [at(7, 5.1)]));
    expect(where(draft)[1]).toEqual([7, 5]);
  });

  it('closes it by a click on the first anchor, and not by dragging that', () => {
    const first = pressed(clicked(...SQUARE), at(3.2, 2.1));
    expect(releaseOutline(first).isDone).toBe(true);
    const dragged = releaseOutline(dragOutline(first, [at(5, 4)]));
    expect(dragged.isDone).toBe(false);
    expect(where(dragged.draft)[0]).toEqual([5, 4]);
    expect(releaseOutline(pressed(clicked([3, 2]), at(3, 2))).isDone).toBe(false);
  });

  it('takes the anchor away that is clicked with Alt, and sets none', () => {
    const less = releaseOutline(pressed(clicked(...SQUARE), at(12, 2), true)).draft;
    expect(where(less)).toEqual([
      [3, 2],
      [12, 7],
    ]);
    expect(where(releaseOutline(pressed(clicked(...SQUARE), at(7, 2), true)).draft)).toHaveLength(
      3,
    );
    expect(where(releaseOutline(pressed(clicked(...SQUARE), at(5, 8), true)).draft)).toHaveLength(
      3,
    );
  });

  it('has keys take an anchor in hand, move it by a pixel, and take it away', () => {
    const second = withNextHeld(withNextHeld(clicked(...SQUARE), 1), 1);
    const moved = withHeldMoved(second, shownSlice(), [1, -1]);
    expect(where(moved)[1]).toEqual([13, 1]);
    expect(where(withoutOne(moved))).toEqual([
      [3, 2],
      [12, 7],
    ]);
    expect(where(withoutOne(clicked(...SQUARE)))).toEqual([
      [3, 2],
      [12, 2],
    ]);
    expect(withoutOne(clicked([3, 2]))).toBeNull();
  });

  it('finds an anchor before the wire, and no edge back to the first one', () => {
    const draft = clicked(...SQUARE);
    expect(gripAt(draft, shownSlice(), at(12.2, 2.2))).toEqual({ kind: 'corner', n: 1 });
    expect(gripAt(draft, shownSlice(), at(7, 2.1))).toEqual({ kind: 'edge', n: 0 });
    expect(gripAt(draft, shownSlice(), at(12.2, 5))).toEqual({ kind: 'edge', n: 1 });
    expect(gripAt(draft, shownSlice(), at(7.5, 4.5))).toBeNull();
  });

  it('goes on from a spline with its points as anchors, and no longer as a curve', () => {
    const spline = { ...clicked([3, 2], [12, 2]), isSmooth: true, wire: null };
    const anchors = spline.corners.map((_, k) => ({ n: k + 1, isStraight: false }));
    const next = pressWire(spline, [shownSlice(), wireOf(2, 0, anchors)], at(12, 7), false);
    expect(next.isSmooth).toBe(false);
    expect(where(next).at(-1)).toEqual([12, 7]);
  });
});
