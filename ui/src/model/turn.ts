/**
 * Planes turned out of the grid. All that overlays, tools and readouts need of one is in its `turned`
 * pixels and its `axes`.
 */

import { columnOf, cross, dot, minus, plus, scale } from './affine';
import { lpsOf, stepOf, type Grid } from './grid';
import type { PixelPlane, Plane } from './plane';
import type { ScreenAxes } from './plane-parts';
import { continuousIndex, inPlane, type InPlane, type PointLps, type Triple } from './space';

/** Pixels along a side at most: more than a screen shows of an image. */
const MOST_PIXELS = 1024;
/** Directions less than about 10 degrees off get no letter of their own; the same as the backend. */
const LETTER_THRESHOLD = 0.17;

/** Out of the screen's plane, away from who looks: a unit vector. */
export function normalOf({ right, down }: ScreenAxes): Triple {
  return cross(right, down);
}

/** `v` turned about a unit vector, right-handed (Rodrigues' formula). */
export function turnedAbout(v: Triple, about: Triple, radians: number): Triple {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const along = scale(about, dot(about, v) * (1 - cos));
  return plus(plus(scale(v, cos), scale(cross(about, v), sin)), along);
}

/** Axes turned, and kept at right angles however often that is done. */
export function turnedAxes(
  { right, down }: ScreenAxes,
  about: Triple,
  radians: number,
): ScreenAxes {
  const r = turnedAbout(right, about, radians);
  const d = turnedAbout(down, about, radians);
  const unitRight = scale(r, 1 / Math.hypot(...r));
  const square = minus(d, scale(unitRight, dot(d, unitRight)));
  return { right: unitRight, down: scale(square, 1 / Math.hypot(...square)) };
}

/** The angle between two planes, degrees: 0 to 90. */
export function angleBetween(a: ScreenAxes, b: ScreenAxes): number {
  const [n, m] = [normalOf(a), normalOf(b)];
  const sine = Math.hypot(...cross(n, m));
  return (Math.atan2(sine, Math.abs(dot(n, m))) * 180) / Math.PI;
}

/** How far a voxel reaches along a unit vector, mm: a step of scrolling. */
export function voxelExtentMm({ stretches }: Grid, along: Triple): number {
  const extents = stretches.map(({ indexFromLps: { linear } }) => {
    const [i, j, k] = linear;
    return 1 / Math.hypot(dot(i, along), dot(j, along), dot(k, along));
  });
  return Math.min(...extents);
}

/** How far from its centre a voxel reaches along a unit vector, mm: a plane across it cuts those. */
export function voxelReachMm({ stretches }: Grid, along: Triple): number {
  const axes = [0, 1, 2] as const;
  const reaches = stretches.map(({ lpsFromIndex }) => {
    const steps = axes.map((axis) => Math.abs(dot(columnOf(lpsFromIndex, axis), along)));
    return steps.reduce((sum, step) => sum + step, 0) / 2;
  });
  return Math.max(...reaches);
}

/**
 * The plane through a point with the screen's axes turned. Its pixels cover all of the grid whatever
 * the point, so that places in it stay the same when it moves along its normal.
 */
