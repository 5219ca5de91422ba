/** Decides which slice a plane shows: the wanted one once all of it is there, else the way to it. */

import type { Grid } from '../model/grid';
import type { SliceLoader, Want } from './loader';
import { LabelSheet, type PendingStroke } from './sheet';
import type { ImageSlice } from './slices';

/** What is on screen: every part of it is of the same slice. */
export interface Frame {
  readonly volume: number;
  readonly index: number;
  readonly image: ImageSlice;
  readonly sheets: readonly LabelSheet[];
}

/**
 * The frame to show next.
 *
 * Labels that could not be fetched are left out (the plane says so); otherwise image and labels
 * change together, so that labels never lie on another slice's image. While the
 * wanted slice is on its way, the nearest one at hand between it and the one now shown is shown;
 * while another volume is, the one now shown stays, with its newest labels.
 */
export function nextFrame(
  loader: SliceLoader,
  grid: Grid,
  layers: readonly number[],
  want: Want,
  shown: Frame | null,
): Frame | null {
  for (const index of indicesTowards(want.index, shown?.index ?? null)) {
    const frame = frameAt(loader, grid, layers, { ...want, index }, shown);
    if (frame !== null) return frame;
  }
  if (shown === null) return null;
  const { volume, index } = shown;
  return frameAt(loader, grid, layers, { ...want, volume, index }, shown) ?? shown;
}

/** From the wanted index back to the one shown. */
function* indicesTowards(wanted: number, shown: number | null): Generator<number> {
  yield wanted;
  if (shown === null || shown === wanted) return;
  const step = Math.sign(shown - wanted);
  for (let index = wanted + step; index !== shown + step; index += step) yield index;
}

function frameAt(
  loader: SliceLoader,
  grid: Grid,
  layers: readonly number[],
  { plane, volume, index }: Want,
  shown: Frame | null,
): Frame | null {
  const axis = plane.sliceAxis;
  const image = loader.image(volume, axis, index);
  if (image === undefined) return null;
  const isSame = shown?.index === index;
  const sheets: LabelSheet[] = [];
  for (const layer of layers) {
    const sheet = isSame ? shown.sheets.find(({ base }) => base.layer === layer) : undefined;
    const labels = loader.labels(layer, axis, index);
    if (sheet !== undefined) {
      if (labels !== undefined && labels.revision > sheet.base.revision) sheet.rebase(labels);
      sheets.push(sheet);
    } else if (labels !== undefined && loader.isFresh(labels)) {
      sheets.push(new LabelSheet(grid, labels));
    } else if (!isSame && !loader.hasFailed(layer, axis, index)) {
      return null;
    }
  }
  return { volume, index, image, sheets };
}

/** Whether a stored stroke no longer needs its preview on this frame. */
export function showsStored(
  loader: SliceLoader,
  frame: Frame,
  { layer, storedAt }: PendingStroke,
): boolean {
  if (storedAt === null) return false;
  return frame.sheets.every(
    ({ base }) => base.layer !== layer || base.revision >= storedAt || loader.isFresh(base),
  );
}
