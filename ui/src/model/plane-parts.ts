/**
 * How a plane of the grid lies on the screen, in mm: true lengths and angles also where rows lean
 * (gantry tilt) or slices that run along it are unevenly spaced.
 */

import { columnOf, dot, minus, plus, scale, unit } from './affine';
import type { Grid, Stretch } from './grid';
import { inPlane, type Axis, type InPlane, type Triple } from './space';

/** Right and down the screen, mm. */
export type ScreenMm = readonly [number, number];

/** A part of a plane in which columns and rows are evenly spaced. */
export interface PlanePart {
  /** Which of the plane's axes the part is a stretch of; null where it is all of the plane. */
  readonly along: 'column' | 'row' | null;
  /** Index along it at which the part begins, and the screen's mm along it there. */
  readonly first: number;
  readonly firstMm: number;
  readonly columnStep: ScreenMm;
  readonly rowStep: ScreenMm;
  /** Where column 0 and row 0 would be. */
  readonly origin: ScreenMm;
}

/** Directions of the screen in the patient: unit vectors (LPS) at right angles. */
export interface ScreenAxes {
  readonly right: Triple;
  readonly down: Triple;
}

interface Flips {
  readonly is_column_flipped: boolean;
  readonly is_row_flipped: boolean;
}

export function planeParts(
  grid: Grid,
  columnAxis: Axis,
  rowAxis: Axis,
  flips: Flips,
): readonly [PlanePart, ...PlanePart[]] {
  const start = originOf(grid.stretches[0]);
  const { right, down } = screenAxes(grid, columnAxis, rowAxis, flips);
  const place = (step: Triple): ScreenMm => [dot(step, right), dot(step, down)];
  const along = columnAxis === 2 ? 'column' : rowAxis === 2 ? 'row' : null;
  const part = (stretch: Stretch): PlanePart => {
    const { lpsFromIndex, firstSlice } = stretch;
    const first = along === null ? 0 : firstSlice;
    const step = columnOf(lpsFromIndex, 2);
    const at = plus(minus(originOf(stretch), start), scale(step, first));
    return {
      along,
      first,
      firstMm: place(along === null ? [0, 0, 0] : at)[along === 'column' ? 0 : 1],
      columnStep: place(columnOf(lpsFromIndex, columnAxis)),
      rowStep: place(columnOf(lpsFromIndex, rowAxis)),
      origin: along === null ? [0, 0] : place(minus(originOf(stretch), start)),
    };
  };
  const [first, ...rest] = along === null ? ([grid.stretches[0]] as const) : grid.stretches;
  return [part(first), ...rest.map(part)];
}

/** Where slice 0 would be if the stretch went on to it. */
function originOf({ lpsFromIndex }: Stretch): Triple {
  return lpsFromIndex.offset;
}

/**
 * The screen's directions in the patient, right and down: one runs along the axis that is not k, so
 * that it is the same for all slices; the other one at a right angle to it, in the plane.
 */
export function screenAxes(
  grid: Grid,
  columnAxis: Axis,
  rowAxis: Axis,
  { is_column_flipped, is_row_flipped }: Flips,
): ScreenAxes {
  const direction = (axis: Axis) => unit(columnOf(grid.stretches[0].lpsFromIndex, axis));
  const across = (axis: Axis, other: Triple) => {
    const along = direction(axis);
    return unit(minus(along, scale(other, dot(along, other))));
  };
  const isColumnFree = columnAxis !== 2;
  const column = isColumnFree ? direction(columnAxis) : across(columnAxis, direction(rowAxis));
  const row = isColumnFree ? across(rowAxis, direction(columnAxis)) : direction(rowAxis);
  return {
    right: scale(column, is_column_flipped ? -1 : 1),
    down: scale(row, is_row_flipped ? -1 : 1),
  };
}

type Parts = readonly [PlanePart, ...PlanePart[]];

export function partAt(parts: Parts, { column, row }: InPlane): PlanePart {
  const index = parts[0].along === 'column' ? column : row;
  return parts.findLast(({ along, first }) => along !== null && first <= index) ?? parts[0];
}

/** Where a place in the plane is on the screen, from voxel (0, 0). */
export function mmOfInPlane(parts: Parts, at: InPlane): ScreenMm {
  const { origin, columnStep, rowStep } = partAt(parts, at);
  return [
    origin[0] + at.column * columnStep[0] + at.row * rowStep[0],
    origin[1] + at.column * columnStep[1] + at.row * rowStep[1],
  ];
}

export function inPlaneOfMm(parts: Parts, mm: ScreenMm): InPlane {
  const { origin, columnStep, rowStep } = partAtMm(parts, mm);
  const [x, y] = [mm[0] - origin[0], mm[1] - origin[1]];
  const area = columnStep[0] * rowStep[1] - columnStep[1] * rowStep[0];
  return inPlane(
    (x * rowStep[1] - y * rowStep[0]) / area,
    (y * columnStep[0] - x * columnStep[1]) / area,
  );
}

function partAtMm(parts: Parts, [x, y]: ScreenMm): PlanePart {
  const [{ along, columnStep, rowStep }] = parts;
  if (along === null) return parts[0];
  const mm = along === 'column' ? x : y;
  const isRising = along === 'column' ? columnStep[0] > 0 : rowStep[1] > 0;
  const isReached = ({ firstMm }: PlanePart) => (isRising ? firstMm <= mm : firstMm >= mm);
  return parts.findLast(isReached) ?? parts[0];
}
