/** One plane on screen: its two canvases, its view, and the frame it shows. */

import type { Plane } from '../model/plane';
import type { CanvasPoint } from '../model/space';
import { fitView, type CanvasSize, type View } from '../model/view';
import { isSameWant } from './cuts';
import type { Frame } from './frame';
import type { Want } from './loader';
import { drawOverlay, type Annotations } from './overlay';
import { PlaneRenderer, type Look, type Placing } from './renderer';
import type { PendingStroke } from './sheet';
import type { Slab } from './slices';

export interface PaneElements {
  /** Takes up the pane's whole room; the canvases follow its size. */
  readonly box: HTMLElement;
  readonly image: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
}

export class Pane {
  readonly #elements: PaneElements;
  readonly #renderer: PlaneRenderer;
  readonly #context: CanvasRenderingContext2D;
  readonly #resizes: ResizeObserver;
  readonly #onChange: () => void;
  #canvas: CanvasSize = { width: 0, height: 0 };
  /** By plane; none until the user pans or zooms, or turns it: then it is fitted, whatever the size. */
  #views = new WeakMap<Plane, View>();
  #frame: Frame | null = null;
  #want: Want;

  constructor(elements: PaneElements, want: Want, onChange: (pane: Pane) => void) {
    const context = elements.overlay.getContext('2d');
    if (context === null) throw new Error('no 2-D canvas');
    this.#elements = elements;
    this.#context = context;
    this.#onChange = () => onChange(this);
    this.#renderer = new PlaneRenderer(elements.image, this.#onChange);
    this.#want = want;
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(elements.box);
    this.#resize();
  }

  get canvas(): CanvasSize {
    return this.#canvas;
  }

  /** What it is to show. */
  get plane(): Plane {
    return this.#want.plane;
  }

  /** What it shows: while a plane is turned, the one before may still be on screen. */
  get shownPlane(): Plane {
    return this.#frame?.plane ?? this.plane;
  }

  get view(): View {
    return this.viewOf(this.shownPlane);
  }

  set view(view: View) {
    this.#views.set(this.shownPlane, view);
    this.#onChange();
  }

  viewOf(plane: Plane): View {
    return this.#views.get(plane) ?? fitView(plane, this.#canvas);
  }

  get frame(): Frame | null {
    return this.#frame;
  }

  set frame(frame: Frame | null) {
    this.#frame = frame;
  }

  get want(): Want {
    return this.#want;
  }

  /** Which slice to show; the direction is kept for prefetching. */
  set wantedIndex(index: number) {
    const step = index - this.#want.index;
    if (step === 0) return;
    this.#want = { ...this.#want, index, direction: step > 0 ? 1 : -1 };
    this.#onChange();
  }

  /** Another plane, looked at as `view` says, or a slab around it. */
  aim(plane: Plane, view: View | null, slab: Slab | null): void {
    this.#want = { ...this.#want, plane, slab };
    if (view !== null) this.#views.set(plane, view);
    this.#onChange();
  }

  /** Which volume to show a slice of. */
  set wantedVolume(volume: number) {
    this.#want = { ...this.#want, volume };
    this.#onChange();
  }

  /** Whether it shows what it is to show. */
  get isAsWanted(): boolean {
    return this.#frame !== null && isSameWant({ ...this.#want, ...this.#frame }, this.#want);
  }

  /** A CSS cursor; empty for that of the tool. */
  set cursor(cursor: string) {
    this.#elements.box.style.cursor = cursor;
  }

  fit(): void {
    this.#views.delete(this.shownPlane);
    this.#onChange();
  }

  /** From client coordinates, as pointer events have them. */
  canvasPointAt(clientX: number, clientY: number): CanvasPoint {
    const box = this.#elements.box.getBoundingClientRect();
    return { space: 'canvas', x: clientX - box.left, y: clientY - box.top };
  }

  draw(look: Look, strokes: readonly PendingStroke[]): void {
    if (!this.#hasRoom()) return;
    for (const sheet of this.#frame?.sheets ?? []) sheet.update(strokes);
    this.#renderer.draw(this.#frame, this.#placing(), look);
  }

  drawOverlay(annotations: Annotations): void {
    if (!this.#hasRoom()) return;
    const placing = this.#placing();
    const { overlay } = this.#elements;
    const width = Math.max(1, Math.round(placing.canvas.width * placing.pixelRatio));
    const height = Math.max(1, Math.round(placing.canvas.height * placing.pixelRatio));
    if (overlay.width !== width) overlay.width = width;
    if (overlay.height !== height) overlay.height = height;
    drawOverlay(this.#context, placing, annotations);
  }

  /** Waits for the graphics to finish; for measurements only. */
  finish(): void {
    this.#renderer.finish();
  }

  dispose(): void {
    this.#resizes.disconnect();
    this.#renderer.dispose();
  }

  #placing(): Placing {
    return {
      plane: this.shownPlane,
      view: this.view,
      canvas: this.#canvas,
      pixelRatio: devicePixelRatio,
    };
  }

  /** A pane is without room while another one is maximised. */
  #hasRoom(): boolean {
    return this.#canvas.width > 0 && this.#canvas.height > 0;
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#elements.box;
    this.#canvas = { width: clientWidth, height: clientHeight };
    this.#onChange();
  }
}
