import { describe, expect, it } from 'vitest';
import { matchesKeys, type Keystroke } from './keys';

function stroke(key: string, modifiers: Partial<Keystroke> = {}): Keystroke {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

describe('key combinations', () => {
  it('tell undo from redo', () => {
    expect(matchesKeys(stroke('z', { ctrlKey: true }), 'Ctrl+Z')).toBe(true);
    expect(matchesKeys(stroke('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Z')).toBe(false);
    expect(matchesKeys(stroke('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true);
  });

  it('take the command key for Ctrl', () => {
    expect(matchesKeys(stroke('k', { metaKey: true }), 'Ctrl+K')).toBe(true);
  });

  it('do not mind how a symbol is typed', () => {
    expect(matchesKeys(stroke('?', { shiftKey: true }), '?')).toBe(true);
    expect(matchesKeys(stroke('?'), '?')).toBe(true);
    expect(matchesKeys(stroke('?', { ctrlKey: true }), '?')).toBe(false);
  });

  it('know named keys', () => {
    expect(matchesKeys(stroke('ArrowDown', { altKey: true }), 'Alt+↓')).toBe(true);
    expect(matchesKeys(stroke('Delete', { shiftKey: true }), 'Shift+Delete')).toBe(true);
    expect(matchesKeys(stroke('Delete'), 'Shift+Delete')).toBe(false);
  });
});
