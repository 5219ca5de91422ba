/** Actions of the outline tool, for the keyboard, the buttons and the action finder. */

import type { Action } from '../../model/actions';
import { t } from '../../shared/messages';
import { remember } from '../../shared/remembered';
import { holdNext, outlineAgain } from './outlines';
import type { ViewerSession } from './session';
import type { OutlineWay } from './state';

export function outlineActions(session: ViewerSession): Action[] {
  return [
    {
      id: 'viewer.outline.spline',
      label: t('viewer.action.spline'),
      run: () => chooseWay(session, 'spline'),
    },
    {
      id: 'viewer.outline.iso',
      label: t('viewer.action.iso'),
      run: () => chooseWay(session, 'iso'),
    },
    {
      id: 'viewer.outline.adjust',
      label: t('viewer.action.adjust'),
      run: () => toggleAdjusting(session),
    },
    {
      id: 'viewer.outline.again',
      label: t('viewer.action.outline_again'),
      run: () => void outlineAgain(session),
    },
    {
      id: 'viewer.outline.next_corner',
      label: t('viewer.action.next_corner'),
      run: () => hold(session, 1),
    },
    {
      id: 'viewer.outline.previous_corner',
      label: t('viewer.action.previous_corner'),
      run: () => hold(session, -1),
    },
  ];
}

/** For arrows: a corner of the outline in hand, or a handle of the shape. */
function hold(session: ViewerSession, by: 1 | -1): void {
  if (session.state.tool === 'shape') session.shapes.holdNext(by);
  else holdNext(session, by);
}

/** Has outlines drawn that way, or by hand again. */
export function chooseWay(session: ViewerSession, way: Exclude<OutlineWay, 'free'>): void {
  session.update({ outlineWay: session.state.outlineWay === way ? 'free' : way });
}

/** Whether outlines can be adjusted before they are done; as the user wants it next time too. */
export function toggleAdjusting(session: ViewerSession): void {
  const isOutlineAdjusted = !session.state.isOutlineAdjusted;
  remember('outline.adjusted', isOutlineAdjusted ? 'yes' : 'no');
  session.update({ isOutlineAdjusted });
}
