/**
 * Anchors of a live wire: set, moved, added on it and taken away. The wires at an anchor follow it at once,
 * by the ways to its neighbours; while those are not known they are straight.
 */

import type { CanvasPoint, PointLps } from '../model/space';
import { distance } from './lasso';
import {
  clamped,
  isSamePixel,
  pixelAt,
  pixelKey,
  pointOfPixel,
  wireBetween,
  wireTo,
  type Part,
  type Pixel,
  type Ways,
  type WireDraft,
} from './live-wire';
import { canvasPointOf, lpsUnder } from './place';

/** Ways kept of a wire: each is a byte a pixel of its window. */
const MOST_WAYS = 24;

/** A click where nothing is taken hold of: begins a wire, or anchors it. */
export function anchored(draft: WireDraft, at: CanvasPoint): WireDraft {
  const parts = partsOf(draft);
  const to = clamped(draft.slice, pixelAt(draft.slice, lpsUnder(draft.slice, at)));
  const part = partBetween(draft, parts.at(-1), to);
  // A double click is also a second click at the same place.
  return part.points.length === 0 ? draft : joined(draft, [...parts, part]);
}

/** With the way from the last anchor back to the first. */
export function closedWire(draft: WireDraft): WireDraft {
  const [first] = draft.corners;
  if (first === undefined) return draft;
  const back = wireTo(draft, first).slice(0, -1);
  // The first corner is there already.
  return joined(draft, [...partsOf(draft), { points: back, isStraight: false }]);
}

/** With an anchor moved, and the wires from and to it. */
export function withAnchorAt(draft: WireDraft, n: number, at: PointLps): WireDraft {
  const to = clamped(draft.slice, pixelAt(draft.slice, at));
  const anchors = anchorsOf(draft).map((anchor) => pixelAt(draft.slice, anchor));
  // Two anchors in one place are one.
  if ([n - 1, n, n + 1].some((k) => isSamePixel(anchors[k], to))) return draft;
  const parts = partsOf(draft);
  const moved = partBetween(draft, parts[n - 1], to);
  const next = parts[n + 1];
  const end = next === undefined ? undefined : anchors[n + 1];
  const after = end === undefined ? [] : [partBetween(draft, moved, end)];
  return joined(draft, [...parts.slice(0, n), moved, ...after, ...parts.slice(n + 2)]);
}

/** With an anchor more on the wire after the `n`th, at the corner that is nearest; as it is if that is an anchor. */
export function withAnchorAfter(draft: WireDraft, n: number, at: CanvasPoint): WireDraft {
  const parts = partsOf(draft);
  const part = parts[n + 1];
  if (part === undefined) return draft;
  const [nearest] = part.points
    .map((point, k) => ({ k, px: distance(canvasPointOf(draft.slice, point), at) }))
    .slice(0, -1)
    .sort((a, b) => a.px - b.px);
  const { points, isStraight } = part;
  const split =
    nearest === undefined
      ? splitUnder(draft, [parts[n]?.points.at(-1), points], at)
      : [points.slice(0, nearest.k + 1), points.slice(nearest.k + 1)];
  const halves = split.map((half) => ({ points: half, isStraight }));
  return joined(draft, [...parts.slice(0, n + 1), ...halves, ...parts.slice(n + 2)]);
}

/** A straight wire has no corner between its ends: it gets one under the pen, unless that is one of them. */
function splitUnder(
  { slice }: WireDraft,
  [from, points]: readonly [PointLps | undefined, readonly PointLps[]],
  at: CanvasPoint,
): (readonly PointLps[])[] {
  const pixel = clamped(slice, pixelAt(slice, lpsUnder(slice, at)));
  const ends = [from, ...points].map((end) => (end === undefined ? end : pixelAt(slice, end)));
  if (ends.some((end) => isSamePixel(end, pixel))) return [points];
  return [[pointOfPixel(slice, pixel)], points];
}

