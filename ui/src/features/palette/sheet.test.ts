import { afterEach, describe, expect, it } from 'vitest';
import { keymap, mouse, type MouseDeed } from '../../shared/keys';
import { groupsOf, mouseActions, mouseGestures, mouseVerdict, otherGestures } from './sheet';

const action = (id: string, label: string) => ({ id, label, run: () => undefined });
const ACTIONS = [
  action('viewer.tool.brush', 'Brush'),
  action('edit.undo', 'action.undo'),
  action('viewer.fit', 'Fit images'),
];

const found = (query: string) =>
  groupsOf(ACTIONS, query).map(({ name, actions }) => [name, actions.map(({ id }) => id)]);

describe('the sheet of keys', () => {
  afterEach(() => {
    keymap.resetAll();
    mouse.resetAll();
    mouse.preset = 'annotomy';
  });

  it('groups actions by where they belong', () => {
    expect(found('')).toEqual([
      ['Viewer', ['viewer.tool.brush', 'viewer.fit']],
      ['Edit', ['edit.undo']],
    ]);
  });

  it('finds actions by name and by the keys that they have now', () => {
    expect(found('und')).toEqual([['Edit', ['edit.undo']]]);
    keymap.add({ id: 'viewer.fit' }, 'Ctrl+J');
    expect(found('ctrl+j')).toEqual([['Viewer', ['viewer.fit']]]);
  });

  const ways = (text: string) =>
    [...mouseGestures(), ...otherGestures()].find((gesture) => gesture.text === text)?.ways;

  it('tells the gestures of a preset, and none that it has not', () => {
    expect(ways('Zoom')).toEqual(['right drag', 'Ctrl + wheel']);
    expect(ways('Pan')).toEqual(['middle drag', 'Shift + left drag']);
    expect(ways('Window and level')).toBeUndefined();
    mouse.preset = 'pacs';
    expect(ways('Window and level')).toEqual(['right drag']);
    mouse.preset = 'slicer';
    expect(ways('Move the crosshair')).toEqual(['Shift + move']);
  });

  it('tells what the user changed of it', () => {
    expect(ways('One point less (shape in hand)')).toEqual(['Alt + click']);
    mouse.add({ id: 'pan' }, 'alt+left');
    expect(ways('Pan')).toEqual(['middle drag', 'Shift + left drag', 'Alt + left drag']);
    expect(ways('One point less (shape in hand)')).toBeUndefined();
    expect(mouseActions('alt + left').map(({ id }) => id)).toEqual(['pan']);
  });
});

describe('what is chosen for the mouse', () => {
  afterEach(() => mouse.resetAll());

  const verdict = (id: MouseDeed, written: string) => {
    const action = mouseActions().find((one) => one.id === id);
    if (action === undefined) throw new Error(id);
    const told = mouseVerdict(action, written);
    return told.kind === 'free' ? 'free' : `${told.kind}: ${told.why}`;
  };

  it('is free, or another’s', () => {
    expect(verdict('pan', 'ctrl+middle')).toBe('free');
    expect(verdict('pan', 'right')).toBe('taken: right drag is for “Zoom”.');
    expect(verdict('pan', 'alt+left')).toMatch(/^taken: Alt \+ left drag: a click like that takes/);
    expect(verdict('tool', 'alt+left')).toBe('free');
  });

  it('never is the left button alone, without which nothing is drawn', () => {
    expect(verdict('pan', 'left')).toMatch(/^refused: left drag .* there is no drawing/);
    expect(verdict('tool', 'left')).toBe('free');
  });

  it('is a drag where something is dragged, and the wheel where it is turned', () => {
    expect(verdict('pan', 'alt+wheel')).toMatch(/^refused: “Pan” is done by dragging/);
    expect(verdict('scroll', 'alt+right')).toMatch(
      /^refused: “Scroll slices” is done with the wheel/,
    );
    expect(verdict('zoom', 'alt+wheel')).toBe('free');
    expect(verdict('zoom', 'alt+right')).toBe('free');
  });

  it('of two that share it is taken from both', () => {
    mouse.preset = 'itk_snap';
    expect(verdict('window', 'right')).toBe(
      'taken: right drag is for “Erase with the brush, or back”, “Zoom”.',
    );
    mouse.preset = 'annotomy';
  });
});
