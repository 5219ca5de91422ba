import { expect, it } from 'vitest';
import { lengthUnitOf } from './length';

const MEANING = { is_placed: false, in_plane: 'patient', has_depth: false } as const;

it.each([
  ['mm', 'patient', 0.14],
  ['mm', 'detector', 0.07],
  ['µm', 'patient', 0.00025],
  ['px', 'unknown', 1],
] as const)('lengths are told in %s', (name, in_plane, mm) => {
  const image = { meaning: { ...MEANING, in_plane }, spacing_mm: [mm, mm, 1] };
  expect(lengthUnitOf(image).name).toBe(name);
});
