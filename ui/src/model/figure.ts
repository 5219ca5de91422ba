/**
 * What shapes are made of: a kind and its points in the patient (LPS, mm), in the backend's order.
 *
 * Where a figure has a centre it comes first, then the points where its half axes end.
 */

import type { ShapeGeometry } from '../host/wire';
import { parseTriple, pointLps, type PointLps } from './space';

/** In the order of the choice. */
export const FIGURE_KINDS = [
  'line',
  'bidirectional',
  'ellipse',
  'rectangle',
  'polygon',
  'spline',
  'freehand',
  'polyline',
  'angle',
  'cobb_angle',
  'point',
  'arrow',
  'box3d',
  'plane',
] as const satisfies readonly ShapeGeometry['kind'][];

/** Kinds that are drawn. */
export type DrawnKind = (typeof FIGURE_KINDS)[number];

export type FigureKind = ShapeGeometry['kind'];

/** Labels of a slice, of the image or of its study as a whole, which have no form. */
export type LabelKind = Exclude<FigureKind, DrawnKind>;

export function isLabel(kind: FigureKind): kind is LabelKind {
  return kind === 'slice' || kind === 'image' || kind === 'study';
}

export interface Figure {
  readonly kind: FigureKind;
  readonly points: readonly PointLps[];
  /** Whether a freehand curve comes back to its beginning. */
  readonly isClosed: boolean;
}

/** Figures with a centre and half axes at right angles. */
export type AxisKind = 'ellipse' | 'rectangle' | 'plane' | 'box3d';

export function hasAxes(kind: FigureKind): kind is AxisKind {
  return kind === 'ellipse' || kind === 'rectangle' || kind === 'plane' || kind === 'box3d';
}

/** Figures with as many points as the user likes, of which one can be added or left out. */
export function hasVertices(kind: FigureKind): boolean {
  return kind === 'polyline' || kind === 'polygon' || kind === 'spline';
}

/** Fewer points make no such figure. */
export function leastPoints(kind: FigureKind): number {
  return kind === 'polygon' || kind === 'spline' ? 3 : 2;
}

/** Whether all of a figure has to lie in one plane: it encloses an area. */
export function isFlat({ kind, isClosed }: Pick<Figure, 'kind' | 'isClosed'>): boolean {
  switch (kind) {
    case 'ellipse':
    case 'rectangle':
    case 'plane':
    case 'polygon':
    case 'spline':
    case 'bidirectional':
      return true;
    case 'freehand':
      return isClosed;
    case 'point':
    case 'line':
    case 'polyline':
    case 'angle':
    case 'cobb_angle':
    case 'arrow':
    case 'box3d':
    case 'slice':
    case 'image':
    case 'study':
      return false;
  }
}

/** Whether a figure encloses voxels that can be given to a segment. */
export function isFillable(figure: Figure): boolean {
  const { kind } = figure;
  return kind === 'box3d' || (isFlat(figure) && kind !== 'plane' && kind !== 'bidirectional');
}

export function figureOf(geometry: ShapeGeometry): Figure {
  const isClosed = geometry.kind === 'freehand' && geometry.is_closed;
  return { kind: geometry.kind, points: pointsOf(geometry).map(pointOf), isClosed };
}

/** As it crosses the wire. */
export function geometryOf({ kind, points, isClosed }: Figure): ShapeGeometry {
  const all = points.map(({ mm }) => [...mm]);
  const [first = [], ...rest] = all;
  switch (kind) {
    case 'point':
    case 'slice':
      return { kind, at: first };
    case 'image':
    case 'study':
      return { kind };
    case 'line':
    case 'arrow':
      return { kind, ends: all };
    case 'polyline':
    case 'angle':
    case 'polygon':
    case 'spline':
      return { kind, points: all };
    case 'freehand':
      return { kind, points: all, is_closed: isClosed };
    case 'cobb_angle':
      return { kind, lines: [all.slice(0, 2), all.slice(2)] };
    case 'bidirectional':
      return { kind, long: all.slice(0, 2), short: all.slice(2) };
    case 'ellipse':
    case 'rectangle':
    case 'box3d':
    case 'plane':
      return { kind, centre: first, ends: rest };
  }
}

function pointsOf(geometry: ShapeGeometry): readonly (readonly number[])[] {
  switch (geometry.kind) {
    case 'point':
    case 'slice':
      return [geometry.at];
    case 'image':
    case 'study':
      return [];
    case 'line':
    case 'arrow':
      return geometry.ends;
    case 'polyline':
    case 'angle':
    case 'polygon':
    case 'spline':
    case 'freehand':
      return geometry.points;
    case 'cobb_angle':
      return geometry.lines.flat();
    case 'bidirectional':
      return [...geometry.long, ...geometry.short];
    case 'ellipse':
    case 'rectangle':
    case 'box3d':
    case 'plane':
      return [geometry.centre, ...geometry.ends];
  }
}

function pointOf(mm: readonly number[]): PointLps {
  return pointLps(parseTriple(mm));
}
