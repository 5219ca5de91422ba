/** Slices as the engine gets them, and where it gets them from. */

import type { StoredSlice } from '../model/brush';
import type { ChangeLog } from '../model/change';
import type { Plane } from '../model/plane';
import type { Axis } from '../model/space';

/** Voxels in their stored type. */
export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Stored values, columns fastest; never changed once here. */
export interface ImageSlice extends StoredSlice {
  /** 3 for colours: red, green and blue of a voxel lie together. */
  readonly nChannels: 1 | 3;
  /** Which volume of the image it is of, 0 first. */
  readonly volume: number;
  readonly voxels: VoxelArray;
}

/** Labels of one layer as they were at `revision`; never changed once here. */
export interface LabelSlice extends StoredSlice {
  readonly document: string;
  readonly layer: number;
  readonly revision: number;
  readonly labels: Uint8Array | Uint16Array;
}

export type Projection = 'max' | 'min' | 'mean';

/** Layers behind each other shown as one picture: so thick, half on either side of the plane. */
export interface Slab {
  readonly thicknessMm: number;
  readonly projection: Projection;
}

export function isSameSlab(a: Slab | null, b: Slab | null): boolean {
  return a?.thicknessMm === b?.thicknessMm && a?.projection === b?.projection;
}

/** A turned plane, or a slab around it or around a slice of the grid. */
export interface CutPlace {
  readonly plane: Plane;
  readonly volume: number;
  readonly index: number;
  readonly slab: Slab | null;
}

/** Where slices come from. Rejections are shown to the user by whoever made the source. */
export interface SliceSource {
  image(volume: number, axis: Axis, index: number): Promise<ImageSlice>;
  labels(place: LabelPlace, atLeastRevision: number): Promise<LabelSlice>;
}

/** Where turned planes and slabs come from. */
export interface CutSource {
  cut(place: CutPlace): Promise<ImageSlice>;
  /** Labels in the plane, which is the middle of a slab. */
  cutLabels(
    place: CutPlace,
    layer: { readonly document: string; readonly layer: number },
    atLeastRevision: number,
  ): Promise<LabelSlice>;
}

/** A slice of a layer of a document. */
export interface LabelPlace {
  readonly document: string;
  readonly layer: number;
  readonly axis: Axis;
  readonly index: number;
}

/** The labels that lie on a volume: those of one document. */
export interface LabelSet {
  readonly document: string;
  readonly changes: ChangeLog;
  /** Layers that hold segments, lowest first; no other layer is fetched. */
  readonly layers: readonly number[];
}

/** The labels that lie on a volume; undefined while they are not known. */
export type LabelsOf = (volume: number) => LabelSet | undefined;
