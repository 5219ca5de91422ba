/** All panes of a viewer and the one loop that draws them, only when something changed. */

import type { Grid } from '../model/grid';
import type { Plane, PlaneName } from '../model/plane';
import type { View } from '../model/view';
import { CutLoader, isCut, isSameWant } from './cuts';
import { cutFrame, nextFrame, showsStored, type Frame } from './frame';
import { SliceLoader, type Outcome, type Want } from './loader';
import type { Annotations } from './overlay';
import { Pane, type PaneElements } from './pane';
import { reportDrawn } from './probe';
import type { Look } from './renderer';
import type { PendingStroke } from './sheet';
import type { CutSource, LabelsOf, Slab, SliceSource } from './slices';

export interface StageOptions {
  readonly grid: Grid;
  readonly source: SliceSource & CutSource;
  /** Volumes on the grid. */
  readonly nVolumes: number;
  readonly labelsOf: LabelsOf;
  readonly look: Look;
  /**
   * Whether an image appears only when the one after it is drawn: WebKitGTK was seen to show a canvas's
   * last frame but one, so that the slice on screen was not the one whose number stood above it.
   */
  readonly isShownLate: boolean;
  /** What to write on a pane; asked for whenever it is drawn. */
  readonly annotate: (pane: Pane) => Annotations;
  /** Another slice is shown, a request failed, or labels arrived. */
  readonly onShown: () => void;
}

/** A slice that takes longer is said to be loading. */
const SLOW_AFTER_MS = 200;

