/** What the panes of a viewer say under the pen and at the crosshair. */

import type { Frame } from '../../engine/frame';
import type { Pane } from '../../engine/pane';
import { indexOf } from '../../model/grid';
import type { CanvasPoint, ContinuousIndex } from '../../model/space';
import { indexUnder } from '../../tools/place';
import { readoutAt, type Readout } from './readout';
import type { ViewerSession } from './session';
import { crossingOf } from './turning';

export function readoutUnder(session: ViewerSession, pane: Pane, at: CanvasPoint): Readout | null {
  const shown = session.shownSlice(pane);
  if (shown === null) return null;
  return readoutOn(session, pane, indexUnder(shown, at));
}

/** From a pane that shows the voxel itself; where there is none, the value between voxels of a turned one. */
export function crosshairReadout(session: ViewerSession): Readout | null {
  const { grid, stage, state } = session;
  const { ijk } = state.crosshair;
  const isSlice = ({ plane, slab, index }: Frame) =>
    slab === null && plane.turned === null && index === ijk[plane.sliceAxis];
  const slice = stage.panes.find(({ frame }) => frame !== null && isSlice(frame));
  if (slice !== undefined) return readoutOn(session, slice, { space: 'continuous', ijk });
  if (state.turning === null) return null;
  const turned = stage.panes.find(
    ({ frame, isAsWanted }) => frame?.slab === null && frame.plane.turned !== null && isAsWanted,
  );
  if (turned === undefined) return null;
  return readoutOn(session, turned, indexOf(grid, crossingOf(grid, state)));
}

function readoutOn(session: ViewerSession, pane: Pane, at: ContinuousIndex): Readout | null {
  if (pane.frame === null) return null;
  const { segments = [] } = session.documentOn(pane) ?? {};
  return readoutAt(session.grid, session.image, segments, pane.frame, at);
}
