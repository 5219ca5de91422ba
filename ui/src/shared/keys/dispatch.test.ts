import { beforeEach, describe, expect, it, vi } from 'vitest';
import { pressKey, type Doable } from './dispatch';
import { HeldKeys, HOLD_MS } from './held';
import type { Combinations } from './combinations.svelte';
import { recalledKeymap } from './keymap';

/** An element of the page; `inside` are what it or its parents are. */
class FakeElement {
  readonly inside: readonly string[];

  constructor(...inside: readonly string[]) {
    this.inside = inside;
  }

  closest(selector: string): FakeElement | null {
    return this.inside.some((name) => selector.split(', ').includes(name)) ? this : null;
  }
}

vi.stubGlobal('Element', FakeElement);

function keyDown(
  key: string,
  change: { repeat?: boolean; target?: FakeElement; ctrlKey?: boolean } = {},
) {
  const preventDefault = vi.fn();
  const event = {
    key,
    code: key,
    timeStamp: 0,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    defaultPrevented: false,
    repeat: false,
    target: new FakeElement(),
    preventDefault,
    ...change,
  };
  return { event, preventDefault };
}

describe('a key', () => {
  let context: { keymap: Combinations; held: HeldKeys };
  beforeEach(() => {
    context = { keymap: recalledKeymap(), held: new HeldKeys() };
  });

  function press(actions: readonly Doable[], ...down: Parameters<typeof keyDown>) {
    const { event, preventDefault } = keyDown(...down);
    // @ts-expect-error only these parts of the event are read
    pressKey(event, actions, context);
    return preventDefault;
  }

  it.each([
    ['z', 'select', true],
    ['k', 'select', true],
    ['k', 'textarea', true],
    ['z', 'textarea', false],
    ['z', 'dialog', false],
  ])('Ctrl+%s is an action in a %s: %s', (key, field, isAction) => {
    const run = vi.fn();
    const id = key === 'z' ? 'edit.undo' : 'app.palette';
    press([{ id, run }], key, { target: new FakeElement(field), ctrlKey: true });
    expect(run).toHaveBeenCalledTimes(isAction ? 1 : 0);
  });

  it('does what it stands for, and nothing else comes of it', () => {
    const run = vi.fn();
    expect(press([{ id: 'viewer.fit', run }], 'f')).toHaveBeenCalledOnce();
    expect(run).toHaveBeenCalledOnce();
    expect(press([{ id: 'viewer.fit', run }], 'g')).not.toHaveBeenCalled();
    expect(run).toHaveBeenCalledOnce();
  });

  it('does nothing where the action cannot be done', () => {
    const run = vi.fn();
    const preventDefault = press([{ id: 'viewer.fit', run, isEnabled: () => false }], 'f');
    expect(preventDefault).toHaveBeenCalledOnce();
    expect(run).not.toHaveBeenCalled();
  });

  it('is left to fields and dialogs, and Space to what it presses', () => {
    const run = vi.fn();
    const actions = [
      { id: 'viewer.fit', run },
      { id: 'viewer.tool.last', run },
    ];
    press(actions, 'f', { target: new FakeElement('textarea') });
    press(actions, 'f', { target: new FakeElement('dialog') });
    press(actions, ' ', { target: new FakeElement('button') });
    expect(run).not.toHaveBeenCalled();
    press(actions, 'f', { target: new FakeElement('button') });
    press(actions, ' ');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('that is held begins once and ends when it is let go', () => {
    const end = vi.fn();
    const hold = vi.fn(() => end);
    const brush = { id: 'viewer.tool.brush', run: vi.fn(), hold };
    press([brush], 'b');
    press([brush], 'b', { repeat: true });
    expect(hold).toHaveBeenCalledOnce();
    context.held.release('b', HOLD_MS);
    expect(end).toHaveBeenCalledOnce();
    expect(brush.run).not.toHaveBeenCalled();
  });
});
