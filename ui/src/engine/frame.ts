/** Decides which slice a plane shows: the wanted one once all of it is there, else the way to it. */

import type { Grid } from '../model/grid';
import type { Plane } from '../model/plane';
import type { Cut } from './cuts';
import type { SliceLoader, Want } from './loader';
import { LabelSheet, type PendingStroke } from './sheet';
import type { ImageSlice, Slab } from './slices';

/** What is on screen: every part of it is of the same slice. */
export interface Frame {
  readonly plane: Plane;
  readonly volume: number;
  readonly index: number;
  readonly slab: Slab | null;
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
  const slice = shown !== null && isSlice(shown) ? shown : null;
  for (const index of indicesTowards(want.index, slice?.index ?? null)) {
    const frame = frameAt(loader, grid, { ...want, index }, slice);
    if (frame !== null) return frame;
  }
  if (slice === null) return shown;
  const { volume, index } = slice;
  return frameAt(loader, grid, { ...want, volume, index }, slice) ?? slice;
}

function isSlice({ plane, slab }: Frame): boolean {
  return plane.turned === null && slab === null;
}

/** The frame of a turned plane or a slab; what is shown now while there is none. */
export function cutFrame(grid: Grid, cut: Cut | null, shown: Frame | null): Frame | null {
  if (cut === null) return shown;
  const { want, image, document, labels } = cut;
  const { plane, volume, index, slab } = want;
  const isSame = shown?.image === image && shown.document === document;
  const sheets = labels.map((base) => {
    const sheet = isSame ? shown.sheets.find((one) => one.base.layer === base.layer) : undefined;
    if (sheet === undefined) return new LabelSheet(grid, base);
    if (base.revision > sheet.base.revision) sheet.rebase(base);
    return sheet;
  });
  return { plane, volume, index, slab, image, document, sheets };
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
  return { plane, volume, index, slab: null, image, document, sheets };
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
  const isFresh = ({ base }: LabelSheet) => isSlice(frame) && loader.isFresh(set, base);
  return frame.sheets.every(
    (sheet) => sheet.base.layer !== layer || sheet.base.revision >= storedAt || isFresh(sheet),
  );
}
