import { describe, expect, it } from 'vitest';
import { gestureOf, isAltClickToolsOwn, wheelDeedOf, type Mouse, type Press } from './binding';

const RULES: Mouse = {
  drags: [
    { button: 'left', with: ['alt'], does: 'pan' },
    { button: 'right', with: [], does: 'other' },
    { button: 'right', with: [], does: 'window' },
    { button: 'left', with: [], does: 'tool' },
  ],
  wheel: [
    { with: ['shift'], does: 'size' },
    { with: ['ctrl'], does: 'scroll' },
  ],
  isCrosshairLed: false,
};

const NONE = { shift: false, ctrl: false, alt: false };

function press(button: Press['button'], down: Partial<Press> = {}): Press {
  return { button, isBesidePen: false, ...NONE, ...down };
}

describe('a press', () => {
  it('does what the first rule says that the tool can do', () => {
    expect(gestureOf(RULES, 'brush', press('right'))).toBe('erase');
    expect(gestureOf(RULES, 'draw', press('right'))).toBe('window');
    expect(gestureOf(RULES, 'draw', press('left', { alt: true, shift: true }))).toBe('pan');
    expect(gestureOf(RULES, 'draw', press('left', { shift: true }))).toBe('draw');
  });

  it('of a button without a rule does nothing, and never draws', () => {
    expect(gestureOf(RULES, 'brush', press('middle'))).toBeNull();
  });

  it('of a pen or a finger beside it is as it always is', () => {
    expect(gestureOf(RULES, 'brush', press('eraser'))).toBe('erase');
    expect(gestureOf(RULES, 'brush', press('middle', { isBesidePen: true }))).toBe('pan');
  });

  it('with Alt is the tool’s own unless a rule says otherwise', () => {
    expect(isAltClickToolsOwn(RULES, 'shape')).toBe(false);
    expect(isAltClickToolsOwn({ ...RULES, drags: RULES.drags.slice(1) }, 'shape')).toBe(true);
  });
});

describe('the wheel', () => {
  it('does nothing without a rule, or where the tool has no size', () => {
    expect(wheelDeedOf(RULES, 'brush', { ...NONE, shift: true })).toBe('size');
    expect(wheelDeedOf(RULES, 'draw', { ...NONE, shift: true })).toBeNull();
    expect(wheelDeedOf(RULES, 'draw', { ...NONE, ctrl: true, shift: true })).toBe('scroll');
    expect(wheelDeedOf(RULES, 'draw', NONE)).toBeNull();
  });
});
