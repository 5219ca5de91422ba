import { beforeEach, describe, expect, it, vi } from 'vitest';
import { recalledKeymap } from './keymap';
import { keysOfPreset, PRESETS } from './table';

const stored = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => stored.set(name, value),
});

const brush = { id: 'viewer.tool.brush' };
const eraser = { id: 'viewer.tool.eraser' };

describe('the presets', () => {
  it.each(PRESETS)('%s: no combination stands for two actions', (preset) => {
    const all = [...keysOfPreset(preset).values()].flat();
    expect(all.filter((keys, n) => all.indexOf(keys) !== n)).toEqual([]);
  });

  it.each(PRESETS)('%s: Alt+Shift and a letter are left to classes', (preset) => {
    const all = [...keysOfPreset(preset).values()].flat();
    expect(all.filter((keys) => /^Alt\+Shift\+.$/.test(keys))).toEqual([]);
  });

  it('give the brush the keys its users know', () => {
    const keys = (preset: (typeof PRESETS)[number]) => keysOfPreset(preset).get(brush.id);
    expect(keys('itk_snap')).toEqual(['4']);
    expect(keys('mitk')).toEqual(['P']);
  });
});

describe('the keymap', () => {
  beforeEach(() => stored.clear());

  it('gives a combination to one action only, and keeps the rest', () => {
    const keymap = recalledKeymap();
    keymap.add(eraser, 'B');
    expect(keymap.of(eraser)).toEqual(['4', 'E', 'B']);
    expect(keymap.of(brush)).toEqual(['3']);
    keymap.add(brush, 'B');
    expect(keymap.of(eraser)).toEqual(['4', 'E']);
    expect(keymap.of(brush)).toEqual(['3', 'B']);
  });

  it('gives back what was taken when the change is reset', () => {
    const keymap = recalledKeymap();
    keymap.add(eraser, 'B');
    keymap.reset(eraser.id);
    expect(keymap.of(brush)).toEqual(['3', 'B']);
    expect(keymap.hasChanges).toBe(false);
  });

  it('gives back what was taken also to an action that was changed itself', () => {
    const keymap = recalledKeymap();
    keymap.add(eraser, 'B');
    keymap.add(brush, 'J');
    expect(keymap.of(brush)).toEqual(['3', 'J']);
    keymap.reset(eraser.id);
    expect(keymap.of(brush)).toEqual(['3', 'B', 'J']);
    keymap.remove(brush, 'J');
    expect(keymap.isChanged(brush.id)).toBe(false);
    keymap.remove(brush, 'B');
    keymap.add(brush, 'B');
    expect(keymap.hasChanges).toBe(false);
  });

  it('reads what earlier versions kept', () => {
    stored.set('annotomy.keys.changes', '{"viewer.tool.brush": ["3", "J"]}');
    const keymap = recalledKeymap();
    expect(keymap.of(brush)).toEqual(['3', 'J']);
    keymap.remove(brush, 'J');
    keymap.add(brush, 'B');
    expect(keymap.hasChanges).toBe(false);
  });

  it('says who has a combination', () => {
    const keymap = recalledKeymap();
    expect(keymap.ownersOf('B', [eraser, brush])).toEqual([brush]);
    expect(keymap.ownersOf('B', [eraser, brush], brush.id)).toEqual([]);
    expect(keymap.idOf('Ctrl+Z', brush.id)).toBe('edit.undo');
  });

  it('keeps the keys that an action outside the table brings, and lets them be changed', () => {
    const keymap = recalledKeymap();
    const liver = { id: 'protocol.add.1', keys: ['Alt+Shift+L'] };
    expect(keymap.of(liver)).toEqual(['Alt+Shift+L']);
    keymap.remove(liver, 'Alt+Shift+L');
    expect(keymap.of(liver)).toEqual([]);
    keymap.resetAll();
    expect(keymap.of(liver)).toEqual(['Alt+Shift+L']);
  });

  it('is the same in the next window', () => {
    const keymap = recalledKeymap();
    keymap.preset = 'slicer';
    keymap.add(brush, 'J');
    const next = recalledKeymap();
    expect(next.preset).toBe('slicer');
    expect(next.of(brush)).toEqual(['2', 'J']);
  });

  it('does without what cannot be read', () => {
    for (const text of [
      '{',
      'null',
      '{"viewer.tool.brush": 3}',
      '{"viewer.tool.brush": {"added": [1], "removed": []}}',
      '["a"]',
    ]) {
      stored.set('annotomy.keys.changes', text);
      expect(recalledKeymap().of(brush)).toEqual(['3', 'B']);
    }
  });
});
