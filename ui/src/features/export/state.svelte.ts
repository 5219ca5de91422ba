/** The steps of an export: asking, writing, perhaps asking to replace, and the outcome. */
import { toHostError, type Host } from '../../host';
import type { Exported, WireError } from '../../host/wire';

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
  readonly isPathGood: boolean = $derived(isExportPath(this.path));
  readonly #host: Host;
  readonly #document: string;

  constructor(host: Host, document: string, suggestedPath: string) {
    this.#host = host;
    this.#document = document;
    this.path = suggestedPath;
  }

  /** Takes another path; what was said about the last one no longer holds. */
  setPath(path: string): void {
    this.path = path;
    this.step = { kind: 'asking' };
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
        replace_existing: mode === 'replace_existing',
      });
      this.step = { kind: 'done', exported };
    } catch (reason) {
      const error = toHostError(reason).wire;
      const isThere = error.code === 'conflict' && mode === 'keep_existing';
      this.step = isThere ? { kind: 'exists', error } : { kind: 'failed', error };
    }
  }
}

/** Whether a path is absolute, on any system, and names a NIfTI file. */
export function isExportPath(path: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path.trim()) && /[^\\/]\.nii(\.gz)?$/i.test(path.trim());
}
