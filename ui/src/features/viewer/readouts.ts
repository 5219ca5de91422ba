/** What the panes of a viewer say under the pen and at the crosshair. */

import type { Frame } from '../../engine/frame';
import type { Pane } from '../../engine/pane';
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

/**
 * From a pane that shows the voxel itself. Where none does, only the place is told: a turned plane or a
 * slab has no voxel's own value.
 */
export function crosshairReadout(session: ViewerSession): Readout | null {
  const { grid, stage, state } = session;
  const { crosshair: voxel, turning, slabs } = state;
  const { ijk } = voxel;
  const isSlice = ({ plane, slab, index }: Frame) =>
    slab === null && plane.turned === null && index === ijk[plane.sliceAxis];
  const slice = stage.panes.find(({ frame }) => frame !== null && isSlice(frame));
  if (slice !== undefined) return readoutOn(session, slice, { space: 'continuous', ijk });
  if (turning === null && Object.keys(slabs).length === 0) return null;
  return { position: crossingOf(grid, state), voxel, values: [], segments: [] };
}

function readoutOn(session: ViewerSession, pane: Pane, at: ContinuousIndex): Readout | null {
  if (pane.frame === null) return null;
  const { segments = [] } = session.documentOn(pane) ?? {};
  return readoutAt(session.grid, session.image, segments, pane.frame, at);
}
