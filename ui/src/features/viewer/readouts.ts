/** What the panes of a viewer say under the pen and at the crosshair. */

import type { Pane } from '../../engine/pane';
import type { CanvasPoint } from '../../model/space';
import { indexUnder } from '../../tools/place';
import { readoutAt, type Readout } from './readout';
import type { ViewerSession } from './session';

export function readoutUnder(session: ViewerSession, pane: Pane, at: CanvasPoint): Readout | null {
  const shown = session.shownSlice(pane);
  if (shown === null || pane.frame === null) return null;
  const { grid, image } = session;
  const { segments = [] } = session.documentOn(pane) ?? {};
  return readoutAt(grid, image, segments, pane.frame, indexUnder(shown, at));
}

/** From a pane that shows the voxel itself. */
export function crosshairReadout(session: ViewerSession): Readout | null {
  const { grid, image, stage, state } = session;
  const { ijk } = state.crosshair;
  const pane = stage.panes.find(
    ({ frame }) =>
      frame !== null &&
      frame.plane.turned === null &&
      frame.slab === null &&
      frame.index === ijk[frame.plane.sliceAxis],
  );
  if (pane === undefined || pane.frame === null) return null;
  const { segments = [] } = session.documentOn(pane) ?? {};
  return readoutAt(grid, image, segments, pane.frame, { space: 'continuous', ijk });
}
