import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Playback, STEP_MS } from './playback';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('waits for what is not yet shown, and stops', () => {
  let isShown = true;
  let nSteps = 0;
  const playback = new Playback({ isShown: () => isShown, advance: () => (nSteps += 1) }, STEP_MS);
  playback.start();
  playback.start();
  vi.advanceTimersByTime(1000);
  expect(nSteps).toBe(10);
  isShown = false;
  vi.advanceTimersByTime(1000);
  expect(nSteps).toBe(10);
  isShown = true;
  vi.advanceTimersByTime(100);
  expect(nSteps).toBe(11);
  playback.stop();
  vi.advanceTimersByTime(1000);
  expect(nSteps).toBe(11);
});

it('goes at the pace of the film', () => {
  let nSteps = 0;
  const playback = new Playback({ isShown: () => true, advance: () => (nSteps += 1) }, 40);
  playback.start();
  vi.advanceTimersByTime(1000);
  playback.stop();
  expect(nSteps).toBe(25);
});
