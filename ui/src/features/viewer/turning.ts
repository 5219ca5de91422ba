/** Planes turned about the crosshair, and slabs: what each pane is to show, and how it is changed. */

import { t } from '../../shared/messages';
import type { Pane } from '../../engine/pane';
import type { Projection, Slab } from '../../engine/slices';
import type { CutPlane } from '../../host/wire';
import { plus, scale } from '../../model/affine';
import { indexOf, lpsOf, type Grid } from '../../model/grid';
import type { Plane, PlaneName } from '../../model/plane';
import { inPlaneOfMm, mmOfInPlane, type ScreenAxes } from '../../model/plane-parts';
import {
  continuousIndex,
  pointLps,
  voxelIndex,
  withComponent,
  type PointLps,
} from '../../model/space';
import { angleBetween, isSamePlane, normalOf, scrollSign, turnedPlane } from '../../model/turn';
import type { View } from '../../model/view';
import { turnedOn, type NamedAxes } from '../../tools/lines';
import { placeIn } from '../../tools/place';
import type { ViewerSession } from './session';
import type { ViewerState } from './state';

/** Planes turned out of the grid, all through one point. */
export interface Turning {
  /** Where the planes cross; the crosshair is the voxel there. */
  readonly at: PointLps;
  /** Of the planes that are turned. */
  readonly axes: Readonly<Partial<Record<PlaneName, ScreenAxes>>>;
}

export type Slabs = Readonly<Partial<Record<PlaneName, Slab>>>;

export const PROJECTIONS = ['max', 'min', 'mean'] as const satisfies readonly Projection[];

export const FIRST_SLAB_MM = 10;
export const MAX_SLAB_MM = 1000;

/** Thicknesses that keys go through, mm. */
const THICKNESSES = [1, 2, 3, 5, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300] as const;

/** Where the planes cross. */
export function crossingOf(grid: Grid, { turning, crosshair }: ViewerState): PointLps {
  return turning?.at ?? lpsOf(grid, crosshair);
}

/** How a plane lies now. */
export function axesNow({ name, axes }: Plane, { turning }: ViewerState): ScreenAxes {
  return turning?.axes[name] ?? axes;
}

/** The planes that are turned, as cuts through the patient. */
export function cutPlanesOf(turning: Turning | null): Partial<Record<PlaneName, CutPlane>> {
  if (turning === null) return {};
  const cut = (axes: ScreenAxes): CutPlane => ({
    point: [...turning.at.mm],
    normal: [...normalOf(axes)],
  });
  const planes = Object.entries(turning.axes).map(([name, axes]) => [name, cut(axes)]);
  return Object.fromEntries(planes);
}

/** The angle by which a plane is turned, degrees; null of one that is not. */
export function angleOf(base: Plane, { turning }: ViewerState): number | null {
  const axes = turning?.axes[base.name];
  return axes === undefined ? null : angleBetween(axes, base.axes);
}

/** Has every pane show what the state says. */
export function aimPanes(session: ViewerSession, askedAt: number): void {
  const { grid, stage, state, planes } = session;
  for (const pane of stage.panes) {
    const base = planes.find(({ name }) => name === pane.plane.name);
    if (base === undefined) continue;
    const axes = state.turning?.axes[base.name];
    const wanted =
      axes === undefined ? base : turnedPlane(grid, base, axes, crossingOf(grid, state));
    const plane = isSamePlane(wanted, pane.plane) ? pane.plane : wanted;
    const index = state.crosshair.ijk[base.sliceAxis];
    const slab = state.slabs[base.name] ?? null;
    stage.aim(pane, { plane, index, slab }, viewOf(session, pane, plane), askedAt);
  }
}

/** How a turned plane is looked at; null where that is known. */
function viewOf(session: ViewerSession, pane: Pane, plane: Plane): View | null {
  const before = pane.plane;
  if (plane === before || plane.turned === null) return null;
  const view = pane.viewOf(before);
  // Moved along its normal, places in it are the same.
  if (before.turned !== null && before.axes === plane.axes) return view;
  const { grid } = session;
  const crossing = crossingOf(grid, session.state);
  const mmOf = (on: Plane) => mmOfInPlane(on.parts, placeIn({ grid, plane: on }, crossing));
  const [x, y] = mmOf(before);
  const middle = mmOfInPlane(before.parts, view.centre);
  const [newX, newY] = mmOf(plane);
  const centre = inPlaneOfMm(plane.parts, [newX + middle[0] - x, newY + middle[1] - y]);
  return { ...view, centre };
}

