/** What a viewer shows and which tool is in hand; pure changes of it. */

import type { OutlineMode } from '../../host/wire';
import type { BrushForm } from '../../model/brush';
import type { DrawnKind } from '../../model/figure';
import type { VoxelIndex } from '../../model/space';
import type { GreyWindow } from '../../model/window';
import { typedNumber } from '../../shared/number';
import type { Overwrite } from '../../tools/relabel';
import type { Tool } from '../../tools/binding';
import type { Arrangement } from './layout';
import type { Slabs, Turning } from './turning';

export const OUTLINE_WAYS = ['free', 'spline', 'wire', 'iso'] as const;

export type OutlineWay = (typeof OUTLINE_WAYS)[number];

export type LabelDisplay = 'fill' | 'outline' | 'hidden';

export interface ViewerState extends Arrangement {
  readonly tool: Tool;
  readonly window: GreyWindow;
  readonly isInverted: boolean;
  readonly interpolation: 'linear' | 'none';
  readonly labels: LabelDisplay;
  /** In the unit in which lengths on the image are told. */
  readonly brushDiameter: number;
  readonly brushForm: BrushForm;
  /** Whether the brush takes only what looks like its middle, within so many standard deviations. */
  readonly isBrushAdaptive: boolean;
  readonly brushTolerance: number;
  readonly overwrite: Overwrite;
  /** Whether outlines are drawn as the hand goes, as splines through points, follow edges or one value. */
  readonly outlineWay: OutlineWay;
  /** Of what values are smoothed by before a contour of one value is drawn, in the unit of lengths. */
  readonly isoSmoothing: number;
  /** Whether an outline that was closed can be adjusted before it is done. */
  readonly isOutlineAdjusted: boolean;
  readonly outlineMode: OutlineMode;
  /** How far an outline reaches beyond its slice. */
  readonly outlineReach: 'slice' | 'depth' | 'all';
  /** How far on both sides, in the unit of lengths. */
  readonly outlineDepth: number;
  /** How far the values of what is filled may lie from that where the fill begins. */
  readonly fillTolerance: number;
  readonly fillReach: 'slice' | 'volume';
  readonly fillMode: 'add' | 'remove';
  /** Which shape the shape tool draws. */
  readonly shapeKind: DrawnKind;
  readonly crosshair: VoxelIndex;
  /** None while every plane is one of the grid's. */
  readonly turning: Turning | null;
  /** Of the planes that show one. */
  readonly slabs: Slabs;
  /** Which of the image's volumes, 0 first. */
  readonly volume: number;
  /** Whether the volumes are shown one after the other. */
  readonly isPlaying: boolean;
  readonly hasCrosshair: boolean;
  /** Whether the pen cuts in the space. */
  readonly hasScissors: boolean;
}

export const MIN_BRUSH = 0.1;
export const MAX_BRUSH = 200;
/** Of an adaptive brush, standard deviations. */
export const MIN_TOLERANCE = 0.1;
export const MAX_TOLERANCE = 20;
const BRUSH_STEP = 1.2;

/** Rounded, so that the typed field shows a short number. */
export function brushDiameter(wanted: number): number {
  const kept = Math.min(Math.max(wanted, MIN_BRUSH), MAX_BRUSH);
  return Math.round(kept * 10) / 10;
}

/** A fifth larger or smaller, but at least by what the rounding lets through. */
export function steppedBrush(diameter: number, direction: 1 | -1): number {
  const next = brushDiameter(direction > 0 ? diameter * BRUSH_STEP : diameter / BRUSH_STEP);
  return next === diameter ? brushDiameter(diameter + direction * 0.1) : next;
}

/** The other of fill and outline; what was hidden is shown. */
export function toggledOutline(labels: LabelDisplay): LabelDisplay {
  return labels === 'outline' ? 'fill' : 'outline';
}

export function toggledHidden(labels: LabelDisplay, shownBefore: LabelDisplay): LabelDisplay {
  if (labels !== 'hidden') return 'hidden';
  return shownBefore === 'hidden' ? 'fill' : shownBefore;
}

/** Which typed numbers are taken. */
export type Limits = 'any' | 'positive' | { readonly min: number; readonly max: number };

/** A typed number; null where it is none or out of limits. */
export function parseNumber(text: string, limits: Limits): number | null {
  const typed = typedNumber(text);
  if (typed === null) return null;
  if (limits === 'any') return typed;
  if (limits === 'positive') return typed > 0 ? typed : null;
  return typed >= limits.min && typed <= limits.max ? typed : null;
}
