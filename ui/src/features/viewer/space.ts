/** What the space shows besides surfaces: the grid's box, the slices shown, and what is cut away. */

import type { Ball } from '../../engine/space/camera';
import type { Body, Cuts, Line } from '../../engine/space/renderer';
import type { Segment } from '../../host/wire';
import { cross, dot, minus, plus, scale, unit } from '../../model/affine';
import { lpsOf, stepOf, type Grid } from '../../model/grid';
import type { Plane } from '../../model/plane';
import { parseColor } from '../../model/segments';
import { continuousIndex, withComponent, type Axis, type Triple } from '../../model/space';
import { recallChoice, remember } from '../../shared/remembered';
import { PLANE_COLORS } from './annotate';
import type { LabelDisplay, ViewerState } from './state';

/** What is cut away: nothing, one side of a slice, the corner between the slices, or all but a slab. */
export const CUTS = [
  'none',
  'axial_above',
  'axial_below',
  'sagittal_left',
  'sagittal_right',
  'coronal_front',
  'coronal_back',
  'corner',
  'slab_axial',
  'slab_sagittal',
  'slab_coronal',
] as const;

export type Cut = (typeof CUTS)[number];

const SLAB_MM = 10;
const BOX_COLOR = [0.28, 0.33, 0.4, 1] as const;
const AXES = [0, 1, 2] as const;

export function recalledCut(): Cut {
  return recallChoice('space.cut', CUTS, 'none');
}

export function rememberCut(cut: Cut): void {
  remember('space.cut', cut);
}

/** The ball around the grid. */
export function ballOf(grid: Grid): Ball {
  const corners = cornersOf(grid);
  const [low, high] = [Math.min, Math.max].map((most) =>
    AXES.map((axis) => corners.map((corner) => corner[axis]).reduce((a, b) => most(a, b))),
  );
  const middle = (axis: Axis) => ((low?.[axis] ?? 0) + (high?.[axis] ?? 0)) / 2;
  const centre: Triple = [middle(0), middle(1), middle(2)];
  const radiusMm = Math.max(...corners.map((corner) => Math.hypot(...minus(corner, centre))));
  return { centre, radiusMm };
}

/** Corners of the outermost voxels, i fastest. */
function cornersOf(grid: Grid): Triple[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].map((n) => {
    const end = (axis: Axis) => (((n >> axis) & 1) === 0 ? -0.5 : grid.size[axis] - 0.5);
    return lpsOf(grid, continuousIndex([end(0), end(1), end(2)])).mm;
  });
}

/** The segments whose surfaces are shown; all hidden where segments are hidden on the planes. */
export function bodiesOf(segments: readonly Segment[], labels: LabelDisplay): Body[] {
  if (labels === 'hidden') return [];
  return segments
    .filter(({ is_visible }) => is_visible)
    .map(({ id, color, opacity }) => {
      const [r, g, b] = parseColor(color);
      return { id, color: [r / 255, g / 255, b / 255, opacityOf(opacity)] };
    });
}

/** Half and more on a slice is opaque here: there is no image to shine through. */
function opacityOf(opacity: number): number {
  return Math.min(1, 2 * opacity);
}

/** The grid's box, the outlines of the slices shown, and the crosshair's lines. */
export function linesOf(grid: Grid, planes: readonly Plane[], state: ViewerState): Line[] {
  const { crosshair, hasCrosshair } = state;
  const at = (ijk: Triple): Triple => lpsOf(grid, continuousIndex(ijk)).mm;
  const colorOf = (axis: Axis) => {
    const plane = planes.find(({ sliceAxis }) => sliceAxis === axis);
    const [r, g, b] = parseColor(PLANE_COLORS[plane?.name ?? 'own']);
    return [r / 255, g / 255, b / 255, 1] as const;
  };
  const outline = (axis: Axis, index: number): Triple[] => {
    const [u, v] = AXES.filter((other) => other !== axis);
    if (u === undefined || v === undefined) return [];
    const ends = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
      [0, 0],
    ] as const;
    return ends.map(([atU, atV]) => {
      const ijk = withComponent([0, 0, 0], axis, index);
      const withU = withComponent(ijk, u, atU * grid.size[u] - 0.5);
      return at(withComponent(withU, v, atV * grid.size[v] - 0.5));
    });
  };
  const box = AXES.flatMap((axis) => [-0.5, grid.size[axis] - 0.5].map((n) => outline(axis, n)));
  const slices = AXES.map((axis) => ({
    points: outline(axis, crosshair.ijk[axis]),
    color: colorOf(axis),
  }));
  const crossing = AXES.map((axis) => ({
    points: [-0.5, grid.size[axis] - 0.5].map((n) => at(withComponent(crosshair.ijk, axis, n))),
    color: [1, 1, 1, 1] as const,
  }));
  return [
    ...box.map((points) => ({ points, color: BOX_COLOR })),
    ...slices,
    ...(hasCrosshair ? crossing : []),
  ];
}

/** The half spaces that a cut takes away at the crosshair. */
export function cutsOf(cut: Cut, grid: Grid, planes: readonly Plane[], state: ViewerState): Cuts {
  const point = lpsOf(grid, state.crosshair).mm;
  const half = (way: Triple, through: Triple) => ({ normal: way, offset: -dot(way, through) });
  /** Across the slices of a plane, toward where a direction of the patient points. */
  const across = (name: Plane['name'], toward: Triple): Triple => {
    const plane = planes.find((plane) => plane.name === name);
    if (plane === undefined) return toward;
    const [u, v] = AXES.filter((axis) => axis !== plane.sliceAxis);
    const normal = unit(cross(stepOf(grid, u ?? 0), stepOf(grid, v ?? 1)));
    return dot(normal, toward) < 0 ? scale(normal, -1) : normal;
  };
  const up = across('axial', [0, 0, 1]);
  const left = across('sagittal', [1, 0, 0]);
  const back = across('coronal', [0, 1, 0]);
  const not = (way: Triple) => scale(way, -1);
  const keep = (...ways: readonly Triple[]): Cuts => ({
    halves: ways.map((way) => half(way, point)),
    isCorner: false,
  });
  const slab = (way: Triple): Cuts => ({
    halves: [way, not(way)].map((side) => half(side, plus(point, scale(side, -SLAB_MM)))),
    isCorner: false,
  });
  switch (cut) {
    case 'none':
      return keep();
    case 'axial_above':
      return keep(not(up));
    case 'axial_below':
      return keep(up);
    case 'sagittal_left':
      return keep(not(left));
    case 'sagittal_right':
      return keep(left);
    case 'coronal_front':
      return keep(back);
    case 'coronal_back':
      return keep(not(back));
    case 'corner':
      return { ...keep(not(up), not(left), back), isCorner: true };
    case 'slab_axial':
      return slab(up);
    case 'slab_sagittal':
      return slab(left);
    case 'slab_coronal':
      return slab(back);
  }
}
