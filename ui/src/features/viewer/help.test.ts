import { afterEach, describe, expect, it } from 'vitest';
import { keymap } from '../../shared/keys';
import { helpOf } from './help';

const waysTo = (tool: Parameters<typeof helpOf>[0], text: string) =>
  helpOf(tool, 'line')
    .hints.filter((hint) => hint.text === text)
    .map(({ how }) => how);

describe('the help line', () => {
  afterEach(() => {
    keymap.resetAll();
    keymap.preset = 'annotomy';
    keymap.mouse = 'annotomy';
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
    keymap.mouse = 'itk_snap';
    expect(waysTo('brush', 'size')).toEqual([['[', 'J']]);
    expect(waysTo('brush', 'erase')).toEqual([['right drag']]);
  });

  it('does not speak of what has no key', () => {
    keymap.preset = 'slicer';
    expect(waysTo('window', 'window width')).toEqual([]);
  });
});
