import { describe, expect, it } from 'vitest';
import { ChangeLog } from '../model/change';
import { lpsOf } from '../model/grid';
import { voxelIndex } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { turnedAxes, turnedPlane } from '../model/turn';
import { CutLoader } from './cuts';
import type { Want } from './loader';
import type { CutSource, ImageSlice, LabelSlice } from './slices';

const grid = straightGrid();
const axial = plane(grid);

/** Turned about x by so many radians. */
function want(radians: number): Want {
  const at = lpsOf(grid, voxelIndex([10, 5, 3]));
  const turned = turnedPlane(grid, axial, turnedAxes(axial.axes, [1, 0, 0], radians), at);
  return { plane: turned, volume: 0, index: 3, direction: 0, slab: null };
}

/** Answers when the test says so. */
function manual(revision = () => 1) {
  const asked: Want[] = [];
  const labels: number[] = [];
  let answer: () => void = () => undefined;
  const common = { axis: 2, index: 3, nColumns: 1, nRows: 1, pixels: null } as const;
  const source: CutSource = {
    async cut(place): Promise<ImageSlice> {
      asked.push({ ...place, direction: 0 });
      await new Promise<void>((resolve) => (answer = resolve));
      return { ...common, nChannels: 1, volume: 0, voxels: new Float32Array(1) };
    },
    cutLabels(_, { document, layer }, atLeast): Promise<LabelSlice> {
      labels.push(atLeast);
      const found = { document, layer, revision: revision(), labels: new Uint8Array(1) };
      return Promise.resolve({ ...common, ...found });
    },
  };
  const settled = async () => {
    answer();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { source, asked, labels, settled };
}

describe('the loader of turned planes', () => {
  it('asks for the newest plane when one has arrived, and shows each that does', async () => {
    const { source, asked, settled } = manual();
    const set = { document: 'd', changes: new ChangeLog(1), layers: [0] };
    const loader = new CutLoader(
      source,
      () => set,
      () => undefined,
    );
    const wants = [0.1, 0.2, 0.3, 0.4].map(want);
    for (const one of wants) loader.want(one);
    expect(asked).toHaveLength(1);
    await settled();
    expect(loader.cut('axial')?.want).toBe(wants[0]);
    expect(asked.map((one) => one.plane)).toEqual([wants[0]?.plane, wants[3]?.plane]);
    await settled();
    expect(loader.cut('axial')?.want).toBe(wants[3]);
    expect(asked).toHaveLength(2);
  });

  it('asks for labels again after an edit, and not for the image', async () => {
    let revision = 1;
    const { source, asked, labels, settled } = manual(() => revision);
    const changes = new ChangeLog(1);
    const set = { document: 'd', changes, layers: [0] };
    const loader = new CutLoader(
      source,
      () => set,
      () => undefined,
    );
    loader.want(want(0.1));
    await settled();
    revision = 2;
    changes.record(2, null);
    loader.pump();
    await settled();
    expect(asked).toHaveLength(1);
    expect(labels).toEqual([1, 2]);
    expect(loader.cut('axial')?.labels[0]?.revision).toBe(2);
  });

  it('says why a plane failed, and tries again only when it is told to', async () => {
    let nAsked = 0;
    const source: CutSource = {
      cut: () => {
        nAsked += 1;
        return Promise.reject(new Error('gone'));
      },
      cutLabels: () => Promise.reject(new Error('gone')),
    };
    const set = { document: 'd', changes: new ChangeLog(1), layers: [] };
    const loader = new CutLoader(
      source,
      () => set,
      () => undefined,
    );
    const wanted = want(0.1);
    loader.want(wanted);
    await new Promise((resolve) => setTimeout(resolve));
    expect(loader.failureOf(wanted)).toBeInstanceOf(Error);
    loader.pump();
    expect(nAsked).toBe(1);
    loader.retry();
    expect(nAsked).toBe(2);
  });
});
