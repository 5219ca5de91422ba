/** How the planes share the viewer's room, remembered for the next image. */

import type { Plane, PlaneName } from '../../model/plane';
import { recallChoice, remember } from '../../shared/remembered';
import type { ViewerSession } from './session';

/** All equal, one large and the others small beside it, or one alone. */
export const LAYOUTS = ['four', 'large', 'one'] as const;

export type Layout = (typeof LAYOUTS)[number];

export interface Arrangement {
  /** When no plane is maximised. */
  readonly together: Exclude<Layout, 'one'>;
  /** The plane that is large among the others, or was alone last. */
  readonly main: PlaneName;
  /** The plane that fills the viewer, if one does. */
  readonly maximised: PlaneName | null;
}

export function layoutOf({ together, maximised }: Arrangement): Layout {
  return maximised === null ? together : 'one';
}

/** The arrangement in another layout; which plane is the main one stays. */
export function inLayout({ together, main }: Arrangement, layout: Layout): Arrangement {
  return layout === 'one'
    ? { together, main, maximised: main }
    : { together: layout, main, maximised: null };
}

/** With a plane as the main one: large, or alone if one was alone. */
export function withMain({ together, maximised }: Arrangement, main: PlaneName): Arrangement {
  return { together, main, maximised: maximised === null ? null : main };
}

/** Fills the viewer with a plane, or shows all again. */
export function maximisedOrAll({ together, maximised }: Arrangement, main: PlaneName): Arrangement {
  return { together, main, maximised: maximised === null ? main : null };
}

export function nextPlane(planes: readonly Plane[], main: PlaneName): PlaneName {
  const at = planes.findIndex(({ name }) => name === main);
  return planes[(at + 1) % planes.length]?.name ?? main;
}

/** As it was left; the only plane of a flat image always has the controls beside it. */
export function recalledArrangement(planes: readonly PlaneName[]): Arrangement {
  const main = recallChoice('layout.main', planes, planes[0] ?? 'own');
  const layout = recallChoice('layout', LAYOUTS, 'four');
  const arrangement: Arrangement = { together: 'four', main, maximised: null };
  return planes.length > 1 ? inLayout(arrangement, layout) : arrangement;
}

/** Arranges the planes anew, and remembers it. */
export function arrange(session: ViewerSession, arrangement: Arrangement): void {
  session.update(arrangement);
  if (session.planes.length === 1) return;
  remember('layout', layoutOf(arrangement));
  remember('layout.main', arrangement.main);
}
