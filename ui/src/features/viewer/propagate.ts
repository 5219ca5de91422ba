/** Takes the active segment's section to the slice beside it by the image, and goes there. */

import type { Effect } from '../../host/wire';
import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import type { ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { runBeside, sliceBeside, type Beside } from './beside';
import { paneInHand } from './hand';
import { wirePlaneOf } from './painting';
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
  const shown = pane === undefined ? null : session.shownSlice(pane);
  const beside = shown === null ? null : sliceBeside(session, shown, by);
  if (pane === undefined || shown === null || beside === null) return;
  await runBeside(session, propagated(shown, beside), { pane, shown, by });
}

function propagated(shown: ShownSlice, { index: to, mm }: Beside): Effect {
  const plane = wirePlaneOf(cutPlaneOf(shown));
  const least_alike = LEAST_ALIKE;
  if (plane !== null) return { type: 'propagate_plane', from: plane, mm, planes: 1, least_alike };
  const from = { axis: shown.plane.sliceAxis, index: shown.sliceIndex };
  return { type: 'propagate', from, to, least_alike };
}
