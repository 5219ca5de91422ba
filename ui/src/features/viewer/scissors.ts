/** Scissors in the space: from an outline on the canvas and the camera to the effect that cuts. */

import { axesOf, type Camera } from '../../engine/space/camera';
import type { Effect, OutlineMode, Slab } from '../../host/wire';
import { dot, scale } from '../../model/affine';
import type { CanvasPoint, Triple } from '../../model/space';
import type { CanvasSize } from '../../model/view';

/** How deep scissors cut: through everything, near the surface seen, or near what the camera turns about. */
export const DEPTHS = ['all', 'surface', 'middle'] as const;

export type Depth = (typeof DEPTHS)[number];

export const MODES: readonly OutlineMode[] = [
  'erase_inside',
  'erase_outside',
  'fill_inside',
  'fill_outside',
];

type ScissorsRequest = Extract<Effect, { type: 'scissors' }>;

export function fills(mode: OutlineMode): boolean {
  return mode === 'fill_inside' || mode === 'fill_outside';
}

/** The rows of x, y and 1 on the canvas from patient coordinates. */
export function canvasFromLps(camera: Camera, { width, height }: CanvasSize): number[][] {
  const { right, up } = axesOf(camera);
  const row = (way: Triple, middle: number) => [...way, middle - dot(way, camera.target)];
  return [
    row(scale(right, 1 / camera.mmPerPx), width / 2),
    row(scale(up, -1 / camera.mmPerPx), height / 2),
    [0, 0, 0, 1],
  ];
}

/** So far on both sides of a point, as the camera looks. */
export function slabAt(camera: Camera, point: Triple, mm: number): Slab {
  return { plane: { point: [...point], normal: [...axesOf(camera).toward] }, mm };
}

export function scissorsEffect(
  camera: Camera,
  canvas: CanvasSize,
  corners: readonly CanvasPoint[],
  how: Pick<ScissorsRequest, 'mode' | 'within' | 'goes'>,
): Effect {
  return {
    type: 'scissors',
    path: corners.map(({ x, y }) => [x, y]),
    canvas_from_lps: canvasFromLps(camera, canvas),
    ...how,
  };
}

/** The middle of corners. */
export function middleOf(corners: readonly CanvasPoint[]): CanvasPoint {
  const mean = (pick: (at: CanvasPoint) => number) =>
    corners.reduce((sum, at) => sum + pick(at), 0) / corners.length;
  return { space: 'canvas', x: mean(({ x }) => x), y: mean(({ y }) => y) };
}
