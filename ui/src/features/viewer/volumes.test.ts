import { expect, it } from 'vitest';
import { phantomImage } from '../../host/fake/phantom';
import { volumeAfter, volumeText, volumeWithin } from './volumes';

function imageOf(...volume_labels: string[]) {
  const n_volumes = volume_labels.length;
  return { ...phantomImage('image', 'document', true), n_volumes, volume_labels };
}

it('points in time are called so, other volumes are not', () => {
  expect(volumeText(imageOf('t = 0 s', 't = 12.5 s', 't = 25 s'), 1)).toBe(
    'Time point 2 of 3, t = 12.5 s',
  );
  expect(volumeText(imageOf('b = 0', 'b = 1000'), 1)).toBe('Volume 2 of 2, b = 1000');
  expect(volumeText(imageOf('', '', ''), 0)).toBe('Volume 1 of 3');
});

it('a step stays within the volumes, and playing begins again', () => {
  expect(volumeWithin(-1, 4)).toBe(0);
  expect(volumeWithin(9, 4)).toBe(3);
  expect(volumeWithin(1.6, 4)).toBe(2);
  expect([0, 1, 2, 3].map((volume) => volumeAfter(volume, 4))).toEqual([1, 2, 3, 0]);
});
