/** Outlines and fills: from the pen to the effect that the host does. */

import type { Pane } from '../../engine/pane';
import type { Document, Effect, Segment } from '../../host/wire';
import type { CanvasPoint } from '../../model/space';
import { t } from '../../shared/messages';
import {
  cornersOn,
  dragOutline,
  isSameSlice,
  pressOutline,
  releaseOutline,
  withoutLast,
  type DrawnOutline,
  type OutlineDraft,
} from '../../tools/outline';
import { isEnclosing } from '../../tools/lasso';
import { indexUnder, type ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { paintableSegment, wirePlaneOf } from './painting';
import { readoutAt } from './readout';
import type { ViewerSession } from './session';
import { anchorWire, closeWire, findWays, wireOn } from './wires';

/** What a pane shows, ready to be drawn on. */
export interface Drawable {
  readonly document: Document;
  readonly segment: Segment;
  readonly shown: ShownSlice;
}

/** What is to be drawn on; null where nothing can be drawn, which is told. */
export function drawableOn(session: ViewerSession, pane: Pane): Drawable | null {
  const document = session.documentOn(pane);
  const shown = session.shownSlice(pane);
  if (shown === null || document === undefined) {
    session.notify(t('viewer.cannot_paint.loading'));
    return null;
  }
  const segment = drawableSegment(session, document, session.refusalOn(pane));
  if (segment === null) return null;
  session.stopPlayingAt(pane);
  return { document, shown, segment };
}

/** The active segment of a document; null where it cannot be drawn, which is told. */
export function drawableSegment(
  session: ViewerSession,
  document: Document,
  refusal: string | null,
): Segment | null {
  if (refusal !== null) {
    session.notify(refusal);
    return null;
  }
  const paintable = paintableSegment(document, session.activeSegment);
  switch (paintable.kind) {
    case 'no-segment':
      session.notify(t('viewer.cannot_paint.no_segment'));
      return null;
    case 'locked':
      session.notify(t('viewer.cannot_paint.locked', { name: paintable.name }));
      return null;
    case 'hidden':
      session.notify(t('viewer.cannot_paint.hidden', { name: paintable.name }));
      return null;
    case 'yes':
      // What is drawn must be seen.
      if (session.state.labels === 'hidden') session.update({ labels: 'fill' });
      return paintable.segment;
  }
}

/** Pen down with the outline tool: whether the outline goes on while the pen is down. */
export function beginOutline(session: ViewerSession, pane: Pane, at: CanvasPoint): boolean {
  const drawable = drawableOn(session, pane);
  if (drawable === null) return false;
  if (session.state.outlineWay === 'wire') {
    if (anchorWire(session, pane, drawable.shown, at)) void finishOutline(session);
    return false;
  }
  session.outline = pressOutline(session.outline, drawable.shown, at);
  return true;
}

export function extendOutline(session: ViewerSession, points: readonly CanvasPoint[]): void {
  if (session.outline !== null) session.outline = dragOutline(session.outline, points);
}

export function endOutline(session: ViewerSession): void {
  if (session.outline === null) return;
  const { draft, isDone } = releaseOutline(session.outline);
  session.outline = draft;
  if (isDone) void finishOutline(session);
}

/** Does what the outline in hand encloses; it stays on screen until that shows. */
export async function finishOutline(session: ViewerSession): Promise<void> {
  await closeWire(session);
  const draft = session.outline;
  if (draft === null || !isEnclosing(draft)) return;
  const isDone = await session.runEffect(outlineEffect(session, draft));
  // What was refused can be tried again, or dropped with Escape.
  if (isDone && session.outline === draft) session.outline = null;
}

/** The outline in hand as it would go on to the pen; null where it is not drawn on the slice shown. */
export function outlineOn(
  session: ViewerSession,
  pane: Pane,
  pen: CanvasPoint | null,
): DrawnOutline | null {
  const shown = session.shownSlice(pane);
  if (session.outline === null || shown === null) return null;
  const { slice, corners, wire } = session.outline;
  if (!isSameSlice(slice, shown)) return null;
  if (wire !== null) return wireOn(shown, { slice, corners, wire }, pen);
  const points = cornersOn(shown, corners);
  return { corners: points, marks: points.slice(0, 1), pen };
}

/** A key for the outline in hand: done, one corner less, or dropped. Whether there was one for it. */
export function outlineByKey(session: ViewerSession, { key, shiftKey }: KeyboardEvent): boolean {
  const { outline } = session;
  if (outline === null) return false;
  switch (key) {
    case 'Enter':
      // With Shift it is for the plane: a corner at the crosshair.
      if (shiftKey) return false;
      void finishOutline(session);
      return true;
    case 'Backspace':
      session.outline = withoutLast(outline);
      void findWays(session);
      return true;
    case 'Escape':
      session.outline = null;
      return true;
    default:
      return false;
  }
}

function outlineEffect({ state }: ViewerSession, { corners, slice }: OutlineDraft): Effect {
  return {
    type: 'outline',
    path: corners.map(({ mm: [x, y, z] }) => [x, y, z]),
    slice:
      slice.plane.turned === null ? { axis: slice.plane.sliceAxis, index: slice.sliceIndex } : null,
    plane: wirePlaneOf(cutPlaneOf(slice)),
    reach: { kind: state.outlineReach },
    mode: state.outlineMode,
  };
}

/** Fills what looks like the place under the pen and is connected with it. */
export function fillAt(session: ViewerSession, pane: Pane, at: CanvasPoint): void {
  const drawable = drawableOn(session, pane);
  const { frame } = pane;
  if (drawable === null || frame === null) return;
  if (frame.slab !== null) {
    // Its values are not those of the voxels in the middle.
    session.notify(t('viewer.cannot_fill.slab'));
    return;
  }
  const { shown } = drawable;
  const under = indexUnder(shown, at);
  const readout = readoutAt(shown.grid, session.image, [], frame, under);
  if (readout === null) return;
  const [value, ...others] = readout.values;
  if (value === undefined || others.length > 0 || !Number.isFinite(value)) {
    session.notify(t('viewer.cannot_fill'));
    return;
  }
  const { fillTolerance, fillReach, fillMode } = session.state;
  const range = [value - fillTolerance, value + fillTolerance];
  const factor = session.valueFactor;
  void session.runEffect({
    type: 'flood_fill',
    seed: [...readout.voxel.ijk],
    range: range.map((bound) => bound / factor),
    within:
      fillReach === 'slice' && shown.plane.turned === null
        ? { axis: shown.plane.sliceAxis, index: shown.sliceIndex }
        : null,
    plane: fillReach === 'slice' ? wirePlaneOf(cutPlaneOf(shown)) : null,
    mode: fillMode,
  });
}
