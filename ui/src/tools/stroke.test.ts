import { describe, expect, it } from 'vitest';
import { canvasPoint } from '../model/space';
import { brushStrokeOf, extendStroke, isSubVoxel, startStroke } from './stroke';
import { shownSlice } from './testing';

describe('a stroke', () => {
  it('records where the pen went in the patient', () => {
    const started = startStroke(
      shownSlice(),
      'paint',
      { radiusMm: 3, form: 'round' },
      canvasPoint(100, 50),
    );
    const { path, sliceAxis, sliceIndex } = brushStrokeOf(
      extendStroke(started, [canvasPoint(120, 70)]),
    );
    expect(path.map(({ mm }) => mm)).toEqual([
      [20, 30, 45],
      [22, 32, 45],
    ]);
    expect([sliceAxis, sliceIndex]).toEqual([2, 3]);
  });

  it('drops points too near to be seen', () => {
    const started = startStroke(
      shownSlice(),
      'paint',
      { radiusMm: 10, form: 'round' },
      canvasPoint(100, 50),
    );
    expect(extendStroke(started, [canvasPoint(101, 50), canvasPoint(102, 50)]).path).toHaveLength(
      1,
    );
  });

  it('goes from voxel to voxel when the brush could lie between centres', () => {
    const brush = { radiusMm: 0.2, form: 'round' } as const;
    expect(isSubVoxel(shownSlice(), brush)).toBe(true);
    const started = startStroke(shownSlice(), 'paint', brush, canvasPoint(103, 54));
    const { path } = extendStroke(started, [canvasPoint(134, 88)]);
    expect(path.map(({ mm }) => mm)).toEqual([
      [20, 30, 45],
      [21, 32, 45],
      [22, 32, 45],
      [23, 34, 45],
    ]);
  });
});
