/** The steps of an export: asking, writing, perhaps asking to replace, and the outcome. */
import { toHostError, type Host } from '../../host';
import type {
  Exported,
  ExportFormat,
  ExportOptions,
  ExportVolumes,
  Finding,
  MaskForm,
  Window,
  WireError,
} from '../../host/wire';
import { debounced } from '../../shared/debounce';
import { recallText, remember } from '../../shared/remembered';
import {
  FIRST_FORMAT,
  formatOfPath,
  isDataSet,
  isExportPath,
  isOfImage,
  pickedDataSet,
  suggestedDataSet,
  takesOneVolume,
  withFormat,
} from './formats';

/** Where the export stands. */
export type ExportStep =
  | { readonly kind: 'asking' }
  | { readonly kind: 'writing' }
  /** The host refused because something is there already. */
  | { readonly kind: 'exists'; readonly error: WireError }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly exported: Exported };

/** What is exported, and how it is shown. */
export interface ExportSubject {
  readonly document: string;
  readonly suggestedPath: string;
  readonly volume: number;
  /** Whether the segments are those of that volume only. */
  readonly hasOwnSegments: boolean;
  /** Null where nobody has chosen one. */
  readonly window: Window | null;
}

/** Ways to write COCO masks, the usual one first. */
export const MASK_FORMS: readonly [MaskForm, ...MaskForm[]] = ['polygons', 'rle', 'packed_rle'];

/** What is left of an image. */
export interface ImageChoice {
  readonly keep: 'inside' | 'outside';
  /** The value of all else, in the image's unit; null for its lowest. */
  readonly outside: number | null;
  readonly isCropped: boolean;
  readonly marginMm: number;
  /** Null for all. */
  readonly segment: string | null;
}

const FIRST_LEFT: ImageChoice = {
  keep: 'inside',
  outside: null,
  isCropped: false,
  marginMm: 0,
  segment: null,
};

/** After a key, before the host is asked about what was typed. */
const PAUSE_MS = 250;

/** One export of a document. */
export class ExportState {
  step: ExportStep = $state.raw({ kind: 'asking' });
  path: string = $state('');
  format: ExportFormat = $state(FIRST_FORMAT);
  /** Of which volumes; only segments of one volume have a choice. */
  volumes: ExportVolumes = $state('own');
  masks: MaskForm = $state(MASK_FORMS[0]);
  /** What nnU-Net calls the values; empty for the modality. */
  channel: string = $state('');
  /** What is left of an image. */
  left: ImageChoice = $state.raw(FIRST_LEFT);
  /** What the file would not say as the document does. */
  notes: readonly Finding[] = $state.raw([]);
  /** Why the document cannot be exported in this format. */
  refusal: WireError | null = $state.raw(null);
  readonly isPathGood: boolean = $derived(isExportPath(this.path, this.format));
  readonly #host: Host;
  readonly #subject: ExportSubject;
  readonly #checkSoon = debounced(PAUSE_MS, () => void this.#check());
  #nChecks = 0;

  constructor(host: Host, subject: ExportSubject) {
    this.#host = host;
    this.#subject = subject;
    this.path = subject.suggestedPath;
    if (subject.hasOwnSegments) this.volumes = 'together';
    void this.#check();
  }

  /** Takes another format, and the name that goes with it: of a data set, the last one used. */
  setFormat(format: ExportFormat): void {
    const { suggestedPath } = this.#subject;
    if (isDataSet(format)) {
      this.path = recallText(lastUsed(format)) ?? suggestedDataSet(suggestedPath, format);
    } else if (isDataSet(this.format)) {
      this.path = withFormat(suggestedPath, FIRST_FORMAT, format);
    } else {
      this.path = withFormat(this.path, this.format, format);
    }
    this.format = format;
    this.step = { kind: 'asking' };
    void this.#check();
  }

  /** Writes the segments of other volumes. */
  setVolumes(volumes: ExportVolumes): void {
    this.volumes = volumes;
    this.step = { kind: 'asking' };
    void this.#check();
  }

