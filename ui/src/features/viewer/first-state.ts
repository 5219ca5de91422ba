/** How an image is shown when it was just opened. */

import { FIGURE_KINDS } from '../../model/figure';
import { clampToGrid, middleOf, type Grid } from '../../model/grid';
import type { LengthUnit } from '../../model/length';
import { voxelIndex, withComponent, type VoxelIndex } from '../../model/space';
import type { ShownImage } from '../../model/image';
import { recallChoice } from '../../shared/remembered';
import { recalledArrangement } from './layout';
import { brushDiameter, type ViewerState } from './state';

const FIRST_BRUSH_MM = 10;
/** Of the shorter side of an image without depth. */
const FIRST_BRUSH_SHARE = 0.03;

const FIRST_TOLERANCE_SHARE = 0.12;
/** Almost all values of a tissue lie within so many standard deviations. */
const FIRST_BRUSH_TOLERANCE = 3;

export function firstState(grid: Grid, image: ShownImage, unit: LengthUnit): ViewerState {
  // Of a volume; where there is one plane only, lines that cross in it say nothing.
  const isVolume = image.planes.length > 1;
  return {
    tool: 'navigate',
    window: image.window,
    isInverted: image.is_inverted,
    interpolation: 'linear',
    labels: 'fill',
    brushDiameter: brushDiameter(firstBrushMm(grid, isVolume) / unit.mm),
    brushForm: 'round',
    isBrushAdaptive: false,
    brushTolerance: FIRST_BRUSH_TOLERANCE,
    overwrite: 'all',
    outlineWay: 'free',
    isoSmoothing: firstSmoothing(grid, unit),
    isOutlineAdjusted: recallChoice('outline.adjusted', ['no', 'yes'], 'no') === 'yes',
    outlineMode: 'fill_inside',
    outlineReach: 'slice',
    outlineDepth: brushDiameter(firstBrushMm(grid, isVolume) / unit.mm),
    fillTolerance: firstTolerance(image),
    fillReach: 'slice',
    fillMode: 'add',
    shapeKind: recallChoice('shape.kind', FIGURE_KINDS, 'line'),
    crosshair: firstCrosshair(grid, image),
    turning: null,
    slabs: {},
    volume: 0,
    isPlaying: false,
    hasCrosshair: isVolume,
    hasScissors: false,
    ...recalledArrangement(image.planes.map(({ name }) => name)),
  };
}

function firstBrushMm({ size, spacingMm }: Grid, isVolume: boolean): number {
  if (isVolume) return Math.min(FIRST_BRUSH_MM, 12 * Math.min(...spacingMm));
  return FIRST_BRUSH_SHARE * Math.min(size[0] * spacingMm[0], size[1] * spacingMm[1]);
}

/** A voxel: takes the noise. A short number. */
function firstSmoothing({ spacingMm }: Grid, unit: LengthUnit): number {
  return Number((Math.min(...spacingMm) / unit.mm).toPrecision(2));
}

/** Of the window: what looks alike. A short number. */
function firstTolerance({ window }: ShownImage): number {
  return Number((window.width * FIRST_TOLERANCE_SHARE).toPrecision(2));
}

export function firstCrosshair(grid: Grid, image: ShownImage): VoxelIndex {
  return clampToGrid(grid, voxelIndex(withComponent(middleOf(grid).ijk, 2, image.first_slice)));
}
