/** A space on screen: what is in it, how it is looked at, and what the pen does there. */

import type { CanvasPoint, Triple } from '../../model/space';
import type { CanvasSize } from '../../model/view';
import { firstCamera, panned, turned, zoomed, type Ball, type Camera } from './camera';
import { drawOutline, type Annotations } from '../overlay';
import { drawLetters } from './letters';
import { SpaceRenderer, type Body, type Cuts, type Line, type Part } from './renderer';

export interface SpaceElements {
  /** Takes up the pane's whole room; the canvases follow its size. */
  readonly box: HTMLElement;
  readonly image: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
}

export interface SpaceListeners {
  /** A click on a surface, LPS mm. */
  readonly onPick: (point: Triple) => void;
  /** The graphics were lost and are back: surfaces are to be given again. */
  readonly onRestored: () => void;
}

/** A tool that draws on the canvas where else the pen turns the space. */
export interface SpacePen {
  readonly onDown: (at: CanvasPoint) => void;
  readonly onMove: (points: readonly CanvasPoint[]) => void;
  readonly onUp: () => void;
  /** The pen is moved above the canvas. */
  readonly onHover: (at: CanvasPoint | null) => void;
}

/** What is in the space besides the surfaces' parts. */
export interface Content {
  readonly bodies: readonly Body[];
  readonly lines: readonly Line[];
  readonly cuts: Cuts;
  /** An outline on the canvas. While there is one, the space stays as it is looked at. */
  readonly outline: Annotations['outline'];
}

const NOTHING: Content = {
  bodies: [],
  lines: [],
  cuts: { halves: [], isCorner: false },
  outline: null,
};
/** A pen that moves less between down and up has clicked. */
const CLICK_PX = 4;
const WHEEL_STEP = 1.0015;
const LINE_HEIGHT_PX = 16;

export class SpacePane {
  readonly #elements: SpaceElements;
  readonly #listeners: SpaceListeners;
  readonly #renderer: SpaceRenderer;
  readonly #context: CanvasRenderingContext2D;
  readonly #resizes: ResizeObserver;
  readonly #stop = new AbortController();
  readonly #ball: Ball;
  #canvas: CanvasSize = { width: 0, height: 0 };
  /** None until the user turns, moves or zooms: then all is fitted, whatever the size. */
  #camera: Camera | null = null;
  #content = NOTHING;
  #nextTick: number | null = null;
  #dragged = 0;
  #pen: SpacePen | null = null;
  #isDrawing = false;