/** The other planes as they lie now, seen on one. */
export function othersOf({ planes, state }: ViewerSession, name: PlaneName): NamedAxes[] {
  const others = planes.filter((plane) => plane.name !== name);
  return others.map((plane) => ({ name: plane.name, axes: axesNow(plane, state) }));
}

/** Gives planes other axes. */
export function turnTo(
  session: ViewerSession,
  turned: readonly NamedAxes[],
  askedAt: number,
): void {
  const { grid, state } = session;
  const named = Object.fromEntries(turned.map(({ name, axes }) => [name, axes]));
  const axes = { ...state.turning?.axes, ...named };
  session.aim({ turning: { at: crossingOf(grid, state), axes } }, askedAt);
}

/** Turns the other planes, seen on one, clockwise there. */
export function turnOthers(session: ViewerSession, on: Pane, degrees: number): void {
  const base = session.planes.find(({ name }) => name === on.plane.name);
  if (base === undefined || session.planes.length === 1) return;
  const axes = axesNow(base, session.state);
  const others = othersOf(session, base.name);
  turnTo(session, turnedOn(axes, others, (degrees * Math.PI) / 180), performance.now());
}

/** Back to the planes of the grid. */
export function straighten(session: ViewerSession): void {
  if (session.state.turning !== null) session.aim({ turning: null }, performance.now());
}

/** The crossing some steps on along a plane's normal: slices of the grid, or voxels' extents. */
export function scrolledPoint(
  grid: Grid,
  base: Plane,
  now: Plane,
  at: PointLps,
  n: number,
): PointLps {
  if (now.turned === null) {
    const { ijk } = indexOf(grid, at);
    const index = Math.round(ijk[base.sliceAxis]) + n;
    const last = grid.size[base.sliceAxis] - 1;
    const within = Math.min(Math.max(index, 0), last);
    return lpsOf(grid, continuousIndex(withComponent(ijk, base.sliceAxis, within)));
  }
  const most = now.nSlices;
  const steps = Math.min(Math.max(n, -most), most) * scrollSign(grid, base);
  return pointLps(plus(at.mm, scale(normalOf(now.axes), steps * now.sliceMm)));
}

/** Gives a plane a slab, or none. */
export function setSlab(session: ViewerSession, name: PlaneName, slab: Slab | null): void {
  const { grid, planes, state } = session;
  const isAlong = planes.some((plane) => plane.name === name && plane.sliceAxis !== 2);
  // Its pixels would be even, the slices shown are not.
  if (slab !== null && isAlong && grid.stretches.length > 1 && state.turning === null) {
    session.notify(t('viewer.slab.uneven'));
    return;
  }
  const others = Object.entries(session.state.slabs).filter(([other]) => other !== name);
  const slabs = Object.fromEntries(slab === null ? others : [...others, [name, slab]]);
  session.aim({ slabs }, performance.now());
}

/** None, then each projection in turn. */
export function nextProjection(slab: Slab | undefined): Slab | null {
  if (slab === undefined) return { thicknessMm: FIRST_SLAB_MM, projection: PROJECTIONS[0] };
  const next = PROJECTIONS[PROJECTIONS.indexOf(slab.projection) + 1];
  return next === undefined ? null : { ...slab, projection: next };
}

/** Thicker or thinner by a step; a slab where there was none. */
export function stepThickness(slab: Slab | undefined, direction: 1 | -1): Slab {
  const { thicknessMm, projection } = slab ?? {
    thicknessMm: FIRST_SLAB_MM,
    projection: PROJECTIONS[0],
  };
  if (slab === undefined) return { thicknessMm, projection };
  const next =
    direction > 0
      ? THICKNESSES.find((mm) => mm > thicknessMm)
      : THICKNESSES.findLast((mm) => mm < thicknessMm);
  return { thicknessMm: next ?? thicknessMm, projection };
}

/** The voxel at the crossing when it goes to a point; null outside the image. */
export function voxelAt(grid: Grid, point: PointLps): ReturnType<typeof voxelIndex> | null {
  const { ijk } = indexOf(grid, point);
  const voxel = voxelIndex([Math.round(ijk[0]), Math.round(ijk[1]), Math.round(ijk[2])]);
  const axes = [0, 1, 2] as const;
  const isInside = axes.every((axis) => voxel.ijk[axis] >= 0 && voxel.ijk[axis] < grid.size[axis]);
  return isInside ? voxel : null;
}
