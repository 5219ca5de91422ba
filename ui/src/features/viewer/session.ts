/**
 * A viewer at work, outside the framework's reactivity: what is shown, which tool is in hand, and the
 * strokes on their way. Components read `state` and are told of changes.
 */

import type { Pane } from '../../engine/pane';
import type { Look } from '../../engine/renderer';
import { Stage } from '../../engine/stage';
import { toHostError, type Host } from '../../host';
import type { Document, Editable, Event, Region as WireRegion } from '../../host/wire';
import { regionBetween } from '../../model/change';
import { clampToGrid, gridOfImage, lpsOf, type Grid } from '../../model/grid';
import { lengthUnitOf, type LengthUnit } from '../../model/length';
import { planeOfGrid, type Plane } from '../../model/plane';
import {
  voxelIndex,
  withComponent,
  type CanvasPoint,
  type PointLps,
  type VoxelIndex,
} from '../../model/space';
import { scaledWindow, windowOf, type GreyWindow } from '../../model/window';
import type { ShownImage } from '../../model/image';
import type { TintedValues } from '../../model/tinted';
import type { OutlineDraft } from '../../tools/outline-draft';
import { crosshairUnder, lpsUnder, type ShownSlice } from '../../tools/place';
import { t } from '../../shared/messages';
import { annotationsOf } from './annotate';
import { followPen } from './iso-contours';
import { outlineOn } from './outlines';
import { VolumeDocuments } from './documents';
import type { InPlace } from './types';
import { Playback, STEP_MS } from './playback';
import { formatPlace, formatValue, type Readout } from './readout';
import { crosshairReadout, readoutUnder } from './readouts';
import { sliceSource } from './source';
import { firstCrosshair, firstState } from './first-state';
import { hasSameLook, lookOf } from './look';
import { toggledHidden, type LabelDisplay, type ViewerState } from './state';
import { ShapeHand } from './shapes';
import { linesOn } from './lines';
import type { StrokeQueue } from './strokes';
import { aimPanes, scrolledPoint, voxelAt } from './turning';
import { firstHand, type Hand } from './hand';
import type { SessionListeners } from './listeners';
import { nStepsOf, stepAfter, stepKindOf, stepWithin } from './steps';

const EVERYTHING: Editable = { area: { kind: 'everywhere' }, range: null, volume: 0 };

export class ViewerSession {
  readonly grid: Grid;
  /** Axial, sagittal, coronal; or one only. */
  readonly planes: readonly Plane[];
  readonly unit: LengthUnit;
  readonly stage: Stage;
  readonly hand: Hand;
  readonly shapes = new ShapeHand(this);
  readonly host: Host;
  readonly #listeners: SessionListeners;
  readonly #documents: VolumeDocuments;
  readonly #stops: readonly (() => void)[];
  readonly #playback: Playback;
  #image: ShownImage;
  #activeSegment: string | null = null;
  #editable: Editable = EVERYTHING;
  #highlight: TintedValues | null = null;
  #valueFactor = 1;
  #outline: OutlineDraft | null = null;
  #state: ViewerState;
  #hover: { readonly pane: Pane; readonly at: CanvasPoint } | null = null;
  #isWindowChosen = false;
  /** How segments were shown before they were hidden. */
  #shownLabels: LabelDisplay = 'fill';

