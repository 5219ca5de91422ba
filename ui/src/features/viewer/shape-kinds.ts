/** The kinds of shapes that can be drawn, and choosing one. */

import type { Action } from '../../model/actions';
import { FIGURE_KINDS, type DrawnKind } from '../../model/figure';
import { t } from '../../shared/messages';
import { remember } from '../../shared/remembered';
import type { ViewerSession } from './session';

/** Takes the shape tool in hand, to draw a kind; it is the one next time. */
export function chooseShape(session: ViewerSession, shapeKind: DrawnKind): void {
  const refusal = session.shapes.refusalOf(shapeKind);
  if (refusal !== null) return session.notify(refusal);
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

/** The next one in the list that may be drawn; the same one when the tool is just taken in hand. */
function kindAfter({ shapes, state: { tool, shapeKind } }: ViewerSession): DrawnKind {
  if (tool !== 'shape') return shapeKind;
  const at = FIGURE_KINDS.indexOf(shapeKind);
  const others = [...FIGURE_KINDS.slice(at + 1), ...FIGURE_KINDS.slice(0, at)];
  return others.find((kind) => shapes.refusalOf(kind) === null) ?? shapeKind;
}

/** Why a kind is not drawn: a class refuses it. */
export function refusalText(kind: DrawnKind, refusedBy: string | null): string | null {
  if (refusedBy === null) return null;
  return t('viewer.tool_refused', { tool: t(`shape.${kind}`), class: refusedBy });
}
