/** An opened image with its document, and the state of the panels beside it. */
import { EffectsState, type Target } from '../features/effects';
import { HistoryState, PastState, WhoState, type Look } from '../features/history';
import { MetadataState } from '../features/metadata';
import { StatisticsState } from '../features/segments';
import { shapeName, ShapesState } from '../features/shapes';
import type { InPlace } from '../features/viewer';
import { toHostError, type Host } from '../host';
import type {
  Document,
  Edit,
  EditResponse,
  Event,
  Finding,
  Image,
  OverwriteRule,
  PixelSize,
  ScopeStart,
  Segment,
  SegmentScope,
  Series,
  SlicePlace,
  Study,
  Window,
  WireError,
} from '../host/wire';
import type { ShownImage } from '../model/image';
import { parseAxis, voxelIndex, withComponent, type VoxelIndex } from '../model/space';
import { scaled, scaleOf, unscaledWindow, type ValueScale } from '../model/suv';
import type { GreyWindow } from '../model/window';
import { t } from '../shared/messages';
import type { Tool } from '../tools/binding';
import type { DocumentStore } from './documents.svelte';
import type { Notices } from './notices.svelte';
import { newJob } from './job';
import { readOnlyWhile } from './read-only';
import { DocumentStores } from './stores.svelte';

/** What a workspace is made of. */
export interface Opened {
  readonly study: Study;
  readonly series: Series;
  readonly image: Image;
  readonly document: Document;
  /** The job that reads the remaining slices. */
  readonly job: string;
}

/** What the user is asked. */
export type Question =
  | { readonly kind: 'scope'; readonly scope: SegmentScope; readonly volume: number }
  | {
      readonly kind: 'replace';
      readonly volume: number;
      readonly answer: (mayReplace: boolean) => void;
    };

/** How far reading the slices is. */
export interface SlicesRead {
  readonly done: number;
  readonly total: number;
}

/** How long a volume is shown before its values are measured for windows: not while playing. */
const RESTING_MS = 300;

