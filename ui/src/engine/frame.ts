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
  /** The document whose labels lie on it. */
  readonly document: string;
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
  want: Want,
  shown: Frame | null,
): Frame | null {
  for (const index of indicesTowards(want.index, shown?.index ?? null)) {
    const frame = frameAt(loader, grid, { ...want, index }, shown);
    if (frame !== null) return frame;
  }
  if (shown === null) return null;
  const { volume, index } = shown;
  return frameAt(loader, grid, { ...want, volume, index }, shown) ?? shown;
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
  { plane, volume, index }: Want,
  shown: Frame | null,
): Frame | null {
  const axis = plane.sliceAxis;
  const image = loader.image(volume, axis, index);
  const set = loader.labelsOf(volume);
  if (image === undefined || set === undefined) return null;
  const { document } = set;
  const isSame = shown?.index === index && shown.document === document;
  const sheets: LabelSheet[] = [];
  for (const layer of set.layers) {
    const sheet = isSame ? shown.sheets.find(({ base }) => base.layer === layer) : undefined;
    const labels = loader.labels({ document, layer, axis, index });
    if (sheet !== undefined) {
      if (labels !== undefined && labels.revision > sheet.base.revision) sheet.rebase(labels);
      sheets.push(sheet);
    } else if (labels !== undefined && loader.isFresh(set, labels)) {
      sheets.push(new LabelSheet(grid, labels));
    } else if (!isSame && !loader.hasFailed({ document, layer, axis, index })) {
      return null;
    }
  }
  return { volume, index, image, document, sheets };
}

/** Whether a stored stroke no longer needs its preview on this frame. */
export function showsStored(
  loader: SliceLoader,
  frame: Frame,
  { document, layer, storedAt }: PendingStroke,
): boolean {
  if (storedAt === null) return false;
  const set = loader.labelsOf(frame.volume);
  if (frame.document !== document || set === undefined) return true;
  return frame.sheets.every(
    ({ base }) => base.layer !== layer || base.revision >= storedAt || loader.isFresh(set, base),
  );
}
