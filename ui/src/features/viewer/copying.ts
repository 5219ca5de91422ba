/** Takes what is drawn on a slice along to the slice beside it: an outline, else the segment's section. */

import type { Pane } from '../../engine/pane';
import type { Effect } from '../../host/wire';
import type { Action } from '../../model/actions';
import { dot, minus, plus, scale } from '../../model/affine';
import { indexOf, lpsOf } from '../../model/grid';
import { continuousIndex, pointLps, withComponent, type PointLps } from '../../model/space';
import { normalOf } from '../../model/turn';
import { t } from '../../shared/messages';
import { isSameSlice, type OutlineDraft } from '../../tools/outline-draft';
import { closedOutline } from '../../tools/outline-edit';
import type { ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { paneInHand } from './hand';
import { finishedOutline } from './outlines';
import { wirePlaneOf } from './painting';
import type { ViewerSession } from './session';
import { crossingOf, scrolledPoint } from './turning';

export function copyActions(session: ViewerSession): Action[] {
  const isEnabled = () => session.activeSegment !== null;
  const run = (by: 1 | -1) => () => void copy(session, by);
  return [
    { id: 'viewer.copy.next', label: t('viewer.copy.next'), run: run(1), isEnabled },
    { id: 'viewer.copy.previous', label: t('viewer.copy.previous'), run: run(-1), isEnabled },
  ];
}

async function copy(session: ViewerSession, by: 1 | -1): Promise<void> {
  const pane = paneInHand(session);
  const shown = pane === undefined ? null : session.shownSlice(pane);
  const beside = shown === null ? null : sliceBeside(session, shown, by);
  if (pane === undefined || shown === null || beside === null) return;
  if (session.state.tool === 'draw') {
    const done = await finishedOutline(session, pane);
    if (done === 'refused') return;
    if (done !== null) {
      session.scroll(pane.plane, by, performance.now());
      session.outline = carried(session, done, { pane, beside });
      return;
    }
  }
  const made = await session.runEffect(sectionCopied(shown, beside), null);
  // Whoever went elsewhere meanwhile stays there.
  const now = session.shownSlice(pane);
  if (made !== null && now !== null && isSameSlice(now, shown)) {
    session.scroll(pane.plane, by, performance.now());
  }
}

/** A slice beside the one shown, and where points of that come to lie in it. */
interface Beside {
  readonly index: number;
  /** Of a turned plane, along its normal. */
  readonly mm: number;
  readonly moved: (point: PointLps) => PointLps;
}

function sliceBeside(session: ViewerSession, shown: ShownSlice, by: 1 | -1): Beside | null {
  const { grid, plane, sliceIndex } = shown;
  const axis = plane.sliceAxis;
  if (plane.turned !== null) {
    const base = session.planes.find(({ name }) => name === plane.name) ?? plane;
    const at = crossingOf(grid, session.state);
    const normal = normalOf(plane.axes);
    const mm = dot(minus(scrolledPoint(grid, base, plane, at, by).mm, at.mm), normal);
    const moved = (point: PointLps) => pointLps(plus(point.mm, scale(normal, mm)));
    return { index: sliceIndex, mm, moved };
  }
  const index = sliceIndex + by;
  if (index < 0 || index >= grid.size[axis]) return null;
  const moved = (point: PointLps) => {
    const { ijk } = indexOf(grid, point);
    return lpsOf(grid, continuousIndex(withComponent(ijk, axis, ijk[axis] + by)));
  };
  return { index, mm: 0, moved };
}

function sectionCopied(shown: ShownSlice, { index, mm }: Beside): Effect {
  const plane = wirePlaneOf(cutPlaneOf(shown));
  if (plane !== null) return { type: 'copy_plane', from: plane, mm };
  const from = { axis: shown.plane.sliceAxis, index: shown.sliceIndex };
  return { type: 'copy_slice', from, to: index };
}

/** An outline as it is taken in hand on the slice beside its own, to be adjusted there. */
function carried(
  session: ViewerSession,
  done: OutlineDraft,
  { pane, beside }: { readonly pane: Pane; readonly beside: Beside },
): OutlineDraft {
  const { view, canvas, plane } = pane;
  const { drawn, corners, ...rest } = closedOutline(done);
  return {
    ...rest,
    slice: { grid: session.grid, plane, view, canvas, sliceIndex: beside.index },
    corners: corners.map(beside.moved),
    drawn: drawn?.map(beside.moved) ?? null,
    wire: null,
    held: null,
    pen: null,
    nPresses: 0,
    replaces: null,
  };
}