export function turnedPlane(grid: Grid, base: Plane, axes: ScreenAxes, at: PointLps): Plane {
  const { right, down } = axes;
  const normal = normalOf(axes);
  const corners = cornersOf(grid);
  const bounds = (along: Triple): readonly [number, number] => {
    const mm = corners.map((corner) => dot(corner, along));
    return [Math.min(...mm), Math.max(...mm)];
  };
  const [left, rightmost] = bounds(right);
  const [top, bottom] = bounds(down);
  const [near, far] = bounds(normal);
  const longest = Math.max(rightmost - left, bottom - top);
  const pixelMm = Math.max(Math.min(...grid.spacingMm), longest / MOST_PIXELS);
  const sliceMm = voxelExtentMm(grid, normal);
  const first = plus(scale(right, left + pixelMm / 2), scale(down, top + pixelMm / 2));
  return {
    ...base,
    isColumnFlipped: false,
    isRowFlipped: false,
    nColumns: Math.ceil((rightmost - left) / pixelMm),
    nRows: Math.ceil((bottom - top) / pixelMm),
    nSlices: Math.max(1, Math.ceil((far - near) / sliceMm)),
    columnMm: pixelMm,
    rowMm: pixelMm,
    sliceMm,
    parts: [
      {
        along: null,
        first: 0,
        firstMm: 0,
        columnStep: [pixelMm, 0],
        rowStep: [0, pixelMm],
        origin: [0, 0],
      },
    ],
    axes,
    turned: {
      origin: plus(first, scale(normal, dot(at.mm, normal))),
      columnStep: scale(right, pixelMm),
      rowStep: scale(down, pixelMm),
    },
    letters: {
      left: lettersOf(scale(right, -1)),
      right: lettersOf(right),
      top: lettersOf(scale(down, -1)),
      bottom: lettersOf(down),
    },
  };
}

/** Whether two planes are the same, whichever slice of the grid they show. */
export function isSamePlane(a: Plane, b: Plane): boolean {
  if (a.turned === null || b.turned === null) return a.turned === b.turned && a.name === b.name;
  const [from, to] = [a.turned, b.turned];
  return (
    isNear(from.origin, to.origin) &&
    isNear(from.columnStep, to.columnStep) &&
    isNear(from.rowStep, to.rowStep)
  );
}

const SAME_MM = 1e-9;

function isNear(a: Triple, b: Triple): boolean {
  return Math.hypot(...minus(a, b)) < SAME_MM;
}

/** Of the whole grid, where slices are shifted of each stretch. */
function cornersOf(grid: Grid): Triple[] {
  const [nI, nJ, nK] = grid.size;
  const inner = grid.stretches.map(({ firstSlice }) => firstSlice);
  return [-0.5, ...inner, nK - 0.5].flatMap((k) =>
    [-0.5, nI - 0.5].flatMap((i) =>
      [-0.5, nJ - 0.5].map((j) => lpsOf(grid, continuousIndex([i, j, k])).mm),
    ),
  );
}

/** Letters of a unit direction, the strongest first (DICOM PS3.3 C.7.6.1.1.1). */
export function lettersOf(direction: Triple): string {
  const names = [
    ['R', 'L'],
    ['A', 'P'],
    ['I', 'S'],
  ] as const;
  const parts = direction.map((mm, axis) => ({
    mm: Math.abs(mm),
    letter: names[axis]?.[mm > 0 ? 1 : 0] ?? '',
  }));
  parts.sort((a, b) => b.mm - a.mm);
  return parts
    .filter(({ mm }, n) => n === 0 || mm > LETTER_THRESHOLD)
    .map(({ letter }) => letter)
    .join('');
}

/** The way along a turned plane's normal in which slices of the plane it was turned from grow. */
export function scrollSign(grid: Grid, base: Plane): 1 | -1 {
  return dot(normalOf(base.axes), stepOf(grid, base.sliceAxis)) < 0 ? -1 : 1;
}

/** From a plane turned out of the grid to the next one in the way in which slices grow, mm along its normal. */
export function stepAcross(grid: Grid, base: Plane, normal: Triple): number {
  return scrollSign(grid, base) * voxelExtentMm(grid, normal);
}

/** Where a place among the pixels is in the patient. */
export function ofPixel({ origin, columnStep, rowStep }: PixelPlane, at: InPlane): Triple {
  return plus(origin, plus(scale(columnStep, at.column), scale(rowStep, at.row)));
}

/** Where a point of the patient is among the pixels, seen along the normal of steps at right angles. */
export function pixelOf({ origin, columnStep, rowStep }: PixelPlane, { mm }: PointLps): InPlane {
  const offset = minus(mm, origin);
  return inPlane(
    dot(offset, columnStep) / dot(columnStep, columnStep),
    dot(offset, rowStep) / dot(rowStep, rowStep),
  );
}