  /** @throws Error when there is no WebGL2. */
  constructor(elements: SpaceElements, ball: Ball, listeners: SpaceListeners) {
    const context = elements.overlay.getContext('2d');
    if (context === null) throw new Error('no 2-D canvas');
    this.#elements = elements;
    this.#listeners = listeners;
    this.#ball = ball;
    this.#context = context;
    this.#renderer = new SpaceRenderer(elements.image, () => {
      listeners.onRestored();
      this.#schedule();
    });
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(elements.box);
    this.#resize();
    this.#listen();
  }

  get content(): Content {
    return this.#content;
  }

  set content(content: Content) {
    // Millions of triangles take long to draw without a graphics card.
    if (JSON.stringify(content) === JSON.stringify(this.#content)) return;
    this.#content = content;
    this.#schedule();
  }

  /** Null when the pen is to turn the space. */
  set pen(pen: SpacePen | null) {
    this.#pen = pen;
    this.#isDrawing = false;
  }

  get canvas(): CanvasSize {
    return this.#canvas;
  }

  /** The point of a surface under a point of the canvas, LPS mm; null where there is none. */
  surfaceAt(at: CanvasPoint): Triple | null {
    const point = this.#renderer.pick(this.#scene(), at);
    this.#schedule();
    return point;
  }

  put(body: string, parts: readonly Part[], isWhole: boolean): void {
    this.#renderer.put(body, parts, isWhole);
    this.#schedule();
  }

  remove(body: string): void {
    this.#renderer.remove(body);
    this.#schedule();
  }

  turn(dx: number, dy: number): void {
    this.#look(turned(this.camera, dx, dy));
  }

  pan(dx: number, dy: number): void {
    this.#look(panned(this.camera, dx, dy));
  }

  zoom(factor: number, at = this.#middle()): void {
    this.#look(zoomed(this.camera, factor, at, this.#canvas));
  }

  /** Looks at all of it from in front again. */
  reset(): void {
    if (this.#content.outline !== null) return;
    this.#camera = null;
    this.#schedule();
  }

  get camera(): Camera {
    return this.#camera ?? firstCamera(this.#ball, this.#canvas);
  }

  dispose(): void {
    this.#stop.abort();
    this.#resizes.disconnect();
    if (this.#nextTick !== null) cancelAnimationFrame(this.#nextTick);
    this.#renderer.dispose();
  }

  /** What a click in the middle of the view does, for keys. */
  pickMiddle(): void {
    this.#pick(this.#middle());
  }

  #pick(at: CanvasPoint): void {
    const point = this.surfaceAt(at);
    if (point !== null) this.#listeners.onPick(point);
  }

  #look(camera: Camera): void {
    if (this.#content.outline !== null) return;
    this.#camera = camera;
    this.#schedule();
  }

  #middle(): CanvasPoint {
    return { space: 'canvas', x: this.#canvas.width / 2, y: this.#canvas.height / 2 };
  }

  #listen(): void {
    const { box } = this.#elements;
    const { signal } = this.#stop;
    box.addEventListener('pointerdown', (event) => this.#onDown(event), { signal });
    box.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    box.addEventListener('pointerup', (event) => this.#onUp(event), { signal });
    box.addEventListener('pointerleave', () => this.#pen?.onHover(null), { signal });
    box.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    box.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
  }

  #onDown(event: PointerEvent): void {
    this.#elements.box.setPointerCapture(event.pointerId);
    this.#dragged = 0;
    if (this.#pen === null || event.button !== 0 || event.ctrlKey || event.shiftKey) return;
    this.#isDrawing = true;
    this.#pen.onDown(this.#pointOf(event));
  }

  #onMove(event: PointerEvent): void {
    if (this.#isDrawing) {
      const moves = event.getCoalescedEvents();
      this.#pen?.onMove((moves.length > 0 ? moves : [event]).map((move) => this.#pointOf(move)));
      return;
    }
    this.#pen?.onHover(this.#pointOf(event));
    if (event.buttons === 0 || !this.#elements.box.hasPointerCapture(event.pointerId)) return;
    const { movementX: dx, movementY: dy } = event;
    this.#dragged += Math.abs(dx) + Math.abs(dy);
    if (this.#dragged < CLICK_PX) return;
    if (event.buttons === 2) this.zoom(WHEEL_STEP ** (-4 * dy));
    else if (event.buttons === 4 || event.shiftKey) this.pan(dx, dy);
    else this.turn(dx, dy);
  }

  #onUp(event: PointerEvent): void {
    if (this.#isDrawing) {
      this.#isDrawing = false;
      this.#pen?.onUp();
      return;
    }
    if (event.button !== 0 || this.#pen !== null || this.#dragged >= CLICK_PX) return;
    this.#pick(this.#pointOf(event));
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_HEIGHT_PX : 1;
    this.zoom(WHEEL_STEP ** (-event.deltaY * lines), this.#pointOf(event));
  }

  #pointOf({ clientX, clientY }: MouseEvent): CanvasPoint {
    const box = this.#elements.box.getBoundingClientRect();
    return { space: 'canvas', x: clientX - box.left, y: clientY - box.top };
  }

  #schedule(): void {
    this.#nextTick ??= requestAnimationFrame(() => {
      this.#nextTick = null;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#canvas.width === 0 || this.#canvas.height === 0) return;
    const scene = this.#scene();
    this.#renderer.draw(scene);
    const { overlay } = this.#elements;
    const width = Math.max(1, Math.round(this.#canvas.width * devicePixelRatio));
    const height = Math.max(1, Math.round(this.#canvas.height * devicePixelRatio));
    if (overlay.width !== width) overlay.width = width;
    if (overlay.height !== height) overlay.height = height;
    drawLetters(this.#context, scene.camera, this.#canvas, devicePixelRatio);
    if (scene.outline !== null) drawOutline(this.#context, scene.outline);
  }

  #scene() {
    const { camera } = this;
    const off = Math.hypot(...camera.target.map((x, n) => x - (this.#ball.centre[n] ?? 0)));
    return {
      ...this.#content,
      camera,
      canvas: this.#canvas,
      pixelRatio: devicePixelRatio,
      depthMm: off + 1.1 * this.#ball.radiusMm,
    };
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#elements.box;
    this.#canvas = { width: clientWidth, height: clientHeight };
    this.#schedule();
  }
}
