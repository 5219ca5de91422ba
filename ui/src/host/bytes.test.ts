import { describe, expect, it } from 'vitest';
import { parseReply } from './bytes';
import { writeReply, type ReplyHeader } from './fake/reply';
import type { BytesRequest, ImagePlane } from './wire';

const SLICE: BytesRequest = {
  kind: 'slice',
  request: 7,
  image: 'a',
  volume: 4,
  axis: 1,
  index: 30,
};
const LABELS: BytesRequest = {
  kind: 'labels',
  request: 8,
  document: 'd',
  layer: 2,
  axis: 0,
  index: 5,
};

const VOXELS = Int16Array.from([-1, 2, -300, 4, 5, 6]);
const HEADER: ReplyHeader = {
  kind: 1,
  request: 7,
  scalar: 3,
  axis: 1,
  index: 30,
  nColumns: 3,
  nRows: 2,
  revision: 0,
  part: 4,
};
const LABEL_HEADER: ReplyHeader = {
  ...HEADER,
  kind: 2,
  request: 8,
  scalar: 0,
  axis: 0,
  index: 5,
  revision: 9,
  part: 2,
};

const WIRE: BytesRequest = {
  kind: 'live_wire',
  request: 7,
  image: 'a',
  volume: 4,
  wire: {
    place: { kind: 'slice', axis: 1, index: 30, first: [5, 6], size: [3, 2] },
    anchor: [1, 0],
    sigma_mm: 1,
  },
};
const CONTOUR: BytesRequest = {
  kind: 'iso_contour',
  request: 7,
  image: 'a',
  volume: 4,
  contour: {
    place: { kind: 'slice', axis: 1, index: 30, first: [0, 0], size: [3, 2] },
    at: [1.5, 0.25],
    sigma_mm: 0,
  },
};
const WIRE_HEADER: ReplyHeader = { ...HEADER, kind: 7, scalar: 0 };

describe('a reply of the bytes door', () => {
  it('gives the ways of a live wire, if they are of the pixels asked for', () => {
    const next = Uint8Array.of(0, 8, 4, 7, 6, 5);
    const reply = parseReply(writeReply(WIRE_HEADER, next), WIRE, 0);
    expect(reply).toEqual({ kind: 'live_wire', next });
    for (const change of [{ nColumns: 2, nRows: 3 }, { index: 31 }, { kind: 1 }]) {
      const other = writeReply({ ...WIRE_HEADER, ...change }, next);
      expect(() => parseReply(other, WIRE, 0)).toThrow(/bytes reply/);
    }
  });

  it('gives the corners of a contour, if it is of the slice asked for', () => {
    const corners = Float64Array.of(0.5, 0, 1, 0.25, 0, 1);
    const header = { ...WIRE_HEADER, kind: 9, nColumns: 3, nRows: 0 };
    const reply = parseReply(writeReply(header, corners), CONTOUR, 0);
    expect(reply).toEqual({ kind: 'iso_contour', corners });
    for (const change of [{ nColumns: 2 }, { index: 31 }, { kind: 7 }]) {
      const other = writeReply({ ...header, ...change }, corners);
      expect(() => parseReply(other, CONTOUR, 0)).toThrow(/bytes reply/);
    }
  });

  it('gives the stored values and their place', () => {
    const reply = parseReply(writeReply(HEADER, VOXELS), SLICE, 0);
    expect(reply).toMatchObject({ kind: 'slice', axis: 1, index: 30, nColumns: 3, nRows: 2 });
    expect('voxels' in reply && [...reply.voxels]).toEqual([-1, 2, -300, 4, 5, 6]);
  });

  it('gives the channels of a colour together', () => {
    const header = { ...HEADER, scalar: 8, nColumns: 2, nRows: 1 };
    const reply = parseReply(writeReply(header, Uint8Array.from([1, 2, 3, 4, 5, 6])), SLICE, 0);
    expect(reply).toMatchObject({ nColumns: 2, nRows: 1, nChannels: 3 });
    expect('voxels' in reply && [...reply.voxels]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['request', { request: 6 }],
    ['kind', { kind: 2 }],
    ['axis', { axis: 2 }],
    ['index', { index: 31 }],
    ['volume', { part: 3 }],
    ['length', { nColumns: 4 }],
    ['length', { scalar: 2, nRows: 3 }],
    ['length', { scalar: 99 }],
  ] satisfies [string, Partial<ReplyHeader>][])(
    'is refused when its %s is another one',
    (what, change) => {
      expect(() => parseReply(writeReply({ ...HEADER, ...change }, VOXELS), SLICE, 0)).toThrow(
        what,
      );
    },
  );

  it('is refused when it is cut short', () => {
    const whole = writeReply(HEADER, VOXELS);
    expect(() => parseReply(whole.slice(0, 50), SLICE, 0)).toThrow('body length');
    expect(() => parseReply(whole.slice(0, 30), SLICE, 0)).toThrow('30 bytes');
  });

  it('is refused when it is no reply at all', () => {
    expect(() => parseReply(new ArrayBuffer(100), SLICE, 0)).toThrow('magic');
  });
});

describe('a reply with labels', () => {
  const labels = new Uint8Array(6);

  it('carries the revision it shows', () => {
    expect(parseReply(writeReply(LABEL_HEADER, labels), LABELS, 9)).toMatchObject({
      revision: 9,
      layer: 2,
    });
  });

  it('is refused when it is older than asked for, or of another layer', () => {
    expect(() => parseReply(writeReply(LABEL_HEADER, labels), LABELS, 10)).toThrow('revision');
    expect(() => parseReply(writeReply({ ...LABEL_HEADER, part: 1 }, labels), LABELS, 0)).toThrow(
      'layer',
    );
  });
});

describe('a reply with a plane', () => {
  const plane = {
    origin: [1.1, 2, 3],
    column_step: [1, -0, 0],
    row_step: [0, 1, 0],
    columns: 3,
    rows: 2,
  } satisfies ImagePlane;
  const slab = { thickness_mm: 20, projection: 'max' } as const;
  // Of 11 numbers as little-endian float32 by an FNV-1a of ten lines of Python.
  const sum = 3375775005;
  const question = { kind: 'plane', request: 5, image: 'i', volume: 1, plane, slab: null } as const;
  const header = { ...HEADER, kind: 4, scalar: 6, axis: 0, index: sum, part: 1, request: 5 };
  const pixels = Float32Array.from([1, 2, 3, 4, 5, Number.NaN]);

  it('gives its pixels', () => {
    const reply = parseReply(writeReply(header, pixels), question, 0);
    expect(reply).toMatchObject({ kind: 'plane', nColumns: 3, nRows: 2, volume: 1 });
    expect('voxels' in reply && reply.voxels).toEqual(pixels);
  });

  it('is refused when it shows another plane, or a slab', () => {
    const turned = { ...question, plane: { ...plane, row_step: [0, 1, 0.01] } };
    expect(() => parseReply(writeReply(header, pixels), turned, 0)).toThrow('plane');
    expect(() => parseReply(writeReply(header, pixels), { ...question, slab }, 0)).toThrow('plane');
    const ofSlab = { ...header, index: 2461350259 };
    expect(parseReply(writeReply(ofSlab, pixels), { ...question, slab }, 0)).toMatchObject({
      nColumns: 3,
    });
  });
});
