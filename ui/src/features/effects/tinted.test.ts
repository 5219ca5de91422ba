import { describe, expect, it } from 'vitest';
import type { Host } from '../../host';
import type { Histogram } from '../../host/wire';
import { voxelIndex } from '../../model/space';
import { EffectsState, type Target } from './state.svelte';

/** The panel, open on a threshold; the host does whatever is asked and nothing more. */
function made() {
  let revision = 1;
  const document = () => ({ id: 'd', revision, segments: [], shapes: [] });
  const call = (command: string) => {
    if (command === 'run_effect') revision += 1;
    return Promise.resolve({ document: document(), region: null, kept: {} });
  };
  // @ts-expect-error only calls are made
  const host: Host = { call, onEvent: () => () => undefined };
  const image = { planes: [{ name: 'axial', slice_axis: 2 }], size: [1, 1, 1] };
  const target = (): Target => {
    const segment = { id: 's' };
    const crosshair = voxelIndex([0, 0, 0]);
    // @ts-expect-error a threshold looks at no more
    return { image, document: document(), segment, crosshair, turned: {} };
  };
  const effects = new EffectsState(host, {
    target,
    newJob: () => 'job',
    onDocument: () => undefined,
    onFailed: (error) => {
      throw new Error(error.message);
    },
    onTold: () => undefined,
  });
  // @ts-expect-error that there is one is enough
  const histogram: Histogram = {};
  effects.histogram = histogram;
  effects.isOpen = true;
  effects.set({ name: 'threshold', range: [1, 2] });
  return { effects, edit: () => (revision += 1) };
}

describe('what a threshold would take', () => {
  it('is tinted on all planes, or on the one that it is limited to', () => {
    const { effects } = made();
    expect(effects.highlight).toEqual({ range: [1, 2], plane: null });
    effects.set({ where: 'axial' });
    expect(effects.highlight).toEqual({ range: [1, 2], plane: 'axial' });
    effects.isOpen = false;
    expect(effects.highlight).toBeNull();
  });

  it('is not tinted once it was taken, until something else is chosen or done', async () => {
    const { effects, edit } = made();
    await effects.apply();
    expect(effects.highlight).toBeNull();
    effects.set({ range: [1, 3] });
    expect(effects.highlight).toEqual({ range: [1, 3], plane: null });
    await effects.apply();
    expect(effects.highlight).toBeNull();
    edit();
    expect(effects.highlight).toEqual({ range: [1, 3], plane: null });
  });
});
