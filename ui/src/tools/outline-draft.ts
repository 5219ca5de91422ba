/** An outline in hand: where it lies, what it goes through, and what the pen does with it. */

import type { CanvasPoint, PointLps } from '../model/space';
import { closedSpline } from '../model/spline';
import { isSamePlane } from '../model/turn';
import type { Wire } from './live-wire';
import { canvasPointOf, type ShownSlice } from './place';

export interface OutlineDraft {
  readonly slice: ShownSlice;
  readonly corners: readonly PointLps[];
  /** Anchors and ways of one that follows edges; null of one that is drawn free-hand or by corners. */
  readonly wire: Wire | null;
  /** Whether a closed spline goes through the corners. */
  readonly isSmooth: boolean;
  /** Who set the corners: those of a hand or along edges lie too near to be taken hold of. */
  readonly by: 'clicks' | 'hand' | 'edges';
  /** Whether it is closed, and only changed until it is done. */
  readonly isClosed: boolean;
  /** What a closed one is until a corner of it is changed: all corners that it was drawn with. */
  readonly drawn: readonly PointLps[] | null;
  /** The corner that keys move and take away. */
  readonly held: number | null;
  /** What the pen does; nothing while it is up. */
  readonly pen: OutlinePen | null;
  /** Where it was last. */
  readonly last: CanvasPoint;
  /** Whether it was dragged there, and goes on from there. */
  readonly goesOn: boolean;
  /** How often it went down since the outline was closed. */
  readonly nPresses: number;
  /** The outline that this one takes the place of. */
  readonly replaces: ReplacedOutline | null;
}

export type OutlinePen =
  /** It adds corners to those there were. */
  | { readonly kind: 'draws'; readonly nBefore: number; readonly from: CanvasPoint }
  /** It holds a corner, which lies `right` and `down` of it. */
  | {
      readonly kind: 'holds';
      readonly n: number;
      readonly from: CanvasPoint;
      readonly right: number;
      readonly down: number;
      readonly hasMoved: boolean;
      /** A press that takes the corner away, if it does not move. */
      readonly takes: boolean;
    };

/** An outline that was done. */
export interface ReplacedOutline {
  readonly document: string;
  readonly segment: string;
  /** What the document was then. */
  readonly revision: number;
  /** Whether that revision is its doing; one that changed nothing needs no undo. */
  readonly isMade: boolean;
}

/** An outline on a canvas. */
export interface DrawnOutline {
  readonly corners: readonly CanvasPoint[];
  readonly isClosed: boolean;
  /** Corners and anchors that can be taken hold of, or only where it began. */
  readonly marks: readonly CanvasPoint[];
  /** Which of them is in hand. */
  readonly held: number | null;
  readonly pen: CanvasPoint | null;
}

/** An outline with nothing but corners. */
export function outlineThrough(
  slice: ShownSlice,
  corners: readonly PointLps[],
  last: CanvasPoint,
): OutlineDraft {
  return {
    slice,
    corners,
    wire: null,
    isSmooth: false,
    by: 'clicks',
    isClosed: false,
    drawn: null,
    held: null,
    pen: null,
    last,
    goesOn: false,
    nPresses: 0,
    replaces: null,
  };
}

/** The corners of what is filled. */
export function pathOf({ drawn, isSmooth, corners }: OutlineDraft): readonly PointLps[] {
  return drawn ?? (isSmooth ? closedSpline(corners) : corners);
}

/** Where corners are on a canvas that shows their slice. */
export function cornersOn(shown: ShownSlice, corners: readonly PointLps[]): CanvasPoint[] {
  return corners.map((corner) => canvasPointOf(shown, corner));
}

/** Whether what is drawn on one lies on the other. */
export function isSameSlice(a: ShownSlice, b: ShownSlice): boolean {
  if (a.plane.name !== b.plane.name || !isSamePlane(a.plane, b.plane)) return false;
  return a.plane.turned !== null || a.sliceIndex === b.sliceIndex;
}
