/** The kinds of shapes that can be drawn, and choosing one. */

import type { Action } from '../../model/actions';
import { FIGURE_KINDS, type DrawnKind } from '../../model/figure';
import { t } from '../../shared/messages';
import { remember } from '../../shared/remembered';
import type { ViewerSession } from './session';

/** Takes the shape tool in hand, to draw a kind; it is the one next time. */
export function chooseShape(session: ViewerSession, shapeKind: DrawnKind): void {
  remember('shape.kind', shapeKind);
  session.shapes.drop();
  session.update({ tool: 'shape', shapeKind });
}

export function shapeActions(session: ViewerSession): Action[] {
  return [
    {
      id: 'viewer.shape.next',
      label: t('viewer.shape.next'),
      run: () => chooseShape(session, kindAfter(session)),
    },
    ...FIGURE_KINDS.map((kind) => ({
      id: `viewer.shape.${kind}`,
      label: t('viewer.shape.draw', { kind: t(`shape.${kind}`) }),
      run: () => chooseShape(session, kind),
    })),
  ];
}

/** The next one in the list; the same one when the tool is just taken in hand. */
function kindAfter({ state: { tool, shapeKind } }: ViewerSession): DrawnKind {
  if (tool !== 'shape') return shapeKind;
  const next = FIGURE_KINDS.indexOf(shapeKind) + 1;
  return FIGURE_KINDS[next % FIGURE_KINDS.length] ?? shapeKind;
}
