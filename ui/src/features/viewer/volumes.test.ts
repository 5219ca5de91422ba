import { expect, it } from 'vitest';
import { phantomImage } from '../../host/fake/phantom';
import { scopeText, volumeText } from './volumes';

function imageOf(...volume_labels: string[]) {
  const n_volumes = volume_labels.length;
  return { ...phantomImage('image', 'document', true), n_volumes, volume_labels };
}

it('points in time are called so, other volumes are not', () => {
  expect(volumeText(imageOf('t = 0 s', 't = 12.5 s', 't = 25 s'), 1)).toBe(
    'Time point 2 of 3, t = 12.5 s',
  );
  expect(volumeText(imageOf('b = 0', 'b = 1000'), 1)).toBe('b-value 2 of 2, b = 1000');
  expect(volumeText(imageOf('phase 0 %', 'phase 10 %'), 0)).toBe('Phase 1 of 2, phase 0 %');
  expect(volumeText(imageOf('t = 0 s', 'b = 1000'), 0)).toBe('Volume 1 of 2, t = 0 s');
  expect(volumeText(imageOf('', '', ''), 0)).toBe('Volume 1 of 3');
});

it('whose segments are shown is said in the words of the volumes', () => {
  expect(scopeText(imageOf('t = 0 s', 't = 1 s'), 'each_volume')).toBe('Per time point');
  expect(scopeText(imageOf('b = 0', 'b = 1000'), 'all_volumes')).toBe('All b-values');
  expect(scopeText(imageOf('', ''), 'each_volume')).toBe('Per volume');
});
