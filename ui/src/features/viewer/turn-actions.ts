/** Turning planes, and slabs, for the keyboard and the action finder: on the plane in hand. */

import type { Pane } from '../../engine/pane';
import type { Slab } from '../../engine/slices';
import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import { paneInHand } from './hand';
import type { ViewerSession } from './session';
import { nextProjection, setSlab, stepThickness, straighten, turnOthers } from './turning';

/** Of a key, degrees. */
const TURN = 5;
const FINE_TURN = 1;

export function turnActions(session: ViewerSession): Action[] {
  const onPane = (run: (pane: Pane) => void) => () => {
    const pane = paneInHand(session);
    if (pane !== undefined) run(pane);
  };
  const turn = (degrees: number) => onPane((pane) => turnOthers(session, pane, degrees));
  const slab = (next: (slab: Slab | undefined) => Slab | null) =>
    onPane(({ plane: { name } }) => setSlab(session, name, next(session.state.slabs[name])));
  return [
    { id: 'viewer.turn.right', label: t('viewer.turn.right'), run: turn(TURN) },
    { id: 'viewer.turn.left', label: t('viewer.turn.left'), run: turn(-TURN) },
    { id: 'viewer.turn.right_fine', label: t('viewer.turn.right_fine'), run: turn(FINE_TURN) },
    { id: 'viewer.turn.left_fine', label: t('viewer.turn.left_fine'), run: turn(-FINE_TURN) },
    {
      id: 'viewer.turn.straighten',
      label: t('viewer.turn.straighten'),
      run: () => straighten(session),
      isEnabled: () => session.state.turning !== null,
    },
    { id: 'viewer.slab.next', label: t('viewer.slab.next'), run: slab(nextProjection) },
    {
      id: 'viewer.slab.thicker',
      label: t('viewer.slab.thicker'),
      run: slab((now) => stepThickness(now, 1)),
    },
    {
      id: 'viewer.slab.thinner',
      label: t('viewer.slab.thinner'),
      run: slab((now) => stepThickness(now, -1)),
    },
  ];
}
