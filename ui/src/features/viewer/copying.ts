/** Takes what is drawn on a slice along to the slice beside it: an outline, else the segment's section. */

import type { Pane } from '../../engine/pane';
import type { Effect } from '../../host/wire';
import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import type { OutlineDraft } from '../../tools/outline-draft';
import { closedOutline } from '../../tools/outline-edit';
import type { ShownSlice } from '../../tools/place';
import { cutPlaneOf } from '../../tools/stroke';
import { runBeside, sliceBeside, type Beside } from './beside';
import { paneInHand } from './hand';
import { finishedOutline } from './outlines';
import { wirePlaneOf } from './painting';
import type { ViewerSession } from './session';

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
  await runBeside(session, sectionCopied(shown, beside), { pane, shown, by });
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
