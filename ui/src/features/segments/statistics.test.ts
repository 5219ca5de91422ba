import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type { Statistics } from '../../host/wire';
import { StatisticsState } from './statistics.svelte';

function measuring(answers: (() => Promise<Statistics>)[]) {
  let nAsked = 0;
  const call = () => {
    const answer = answers[Math.min(nAsked, answers.length - 1)];
    nAsked += 1;
    return answer?.() ?? Promise.reject(new Error('no answer'));
  };
  return { state: new StatisticsState(fakeHost(call)), nAsked: () => nAsked };
}

function fakeHost(call: () => Promise<Statistics>): Host {
  // @ts-expect-error the state under test calls nothing else
  return { call };
}

function at(revision: number): Statistics {
  const segments = [
    {
      segment: 'a',
      n_voxels: revision,
      volume_ml: 1,
      area_mm2: null,
      mean: null,
      standard_deviation: null,
    },
  ];
  return { revision, unit: 'HU', segments };
}

function wanted(revision: number, volume: number, document = 'document') {
  return { document, revision, volume };
}

describe('measures', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('are asked for once painting pauses', async () => {
    const { state, nAsked } = measuring([() => Promise.resolve(at(3))]);
    for (const revision of [1, 2, 3]) {
      state.want(wanted(revision, 0));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(nAsked()).toBe(0);
    expect(state.isStale).toBe(true);
    await vi.runAllTimersAsync();
    expect(nAsked()).toBe(1);
    expect(state.isStale).toBe(false);
    expect(state.of('a')?.n_voxels).toBe(3);
    expect(state.of('b')).toBeNull();
  });

  it('are those of the volume that is shown, whenever they arrive', async () => {
    let answerLate: (statistics: Statistics) => void = () => undefined;
    const { state, nAsked } = measuring([
      () => new Promise((resolve) => (answerLate = resolve)),
      () => Promise.resolve({ ...at(1), unit: 'of volume 3' }),
    ]);
    state.want(wanted(1, 0));
    await vi.runAllTimersAsync();
    state.want(wanted(1, 3));
    await vi.runAllTimersAsync();
    answerLate({ ...at(1), unit: 'of volume 0' });
    await vi.runAllTimersAsync();
    expect(nAsked()).toBe(2);
    expect(state.latest?.unit).toBe('of volume 3');
    expect(state.isStale).toBe(false);
    state.want(wanted(1, 4));
    expect(state.isStale).toBe(true);
  });

  it('are those of the document shown, whose revisions have nothing to do with another one’s', async () => {
    const { state } = measuring([() => Promise.resolve(at(9)), () => Promise.resolve(at(2))]);
    state.want(wanted(9, 0, 'of time point 1'));
    await vi.runAllTimersAsync();
    state.want(wanted(2, 1, 'of time point 2'));
    expect(state.isStale).toBe(true);
    await vi.runAllTimersAsync();
    expect(state.latest?.revision).toBe(2);
    expect(state.isStale).toBe(false);
  });

  it('stay, marked as old, when newer ones cannot be had', async () => {
    const { state } = measuring([
      () => Promise.resolve(at(1)),
      () => Promise.reject(new Error('no')),
    ]);
    state.want(wanted(1, 0));
    await vi.runAllTimersAsync();
    state.want(wanted(2, 0));
    await vi.runAllTimersAsync();
    expect(state.latest?.revision).toBe(1);
    expect(state.isStale).toBe(true);
    expect(state.error?.code).toBe('internal');
  });
});
