/** From what somebody types to the size of a pixel. */
import type { PixelSize } from '../../host/wire';
import { typedNumber } from '../../shared/number';

/** Limits of the host, mm. */
const [LEAST_MM, MOST_MM] = [1e-6, 1e3];

/** A width and a height, the latter the same where it is left out; null where they are no sizes. */
export function typedSize(width: string, height: string): PixelSize | null {
  const columnMm = numberIn(width);
  const rowMm = height.trim() === '' ? columnMm : numberIn(height);
  if (columnMm === null || rowMm === null) return null;
  return { kind: 'measured', mm: [columnMm, rowMm] };
}

function numberIn(text: string): number | null {
  const mm = typedNumber(text);
  return mm !== null && mm >= LEAST_MM && mm <= MOST_MM ? mm : null;
}

/** What was answered before, to be typed over. */
export function textsOf(size: PixelSize | null): { width: string; height: string } {
  if (size?.kind !== 'measured') return { width: '', height: '' };
  const [width, height] = size.mm;
  return { width: String(width), height: width === height ? '' : String(height) };
}
