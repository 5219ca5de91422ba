/** Writes small NIfTI-1 files, sound and unsound ones (NIfTI-1 standard, nifti1.h). */

const HEADER_BYTES = 352;
const FLOAT32 = 16;

/**
 * A float32 file of `size` (3 or 4 numbers) whose voxels are `value(n)`.
 *
 * `sform` are the three rows of its affine (RAS, mm).
 */
export function nifti(size, value, sform = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]) {
  const n = size.reduce((product, count) => product * count, 1);
  const file = Buffer.alloc(HEADER_BYTES + 4 * n);
  file.writeInt32LE(348, 0);
  file.writeInt16LE(size.length, 40);
  for (let axis = 0; axis < 7; axis += 1) file.writeInt16LE(size[axis] ?? 1, 42 + 2 * axis);
  file.writeInt16LE(FLOAT32, 70);
  file.writeInt16LE(32, 72);
  for (let axis = 0; axis < 8; axis += 1) file.writeFloatLE(1, 76 + 4 * axis);
  file.writeFloatLE(HEADER_BYTES, 108);
  file.writeFloatLE(1, 112);
  file.writeUInt8(2, 123);
  file.writeInt16LE(1, 254);
  sform.flat().forEach((number, at) => file.writeFloatLE(number, 280 + 4 * at));
  file.write('n+1\0', 344, 'latin1');
  for (let at = 0; at < n; at += 1) file.writeFloatLE(value(at), HEADER_BYTES + 4 * at);
  return file;
}
