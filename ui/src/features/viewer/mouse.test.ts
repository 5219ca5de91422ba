import { describe, expect, it } from 'vitest';
import { recalledMouse, rulesOf } from '../../shared/keys/mouse.svelte';
import type { Preset } from '../../shared/keys';
import { gestureOf, wheelDeedOf, type Modifier, type Press } from '../../tools/binding';

const TOOLS = ['navigate', 'window', 'brush', 'eraser'] as const;

const MICE = {
  annotomy: rulesIn('annotomy'),
  slicer: rulesIn('slicer'),
  itk_snap: rulesIn('itk_snap'),
  mitk: rulesIn('mitk'),
  pacs: rulesIn('pacs'),
};

function rulesIn(preset: Preset) {
  const mouse = recalledMouse();
  mouse.preset = preset;
  return rulesOf(mouse);
}

function modifiers(...down: readonly Modifier[]) {
  return { shift: down.includes('shift'), ctrl: down.includes('ctrl'), alt: down.includes('alt') };
}

function press(button: Press['button'], ...down: readonly Modifier[]): Press {
  return { button, isBesidePen: false, ...modifiers(...down) };
}

describe('in the presets drags', () => {
  it('zoom with the right button and pan with the middle one or Shift, whatever the tool', () => {
    for (const mouse of [MICE.annotomy, MICE.slicer]) {
      for (const tool of TOOLS) {
        expect(gestureOf(mouse, tool, press('right'))).toBe('zoom');
        expect(gestureOf(mouse, tool, press('middle'))).toBe('pan');
        expect(gestureOf(mouse, tool, press('left', 'shift'))).toBe('pan');
      }
    }
  });

  it('turn a brush into an eraser and back while Ctrl is down', () => {
    expect(gestureOf(MICE.annotomy, 'brush', press('left'))).toBe('paint');
    expect(gestureOf(MICE.annotomy, 'brush', press('left', 'ctrl'))).toBe('erase');
    expect(gestureOf(MICE.annotomy, 'eraser', press('left', 'ctrl'))).toBe('paint');
    expect(gestureOf(MICE.annotomy, 'navigate', press('left', 'ctrl'))).toBe('crosshair');
  });

  it('as in ITK-SNAP erase with the right button, which zooms where nothing is painted', () => {
    expect(gestureOf(MICE.itk_snap, 'brush', press('right'))).toBe('erase');
    expect(gestureOf(MICE.itk_snap, 'navigate', press('right'))).toBe('zoom');
    expect(gestureOf(MICE.itk_snap, 'brush', press('left', 'alt'))).toBe('pan');
  });

  it('as in a PACS window with the right button, zoom with Ctrl and pan with Shift', () => {
    expect(gestureOf(MICE.pacs, 'navigate', press('right'))).toBe('window');
    expect(gestureOf(MICE.pacs, 'brush', press('right', 'ctrl'))).toBe('zoom');
    expect(gestureOf(MICE.pacs, 'brush', press('right', 'shift'))).toBe('pan');
  });

  it('erase with the other end of a pen, and pan with fingers beside it', () => {
    expect(gestureOf(MICE.mitk, 'brush', press('eraser'))).toBe('erase');
    expect(gestureOf(MICE.mitk, 'eraser', press('eraser'))).toBe('erase');
    expect(gestureOf(MICE.mitk, 'window', press('eraser'))).toBe('window');
    expect(gestureOf(MICE.mitk, 'brush', { ...press('left'), isBesidePen: true })).toBe('pan');
  });
});

describe('in the presets the wheel', () => {
  it('scrolls, zooms with Ctrl, and sizes the brush with Shift', () => {
    expect(wheelDeedOf(MICE.annotomy, 'brush', modifiers())).toBe('scroll');
    expect(wheelDeedOf(MICE.annotomy, 'brush', modifiers('ctrl'))).toBe('zoom');
    expect(wheelDeedOf(MICE.annotomy, 'brush', modifiers('shift'))).toBe('size');
    expect(wheelDeedOf(MICE.annotomy, 'navigate', modifiers('shift'))).toBe('scroll');
  });

  it('as in ITK-SNAP goes through time with Shift', () => {
    expect(wheelDeedOf(MICE.itk_snap, 'brush', modifiers('shift'))).toBe('volume');
  });

  it('leads the crosshair with Shift and no button in 3D Slicer alone', () => {
    const led = Object.entries(MICE).filter(([, { isCrosshairLed }]) => isCrosshairLed);
    expect(led.map(([preset]) => preset)).toEqual(['slicer']);
  });
});
