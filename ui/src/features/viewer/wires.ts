/** Outlines that follow edges: asks the host for the ways to each anchor, and draws the one to the pen. */

import type { Pane } from '../../engine/pane';
import { toHostError } from '../../host';
import type { CanvasPoint, PointLps } from '../../model/space';
import { t } from '../../shared/messages';
import {
  pixelKey,
  windowAround,
  wireOf,
  wireTo,
  type Pixel,
  type Ways,
  type Wire,
  type WireDraft,
} from '../../tools/live-wire';
import { pressWire } from '../../tools/outline';
import { isSameSlice, type OutlineDraft } from '../../tools/outline-draft';
import { lpsUnder, type ShownSlice } from '../../tools/place';
import { closedWire, wantedWays, withWays } from '../../tools/wire-anchors';
import type { ViewerSession } from './session';
import { pixelPlace } from './source';

/** Smoothing before edges are looked for, in pixels: takes the noise and leaves what is two pixels wide. */
const SIGMA_PX = 1;

/** Of each pixel of a wire one: a double click is three reasons to ask. */
const questions = new Map<string, Promise<void>>();

let nWires = 0;

/**
 * Pen down: takes hold of an anchor or of the wire, or sets an anchor. Whether anything comes of it.
 */
export function beginWire(
  session: ViewerSession,
  pane: Pane,
  shown: ShownSlice,
  press: { readonly at: CanvasPoint; readonly takes: boolean },
): boolean {
  if (pane.frame?.slab !== null) {
    // Its values are not those of the voxels in the middle.
    session.notify(t('viewer.cannot_wire.slab'));
    return false;
  }
  const { outline } = session;
  const before = outline !== null && isSameSlice(outline.slice, shown) ? outline : null;
  const wire = before?.wire ?? newWire(session, before);
  session.outline = pressWire(before, [shown, wire], press.at, press.takes);
  void findWays(session);
  return true;
}

/** Of an outline that was drawn otherwise so far every corner is an anchor. */
function newWire({ state }: ViewerSession, before: OutlineDraft | null): Wire {
  nWires += 1;
  const anchors = (before?.corners ?? []).map((_, k) => ({ n: k + 1, isStraight: false }));
  return wireOf(nWires, state.volume, anchors);
}

/** Has the ways found that the wire in hand wants. */
export async function findWays(session: ViewerSession): Promise<void> {
  const { outline, state } = session;
  if (outline === null || outline.wire === null) return;
  if (outline.wire.volume !== state.volume) {
    // Edges of another volume say nothing here.
    const wire = { ...outline.wire, volume: state.volume, known: new Map() };
    session.outline = { ...outline, wire };
  }
  const draft = wireInHand(session);
  if (draft === null) return;
  await Promise.all(
    wantedWays(draft, outline.held).map((pixel) => {
      const name = `${draft.wire.id} ${draft.wire.volume} ${pixelKey(pixel)}`;
      const asked = questions.get(name) ?? askFor(session, draft, pixel);
      questions.set(name, asked);
      return asked.finally(() => questions.delete(name));
    }),
  );
}

async function askFor(session: ViewerSession, asked: WireDraft, pixel: Pixel): Promise<void> {
  try {
    const ways = await waysTo(session, asked, pixel);
    // Another wire, or another volume, may be in hand by now.
    const draft = wireInHand(session);
    const { outline } = session;
    const { id, volume } = asked.wire;
    if (draft === null || draft.wire.id !== id || draft.wire.volume !== volume) return;
    if (outline !== null) session.outline = { ...outline, ...withWays(draft, pixel, ways) };
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
  session.outline = { ...outline, ...closedWire(draft), wire: null, held: null };
}

/** The corners that the wire in hand would have more with an anchor under the pen. */
export function wireOnto(draft: OutlineDraft, shown: ShownSlice, pen: CanvasPoint): PointLps[] {
  const { wire } = draft;
  return wire === null ? [] : wireTo({ ...draft, wire }, lpsUnder(shown, pen));
}

function wireInHand({ outline }: ViewerSession): WireDraft | null {
  if (outline === null || outline.wire === null) return null;
  return { slice: outline.slice, corners: outline.corners, wire: outline.wire };
}

async function waysTo(
  session: ViewerSession,
  { slice, wire }: WireDraft,
  anchor: Pixel,
): Promise<Ways> {
  const window = windowAround(slice, anchor);
  const { plane } = slice;
  const reply = await session.host.bytes({
    kind: 'live_wire',
    image: session.image.id,
    volume: wire.volume,
    wire: {
      place: pixelPlace(slice, window),
      anchor: [anchor[0] - window.first[0], anchor[1] - window.first[1]],
      sigma_mm: SIGMA_PX * Math.sqrt(plane.columnMm * plane.rowMm),
    },
  });
  if (reply.kind !== 'live_wire') throw new Error(`a ${reply.kind}, not a live wire`);
  return { window, next: reply.next };
}
