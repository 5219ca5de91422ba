import { expect, it } from 'vitest';
import { phantomImage } from '../../host/fake/phantom';
import { stepAfter, stepKindOf, stepWithin } from './steps';

const IMAGE = phantomImage('image', 'document', true);

it('a step stays within the steps there are, and playing begins again', () => {
  expect(stepWithin(-1, 4)).toBe(0);
  expect(stepWithin(9, 4)).toBe(3);
  expect(stepWithin(1.6, 4)).toBe(2);
  expect([0, 1, 2, 3].map((step) => stepAfter(step, 4))).toEqual([1, 2, 3, 0]);
});

it('frames are gone through where they lie at no known place, slices of a volume are not', () => {
  const unplaced = { ...IMAGE, meaning: { ...IMAGE.meaning, is_placed: false } };
  expect(stepKindOf(unplaced)).toBe('frames');
  expect(stepKindOf({ ...unplaced, size: [512, 512, 1] })).toBeNull();
  expect(stepKindOf({ ...unplaced, n_volumes: 3 })).toBe('volumes');
  expect(stepKindOf(IMAGE)).toBeNull();
});
