/** Writes replies of the bytes door, header and all, as a host would. */

export interface ReplyHeader {
  readonly kind: number;
  readonly request: number;
  readonly scalar: number;
  readonly axis: number;
  readonly index: number;
  readonly nColumns: number;
  readonly nRows: number;
  readonly revision: number;
  /** Layer of a label slice, volume of an image slice. */
  readonly part: number;
}

export function writeReply(header: ReplyHeader, body: ArrayBufferView): ArrayBuffer {
  const buffer = new ArrayBuffer(40 + body.byteLength);
  const view = new DataView(buffer);
  view.setUint32(0, 0x414e4d59);
  view.setUint16(4, 1, true);
  view.setUint16(6, header.kind, true);
  view.setUint32(8, header.request, true);
  view.setUint16(12, header.scalar, true);
  view.setUint16(14, header.axis, true);
  view.setUint32(16, header.index, true);
  view.setUint32(20, header.nColumns, true);
  view.setUint32(24, header.nRows, true);
  view.setUint32(28, body.byteLength, true);
  view.setUint32(32, header.revision, true);
  view.setUint32(36, header.part, true);
  new Uint8Array(buffer, 40).set(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  return buffer;
}
