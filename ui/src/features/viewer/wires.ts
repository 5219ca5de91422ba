/** Outlines that follow edges: asks the host for the ways to each anchor, and draws the one to the pen. */

import type { Pane } from '../../engine/pane';
import { toHostError } from '../../host';
import type { WirePlace } from '../../host/wire';
import { inPlane, type CanvasPoint } from '../../model/space';
import { ofPixel } from '../../model/turn';
import { t } from '../../shared/messages';
import {
  anchorsOf,
  closedWire,
  pixelAt,
  pressWire,
  windowAround,
  wireTo,
  type Ways,
  type Wire,
  type WireDraft,
  type WireWindow,
} from '../../tools/live-wire';
import {
  cornersOn,
  isSameSlice,
  outlineThrough,
  type DrawnOutline,
} from '../../tools/outline-draft';
import { lpsUnder, type ShownSlice } from '../../tools/place';
import type { ViewerSession } from './session';
import { wirePlane } from './source';

/** Smoothing before edges are looked for, in pixels: takes the noise and leaves what is two pixels wide. */
const SIGMA_PX = 1;

/** Of each anchor one: a double click is three reasons to ask. */
const questions = new WeakMap<Wire, Promise<void>>();

/** Pen down: begins a live wire, anchors it, or closes it. Whether it is closed. */
export function anchorWire(
  session: ViewerSession,
  pane: Pane,
  shown: ShownSlice,
  at: CanvasPoint,
): boolean {
  if (pane.frame?.slab !== null) {
    // Its values are not those of the voxels in the middle.
    session.notify(t('viewer.cannot_wire.slab'));
    return false;
  }
  const before = wireFrom(session);
  const isGoingOn = before !== null && isSameSlice(before.slice, shown);
  const { draft, isDone } = pressWire(isGoingOn ? { ...before, slice: shown } : null, shown, at);
  const wire = isDone ? null : draft.wire;
  session.outline = { ...outlineThrough(shown, draft.corners, at), wire, by: 'edges' };
  void findWays(session);
  return isDone;
}

/** Has the ways to the last anchor in hand found, if they are not. */
export async function findWays(session: ViewerSession): Promise<void> {
  const draft = wireInHand(session);
  if (draft === null || draft.wire.ways !== null) return;
  const asked = questions.get(draft.wire) ?? askFor(session, draft);
  questions.set(draft.wire, asked);
  await asked;
}

async function askFor(session: ViewerSession, draft: WireDraft): Promise<void> {
  try {
    const ways = await waysOf(session, draft);
    // Another anchor may have been set meanwhile.
    if (session.outline?.wire !== draft.wire) return;
    session.outline = { ...session.outline, wire: { ...draft.wire, ways } };
  } catch (reason) {
    session.notify(toHostError(reason).message);
  }
}

/** Brings a wire in hand back to its first anchor, as is done when it is finished. */
export async function closeWire(session: ViewerSession): Promise<void> {
  await findWays(session);
  const draft = wireInHand(session);
  const { outline } = session;
  if (draft === null || outline === null || draft.wire.anchors.length < 2) return;
  session.outline = { ...outline, ...closedWire(draft), wire: null };
}

/** A wire as it would go on to the pen. */
export function wireOn(shown: ShownSlice, draft: WireDraft, pen: CanvasPoint | null): DrawnOutline {
  const added = pen === null ? [] : wireTo(draft, lpsUnder(shown, pen));
  return {
    corners: cornersOn(shown, [...draft.corners, ...added]),
    isClosed: false,
    marks: cornersOn(shown, anchorsOf(draft)),
    held: null,
    pen: null,
  };
}

function wireInHand({ outline }: ViewerSession): WireDraft | null {
  if (outline === null || outline.wire === null) return null;
  return { slice: outline.slice, corners: outline.corners, wire: outline.wire };
}

/** What a wire goes on from: also from corners that were drawn otherwise. */
function wireFrom(session: ViewerSession): WireDraft | null {
  const { outline } = session;
  if (outline === null) return null;
  const { slice, corners, wire } = outline;
  const anchors = corners.map((_, n) => n + 1);
  return { slice, corners, wire: wire ?? { anchors, ways: null } };
}

async function waysOf(session: ViewerSession, { slice, corners }: WireDraft): Promise<Ways> {
  const last = corners.at(-1);
  if (last === undefined) throw new Error('a wire without an anchor');
  const anchor = pixelAt(slice, last);
  const window = windowAround(slice, anchor);
  const { plane } = slice;
  const reply = await session.host.bytes({
    kind: 'live_wire',
    image: session.image.id,
    volume: session.state.volume,
    wire: {
      place: placeOf(slice, window),
      anchor: [anchor[0] - window.first[0], anchor[1] - window.first[1]],
      sigma_mm: SIGMA_PX * Math.sqrt(plane.columnMm * plane.rowMm),
    },
  });
  if (reply.kind !== 'live_wire') throw new Error(`a ${reply.kind}, not a live wire`);
  return { window, next: reply.next };
}

function placeOf({ plane, sliceIndex }: ShownSlice, { first, size }: WireWindow): WirePlace {
  const { turned } = plane;
  if (turned === null) {
    const axis = plane.sliceAxis;
    return { kind: 'slice', axis, index: sliceIndex, first: [...first], size: [...size] };
  }
  const origin = ofPixel(turned, inPlane(first[0], first[1]));
  return { kind: 'plane', plane: wirePlane({ ...turned, origin }, size[0], size[1]) };
}
