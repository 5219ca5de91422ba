import { describe, expect, it, vi } from 'vitest';
import { Notices } from './notices.svelte';
import { failure } from './testing/fake-host';

describe('notices', () => {
  it('keep a failure until it is dismissed', () => {
    const notices = new Notices();
    notices.fail(failure('io').wire);
    const id = notices.all[0]?.id ?? -1;
    notices.dismiss(id);
    expect(notices.all).toEqual([]);
  });

  it('show the same failure once', () => {
    const notices = new Notices();
    for (let n = 0; n < 10; n += 1) notices.fail(failure('storage_full').wire);
    expect(notices.all).toHaveLength(1);
  });

  it('say nothing about what the user cancelled', () => {
    const notices = new Notices();
    notices.fail(failure('cancelled').wire);
    expect(notices.all).toEqual([]);
  });

  it('forget what went well after a while', () => {
    vi.useFakeTimers();
    const notices = new Notices();
    notices.done('Deleted');
    expect(notices.all).toHaveLength(1);
    vi.advanceTimersByTime(60_000);
    expect(notices.all).toEqual([]);
    vi.useRealTimers();
  });

  it('take what was done off the screen that was left, but no failure', () => {
    const notices = new Notices();
    notices.done('Liver is deleted');
    notices.fail(failure('io').wire);
    notices.clearDone();
    expect(notices.all.map(({ kind }) => kind)).toEqual(['error']);
  });
});
