import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnreachableError } from '../host';
import { Connection } from './connection.svelte';
import { failure, FakeHost } from './testing/fake-host';

function unreachable() {
  return new UnreachableError(failure('internal', 'Failed to fetch').wire);
}

describe('the connection', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is lost when nothing answers any more, and back when something does', async () => {
    let isUp = false;
    const answer = () => {
      if (!isUp) throw unreachable();
      return {};
    };
    const fake = new FakeHost({ cancel: answer });
    fake.handlers.statistics = () => {
      throw unreachable();
    };
    const connection = new Connection(fake);
    const asked = connection.host.call('statistics', { document: 'd', volume: 0 });
    await expect(asked).rejects.toMatchObject({ code: 'io' });
    expect(connection.state).toBe('lost');
    isUp = true;
    await vi.advanceTimersByTimeAsync(5000);
    expect(connection.state).toBe('open');
  });

  it('is lost as soon as events no longer arrive, until they do', async () => {
    const fake = new FakeHost();
    const connection = new Connection(fake);
    fake.disconnect();
    expect(connection.state).toBe('lost');
    await vi.advanceTimersByTimeAsync(5000);
    expect(connection.state).toBe('lost');
    fake.reconnect();
    expect(connection.state).toBe('open');
    await vi.advanceTimersByTimeAsync(5000);
    expect(connection.state).toBe('open');
  });

  it('is refused by a server that was started anew', async () => {
    const fake = new FakeHost({
      cancel: () => {
        throw failure('not_permitted');
      },
    });
    const connection = new Connection(fake);
    fake.disconnect();
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.state).toBe('refused');
  });

  it('is not lost because of a defect in one command', async () => {
    const fake = new FakeHost();
    fake.handlers.statistics = () => {
      throw failure('internal', 'defect');
    };
    const connection = new Connection(fake);
    await expect(connection.host.call('statistics', { document: 'd', volume: 0 })).rejects.toThrow(
      'defect',
    );
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.state).toBe('open');
  });
});
