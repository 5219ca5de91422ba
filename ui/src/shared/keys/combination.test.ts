import { describe, expect, it } from 'vitest';
import { isFixed, keysOfEvent, matchesKeys, type Keystroke } from './combination';

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

  it('do not mind how a symbol or digit is typed', () => {
    for (const key of ['?', '+', '1']) {
      expect(matchesKeys(stroke(key, { shiftKey: true }), key)).toBe(true);
      expect(matchesKeys(stroke(key), key)).toBe(true);
      expect(matchesKeys(stroke(key, { ctrlKey: true }), key)).toBe(false);
    }
    expect(matchesKeys(stroke('+', { ctrlKey: true }), 'Ctrl++')).toBe(true);
  });

  it('know named keys', () => {
    expect(matchesKeys(stroke('ArrowDown', { altKey: true }), 'Alt+↓')).toBe(true);
    expect(matchesKeys(stroke('Delete', { shiftKey: true }), 'Shift+Delete')).toBe(true);
    expect(matchesKeys(stroke('Delete'), 'Shift+Delete')).toBe(false);
    expect(keysOfEvent(stroke(' '))).toBe('Space');
    expect(keysOfEvent(stroke('Escape'))).toBe('Esc');
    expect(keysOfEvent(stroke('F6'))).toBe('F6');
  });

  it('are none while only modifiers are down', () => {
    expect(keysOfEvent(stroke('Shift', { shiftKey: true }))).toBeNull();
  });

  it('leave the keys of the focus and of planes as they are', () => {
    for (const keys of ['Tab', 'Shift+Tab', 'Enter', 'Shift+↑', 'Ctrl+←', 'Home', 'Esc', 'Space']) {
      expect(isFixed(keys)).toBe(true);
    }
    for (const keys of ['B', 'Ctrl+Enter', 'Alt+↓', 'F6', 'Shift+Delete', 'Ctrl+Space']) {
      expect(isFixed(keys)).toBe(false);
    }
  });
});
