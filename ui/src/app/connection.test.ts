import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../host';
import { Connection } from './connection.svelte';
import { failure, FakeHost } from './testing/fake-host';

function overHttp(host: FakeHost): Host {
  host.kind = 'http';
  return host;
}

describe('the connection', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is lost when nothing answers any more, and back when something does', async () => {
    let isUp = false;
    const answer = () => {
      if (!isUp) throw failure('internal', 'Failed to fetch');
      return {};
    };
    const fake = new FakeHost({ cancel: answer });
    fake.handlers.statistics = () => {
      throw failure('internal', 'Failed to fetch');
    };
    const connection = new Connection(overHttp(fake));
    const asked = connection.host.call('statistics', { document: 'd' });
    await expect(asked).rejects.toThrow('Failed to fetch');
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.isLost).toBe(true);
    isUp = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(connection.isLost).toBe(false);
  });

  it('is not lost because of a defect in one command', async () => {
    const fake = new FakeHost();
    fake.handlers.statistics = () => {
      throw failure('internal', 'defect');
    };
    const connection = new Connection(overHttp(fake));
    await expect(connection.host.call('statistics', { document: 'd' })).rejects.toThrow('defect');
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.isLost).toBe(false);
  });
});
