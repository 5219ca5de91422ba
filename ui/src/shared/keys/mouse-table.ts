/**
 * What buttons and the wheel do on an image, in each preset: 3D Slicer 5, ITK-SNAP 4, MITK in its own and in
 * its PACS mode; where they have no such gesture, ours.
 */
import type { Table } from './combinations.svelte';
import type { Preset } from './table';

/** What is done by dragging; of two that have the same button the first that can be done counts. */
export const DRAGGED = ['pan', 'other', 'zoom', 'window', 'tool'] as const;

/** What is done by the wheel, in the same order. */
export const TURNED = ['zoom', 'size', 'volume', 'scroll'] as const;

/** `other` is the eraser for a brush and the brush for an eraser, `size` that of the brush. */
export type MouseDeed = (typeof DRAGGED)[number] | (typeof TURNED)[number];

type Ways = Readonly<Record<MouseDeed, readonly string[]>>;

/** Uses the tool whatever else is chosen: without it there is no drawing. */
export const TOOL_BUTTON = 'left';

const ANNOTOMY: Ways = {
  tool: [TOOL_BUTTON],
  other: ['ctrl+left'],
  pan: ['middle', 'shift+left'],
  zoom: ['right', 'ctrl+wheel'],
  window: [],
  scroll: ['wheel'],
  size: ['shift+wheel'],
  volume: [],
};

const PRESET_WAYS: Readonly<Record<Preset, Ways>> = {
  annotomy: ANNOTOMY,
  slicer: ANNOTOMY,
  itk_snap: {
    ...ANNOTOMY,
    pan: ['middle', 'alt+left'],
    other: ['right', 'ctrl+left'],
    size: [],
    volume: ['shift+wheel'],
  },
  mitk: { ...ANNOTOMY, pan: ['middle'] },
  pacs: {
    ...ANNOTOMY,
    pan: ['middle', 'shift+right'],
    zoom: ['ctrl+right', 'ctrl+wheel'],
    window: ['right'],
  },
};

/** Presets in which moving with Shift and no button takes the crosshair along. */
export const LEADS_CROSSHAIR: ReadonlySet<Preset> = new Set<Preset>(['slicer']);

/** The ways of every deed in a preset. */
export function waysOfPreset(preset: Preset): Table {
  return new Map(Object.entries(PRESET_WAYS[preset]));
}
