/**
 * A stroke of brush or eraser, from pen down to pen up.
 *
 * The path is kept in the patient (LPS); what lies between two of its points is covered too, so a
 * fast hand leaves no gaps.
 */

import type { BrushForm, BrushStroke, CutPlane } from '../model/brush';
import { indexOf, lpsOf } from '../model/grid';
import { normalOf } from '../model/turn';
import {
  distanceMm,
  inPlane,
  nearestVoxel,
  type CanvasPoint,
  type InPlane,
  type PointLps,
} from '../model/space';
import { inPlaneFromCanvas } from '../model/view';
import { pointIn, type ShownSlice } from './place';

export interface Brush {
  readonly radiusMm: number;
  readonly form: BrushForm;
  /** Of one that takes only what looks like its middle, within so many standard deviations. */
  readonly tolerance?: number;
}

export interface Stroke {
  readonly kind: 'stroke';
  readonly mode: 'paint' | 'erase';
  /** The slice that is painted, as it was when the pen went down: scrolling does not move it. */
  readonly shown: ShownSlice;
  readonly brush: Brush;
  readonly path: readonly PointLps[];
  /** Where the pen was last. */
  readonly pen: InPlane;
}

/** Points nearer than this part of the radius to the last one add nothing that could be seen. */
const LEAST_STEP = 0.05;
/** Of an adaptive brush each point is looked at by itself. */
const LEAST_ADAPTIVE_STEP = 0.2;

export function startStroke(
  shown: ShownSlice,
  mode: Stroke['mode'],
  brush: Brush,
  at: CanvasPoint,
): Stroke {
  const pen = penAt(shown, brush, at);
  return { kind: 'stroke', mode, shown, brush, path: [toLps(shown, brush, pen)], pen };
}

/** The stroke with the pen moved through `points`. */
export function extendStroke(stroke: Stroke, points: readonly CanvasPoint[]): Stroke {
  const { shown, brush } = stroke;
  const path = [...stroke.path];
  const leastStep = brush.tolerance === undefined ? LEAST_STEP : LEAST_ADAPTIVE_STEP;
  let pen = stroke.pen;
  for (const at of points) {
    const next = penAt(shown, brush, at);
    for (const step of stepsBetween(shown, brush, pen, next)) {
      const point = toLps(shown, brush, step);
      const last = path.at(-1);
      if (last === undefined || distanceMm(last, point) > leastStep * brush.radiusMm)
        path.push(point);
    }
    pen = next;
  }
  return { ...stroke, path, pen };
}

export function brushStrokeOf({ path, brush, shown }: Stroke): BrushStroke {
  return {
    path,
    radiusMm: brush.radiusMm,
    form: brush.form,
    sliceAxis: shown.plane.sliceAxis,
    sliceIndex: shown.sliceIndex,
    plane: cutPlaneOf(shown),
    along: shown.plane.axes.right,
  };
}

/**
 * Whether a brush can lie between voxel centres and cover none. Such a brush goes from centre to
 * centre instead, so that every pen down paints at least one voxel.
 */
export function isSubVoxel({ grid, plane }: ShownSlice, brush: Brush): boolean {
  if (plane.turned !== null) return 2 * brush.radiusMm < Math.hypot(...grid.spacingMm);
  return 2 * brush.radiusMm < Math.hypot(plane.columnMm, plane.rowMm);
}

function penAt(shown: ShownSlice, brush: Brush, at: CanvasPoint): InPlane {
  const pen = inPlaneFromCanvas(shown.plane, shown.view, shown.canvas, at);
  return isSubVoxel(shown, brush) ? inPlane(Math.round(pen.column), Math.round(pen.row)) : pen;
}

function stepsBetween(
  shown: ShownSlice,
  brush: Brush,
  from: InPlane,
  to: InPlane,
): readonly InPlane[] {
  if (!isSubVoxel(shown, brush)) return [to];
  const n = Math.max(Math.abs(to.column - from.column), Math.abs(to.row - from.row));
  return Array.from({ length: n }, (_, step) =>
    inPlane(
      Math.round(from.column + ((to.column - from.column) * (step + 1)) / n),
      Math.round(from.row + ((to.row - from.row) * (step + 1)) / n),
    ),
  );
}

/** In a turned plane, whose pixels are no voxels, a small brush goes to the voxel that is shown there. */
function toLps(shown: ShownSlice, brush: Brush, at: InPlane): PointLps {
  const point = pointIn(shown, at);
  if (shown.plane.turned === null || !isSubVoxel(shown, brush)) return point;
  return lpsOf(shown.grid, nearestVoxel(indexOf(shown.grid, point)));
}

/** The plane that is drawn in, if it is none of the grid's. */
export function cutPlaneOf({ plane }: ShownSlice): CutPlane | null {
  if (plane.turned === null) return null;
  return { point: plane.turned.origin, normal: normalOf(plane.axes) };
}
