/** Opening an archive: first everything in it is checked, then the user says where it goes. */
import { toHostError, type Host } from '../../host';
import type { ArchiveFault, ArchiveSummary, OpenedArchive, WireError } from '../../host/wire';
import { isAbsolutePath } from '../../shared/path';
import { Job } from '../../host/job.svelte';

/** Where opening stands. */
export type OpenStep =
  | { readonly kind: 'checking' }
  /** It does not hold: nothing is opened. */
  | { readonly kind: 'fault'; readonly fault: ArchiveFault }
  | { readonly kind: 'asking'; readonly summary: ArchiveSummary; readonly error: WireError | null }
  | { readonly kind: 'opening' }
  | { readonly kind: 'failed'; readonly error: WireError }
  | { readonly kind: 'done'; readonly opened: OpenedArchive };

/** One archive that is opened. */
export class OpenState {
  step: OpenStep = $state.raw({ kind: 'checking' });
  dataFolder: string = $state('');
  imageFolder: string = $state('');
  readonly job: Job;
  /** Whether the library in use is empty, so that the archive can become it. */
  readonly isIntoOwn: boolean;
  readonly #host: Host;
  readonly #path: string;

  constructor(host: Host, newJob: () => string, path: string, nRecords: number) {
    this.#host = host;
    this.#path = path;
    this.job = new Job(host, newJob);
    this.isIntoOwn = nRecords === 0;
    this.dataFolder = path.trim().replace(/\.annotomy$/i, '-library');
  }

  /** Whether all that is asked has an answer. */
  get canOpen(): boolean {
    const isAnswered = this.isIntoOwn || isAbsolutePath(this.dataFolder);
    const hasImageFolder = this.imageFolder.trim() === '' || isAbsolutePath(this.imageFolder);
    return this.step.kind === 'asking' && isAnswered && hasImageFolder;
  }

  /** Checks everything in the archive. */
  async check(): Promise<void> {
    this.step = { kind: 'checking' };
    await this.job.run(
      (job) => this.#host.call('verify_archive', { job, path: this.#path }),
      ({ summary, first_fault: fault }) => {
        if (summary !== null) this.step = { kind: 'asking', summary, error: null };
        else if (fault !== null) this.step = { kind: 'fault', fault };
      },
      (error) => (this.step = { kind: 'failed', error }),
    );
  }

  /** Opens it, and goes on in the library that it has become. */
  async open(): Promise<void> {
    if (!this.canOpen || this.step.kind !== 'asking') return;
    const { summary } = this.step;
    this.step = { kind: 'opening' };
    const dataFolder = this.isIntoOwn ? null : this.dataFolder.trim();
    await this.job.run(
      (job) =>
        this.#host.call('open_archive', {
          job,
          path: this.#path,
          data_folder: dataFolder,
          image_folder: this.imageFolder.trim() || null,
        }),
      (opened) => (this.step = { kind: 'done', opened }),
      (error) => (this.step = { kind: 'asking', summary, error }),
    );
    if (this.step.kind === 'opening') this.step = { kind: 'asking', summary, error: null };
  }

  /** Goes on in a library that the archive has become beside the user's own. */
  async goThere(): Promise<boolean> {
    if (this.isIntoOwn) return true;
    try {
      await this.#host.call('use_library', { data_folder: this.dataFolder.trim() });
      return true;
    } catch (reason) {
      this.step = { kind: 'failed', error: toHostError(reason).wire };
      return false;
    }
  }
}
