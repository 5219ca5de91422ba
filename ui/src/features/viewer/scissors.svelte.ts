/** Scissors in hand: how they cut, and the outline that is being drawn in the space. */

import type { SpacePane, SpacePen } from '../../engine/space/pane';
import type { Effect, OutlineMode, Segment, Slab } from '../../host/wire';
import { cutOffOf, GONE } from '../../model/cut-off';
import { canvasPoint, type CanvasPoint } from '../../model/space';
import { t } from '../../shared/messages';
import { dragLasso, isEnclosing, pressLasso, releaseLasso, type Lasso } from '../../tools/lasso';
import type { DrawnOutline } from '../../tools/outline-draft';
import { ARROWS } from './keys';
import type { Looking } from './looking.svelte';
import { fills, middleOf, scissorsEffect, slabAt, type Depth } from './scissors';

export interface ScissorsListeners {
  /** Whether anything can be cut; why not is told. */
  readonly canCut: () => boolean;
  /** Whether it was done. */
  readonly onCut: (effect: Effect) => Promise<boolean>;
  /** Segments that can get what is cut off. */
  readonly receivers: () => readonly Segment[];
  readonly looking: () => Looking;
  readonly onTold: (text: string) => void;
}

const FIRST_DEPTH_MM = 10;
/** How far a key moves the pen. */
const PEN_STEP_PX = 10;

export class ScissorsState {
  mode: OutlineMode = $state('erase_inside');
  depth: Depth = $state('all');
  depthMm: number = $state(FIRST_DEPTH_MM);
  /** `GONE`, `NEW`, or the identity of a segment. */
  cutOff: string = $state(GONE);
  #lasso: Lasso<CanvasPoint> | null = $state.raw(null);
  #hover: CanvasPoint | null = $state.raw(null);
  /** Where keys draw. */
  #pen: CanvasPoint | null = $state.raw(null);
  readonly #listeners: ScissorsListeners;

  constructor(listeners: ScissorsListeners) {
    this.#listeners = listeners;
  }

  /** What is drawn of the outline; null where none is in hand. */
  get drawn(): DrawnOutline | null {
    const byKey = this.#pen === null ? [] : [this.#pen];
    if (this.#lasso === null) {
      return this.#pen === null
        ? null
        : { corners: [], isClosed: false, marks: byKey, held: 0, pen: null };
    }
    const { corners, nBefore } = this.#lasso;
    const pen = nBefore === null ? (this.#pen ?? this.#hover) : null;
    const marks = [...corners.slice(0, 1), ...byKey];
    return { corners, isClosed: false, marks, held: null, pen };
  }

  penOn(pane: SpacePane): SpacePen {
    return {
      onDown: (at) => {
        this.#pen = null;
        this.#press(at);
      },
      onMove: (points) => {
        if (this.#lasso !== null) this.#lasso = dragLasso(this.#lasso, points, (at) => at);
      },
      onUp: () => this.#release(pane),
      onHover: (at) => {
        this.#hover = at;
      },
    };
  }

  #press(at: CanvasPoint): void {
    if (this.#listeners.canCut()) this.#lasso = pressLasso(this.#lasso?.corners ?? [], at, at);
  }

  #release(pane: SpacePane): void {
    if (this.#lasso === null) return;
    const { lasso, isDone } = releaseLasso(this.#lasso, this.#lasso.corners[0]);
    this.#lasso = lasso;
    if (isDone) void this.cut(pane);
  }

  /** With Shift arrows move a pen, which begins in the middle, and Enter sets a corner there. */
  #usePenKey(key: string, pane: SpacePane): boolean {
    const { width, height } = pane.canvas;
    const { x, y } = this.#pen ?? canvasPoint(width / 2, height / 2);
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'ArrowUp':
      case 'ArrowDown': {
        const [right, down] = ARROWS[key];
        const within = (place: number, most: number) => Math.min(Math.max(place, 0), most);
        this.#pen = canvasPoint(
          within(x + PEN_STEP_PX * right, width),
          within(y + PEN_STEP_PX * down, height),
        );
        return true;
      }
      case 'Enter':
        this.#pen = canvasPoint(x, y);
        this.#press(this.#pen);
        this.#release(pane);
        return true;
      default:
        return false;
    }
  }

  /** Drops the outline, and what is shown of it. */
  drop(): void {
    this.#lasso = null;
    this.#pen = null;
    this.#listeners.looking().decide(false);
  }

  /** A key for the outline in hand: done, one corner less, or dropped. Whether there was one for it. */
  useKey({ key, shiftKey }: KeyboardEvent, pane: SpacePane): boolean {
    if (this.#listeners.looking().useKey(key)) return true;
    if (shiftKey) return this.#usePenKey(key, pane);
    if (this.#lasso === null) return false;
    switch (key) {
      case 'Enter':
        void this.cut(pane);
        return true;
      case 'Backspace': {
        const corners = this.#lasso.corners.slice(0, -1);
        this.#lasso = corners.length === 0 ? null : { ...this.#lasso, corners };
        return true;
      }
      case 'Escape':
        this.drop();
        return true;
      default:
        return false;
    }
  }

  /** Cuts what the outline goes around, or shows it; it stays on screen until that is done. */
  async cut(pane: SpacePane): Promise<void> {
    const lasso = this.#lasso;
    if (lasso === null || !isEnclosing(lasso)) return;
    const within = this.#within(pane, lasso.corners);
    if (within === undefined) {
      this.#listeners.onTold(t('space.scissors.no_surface'));
      this.drop();
      return;
    }
    const { mode } = this;
    const goes = fills(mode) ? GONE : this.cutOff;
    const effect = scissorsEffect(pane.camera, pane.canvas, lasso.corners, {
      mode,
      within,
      goes: cutOffOf(goes, this.#listeners.receivers()),
    });
    const looking = this.#listeners.looking();
    const isDone = await (looking.isWished ? looking.show(effect) : this.#listeners.onCut(effect));
    // What was refused can be tried again, or dropped with Escape.
    if (isDone && this.#lasso === lasso) this.#lasso = null;
  }

  /** Undefined where there is no surface to be near. */
  #within(pane: SpacePane, corners: readonly CanvasPoint[]): Slab | null | undefined {
    const { camera } = pane;
    switch (this.depth) {
      case 'all':
        return null;
      case 'middle':
        return slabAt(camera, camera.target, this.depthMm);
      case 'surface': {
        const point = pane.surfaceAt(middleOf(corners));
        return point === null ? undefined : slabAt(camera, point, this.depthMm);
      }
    }
  }
}
