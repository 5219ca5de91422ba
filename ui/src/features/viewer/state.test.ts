import { expect, it } from 'vitest';
import { brushDiameter, parseNumber, steppedBrush, toggledHidden } from './state';

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

it.each([
  ['80,5', 'any', 80.5],
  [' -1e3 ', 'any', -1000],
  ['', 'any', null],
  ['NaN', 'any', null],
  ['-Infinity', 'any', null],
  ['1e999', 'any', null],
  ['40 HU', 'any', null],
  ['0', 'positive', null],
  ['-5', 'positive', null],
  ['0.01', 'positive', 0.01],
  ['200', { min: 0.1, max: 200 }, 200],
  ['201', { min: 0.1, max: 200 }, null],
] as const)('typed %j within %j is %j', (text, limits, expected) => {
  expect(parseNumber(text, limits)).toBe(expected);
});
