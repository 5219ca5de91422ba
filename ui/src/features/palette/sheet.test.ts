import { afterEach, describe, expect, it } from 'vitest';
import { keymap } from '../../shared/keys';
import { gesturesOf, groupsOf } from './sheet';

const action = (id: string, label: string) => ({ id, label, run: () => undefined });
const ACTIONS = [
  action('viewer.tool.brush', 'Brush'),
  action('edit.undo', 'action.undo'),
  action('viewer.fit', 'Fit images'),
];

const found = (query: string) =>
  groupsOf(ACTIONS, query).map(({ name, actions }) => [name, actions.map(({ id }) => id)]);

describe('the sheet of keys', () => {
  afterEach(() => keymap.resetAll());

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

  it('tells the gestures of a preset, and none that it has not', () => {
    const ways = (preset: Parameters<typeof gesturesOf>[0], text: string) =>
      gesturesOf(preset).find((gesture) => gesture.text === text)?.ways;
    expect(ways('annotomy', 'Zoom')).toEqual(['right drag', 'Ctrl + wheel']);
    expect(ways('annotomy', 'Pan')).toEqual(['middle drag', 'Shift + left drag']);
    expect(ways('pacs', 'Window and level')).toEqual(['right drag']);
    expect(ways('annotomy', 'Window and level')).toBeUndefined();
    expect(ways('slicer', 'Move the crosshair')).toEqual(['Shift + move']);
  });
});
