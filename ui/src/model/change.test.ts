import { describe, expect, it } from 'vitest';
import { ChangeLog } from './change';

const REGION = { min: [2, 3, 4], max: [5, 6, 7] } as const;

describe('a change log', () => {
  it('makes stale only the slices that cut the changed box', () => {
    const log = new ChangeLog(10);
    log.record(11, REGION);
    expect(log.neededRevision(2, 4)).toBe(11);
    expect(log.neededRevision(2, 7)).toBe(11);
    expect(log.neededRevision(2, 8)).toBe(0);
    expect(log.neededRevision(0, 1)).toBe(0);
  });

  it('takes operations it has not heard of for changes of everything, until it hears of them', () => {
    const log = new ChangeLog(10);
    log.record(12, null);
    expect(log.neededRevision(1, 0)).toBe(11);
    log.record(11, REGION);
    expect(log.neededRevision(1, 0)).toBe(0);
    expect(log.neededRevision(1, 3)).toBe(11);
  });

  it('hears of one operation twice without harm', () => {
    const log = new ChangeLog(10);
    log.record(11, REGION);
    log.record(11, null);
    expect(log.neededRevision(0, 3)).toBe(11);
    expect(log.latest).toBe(11);
  });

  it('distrusts everything older once it has forgotten the details', () => {
    const log = new ChangeLog(0);
    for (let revision = 1; revision <= 300; revision += 1) log.record(revision, null);
    expect(log.neededRevision(0, 0)).toBeGreaterThan(0);
    expect(log.neededRevision(0, 0)).toBeLessThan(300);
  });
});
