/**
 * A live wire: an outline that follows edges from anchor to anchor. The host finds the ways from all
 * pixels around an anchor at once; here they are followed from under the pen.
 */

import { storedAxes } from '../model/brush';
import { indexOf, lpsOf } from '../model/grid';
import {
  continuousIndex,
  inPlane,
  pointLps,
  withComponent,
  type CanvasPoint,
  type PointLps,
} from '../model/space';
import { ofPixel, pixelOf } from '../model/turn';
import { canvasPointOf, lpsUnder, type ShownSlice } from './place';

/** A pixel of a slice as the host has it, or of a turned plane: column, row. */
export type Pixel = readonly [number, number];

/** Pixels around an anchor. */
export interface WireWindow {
  readonly first: Pixel;
  readonly size: Pixel;
}

/** The ways to the last anchor: of each pixel of the window the neighbour that is next, or `ANCHOR`. */
export interface Ways {
  readonly window: WireWindow;
  readonly next: Uint8Array;
}

export interface Wire {
  /** How many corners the outline had when each anchor was set. */
  readonly anchors: readonly number[];
  /** Null while they are on their way. */
  readonly ways: Ways | null;
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
/** So near the first corner the outline is closed, CSS px. */
export const CLOSE_PX = 8;

/** The nearest pixel to a point. */
export function pixelAt({ grid, plane }: ShownSlice, point: PointLps): Pixel {
  if (plane.turned !== null) {
    const { column, row } = pixelOf(plane.turned, point);
    return [Math.round(column), Math.round(row)];
  }
  const { ijk } = indexOf(grid, point);
  const [column, row] = storedAxes(plane.sliceAxis);
  return [Math.round(ijk[column]), Math.round(ijk[row])];
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
export function windowAround(shown: ShownSlice, anchor: Pixel): WireWindow {
  const whole = sizeOf(shown);
  const size = [Math.min(whole[0], MOST_PIXELS), Math.min(whole[1], MOST_PIXELS)] as const;
  const from = (axis: 0 | 1) =>
    Math.min(Math.max(anchor[axis] - Math.floor(size[axis] / 2), 0), whole[axis] - size[axis]);
  return { first: [from(0), from(1)], size };
}

function sizeOf({ grid, plane }: ShownSlice): Pixel {
  if (plane.turned !== null) return [plane.nColumns, plane.nRows];
  const [column, row] = storedAxes(plane.sliceAxis);
  return [grid.size[column], grid.size[row]];
}

/** The nearest pixel of a slice. */
function clamped(shown: ShownSlice, [column, row]: Pixel): Pixel {
  const [nColumns, nRows] = sizeOf(shown);
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

/** The corners that the outline would have more with an anchor under the pen. */
export function wireTo({ slice, corners, wire }: WireDraft, at: PointLps): PointLps[] {
  const to = clamped(slice, pixelAt(slice, at));
  const last = corners.slice(-1).map((corner) => pixelAt(slice, corner));
  const isThere = last.some(([column, row]) => column === to[0] && row === to[1]);
  if (isThere) return [];
  const pixels = wire.ways === null ? [to] : wayTo(wire.ways, to);
  return pixels.map((pixel) => pointOfPixel(slice, pixel));
}

/** A click: begins a wire, anchors it, or closes it at its first anchor. */
export function pressWire(
  draft: WireDraft | null,
  slice: ShownSlice,
  at: CanvasPoint,
): { readonly draft: WireDraft; readonly isDone: boolean } {
  const under = lpsUnder(slice, at);
  if (draft === null) {
    const corners = [pointOfPixel(slice, clamped(slice, pixelAt(slice, under)))];
    return { draft: { slice, corners, wire: { anchors: [1], ways: null } }, isDone: false };
  }
  const [first] = draft.corners;
  const isClosing =
    first !== undefined &&
    draft.wire.anchors.length > 1 &&
    distance(canvasPointOf(slice, first), at) <= CLOSE_PX;
  if (isClosing) return { draft: closedWire(draft), isDone: true };
  return { draft: anchored(draft, wireTo(draft, under)), isDone: false };
}

/** With the way from the last anchor back to the first. */
export function closedWire(draft: WireDraft): WireDraft {
  const [first] = draft.corners;
  if (first === undefined) return draft;
  // The first corner is there already.
  return anchored(draft, wireTo(draft, first).slice(0, -1));
}

function anchored(draft: WireDraft, added: readonly PointLps[]): WireDraft {
  // A double click is also a second click at the same place.
  if (added.length === 0) return draft;
  const corners = [...draft.corners, ...added];
  return {
    ...draft,
    corners,
    wire: { anchors: [...draft.wire.anchors, corners.length], ways: null },
  };
}

/** Without its last anchor; null when none is left. */
export function withoutLastAnchor(draft: WireDraft): WireDraft | null {
  const anchors = draft.wire.anchors.slice(0, -1);
  const last = anchors.at(-1);
  if (last === undefined) return null;
  return { ...draft, corners: draft.corners.slice(0, last), wire: { anchors, ways: null } };
}

/** The anchors among the corners. */
export function anchorsOf({ corners, wire }: WireDraft): PointLps[] {
  return wire.anchors.flatMap((n) => corners.slice(n - 1, n));
}

function distance(a: CanvasPoint, b: CanvasPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
