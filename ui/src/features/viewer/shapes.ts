/** The shapes above the planes: the one that is drawn, the one that is changed, and how all look. */

import type { Pane } from '../../engine/pane';
import type { DrawnShape } from '../../engine/shapes';
import type { Document, DrawingPlane, Shape } from '../../host/wire';
import { dot, unit } from '../../model/affine';
import { depthOf, isOnSlice, normalOf, type CanvasPlane } from '../../model/canvas-plane';
import { figureOf, geometryOf, isLabel, type Figure, type DrawnKind } from '../../model/figure';
import { canvasPoint, parseTriple, pointLps, type CanvasPoint } from '../../model/space';
import { debounced } from '../../shared/debounce';
import { t } from '../../shared/messages';
import { canvasPlaneOf } from '../../tools/place';
import {
  dragShape,
  figureOfDraft,
  finishedShape,
  pressShape,
  releaseShape,
  withoutLastPoint,
  type ShapeDraft,
} from '../../tools/shape-draw';
import {
  handlesOf,
  moved,
  nextGrip,
  settled,
  turnedBy,
  withoutVertex,
  withVertex,
  type Grip,
} from '../../tools/shape-edit';
import { hitOf, type Hit } from '../../tools/shape-hit';
import { paneInHand } from './hand';
import { ARROWS } from './keys';
import { linksOn } from './links';
import type { ViewerSession } from './session';
import { refusalText } from './shape-kinds';
import { drawnShape } from './shape-look';
import type { ShownShapes } from './types';

/** A shape of a document, held by the pen. */
interface Grab {
  readonly document: Document;
  readonly shape: Shape;
  /** As it was when it was taken hold of. */
  readonly figure: Figure;
  readonly hit: Hit;
  readonly plane: CanvasPlane;
  readonly from: CanvasPoint;
  readonly wasActive: boolean;
  readonly takesVertex: boolean;
  readonly isMoved: boolean;
}

/** How a shape is shown until the host has it so. */
interface Changed {
  readonly document: string;
  readonly shape: Shape;
  readonly figure: Figure;
}

/** A pen that moved less was pressed, not dragged, CSS px. */
const CLICK_PX = 3;
/** Keys move a shape step by step: one edit for a run of them. */
const KEY_RUN_MS = 400;
/** Planes whose normals have at least this cosine are parallel. */
const PARALLEL = 0.999;
/** Points nearer to a plane lie on it, mm. */
const ON_PLANE_MM = 1e-4;

const NONE: ShownShapes = {
  active: null,
  isShown: false,
  reachMm: 0,
  links: [],
  refusing: () => null,
  colorOf: () => '#ffffff',
  textOf: () => '',
  labelOf: () => [],
  onActivate: () => undefined,
  onEdit: () => Promise.resolve(false),
};

const figures = new WeakMap<Shape, Figure>();

function figureOfShape(shape: Shape): Figure {
  const known = figures.get(shape) ?? figureOf(shape.geometry);
  figures.set(shape, known);
  return known;
}

export class ShapeHand {
  readonly #session: ViewerSession;
  readonly #keyRun = debounced(KEY_RUN_MS, () => this.#commit());
  #shown: ShownShapes = NONE;
  #draft: ShapeDraft | null = null;
  /** What was drawn, until the host has it. */
  #waiting: readonly Figure[] = [];
  #grab: Grab | null = null;
  #changed: Changed | null = null;
  /** What of that is on its way. */
  #sent: Changed | null = null;
  /** The handle that keys move, of which shape. */
  #held: { readonly shape: string; readonly grip: Grip } | null = null;

  constructor(session: ViewerSession) {
    this.#session = session;
  }

  show(shown: ShownShapes): void {
    this.#shown = shown;
    this.#invalidate();
  }

