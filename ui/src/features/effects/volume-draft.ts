/** Mirrors and tubes: what the user chooses of them, and the effects that they make. */

import type {
  CutPlane,
  Document,
  Effect,
  MirrorMode,
  PlaneName,
  Shape,
  TubeMode,
} from '../../host/wire';
import { cross } from '../../model/affine';
import { figureOf, type FigureKind } from '../../model/figure';
import { axesOf, curvesOf } from '../../model/figure-curves';
import { openSpline } from '../../model/spline';
import { gridOfImage, lpsOf, stepOf } from '../../model/grid';
import { continuousIndex, parseAxis, withComponent } from '../../model/space';
import type { Place } from './place';

/** What a segment is mirrored across: the image's middle, the slice shown, or a plane that was drawn. */
export const MIRRORS = ['middle', 'slice', 'shape'] as const;

export interface VolumeDraft {
  readonly across: (typeof MIRRORS)[number];
  /** Of the image's middle and the slice shown; the first there is if none was chosen. */
  readonly imagePlane: PlaneName | null;
  /** The last one drawn if none was chosen. */
  readonly planeShape: string | null;
  readonly mirrorMode: MirrorMode;
  /** The segment that gets the image; null for the active one. */
  readonly into: string | null;
  /** The last one drawn if none was chosen. */
  readonly pathShape: string | null;
  /** Whether a smooth curve goes through the corners of a polyline. */
  readonly isSmooth: boolean;
  readonly diameter: number;
  readonly tubeMode: TubeMode;
}

export const FIRST_VOLUME_DRAFT: VolumeDraft = {
  across: 'middle',
  imagePlane: null,
  planeShape: null,
  mirrorMode: 'copy',
  into: null,
  pathShape: null,
  isSmooth: false,
  diameter: 5,
  tubeMode: 'add',
};

const PATHS: readonly FigureKind[] = ['line', 'arrow', 'polyline', 'freehand', 'polygon', 'spline'];

/** Planes that segments can be cut by and mirrored across. */
export function planeShapes({ shapes }: Pick<Document, 'shapes'>): readonly Shape[] {
  return shapes.filter(({ geometry }) => geometry.kind === 'plane');
}

/** Shapes that tubes can go along. */
export function pathShapes({ shapes }: Pick<Document, 'shapes'>): readonly Shape[] {
  return shapes.filter(({ geometry }) => PATHS.includes(geometry.kind));
}

/** The one that was chosen, else the last. */
export function chosenShape(shapes: readonly Shape[], id: string | null): Shape | null {
  return shapes.find((shape) => shape.id === id) ?? shapes.at(-1) ?? null;
}

/** Null while there is no plane. */
export function mirrorOf(draft: VolumeDraft, place: Place): Effect | null {
  const plane =
    draft.across === 'shape' ? drawnPlane(draft, place) : imagePlane(draft.across, draft, place);
  if (plane === null) return null;
  const isThere = place.document.segments.some(({ id }) => id === draft.into);
  return { type: 'mirror', plane, into: isThere ? draft.into : null, mode: draft.mirrorMode };
}

export function drawnPlane({ planeShape }: VolumeDraft, { document }: Place): CutPlane | null {
  const shape = chosenShape(planeShapes(document), planeShape);
  if (shape === null) return null;
  const { centre, half } = axesOf(figureOf(shape.geometry));
  const [a, b] = half;
  return a === undefined || b === undefined
    ? null
    : { point: [...centre], normal: [...cross(a, b)] };
}

/** Through the middle of the image, or along the slice shown, which may be turned out of the grid. */
export function imagePlane(
  across: 'middle' | 'slice',
  { imagePlane }: VolumeDraft,
  place: Place,
): CutPlane | null {
  const { image, crosshair, turned } = place;
  const plane = image.planes.find(({ name }) => name === imagePlane) ?? image.planes[0];
  if (plane === undefined) return null;
  const shown = turned[plane.name];
  if (across === 'slice' && shown !== undefined) return shown;
  const grid = gridOfImage(image);
  const axis = parseAxis(plane.slice_axis);
  const [u, v] = ([0, 1, 2] as const).filter((other) => other !== axis);
  if (u === undefined || v === undefined) return null;
  const middle = ((image.size[axis] ?? 1) - 1) / 2;
  const index = withComponent(
    crosshair.ijk,
    axis,
    across === 'middle' ? middle : crosshair.ijk[axis],
  );
  return {
    point: [...lpsOf(grid, continuousIndex(index)).mm],
    normal: [...cross(stepOf(grid, u), stepOf(grid, v))],
  };
}

/** Null while there is no path. */
export function tubeOf(draft: VolumeDraft, { document }: Place): Effect | null {
  const shape = chosenShape(pathShapes(document), draft.pathShape);
  if (shape === null) return null;
  const figure = figureOf(shape.geometry);
  const isCurve = draft.isSmooth && figure.kind === 'polyline';
  const [curve] = isCurve
    ? [{ points: openSpline(figure.points), isClosed: false }]
    : curvesOf(figure);
  if (curve === undefined) return null;
  const { points, isClosed } = curve;
  const path = isClosed ? [...points, ...points.slice(0, 1)] : points;
  return {
    type: 'tube',
    path: path.map(({ mm }) => [...mm]),
    diameter: draft.diameter,
    mode: draft.tubeMode,
  };
}
