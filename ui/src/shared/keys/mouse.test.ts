import { beforeEach, describe, expect, it, vi } from 'vitest';
import { recalledMouse, rulesOf } from './mouse.svelte';
import { waysOfPreset } from './mouse-table';
import { allWays, mouseText, pressedWay, readWay, turnedWay, writtenWay } from './mouse-way';
import { PRESETS } from './table';

const stored = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => stored.set(name, value),
});

const NONE = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function mouseOf(preset: (typeof PRESETS)[number] = 'annotomy') {
  const mouse = recalledMouse();
  mouse.preset = preset;
  return mouse;
}

describe('a way of the mouse', () => {
  it('is told, written and read again', () => {
    for (const way of allWays()) expect(readWay(writtenWay(way))).toEqual(way);
    // Three buttons and the wheel, with each of the eight sets of three modifiers.
    expect(new Set(allWays().map(writtenWay)).size).toBe(32);
    expect(mouseText({ button: 'right', with: ['ctrl', 'shift'] })).toBe(
      'Ctrl + Shift + right drag',
    );
    expect(readWay('shift+ctrl+left')).toBeNull();
  });

  it('is that of an event, the Mac’s command key for Ctrl', () => {
    const pressed = pressedWay({ ...NONE, metaKey: true, shiftKey: true, button: 2 });
    expect(pressed === null ? null : writtenWay(pressed)).toBe('ctrl+shift+right');
    expect(pressedWay({ ...NONE, button: 4 })).toBeNull();
    expect(writtenWay(turnedWay({ ...NONE, altKey: true }))).toBe('alt+wheel');
  });

  it.each(PRESETS)('%s: presets have nothing else', (preset) => {
    const ways = [...waysOfPreset(preset).values()].flat();
    expect(ways.filter((way) => readWay(way) === null)).toEqual([]);
  });
});

describe('the mouse of a user', () => {
  beforeEach(() => stored.clear());

  it('has more held keys before fewer, and the left button always uses the tool', () => {
    const { drags } = rulesOf(mouseOf('pacs'));
    const right = drags.filter(({ button }) => button === 'right');
    expect(right.map(({ does }) => does)).toEqual(['pan', 'zoom', 'window']);
    expect(drags.at(-1)).toEqual({ button: 'left', with: [], does: 'tool' });
  });

  it('gives a button to one action, and takes it from all that share it', () => {
    const mouse = mouseOf('itk_snap');
    mouse.add({ id: 'window' }, 'right');
    const right = rulesOf(mouse).drags.filter(({ button }) => button === 'right');
    expect(right.map(({ does }) => does)).toEqual(['window']);
    mouse.reset('window');
    expect(mouse.of({ id: 'other' })).toContain('right');
    expect(mouse.of({ id: 'zoom' })).toContain('right');
  });

  it('leaves what two share when one of them gets something more', () => {
    const mouse = mouseOf('itk_snap');
    mouse.add({ id: 'other' }, 'ctrl+right');
    expect(mouse.of({ id: 'zoom' })).toContain('right');
  });

  it('is the same in the next window, and goes back to its preset', () => {
    const mouse = mouseOf('slicer');
    mouse.remove({ id: 'pan' }, 'middle');
    mouse.add({ id: 'volume' }, 'alt+wheel');
    const next = recalledMouse();
    expect(next.preset).toBe('slicer');
    expect(['pan', 'volume'].map((id) => next.of({ id }))).toEqual([['shift+left'], ['alt+wheel']]);
    next.resetAll();
    expect(next.of({ id: 'pan' })).toEqual(['middle', 'shift+left']);
  });

  it('draws with the left button whatever was kept', () => {
    for (const kept of ['{"pan": ["left"], "tool": []}', '{"tool": ["x"]}', '["left"]', '{']) {
      stored.set('annotomy.mouse.changes', kept);
      const left = rulesOf(recalledMouse()).drags.filter(
        ({ button, with: modifiers }) => button === 'left' && modifiers.length === 0,
      );
      expect(left).toEqual([{ button: 'left', with: [], does: 'tool' }]);
    }
  });

  it('turns the wheel for one thing at a time', () => {
    const mouse = mouseOf();
    mouse.add({ id: 'zoom' }, 'wheel');
    expect(rulesOf(mouse).wheel.filter(({ with: held }) => held.length === 0)).toEqual([
      { with: [], does: 'zoom' },
    ]);
    expect(['zoom', 'scroll'].map((id) => mouse.of({ id }))).toEqual([
      ['right', 'ctrl+wheel', 'wheel'],
      [],
    ]);
  });
});