  /** Takes another path; what was said about the last one no longer holds. */
  setPath(path: string): void {
    this.path = path;
    this.step = { kind: 'asking' };
    const format = formatOfPath(path, this.format);
    const isOther = format !== this.format;
    this.format = format;
    if (isOther) void this.#check();
    else if (isDataSet(format)) this.#checkSoon.schedule();
  }

  setMasks(masks: MaskForm): void {
    this.masks = masks;
    this.step = { kind: 'asking' };
    void this.#check();
  }

  setChannel(channel: string): void {
    this.channel = channel;
    this.step = { kind: 'asking' };
    this.#checkSoon.schedule();
  }

  setLeft(change: Partial<ImageChoice>): void {
    this.left = { ...this.left, ...change };
    this.step = { kind: 'asking' };
    this.#checkSoon.schedule();
  }

  /** Asks for a path with the host's own dialog. */
  async choose(): Promise<void> {
    try {
      const { format } = this;
      const picked = isDataSet(format)
        ? await this.#host.pickFolder()
        : await this.#host.pickSavePath(this.path);
      const path = picked.kind === 'picked' ? picked.paths[0] : undefined;
      if (path !== undefined) this.setPath(pickedDataSet(path, format));
    } catch (reason) {
      this.step = { kind: 'failed', error: toHostError(reason).wire };
    }
  }

  /** Writes the file. An existing one is replaced only after the user was asked. */
  async write(mode: 'keep_existing' | 'replace_existing'): Promise<void> {
    if (!this.isPathGood || this.step.kind === 'writing') return;
    this.step = { kind: 'writing' };
    const { format } = this;
    const path = this.path.trim();
    try {
      const exported = await this.#host.call('export_labels', {
        document: this.#subject.document,
        path,
        format,
        volumes: this.#writtenVolumes(),
        replace_existing: mode === 'replace_existing',
        options: this.#options(),
      });
      this.step = { kind: 'done', exported };
      if (isDataSet(format)) remember(lastUsed(format), path);
    } catch (reason) {
      const error = toHostError(reason).wire;
      const isThere = error.code === 'conflict' && mode === 'keep_existing';
      this.step = isThere ? { kind: 'exists', error } : { kind: 'failed', error };
    }
  }

  /** Calls off what is due. */
  dispose(): void {
    this.#checkSoon.cancel();
  }

  #writtenVolumes(): ExportVolumes {
    return takesOneVolume(this.format) ? 'own' : this.volumes;
  }

  #options(): ExportOptions {
    const channel = this.channel.trim();
    const { volume, window } = this.#subject;
    const left = isOfImage(this.format) ? this.#leftOptions() : { image: null, segments: [] };
    return { volume, window, masks: this.masks, channel: channel === '' ? null : channel, ...left };
  }

  #leftOptions(): Pick<ExportOptions, 'image' | 'segments'> {
    const { keep, outside, isCropped, marginMm, segment } = this.left;
    const hasBox = isCropped || this.format === 'cropped_image';
    return {
      image: { keep, outside, crop_mm: hasBox ? marginMm : null },
      segments: segment === null ? [] : [segment],
    };
  }

  /** Asks what the format would lose, before anything is written. */
  async #check(): Promise<void> {
    this.#checkSoon.cancel();
    const number = (this.#nChecks += 1);
    const { format } = this;
    const request = {
      document: this.#subject.document,
      format,
      volumes: this.#writtenVolumes(),
      path: this.isPathGood ? this.path.trim() : null,
      options: this.#options(),
    };
    const outcome = await this.#host.call('check_export', request).then(
      ({ notes }) => ({ notes, refusal: null }),
      (reason: unknown) => ({ notes: [], refusal: toHostError(reason).wire }),
    );
    if (number !== this.#nChecks) return;
    this.notes = outcome.notes;
    this.refusal = outcome.refusal;
  }
}

function lastUsed(format: ExportFormat): string {
  return `export.${format}`;
}
