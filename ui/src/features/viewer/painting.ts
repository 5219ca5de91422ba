/** From a stroke of the tool to its preview and to the edit that is sent. */

import type { PendingStroke } from '../../engine/sheet';
import type { SentStroke } from '../../host';
import type { CutPlane as WireCutPlane, Document, Editable, Segment } from '../../host/wire';
import type { CutPlane } from '../../model/brush';
import { parseColor, type SegmentStyle } from '../../model/segments';
import type { VoxelRun } from '../../model/voxel-runs';
import { relabelRule, type Overwrite } from '../../tools/relabel';
import { brushStrokeOf, type Stroke } from '../../tools/stroke';

export function stylesOf(document: Document): SegmentStyle[] {
  return document.segments.map(styleOf);
}

/** Layers that hold segments, lowest first. */
export function layersOf(document: Document): number[] {
  return [...new Set(document.segments.map(({ layer }) => layer))].sort((a, b) => a - b);
}

/** A stroke as far as it is drawn. */
export interface Painted {
  readonly stroke: Stroke;
  readonly dabs: { readonly runs: readonly VoxelRun[] } | null;
}

export interface StrokeRules {
  readonly overwrite: Overwrite;
  readonly editable: Editable;
  readonly volume: number;
}

/** Whether a stroke may begin, or why not. */
export type Paintable =
  | { readonly kind: 'yes'; readonly segment: Segment }
  | { readonly kind: 'no-segment' }
  | { readonly kind: 'locked'; readonly name: string }
  | { readonly kind: 'hidden'; readonly name: string };

export function paintableSegment(document: Document, active: string | null): Paintable {
  const segment = document.segments.find(({ id }) => id === active);
  if (segment === undefined) return { kind: 'no-segment' };
  if (segment.is_locked) return { kind: 'locked', name: segment.name };
  if (!segment.is_visible) return { kind: 'hidden', name: segment.name };
  return { kind: 'yes', segment };
}

/** `dabs` are what the host says of an adaptive stroke. */
export function previewOf(
  id: number,
  { stroke, dabs }: Painted,
  segment: Segment,
  document: Document,
  overwrite: Overwrite,
): PendingStroke {
  const target = styleOf(segment);
  return {
    id,
    stroke: dabs === null ? brushStrokeOf(stroke) : { runs: dabs.runs },
    document: document.id,
    layer: target.layer,
    relabel: relabelRule(stroke.mode, target, stylesOf(document), overwrite),
    storedAt: null,
  };
}

/** A stroke as it is sent; an adaptive one looks at the values of `volume`. */
export function strokeOf(
  stroke: Stroke,
  segment: Segment,
  { overwrite, editable, volume }: StrokeRules,
): SentStroke {
  const { path, radiusMm, form, sliceAxis, sliceIndex, plane, along } = brushStrokeOf(stroke);
  const { tolerance } = stroke.brush;
  return {
    segment: segment.id,
    mode: stroke.mode,
    shape: form,
    radius_mm: radiusMm,
    path: path.map(({ mm: [x, y, z] }) => [x, y, z]),
    slice_axis: sliceAxis,
    slice_index: sliceIndex,
    plane: wirePlaneOf(plane),
    along: form === 'square' ? [...along] : null,
    adaptive: tolerance === undefined ? null : { volume, tolerance },
    overwrite,
    editable,
  };
}

export function wirePlaneOf(plane: CutPlane | null): WireCutPlane | null {
  return plane === null ? null : { point: [...plane.point], normal: [...plane.normal] };
}

function styleOf(segment: Segment): SegmentStyle {
  return {
    layer: segment.layer,
    label: segment.label,
    rgb: parseColor(segment.color),
    isVisible: segment.is_visible,
    opacity: segment.opacity,
    isLocked: segment.is_locked,
  };
}