  constructor(
    host: Host,
    image: ShownImage,
    documents: readonly Document[],
    listeners: SessionListeners,
  ) {
    this.host = host;
    this.#image = image;
    this.#listeners = listeners;
    this.#documents = new VolumeDocuments(host, documents, {
      onPreview: (strokes) => this.stage.setStrokes(strokes),
      onStored: (answer) => {
        const { document, region } = answer;
        this.#recordChange(document.id, document.revision, region);
        listeners.onEdited(answer);
      },
      onStatus: listeners.onStatus,
    });
    this.grid = gridOfImage(image);
    this.planes = image.planes.map((plane) => planeOfGrid(this.grid, plane));
    this.unit = lengthUnitOf(image);
    this.hand = firstHand(image);
    this.#state = firstState(this.grid, image, this.unit);
    this.stage = new Stage({
      grid: this.grid,
      source: sliceSource(host, image.id, this.grid),
      nVolumes: image.n_volumes,
      labelsOf: (volume) => this.#documents.labelsOf(volume),
      look: this.#look(),
      isShownLate: host.kind === 'tauri',
      annotate: (pane) => this.#annotate(pane),
      onShown: () => this.#onShown(),
    });
    if (image.is_ready) this.stage.loader.allowPrefetch();
    const playing = {
      isShown: () => this.#isSettled(),
      advance: () => this.#showStep(stepAfter(this.#step, nStepsOf(image))),
    };
    this.#playback = new Playback(playing, image.frame_ms ?? STEP_MS);
    this.#stops = [
      host.onEvent((event) => this.#onEvent(event)),
      host.onReconnect(() => void this.#catchUp()),
    ];
  }

  get state(): ViewerState {
    return this.#state;
  }

  get image(): ShownImage {
    return this.#image;
  }

  /** The document whose segments lie on what a pane shows. */
  documentOn(pane: Pane): Document | undefined {
    return pane.frame === null ? undefined : this.#documents.byId(pane.frame.document);
  }

  documentById(id: string): Document | undefined {
    return this.#documents.byId(id);
  }

  strokesOf(document: string): StrokeQueue | undefined {
    return this.#documents.strokesOf(document);
  }

  get activeSegment(): string | null {
    return this.#activeSegment;
  }

  /** What tools may change. */
  get editable(): Editable {
    return this.#editable;
  }

  setEditable(editable: Editable): void {
    this.#editable = editable;
  }

  /** Why nothing is drawn on what a pane shows; null where it is a document as it is. */
  refusalOn({ frame }: Pane): string | null {
    return frame === null ? null : this.#documents.refusalOf(frame.document, this.state.tool);
  }

  /** Shows something in the place of a document. */
  setInPlace(shown: InPlace | null): void {
    this.#documents.setInPlace(shown);
    this.stage.refreshLabels();
    this.stage.setLook(this.#look());
    this.#tellReadout();
  }

  setHighlight(highlight: TintedValues | null): void {
    this.#highlight = highlight;
    this.stage.setLook(this.#look());
  }

  /** What the image's own values are multiplied with to be told. */
  get valueFactor(): number {
    return this.#valueFactor;
  }

  setValueFactor(factor: number): void {
    this.#valueFactor = factor;
  }

  /** The outline that is being drawn. */
  get outline(): OutlineDraft | null {
    return this.#outline;
  }
  set outline(outline: OutlineDraft | null) {
    this.#outline = outline;
    this.stage.invalidateOverlays();
  }

  get runEffect(): SessionListeners['onEffect'] {
    return this.#listeners.onEffect;
  }

  get brushRadiusMm(): number {
    return (this.#state.brushDiameter * this.unit.mm) / 2;
  }

  /** How far the image's values span; before that is known, what the window suggests. */
  get rangeWidth(): number {
    const range = this.#image.value_range;
    const [low, high] = range ?? [];
    return low !== undefined && high !== undefined && high > low
      ? high - low
      : 4 * this.#image.window.width;
  }

  /** Takes what is known anew of the same image. */
  setImage(image: ShownImage): void {
    const turned = image.rescale.slope / this.#image.rescale.slope;
    this.#image = image;
    if (image.is_ready) this.stage.loader.allowPrefetch();
    const chosen = this.#isWindowChosen ? this.#state.window : null;
    this.update({ window: chosen === null ? image.window : rescaled(chosen, turned) });
  }

  setDocuments(documents: readonly Document[]): void {
    this.#documents.set(documents);
    this.stage.refreshLabels();
    this.stage.setLook(this.#look());
    this.#tellReadout();
  }

  setActiveSegment(segment: string | null): void {
    this.#activeSegment = segment;
    this.stage.setLook(this.#look());
  }

  update(change: Partial<ViewerState>): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    if (before.tool !== this.#state.tool) {
      this.hand.toolBefore = before.tool;
      this.#outline = null;
      this.shapes.drop();
    }
    // Scrolling one plane moves only the lines on the others: their images are not drawn anew.
    if (hasSameLook(before, this.#state)) this.stage.invalidateOverlays();
    else this.stage.setLook(this.#look());
    this.#listeners.onState(this.#state);
  }

  /** A window chosen by the user, which a better guess of the host no longer replaces. */
  setWindow(window: GreyWindow): void {
    this.#isWindowChosen = true;
    this.update({ window: windowOf(window, this.rangeWidth) });
  }

  /** Moves the crosshair, and with it the slices shown; `askedAt` is on the page's clock. */
  moveCrosshair(voxel: VoxelIndex, askedAt: number): void {
    const crosshair = clampToGrid(this.grid, voxel);
    this.#cross(crosshair, lpsOf(this.grid, crosshair), askedAt);
  }

  /** Moves where the planes cross to any point of the image; while none is turned, to its voxel. */
  moveTo(point: PointLps, askedAt: number): void {
    const voxel = voxelAt(this.grid, point);
    if (voxel !== null) this.#cross(voxel, point, askedAt);
  }

  /** Moves the crosshair under a pen. */
  moveCrosshairUnder(shown: ShownSlice, at: CanvasPoint): void {
    const now = performance.now();
    if (this.#state.turning !== null) this.moveTo(lpsUnder(shown, at), now);
    else this.moveCrosshair(crosshairUnder(shown, at), now);
  }

  #cross(crosshair: VoxelIndex, at: PointLps, askedAt: number): void {
    const { turning } = this.#state;
    this.aim({ crosshair, turning: turning === null ? null : { ...turning, at } }, askedAt);
  }

  /** Changes what the panes show. */
  aim(
    change: Partial<Pick<ViewerState, 'crosshair' | 'turning' | 'slabs'>>,
    askedAt: number,
  ): void {
    this.update(change);
    aimPanes(this, askedAt);
    this.#tellReadout();
  }

  scroll(plane: Plane, nSlices: number, askedAt: number): void {
    const { turning, crosshair } = this.#state;
    const pane = this.stage.pane(plane.name);
    if (turning !== null && pane !== undefined) {
      const base = this.planes.find(({ name }) => name === plane.name) ?? plane;
      const point = scrolledPoint(this.grid, base, pane.plane, turning.at, nSlices);
      return this.moveTo(point, askedAt);
    }
    const { ijk } = crosshair;
    const index = ijk[plane.sliceAxis] + nSlices;
    this.moveCrosshair(voxelIndex(withComponent(ijk, plane.sliceAxis, index)), askedAt);
  }

  /** Shows the volume or frame the user chose, or the nearest one there is; playing ends. */
  chooseStep(step: number): void {
    this.#setPlaying(false);
    this.#showStep(stepWithin(step, nStepsOf(this.#image)));
  }

  stepBy(by: 1 | -1): void {
    this.chooseStep(this.#step + by);
  }

  /** What is drawn on must not go on to the next step: playing ends at the one that is seen. */
  stopPlayingAt({ frame }: Pane): void {
    if (!this.#state.isPlaying || frame === null) return;
    this.chooseStep(stepKindOf(this.#image) === 'frames' ? frame.index : frame.volume);
  }

  /** Shows the volumes or frames one after the other, or stops at the one now shown. */
  togglePlaying(): void {
    this.#setPlaying(!this.#state.isPlaying);
  }

  /** Hides all segments, or shows them as they were shown before. */
  toggleSegments(): void {
    const { labels } = this.#state;
    this.update({ labels: toggledHidden(labels, this.#shownLabels) });
    if (labels !== 'hidden') this.#shownLabels = labels;
  }

  fit(): void {
    for (const pane of this.stage.panes) pane.fit();
  }

  /** Views, window, inversion, planes and crosshair as when the image was opened. */
  reset(): void {
    this.aim({ turning: null, slabs: {} }, performance.now());
    this.fit();
    this.#isWindowChosen = false;
    const { window, is_inverted } = this.#image;
    this.update({ window, isInverted: is_inverted });
    this.moveCrosshair(firstCrosshair(this.grid, this.#image), performance.now());
  }

  hover(pane: Pane, at: CanvasPoint | null): void {
    if (at !== null) this.hand.plane = pane.plane.name;
    this.#hover = at === null ? null : { pane, at };
    this.stage.invalidateOverlay(pane);
    this.#tellReadout();
  }

  /** Where the pen is. */
  get pen(): { readonly pane: Pane; readonly at: CanvasPoint } | null {
    return this.#hover;
  }

  notify(text: string): void {
    this.#listeners.onNotice(text);
  }

  /** The slice a pane shows, for tools; null while nothing is shown. */
  shownSlice(pane: Pane): ShownSlice | null {
    if (pane.frame === null) return null;
    const { view, canvas, frame } = pane;
    return { grid: this.grid, plane: frame.plane, view, canvas, sliceIndex: frame.index };
  }

  retry(): void {
    this.stage.retry();
    this.#onShown();
  }

  dispose(): void {
    this.#playback.stop();
    for (const stop of this.#stops) stop();
    this.stage.dispose();
  }

  #setPlaying(isPlaying: boolean): void {
    if (isPlaying) this.#playback.start();
    else this.#playback.stop();
    if (isPlaying !== this.#state.isPlaying) this.update({ isPlaying });
  }

  get #step(): number {
    const { volume, crosshair } = this.#state;
    return stepKindOf(this.#image) === 'frames' ? crosshair.ijk[2] : volume;
  }

  #showStep(step: number): void {
    if (stepKindOf(this.#image) !== 'frames') return this.#showVolume(step);
    const { ijk } = this.#state.crosshair;
    this.moveCrosshair(voxelIndex(withComponent(ijk, 2, step)), performance.now());
  }

  #showVolume(volume: number): void {
    if (volume === this.#state.volume) return;
    this.shapes.drop();
    this.stage.showVolume(volume, performance.now());
    this.update({ volume });
    // The volume may have been asked for before, and have failed then.
    this.#onShown();
  }

  /** Whether every plane shows what it is to show, or says why it cannot. */
  #isSettled(): boolean {
    const { stage } = this;
    return stage.panes.every((pane) => pane.isAsWanted || stage.failureOf(pane) !== undefined);
  }

  #onEvent(event: Event): void {
    if (event.type !== 'document_changed') return;
    this.#recordChange(event.document, event.revision, event.region);
  }

  #recordChange(id: string, revision: number, region: WireRegion | null | undefined): void {
    const changes = this.#documents.changesOf(id);
    if (changes === undefined) return;
    changes.record(revision, region ? regionBetween(region.min, region.max) : null);
    this.stage.refreshLabels();
  }

  /** Events may have been missed: every label slice is fetched again if there was a change. */
  async #catchUp(): Promise<void> {
    try {
      for (const document of this.#documents.ids) {
        const { revision } = await this.host.call('document', { document });
        this.#documents.changesOf(document)?.recordUnknown(revision);
      }
    } catch {
      // The shell shows that the connection is down, and this runs again when it is back.
    }
    this.retry();
  }

  #onShown(): void {
    this.#documents.prune((stroke) => this.stage.isShown(stroke));
    for (const pane of this.stage.panes) {
      const reason = this.stage.failureOf(pane);
      this.#listeners.onFailure(
        pane.plane.name,
        reason === undefined ? null : toHostError(reason).message,
      );
    }
    this.#tellReadout();
  }

  #tellReadout(): void {
    this.#listeners.onReadout(this.#cursorReadout(), crosshairReadout(this));
    followPen(this);
  }

  #cursorReadout(): Readout | null {
    if (this.#hover === null) return null;
    return readoutUnder(this, this.#hover.pane, this.#hover.at);
  }

  /** Beside the image too: a maximised plane hides the panel. */
  #readoutTexts(pane: Pane): string[] {
    const readout = this.#hover?.pane === pane ? this.#cursorReadout() : null;
    if (readout === null) return [];
    const unit = this.#image.unit ?? null;
    const value = readout.values.length === 0 ? [] : [formatValue(readout.values, unit)];
    return [formatPlace(this.#image, readout), ...value];
  }

  #annotate(pane: Pane) {
    const hover = this.#hover?.pane === pane ? this.#hover.at : null;
    const { segments = [] } = this.documentOn(pane) ?? {};
    const active = segments.find(({ id }) => id === this.#activeSegment);
    return annotationsOf(pane, {
      grid: this.grid,
      planes: this.planes,
      image: this.#image,
      state: this.#state,
      brushRadiusMm: this.brushRadiusMm,
      unit: this.unit,
      hover,
      brushColor: active?.color ?? null,
      outline: outlineOn(this, pane, hover),
      ...this.shapes.seenOn(pane, hover),
      lines: linesOn(this, pane),
      readout: this.#readoutTexts(pane),
      notice: this.#isLoading(pane) ? t('viewer.loading') : null,
    });
  }

  /** Whether to say that the wanted slice is loading; a failure is told by the pane itself. */
  #isLoading(pane: Pane): boolean {
    return this.stage.isSlow(pane) && this.stage.failureOf(pane) === undefined;
  }

  #look(): Look {
    const { segments = [] } = this.#documents.of(this.#state.volume) ?? {};
    return lookOf(this.#state, this.#image, {
      palettes: this.#documents.palettes(),
      highlight: this.#highlight,
      valueFactor: this.#valueFactor,
      active: segments.find(({ id }) => id === this.#activeSegment) ?? null,
    });
  }
}

function rescaled(window: GreyWindow, factor: number): GreyWindow {
  return factor === 1 ? window : scaledWindow(window, factor);
}
