/** Turning wheel movement into whole slices. */

/** What is left of the wheel's movement after the last whole slice, px. */
export interface Scroll {
  readonly remainderPx: number;
}

export const STILL: Scroll = { remainderPx: 0 };

/** How a browser counts a wheel event's movement. */
export type WheelUnit = 'pixel' | 'line' | 'page';

/** A notch of a usual wheel is 100 to 120 px, or 3 lines; a trackpad sends many small movements. */
const PX_PER_SLICE = 100;
const LINES_PER_SLICE = 3;
/** A movement at least so long is a notch: one slice at once, without saving up. */
const NOTCH_PX = 50;

/** Whole slices to move, positive for scrolling down, and what is left for the next event. */
export function scrollBy(
  scroll: Scroll,
  delta: number,
  unit: WheelUnit,
): { scroll: Scroll; nSlices: number } {
  const px = toPx(delta, unit);
  if (Math.abs(px) >= NOTCH_PX) {
    return {
      scroll: STILL,
      nSlices: Math.sign(px) * Math.max(1, Math.round(Math.abs(px) / PX_PER_SLICE)),
    };
  }
  const sum = sameDirection(scroll.remainderPx, px) ? scroll.remainderPx + px : px;
  const nSlices = Math.trunc((2 * sum) / PX_PER_SLICE);
  return { scroll: { remainderPx: sum - (nSlices * PX_PER_SLICE) / 2 }, nSlices: nSlices + 0 };
}

function toPx(delta: number, unit: WheelUnit): number {
  switch (unit) {
    case 'pixel':
      return delta;
    case 'line':
      return (delta / LINES_PER_SLICE) * PX_PER_SLICE;
    case 'page':
      return delta * PX_PER_SLICE * 10;
  }
}

function sameDirection(a: number, b: number): boolean {
  return a * b >= 0;
}