/** Without an anchor: its neighbours are joined; null when none is left. */
export function withoutAnchor(draft: WireDraft, n: number): WireDraft | null {
  const parts = partsOf(draft);
  if (parts.length <= 1) return null;
  const next = parts[n + 1];
  const end = next?.points.at(-1);
  if (next === undefined || end === undefined) return joined(draft, parts.slice(0, n));
  const before = parts[n - 1];
  const part =
    before === undefined
      ? { points: [end], isStraight: false }
      : partBetween(draft, before, pixelAt(draft.slice, end));
  return joined(draft, [...parts.slice(0, n), part, ...parts.slice(n + 2)]);
}

/** The anchors among the corners. */
export function anchorsOf({ corners, wire }: WireDraft): PointLps[] {
  return wire.anchors.flatMap(({ n }) => corners.slice(n - 1, n));
}

/** What lies from each anchor to the next, both with it. */
export function wiresOf(draft: WireDraft): PointLps[][] {
  const parts = partsOf(draft);
  return parts.slice(1).map(({ points }, k) => [...(parts[k]?.points.slice(-1) ?? []), ...points]);
}

/** The pixels to which ways are wanted: from the last anchor on, beside the one in hand, and where a wire is straight. */
export function wantedWays(draft: WireDraft, held: number | null): Pixel[] {
  const { slice, wire } = draft;
  const anchors = anchorsOf(draft);
  const beside = held === null ? [] : [held - 1, held + 1];
  const straight = wire.anchors.flatMap(({ isStraight }, n) => (isStraight ? [n - 1] : []));
  const wanted = new Map(
    [anchors.length - 1, ...beside, ...straight].flatMap((n) =>
      anchors.slice(n < 0 ? anchors.length : n, n + 1).map((anchor) => {
        const pixel = pixelAt(slice, anchor);
        return [pixelKey(pixel), pixel] as const;
      }),
    ),
  );
  return [...wanted].filter(([key]) => !wire.known.has(key)).map(([, pixel]) => pixel);
}

/** With the ways to a pixel known: what was straight for want of them no longer is. */
export function withWays(draft: WireDraft, pixel: Pixel, ways: Ways): WireDraft {
  const kept = [...draft.wire.known].slice(1 - MOST_WAYS);
  const known = new Map([...kept, [pixelKey(pixel), ways]]);
  const informed = { ...draft, wire: { ...draft.wire, known } };
  const parts = partsOf(informed);
  const followed = parts.map((part, k) => {
    const end = part.points.at(-1);
    if (!part.isStraight || end === undefined) return part;
    return partBetween(informed, parts[k - 1], pixelAt(draft.slice, end));
  });
  return joined(informed, followed);
}

/** The corners after one anchor up to and with the next; of the first one itself. */
function partsOf({ corners, wire }: WireDraft): Part<PointLps>[] {
  return wire.anchors.map(({ n, isStraight }, k) => ({
    points: corners.slice(wire.anchors[k - 1]?.n ?? 0, n),
    isStraight,
  }));
}

/** Anchors in one place are one. */
function joined(draft: WireDraft, all: readonly Part<PointLps>[]): WireDraft {
  const parts = all.filter(({ points }) => points.length > 0);
  let n = 0;
  const anchors = parts.map(({ points, isStraight }) => ({ n: (n += points.length), isStraight }));
  const corners = parts.flatMap(({ points }) => points);
  return { ...draft, corners, wire: { ...draft.wire, anchors } };
}

/** What follows a part as far as `to`; without one it is the first anchor. */
function partBetween(
  { slice, wire }: WireDraft,
  before: Part<PointLps> | undefined,
  to: Pixel,
): Part<PointLps> {
  const from = before?.points.at(-1);
  if (from === undefined) return { points: [pointOfPixel(slice, to)], isStraight: false };
  const { points, isStraight } = wireBetween(wire, pixelAt(slice, from), to);
  return { points: points.map((pixel) => pointOfPixel(slice, pixel)), isStraight };
}
