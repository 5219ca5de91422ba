/** Accepts what a preview shows in the slice of the plane in hand. */

import type { SlicePlace } from '../../host/wire';
import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import { paneInHand } from './hand';
import type { ViewerSession } from './session';

export function acceptAction(
  session: ViewerSession,
  accepting: () => ((slice: SlicePlace) => void) | null,
): Action {
  return {
    id: 'viewer.accept_slice',
    label: t('effects.accept.slice'),
    run: () => {
      const pane = paneInHand(session);
      if (pane === undefined) return;
      const axis = pane.plane.sliceAxis;
      accepting()?.({ axis, index: session.state.crosshair.ijk[axis] });
    },
    isEnabled: () => accepting() !== null,
  };
}