/** What the workspace screen shows. `dispose` it when it is left. */
export class Workspace {
  readonly study: Study;
  readonly series: Series;
  readonly stores: DocumentStores;
  /** What the user has to decide before segments are divided anew or replaced. */
  question: Question | null = $state.raw(null);
  readonly effects: EffectsState;
  readonly statistics: StatisticsState;
  readonly shapes: ShapesState;
  /** Which other segments tools may replace. */
  overwrite: OverwriteRule = $state('all');
  /** Where the planes are to cross; the viewer follows. */
  wanted: VoxelIndex | null = $state.raw(null);
  /** Where the planes cross. */
  #crosshair: VoxelIndex = $state.raw(voxelIndex([0, 0, 0]));
  /** Planes that are turned out of the grid. */
  turned: Target['turned'] = $state.raw({});
  readonly history: HistoryState;
  readonly past: PastState;
  readonly who: WhoState;
  readonly metadata: MetadataState;
  /** Null once the image is complete, or could not be completed. */
  slicesRead: SlicesRead | null = $state.raw(null);
  /** Why the rest of the image could not be read. */
  imageError: WireError | null = $state.raw(null);
  readonly image: Image = $derived.by(() => this.#image ?? this.#opened.image);
  /** Whether the values of a PET are told as uptake, where that can be had. */
  isSuv: boolean = $state(true);
  readonly scale: ValueScale = $derived.by(() => scaleOf(this.image, this.isSuv));
  /** The image in the scale in which its values are told. */
  readonly shown: ShownImage = $derived.by(() => scaled(this.image, this.scale));
  /** What was odd about this image; the series' report is part of the image's. */
  readonly findings: readonly Finding[] = $derived.by(() =>
    mergeFindings(this.#opened.series.report, this.image.report),
  );
  /** Whether somebody has to say how large pixels are, or wants to say it anew. */
  readonly asksPixelSize: boolean = $derived.by(
    () => this.image.asks_pixel_size && (this.isPixelSizeOpen || this.#pixelSize === 'null'),
  );
  isPixelSizeOpen = $state(false);
  readonly #pixelSize: string = $derived.by(() => pixelSizeOf(this.store.document));
  /** The answer that the image is shown with. */
  #shownPixelSize: string;
  #window: Window | null = $state.raw(null);
  #image: Image | null = $state.raw(null);
  #volume: number = $state(0);
  #resting: ReturnType<typeof setTimeout> | undefined;
  readonly #opened: Opened;
  readonly #host: Host;
  readonly #notices: Notices;
  readonly #stops: readonly (() => void)[];

  constructor(door: Host, opened: Opened, notices: Notices) {
    const { image, document } = opened;
    const isLooking = () => this.look !== null;
    const host = readOnlyWhile(door, isLooking, () => notices.done(t('past.blocked')));
    this.#host = host;
    this.#notices = notices;
    this.#opened = opened;
    this.study = opened.study;
    this.series = opened.series;
    this.stores = new DocumentStores(host, image, document, (error) => notices.fail(error));
    this.#shownPixelSize = pixelSizeOf(document);
    this.effects = new EffectsState(host, {
      target: () => this.target,
      newJob,
      onDocument: (changed) => this.stores.byId(changed.id)?.adopt(changed),
      onFailed: (error) => notices.fail(error),
      onTold: (text) => notices.tell(text),
    });
    this.statistics = new StatisticsState(host);
    this.shapes = new ShapesState(host, {
      onDocument: (changed) => this.stores.byId(changed.id)?.adopt(changed),
      onFailed: (error) => notices.fail(error, t('shapes.not_interpolated')),
      onDone: (text) => notices.done(text),
    });
    this.history = new HistoryState(host, document.id);
    this.who = new WhoState(host);
    this.past = new PastState(host, {
      onFailed: (deed, error) =>
        notices.fail(error, t(deed === 'show' ? 'past.failed' : 'past.restore_failed')),
      onRestored: (n, answer) => {
        this.stores.byId(answer.document.id)?.adopt(answer.document);
        notices.done(t('past.restored', { n }));
      },
    });
    this.metadata = new MetadataState(host, image.id, image.first_slice);
    this.#stops = [
      host.onEvent((event) => this.#onEvent(event)),
      host.onReconnect(() => void this.#catchUp()),
    ];
    if (image.is_ready) this.measure();
    // It may have become ready between the host's answer and now, before anybody listened.
    else void this.#refreshImage();
  }

  /** The document on screen. */
  get store(): DocumentStore {
    return this.stores.shown;
  }

  /** What effects work on. */
  get target(): Target {
    return {
      imageId: this.image.id,
      image: this.image,
      isReady: this.image.is_ready,
      volume: this.#volume,
      document: this.store.document,
      segment: this.store.active,
      overwrite: this.overwrite,
      crosshair: this.#crosshair,
      turned: this.turned,
    };
  }

  /** What is looked at of the past of the document on screen. */
  get look(): Look | null {
    const { look } = this.past;
    return look?.of === this.store.document.id ? look : null;
  }

  /** What is shown in the place of the document on screen: its past, or what it would become. */
  get inPlace(): InPlace | null {
    const { look } = this;
    if (look !== null) {
      const refusal = () => t('past.blocked');
      return { of: look.of, document: look.document, refusal };
    }
    const { shown, contours } = this.effects;
    if (shown === null && contours.shown !== null) {
      const { of, document } = contours.shown;
      const refusal = () => t('viewer.cannot_paint.contours');
      return { of: of.id, document, refusal };
    }
    const document = shown?.preview.document ?? null;
    if (shown === null || document === null) return null;
    const isOutlined = this.effects.isInParts;
    const refusal = (tool: Tool) =>
      tool === 'draw' && isOutlined ? null : t('viewer.cannot_paint.preview');
    return { of: shown.of.id, document, refusal };
  }

  /** What the lists beside the image show. */
  get listed(): Document {
    return this.look?.kind === 'moment' ? this.look.document : this.store.shown;
  }

  /** Asks who drew a voxel, then where the past is shown. */
  askWho(voxel: VoxelIndex): void {
    if (this.look?.kind === 'comparison') this.#notices.done(t('who.comparison'));
    else void this.who.ask(this.listed.id, voxel);
  }

  /** Has the planes cross in a slice. */
  goTo({ axis, index }: SlicePlace): void {
    this.wanted = voxelIndex(withComponent(this.#crosshair.ijk, parseAxis(axis), index));
  }

  /** Has the planes cross in a voxel. */
  goToVoxel(voxel: VoxelIndex): void {
    this.wanted = voxel;
  }

  /** The planes cross somewhere else. */
  moveCrosshair(voxel: VoxelIndex): void {
    const [, , k] = voxel.ijk;
    if (k !== this.#crosshair.ijk[2]) this.metadata.goTo(k);
    this.#crosshair = voxel;
    this.wanted = null;
  }

  /** A stroke was made, or was kept from changing anything. */
  onEdited(answer: EditResponse): void {
    this.stores.byId(answer.document.id)?.adopt(answer.document);
    this.effects.tell(answer);
  }

  /** The volume of the image that is shown, 0 first. */
  get volume(): number {
    return this.#volume;
  }

  /** The window that the image is shown in, in the image's own values; null before it is shown. */
  get window(): Window | null {
    return this.#window;
  }

  /** Asks for the measures of the current revision, once the image is complete. */
  measure(): void {
    if (!this.image.is_ready) return;
    const { id, revision, volume } = this.listed;
    this.statistics.want({ document: id, revision, volume: volume ?? this.#volume });
    this.shapes.measures.want(this.listed, this.#volume);
  }

  /** Another volume of the image is shown: it is the one measured. */
  showVolume(volume: number): void {
    this.#volume = volume;
    void this.stores.showVolume(volume);
    this.measure();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#refreshWindows(), RESTING_MS);
  }

  /** Another window is shown, in the scale in which the values are told. */
  showWindow(window: GreyWindow): void {
    this.#window = unscaledWindow(window, this.scale);
  }

  /** Says how large pixels are. */
  async answerPixelSize(size: PixelSize): Promise<void> {
    this.isPixelSizeOpen = false;
    await this.edit({ type: 'set_pixel_size', size });
  }

  /** Another size of pixels, said here, undone or said elsewhere, changes the image's grid. */
  followPixelSize(): void {
    if (this.#pixelSize === this.#shownPixelSize) return;
    this.#shownPixelSize = this.#pixelSize;
    void this.#refreshImage();
  }

  /** The user wants segments of all volumes or of each; where some are drawn, asks what to start with. */
  askScope(scope: SegmentScope): void {
    if (scope === this.image.scope) return;
    const isBlank = scope === 'each_volume' && this.store.document.segments.length === 0;
    if (isBlank) void this.chooseScope(scope, 'empty');
    else this.question = { kind: 'scope', scope, volume: this.#volume };
  }

  /** Divides the segments anew, once every stroke has landed where it was drawn. */
  async chooseScope(scope: SegmentScope, start: ScopeStart): Promise<void> {
    this.question = null;
    try {
      await this.stores.unfinished();
      const request = { image: this.image.id, scope, start, volume: this.#volume };
      this.#image = await this.#host.call('choose_scope', request);
      await this.stores.divideAnew();
    } catch (reason) {
      this.#notices.fail(toHostError(reason).wire);
    }
  }

  /** Copies the segments shown to the next or previous volume; asks before it replaces any. */
  async copySegments(step: 1 | -1): Promise<boolean> {
    const copied = await this.stores.copy(step, 'keep');
    if (copied !== 'occupied') return copied === 'copied';
    const volume = this.#volume + step;
    const mayReplace = await new Promise<boolean>((answer) => {
      this.question = { kind: 'replace', volume, answer };
    });
    this.question = null;
    return mayReplace && (await this.stores.copy(step, 'replace')) === 'copied';
  }

  /** Sends an edit. Deleting does not ask: it says that undo brings the segment back. */
  async edit(edit: Edit): Promise<void> {
    const name = edit.type === 'delete_segment' ? this.#nameOf(edit.segment) : null;
    const isDone = await this.store.edit(edit);
    if (isDone && name !== null) this.#notices.done(t('segments.deleted', { name }));
  }

  /** Sends an edit of shapes; whether it was made. */
  async editShapes(document: string, edit: Edit): Promise<boolean> {
    const sent = this.shapes.completed(edit);
    const name = edit.type === 'delete_shape' ? this.#shapeNameOf(edit.shape) : null;
    const isDone = await this.stores.byId(document)?.edit(sent, (answer, before) => {
      this.shapes.onMade(sent, before, answer.document);
      if (edit.type === 'fill_shape') this.effects.tell(answer);
    });
    if (isDone === true && name !== null) this.#notices.done(t('shapes.deleted', { name }));
    return isDone ?? false;
  }

  /** Adds the segments of a file and says what came in. */
  async importSegments(path: string): Promise<void> {
    const imported = await this.store.importSegments(path);
    if (imported === null) return;
    const { n_segments, n_shapes } = imported;
    const done =
      n_shapes > 0
        ? t('import.done_shapes', { n: String(n_shapes) })
        : t('import.done', { n: String(n_segments) });
    const odd = imported.report.map(({ message }) => message);
    if (odd.length === 0) this.#notices.done(done);
    else this.#notices.tell([done, ...odd].join(' '));
  }

  /** Sends an edit of the active segment, if there is one. */
  editActive(edit: (active: Segment) => Edit): void {
    if (this.store.active !== null) void this.edit(edit(this.store.active));
  }

  /**
   * Ends reading the rest of the image, and of its volumes. Where the host cannot be asked, it reads to
   * the end.
   */
  async stopReading(): Promise<void> {
    const { is_ready, n_volumes } = this.image;
    if ((is_ready && n_volumes === 1) || this.imageError !== null) return;
    await this.#host.call('cancel', { job: this.#opened.job }).catch(() => undefined);
  }

  /** Stops listening and calls off what is due. */
  dispose(): void {
    for (const stop of this.#stops) stop();
    this.effects.dispose();
    this.statistics.dispose();
    clearTimeout(this.#resting);
    this.shapes.dispose();
    this.history.dispose();
    this.metadata.dispose();
  }

  #onEvent(event: Event): void {
    switch (event.type) {
      case 'progress':
        if (event.job !== this.#opened.job || this.image.is_ready) return;
        this.slicesRead = { done: event.done, total: event.total };
        return;
      case 'image_ready':
        if (event.image === this.image.id) void this.#refreshImage();
        return;
      case 'image_failed':
        if (event.image !== this.image.id) return;
        this.imageError = event.error;
        this.slicesRead = null;
        return;
      case 'document_changed':
        this.stores.byId(event.document)?.onAnnounced(event.revision);
        return;
      case 'scope_changed':
        if (event.image === this.image.id) void this.#divideAnew();
        return;
      case 'protocol_changed':
        // The shell follows the protocol.
        return;
      case 'library_changed':
        // The session leaves the image.
        return;
    }
  }

  #nameOf(id: string): string | null {
    return this.store.document.segments.find((segment) => segment.id === id)?.name ?? null;
  }

  #shapeNameOf(id: string): string | null {
    const { shapes } = this.store.document;
    const shape = shapes.find((own) => own.id === id);
    return shape === undefined ? null : shapeName(shapes, shape);
  }

  /** The windows measured are those of the volume shown; where it failed, its pane says why. */
  async #refreshWindows(): Promise<void> {
    const volume = this.#volume;
    try {
      const image = await this.#host.call('image', { image: this.image.id, volume });
      if (volume === this.#volume) this.#image = image;
    } catch {
      return;
    }
  }

  async #refreshImage(): Promise<void> {
    try {
      const image = await this.#host.call('image', { image: this.image.id, volume: 0 });
      this.#image = image;
      if (!image.is_ready) return;
      this.slicesRead = null;
      this.measure();
      if (this.#volume > 0) await this.#refreshWindows();
    } catch (reason) {
      this.imageError = toHostError(reason).wire;
    }
  }

  /** Another window may have chosen. */
  async #divideAnew(): Promise<void> {
    await this.#refreshImage();
    const isOfEach = this.image.scope === 'each_volume';
    if (isOfEach !== this.stores.isOfEachVolume) await this.stores.divideAnew();
  }

  async #catchUp(): Promise<void> {
    await this.#divideAnew();
    await this.stores.reload();
  }
}

function pixelSizeOf({ pixel_size }: Document): string {
  return JSON.stringify(pixel_size ?? null);
}

/** All findings of both lists, each once. */
function mergeFindings(a: readonly Finding[], b: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return [...a, ...b].filter(({ code, message, file }) => {
    const key = JSON.stringify([code, message, file ?? null]);
    return seen.size < seen.add(key).size;
  });
}