export class Stage {
  readonly loader: SliceLoader;
  readonly #cuts: CutLoader;
  readonly #options: StageOptions;
  readonly #panes = new Map<PlaneName, Pane>();
  readonly #stale = new Set<Pane>();
  /** Panes of which only what lies above the image changed. */
  readonly #staleOverlays = new Set<Pane>();
  /** Panes drawn once, to be drawn the same again where images are shown late. */
  readonly #drawnOnce = new Set<Pane>();
  /** When the user asked each pane for another slice, for the measurement. */
  readonly #askedAt = new Map<Pane, number>();
  #volume = 0;
  #look: Look;
  #strokes: readonly PendingStroke[] = [];
  #nextTick: number | null = null;
  #hasArrival = false;
  #isDisposed = false;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#look = options.look;
    this.loader = new SliceLoader(options.source, options.nVolumes, options.labelsOf, (outcome) =>
      this.#onArrival(outcome),
    );
    this.#cuts = new CutLoader(options.source, options.labelsOf, (outcome) =>
      this.#onArrival(outcome),
    );
  }

  attach(plane: Plane, elements: PaneElements, index: number): Pane {
    const want = { plane, volume: this.#volume, index, direction: 0, slab: null } as const;
    const pane = new Pane(elements, want, (changed) => this.invalidate(changed));
    this.#panes.set(plane.name, pane);
    this.#wantOf(pane);
    this.invalidate(pane);
    return pane;
  }

  detach(pane: Pane): void {
    this.#panes.delete(pane.plane.name);
    this.#stale.delete(pane);
    this.#staleOverlays.delete(pane);
    this.#drawnOnce.delete(pane);
    this.#askedAt.delete(pane);
    pane.dispose();
  }

  pane(name: PlaneName): Pane | undefined {
    return this.#panes.get(name);
  }

  get panes(): readonly Pane[] {
    return [...this.#panes.values()];
  }

  /** Shows another slice; `askedAt` is the input's time on the page's clock. */
  show(pane: Pane, index: number, askedAt: number): void {
    if (pane.want.index === index) return;
    this.#ask(pane, askedAt);
    pane.wantedIndex = index;
    this.#wantOf(pane);
  }

  /** Shows another plane, looked at as `view` says, or a slab around it. */
  aim(
    pane: Pane,
    wanted: { readonly plane: Plane; readonly index: number; readonly slab: Slab | null },
    view: View | null,
    askedAt: number,
  ): void {
    if (isSameWant(pane.want, { ...pane.want, ...wanted })) return;
    this.#ask(pane, askedAt);
    pane.wantedIndex = wanted.index;
    pane.aim(wanted.plane, view, wanted.slab);
    this.#wantOf(pane);
  }

  /** Why what a pane is to show cannot be shown, if a request failed. */
  failureOf({ want }: Pane): unknown {
    return isCut(want) ? this.#cuts.failureOf(want) : this.loader.failureOf(want);
  }

  retry(): void {
    this.loader.retry();
    this.#cuts.retry();
  }

  #wantOf({ want }: Pane): void {
    this.#cuts.want(want);
    if (isCut(want)) this.loader.unwant(want.plane);
    else this.loader.want(want);
  }

  /** Shows the same slices of another volume. */
  showVolume(volume: number, askedAt: number): void {
    if (volume === this.#volume) return;
    this.#volume = volume;
    for (const pane of this.#panes.values()) {
      this.#ask(pane, askedAt);
      pane.wantedVolume = volume;
      this.#wantOf(pane);
    }
  }

  #ask(pane: Pane, askedAt: number): void {
    this.#askedAt.set(pane, askedAt);
    setTimeout(() => this.invalidateOverlay(pane), SLOW_AFTER_MS);
  }

  setLook(look: Look): void {
    this.#look = look;
    this.invalidateAll();
  }

  setStrokes(strokes: readonly PendingStroke[]): void {
    this.#strokes = strokes;
    this.invalidateAll();
  }

  /** Fetches what an operation changed, and the labels of volumes that became known. */
  refreshLabels(): void {
    this.loader.pump();
    this.#cuts.pump();
    this.invalidateAll();
  }

  /** Whether every pane shows a stored stroke from the host, so that its preview can go. */
  isShown(stroke: PendingStroke): boolean {
    return this.panes.every(
      ({ frame }) => frame === null || showsStored(this.loader, frame, stroke),
    );
  }

  /** Whether the wanted slice has been waited for long enough to say so. */
  isSlow(pane: Pane): boolean {
    if (pane.frame === null) return true;
    const askedAt = this.#askedAt.get(pane);
    return askedAt !== undefined && performance.now() - askedAt >= SLOW_AFTER_MS;
  }

  invalidate(pane: Pane): void {
    this.#stale.add(pane);
    this.invalidateOverlay(pane);
  }

  invalidateOverlay(pane: Pane): void {
    if (this.#isDisposed) return;
    this.#staleOverlays.add(pane);
    this.#schedule();
  }

  invalidateAll(): void {
    for (const pane of this.#panes.values()) this.invalidate(pane);
  }

  invalidateOverlays(): void {
    for (const pane of this.#panes.values()) this.invalidateOverlay(pane);
  }

  dispose(): void {
    this.#isDisposed = true;
    if (this.#nextTick !== null) cancelAnimationFrame(this.#nextTick);
    this.loader.dispose();
    this.#cuts.dispose();
    for (const pane of this.panes) this.detach(pane);
  }

  #schedule(): void {
    this.#nextTick ??= requestAnimationFrame(() => this.#tick());
  }

  #tick(): void {
    this.#nextTick = null;
    this.#drawAgain();
    const [images, overlays] = [[...this.#stale], [...this.#staleOverlays]];
    this.#stale.clear();
    this.#staleOverlays.clear();
    let isOther = false;
    for (const pane of images) {
      const shown = pane.frame;
      pane.frame = this.#nextFrame(pane);
      isOther ||= pane.frame?.image !== shown?.image;
      pane.draw(this.#look, this.#strokes);
      this.#reportDrawn(pane);
      if (this.#options.isShownLate) this.#drawnOnce.add(pane);
    }
    if (this.#drawnOnce.size > 0) this.#schedule();
    for (const pane of overlays) pane.drawOverlay(this.#options.annotate(pane));
    if (isOther || this.#hasArrival) this.#options.onShown();
    this.#hasArrival = false;
  }

  #drawAgain(): void {
    const panes = [...this.#drawnOnce].filter((pane) => !this.#stale.has(pane));
    this.#drawnOnce.clear();
    for (const pane of panes) pane.draw(this.#look, this.#strokes);
  }

  #nextFrame(pane: Pane): Frame | null {
    const { grid } = this.#options;
    const { want, frame } = pane;
    if (isCut(want)) return cutFrame(grid, this.#cuts.cut(want.plane.name), frame);
    return nextFrame(this.loader, grid, want, frame);
  }

  #reportDrawn(pane: Pane): void {
    const askedAt = this.#askedAt.get(pane);
    if (askedAt === undefined || !pane.isAsWanted) return;
    this.#askedAt.delete(pane);
    reportDrawn(pane, askedAt);
  }

  /** Draws the panes for which the new slice makes a difference: most slices are fetched ahead. */
  #onArrival(outcome: Outcome): void {
    for (const pane of this.#panes.values()) {
      if (this.#isUpToDate(pane) && outcome === 'arrived') continue;
      this.#hasArrival = true;
      this.invalidate(pane);
    }
  }

  #isUpToDate({ frame, isAsWanted, want }: Pane): boolean {
    if (frame === null || !isAsWanted) return false;
    if (isCut(want)) return this.#isCutUpToDate(frame, want);
    const set = this.loader.labelsOf(frame.volume);
    return (
      set?.document === frame.document &&
      frame.sheets.length === set.layers.length &&
      frame.sheets.every(({ base }) => this.loader.labels(base)?.revision === base.revision)
    );
  }

  #isCutUpToDate(frame: Frame, want: Want): boolean {
    const cut = this.#cuts.cut(want.plane.name);
    return (
      cut !== null &&
      cut.image === frame.image &&
      cut.labels.length === frame.sheets.length &&
      cut.labels.every((labels, n) => frame.sheets[n]?.base === labels)
    );
  }
}
