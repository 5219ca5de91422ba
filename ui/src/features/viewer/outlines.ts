/** The outline in hand: from the pen and the keys to the effect that the host does, and back again. */

import type { Pane } from '../../engine/pane';
import type { Document, EditResponse, Effect, Reach } from '../../host/wire';
import type { CanvasPoint } from '../../model/space';
import { closedSpline } from '../../model/spline';
import { t } from '../../shared/messages';
import { isEnclosing, LEAST_CORNERS } from '../../tools/lasso';
import {
  cornersOn,
  isSameSlice,
  pathOf,
  type DrawnOutline,
  type OutlineDraft,
  type ReplacedOutline,
} from '../../tools/outline-draft';
import {
  closedOutline,
  gripAt,
  nodesOf,
  unwired,
  withHeldMoved,
  withNextHeld,
} from '../../tools/outline-edit';
import { dragOutline, pressOutline, releaseOutline, withoutOne } from '../../tools/outline';
import { lpsUnder, type ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { drawableOn } from './drawing';
import { paneInHand } from './hand';
import { takenContour } from './iso-contours';
import { ARROWS, isOnPlane } from './keys';
import { wirePlaneOf } from './painting';
import { recordedOutline } from './recorded-outline';
import type { ViewerSession } from './session';
import { beginWire, closeWire, findWays, wireOnto } from './wires';

/** Of each outline one: a double click is more than one reason to do it. */
const underWay = new WeakSet<OutlineDraft>();

/** Pen down with the outline tool: whether the outline goes on while the pen is down. */
export function beginOutline(
  session: ViewerSession,
  pane: Pane,
  at: CanvasPoint,
  takes: boolean,
): boolean {
  const drawable = drawableOn(session, pane);
  if (drawable === null) return false;
  const { shown } = drawable;
  const { outline, state } = session;
  const isClosed = outline?.isClosed ?? false;
  if (outline !== null && isClosed && !isSameSlice(outline.slice, shown)) {
    session.notify(t('viewer.outline.waits'));
    return false;
  }
  if (state.outlineWay === 'wire' && !isClosed) {
    return beginWire(session, pane, shown, { at, takes });
  }
  if (state.outlineWay === 'iso' && outline === null) {
    void doContour(session, pane, at);
    return false;
  }
  const isSmooth = state.outlineWay === 'spline';
  session.outline = pressOutline(outline, shown, at, { isSmooth, takes });
  return true;
}

/** A click with the pen on the contour of one value: one at a time. */
async function doContour(session: ViewerSession, pane: Pane, at: CanvasPoint): Promise<void> {
  const shown = session.shownSlice(pane);
  const draft = shown === null ? null : await takenContour(session, pane, shown, at);
  // Something else may be in hand by now.
  if (draft === null || session.outline !== null || session.state.tool !== 'draw') return;
  session.outline = session.state.isOutlineAdjusted ? closedOutline(draft) : draft;
  if (session.state.isOutlineAdjusted) tellAdjusting(session);
  else await finish(session);
}

export function extendOutline(session: ViewerSession, points: readonly CanvasPoint[]): void {
  if (session.outline !== null) session.outline = dragOutline(session.outline, points);
}

export function endOutline(session: ViewerSession): void {
  if (session.outline === null) return;
  const { draft, isDone } = releaseOutline(session.outline);
  session.outline = draft;
  if (isDone) void closeOrFinish(session);
  else void findWays(session);
}

/** A double click: the second one at the place where the first one closed the outline does nothing more. */
export function doubleClickOutline(session: ViewerSession): void {
  const { outline } = session;
  if (outline !== null && outline.isClosed && outline.nPresses <= 1) return;
  void closeOrFinish(session);
}

/** Does the outline in hand, or first leaves it to be adjusted if the user wishes so. */
async function closeOrFinish(session: ViewerSession): Promise<void> {
  if (session.outline === null) return;
  if (session.outline.isClosed || !session.state.isOutlineAdjusted) return finish(session);
  await closeWire(session);
  const draft = session.outline;
  if (draft === null || draft.isClosed || !isEnclosing(draft)) return;
  session.outline = closedOutline(draft);
  tellAdjusting(session);
}

function tellAdjusting(session: ViewerSession): void {
  if (!session.hand.knowsAdjusting) session.notify(t('viewer.outline.adjusting'));
  session.hand.knowsAdjusting = true;
}

/** Does what the outline in hand encloses; it stays on screen until that shows. */
async function finish(session: ViewerSession): Promise<void> {
  await closeWire(session);
  const [draft, segment] = [session.outline, session.activeSegment];
  if (draft === null || segment === null || !isEnclosing(draft) || underWay.has(draft)) return;
  const { replaces } = draft;
  if (replaces !== null && !isOf(session, replaces, segment)) {
    session.notify(t('viewer.outline.other_segment'));
    return;
  }
  const replaced = replaces?.isMade === true ? replaces.revision : null;
  underWay.add(draft);
  const { looking } = session.hand;
  if (replaced === null && looking?.isWished === true && session.state.outlineReach !== 'slice') {
    // It can still be adjusted where what is shown is let be.
    await looking.show(outlineEffect(session, draft), () => {
      if (session.outline === draft) session.outline = null;
    });
    underWay.delete(draft);
    return;
  }
  const answer = await session.runEffect(outlineEffect(session, draft), replaced);
  underWay.delete(draft);
  // What was refused can be tried again, or dropped with Escape.
  if (answer === null) return;
  const { outlineMode, outlineReach, outlineDepth } = session.state;
  session.hand.outlineDone = {
    draft: closedOutline(draft),
    replaced: doneOutline(answer, segment, replaced),
    asDrawn: { outlineMode, outlineReach, outlineDepth },
  };
  if (session.outline === draft) session.outline = null;
}

/** Whether an outline was drawn for the segment in hand, of what is shown. */
function isOf(session: ViewerSession, of: ReplacedOutline, segment: string): boolean {
  const shown = session.stage.panes.map((pane) => session.documentOn(pane)?.id);
  return of.segment === segment && shown.includes(of.document);
}

function doneOutline(
  { document: { id, revision, redo }, region }: EditResponse,
  segment: string,
  replaced: number | null,
): ReplacedOutline {
  // The outline before is undone first, and can be redone only if nothing took its place.
  const isMade = replaced === null ? Boolean(region) : !redo;
  return { document: id, segment, revision, isMade };
}

/**
 * The outline on the slice shown, done: that in hand, else the one that was done last; null where there is
 * none.
 */
export async function finishedOutline(
  session: ViewerSession,
  pane: Pane,
): Promise<OutlineDraft | 'refused' | null> {
  const inHand = session.outline;
  if (inHand !== null) {
    if (!isShownOn(session, pane, inHand)) return null;
    await finish(session);
    if (session.outline === inHand) return 'refused';
  }
  const { outlineDone } = session.hand;
  return outlineDone !== null && isShownOn(session, pane, outlineDone.draft)
    ? outlineDone.draft
    : null;
}

/**
 * Takes the outline in hand again that was done last, here or before the image was opened; done once more,
 * it takes its own place.
 */
export async function outlineAgain(session: ViewerSession): Promise<void> {
  if (session.outline !== null) return session.notify(t('viewer.outline.in_hand'));
  const done = session.hand.outlineDone ?? (await recordedOutline(session));
  // Another may have been begun by now.
  if (done === null || session.outline !== null) return;
  const { draft, replaced, asDrawn } = done;
  const pane = session.stage.panes.find((one) => isShownOn(session, one, draft));
  if (pane === undefined) return session.notify(t('viewer.outline.elsewhere'));
  const drawable = drawableOn(session, pane);
  if (drawable === null) return;
  const { document, segment, shown } = drawable;
  if (document.id !== replaced.document || !isLatest(document, replaced)) {
    return session.notify(t('viewer.outline.stale'));
  }
  if (segment.id !== replaced.segment) return session.notify(t('viewer.outline.other_segment'));
  session.update({ tool: 'draw', ...asDrawn });
  session.outline = { ...draft, slice: shown, held: null, replaces: replaced };
  tellAdjusting(session);
}

/** Whether nothing that was done since is in effect, as far as is known here: the host knows it all. */
function isLatest({ revision, undo }: Document, { isMade, ...replaced }: ReplacedOutline): boolean {
  return isMade ? undo?.kind === 'outline' : revision === replaced.revision;
}

function isShownOn(session: ViewerSession, pane: Pane, { slice }: OutlineDraft): boolean {
  const shown = session.shownSlice(pane);
  return shown !== null && isSameSlice(slice, shown);
}

/** The outline in hand as it would go on to the pen; null where it is not drawn on the slice shown. */
export function outlineOn(
  session: ViewerSession,
  pane: Pane,
  pen: CanvasPoint | null,
): DrawnOutline | null {
  const shown = session.shownSlice(pane);
  const draft = session.outline;
  if (shown === null) return null;
  if (draft === null) return isoContourOn(session, shown);
  if (!isSameSlice(draft.slice, shown)) return null;
  const { corners, wire, held, isClosed } = draft;
  const isFree = pen !== null && draft.pen === null && !isClosed;
  const next = isFree && gripAt(draft, shown, pen) === null ? pen : null;
  const marks = cornersOn(shown, markedOf(draft));
  if (wire !== null) {
    const added = next === null ? [] : wireOnto(draft, shown, next);
    const along = cornersOn(shown, [...corners, ...added]);
    return { corners: along, isClosed, marks, held, pen: null };
  }
  if (!draft.isSmooth) {
    return { corners: cornersOn(shown, pathOf(draft)), isClosed, marks, held, pen: next };
  }
  // As it would be filled.
  const through = next === null ? corners : [...corners, lpsUnder(shown, next)];
  const curve = cornersOn(shown, closedSpline(through));
  return {
    corners: curve,
    isClosed: through.length >= LEAST_CORNERS,
    marks,
    held,
    pen: null,
  };
}

function isoContourOn({ hand }: ViewerSession, shown: ShownSlice): DrawnOutline | null {
  const corners = hand.isoContours.on(shown);
  if (corners === null) return null;
  return { corners: cornersOn(shown, corners), isClosed: true, marks: [], held: null, pen: null };
}

/** Corners and anchors that can be taken hold of; of what is just drawn free-hand only the first one. */
function markedOf(draft: OutlineDraft) {
  const { corners, by, pen, wire } = draft;
  if (wire !== null) return nodesOf(draft);
  if (pen?.kind === 'draws') return corners.slice(0, pen.nBefore + 1);
  return by === 'clicks' ? corners : corners.slice(0, 1);
}

/** The form of the pen over the outline in hand: what a press would do. */
export function outlineCursor(session: ViewerSession, pane: Pane, at: CanvasPoint): string {
  const { outline } = session;
  const shown = session.shownSlice(pane);
  if (outline === null || shown === null || !isSameSlice(outline.slice, shown)) return '';
  const isWire = session.state.outlineWay === 'wire';
  const grip = gripAt(isWire ? outline : unwired(outline), shown, at);
  if (grip === null) return '';
  return grip.kind === 'corner' ? 'move' : 'copy';
}

/** Takes the next or the previous corner or anchor of the outline in hand, for keys. */
export function holdNext(session: ViewerSession, step: 1 | -1): void {
  if (session.outline !== null) session.outline = withNextHeld(session.outline, step);
  // Those beside it are wanted before it moves.
  void findWays(session);
}

/** A key for the outline in hand: done, a corner moved or one less, or dropped. Whether there was one for it. */
export function outlineByKey(session: ViewerSession, event: KeyboardEvent): boolean {
  const { outline } = session;
  const { key, shiftKey } = event;
  if (outline === null) return false;
  switch (key) {
    case 'Enter':
      // With Shift it is for the plane: a corner at the crosshair.
      if (shiftKey) return false;
      void closeOrFinish(session);
      return true;
    case 'Backspace':
    case 'Delete':
      session.outline = withoutOne(outline);
      void findWays(session);
      return true;
    case 'Escape':
      session.outline = null;
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
    case 'ArrowUp':
    case 'ArrowDown':
      return isOnPlane(event.target) && nudge(session, outline, ARROWS[key], shiftKey ? 5 : 1);
    default:
      return false;
  }
}

function nudge(
  session: ViewerSession,
  outline: OutlineDraft,
  [right, down]: readonly [number, number],
  step: number,
): boolean {
  const pane = paneInHand(session);
  const shown = pane === undefined ? null : session.shownSlice(pane);
  if (outline.held === null || shown === null || !isSameSlice(outline.slice, shown)) return false;
  session.outline = withHeldMoved(outline, shown, [right * step, down * step]);
  void findWays(session);
  return true;
}

function reachOf({ state, unit }: ViewerSession): Reach {
  const { outlineReach: kind, outlineDepth } = state;
  return kind === 'depth' ? { kind, mm: outlineDepth * unit.mm } : { kind };
}

function outlineEffect(session: ViewerSession, draft: OutlineDraft): Effect {
  const { state } = session;
  const { slice } = draft;
  return {
    type: 'outline',
    path: pathOf(draft).map(({ mm: [x, y, z] }) => [x, y, z]),
    slice:
      slice.plane.turned === null ? { axis: slice.plane.sliceAxis, index: slice.sliceIndex } : null,
    plane: wirePlaneOf(cutPlaneOf(slice)),
    reach: reachOf(session),
    mode: state.outlineMode,
  };
}
