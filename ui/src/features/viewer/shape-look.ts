/** How a shape is drawn on a plane. */

import type { DrawnHandle, DrawnShape } from '../../engine/shapes';
import { canvasOf, depthOf, isOnSlice, type CanvasPlane } from '../../model/canvas-plane';
import type { Figure } from '../../model/figure';
import { distanceFrom, seenOn } from '../../model/figure-on-plane';
import type { CanvasPoint, PointLps } from '../../model/space';
import { handlesOf, isChangeable, type Grip } from '../../tools/shape-edit';

export interface ShapeLook {
  readonly color: string;
  readonly reachMm: number;
  readonly isInHand: boolean;
  /** Found between keys. */
  readonly isInterpolated: boolean;
  readonly hasHandles: boolean;
  readonly held: Grip | null;
  readonly label: readonly string[];
}

/** A shape beside the slice is the paler the farther off it is. */
const NEAR_OPACITY = 0.75;
const FAR_OPACITY = 0.3;

/** Null where nothing of it is seen. */
export function drawnShape(figure: Figure, plane: CanvasPlane, look: ShapeLook): DrawnShape | null {
  const { reachMm, color, isInHand, held } = look;
  const off = distanceFrom(plane, figure);
  if (off > reachMm) return null;
  const isInSlice = off === 0;
  const curves = seenOn(figure, plane, reachMm);
  const mark = figure.kind === 'point' ? firstOn(figure, plane) : null;
  if (curves.length === 0 && mark === null) return null;
  const handles = look.hasHandles ? handlesOf(figure, plane) : [];
  return {
    color,
    opacity: isInSlice ? 1 : NEAR_OPACITY + (FAR_OPACITY - NEAR_OPACITY) * (off / reachMm),
    isInHand,
    curves: curves.map(({ points, isClosed, isInSlice: isSolid }) => ({
      points,
      isClosed,
      isDashed: !isSolid || look.isInterpolated,
    })),
    mark,
    isMarkDashed: look.isInterpolated,
    tip: tipOf(figure, plane, reachMm),
    handles: handles.flatMap((handle) => handleLook(figure, handle, held)),
    label: isLabelled(figure, plane) ? look.label : [],
  };
}

/** Where it can be changed, or what it measures can be seen: not where a plane just cuts it. */
function isLabelled(figure: Figure, plane: CanvasPlane): boolean {
  const isThere = (point: PointLps) => isOnSlice(plane, depthOf(plane, point));
  if (figure.kind === 'box3d') return distanceFrom(plane, figure) === 0;
  return isChangeable(figure, plane) && figure.points.some(isThere);
}

function handleLook(
  figure: Figure,
  { grip, at }: { readonly grip: Grip; readonly at: CanvasPoint },
  held: Grip | null,
): DrawnHandle[] {
  const isHeld = held !== null && isSame(grip, held);
  // A position is marked as it is.
  if (figure.kind === 'point' && !isHeld) return [];
  const form = grip.kind === 'turn' ? 'ring' : grip.kind === 'whole' ? 'cross' : 'dot';
  return [{ at, form, isHeld: isHeld && grip.kind !== 'whole' }];
}

function isSame(a: Grip, b: Grip): boolean {
  if (a.kind === 'point') return b.kind === 'point' && a.n === b.n;
  if (a.kind === 'side') return b.kind === 'side' && a.axis === b.axis && a.sign === b.sign;
  if (a.kind === 'corner')
    return b.kind === 'corner' && a.signs[0] === b.signs[0] && a.signs[1] === b.signs[1];
  return a.kind === b.kind;
}

function tipOf(figure: Figure, plane: CanvasPlane, reachMm: number): DrawnShape['tip'] {
  const [tail, tip] = figure.points;
  if (figure.kind !== 'arrow' || tail === undefined || tip === undefined) return null;
  const isSeen = Math.abs(depthOf(plane, tip)) <= plane.sliceMm / 2 + reachMm;
  return isSeen ? { at: canvasOf(plane, tip), from: canvasOf(plane, tail) } : null;
}

function firstOn({ points: [first] }: Figure, plane: CanvasPlane): CanvasPoint | null {
  return first === undefined ? null : canvasOf(plane, first);
}
