/**
 * The bytes door: parses a reply's 40-byte header and refuses a reply that answers another question.
 *
 * Replies for another slice than the one asked for have been seen in a webview; drawn under the wrong
 * position they would be painted on. So everything the header says is compared.
 */

import { parsePieces, type SurfaceReply } from './surface';
import type { BytesRequest, ImagePlane, ImageSlab, PixelPlace } from './wire';

type WithoutRequest<T> = T extends unknown ? Omit<T, 'request'> : never;

/** What can be asked; the host numbers its requests itself. */
export type BytesQuestion = WithoutRequest<BytesRequest>;
export type SliceQuestion = Extract<BytesQuestion, { kind: 'slice' }>;
export type PlaneQuestion = Extract<BytesQuestion, { kind: 'plane' | 'label_plane' }>;
export type LabelsQuestion = Extract<BytesQuestion, { kind: 'labels' }>;
/** A stroke as it is sent, all of it or a piece. */
export type SentStroke = Extract<BytesQuestion, { kind: 'dabs' }>['stroke'];

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

/** Numbers that make up one voxel. */
export type Channels = 1 | 3;

/**
 * One slice: columns along the lower in-plane index axis and fastest, rows along the higher; or the pixels
 * of a plane, in the scale of stored values and not a number outside the image.
 */
export interface SliceReply {
  readonly kind: 'slice' | 'labels' | 'plane' | 'label_plane';
  /** Of a slice. */
  readonly axis: number;
  readonly index: number;
  readonly nColumns: number;
  readonly nRows: number;
  /** 3 for colours (red, green, blue), else 1. */
  readonly nChannels: Channels;
  /** By rows, the channels of a voxel together. */
  readonly voxels: VoxelArray;
  /** Document revision a label slice shows, else 0. */
  readonly revision: number;
  /** Layer of a label slice, else 0. */
  readonly layer: number;
  /** Volume of an image slice, else 0. */
  readonly volume: number;
}

/** A PNG. */
export interface ThumbnailReply {
  readonly kind: 'thumbnail';
  readonly png: Uint8Array<ArrayBuffer>;
}

/** The ways to an anchor: of each pixel, by rows, the neighbour that is next. */
export interface LiveWireReply {
  readonly kind: 'live_wire';
  readonly next: Uint8Array;
}

/** The corners of a closed contour: column and row of each, one after the other. */
export interface IsoContourReply {
  readonly kind: 'iso_contour';
  readonly corners: Float64Array;
}

/** Runs of voxels: first column, row, slice and how many along the row. */
export interface DabsReply {
  readonly kind: 'dabs';
  readonly runs: Uint32Array;
}

export type BytesReply =
  SliceReply | ThumbnailReply | SurfaceReply | LiveWireReply | IsoContourReply | DabsReply;

const HEADER_BYTES = 40;
const HEADER_VERSION = 1;
/** `ANMY`, read as a big-endian number. */
const MAGIC = 0x414e4d59;
/** Of a run of voxels. */
const DAB_BYTES = 16;
/** Of a corner. */
const CORNER_BYTES = 16;
/** Scalar type of colours. */
const RGB = 8;
const BYTES_PER_VOXEL = [1, 1, 2, 2, 4, 4, 4, 8, 3];

interface Header {
  readonly kind: number;
  readonly request: number;
  readonly scalar: number;
  readonly axis: number;
  readonly index: number;
  readonly nColumns: number;
  readonly nRows: number;
  readonly nBytes: number;
  readonly revision: number;
  /** Of a label slice its layer, of an image slice its volume. */
  readonly part: number;
}

/**
 * Parses a reply to `request`.
 * @throws Error naming the difference when the reply is damaged or answers another question.
 */
export function parseReply(
  buffer: ArrayBuffer,
  request: BytesRequest,
  atLeastRevision: number,
): BytesReply {
  const header = parseHeader(buffer);
  expectEqual('request', header.request, request.request);
  expectEqual('kind', header.kind, kindNumber(request.kind));
  if (request.kind === 'thumbnail') {
    return { kind: 'thumbnail', png: new Uint8Array(buffer, HEADER_BYTES) };
  }
  if (request.kind === 'surface') {
    expectRevision(header.revision, atLeastRevision);
    const pieces = parsePieces(buffer, HEADER_BYTES, header.nColumns);
    return { kind: 'surface', revision: header.revision, isWhole: header.nRows === 1, pieces };
  }
  if (request.kind === 'live_wire') {
    const { place } = request.wire;
    expectPlace(header, place);
    const [nColumns, nRows] =
      place.kind === 'slice' ? place.size : [place.plane.columns, place.plane.rows];
    expectEqual('columns', header.nColumns, nColumns ?? 0);
    expectEqual('rows', header.nRows, nRows ?? 0);
    return { kind: 'live_wire', next: new Uint8Array(buffer, HEADER_BYTES) };
  }
  if (request.kind === 'iso_contour') {
    expectPlace(header, request.contour.place);
    expectEqual('length', header.nBytes, CORNER_BYTES * header.nColumns);
    const corners = new Float64Array(buffer, HEADER_BYTES, 2 * header.nColumns);
    return { kind: 'iso_contour', corners };
  }
  if (request.kind === 'dabs') {
    expectEqual('length', header.nBytes, DAB_BYTES * header.nColumns);
    return { kind: 'dabs', runs: new Uint32Array(buffer, HEADER_BYTES, 4 * header.nColumns) };
  }
  if (request.kind === 'plane' || request.kind === 'label_plane') {
    const slab = request.kind === 'plane' ? (request.slab ?? null) : null;
    expectEqual('plane', header.index, planeSum(request.plane, slab));
    expectEqual('columns', header.nColumns, request.plane.columns);
    expectEqual('rows', header.nRows, request.plane.rows);
  } else {
    expectEqual('axis', header.axis, request.axis);
    expectEqual('index', header.index, request.index);
  }
  const isLabels = request.kind === 'labels' || request.kind === 'label_plane';
  if (!isLabels) expectEqual('volume', header.part, request.volume);
  if (isLabels) {
    expectEqual('layer', header.part, request.layer);
    expectRevision(header.revision, atLeastRevision);
  }
  const nVoxels = header.nColumns * header.nRows;
  expectEqual('length', header.nBytes, nVoxels * (BYTES_PER_VOXEL[header.scalar] ?? Number.NaN));
  return {
    kind: request.kind,
    axis: header.axis,
    index: header.index,
    nColumns: header.nColumns,
    nRows: header.nRows,
    nChannels: header.scalar === RGB ? 3 : 1,
    voxels: voxelsOf(buffer, header.scalar, nVoxels),
    revision: header.revision,
    layer: isLabels ? header.part : 0,
    volume: isLabels ? 0 : header.part,
  };
}

