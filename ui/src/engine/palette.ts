/** Colour and opacity of every label of a layer, as the label shader looks them up. */

import type { LabelSlice } from './slices';
import type { SegmentStyle } from '../model/segments';

const LABELS_PER_ROW = 256;
const CHANNELS = 4;

/** RGBA by label, 256 labels a row; labels without a visible segment are transparent. */
export function paletteOf(layer: number, segments: readonly SegmentStyle[]): Uint8Array {
  const own = segments.filter((segment) => segment.layer === layer && segment.isVisible);
  const highest = own.reduce((most, { label }) => Math.max(most, label), 0);
  const nRows = Math.floor(highest / LABELS_PER_ROW) + 1;
  const rgba = new Uint8Array(nRows * LABELS_PER_ROW * CHANNELS);
  for (const { label, rgb, opacity } of own) {
    rgba.set([...rgb, Math.round(opacity * 255)], label * CHANNELS);
  }
  return rgba;
}

/** Names the palette of a document's layer. */
export function paletteKey({ document, layer }: Pick<LabelSlice, 'document' | 'layer'>): string {
  return `${document}/${layer}`;
}
