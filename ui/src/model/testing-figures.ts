/** Figures and planes for tests. */

import type { CanvasPlane } from './canvas-plane';
import type { Figure, FigureKind } from './figure';
import { pointLps, type Triple } from './space';

export function figure(kind: FigureKind, ...points: readonly Triple[]): Figure {
  return { kind, points: points.map(pointLps), isClosed: false };
}

/** Axial: x to the right, y down, 2 px to a mm, slices of 3 mm; (10, 20, 30) at the top left. */
export const AXIAL: CanvasPlane = {
  origin: pointLps([10, 20, 30]),
  right: [1, 0, 0],
  down: [0, 1, 0],
  pxPerMm: 2,
  sliceMm: 3,
};

/** Turned about x by the angle whose sine is 0.6: it goes up as it goes down the screen. */
export const OBLIQUE: CanvasPlane = {
  ...AXIAL,
  down: [0, 0.8, 0.6],
};
