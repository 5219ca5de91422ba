/** Where labels of shapes go: beside their shape, off other lines and labels, and on the canvas. */

import { canvasPoint, type CanvasPoint } from '../model/space';
import type { CanvasSize } from '../model/view';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Between a shape and its label, and around a label, CSS px. */
const GAP = 10;
const PAD = 4;
/** A line is looked at in steps of this, CSS px. */
const STEP_PX = 4;
/** How bad it is to cross a line, to cover a label, to stick out of the canvas. */
const LINE_COST = 1;
const LABEL_COST = 100;
const OUT_COST = 1000;

/**
 * The best place for a label of a size beside the path of a shape.
 *
 * @param lines what should be seen, points every few px: see `samplesOf`
 * @param taken by other labels
 */
export function labelPlace(
  path: readonly CanvasPoint[],
  size: CanvasSize,
  {
    canvas,
    lines,
    taken,
  }: {
    readonly canvas: CanvasSize;
    readonly lines: readonly CanvasPoint[];
    readonly taken: readonly Box[];
  },
): Box | null {
  let best: { readonly box: Box; readonly cost: number } | null = null;
  for (const box of places(path, size)) {
    const covered = lines.filter((point) => isIn(point, box)).length;
    const labels = taken.filter((other) => overlaps(box, other)).length;
    const out = isOn(canvas, box) ? 0 : 1;
    const cost = covered * LINE_COST + labels * LABEL_COST + out * OUT_COST;
    // Of places as good as each other the first one.
    if (best === null || cost < best.cost) best = { box, cost };
  }
  return best?.box ?? null;
}

/** Points along a path, a few px apart. */
export function samplesOf(path: readonly CanvasPoint[]): CanvasPoint[] {
  return path.slice(1).flatMap((to, at) => {
    const from = path[at] ?? to;
    const n = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / STEP_PX));
    return Array.from({ length: n }, (_, step) =>
      canvasPoint(from.x + ((to.x - from.x) * step) / n, from.y + ((to.y - from.y) * step) / n),
    );
  });
}

/** Right, left, below and above of what lies farthest out there; then off the corners. */
function places(path: readonly CanvasPoint[], { width, height }: CanvasSize): Box[] {
  const [first] = path;
  if (first === undefined) return [];
  const most = (score: (point: CanvasPoint) => number) =>
    path.reduce((best, point) => (score(point) > score(best) ? point : best), first);
  const [right, left] = [most(({ x }) => x), most(({ x }) => -x)];
  const [low, high] = [most(({ y }) => y), most(({ y }) => -y)];
  const corners = [
    [right.x + GAP, low.y + GAP],
    [right.x + GAP, high.y - GAP - height],
    [left.x - GAP - width, low.y + GAP],
    [left.x - GAP - width, high.y - GAP - height],
  ];
  const all = [
    [right.x + GAP, right.y - height / 2],
    [left.x - GAP - width, left.y - height / 2],
    [low.x - width / 2, low.y + GAP],
    [high.x - width / 2, high.y - GAP - height],
    ...corners,
  ];
  return all.map(([x = 0, y = 0]) => ({ left: x, top: y, right: x + width, bottom: y + height }));
}

function isIn({ x, y }: CanvasPoint, box: Box): boolean {
  return x > box.left - PAD && x < box.right + PAD && y > box.top - PAD && y < box.bottom + PAD;
}

function isOn({ width, height }: CanvasSize, box: Box): boolean {
  return (
    box.left >= PAD && box.top >= PAD && box.right <= width - PAD && box.bottom <= height - PAD
  );
}

function overlaps(a: Box, b: Box): boolean {
  return (
    a.left < b.right + 2 * PAD &&
    b.left < a.right + 2 * PAD &&
    a.top < b.bottom + 2 * PAD &&
    b.top < a.bottom + 2 * PAD
  );
}
