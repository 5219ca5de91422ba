/** Shapes above the image: thin lines with a dark rim, small handles, and a label beside them. */

import type { CanvasPoint } from '../model/space';
import type { CanvasSize } from '../model/view';
import { labelPlace, samplesOf, type Box } from './shape-labels';

export interface DrawnCurve {
  readonly points: readonly CanvasPoint[];
  readonly isClosed: boolean;
  /** Of a shape beside the slice that is shown, or between keys. */
  readonly isDashed: boolean;
}

export interface DrawnHandle {
  readonly at: CanvasPoint;
  /** Corners and ends are round, what turns is a ring, what moves all is a cross. */
  readonly form: 'dot' | 'ring' | 'cross';
  readonly isHeld: boolean;
}

export interface DrawnShape {
  readonly color: string;
  readonly opacity: number;
  readonly isInHand: boolean;
  readonly curves: readonly DrawnCurve[];
  /** A position without extent. */
  readonly mark: CanvasPoint | null;
  /** Whether the position was found between keys. */
  readonly isMarkDashed: boolean;
  /** The tip of an arrow, and where it comes from. */
  readonly tip: { readonly at: CanvasPoint; readonly from: CanvasPoint } | null;
  readonly handles: readonly DrawnHandle[];
  readonly label: readonly string[];
}

const RIM = 'rgba(0, 0, 0, 0.65)';
/** Under dashes, whose gaps it fills. */
const FAINT_RIM = 'rgba(0, 0, 0, 0.3)';
const FONT = '12px system-ui, sans-serif';
const LINE_HEIGHT = 15;
const DASH = [4, 4];
/** Of a position, whose lines are short. */
const MARK_DASH = [1, 2];
const HANDLE_RADIUS = 3.5;
const MARK_PX = 6;
const TIP_PX = 11;
/** Half the angle of an arrow's tip. */
const TIP_ANGLE = 0.42;
/** More could not be told apart, and would take long to place. */
const MOST_LABELS = 40;
const LABEL_PAD = 4;
const LABEL_GROUND = 'rgba(5, 6, 7, 0.55)';
const TEXT_COLOR = '#e6e8eb';

export function drawShapes(
  context: CanvasRenderingContext2D,
  canvas: CanvasSize,
  shapes: readonly DrawnShape[],
): void {
  context.save();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  const inOrder = [...shapes].sort((a, b) => Number(a.isInHand) - Number(b.isInHand));
  for (const shape of inOrder) drawLines(context, shape);
  const lines = shapes.flatMap(({ curves }) => curves.flatMap((curve) => samplesOf(pathOf(curve))));
  const taken: Box[] = [];
  // The one in hand chooses its place first.
  for (const shape of inOrder.reverse().slice(0, MOST_LABELS)) {
    const box = drawLabel(context, shape, { canvas, lines, taken });
    if (box !== null) taken.push(box);
  }
  context.restore();
}

function drawLines(context: CanvasRenderingContext2D, shape: DrawnShape): void {
  const { color, curves, mark, tip, isMarkDashed } = shape;
  context.globalAlpha = shape.opacity;
  const width = shape.isInHand ? 1.75 : 1.25;
  for (const { points, isClosed, isDashed } of curves) {
    const dash = isDashed ? DASH : [];
    stroke(context, color, width, () => trace(context, points, isClosed), dash);
  }
  const markDash = isMarkDashed ? MARK_DASH : [];
  if (mark !== null) stroke(context, color, width, () => traceMark(context, mark), markDash);
  if (tip !== null) stroke(context, color, width, () => traceTip(context, tip));
  context.globalAlpha = 1;
  for (const handle of shape.handles) drawHandle(context, color, handle);
}

function stroke(
  context: CanvasRenderingContext2D,
  color: string,
  width: number,
  path: () => void,
  dash: readonly number[] = [],
): void {
  for (const [own, style, dashes] of [
    [width + 1.75, dash.length > 0 ? FAINT_RIM : RIM, []],
    [width, color, dash],
  ] as const) {
    context.setLineDash([...dashes]);
    context.lineWidth = own;
    context.strokeStyle = style;
    context.beginPath();
    path();
    context.stroke();
  }
  context.setLineDash([]);
}

function trace(
  context: CanvasRenderingContext2D,
  points: readonly CanvasPoint[],
  isClosed: boolean,
): void {
  points.forEach(({ x, y }, n) => (n === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  if (isClosed) context.closePath();
}

/** A cross that leaves its middle free. */
function traceMark(context: CanvasRenderingContext2D, { x, y }: CanvasPoint): void {
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    context.moveTo(x + 2 * dx, y + 2 * dy);
    context.lineTo(x + MARK_PX * dx, y + MARK_PX * dy);
  }
}

function traceTip(
  context: CanvasRenderingContext2D,
  { at, from }: NonNullable<DrawnShape['tip']>,
): void {
  const back = Math.atan2(from.y - at.y, from.x - at.x);
  for (const side of [-1, 1]) {
    const angle = back + side * TIP_ANGLE;
    context.moveTo(at.x, at.y);
    context.lineTo(at.x + TIP_PX * Math.cos(angle), at.y + TIP_PX * Math.sin(angle));
  }
}

function drawHandle(
  context: CanvasRenderingContext2D,
  color: string,
  { at: { x, y }, form, isHeld }: DrawnHandle,
): void {
  if (form === 'cross') {
    stroke(context, color, 1.25, () => {
      context.moveTo(x - 4, y);
      context.lineTo(x + 4, y);
      context.moveTo(x, y - 4);
      context.lineTo(x, y + 4);
    });
    if (!isHeld) return;
  }
  stroke(context, color, 1.25, () =>
    context.arc(x, y, isHeld ? HANDLE_RADIUS + 1.5 : HANDLE_RADIUS, 0, 2 * Math.PI),
  );
  context.fillStyle = isHeld ? color : 'rgba(10, 12, 15, 0.55)';
  if (form === 'dot') context.fill();
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { label, curves, mark, opacity, color }: DrawnShape,
  around: Parameters<typeof labelPlace>[2],
): Box | null {
  if (label.length === 0) return null;
  context.font = FONT;
  const width = Math.max(...label.map((line) => context.measureText(line).width));
  const height = label.length * LINE_HEIGHT;
  const path = [...curves.flatMap(({ points }) => points), ...(mark === null ? [] : [mark])];
  const box = labelPlace(path, { width, height }, around);
  if (box === null) return null;
  context.globalAlpha = opacity;
  context.fillStyle = LABEL_GROUND;
  context.beginPath();
  context.roundRect(box.left - LABEL_PAD, box.top - 2, width + 2 * LABEL_PAD, height + 3, 3);
  context.fill();
  context.textAlign = 'left';
  context.textBaseline = 'top';
  label.forEach((line, n) => {
    context.fillStyle = n === 0 ? color : TEXT_COLOR;
    context.fillText(line, box.left, box.top + 1 + n * LINE_HEIGHT);
  });
  context.globalAlpha = 1;
  return box;
}

function pathOf({ points, isClosed }: DrawnCurve): readonly CanvasPoint[] {
  return isClosed ? [...points, ...points.slice(0, 1)] : points;
}
