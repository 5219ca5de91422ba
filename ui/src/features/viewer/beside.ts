/** The slice or turned plane beside the one shown: where sections and outlines are taken along to. */

import type { Pane } from '../../engine/pane';
import type { Effect } from '../../host/wire';
import { plus, scale } from '../../model/affine';
import { indexOf, lpsOf } from '../../model/grid';
import { continuousIndex, pointLps, withComponent, type PointLps } from '../../model/space';
import { normalOf, stepAcross } from '../../model/turn';
import { isSameSlice } from '../../tools/outline-draft';
import type { ShownSlice } from '../../tools/place';
import type { ViewerSession } from './session';

export interface Beside {
  readonly index: number;
  /** Of a turned plane, along its normal. */
  readonly mm: number;
  /** Where a point of the slice shown comes to lie in it. */
  readonly moved: (point: PointLps) => PointLps;
}

/** Null where there is no such slice. */
export function sliceBeside(session: ViewerSession, shown: ShownSlice, by: 1 | -1): Beside | null {
  const { grid, plane, sliceIndex } = shown;
  const axis = plane.sliceAxis;
  if (plane.turned !== null) {
    const base = session.planes.find(({ name }) => name === plane.name) ?? plane;
    const normal = normalOf(plane.axes);
    const mm = by * stepAcross(grid, base, normal);
    const moved = (point: PointLps) => pointLps(plus(point.mm, scale(normal, mm)));
    return { index: sliceIndex, mm, moved };
  }
  const index = sliceIndex + by;
  if (index < 0 || index >= grid.size[axis]) return null;
  const moved = (point: PointLps) => {
    const { ijk } = indexOf(grid, point);
    return lpsOf(grid, continuousIndex(withComponent(ijk, axis, ijk[axis] + by)));
  };
  return { index, mm: 0, moved };
}

/** Does an effect on the slice beside the one shown, and goes there. */
export async function runBeside(
  session: ViewerSession,
  effect: Effect,
  { pane, shown, by }: { readonly pane: Pane; readonly shown: ShownSlice; readonly by: 1 | -1 },
): Promise<void> {
  const made = await session.runEffect(effect, null);
  // Whoever went elsewhere meanwhile stays there.
  const now = session.shownSlice(pane);
  if (made !== null && now !== null && isSameSlice(now, shown)) {
    session.scroll(pane.plane, by, performance.now());
  }
}