  /** Why a kind is not drawn now; null where it is. */
  refusalOf(kind: DrawnKind): string | null {
    return refusalText(kind, this.#shown.refusing(kind));
  }

  /** Pen down with the shape tool: takes hold of a shape, or draws one. Whether anything goes on. */
  press(pane: Pane, at: CanvasPoint, takesVertex: boolean): boolean {
    if (this.#draft === null && this.grab(pane, at, takesVertex)) return true;
    const shown = this.#session.shownSlice(pane);
    if (shown === null || this.#documentOn(pane) === null) return false;
    const { shapeKind } = this.#session.state;
    const refusal = this.refusalOf(shapeKind);
    if (refusal !== null) {
      this.#session.notify(refusal);
      return false;
    }
    this.#session.stopPlayingAt(pane);
    this.#shown.onActivate(null);
    this.#draft = pressShape(this.#draft, shapeKind, canvasPlaneOf(shown), at);
    this.#invalidate();
    return true;
  }

  /** Takes hold of the shape in hand, if it is under the pen. */
  grabActive(pane: Pane, at: CanvasPoint): boolean {
    const isUnder = this.#under(pane, at)?.shape.id === this.#shown.active;
    return isUnder && this.grab(pane, at);
  }

  /** Takes hold of the shape under the pen, if there is one. */
  grab(pane: Pane, at: CanvasPoint, takesVertex = false): boolean {
    this.#commit();
    const under = this.#under(pane, at);
    const document = under === null ? null : this.#documentOn(pane);
    if (under === null || document === null) return false;
    const { shape, hit, plane } = under;
    const wasActive = shape.id === this.#shown.active;
    const figure = this.#figureNow(shape);
    const held = { document, shape, figure, hit, plane, from: at };
    this.#grab = { ...held, wasActive, takesVertex, isMoved: false };
    this.#shown.onActivate(shape.id);
    this.#held = { shape: shape.id, grip: hit.grip };
    this.#invalidate();
    return true;
  }

  drag(points: readonly CanvasPoint[]): void {
    const at = points.at(-1);
    if (at === undefined) return;
    if (this.#draft !== null) this.#draft = dragShape(this.#draft, points);
    if (this.#grab !== null) this.#move(this.#grab, at);
    this.#invalidate();
  }

  release(pane: Pane): void {
    const [grab, draft] = [this.#grab, this.#draft];
    this.#grab = null;
    if (grab !== null) {
      if (grab.isMoved) this.#commit();
      else this.#click(grab);
    } else if (draft !== null) {
      const { draft: left, figure } = releaseShape(draft);
      this.#draft = left;
      if (figure !== null) void this.#add(pane, figure, draft.plane);
    }
    this.#invalidate();
  }

  /** Nothing comes of what the pen does. */
  abort(): void {
    if (this.#grab !== null) this.#changed = null;
    this.#grab = null;
    this.#draft = null;
    this.#invalidate();
  }

  /** Another tool is taken in hand, or the image is left. */
  drop(): void {
    this.#commit();
    this.abort();
  }

  /** What keys moved is an edit before another key does something. */
  settleBefore({ key }: KeyboardEvent): void {
    if (!(key in ARROWS) && key !== 'Shift') this.#commit();
  }

  /** A key for the shape in hand; whether it was one. */
  onKey({ key, shiftKey }: KeyboardEvent, isPenOver: boolean): boolean {
    const [draft, active] = [this.#draft, this.#active()];
    switch (key) {
      case 'Escape':
        if (draft === null && active === null) return false;
        if (draft === null && this.#grab === null) this.#shown.onActivate(null);
        this.abort();
        return true;
      case 'Backspace':
        if (draft !== null) this.#draft = withoutLastPoint(draft);
        else if (
          active === null ||
          !this.#takeVertex(active.document, active.shape, this.#gripOf(active.shape))
        )
          return false;
        this.#invalidate();
        return true;
      case 'Enter':
        return draft !== null && isPenOver && this.#finish(draft);
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'ArrowUp':
      case 'ArrowDown':
        return draft === null && this.#nudge(ARROWS[key], shiftKey ? 5 : 1);
      default:
        return false;
    }
  }

  /** Takes the next or the previous handle of the shape in hand, for arrows. */
  holdNext(by: 1 | -1): void {
    const active = this.#active();
    const shown = active === null ? null : this.#session.shownSlice(active.pane);
    if (active === null || shown === null) return;
    const { shape } = active;
    const grips = handlesOf(this.#figureNow(shape), canvasPlaneOf(shown)).map(({ grip }) => grip);
    const grip = nextGrip(grips, this.#gripOf(shape), by);
    this.#held = grip === null ? null : { shape: shape.id, grip };
    this.#invalidate();
  }

  /** Shapes on a plane, and what labels say there. */
  seenOn(pane: Pane, hover: CanvasPoint | null) {
    return { shapes: this.#drawnOn(pane, hover), labels: this.#labelsOn(pane) };
  }

  /** All that is seen on a pane. */
  #drawnOn(pane: Pane, hover: CanvasPoint | null): DrawnShape[] {
    const shown = this.#session.shownSlice(pane);
    const document = this.#session.documentOn(pane);
    if (shown === null || document === undefined) return [];
    const plane = canvasPlaneOf(shown);
    const { reachMm, active, links, colorOf, labelOf } = this.#shown;
    const isFree = hover !== null && this.#draft === null && this.#grab === null;
    const isTaking = isFree && this.#session.state.tool === 'shape';
    const under = isTaking ? this.#under(pane, hover) : null;
    const kept = this.#seenOf(document).map((shape) => {
      const isActive = shape.id === active;
      const figure = this.#figureNow(shape);
      const label = labelOf({ figure, shape, isChanged: figure !== figureOfShape(shape) });
      return drawnShape(figure, plane, {
        color: colorOf(shape),
        reachMm,
        isInHand: isActive,
        isInterpolated: Boolean(shape.track?.between),
        hasHandles: !shape.is_locked && (isActive || under?.shape === shape),
        held: isActive ? this.#gripOf(shape) : null,
        label: isActive ? label : label.slice(0, 1),
      });
    });
    const drafts = this.#draft === null ? [] : [figureOfDraft(this.#draft, plane, hover)];
    const fresh = [...this.#waiting, ...drafts].map((figure) =>
      drawnShape(figure, plane, {
        color: colorOf(null),
        reachMm,
        isInHand: true,
        isInterpolated: false,
        hasHandles: figure.kind !== 'freehand',
        held: null,
        label: labelOf({ figure, shape: null, isChanged: true }),
      }),
    );
    const all = [...kept, ...fresh].filter((shape) => shape !== null);
    return [...all, ...linksOn(links, shown)];
  }

  /** What labels of the image, and of the slice if a plane shows one, say. */
  #labelsOn(pane: Pane): string[] {
    const shown = this.#session.shownSlice(pane);
    if (shown === null) return [];
    const plane = canvasPlaneOf(shown);
    const all = this.#visibleOf(this.#session.documentOn(pane));
    return all.filter((shape) => isLabelOn(plane, shape)).map(this.#shown.textOf);
  }

  #seenOf(document: Document | undefined): readonly Shape[] {
    return this.#visibleOf(document).filter(({ geometry }) => !isLabel(geometry.kind));
  }

  #visibleOf(document: Document | undefined): readonly Shape[] {
    const shapes = this.#shown.isShown ? document?.shapes : [];
    return shapes?.filter(({ is_visible }) => is_visible) ?? [];
  }

  #gripOf({ id }: Shape): Grip | null {
    return this.#held?.shape === id ? this.#held.grip : null;
  }

  #figureNow(shape: Shape): Figure {
    return this.#changed?.shape.id === shape.id ? this.#changed.figure : figureOfShape(shape);
  }

  /** The nearest shape under the pen; of those as near, the one in hand. */
  #under(pane: Pane, at: CanvasPoint) {
    const shown = this.#session.shownSlice(pane);
    if (shown === null) return null;
    const plane = canvasPlaneOf(shown);
    const document = this.#session.documentOn(pane);
    const hits = this.#seenOf(document).flatMap((shape) => {
      const isInHand = shape.id === this.#shown.active;
      const hit = hitOf(this.#figureNow(shape), plane, at, isInHand);
      return hit === null ? [] : [{ shape, hit, plane, px: isInHand ? hit.px - 2 : hit.px }];
    });
    return hits.sort((a, b) => a.px - b.px)[0] ?? null;
  }

  #documentOn(pane: Pane): Document | null {
    const document = this.#session.documentOn(pane);
    const refusal = this.#session.refusalOn(pane);
    if (document === undefined) this.#session.notify(t('viewer.cannot_paint.loading'));
    else if (refusal !== null) this.#session.notify(refusal);
    else return document;
    return null;
  }

  #active(): { readonly document: Document; readonly shape: Shape; readonly pane: Pane } | null {
    const pane = paneInHand(this.#session);
    const document = pane === undefined ? undefined : this.#session.documentOn(pane);
    const shape = document?.shapes.find(({ id }) => id === this.#shown.active);
    if (pane === undefined || document === undefined || shape === undefined) return null;
    return { document, shape, pane };
  }

  #move(grab: Grab, at: CanvasPoint): void {
    const { document, shape, figure: before, hit, plane, from } = grab;
    const isMoved = grab.isMoved || Math.hypot(at.x - from.x, at.y - from.y) >= CLICK_PX;
    if (!isMoved) return;
    if (shape.is_locked) {
      this.#grab = null;
      this.#session.notify(t('viewer.shape.locked'));
      return;
    }
    this.#grab = { ...grab, isMoved };
    const figure = moved(before, hit.grip, plane, from, at);
    this.#changed = { document: document.id, shape, figure };
  }

  /** A click on a handle or an edge: a vertex less, or one more. */
  #click({ document, shape, figure, hit, wasActive, takesVertex }: Grab): void {
    if (takesVertex) this.#takeVertex(document, shape, hit.grip);
    else if (wasActive && hit.edge !== null && !shape.is_locked) {
      const { n, at } = hit.edge;
      this.#change(document, shape, withVertex(figure, n, at));
      this.#held = { shape: shape.id, grip: { kind: 'point', n: n + 1 } };
    }
  }

  #takeVertex(document: Document, shape: Shape, grip: Grip | null): boolean {
    const figure = grip?.kind === 'point' ? withoutVertex(this.#figureNow(shape), grip.n) : null;
    if (figure === null || shape.is_locked) return false;
    this.#held = null;
    this.#change(document, shape, figure);
    return true;
  }

  #change({ id }: Document, shape: Shape, figure: Figure): void {
    this.#changed = { document: id, shape, figure };
    this.#commit();
  }

