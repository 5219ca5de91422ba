import { expect, it } from 'vitest';
import { ByteCache } from './byteCache';

it('forgets what was used longest ago once the budget is spent', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', 4);
  expect([cache.has('a'), cache.has('b'), cache.has('c')]).toEqual([true, false, true]);
  expect(cache.nBytes).toBe(8);
});

it('counts a replaced value once', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('a', 'AA', 6);
  expect(cache.nBytes).toBe(6);
});

it('keeps a value larger than the budget until another comes', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('huge', 'H', 40);
  expect([cache.has('a'), cache.has('huge')]).toEqual([false, true]);
  cache.set('b', 'B', 1);
  expect(cache.has('huge')).toBe(false);
});
