import { expect, it } from 'vitest';
import { scaleBar } from './scaleBar';

it.each([
  [2, 120, 50, '5 cm'],
  [1, 99, 50, '5 cm'],
  [10, 100, 10, '1 cm'],
  [60, 100, 1, '1 mm'],
  [400, 100, 0.2, '200 µm'],
])('at %f px a mm and at most %i px is %f mm long', (pxPerMm, mostPx, lengthMm, label) => {
  const bar = scaleBar(pxPerMm, mostPx);
  expect(bar.lengthMm).toBeCloseTo(lengthMm, 12);
  expect(bar.lengthPx).toBeCloseTo(lengthMm * pxPerMm, 9);
  expect(bar.label).toBe(label);
});
