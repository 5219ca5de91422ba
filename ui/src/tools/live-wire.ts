/**
 * A live wire: an outline that follows edges from anchor to anchor. The host finds the ways from all
 * pixels around an anchor at once; here they are followed from under the pen.
 */

import { storedAxes } from '../model/brush';
import { indexOf, lpsOf } from '../model/grid';
import { continuousIndex, inPlane, pointLps, withComponent, type PointLps } from '../model/space';
import { ofPixel, pixelOf } from '../model/turn';
import type { ShownSlice } from './place';

/** A pixel of a slice as the host has it, or of a turned plane: column, row. */
export type Pixel = readonly [number, number];

/** Pixels around an anchor. */
export interface PixelWindow {
  readonly first: Pixel;
  readonly size: Pixel;
}

/** The ways to an anchor: of each pixel of the window the neighbour that is next, or `ANCHOR`. */
export interface Ways {
  readonly window: PixelWindow;
  readonly next: Uint8Array;
}

/** Where a wire is anchored. */
export interface Anchor {
  /** How many corners the outline has up to it. */
  readonly n: number;
  /** Whether the wire to it is straight as long as the ways are not known. */
  readonly isStraight: boolean;
}

export interface Wire {
  /** Tells the host's answers for this wire from those for another. */
  readonly id: number;
  /** Of which volume the ways are. */
  readonly volume: number;
  readonly anchors: readonly Anchor[];
  /** The ways to pixels, as far as they are known, by `pixelKey`. */
  readonly known: ReadonlyMap<string, Ways>;
}

/** An outline that follows edges. */
export interface WireDraft {
  readonly slice: ShownSlice;
  readonly corners: readonly PointLps[];
  readonly wire: Wire;
}

/** Of the host's reply: the neighbours of a pixel, clockwise from the next column. */
const NEIGHBOURS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
] as const;

/** Pixels along each side of the window at most: so many are answered while a hand moves on. */
const MOST_PIXELS = 512;
/** A wire that is anchored nowhere. */
export function wireOf(id: number, volume: number, anchors: readonly Anchor[] = []): Wire {
  return { id, volume, anchors, known: new Map() };
}

/** A pixel's name. */
export function pixelKey([column, row]: Pixel): string {
  return `${column} ${row}`;
}

/** The nearest pixel to a point. */
export function pixelAt(shown: ShownSlice, point: PointLps): Pixel {
  const [column, row] = placeAmongPixels(shown, point);
  return [Math.round(column), Math.round(row)];
}

/** Where among pixels a point is, centres of pixels at the whole numbers. */
export function placeAmongPixels({ grid, plane }: ShownSlice, point: PointLps): Pixel {
  if (plane.turned !== null) {
    const { column, row } = pixelOf(plane.turned, point);
    return [column, row];
  }
  const { ijk } = indexOf(grid, point);
  const [column, row] = storedAxes(plane.sliceAxis);
  return [ijk[column], ijk[row]];
}

/** Where a pixel's centre is in the patient. */
export function pointOfPixel(
  { grid, plane, sliceIndex }: ShownSlice,
  [column, row]: Pixel,
): PointLps {
  if (plane.turned !== null) return pointLps(ofPixel(plane.turned, inPlane(column, row)));
  const axes = storedAxes(plane.sliceAxis);
  const slice = withComponent([0, 0, 0], plane.sliceAxis, sliceIndex);
  const at = withComponent(withComponent(slice, axes[0], column), axes[1], row);
  return lpsOf(grid, continuousIndex(at));
}

/** The pixels around an anchor in which ways are looked for. */
export function windowAround(shown: ShownSlice, anchor: Pixel): PixelWindow {
  const whole = pixelSizeOf(shown);
  const size = [Math.min(whole[0], MOST_PIXELS), Math.min(whole[1], MOST_PIXELS)] as const;
  const from = (axis: 0 | 1) =>
    Math.min(Math.max(anchor[axis] - Math.floor(size[axis] / 2), 0), whole[axis] - size[axis]);
  return { first: [from(0), from(1)], size };
}

/** Columns and rows of what is shown. */
export function pixelSizeOf({ grid, plane }: ShownSlice): Pixel {
  if (plane.turned !== null) return [plane.nColumns, plane.nRows];
  const [column, row] = storedAxes(plane.sliceAxis);
  return [grid.size[column], grid.size[row]];
}

/** The nearest pixel of a slice. */
export function clamped(shown: ShownSlice, [column, row]: Pixel): Pixel {
  const [nColumns, nRows] = pixelSizeOf(shown);
  return [Math.min(Math.max(column, 0), nColumns - 1), Math.min(Math.max(row, 0), nRows - 1)];
}

/** The pixels after the anchor on the way from it to `to`. From outside the window straight to its border. */
export function wayTo({ window, next }: Ways, to: Pixel): Pixel[] {
  const { first, size } = window;
  let column = Math.min(Math.max(to[0] - first[0], 0), size[0] - 1);
  let row = Math.min(Math.max(to[1] - first[1], 0), size[1] - 1);
  const back: Pixel[] = [];
  const isOutside = column + first[0] !== to[0] || row + first[1] !== to[1];
  if (isOutside) back.push(to);
  // No way visits a pixel twice.
  for (let n = 0; n < next.length; n += 1) {
    const step = NEIGHBOURS[next[row * size[0] + column] ?? NEIGHBOURS.length];
    if (step === undefined) break;
    back.push([column + first[0], row + first[1]]);
    column += step[0];
    row += step[1];
  }
  return back.reverse();
}

/** Corners of a wire, one after another. */
export interface Part<Corner> {
  readonly points: readonly Corner[];
  /** For want of ways. */
  readonly isStraight: boolean;
}

/** The pixels after `from` on the wire to `to`: along the ways to either, or straight if neither is known. */
export function wireBetween({ known }: Wire, from: Pixel, to: Pixel): Part<Pixel> {
  if (isSamePixel(from, to)) return { points: [], isStraight: false };
  const onward = known.get(pixelKey(from));
  if (onward !== undefined) return { points: wayTo(onward, to), isStraight: false };
  const back = known.get(pixelKey(to));
  if (back === undefined) return { points: [to], isStraight: true };
  return { points: [...wayTo(back, from).reverse().slice(1), to], isStraight: false };
}

/** The corners that the outline would have more with an anchor under the pen. */
export function wireTo({ slice, corners, wire }: WireDraft, at: PointLps): PointLps[] {
  const to = clamped(slice, pixelAt(slice, at));
  const last = corners.at(-1);
  if (last === undefined) return [pointOfPixel(slice, to)];
  return wireBetween(wire, pixelAt(slice, last), to).points.map((pixel) =>
    pointOfPixel(slice, pixel),
  );
}

/** Whether both are the same pixel of a slice. */
export function isSamePixel(a: Pixel | undefined, b: Pixel): boolean {
  return a !== undefined && a[0] === b[0] && a[1] === b[1];
}
