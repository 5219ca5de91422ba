import { afterEach, describe, expect, it } from 'vitest';
import { keymap, mouse } from '../../shared/keys';
import { helpOf } from './help';

const waysTo = (tool: Parameters<typeof helpOf>[0], text: string) =>
  helpOf(tool, 'line')
    .hints.filter((hint) => hint.text === text)
    .map(({ how }) => how);

describe('the help line', () => {
  afterEach(() => {
    keymap.resetAll();
    mouse.resetAll();
    keymap.preset = 'annotomy';
    mouse.preset = 'annotomy';
  });

  it('says what the tool does', () => {
    expect(helpOf('eraser', 'line').does).toMatch(/^Drag to erase/);
  });

  it('tells keys and buttons as the user has them', () => {
    expect(waysTo('brush', 'size')).toEqual([['Shift + wheel', '[', ']']]);
    expect(waysTo('brush', 'erase')).toEqual([['Ctrl + left drag']]);
    keymap.add({ id: 'viewer.brush.larger' }, 'J');
    keymap.remove({ id: 'viewer.brush.larger' }, ']');
    keymap.remove({ id: 'viewer.brush.larger' }, '+');
    mouse.preset = 'itk_snap';
    expect(waysTo('brush', 'size')).toEqual([['[', 'J']]);
    expect(waysTo('brush', 'erase')).toEqual([['right drag']]);
  });

  it('tells buttons that the user chose, and not what they no longer do', () => {
    expect(waysTo('draw', 'one corner less')).toEqual([['Alt + click', 'Backspace']]);
    mouse.add({ id: 'other' }, 'alt+left');
    mouse.remove({ id: 'other' }, 'ctrl+left');
    expect(waysTo('brush', 'erase')).toEqual([['Alt + left drag']]);
    // An outline has no other tool, and keeps its click.
    expect(waysTo('draw', 'one corner less')).toEqual([['Alt + click', 'Backspace']]);
    mouse.add({ id: 'pan' }, 'alt+left');
    expect(waysTo('draw', 'one corner less')).toEqual([['Backspace']]);
    expect(waysTo('brush', 'erase')).toEqual([]);
  });

  it('does not speak of what has no key', () => {
    keymap.preset = 'slicer';
    expect(waysTo('window', 'window width')).toEqual([]);
  });
});
