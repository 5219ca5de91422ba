/** What is written and drawn on a plane, above the image. */

import type { Annotations } from '../../engine/overlay';
import type { Pane } from '../../engine/pane';
import type { DrawnShape } from '../../engine/shapes';
import type { Grid } from '../../model/grid';
import type { LengthUnit } from '../../model/length';
import type { Plane, PlaneName } from '../../model/plane';
import type { Axis, CanvasPoint } from '../../model/space';
import { withComponent, voxelIndex } from '../../model/space';
import type { ShownImage } from '../../model/image';
import { t } from '../../shared/messages';
import { handlesOf, type PlaneLine } from '../../tools/lines';
import type { DrawnOutline } from '../../tools/outline-draft';
import { formatSlicePosition } from './readout';
import type { ViewerState } from './state';
import { angleOf } from './turning';
import { volumeText } from './volumes';

/** As radiology users know them; the same as the design tokens `--plane-*`, which a canvas cannot read. */
export const PLANE_COLORS: Readonly<Record<PlaneName, string>> = {
  axial: '#f34a33',
  sagittal: '#edd54c',
  coronal: '#6eb04b',
  own: '#9db2cc',
};

const NO_BRUSH_COLOR = '#ffffff';

export interface Annotated {
  readonly grid: Grid;
  readonly planes: readonly Plane[];
  readonly image: ShownImage;
  readonly state: ViewerState;
  readonly brushRadiusMm: number;
  readonly unit: LengthUnit;
  /** Where the pen is over this pane. */
  readonly hover: CanvasPoint | null;
  /** Colour of the painted segment. */
  readonly brushColor: string | null;
  /** The outline in hand, if it is drawn on this pane's slice. */
  readonly outline: DrawnOutline | null;
  readonly shapes: readonly DrawnShape[];
  /** Of the image and the slice. */
  readonly labels: readonly string[];
  /** What is under the pen, if it is over this pane. */
  readonly readout: readonly string[];
  readonly notice: string | null;
  /** Where the other planes cut this pane's. */
  readonly lines: readonly PlaneLine[];
}

export function annotationsOf(pane: Pane, annotated: Annotated): Annotations {
  const { state, grid, planes } = annotated;
  // Where slices are uneven or lean, lines of the grid's own planes bend.
  const isTurned = state.turning !== null;
  const lines = state.hasCrosshair ? annotated.lines : [];
  const colored = lines.map((line) => ({ ...line, color: PLANE_COLORS[line.name] }));
  const base = planes.find(({ name }) => name === pane.plane.name) ?? pane.plane;
  return {
    crosshair: state.hasCrosshair && !isTurned ? crosshairOf(base, annotated) : null,
    lines: isTurned ? colored : [],
    handles:
      state.tool === 'navigate'
        ? colored.flatMap((line) =>
            handlesOf(line, pane.canvas).map((at) => ({ at, color: line.color })),
          )
        : [],
    brush: brushOf(annotated),
    outline: outlineOf(annotated),
    shapes: annotated.shapes,
    topLeft: [...sliceTexts(pane, grid, annotated), ...slabTexts(pane), ...annotated.labels],
    bottomLeft: annotated.readout,
    bottomRight: [windowText(state)],
    scale: scaleOf(annotated),
    notice: annotated.notice,
  };
}

function crosshairOf(plane: Plane, { planes, state }: Annotated): Annotations['crosshair'] {
  const colorAcross = (axis: Axis) => {
    const cut = planes.find(({ sliceAxis }) => sliceAxis === axis);
    return cut === undefined ? NO_BRUSH_COLOR : PLANE_COLORS[cut.name];
  };
  return {
    at: state.crosshair,
    columnColor: colorAcross(plane.columnAxis),
    rowColor: colorAcross(plane.rowAxis),
  };
}

function brushOf({ state, hover, brushColor, brushRadiusMm }: Annotated): Annotations['brush'] {
  if (hover === null || !(state.tool === 'brush' || state.tool === 'eraser')) return null;
  const color = state.tool === 'eraser' ? NO_BRUSH_COLOR : (brushColor ?? NO_BRUSH_COLOR);
  return { at: hover, radiusMm: brushRadiusMm, isSquare: state.brushForm === 'square', color };
}

function outlineOf({ outline, brushColor }: Annotated): Annotations['outline'] {
  if (outline === null) return null;
  return { ...outline, color: brushColor ?? NO_BRUSH_COLOR };
}

function scaleOf({ image, unit }: Annotated): Annotations['scale'] {
  const note = image.meaning.in_plane === 'detector' ? t('viewer.at_detector') : null;
  return { isPixels: unit.name === 'px', note };
}

/** Of the slice that is on screen, which while scrolling may not yet be the one asked for. */
function sliceTexts(pane: Pane, grid: Grid, { image, planes, state }: Annotated): string[] {
  const { frame } = pane;
  if (frame === null) return [];
  const { plane } = frame;
  const volume = image.n_volumes > 1 ? [volumeText(image, frame.volume)] : [];
  const base = planes.find(({ name }) => name === plane.name);
  const angle = base === undefined ? null : angleOf(base, state);
  if (plane.turned !== null && angle !== null) return [obliqueText(plane.name, angle), ...volume];
  const middle = voxelIndex([
    (grid.size[0] - 1) / 2,
    (grid.size[1] - 1) / 2,
    (grid.size[2] - 1) / 2,
  ]);
  const voxel = voxelIndex(withComponent(middle.ijk, plane.sliceAxis, frame.index));
  const slice = { slice: frame.index + 1, n: plane.nSlices };
  return [
    ...(image.meaning.is_placed ? [formatSlicePosition(grid, plane.sliceAxis, voxel)] : []),
    ...(plane.nSlices > 1 ? [t('viewer.slice', slice)] : []),
    ...volume,
  ];
}

export function obliqueText(name: PlaneName, angle: number): string {
  return t('viewer.oblique.text', { angle: angle.toFixed(1), plane: t(`viewer.plane.${name}`) });
}

function slabTexts({ frame }: Pane): string[] {
  if (frame === null || frame.slab === null) return [];
  const { thicknessMm, projection } = frame.slab;
  return [t('viewer.slab.text', { projection: t(`viewer.slab.${projection}`), mm: thicknessMm })];
}

function windowText({ window }: ViewerState): string {
  return t('viewer.window_text', {
    width: formatWindow(window.width),
    center: formatWindow(window.center),
  });
}

/** Three significant digits at least, whole numbers in full. */
export function formatWindow(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-6))));
  return String(Number(value.toFixed(Math.min(digits, 8))));
}
