import { expect, it } from 'vitest';
import { phantomImage } from '../../host/fake/phantom';
import { stepAfter, stepKindOf, stepWithin, volumeText } from './steps';

const IMAGE = phantomImage('image', 'document', true);

function imageOf(...volume_labels: string[]) {
  const n_volumes = volume_labels.length;
  return { ...IMAGE, n_volumes, volume_labels };
}

it('points in time are called so, other volumes are not', () => {
  expect(volumeText(imageOf('t = 0 s', 't = 12.5 s', 't = 25 s'), 1)).toBe(
    'Time point 2 of 3, t = 12.5 s',
  );
  expect(volumeText(imageOf('b = 0', 'b = 1000'), 1)).toBe('Volume 2 of 2, b = 1000');
  expect(volumeText(imageOf('', '', ''), 0)).toBe('Volume 1 of 3');
});

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
