/** The lines of the other planes under the pen. */

import type { Pane } from '../../engine/pane';
import type { CanvasPoint, PointLps } from '../../model/space';
import {
  angleBetweenPens,
  draggedAcross,
  gripAt,
  linesOf,
  turnedOn,
  type Grip,
  type NamedAxes,
  type PlaneLine,
} from '../../tools/lines';
import type { ShownSlice } from '../../tools/place';
import type { ViewerSession } from './session';
import type { ViewerState } from './state';
import { crossingOf, othersOf, turnTo, voxelAt } from './turning';

/** A line in hand, with all as it was at pen down. */
export interface LineDrag {
  readonly kind: 'line';
  readonly grip: Grip;
  /** Only the plane of this line turns: the others need not stay at right angles to it. */
  readonly isFree: boolean;
  readonly shown: ShownSlice;
  readonly from: CanvasPoint;
  /** Where the pen was last, and how far round it has gone. */
  readonly last: CanvasPoint;
  readonly radians: number;
  readonly crossing: PointLps;
  readonly others: readonly NamedAxes[];
  readonly hasMoved: boolean;
  readonly before: Pick<ViewerState, 'turning' | 'crosshair'>;
}

/** A pen that moved less was pressed, not dragged, CSS px. */
const CLICK_PX = 3;

export function linesOn(session: ViewerSession, pane: Pane): PlaneLine[] {
  const shown = session.shownSlice(pane);
  if (shown === null || session.planes.length === 1) return [];
  const crossing = crossingOf(session.grid, session.state);
  return linesOf(shown, crossing, othersOf(session, pane.plane.name));
}

/** What of a line is under the pen: lines can be dragged while they are shown and no tool draws. */
export function gripUnder(session: ViewerSession, pane: Pane, at: CanvasPoint): Grip | null {
  const { tool, hasCrosshair } = session.state;
  if (tool !== 'navigate' || !hasCrosshair) return null;
  return gripAt(linesOn(session, pane), pane.canvas, at);
}

export function beginLine(
  session: ViewerSession,
  pane: Pane,
  at: CanvasPoint,
  isFree: boolean,
): LineDrag | null {
  const grip = gripUnder(session, pane, at);
  const shown = session.shownSlice(pane);
  if (grip === null || shown === null) return null;
  const others = othersOf(session, pane.plane.name);
  return {
    kind: 'line',
    grip,
    isFree,
    shown,
    from: at,
    last: at,
    radians: 0,
    crossing: crossingOf(session.grid, session.state),
    others,
    hasMoved: false,
    before: { turning: session.state.turning, crosshair: session.state.crosshair },
  };
}

export function dragLine(session: ViewerSession, drag: LineDrag, at: CanvasPoint): LineDrag {
  const { grip, shown, from, crossing } = drag;
  const hasMoved = drag.hasMoved || Math.hypot(at.x - from.x, at.y - from.y) >= CLICK_PX;
  if (!hasMoved) return drag;
  const { line } = grip;
  if (grip.does === 'move') {
    moveTo(session, draggedAcross(shown, line, crossing, from, at));
    return { ...drag, hasMoved };
  }
  const radians = drag.radians + angleBetweenPens(line.centre, drag.last, at);
  const wanted = drag.isFree ? drag.others.filter(({ name }) => name === line.name) : drag.others;
  turnTo(session, turnedOn(shown.plane.axes, wanted, radians), performance.now());
  return { ...drag, hasMoved, radians, last: at };
}

/** Pen up: a line that was only clicked takes the crosshair there, as anywhere else. */
export function endLine(session: ViewerSession, { hasMoved, shown, from }: LineDrag): void {
  if (!hasMoved) session.moveCrosshairUnder(shown, from);
}

/** As it was at pen down. */
export function dropLine(session: ViewerSession, { hasMoved, before }: LineDrag): void {
  if (hasMoved) session.aim(before, performance.now());
}

function moveTo(session: ViewerSession, point: PointLps): void {
  const voxel = voxelAt(session.grid, point);
  if (voxel === null) return;
  if (session.state.turning === null) session.moveCrosshair(voxel, performance.now());
  else session.moveTo(point, performance.now());
}
