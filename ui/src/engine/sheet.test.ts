import { describe, expect, it } from 'vitest';
import { lpsOf } from '../model/grid';
import { continuousIndex, type Triple } from '../model/space';
import { straightGrid } from '../model/testing';
import { LabelSheet, type PendingStroke } from './sheet';
import type { LabelSlice } from './slices';

const grid = straightGrid();

function base(revision: number, labelled: readonly number[] = []): LabelSlice {
  const labels = new Uint8Array(200);
  for (const at of labelled) labels[at] = 2;
  return {
    axis: 2,
    index: 3,
    nColumns: 20,
    nRows: 10,
    document: 'd',
    layer: 0,
    revision,
    labels,
    pixels: null,
  };
}

function dab(id: number, label: number, storedAt: number | null, ...path: Triple[]): PendingStroke {
  return {
    id,
    document: 'd',
    layer: 0,
    storedAt,
    relabel: () => label,
    stroke: {
      path: path.map((ijk) => lpsOf(grid, continuousIndex(ijk))),
      radiusMm: 0.5,
      form: 'round',
      sliceAxis: 2,
      sliceIndex: 3,
      plane: null,
      along: [1, 0, 0],
    },
  };
}

function labelled(sheet: LabelSheet): number[] {
  return [...sheet.labels.keys()].filter((at) => sheet.labels[at] !== 0);
}

describe('labels with pending strokes', () => {
  it('show a stroke as it grows', () => {
    const sheet = new LabelSheet(grid, base(1));
    sheet.update([dab(1, 7, null, [2, 0, 3])]);
    expect(labelled(sheet)).toEqual([2]);
    sheet.update([dab(1, 7, null, [2, 0, 3], [5, 0, 3])]);
    expect(labelled(sheet)).toEqual([2, 3, 4, 5]);
  });

  it('lose a stroke that was refused and keep the others', () => {
    const sheet = new LabelSheet(grid, base(1));
    const [first, second] = [dab(1, 7, null, [2, 0, 3]), dab(2, 7, null, [9, 0, 3])];
    sheet.update([first, second]);
    sheet.update([second]);
    expect(labelled(sheet)).toEqual([9]);
  });

  it('show a stored stroke until the host sends labels that hold it', () => {
    const sheet = new LabelSheet(grid, base(4));
    const stored = dab(1, 2, 5, [2, 0, 3]);
    sheet.update([stored]);
    expect(labelled(sheet)).toEqual([2]);
    sheet.rebase(base(5, [2]));
    sheet.update([stored]);
    expect(labelled(sheet)).toEqual([2]);
    expect(sheet.labels[2]).toBe(2);
  });

  it('do not show a stroke of another volume’s document', () => {
    const sheet = new LabelSheet(grid, base(1));
    sheet.update([{ ...dab(1, 7, null, [2, 0, 3]), document: 'of another volume' }]);
    expect(labelled(sheet)).toEqual([]);
  });

  it('keep the host’s own labels untouched', () => {
    const host = base(1);
    new LabelSheet(grid, host).update([dab(1, 7, null, [2, 0, 3])]);
    expect(host.labels[2]).toBe(0);
  });
});
