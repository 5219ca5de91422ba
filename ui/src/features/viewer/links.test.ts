import { describe, expect, it } from 'vitest';
import { lpsOf } from '../../model/grid';
import { canvasPoint, voxelIndex } from '../../model/space';
import { shownSlice } from '../../tools/testing';
import { linksOn } from './links';
import type { PartLink } from './types';

describe('how parts go on', () => {
  const { grid } = shownSlice();
  const at = (i: number, j: number, k: number) => lpsOf(grid, voxelIndex([i, j, k]));
  const joined: PartLink = {
    axis: 2,
    slices: [1, 4],
    ends: [at(9, 4, 1), at(12, 5, 4)],
    color: '#00ff00',
    text: '1 → 2',
  };
  const ended: PartLink = { ...joined, ends: [at(7, 6, 1)], text: '2: ends here' };
  const textsOn = (sliceIndex: number, sliceAxis: 0 | 2 = 2) => {
    const slice = shownSlice({ sliceIndex });
    const shown = linksOn([joined, ended], { ...slice, plane: { ...slice.plane, sliceAxis } });
    return shown.map(({ label }) => label.join());
  };

  it('is drawn from middle to middle, and marked where a part ends', () => {
    const [line, mark] = linksOn([joined, ended], shownSlice());
    // 10 px a column, 20 a row, voxel (10, 5) in the middle of 200 by 100.
    const ends = [canvasPoint(90, 30), canvasPoint(120, 50)];
    expect(line?.curves.map(({ points }) => points)).toEqual([ends]);
    expect(line?.handles.map(({ at }) => at)).toEqual(ends);
    expect([line?.mark, mark?.mark]).toEqual([null, canvasPoint(70, 70)]);
    expect(mark?.curves).toEqual([]);
  });

  it('is seen from the one slice to the other, on planes along them alone', () => {
    expect([0, 1, 4, 5].map((slice) => textsOn(slice).length)).toEqual([0, 2, 2, 0]);
    expect(textsOn(3)).toEqual(['1 → 2', '2: ends here']);
    expect(textsOn(3, 0)).toEqual([]);
  });

  it('names the slices on a drawn one, where what lies before it and after it is seen', () => {
    const told = ['1 → 2 (slices 2 to 5)', '2: ends here (slices 2 to 5)'];
    expect([1, 4].map((slice) => textsOn(slice))).toEqual([told, told]);
  });
});
