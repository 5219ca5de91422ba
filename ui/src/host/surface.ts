/** The body of a surface: pieces one after the other, as the backend's `wire/bytes.rs` lays them out. */

/** What lies in one brick of the grid. */
export interface SurfacePiece {
  /** Names the brick. */
  readonly brick: string;
  /** LPS mm, three numbers a vertex. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** Unit vectors out of the segment. */
  readonly normals: Float32Array<ArrayBuffer>;
  /** Three vertices of the piece each; none where the piece is no more. */
  readonly triangles: Uint32Array<ArrayBuffer>;
}

export interface SurfaceReply {
  readonly kind: 'surface';
  /** The document's, of which the surface is. */
  readonly revision: number;
  /** Whether these are all pieces, or those that changed. */
  readonly isWhole: boolean;
  readonly pieces: readonly SurfacePiece[];
}

const PIECE_HEADER_BYTES = 20;

/** @throws Error where the pieces do not fill the body. */
export function parsePieces(buffer: ArrayBuffer, from: number, nPieces: number): SurfacePiece[] {
  const view = new DataView(buffer);
  const pieces: SurfacePiece[] = [];
  let at = from;
  for (let n = 0; n < nPieces; n += 1) {
    if (at + PIECE_HEADER_BYTES > buffer.byteLength) throw tooShort();
    const number = (position: number) => view.getUint32(at + 4 * position, true);
    const brick = `${number(0)} ${number(1)} ${number(2)}`;
    const [nVertices, nTriangles] = [number(3), number(4)];
    const positions = at + PIECE_HEADER_BYTES;
    const normals = positions + 12 * nVertices;
    const triangles = normals + 12 * nVertices;
    at = triangles + 12 * nTriangles;
    if (at > buffer.byteLength) throw tooShort();
    pieces.push({
      brick,
      positions: new Float32Array(buffer, positions, 3 * nVertices),
      normals: new Float32Array(buffer, normals, 3 * nVertices),
      triangles: new Uint32Array(buffer, triangles, 3 * nTriangles),
    });
  }
  if (at !== buffer.byteLength) throw new Error('bytes reply: more than the pieces of a surface');
  return pieces;
}

function tooShort(): Error {
  return new Error('bytes reply: too short for the pieces of a surface');
}