  /** Sends what was changed; it stays on screen until the host has answered. */
  #commit(): void {
    this.#keyRun.cancel();
    const changed = this.#changed;
    // What the pen holds is sent when it is let go.
    if (changed === null || this.#sent === changed || this.#grab !== null) return;
    this.#sent = changed;
    const { document, shape } = changed;
    const figure = settled(changed.figure);
    const geometry = geometryOf(figure);
    const plane = planeOf(figure, shape.plane);
    const change = { property: 'geometry', geometry, plane } as const;
    void this.#shown
      .onEdit(document, { type: 'change_shape', shape: shape.id, change })
      .finally(() => {
        if (this.#changed === changed) this.#changed = null;
        this.#invalidate();
      });
  }

  #finish(draft: ShapeDraft): boolean {
    const figure = finishedShape(draft);
    const pane = paneInHand(this.#session);
    if (figure === null || pane === undefined) return false;
    this.#draft = null;
    void this.#add(pane, figure, draft.plane);
    return true;
  }

  async #add(pane: Pane, drawn: Figure, on: CanvasPlane): Promise<void> {
    const document = this.#documentOn(pane);
    if (document === null) return;
    const figure = settled(drawn);
    this.#waiting = [...this.#waiting, figure];
    const plane = planeOf(figure, planeThrough(figure, on));
    await this.#shown.onEdit(document.id, {
      type: 'add_shape',
      geometry: geometryOf(figure),
      plane,
      text: '',
      class: null,
      color: null,
    });
    this.#waiting = this.#waiting.filter((other) => other !== figure);
    this.#invalidate();
  }

  #nudge([x, y]: readonly [number, number], step: number): boolean {
    const active = this.#active();
    const shown = active === null ? null : this.#session.shownSlice(active.pane);
    if (active === null || shown === null || this.#session.state.tool !== 'shape') return false;
    if (active.shape.is_locked) {
      this.#session.notify(t('viewer.shape.locked'));
      return true;
    }
    const { document, shape } = active;
    const plane = canvasPlaneOf(shown);
    const { columnMm, rowMm } = shown.plane;
    const [dx, dy] = [x * step * columnMm * plane.pxPerMm, y * step * rowMm * plane.pxPerMm];
    const grip = this.#gripOf(shape) ?? WHOLE;
    const now = this.#figureNow(shape);
    const figure =
      grip.kind === 'turn'
        ? turnedBy(now, plane, step * (x + y))
        : moved(now, grip, plane, canvasPoint(0, 0), canvasPoint(dx, dy));
    this.#changed = { document: document.id, shape, figure };
    this.#keyRun.schedule();
    this.#invalidate();
    return true;
  }

  #invalidate(): void {
    this.#session.stage.invalidateOverlays();
  }
}

