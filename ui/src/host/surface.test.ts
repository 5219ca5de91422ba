import { expect, it } from 'vitest';
import { parseReply } from './bytes';
import { writeReply } from './fake/reply';

const REQUEST = {
  kind: 'surface',
  request: 9,
  document: 'd',
  segment: 's',
  since: 3,
  since_document: null,
} as const;
const HEADER = { kind: 6, request: 9, scalar: 0, axis: 0, index: 0, part: 0, revision: 7 } as const;

/** A triangle in brick 1 2 3, and brick 0 0 4 that is no more. */
function body(): Uint32Array {
  const corners = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9.5, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  return Uint32Array.from([
    ...[1, 2, 3, 3, 1],
    ...new Uint32Array(corners.buffer),
    ...[0, 1, 2],
    ...[0, 0, 4, 0, 0],
  ]);
}

it('gives the pieces of a surface, each with its brick', () => {
  const reply = parseReply(writeReply({ ...HEADER, nColumns: 2, nRows: 0 }, body()), REQUEST, 7);
  if (reply.kind !== 'surface') throw new Error(reply.kind);
  expect(reply).toMatchObject({ revision: 7, isWhole: false });
  const [piece, gone] = reply.pieces;
  expect(piece?.brick).toBe('1 2 3');
  expect([...(piece?.positions ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9.5]);
  expect([...(piece?.normals ?? [])]).toEqual([0, 0, 1, 0, 0, 1, 0, 0, 1]);
  expect([...(piece?.triangles ?? [])]).toEqual([0, 1, 2]);
  expect(gone).toMatchObject({ brick: '0 0 4' });
  expect(gone?.triangles.length).toBe(0);
});

it('refuses a surface that is older, cut off or too long', () => {
  const parse = (nPieces: number, words: Uint32Array, revision = 7) =>
    parseReply(writeReply({ ...HEADER, nColumns: nPieces, nRows: 1 }, words), REQUEST, revision);
  expect(() => parse(2, body(), 8)).toThrow('older');
  expect(() => parse(3, body())).toThrow('too short');
  expect(() => parse(1, body())).toThrow('more than');
  expect(() => parse(2, body().slice(0, -2))).toThrow('too short');
});
