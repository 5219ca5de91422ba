import { describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type { EffectPreview, EffectRequest } from '../../host/wire';
import { EffectsState, type Target } from './state.svelte';

interface Asked {
  readonly request: EffectRequest;
  readonly answer: (change: Partial<EffectPreview>) => Promise<void>;
}

const PREVIEW: EffectPreview = {
  document: null,
  n_gained: 0,
  n_lost: 0,
  region: null,
  kept: { locked: 0, protected: 0, area: 0, range: 0 },
  least_certain: null,
  sections: null,
  matches: null,
  is_coarse: false,
  front: null,
};

function made() {
  const asked: Asked[] = [];
  const cancelled: string[] = [];
  const call = vi.fn((command: string, request: EffectRequest) => {
    if (command === 'cancel') cancelled.push(request.job);
    if (command !== 'preview_effect') return Promise.resolve({});
    return new Promise((resolve) => {
      asked.push({
        request,
        answer: async (change) => {
          resolve({ ...PREVIEW, ...change });
          await new Promise((turn) => setTimeout(turn));
        },
      });
    });
  });
  // @ts-expect-error only calls are made
  const host: Host = { call, onEvent: () => () => undefined };
  let revision = 1;
  const target = (): Target => {
    const document = { id: 'd', revision, segments: [], shapes: [] };
    // @ts-expect-error an interpolation looks at no more
    return { document, segment: { id: 's', label: 1, layer: 0 }, volume: 0 };
  };
  let n = 0;
  const effects = new EffectsState(host, {
    target,
    newJob: () => `job ${String((n += 1))}`,
    onDocument: () => undefined,
    onFailed: (error) => {
      throw new Error(error.message);
    },
    onTold: () => undefined,
  });
  effects.set({ name: 'interpolate' });
  const ask = (at: number): Asked => {
    const found = asked[at];
    if (found === undefined) throw new Error(`there is no request ${String(at)}`);
    return found;
  };
  const draw = (): void => {
    revision += 1;
    effects.outdate();
  };
  return { effects, ask, asked, cancelled, draw };
}

describe('the preview of an interpolation', () => {
  it('is coarse first, and then in full', async () => {
    const { effects, ask } = made();
    void effects.look();
    expect(ask(0).request.coarse).toBe(true);
    await ask(0).answer({ is_coarse: true, n_gained: 90 });
    expect(effects.shown?.preview.n_gained).toBe(90);
    expect(effects.isInParts).toBe(false);
    expect(ask(1).request.coarse).toBeUndefined();
    expect(ask(1).request.job).toBe(ask(0).request.job);
    await ask(1).answer({ n_gained: 100 });
    expect(effects.shown?.preview).toMatchObject({ is_coarse: false, n_gained: 100 });
  });

  it('is asked for once where the first answer is in full', async () => {
    const { effects, ask, asked } = made();
    void effects.look();
    await ask(0).answer({ n_gained: 7 });
    expect(asked).toHaveLength(1);
    expect(effects.shown?.preview.n_gained).toBe(7);
  });

  it('gives way to a newer one, and what comes late is not shown', async () => {
    const { effects, ask, cancelled } = made();
    void effects.look();
    await ask(0).answer({ is_coarse: true, n_gained: 1 });
    void effects.look();
    expect(cancelled).toEqual(['job 1']);
    await ask(2).answer({ is_coarse: true, n_gained: 2 });
    await ask(1).answer({ n_gained: 3 });
    expect(effects.shown?.preview.n_gained).toBe(2);
    await ask(3).answer({ n_gained: 4 });
    expect(effects.shown?.preview.n_gained).toBe(4);
  });

  it('is not made in full when it was cancelled or the document has changed meanwhile', async () => {
    const { effects, ask, asked, cancelled, draw } = made();
    void effects.look();
    void effects.job.cancel();
    await ask(0).answer({ is_coarse: true, n_gained: 1 });
    expect([asked.length, effects.shown]).toEqual([1, null]);
    void effects.look();
    effects.outdate();
    expect(cancelled).toEqual(['job 1']);
    draw();
    expect(cancelled).toEqual(['job 1', 'job 2']);
    await ask(1).answer({ is_coarse: true, n_gained: 1 });
    expect([asked.length, effects.shown]).toEqual([2, null]);
  });
});
