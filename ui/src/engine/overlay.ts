/** What lies above the image on a 2-D canvas: crosshair, brush, letters, scale bar, texts. */

import { inPlaneOf } from '../model/plane';
import { canvasPoint, type CanvasPoint, type InPlane, type VoxelIndex } from '../model/space';
import { canvasFromInPlane } from '../model/view';
import type { Placing } from './renderer';
import { scaleBar } from './scaleBar';
import { drawShapes, type DrawnShape } from './shapes';

export interface Annotations {
  /** Where the planes cross, and the colours of the two that cut this one. */
  readonly crosshair: {
    readonly at: VoxelIndex;
    readonly columnColor: string;
    readonly rowColor: string;
  } | null;
  /** Where other planes cut one of them that is turned, through where they cross. */
  readonly lines: readonly OverlayLine[];
  /** Marks where lines can be taken hold of. */
  readonly handles: readonly { readonly at: CanvasPoint; readonly color: string }[];
  /** Outline of the brush. */
  readonly brush: {
    readonly at: CanvasPoint;
    readonly radiusMm: number;
    readonly isSquare: boolean;
    readonly color: string;
  } | null;
  /** An outline that is being drawn, to where the pen is. */
  readonly outline: {
    readonly corners: readonly CanvasPoint[];
    readonly isClosed: boolean;
    /** Corners that are marked, the first of them larger. */
    readonly marks: readonly CanvasPoint[];
    /** Which of them is filled: the one in hand. */
    readonly held: number | null;
    readonly pen: CanvasPoint | null;
    readonly color: string;
  } | null;
  readonly shapes: readonly DrawnShape[];
  readonly topLeft: readonly string[];
  readonly bottomLeft: readonly string[];
  readonly bottomRight: readonly string[];
  /** What the scale bar counts, and what to know of it. */
  readonly scale: { readonly isPixels: boolean; readonly note: string | null };
  /** Shown in the middle, such as that a slice is loading. */
  readonly notice: string | null;
}

export interface OverlayLine {
  readonly centre: CanvasPoint;
  /** A unit vector on the canvas. */
  readonly right: number;
  readonly down: number;
  readonly color: string;
}

const TEXT_COLOR = '#e6e8eb';
/** Around texts, so that they can be read on any tissue; far cheaper to draw than a blurred shadow. */
const RIM = 'rgba(0, 0, 0, 0.9)';
const FONT = '12px system-ui, sans-serif';
const LETTER_FONT = '600 14px system-ui, sans-serif';
const PAD = 8;
const LINE_HEIGHT = 16;
/** The crosshair leaves the voxel it marks free. */
const CROSSHAIR_GAP_PX = 10;
const HANDLE_PX = 4;
/** Surely out of sight. */
const FAR_INDICES = 1e5;
const SCALE_BAR_MOST_PX = 120;

export function drawOverlay(
  context: CanvasRenderingContext2D,
  placing: Placing,
  annotations: Annotations,
): void {
  const { canvas, pixelRatio } = placing;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (annotations.crosshair !== null) drawCrosshair(context, placing, annotations.crosshair);
  drawLines(context, placing, annotations.lines);
  drawHandles(context, annotations.handles);
  if (annotations.brush !== null) drawBrush(context, placing, annotations.brush);
  if (annotations.outline !== null) drawOutline(context, annotations.outline);
  drawShapes(context, canvas, annotations.shapes);
  context.fillStyle = TEXT_COLOR;
  context.strokeStyle = RIM;
  context.lineJoin = 'round';
  context.lineWidth = 3.5;
  drawLetters(context, placing);
  drawScaleBar(context, placing, annotations.scale);
  drawTexts(context, placing, annotations);
}

