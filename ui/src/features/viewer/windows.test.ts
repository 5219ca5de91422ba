import { expect, it } from 'vitest';
import { windowName } from './windows';

const WINDOW = { center: 0, width: 1 };

it('windows of the file have the names that it gives, or numbers', () => {
  const file = { name: 'file', explanation: null, window: WINDOW } as const;
  const presets = [
    { ...file, explanation: 'BONE' },
    { ...file },
    { ...file },
    { name: 'lung', explanation: null, window: WINDOW } as const,
  ];
  const names = presets.map((_, n) => windowName(presets, n));
  expect(names).toEqual(['BONE', 'From the file 1', 'From the file 2', 'Lung']);
  expect(windowName([{ ...file }], 0)).toBe('From the file');
});