const WHOLE: Grip = { kind: 'whole' };

/** The plane that a figure was drawn on, if it was drawn on one. */
function planeThrough({ points: [first] }: Figure, on: CanvasPlane): DrawingPlane | null {
  return first === undefined ? null : { point: [...first.mm], normal: [...normalOf(on)] };
}

/** The plane if all of the figure lies on it; moved along with a figure that lies beside it. */
function planeOf(figure: Figure, plane: DrawingPlane | null): DrawingPlane | null {
  const [first] = figure.points;
  if (plane === null || first === undefined) return null;
  const own = { point: [...first.mm], normal: plane.normal };
  return isOn(figure, own) ? own : null;
}

function isOn(figure: Figure, { point, normal }: DrawingPlane): boolean {
  const [x = 0, y = 0, z = 0] = normal;
  const length = Math.hypot(x, y, z);
  const [px = 0, py = 0, pz = 0] = point;
  const off = figure.points.map(
    ({ mm }) => ((mm[0] - px) * x + (mm[1] - py) * y + (mm[2] - pz) * z) / length,
  );
  return off.every((mm) => Math.abs(mm) < ON_PLANE_MM);
}

/** Whether it is a label of the image or its study, or of the slice that lies in the plane. */
function isLabelOn(plane: CanvasPlane, { geometry, plane: own }: Shape): boolean {
  if (geometry.kind === 'image' || geometry.kind === 'study') return true;
  if (geometry.kind !== 'slice' || !own) return false;
  const isAlong = Math.abs(dot(unit(parseTriple(own.normal)), normalOf(plane))) > PARALLEL;
  return isAlong && isOnSlice(plane, depthOf(plane, pointLps(parseTriple(geometry.at))));
}
