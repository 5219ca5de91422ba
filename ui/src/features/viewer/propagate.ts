/** Takes the active segment's section to the slice beside it, and goes there. */

import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import { paneInHand } from './hand';
import type { ViewerSession } from './session';

/** How alike slices have to be around the section. */
const LEAST_ALIKE = 0.7;

export function propagateActions(session: ViewerSession): Action[] {
  const isEnabled = () => session.activeSegment !== null;
  const run = (by: 1 | -1) => () => void propagate(session, by);
  return [
    {
      id: 'viewer.propagate.next',
      label: t('viewer.propagate.next'),
      run: run(1),
      isEnabled,
    },
    {
      id: 'viewer.propagate.previous',
      label: t('viewer.propagate.previous'),
      run: run(-1),
      isEnabled,
    },
  ];
}

async function propagate(session: ViewerSession, by: 1 | -1): Promise<void> {
  const pane = paneInHand(session);
  if (pane === undefined) return;
  const { plane, shownPlane } = pane;
  if (shownPlane.turned !== null) {
    session.notify(t('viewer.cannot_propagate.turned'));
    return;
  }
  const axis = plane.sliceAxis;
  const index = session.state.crosshair.ijk[axis];
  const to = index + by;
  if (to < 0 || to >= session.grid.size[axis]) return;
  const effect = { from: { axis, index }, to, least_alike: LEAST_ALIKE } as const;
  const made = await session.runEffect({ type: 'propagate', ...effect }, null);
  // Whoever went elsewhere meanwhile stays there.
  if (made !== null && session.state.crosshair.ijk[axis] === index) {
    session.scroll(plane, by, performance.now());
  }
}
