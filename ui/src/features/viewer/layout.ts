/** How the planes and the space share the viewer's room, remembered for the next image. */

import type { Plane, PlaneName } from '../../model/plane';
import { recallChoice, remember } from '../../shared/remembered';
import type { ViewerSession } from './session';

/** All equal, one large and the others small beside it, one alone, or the space alone. */
export const LAYOUTS = ['four', 'large', 'one', 'space'] as const;

export type Layout = (typeof LAYOUTS)[number];

/** A plane, or the space with surfaces in it. */
export type PaneName = PlaneName | 'space';

export interface Arrangement {
  /** When no pane is maximised. */
  readonly together: 'four' | 'large';
  /** The pane that is large among the others, or was alone last. */
  readonly main: PaneName;
  /** The pane that fills the viewer, if one does. */
  readonly maximised: PaneName | null;
}

export function layoutOf({ together, maximised }: Arrangement): Layout {
  if (maximised === null) return together;
  return maximised === 'space' ? 'space' : 'one';
}

/** The arrangement in another layout; which pane is the main one stays. */
export function inLayout({ together, main }: Arrangement, layout: Layout): Arrangement {
  switch (layout) {
    case 'one':
      return { together, main, maximised: main };
    case 'space':
      return { together, main, maximised: 'space' };
    case 'four':
    case 'large':
      return { together: layout, main, maximised: null };
  }
}

/** With a pane as the main one: large, or alone if one was alone. */
export function withMain({ together, maximised }: Arrangement, main: PaneName): Arrangement {
  return { together, main, maximised: maximised === null ? null : main };
}

/** Fills the viewer with a pane, or shows all again. */
export function maximisedOrAll({ together, maximised }: Arrangement, main: PaneName): Arrangement {
  return { together, main, maximised: maximised === null ? main : null };
}

export function nextPane(planes: readonly Plane[], main: PaneName): PaneName {
  const panes: PaneName[] = [...planes.map(({ name }) => name), 'space'];
  return panes[(panes.indexOf(main) + 1) % panes.length] ?? main;
}

/** As it was left; the only plane of a flat image always has the controls beside it. */
export function recalledArrangement(planes: readonly PlaneName[]): Arrangement {
  const panes: readonly PaneName[] = [...planes, 'space'];
  const main = recallChoice('layout.main', panes, planes[0] ?? 'own');
  const layout = recallChoice('layout', LAYOUTS, 'four');
  const flat: Arrangement = { together: 'four', main: planes[0] ?? 'own', maximised: null };
  return planes.length > 1 ? inLayout({ ...flat, main }, layout) : flat;
}

/** Arranges the panes anew, and remembers it. */
export function arrange(session: ViewerSession, arrangement: Arrangement): void {
  session.update(arrangement);
  if (session.planes.length === 1) return;
  remember('layout', layoutOf(arrangement));
  remember('layout.main', arrangement.main);
}