function drawCrosshair(
  context: CanvasRenderingContext2D,
  placing: Placing,
  { at, columnColor, rowColor }: NonNullable<Annotations['crosshair']>,
): void {
  const centre = inPlaneOf(placing.plane, at);
  context.lineWidth = 1;
  context.globalAlpha = 0.85;
  for (const [along, color] of [
    ['row', columnColor],
    ['column', rowColor],
  ] as const) {
    context.strokeStyle = color;
    context.beginPath();
    for (const way of [-1, 1] as const) {
      armOf(placing, centre, along, way).forEach(({ x, y }, n) =>
        n === 0 ? context.moveTo(x, y) : context.lineTo(x, y),
      );
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** From beside the marked voxel out of the canvas, bent where the plane's parts meet. */
function armOf(
  { plane, view, canvas }: Placing,
  centre: InPlane,
  along: 'column' | 'row',
  way: 1 | -1,
): CanvasPoint[] {
  const far = centre[along] + way * FAR_INDICES;
  const bends = plane.parts
    .filter((part) => part.along === along && (part.first - centre[along]) * way > 0)
    .map(({ first }) => first)
    .sort((a, b) => (a - b) * way);
  const points = [centre[along], ...bends, far].map((index) =>
    canvasFromInPlane(plane, view, canvas, { ...centre, [along]: index }),
  );
  const [start, next, ...rest] = points;
  if (start === undefined || next === undefined) return [];
  const [dx, dy] = [next.x - start.x, next.y - start.y];
  const gap = Math.min(CROSSHAIR_GAP_PX / Math.hypot(dx, dy), 1);
  return [canvasPoint(start.x + dx * gap, start.y + dy * gap), next, ...rest];
}

function drawLines(
  context: CanvasRenderingContext2D,
  { canvas }: Placing,
  lines: readonly OverlayLine[],
): void {
  const far = canvas.width + canvas.height;
  context.lineWidth = 1;
  context.globalAlpha = 0.85;
  for (const { centre, right, down, color } of lines) {
    context.strokeStyle = color;
    context.beginPath();
    const away = Math.hypot(centre.x - canvas.width / 2, centre.y - canvas.height / 2);
    for (const way of [-1, 1]) {
      for (const px of [CROSSHAIR_GAP_PX, far + away]) {
        const [x, y] = [centre.x + way * px * right, centre.y + way * px * down];
        if (px === CROSSHAIR_GAP_PX) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

function drawHandles(context: CanvasRenderingContext2D, handles: Annotations['handles']): void {
  for (const { at, color } of handles) {
    strokeRimmed(context, color, () => context.arc(at.x, at.y, HANDLE_PX, 0, 2 * Math.PI));
  }
}

function drawBrush(
  context: CanvasRenderingContext2D,
  { view }: Placing,
  { at, radiusMm, isSquare, color }: NonNullable<Annotations['brush']>,
): void {
  const radius = Math.max(radiusMm * view.pxPerMm, 1);
  strokeRimmed(context, color, () => {
    if (isSquare) context.rect(at.x - radius, at.y - radius, 2 * radius, 2 * radius);
    else context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  });
}

/** An outline that is being drawn. */
export function drawOutline(
  context: CanvasRenderingContext2D,
  { corners, isClosed, marks, held, pen, color }: NonNullable<Annotations['outline']>,
): void {
  const points = pen === null ? corners : [...corners, pen];
  strokeRimmed(context, color, () => {
    points.forEach(({ x, y }, n) => (n === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    if (isClosed) context.closePath();
  });
  marks.forEach(({ x, y }, n) => {
    const radius = n === held ? 4.5 : n === 0 ? 4 : 2.5;
    strokeRimmed(context, color, () => context.arc(x, y, radius, 0, 2 * Math.PI));
    if (n !== held) return;
    context.fillStyle = TEXT_COLOR;
    context.fill();
  });
}

/** A dark rim under the coloured line keeps it visible on any tissue. */
function strokeRimmed(context: CanvasRenderingContext2D, color: string, path: () => void): void {
  const rims = [
    [3, 'rgba(0, 0, 0, 0.6)'],
    [1.5, color],
  ] as const;
  for (const [width, style] of rims) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.beginPath();
    path();
    context.stroke();
  }
}

function drawLetters(context: CanvasRenderingContext2D, { plane, canvas }: Placing): void {
  const { letters } = plane;
  const [middleX, middleY] = [canvas.width / 2, canvas.height / 2];
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  drawStrongestFirst(context, letters.left, PAD, middleY);
  context.textAlign = 'right';
  drawStrongestFirst(context, letters.right, canvas.width - PAD, middleY);
  context.textAlign = 'center';
  drawStrongestFirst(context, letters.top, middleX, PAD + 6);
  drawStrongestFirst(context, letters.bottom, middleX, canvas.height - PAD - 6);
}

/** The strongest direction large, the others small behind it. */
function drawStrongestFirst(
  context: CanvasRenderingContext2D,
  letters: string,
  x: number,
  y: number,
): void {
  const [first, rest] = [letters.slice(0, 1), letters.slice(1)];
  context.font = LETTER_FONT;
  const firstWidth = context.measureText(first).width;
  context.font = FONT;
  const restWidth = context.measureText(rest).width;
  const left = x - shareLeftOf(context.textAlign) * (firstWidth + restWidth);
  const align = context.textAlign;
  context.textAlign = 'left';
  context.font = LETTER_FONT;
  writeText(context, first, left, y);
  context.font = FONT;
  writeText(context, rest, left + firstWidth, y + 1);
  context.textAlign = align;
}

function shareLeftOf(align: CanvasTextAlign): number {
  switch (align) {
    case 'center':
      return 0.5;
    case 'right':
    case 'end':
      return 1;
    case 'left':
    case 'start':
      return 0;
  }
}

function drawScaleBar(
  context: CanvasRenderingContext2D,
  { view, canvas }: Placing,
  { isPixels, note }: Annotations['scale'],
): void {
  const most = Math.min(SCALE_BAR_MOST_PX, canvas.width / 3);
  const bar = scaleBar(view.pxPerMm, most);
  const y = canvas.height - PAD - LINE_HEIGHT * 2;
  const right = canvas.width - PAD;
  const left = right - bar.lengthPx;
  context.beginPath();
  context.rect(left, y, bar.lengthPx, 2);
  context.rect(left, y - 3, 1, 8);
  context.rect(right - 1, y - 3, 1, 8);
  context.stroke();
  context.fill();
  context.font = FONT;
  context.textAlign = 'right';
  context.textBaseline = 'bottom';
  const label = isPixels ? `${bar.lengthMm} px` : bar.label;
  writeText(context, note === null ? label : `${label} ${note}`, right, y - 4);
}

function drawTexts(
  context: CanvasRenderingContext2D,
  { canvas }: Placing,
  annotations: Annotations,
): void {
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  annotations.topLeft.forEach((text, n) => writeText(context, text, PAD, PAD + n * LINE_HEIGHT));
  context.textBaseline = 'bottom';
  fromBelow(annotations.bottomLeft, (text, up) =>
    writeText(context, text, PAD, canvas.height - PAD - up),
  );
  context.textAlign = 'right';
  fromBelow(annotations.bottomRight, (text, up) =>
    writeText(context, text, canvas.width - PAD, canvas.height - PAD - up),
  );
  if (annotations.notice === null) return;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  writeText(context, annotations.notice, canvas.width / 2, canvas.height / 2);
}

function fromBelow(texts: readonly string[], draw: (text: string, up: number) => void): void {
  texts.forEach((text, n) => draw(text, (texts.length - 1 - n) * LINE_HEIGHT));
}

function writeText(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}
