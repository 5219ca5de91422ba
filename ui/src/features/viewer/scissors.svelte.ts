/** Scissors in hand: how they cut, and the outline that is being drawn in the space. */

import type { SpacePane, SpacePen } from '../../engine/space/pane';
import type { Effect, OutlineMode, Segment, Slab } from '../../host/wire';
import { cutOffOf, GONE } from '../../model/cut-off';
import type { CanvasPoint } from '../../model/space';
import { t } from '../../shared/messages';
import { recallChoice, remember } from '../../shared/remembered';
import { dragLasso, isEnclosing, pressLasso, releaseLasso, type Lasso } from '../../tools/lasso';
import type { DrawnOutline } from '../../tools/outline-draft';
import { fills, middleOf, scissorsEffect, slabAt, type Depth } from './scissors';

export interface ScissorsListeners {
  /** Whether anything can be cut; why not is told. */
  readonly canCut: () => boolean;
  /** Whether it was done. */
  readonly onCut: (effect: Effect) => Promise<boolean>;
  /** Shows what would be cut; the name of the document that is shown then, null where nothing is. */
  readonly onLook: (effect: Effect) => Promise<string | null>;
  /** What is shown is to be done, or to go. */
  readonly onLooked: (name: string, isWanted: boolean) => void;
  /** The document that is shown. */
  readonly shown: () => string | null;
  /** Segments that can get what is cut off. */
  readonly receivers: () => readonly Segment[];
  readonly onTold: (text: string) => void;
}

const FIRST_DEPTH_MM = 10;
const LOOKS_FIRST = 'space.scissors.looks_first';

export class ScissorsState {
  mode: OutlineMode = $state('erase_inside');
  depth: Depth = $state('all');
  depthMm: number = $state(FIRST_DEPTH_MM);
  /** `GONE`, `NEW`, or the identity of a segment. */
  cutOff: string = $state(GONE);
  #looksFirst = $state(recallChoice(LOOKS_FIRST, ['no', 'yes'], 'no') === 'yes');
  /** What was shown last before it is cut. */
  #look: string | null = $state.raw(null);
  #lasso: Lasso<CanvasPoint> | null = $state.raw(null);
  #hover: CanvasPoint | null = $state.raw(null);
  readonly #listeners: ScissorsListeners;

  constructor(listeners: ScissorsListeners) {
    this.#listeners = listeners;
  }

  /** Whether what would be cut is shown before it is. */
  get looksFirst(): boolean {
    return this.#looksFirst;
  }
  set looksFirst(looksFirst: boolean) {
    this.#looksFirst = looksFirst;
    remember(LOOKS_FIRST, looksFirst ? 'yes' : 'no');
  }

  /** Whether what would be cut is shown, and waits for a decision. */
  get isLooking(): boolean {
    return this.#look !== null && this.#listeners.shown() === this.#look;
  }

  /** What is drawn of the outline; null where none is in hand. */
  get drawn(): DrawnOutline | null {
    if (this.#lasso === null) return null;
    const { corners, nBefore } = this.#lasso;
    const pen = nBefore === null ? this.#hover : null;
    return { corners, isClosed: false, marks: corners.slice(0, 1), held: null, pen };
  }

  penOn(pane: SpacePane): SpacePen {
    return {
      onDown: (at) => {
        if (this.#listeners.canCut()) {
          this.#lasso = pressLasso(this.#lasso?.corners ?? [], at, at);
        }
      },
      onMove: (points) => {
        if (this.#lasso !== null) this.#lasso = dragLasso(this.#lasso, points, (at) => at);
      },
      onUp: () => {
        if (this.#lasso === null) return;
        const { lasso, isDone } = releaseLasso(this.#lasso, this.#lasso.corners[0]);
        this.#lasso = lasso;
        if (isDone) void this.cut(pane);
      },
      onHover: (at) => {
        this.#hover = at;
      },
    };
  }

  /** Drops the outline, and what is shown of it. */
  drop(): void {
    this.#lasso = null;
    this.decide(false);
  }

  /** Cuts what is shown, or lets it be. */
  decide(isWanted: boolean): void {
    const look = this.isLooking ? this.#look : null;
    this.#look = null;
    if (look !== null) this.#listeners.onLooked(look, isWanted);
  }

  /** A key for the outline in hand: done, one corner less, or dropped. Whether there was one for it. */
  useKey(key: string, pane: SpacePane): boolean {
    if (this.isLooking) return this.#useLookKey(key);
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

  #useLookKey(key: string): boolean {
    if (key !== 'Enter' && key !== 'Escape') return false;
    this.decide(key === 'Enter');
    return true;
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
    const isDone = await (this.looksFirst ? this.#lookAt(effect) : this.#listeners.onCut(effect));
    // What was refused can be tried again, or dropped with Escape.
    if (isDone && this.#lasso === lasso) this.#lasso = null;
  }

  async #lookAt(effect: Effect): Promise<boolean> {
    this.#look = await this.#listeners.onLook(effect);
    return this.#look !== null;
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
