/**
 * A measurement hook for the benchmark: time from the user's input to the slice drawn.
 *
 * It works only when the benchmark has put an array at `window.__annotomyProbe` beforehand; then
 * drawing is also waited for, which normal use never does.
 */

import type { Pane } from './pane';

/** Both on the page's clock (`performance.now()`), ms. */
export interface DrawnSlice {
  readonly plane: string;
  readonly index: number;
  readonly requestedAt: number;
  readonly drawnAt: number;
}

declare global {
  interface Window {
    __annotomyProbe?: DrawnSlice[];
  }
}

export function reportDrawn(pane: Pane, requestedAt: number): void {
  const probe = window.__annotomyProbe;
  if (probe === undefined) return;
  pane.finish();
  const { plane, want } = pane;
  probe.push({ plane: plane.name, index: want.index, requestedAt, drawnAt: performance.now() });
}
