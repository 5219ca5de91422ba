/** Where can be drawn, and fills: from the pen to the effect that the host does. */

import type { Pane } from '../../engine/pane';
import type { Document, Effect, Segment } from '../../host/wire';
import type { CanvasPoint } from '../../model/space';
import { t } from '../../shared/messages';
import { indexUnder, type ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { paintableSegment, wirePlaneOf } from './painting';
import { readoutAt } from './readout';
import type { ViewerSession } from './session';

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
  const effect: Effect = {
    type: 'flood_fill',
    seed: [...readout.voxel.ijk],
    range: range.map((bound) => bound / factor),
    within:
      fillReach === 'slice' && shown.plane.turned === null
        ? { axis: shown.plane.sliceAxis, index: shown.sliceIndex }
        : null,
    plane: fillReach === 'slice' ? wirePlaneOf(cutPlaneOf(shown)) : null,
    mode: fillMode,
  };
  const { looking } = session.hand;
  if (fillReach === 'volume' && looking?.isWished === true) void looking.show(effect);
  else void session.runEffect(effect, null);
}
