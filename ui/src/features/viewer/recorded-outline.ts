/** The outline that the record holds as the last one, taken in hand where its slice or plane is shown. */

import { toHostError } from '../../host';
import type { DrawnOutline } from '../../host/wire';
import { isIn, isParallel } from '../../model/canvas-plane';
import { canvasPoint, parseTriple, pointLps } from '../../model/space';
import { t } from '../../shared/messages';
import { outlineThrough } from '../../tools/outline-draft';
import { closedOutline } from '../../tools/outline-edit';
import { canvasPlaneOf, type ShownSlice } from '../../tools/place';
import { paneInHand, type DoneOutline } from './hand';
import type { ViewerSession } from './session';

/** Of the segments on the pane in hand; null where there is none to take, and then that was said. */
export async function recordedOutline(session: ViewerSession): Promise<DoneOutline | null> {
  const pane = paneInHand(session);
  const document = pane === undefined ? undefined : session.documentOn(pane);
  if (document === undefined) return null;
  try {
    const { outline } = await session.host.call('last_outline', { document: document.id });
    if (outline) return shownAs(session, document.id, outline);
    session.notify(t('viewer.outline.none'));
  } catch (reason) {
    session.notify(toHostError(reason).message);
  }
  return null;
}

function shownAs(
  session: ViewerSession,
  document: string,
  { effect, revision, segment }: DrawnOutline,
): DoneOutline | null {
  if (effect.type !== 'outline') return null;
  const slices = session.stage.panes.map((pane) => session.shownSlice(pane));
  const shown = slices.find((slice) => slice !== null && liesOn(effect, slice));
  if (!shown) {
    session.notify(t('viewer.outline.elsewhere'));
    return null;
  }
  const corners = effect.path.map((corner) => pointLps(parseTriple(corner)));
  const drawn = { ...outlineThrough(shown, corners, canvasPoint(0, 0)), by: 'hand' as const };
  const { reach, mode: outlineMode } = effect;
  const outlineDepth =
    reach.kind === 'depth' ? reach.mm / session.unit.mm : session.state.outlineDepth;
  return {
    draft: closedOutline(drawn),
    replaced: { document, segment, revision, isMade: true },
    asDrawn: { outlineMode, outlineReach: reach.kind, outlineDepth },
  };
}

type Drawn = Extract<DrawnOutline['effect'], { type: 'outline' }>;

function liesOn({ slice, plane }: Drawn, shown: ShownSlice): boolean {
  const { turned, sliceAxis } = shown.plane;
  if (slice) return turned === null && sliceAxis === slice.axis && shown.sliceIndex === slice.index;
  if (!plane || turned === null) return false;
  const canvas = canvasPlaneOf(shown);
  const point = pointLps(parseTriple(plane.point));
  return isParallel(canvas, parseTriple(plane.normal)) && isIn(canvas, point);
}
