import { expect, it } from 'vitest';
import { brushDiameter, steppedBrush, toggledHidden } from './state';

it('a brush always changes by at least a tenth of a millimetre', () => {
  expect(steppedBrush(10, 1)).toBe(12);
  expect(steppedBrush(0.2, 1)).toBe(0.3);
  expect(steppedBrush(0.2, -1)).toBe(0.1);
});

it('a brush keeps within its limits', () => {
  expect(steppedBrush(0.1, -1)).toBe(0.1);
  expect(brushDiameter(1e9)).toBe(200);
});

it('segments that are shown again look as before', () => {
  expect(toggledHidden('outline', 'fill')).toBe('hidden');
  expect(toggledHidden('hidden', 'outline')).toBe('outline');
});
