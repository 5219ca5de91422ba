import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type { HistoryEntry, HistoryRequest } from '../../host/wire';
import { NO_FILTER } from './filter';
import { HistoryState } from './state.svelte';

/** A host that only knows the history of `nOperations` operations. */
function hostWith(nOperations: number) {
  const asked: HistoryRequest[] = [];
  const log = { n: nOperations, asked };
  const call = (_command: string, request: HistoryRequest) => {
    asked.push(request);
    const first = request.before ?? log.n + 1;
    const n = Math.min(request.limit, first - 1);
    const entries = Array.from({ length: n }, (_, k) => entry(first - 1 - k));
    return Promise.resolve({ entries });
  };
  const history = new HistoryState(fakeHost(call), 'document');
  return { log, history };
}

function fakeHost(call: (command: string, request: HistoryRequest) => Promise<unknown>): Host {
  // @ts-expect-error the state under test calls nothing else
  return { call };
}

/** One by Bob a hundred, the others by Ada. */
function entry(sequence: number): HistoryEntry {
  const at = new Date(Date.UTC(2026, 0, 1, 0, sequence)).toISOString();
  const by = sequence % 100 === 1 ? 'bob' : 'ada';
  return { sequence, at, by, operation: { kind: 'paint', segment: null }, is_undone: false };
}

const sequences = (history: HistoryState) => history.entries?.map(({ sequence }) => sequence);

describe('the history', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('asks once after a burst of changes', async () => {
    const { log, history } = hostWith(3);
    history.refresh();
    history.refresh();
    history.refresh();
    await vi.runAllTimersAsync();
    expect(log.asked).toHaveLength(1);
    expect(sequences(history)).toEqual([3, 2, 1]);
    expect(history.hasOlder).toBe(false);
  });

  it('follows the document shown, and takes no answer about another one', async () => {
    const { log, history } = hostWith(3);
    history.refresh();
    vi.advanceTimersByTime(200);
    history.follow('other');
    await vi.runAllTimersAsync();
    expect(log.asked.map(({ document }) => document)).toEqual(['document', 'other']);
    expect(sequences(history)).toEqual([3, 2, 1]);
  });

  it('adds older pages, and keeps them when something new is done', async () => {
    const { log, history } = hostWith(150);
    history.refresh();
    await vi.runAllTimersAsync();
    expect(history.entries).toHaveLength(100);
    expect(history.hasOlder).toBe(true);
    await history.loadOlder();
    expect(history.entries).toHaveLength(150);
    expect(history.entries?.at(-1)?.sequence).toBe(1);
    log.n = 151;
    history.refresh();
    await vi.runAllTimersAsync();
    expect(history.entries?.[0]?.sequence).toBe(151);
    expect(history.entries).toHaveLength(150);
    expect(history.hasOlder).toBe(true);
  });

  it('reads older operations until the filter has found some', async () => {
    const { log, history } = hostWith(450);
    history.refresh();
    await vi.runAllTimersAsync();
    await history.setFilter({ ...NO_FILTER, by: 'bob' });
    expect(history.shown.map(({ sequence }) => sequence)).toEqual([401, 301, 201, 101, 1]);
    expect(history.hasOlder).toBe(false);
    expect(log.asked).toHaveLength(5);
    await history.setFilter(NO_FILTER);
    expect(history.shown).toHaveLength(450);
  });

  it('does not read further back than the time that is asked for', async () => {
    const { log, history } = hostWith(450);
    history.refresh();
    await vi.runAllTimersAsync();
    const from = new Date(entry(300).at);
    const local = new Date(from.getTime() - from.getTimezoneOffset() * 60_000);
    await history.setFilter({ ...NO_FILTER, by: 'bob', from: local.toISOString().slice(0, 16) });
    expect(history.shown.map(({ sequence }) => sequence)).toEqual([401, 301]);
    expect(log.asked).toHaveLength(2);
  });
});
