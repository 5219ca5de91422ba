import { describe, expect, it } from 'vitest';
import { pointLps } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { pixelAt, pointOfPixel, wayTo, windowAround } from './live-wire';
import { shownSlice } from './testing';

describe('the way from an anchor', () => {
  it('goes straight to its window from beyond it, and never in a circle', () => {
    const ways = { window: { first: [5, 5], size: [2, 1] }, next: Uint8Array.of(8, 4) } as const;
    expect(wayTo(ways, [9, 9])).toEqual([
      [6, 5],
      [9, 9],
    ]);
    const circle = { window: ways.window, next: Uint8Array.of(0, 4) };
    expect(wayTo(circle, [5, 5])).toHaveLength(2);
  });
});

describe('the window of wires', () => {
  it('is as much of the slice as can be answered soon', () => {
    expect(windowAround(shownSlice(), [3, 2])).toEqual({ first: [0, 0], size: [20, 10] });
    const large = { ...shownSlice().grid, size: [2000, 700, 8] as const };
    const slice = { ...shownSlice(), grid: large };
    expect(windowAround(slice, [1990, 300])).toEqual({ first: [1488, 44], size: [512, 512] });
  });

  it('has pixels in the order of the host whichever way the slice is shown', () => {
    const grid = straightGrid();
    const turned = plane(grid, { name: 'sagittal', slice_axis: 0, column_axis: 2, row_axis: 1 });
    const slice = { ...shownSlice(), plane: turned, sliceIndex: 4 };
    const point = pointLps([14, 26, 45]);
    expect(pixelAt(slice, point)).toEqual([3, 3]);
    expect(pointOfPixel(slice, [3, 3])).toEqual(point);
    expect(windowAround(slice, [3, 3]).size).toEqual([10, 8]);
  });
});
