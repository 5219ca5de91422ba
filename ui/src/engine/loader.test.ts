import { describe, expect, it } from 'vitest';
import { ChangeLog } from '../model/change';
import { plane, straightGrid } from '../model/testing';
import { neighboursOf, SliceLoader, type Want } from './loader';
import type { ImageSlice, LabelSet, LabelSlice, SliceSource } from './slices';

const axial = plane(straightGrid());

function want(index: number, direction: Want['direction'] = 0): Want {
  return { plane: axial, volume: 0, index, direction, slab: null };
}

/** The same document on every volume. */
function one(layers: readonly number[] = [], changes = new ChangeLog(10)): () => LabelSet {
  return () => ({ document: 'd', changes, layers });
}

/** A source whose answers come when the test says so. */
function manualSource() {
  const asked: string[] = [];
  const answers = new Map<string, () => void>();
  let revision = 10;
  const wait = (key: string) => {
    asked.push(key);
    return new Promise<void>((resolve) => answers.set(key, resolve));
  };
  const source: SliceSource = {
    async image(volume, axis, index): Promise<ImageSlice> {
      await wait(volume === 0 ? `image ${index}` : `image ${index} of ${volume}`);
      const voxels = new Int16Array(200);
      return { axis, index, nColumns: 20, nRows: 10, nChannels: 1, volume, voxels, pixels: null };
    },
    async labels({ document, layer, axis, index }): Promise<LabelSlice> {
      await wait(document === 'd' ? `labels ${index}` : `labels ${index} of ${document}`);
      const labels = new Uint8Array(200);
      return {
        axis,
        index,
        nColumns: 20,
        nRows: 10,
        document,
        layer,
        revision,
        labels,
        pixels: null,
      };
    },
  };
  return {
    source,
    asked,
    setRevision: (next: number) => (revision = next),
    async answer(key: string) {
      answers.get(key)?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

function failingSource() {
  let nAsked = 0;
  const source: SliceSource = {
    image: () => {
      nAsked += 1;
      return Promise.reject(new Error('gone'));
    },
    labels: () => Promise.reject(new Error('gone')),
  };
  return { source, nAsked: () => nAsked };
}

describe('the slice loader', () => {
  it('never asks for slices that were scrolled past', async () => {
    const { source, asked, answer } = manualSource();
    const loader = new SliceLoader(source, 1, one(), () => undefined);
    for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) loader.want(want(index, 1));
    expect(asked).toEqual(['image 0', 'image 1', 'image 2', 'image 3']);
    await answer('image 0');
    expect(asked.at(-1)).toBe('image 7');
    expect(asked).toHaveLength(5);
  });

  it('asks once for what is under way', () => {
    const { source, asked } = manualSource();
    const loader = new SliceLoader(source, 1, one(), () => undefined);
    loader.want(want(3));
    loader.want(want(4));
    loader.want(want(3));
    expect(asked).toEqual(['image 3', 'image 4']);
  });

  it('fetches neighbours only once it may, ahead first', async () => {
    const { source, asked, answer } = manualSource();
    const loader = new SliceLoader(source, 1, one(), () => undefined);
    loader.want(want(3, -1));
    await answer('image 3');
    expect(asked).toEqual(['image 3']);
    loader.allowPrefetch();
    expect(asked).toEqual(['image 3', 'image 2', 'image 4', 'image 1']);
  });

  it('keeps the slices of each volume apart', async () => {
    const { source, asked, answer } = manualSource();
    const loader = new SliceLoader(source, 4, one(), () => undefined);
    loader.want(want(3));
    await answer('image 3');
    loader.want({ ...want(3), volume: 2 });
    expect(asked).toEqual(['image 3', 'image 3 of 2']);
    expect(loader.image(2, 2, 3)).toBeUndefined();
    await answer('image 3 of 2');
    expect(loader.image(2, 2, 3)?.volume).toBe(2);
    expect(loader.image(0, 2, 3)?.volume).toBe(0);
  });

  it('fetches the slice of neighbouring volumes after its neighbours in space', async () => {
    const { source, asked, answer } = manualSource();
    const loader = new SliceLoader(source, 3, one(), () => undefined);
    loader.allowPrefetch();
    loader.want({ ...want(0), volume: 1 });
    for (const key of ['image 0 of 1', 'image 1 of 1', 'image 2 of 1', 'image 3 of 1'])
      await answer(key);
    expect(asked.slice(0, 4).sort()).toEqual([0, 1, 2, 3].map((index) => `image ${index} of 1`));
    expect(asked.slice(4)).toEqual(['image 0 of 2', 'image 0']);
  });

  it('fetches again the labels that an operation changed, and no others', async () => {
    const { source, asked, answer, setRevision } = manualSource();
    const changes = new ChangeLog(10);
    const loader = new SliceLoader(source, 1, one([0], changes), () => undefined);
    loader.want(want(3));
    await answer('image 3');
    await answer('labels 3');
    changes.record(11, { min: [0, 0, 5], max: [9, 9, 6] });
    loader.pump();
    expect(asked).toEqual(['image 3', 'labels 3']);
    changes.record(12, { min: [0, 0, 2], max: [9, 9, 3] });
    setRevision(12);
    loader.pump();
    expect(asked).toEqual(['image 3', 'labels 3', 'labels 3']);
    await answer('labels 3');
    expect(loader.labels({ document: 'd', layer: 0, axis: 2, index: 3 })?.revision).toBe(12);
  });

  it('fetches the labels of each volume from its own document, once that is known', async () => {
    const { source, asked, answer } = manualSource();
    const known = new Map<number, LabelSet>();
    const loader = new SliceLoader(
      source,
      2,
      (volume) => known.get(volume),
      () => undefined,
    );
    for (const volume of [0, 1]) {
      loader.want({ ...want(3), volume });
      known.set(volume, { document: `v${volume}`, changes: new ChangeLog(10), layers: [0] });
      loader.pump();
    }
    expect(asked).toEqual(['image 3', 'labels 3 of v0', 'image 3 of 1', 'labels 3 of v1']);
    await answer('labels 3 of v1');
    const place = { layer: 0, axis: 2, index: 3 } as const;
    expect(loader.labels({ document: 'v1', ...place })?.document).toBe('v1');
    expect(loader.labels({ document: 'v0', ...place })).toBeUndefined();
  });

  it('tells of a failure and asks again only when told to', async () => {
    const { source, nAsked } = failingSource();
    const loader = new SliceLoader(source, 1, one(), () => undefined);
    loader.want(want(3));
    await new Promise((resolve) => setTimeout(resolve));
    loader.want(want(3));
    expect(nAsked()).toBe(1);
    expect(loader.failureOf(want(3))).toEqual(new Error('gone'));
    loader.retry();
    expect(nAsked()).toBe(2);
  });

  it('fetches nothing ahead around a slice that failed', async () => {
    const { source, nAsked } = failingSource();
    const loader = new SliceLoader(source, 3, one(), () => undefined);
    loader.want(want(3));
    await new Promise((resolve) => setTimeout(resolve));
    loader.allowPrefetch();
    expect(nAsked()).toBe(1);
  });
});

it('neighbours end at the border of the image', () => {
  expect(neighboursOf(want(1, 1))).toEqual([2, 0, 3, 4, 5, 6, 7]);
});
