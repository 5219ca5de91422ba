/** What drawing and painting need to know of a document's segments. */

/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

export interface SegmentStyle {
  readonly layer: number;
  /** Its value in that layer, 1 to 65535. */
  readonly label: number;
  readonly rgb: Rgb;
  readonly isVisible: boolean;
  /** 0 to 1. */
  readonly opacity: number;
  readonly isLocked: boolean;
}

/** Grey for what is not `#rrggbb`. */
const NO_COLOR: Rgb = [128, 128, 128];

export function parseColor(text: string): Rgb {
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (digits === null) return NO_COLOR;
  const channel = (n: number) => Number.parseInt(digits[n] ?? '', 16);
  return [channel(1), channel(2), channel(3)];
}
