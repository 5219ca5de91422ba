import { describe, expect, it } from 'vitest';
import { canvasPoint, inPlane, pointLps } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import {
  anchorsOf,
  closedWire,
  pixelAt,
  pointOfPixel,
  pressWire,
  wayTo,
  windowAround,
  wireTo,
  withoutLastAnchor,
  type Pixel,
  type Ways,
  type WireDraft,
} from './live-wire';
import type { ShownSlice } from './place';

// 10 px a mm about voxel (10, 5): a column is 10 px, a row 20.
function shown(): ShownSlice {
  const grid = straightGrid();
  return {
    grid,
    plane: plane(grid),
    view: { centre: inPlane(10, 5), pxPerMm: 10 },
    canvas: { width: 200, height: 100 },
    sliceIndex: 3,
  };
}

/** All ways go along the row to the anchor's column, then along it. */
function waysTo(anchor: Pixel): Ways {
  const window = windowAround(shown(), anchor);
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

function pixelsOf({ slice, corners }: WireDraft): Pixel[] {
  return corners.map((corner) => pixelAt(slice, corner));
}

function at(column: number, row: number) {
  return canvasPoint(100 + 10 * (column - 10), 50 + 20 * (row - 5));
}

/** A wire with these anchors, and the ways to the last one. */
function anchored(...anchors: readonly Pixel[]): WireDraft {
  let draft: WireDraft | null = null;
  for (const anchor of anchors) {
    const next: WireDraft = pressWire(draft, shown(), at(...anchor)).draft;
    draft = { ...next, wire: { ...next.wire, ways: waysTo(anchor) } };
  }
  if (draft === null) throw new Error('nothing was pressed');
  return draft;
}

describe('a live wire', () => {
  it('follows the ways from anchor to anchor', () => {
    const draft = anchored([3, 2], [6, 4]);
    const way = [
      [3, 2],
      [3, 3],
      [3, 4],
      [4, 4],
      [5, 4],
      [6, 4],
    ];
    expect(pixelsOf(draft)).toEqual(way);
    expect(anchorsOf(draft).map((anchor) => pixelAt(draft.slice, anchor))).toEqual([
      [3, 2],
      [6, 4],
    ]);
  });

  it('goes on to the pen without being anchored', () => {
    const draft = anchored([3, 2]);
    const pen = pointOfPixel(draft.slice, [3, 4]);
    expect(wireTo(draft, pen).map((point) => pixelAt(draft.slice, point))).toEqual([
      [3, 3],
      [3, 4],
    ]);
    expect(draft.corners).toHaveLength(1);
  });

  it('is straight while the ways are not known', () => {
    const draft = { ...anchored([3, 2]), wire: { anchors: [1], ways: null } };
    const { draft: next } = pressWire(draft, shown(), at(8, 7));
    expect(pixelsOf(next)).toEqual([
      [3, 2],
      [8, 7],
    ]);
  });

  it('is closed by a click on its first anchor, along the way there', () => {
    const { draft, isDone } = pressWire(anchored([3, 2], [6, 2], [6, 4]), shown(), at(3.2, 2.1));
    expect(isDone).toBe(true);
    expect(pixelsOf(draft).slice(5)).toEqual([
      [6, 4],
      [6, 3],
      [6, 2],
      [5, 2],
      [4, 2],
    ]);
  });

  it('loses its last anchor with the way to it', () => {
    const draft = anchored([3, 2], [6, 2], [6, 4]);
    const less = withoutLastAnchor(draft);
    expect(less === null ? null : pixelsOf(less)).toEqual(pixelsOf(anchored([3, 2], [6, 2])));
    expect(less?.wire.ways).toBeNull();
    expect(withoutLastAnchor(anchored([3, 2]))).toBeNull();
  });

  it('has one anchor where it is clicked twice', () => {
    const draft = anchored([3, 2], [6, 2]);
    expect(pressWire(draft, shown(), at(6.1, 2)).draft).toBe(draft);
    const { draft: waiting } = pressWire(anchored([3, 2]), shown(), at(6, 2));
    expect(pressWire(waiting, shown(), at(6, 2)).draft).toBe(waiting);
  });

  it('begins and ends within the image', () => {
    const outside = pressWire(null, shown(), at(-4, 30)).draft;
    expect(pixelsOf(outside)).toEqual([[0, 9]]);
  });

  it('goes straight to its window from beyond it, and never in a circle', () => {
    const ways = { window: { first: [5, 5], size: [2, 1] }, next: Uint8Array.of(8, 4) } as const;
    expect(wayTo(ways, [9, 9])).toEqual([
      [6, 5],
      [9, 9],
    ]);
    const circle = { window: ways.window, next: Uint8Array.of(0, 4) };
    expect(wayTo(circle, [5, 5])).toHaveLength(2);
  });

  it('closes without doubling its first corner', () => {
    const closed = closedWire(anchored([3, 2], [5, 2], [5, 4]));
    expect(pixelsOf(closed).filter(([column, row]) => column === 3 && row === 2)).toHaveLength(1);
  });
});

describe('the window of wires', () => {
  it('is as much of the slice as can be answered soon', () => {
    expect(windowAround(shown(), [3, 2])).toEqual({ first: [0, 0], size: [20, 10] });
    const large = { ...shown().grid, size: [2000, 700, 8] as const };
    const slice = { ...shown(), grid: large };
    expect(windowAround(slice, [1990, 300])).toEqual({ first: [1488, 44], size: [512, 512] });
  });

  it('has pixels in the order of the host whichever way the slice is shown', () => {
    const grid = straightGrid();
    const turned = plane(grid, { name: 'sagittal', slice_axis: 0, column_axis: 2, row_axis: 1 });
    const slice = { ...shown(), plane: turned, sliceIndex: 4 };
    const point = pointLps([14, 26, 45]);
    expect(pixelAt(slice, point)).toEqual([3, 3]);
    expect(pointOfPixel(slice, [3, 3])).toEqual(point);
    expect(windowAround(slice, [3, 3]).size).toEqual([10, 8]);
  });
});
