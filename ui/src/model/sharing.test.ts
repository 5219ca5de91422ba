import { describe, expect, it } from 'vitest';
import { sharing } from './sharing';

const copyOf = <T>(items: T[]): T[] => items.map((item) => ({ ...item }));

describe('what two answers have in common', () => {
  const before = [
    { id: 'a', at: [1, 2] },
    { id: 'b', at: [3] },
    { id: 'c', at: [] },
  ];

  it('is the list itself where nothing differs', () => {
    expect(sharing(before, copyOf(before))).toBe(before);
  });

  it('is each item that says the same', () => {
    const next = copyOf(before);
    next[1] = { id: 'b', at: [4] };
    const shared = sharing(before, next);
    expect(shared).toEqual(next);
    expect(shared.map((item, n) => item === before[n])).toEqual([true, false, true]);
  });

  it('is a list as long as the new one', () => {
    expect(sharing(before, copyOf(before.slice(0, 2)))).toEqual(before.slice(0, 2));
    const longer = [...copyOf(before), { id: 'd', at: [5] }];
    expect(sharing(before, longer)).toEqual(longer);
  });
});
