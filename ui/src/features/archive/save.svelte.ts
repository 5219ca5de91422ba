/** Saving an archive: what goes in, where to, and the outcome. */
import { toHostError, type Host } from '../../host';
import type { CreatedArchive, FoundImage, ListedDocument, WireError } from '../../host/wire';
import { failed, LOADING, ready, type Loadable } from '../../shared/loadable';
import { Job } from '../../host/job.svelte';
import { isArchivePath } from './files';

/** Where saving stands. */
export type SaveStep =
  | { readonly kind: 'asking' }
  | { readonly kind: 'writing' }
  /** The host refused because something is there already. */
  | { readonly kind: 'exists'; readonly error: WireError }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly created: CreatedArchive };

/** One archive that is saved. */
export class SaveState {
  documents: Loadable<readonly ListedDocument[]> = $state.raw(LOADING);
  /** Documents that stay out. */
  left: ReadonlySet<string> = $state.raw(new Set());
  includeImages = $state(false);
  path: string = $state('');
  step: SaveStep = $state.raw({ kind: 'asking' });
  readonly job: Job;
  readonly chosen: readonly ListedDocument[] = $derived(
    this.documents.kind === 'ready'
      ? this.documents.value.filter(({ id }) => !this.left.has(id))
      : [],
  );
  /** Each image once, however many of its volumes have documents; null where it is not found. */
  readonly #images: readonly (FoundImage | null)[] = $derived([
    ...new Map(this.chosen.map(({ image_id, image }) => [image_id, image] as const)).values(),
  ]);
  /** Images that are not found: they cannot go in. */
  readonly nMissing: number = $derived(this.#images.filter((image) => image === null).length);
  readonly imageMebibytes: number = $derived(
    this.#images.reduce((sum, image) => sum + (image?.mebibytes ?? 0), 0),
  );
  readonly canWrite: boolean = $derived(
    isArchivePath(this.path) && this.chosen.length > 0 && this.step.kind !== 'writing',
  );
  readonly #host: Host;

  constructor(host: Host, newJob: () => string, suggestedPath: string) {
    this.#host = host;
    this.job = new Job(host, newJob);
    this.path = suggestedPath;
  }

  /** Asks what the library holds. */
  async load(): Promise<void> {
    this.documents = LOADING;
    await this.job.run(
      (job) => this.#host.call('list_documents', { job }),
      ({ documents }) => (this.documents = ready(documents)),
      (error) => (this.documents = failed(error)),
    );
  }

  setPath(path: string): void {
    this.path = path;
    this.step = { kind: 'asking' };
  }

  /** Takes a document in or leaves it out. */
  toggle(id: string): void {
    const left = new Set(this.left);
    if (!left.delete(id)) left.add(id);
    this.left = left;
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
    if (!this.canWrite) return;
    this.step = { kind: 'writing' };
    const documents = this.left.size === 0 ? null : this.chosen.map(({ id }) => id);
    await this.job.run(
      (job) =>
        this.#host.call('create_archive', {
          job,
          path: this.path.trim(),
          documents,
          include_images: this.includeImages,
          replace_existing: mode === 'replace_existing',
        }),
      (created) => (this.step = { kind: 'done', created }),
      (error) => {
        const isThere = error.code === 'conflict' && mode === 'keep_existing';
        this.step = isThere ? { kind: 'exists', error } : { kind: 'failed', error };
      },
    );
    if (this.step.kind === 'writing') this.step = { kind: 'asking' };
  }
}
