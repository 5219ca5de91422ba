/** Outlines along one value: that through the place under the pen is shown, and a click does it. */

import type { Pane } from '../../engine/pane';
import { toHostError } from '../../host';
import type { CanvasPoint, PointLps } from '../../model/space';
import { t } from '../../shared/messages';
import { pixelSizeOf, placeAmongPixels, pointOfPixel } from '../../tools/live-wire';
import { isSameSlice, outlineThrough, type OutlineDraft } from '../../tools/outline-draft';
import { lpsUnder, type ShownSlice } from '../../tools/place';
import type { ViewerSession } from './session';
import { pixelPlace } from './source';

/** Values are not smoothed by more. */
export const MOST_SMOOTHING_MM = 50;

/** What a contour depends on. */
interface Through {
  readonly slice: ShownSlice;
  readonly point: PointLps;
  readonly volume: number;
  readonly smoothingMm: number;
}

interface IsoContour {
  readonly slice: ShownSlice;
  readonly corners: readonly PointLps[];
}

/** The contour under the pen, asked for anew when the pen moves: one question at a time. */
export class IsoContours {
  #wanted: Through | null = null;
  #shown: IsoContour | null = null;
  #isAsking = false;

  /** The contour to draw on a slice. */
  on(slice: ShownSlice): readonly PointLps[] | null {
    return this.#shown !== null && isSameSlice(this.#shown.slice, slice)
      ? this.#shown.corners
      : null;
  }

  /** Takes the place that the pen is at now. */
  follow(session: ViewerSession, wanted: Through | null): void {
    if (isSame(this.#wanted, wanted)) return;
    this.#wanted = wanted;
    if (wanted === null) this.#show(session, null);
    else if (!this.#isAsking) void this.#askAll(session);
  }

  async #askAll(session: ViewerSession): Promise<void> {
    this.#isAsking = true;
    let asked: Through | null = null;
    while (this.#wanted !== null && this.#wanted !== asked) {
      asked = this.#wanted;
      // Why there is none is told when it is clicked.
      const corners = await contourThrough(session, asked).catch(() => []);
      if (this.#wanted !== null) this.#show(session, { slice: asked.slice, corners });
    }
    this.#isAsking = false;
  }

  #show(session: ViewerSession, contour: IsoContour | null): void {
    this.#shown = contour;
    session.stage.invalidateOverlays();
  }
}

/** Has the contour under the pen shown, or none where a click would not do one. */
export function followPen(session: ViewerSession): void {
  const { pen, state, outline } = session;
  const isWanted = state.tool === 'draw' && state.outlineWay === 'iso' && outline === null;
  const slice = pen === null || !isWanted ? null : session.shownSlice(pen.pane);
  const isSlice = pen?.pane.frame?.slab === null && slice !== null;
  session.hand.isoContours.follow(session, isSlice ? throughOf(session, slice, pen.at) : null);
}

/** Pen down: the contour under the pen as an outline in hand; null where there is none, which is told. */
export async function takenContour(
  session: ViewerSession,
  pane: Pane,
  slice: ShownSlice,
  at: CanvasPoint,
): Promise<OutlineDraft | null> {
  if (pane.frame?.slab !== null) {
    // Its values are not those of the voxels in the middle.
    session.notify(t('viewer.cannot_iso.slab'));
    return null;
  }
  try {
    const corners = await contourThrough(session, throughOf(session, slice, at));
    const isThere = corners.length > 0;
    const draft = outlineThrough(slice, corners, at);
    if (isThere) return { ...draft, by: 'edges', isClosed: true, drawn: corners };
    session.notify(t('viewer.iso.none'));
  } catch (reason) {
    session.notify(toHostError(reason).message);
  }
  return null;
}

function throughOf(session: ViewerSession, slice: ShownSlice, at: CanvasPoint): Through {
  const { volume, isoSmoothing } = session.state;
  const smoothingMm = Math.min(isoSmoothing * session.unit.mm, MOST_SMOOTHING_MM);
  return { slice, point: lpsUnder(slice, at), volume, smoothingMm };
}

function isSame(a: Through | null, b: Through | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.volume === b.volume &&
    a.smoothingMm === b.smoothingMm &&
    a.point.mm.every((mm, n) => mm === b.point.mm[n]) &&
    isSameSlice(a.slice, b.slice)
  );
}

async function contourThrough(
  session: ViewerSession,
  { slice, point, volume, smoothingMm }: Through,
): Promise<PointLps[]> {
  const reply = await session.host.bytes({
    kind: 'iso_contour',
    image: session.image.id,
    volume,
    contour: {
      place: pixelPlace(slice, { first: [0, 0], size: pixelSizeOf(slice) }),
      at: [...placeAmongPixels(slice, point)],
      sigma_mm: smoothingMm,
    },
  });
  if (reply.kind !== 'iso_contour') throw new Error(`a ${reply.kind}, not a contour`);
  const { corners } = reply;
  return Array.from({ length: corners.length / 2 }, (_, n) =>
    pointOfPixel(slice, [corners[2 * n] ?? 0, corners[2 * n + 1] ?? 0]),
  );
}
