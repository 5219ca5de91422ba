/**
 * The lines in which other planes cut a plane that is shown, and what dragging them does: the middle of
 * a line moves its plane, its outer parts turn it about the crosshair.
 */

import { cross, dot, plus, scale } from '../model/affine';
import type { PlaneName } from '../model/plane';
import type { ScreenAxes } from '../model/plane-parts';
import { pointLps, type CanvasPoint, type PointLps } from '../model/space';
import { normalOf, turnedAxes } from '../model/turn';
import type { CanvasSize } from '../model/view';
import { canvasPointOf, type ShownSlice } from './place';

export interface NamedAxes {
  readonly name: PlaneName;
  readonly axes: ScreenAxes;
}

/** A line through the crosshair. */
export interface PlaneLine {
  readonly name: PlaneName;
  readonly centre: CanvasPoint;
  /** A unit vector on the canvas. */
  readonly right: number;
  readonly down: number;
}

/** What a press on a line takes hold of. */
export interface Grip {
  readonly line: PlaneLine;
  readonly does: 'turn' | 'move';
}

/** So far beside a line it is still taken hold of, CSS px. */
const NEAR_PX = 5;
/** So near the crosshair a press moves that. */
const CENTRE_PX = 14;
/** Farther out than this part of the way to the canvas's edge a line turns. */
const TURN_SHARE = 0.5;
/** Where on that way the handles are. */
const HANDLE_SHARE = 0.78;
/** A shorter way has no room for handles, CSS px. */
const LEAST_REACH_PX = 50;
/** Planes that are nearly the same cut each other nowhere that could be drawn. */
const LEAST_SINE = 1e-3;

/** The lines in which `others` cut the plane that is shown. */
export function linesOf(
  shown: ShownSlice,
  at: PointLps,
  others: readonly NamedAxes[],
): PlaneLine[] {
  const { axes } = shown.plane;
  const normal = normalOf(axes);
  const centre = canvasPointOf(shown, at);
  return others.flatMap((other) => {
    const along = cross(normal, normalOf(other.axes));
    const length = Math.hypot(...along);
    if (length < LEAST_SINE) return [];
    const [right, down] = [dot(along, axes.right) / length, dot(along, axes.down) / length];
    return [{ name: other.name, centre, right, down }];
  });
}

/** How far along a line, and against it, the canvas reaches from the crosshair; 0 from outside. */
export function reachOf(
  { centre, right, down }: PlaneLine,
  { width, height }: CanvasSize,
): { readonly ahead: number; readonly behind: number } {
  if (centre.x < 0 || centre.x > width || centre.y < 0 || centre.y > height) {
    return { ahead: 0, behind: 0 };
  }
  const way = (x: number, y: number) => {
    const across = x === 0 ? Infinity : ((x > 0 ? width : 0) - centre.x) / x;
    const along = y === 0 ? Infinity : ((y > 0 ? height : 0) - centre.y) / y;
    return Math.min(across, along);
  };
  return { ahead: way(right, down), behind: way(-right, -down) };
}

/** Where the handles are that turn a line's plane. */
export function handlesOf(line: PlaneLine, canvas: CanvasSize): CanvasPoint[] {
  const { ahead, behind } = reachOf(line, canvas);
  return [ahead, -behind]
    .filter((reach) => Math.abs(reach) >= LEAST_REACH_PX)
    .map((reach) => pointOn(line, reach * HANDLE_SHARE));
}

/** What a press takes hold of, the nearest line first; null beside all lines. */
export function gripAt(
  lines: readonly PlaneLine[],
  canvas: CanvasSize,
  at: CanvasPoint,
): Grip | null {
  const near = lines
    .map((line) => ({ line, beside: Math.abs(besideOf(line, at)), along: alongOf(line, at) }))
    .filter(({ beside, along }) => beside <= NEAR_PX && Math.abs(along) > CENTRE_PX)
    .sort((a, b) => a.beside - b.beside);
  const [nearest] = near;
  if (nearest === undefined) return null;
  const { line, along } = nearest;
  const { ahead, behind } = reachOf(line, canvas);
  const reach = along > 0 ? ahead : behind;
  const turns = reach >= LEAST_REACH_PX && Math.abs(along) > TURN_SHARE * reach;
  return { line, does: turns ? 'turn' : 'move' };
}

/** The angle that the pen went round a point, radians, clockwise on the screen: -pi to pi. */
export function angleBetweenPens(centre: CanvasPoint, from: CanvasPoint, to: CanvasPoint): number {
  const [ax, ay] = [from.x - centre.x, from.y - centre.y];
  const [bx, by] = [to.x - centre.x, to.y - centre.y];
  return Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
}

/** Planes turned about the normal of the one on which that is seen, clockwise there. */
export function turnedOn(
  on: ScreenAxes,
  planes: readonly NamedAxes[],
  radians: number,
): NamedAxes[] {
  const normal = normalOf(on);
  return planes.map(({ name, axes }) => ({ name, axes: turnedAxes(axes, normal, radians) }));
}

/** Where the crosshair goes when a line is dragged: across the line only. */
export function draggedAcross(
  { plane, view }: ShownSlice,
  line: PlaneLine,
  start: PointLps,
  from: CanvasPoint,
  to: CanvasPoint,
): PointLps {
  const mm = ((to.x - from.x) * -line.down + (to.y - from.y) * line.right) / view.pxPerMm;
  const { right, down } = plane.axes;
  const across = plus(scale(right, -line.down), scale(down, line.right));
  return pointLps(plus(start.mm, scale(across, mm)));
}

function pointOn({ centre, right, down }: PlaneLine, px: number): CanvasPoint {
  return { space: 'canvas', x: centre.x + right * px, y: centre.y + down * px };
}

function alongOf({ centre, right, down }: PlaneLine, at: CanvasPoint): number {
  return (at.x - centre.x) * right + (at.y - centre.y) * down;
}

function besideOf({ centre, right, down }: PlaneLine, at: CanvasPoint): number {
  return (at.y - centre.y) * right - (at.x - centre.x) * down;
}
