import { describe, expect, it } from 'vitest';
import { canvasPoint } from '../model/space';
import { labelPlace, samplesOf } from './shape-labels';

const canvas = { width: 400, height: 300 };
const size = { width: 60, height: 20 };
const square = (left: number, top: number) =>
  [
    [left, top],
    [left + 50, top],
    [left + 50, top + 50],
    [left, top + 50],
    [left, top],
  ].map(([x = 0, y = 0]) => canvasPoint(x, y));

describe('a label', () => {
  it('stands right of its shape where nothing is in the way', () => {
    const path = square(100, 100);
    const box = labelPlace(path, size, { canvas, lines: samplesOf(path), taken: [] });
    expect(box).toEqual({ left: 160, top: 90, right: 220, bottom: 110 });
  });

  it('goes to the left at the edge of the canvas', () => {
    const path = square(340, 100);
    const box = labelPlace(path, size, { canvas, lines: samplesOf(path), taken: [] });
    expect(box?.right).toBe(330);
  });

  it('covers neither another shape nor another label', () => {
    const [path, other] = [square(100, 100), square(165, 85)];
    const lines = [...samplesOf(path), ...samplesOf(other)];
    const left = { left: 20, top: 85, right: 95, bottom: 115 };
    const box = labelPlace(path, size, { canvas, lines, taken: [left] });
    expect(box).toMatchObject({ top: 160 });
  });
});
