import { expect, it } from 'vitest';
import { matrixText, spacingText } from './grid-text';

const GRID = {
  size: [512, 256, 20],
  spacing_mm: [0.5, 0.25, 1],
  meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
} as const;

function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

it('the size of an image at no known place is that of its frames', () => {
  const meaning = { ...GRID.meaning, is_placed: false };
  expect(plain(matrixText(GRID))).toBe('512 × 256 × 20');
  expect(plain(matrixText({ ...GRID, meaning }))).toBe('512 × 256, 20 frames');
  expect(plain(matrixText({ ...GRID, meaning, size: [9, 8, 1] }))).toBe('9 × 8');
});

it.each([
  ['patient', true, '0.50 × 0.25 × 1.00 mm'],
  ['patient', false, '0.50 × 0.25 mm'],
  ['detector', false, '0.50 × 0.25 mm at the detector'],
  ['unknown', true, 'Pixel size not known'],
] as const)('distances known in %s, depth %j, are told as such', (in_plane, has_depth, text) => {
  const meaning = { is_placed: false, in_plane, has_depth };
  expect(plain(spacingText({ ...GRID, meaning }))).toBe(text);
});
