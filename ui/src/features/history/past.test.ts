import { describe, expect, it } from 'vitest';
import type { Host } from '../../host';
import type { WireError } from '../../host/wire';
import { PastState } from './past.svelte';

interface Call {
  readonly command: string;
  readonly request: unknown;
  readonly answer: (value: unknown) => void;
  readonly refuse: (error: WireError) => void;
}

/** A host whose answers come when the test says so. */
function setUp() {
  const calls: Call[] = [];
  const told: string[] = [];
  const call = (command: string, request: unknown) =>
    new Promise((answer, refuse) => calls.push({ command, request, answer, refuse }));
  const past = new PastState(fakeHost(call), {
    onFailed: (deed, { message }) => told.push(`${deed}: ${message}`),
    onRestored: (sequence) => told.push(`restored ${sequence}`),
  });
  return { calls, told, past };
}

function fakeHost(call: (command: string, request: unknown) => Promise<unknown>): Host {
  // @ts-expect-error the state under test calls nothing else
  return { call };
}

const momentOf = (sequence: number) => ({
  entry: { sequence },
  document: { id: `then-${sequence}` },
});

describe('a look into the past', () => {
  it('shows what was asked for last, whatever comes first', async () => {
    const { calls, past } = setUp();
    const both = [past.show('d', 3), past.show('d', 5)];
    calls[1]?.answer(momentOf(5));
    calls[0]?.answer(momentOf(3));
    await Promise.all(both);
    expect(past.sequence).toBe(5);
    expect(past.look?.document.id).toBe('then-5');
    expect(past.isBusy).toBe(false);
  });

  it('stays now when the user goes back before the answer', async () => {
    const { calls, past } = setUp();
    const showing = past.show('d', 3);
    past.leave();
    calls[0]?.answer(momentOf(3));
    await showing;
    expect(past.look).toBe(null);
  });

  it('compares from the earlier to the later, and with now', () => {
    const { calls, past } = setUp();
    void past.compare('d', 7, 4);
    void past.compare('d', 7, null);
    expect(calls.map(({ request }) => request)).toEqual([
      { document: 'd', from: 4, to: 7 },
      { document: 'd', from: 7, to: null },
    ]);
  });

  it('goes back to now once restored, and stays where that is refused', async () => {
    const { calls, told, past } = setUp();
    const showing = past.show('d', 3);
    calls[0]?.answer(momentOf(3));
    await showing;
    const refused = past.restore('d', 3);
    calls[1]?.refuse({ code: 'not_permitted', message: 'locked', hint: null });
    await refused;
    expect(past.sequence).toBe(3);
    const restored = past.restore('d', 3);
    calls[2]?.answer({ document: { id: 'd' } });
    await restored;
    expect(past.look).toBe(null);
    expect(told).toEqual(['restore: locked', 'restored 3']);
  });
});
