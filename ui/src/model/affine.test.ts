import { describe, expect, it } from 'vitest';
import { affineFromRows, applyAffine, invertAffine } from './affine';

// A quarter turn about z with spacing 2, 4, 4: worked out by hand.
const TURNED = affineFromRows([
  [0, -4, 0, 10],
  [2, 0, 0, 20],
  [0, 0, 4, 30],
  [0, 0, 0, 1],
]);

describe('an affine transform', () => {
  it('maps a point by rows', () => {
    expect(applyAffine(TURNED, [1, 2, 3])).toEqual([2, 22, 42]);
  });

  it('is undone by its inverse', () => {
    expect(applyAffine(invertAffine(TURNED), [2, 22, 42])).toEqual([1, 2, 3]);
  });

  it('has no inverse when it is flat', () => {
    const flat = affineFromRows([
      [1, 0, 0, 0],
      [2, 0, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
    expect(() => invertAffine(flat)).toThrow('singular');
  });
});