function parseHeader(buffer: ArrayBuffer): Header {
  if (buffer.byteLength < HEADER_BYTES)
    throw new Error(`bytes reply: only ${buffer.byteLength} bytes`);
  const view = new DataView(buffer);
  expectEqual('magic', view.getUint32(0), MAGIC);
  expectEqual('version', view.getUint16(4, true), HEADER_VERSION);
  const header = {
    kind: view.getUint16(6, true),
    request: view.getUint32(8, true),
    scalar: view.getUint16(12, true),
    axis: view.getUint16(14, true),
    index: view.getUint32(16, true),
    nColumns: view.getUint32(20, true),
    nRows: view.getUint32(24, true),
    nBytes: view.getUint32(28, true),
    revision: view.getUint32(32, true),
    part: view.getUint32(36, true),
  };
  expectEqual('body length', buffer.byteLength - HEADER_BYTES, header.nBytes);
  return header;
}

function kindNumber(kind: BytesRequest['kind']): number {
  switch (kind) {
    case 'slice':
      return 1;
    case 'labels':
      return 2;
    case 'thumbnail':
      return 3;
    case 'plane':
      return 4;
    case 'label_plane':
      return 5;
    case 'surface':
      return 6;
    case 'live_wire':
      return 7;
    case 'dabs':
      return 8;
    case 'iso_contour':
      return 9;
  }
}

const PROJECTION_NUMBERS = { max: 1, min: 2, mean: 3 } as const;

/** FNV-1a over what a plane's request says, as the host has it: a reply tells which plane it shows. */
export function planeSum(plane: ImagePlane, slab: ImageSlab | null): number {
  const numbers = [
    ...plane.origin,
    ...plane.column_step,
    ...plane.row_step,
    slab?.thickness_mm ?? 0,
    slab === null ? 0 : PROJECTION_NUMBERS[slab.projection],
  ];
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  // JSON has no negative zero.
  numbers.forEach((number, n) => bytes.setFloat32(4 * n, Math.fround(number) + 0, true));
  let sum = 0x811c9dc5;
  for (let at = 0; at < bytes.byteLength; at += 1) {
    sum = Math.imul(sum ^ bytes.getUint8(at), 0x01000193) >>> 0;
  }
  return sum;
}

function expectPlace(header: Header, place: PixelPlace): void {
  const index = place.kind === 'slice' ? place.index : planeSum(place.plane, null);
  expectEqual('index', header.index, index);
}

function expectRevision(found: number, atLeast: number): void {
  if (found < atLeast) throw new Error(`bytes reply: revision ${found} is older than ${atLeast}`);
}

function expectEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`bytes reply: ${what} is ${found}, not ${expected}`);
}

/** The 40-byte header keeps every type aligned, so the body is viewed, not copied. */
function voxelsOf(buffer: ArrayBuffer, scalar: number, n: number): VoxelArray {
  switch (scalar) {
    case 0:
      return new Uint8Array(buffer, HEADER_BYTES, n);
    case 1:
      return new Int8Array(buffer, HEADER_BYTES, n);
    case 2:
      return new Uint16Array(buffer, HEADER_BYTES, n);
    case 3:
      return new Int16Array(buffer, HEADER_BYTES, n);
    case 4:
      return new Uint32Array(buffer, HEADER_BYTES, n);
    case 5:
      return new Int32Array(buffer, HEADER_BYTES, n);
    case 6:
      return new Float32Array(buffer, HEADER_BYTES, n);
    case 7:
      return new Float64Array(buffer, HEADER_BYTES, n);
    case RGB:
      return new Uint8Array(buffer, HEADER_BYTES, 3 * n);
    default:
      throw new Error(`bytes reply: unknown scalar type ${scalar}`);
  }
}
