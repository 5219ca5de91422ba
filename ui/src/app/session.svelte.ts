/** Which screen is shown, and opening something: one job at a time, with progress, that can be cancelled. */
import { HomeState } from '../features/home';
import { toHostError, type Host } from '../host';
import type { Series, Stage, Study, WireError } from '../host/wire';
import type { Notices } from './notices.svelte';
import { Workspace } from './workspace.svelte';

/** A screen. */
export type Screen =
  | { readonly kind: 'home' }
  | { readonly kind: 'study'; readonly study: Study }
  | { readonly kind: 'workspace'; readonly workspace: Workspace };

/** What is being opened, or could not be. */
export interface Opening {
  readonly job: string;
  readonly title: string;
  readonly stage: Stage | null;
  readonly done: number;
  /** 0 while unknown. */
  readonly total: number;
  readonly isCancelling: boolean;
  readonly error: WireError | null;
}

/** Where the user is. */
export class Session {
  screen: Screen = $state.raw({ kind: 'home' });
  opening: Opening | null = $state.raw(null);
  readonly home: HomeState;
  readonly host: Host;
  readonly #notices: Notices;
  readonly #newJob: () => string;
  /** Settles when the edits of images that were left have their answers. */
  #left: Promise<void> | null = null;

  /** @param newJob names jobs; never the same twice, in any window */
  constructor(host: Host, newJob: () => string, notices: Notices) {
    this.host = host;
    this.home = new HomeState(host);
    this.#newJob = newJob;
    this.#notices = notices;
    host.onEvent((event) => {
      // What is on screen is of the library before.
      if (event.type === 'library_changed') this.goHome();
      if (event.type !== 'progress' || event.job !== this.opening?.job) return;
      this.#update({ stage: event.stage, done: event.done, total: event.total });
    });
  }

  /** Opens folders and files; a study of one series opens that series. */
  async openStudy(paths: readonly string[]): Promise<void> {
    const title = lastPart(paths[0] ?? '');
    await this.#open(title, async (job) => {
      const study = await this.host.call('open_study', { job, paths: [...paths] });
      await this.#enterStudy(study, job);
    });
  }

  /** Opens the sample that comes with the program. */
  async openSample(title: string): Promise<void> {
    await this.#open(title, async (job) => {
      const study = await this.host.call('open_sample', { job });
      await this.#enterStudy(study, job);
    });
  }

  /** Opens a series of a study. */
  async openSeries(study: Study, series: Series): Promise<void> {
    await this.#open(series.description || study.title, (job) =>
      this.#enterSeries(study, series, job),
    );
  }

  /** Asks the host to stop; what was on screen stays. */
  async cancelOpening(): Promise<void> {
    const job = this.opening?.job;
    if (job === undefined) return;
    this.#update({ isCancelling: true });
    try {
      await this.host.call('cancel', { job });
    } catch (reason) {
      if (this.opening?.job === job) this.#update({ error: toHostError(reason).wire });
    }
  }

  /** Takes a failed opening off the screen. */
  dismissOpening(): void {
    if (this.opening?.error !== null) this.opening = null;
  }

  /** What a closing window has to wait for: edits of the image on screen and of one just left. */
  unfinished(): Promise<void> | null {
    const shown =
      this.screen.kind === 'workspace' ? this.screen.workspace.stores.unfinished() : null;
    if (shown === null) return this.#left;
    return Promise.all([shown, this.#left]).then(() => undefined);
  }

  goHome(): void {
    this.#show({ kind: 'home' });
    void this.home.load();
  }

  goToStudy(study: Study): void {
    this.#show({ kind: 'study', study });
  }

  /** Leaves the image for where it was opened from, which stops reading the rest of it. */
  leaveImage(): void {
    if (this.screen.kind !== 'workspace') return;
    const { study } = this.screen.workspace;
    if (study.series.length > 1) this.goToStudy(study);
    else this.goHome();
  }

  /** Reads an image again of which a part could not be read. */
  async reopenImage(): Promise<void> {
    if (this.screen.kind !== 'workspace') return;
    const { study, series } = this.screen.workspace;
    await this.openSeries(study, series);
  }

  async #open(title: string, run: (job: string) => Promise<void>): Promise<void> {
    const isBusy = this.opening !== null && this.opening.error === null;
    if (isBusy) return;
    const job = this.#newJob();
    this.opening = {
      job,
      title,
      stage: null,
      done: 0,
      total: 0,
      isCancelling: false,
      error: null,
    };
    try {
      await run(job);
      this.opening = null;
    } catch (reason) {
      const error = toHostError(reason).wire;
      if (error.code === 'cancelled') this.opening = null;
      else this.#update({ error });
    }
  }

  async #enterStudy(study: Study, job: string): Promise<void> {
    const only = study.series[0];
    if (only === undefined || study.series.length > 1) {
      this.goToStudy(study);
      return;
    }
    await this.#enterSeries(study, only, job);
  }

  async #enterSeries(study: Study, series: Series, job: string): Promise<void> {
    const image = await this.host.call('open_image', { job, series: series.id });
    const document = await this.host.call('document', { document: image.document });
    const opened = { study, series, image, document, job };
    const workspace = new Workspace(this.host, opened, this.#notices);
    this.#show({ kind: 'workspace', workspace });
  }

  #show(screen: Screen): void {
    if (this.screen.kind === 'workspace') {
      const { workspace } = this.screen;
      const isShownOn =
        screen.kind === 'workspace' && screen.workspace.image.id === workspace.image.id;
      if (!isShownOn) void workspace.stopReading();
      workspace.dispose();
      this.#remember(workspace.stores.unfinished());
      this.#notices.clearDone();
    }
    this.screen = screen;
  }

  /** Edits of an image that was left are still on their way. */
  #remember(unfinished: Promise<void> | null): void {
    if (unfinished === null) return;
    const both = Promise.all([this.#left, unfinished]).then(() => undefined);
    this.#left = both;
    void both.then(() => {
      if (this.#left === both) this.#left = null;
    });
  }

  #update(change: Partial<Opening>): void {
    if (this.opening !== null) this.opening = { ...this.opening, ...change };
  }
}

/** Last part of a path of any system. */
function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
}
