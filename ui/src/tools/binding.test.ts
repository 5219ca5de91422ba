import { expect, it } from 'vitest';
import { gestureOf } from './binding';

const plain = { shift: false, ctrl: false };

it('zooms with the right button and pans with the middle one or Shift, whatever the tool', () => {
  for (const tool of ['navigate', 'window', 'brush', 'eraser'] as const) {
    expect(gestureOf(tool, { ...plain, button: 'right' })).toBe('zoom');
    expect(gestureOf(tool, { ...plain, button: 'middle' })).toBe('pan');
    expect(gestureOf(tool, { ...plain, shift: true, button: 'left' })).toBe('pan');
  }
});

it('turns a brush into an eraser and back while Ctrl is down', () => {
  expect(gestureOf('brush', { ...plain, button: 'left' })).toBe('paint');
  expect(gestureOf('brush', { shift: false, ctrl: true, button: 'left' })).toBe('erase');
  expect(gestureOf('eraser', { shift: false, ctrl: true, button: 'left' })).toBe('paint');
});
