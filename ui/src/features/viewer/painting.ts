/** From a stroke of the tool to its preview and to the edit that is sent. */

import type { PendingStroke } from '../../engine/sheet';
import type { CutPlane as WireCutPlane, Document, Edit, Editable, Segment } from '../../host/wire';
import type { CutPlane } from '../../model/brush';
import { parseColor, type SegmentStyle } from '../../model/segments';
import { relabelRule, type Overwrite } from '../../tools/relabel';
import { brushStrokeOf, type Stroke } from '../../tools/stroke';

export function stylesOf(document: Document): SegmentStyle[] {
  return document.segments.map(styleOf);
}

/** Layers that hold segments, lowest first. */
export function layersOf(document: Document): number[] {
  return [...new Set(document.segments.map(({ layer }) => layer))].sort((a, b) => a - b);
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

export function previewOf(
  id: number,
  stroke: Stroke,
  segment: Segment,
  document: Document,
  overwrite: Overwrite,
): PendingStroke {
  const target = styleOf(segment);
  return {
    id,
    stroke: brushStrokeOf(stroke),
    document: document.id,
    layer: target.layer,
    relabel: relabelRule(stroke.mode, target, stylesOf(document), overwrite),
    storedAt: null,
  };
}

export function editOf(
  stroke: Stroke,
  segment: Segment,
  overwrite: Overwrite,
  editable: Editable,
): Edit {
  const { path, radiusMm, form, sliceAxis, sliceIndex, plane } = brushStrokeOf(stroke);
  return {
    type: 'stroke',
    segment: segment.id,
    mode: stroke.mode,
    shape: form,
    radius_mm: radiusMm,
    path: path.map(({ mm: [x, y, z] }) => [x, y, z]),
    slice_axis: sliceAxis,
    slice_index: sliceIndex,
    plane: wirePlaneOf(plane),
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
