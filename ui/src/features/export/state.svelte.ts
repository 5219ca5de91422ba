/** The steps of an export: asking, writing, perhaps asking to replace, and the outcome. */
import { toHostError, type Host } from '../../host';
import type { Exported, ExportFormat, Finding, WireError } from '../../host/wire';
import { EXPORT_FORMATS, formatOfPath, isExportPath, withFormat } from './formats';

/** Where the export stands. */
export type ExportStep =
  | { readonly kind: 'asking' }
  | { readonly kind: 'writing' }
  /** The host refused because something is there already. */
  | { readonly kind: 'exists'; readonly error: WireError }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly exported: Exported };

/** One export of a document. */
export class ExportState {
  step: ExportStep = $state.raw({ kind: 'asking' });
  path: string = $state('');
  format: ExportFormat = $state(EXPORT_FORMATS[0].format);
  /** What the file would not say as the document does. */
  notes: readonly Finding[] = $state.raw([]);
  /** Why the document cannot be exported in this format. */
  refusal: WireError | null = $state.raw(null);
  readonly isPathGood: boolean = $derived(isExportPath(this.path, this.format));
  readonly #host: Host;
  readonly #document: string;

  constructor(host: Host, document: string, suggestedPath: string) {
    this.#host = host;
    this.#document = document;
    this.path = suggestedPath;
    void this.#check();
  }

  /** Takes another format, and the ending that goes with it. */
  setFormat(format: ExportFormat): void {
    this.path = withFormat(this.path, this.format, format);
    this.format = format;
    this.step = { kind: 'asking' };
    void this.#check();
  }

  /** Takes another path; what was said about the last one no longer holds. */
  setPath(path: string): void {
    this.path = path;
    this.step = { kind: 'asking' };
    const format = formatOfPath(path, this.format);
    if (format !== this.format) {
      this.format = format;
      void this.#check();
    }
  }

  /** Asks for a path with the host's own dialog. */
  async choose(): Promise<void> {
    try {
      const picked = await this.#host.pickSavePath(this.path);
      const path = picked.kind === 'picked' ? picked.paths[0] : undefined;
      if (path !== undefined) this.setPath(path);
    } catch (reason) {
      this.step = { kind: 'failed', error: toHostError(reason).wire };
    }
  }

  /** Writes the file. An existing one is replaced only after the user was asked. */
  async write(mode: 'keep_existing' | 'replace_existing'): Promise<void> {
    if (!this.isPathGood || this.step.kind === 'writing') return;
    this.step = { kind: 'writing' };
    try {
      const exported = await this.#host.call('export_labels', {
        document: this.#document,
        path: this.path.trim(),
        format: this.format,
        replace_existing: mode === 'replace_existing',
      });
      this.step = { kind: 'done', exported };
    } catch (reason) {
      const error = toHostError(reason).wire;
      const isThere = error.code === 'conflict' && mode === 'keep_existing';
      this.step = isThere ? { kind: 'exists', error } : { kind: 'failed', error };
    }
  }

  /** Asks what the format would lose, before anything is written. */
  async #check(): Promise<void> {
    const { format } = this;
    const request = { document: this.#document, format };
    const outcome = await this.#host.call('check_export', request).then(
      ({ notes }) => ({ notes, refusal: null }),
      (reason: unknown) => ({ notes: [], refusal: toHostError(reason).wire }),
    );
    if (format !== this.format) return;
    this.notes = outcome.notes;
    this.refusal = outcome.refusal;
  }
}
