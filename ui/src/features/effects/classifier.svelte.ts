/** Classifiers of the library: one is chosen for effects and contours; they are taught and exchanged. */

import type { Host } from '../../host';
import { Job } from '../../host/job.svelte';
import type { Classifier, Segment } from '../../host/wire';
import { leastUsedColor } from '../../model/segment-colors';
import { t } from '../../shared/messages';
import type { EffectListeners, Target } from './state.svelte';

export interface ClassifierListeners extends EffectListeners {
  /** Another one is to be used. */
  readonly onChosen: () => void;
}

export class ClassifierState {
  /** By name. */
  all: readonly Classifier[] = $state.raw([]);
  /** Of the next one that is taught or imported. */
  name = $state('');
  path = $state('');
  /** Where one was written to last. */
  exported: string | null = $state(null);
  readonly job: Job;
  #id: string | null = $state(null);
  readonly #host: Host;
  readonly #listeners: ClassifierListeners;

  constructor(host: Host, listeners: ClassifierListeners) {
    this.#host = host;
    this.#listeners = listeners;
    this.job = new Job(host, listeners.newJob);
  }

  /** The one that is used. */
  get chosen(): Classifier | null {
    return this.all.find(({ id }) => id === this.#id) ?? null;
  }

  /** Asks which there are. */
  async read(): Promise<void> {
    try {
      await this.#list();
    } catch {
      // Whoever teaches or imports one is told what is wrong.
    }
  }

  choose(id: string | null): void {
    if (id === this.#id) return;
    this.#id = id;
    this.exported = null;
    this.name = this.chosen?.name ?? freeName(this.all);
    this.#listeners.onChosen();
  }

  /** Learns from what is painted of all segments of the active segment's layer. */
  async teach(finest: number): Promise<void> {
    const { document, segment, volume } = this.#listeners.target();
    if (segment === null) return;
    const asked = { document: document.id, segment: segment.id, volume, finest };
    await this.#add((job) =>
      this.#host.call('teach_classifier', { job, ...asked, ...this.#called() }),
    );
  }

  /** Reads one from the file. */
  async import(): Promise<void> {
    const path = this.path.trim();
    const isOwnName = this.name === this.chosen?.name || this.name === freeName(this.all);
    const named = { path, name: isOwnName ? null : this.name, replace_existing: false };
    await this.#add(() => this.#host.call('import_classifier', named));
  }

  /** Writes the one that is used to the file. */
  async export(): Promise<void> {
    const { chosen } = this;
    if (chosen === null) return;
    const asked = { classifier: chosen.id, path: this.path.trim(), replace_existing: false };
    await this.job.run(
      () => this.#host.call('export_classifier', asked),
      () => {
        this.exported = asked.path;
      },
      this.#listeners.onFailed,
    );
  }

  /** Takes the one that is used off the list. */
  async forget(): Promise<void> {
    const { chosen } = this;
    if (chosen === null) return;
    await this.job.run(
      async () => {
        await this.#host.call('forget_classifier', { classifier: chosen.id });
        await this.#list();
      },
      () => this.choose(null),
      this.#listeners.onFailed,
    );
  }

  /** Adds segments with the names of classes that no segment has. */
  async addSegments(names: readonly string[]): Promise<void> {
    let { document } = this.#listeners.target();
    await this.job.run(
      async () => {
        for (const name of names) {
          const color = leastUsedColor(document.segments);
          const edit = { type: 'add_segment', name, color, class: null, overlaps: false } as const;
          const answer = await this.#host.call('edit', { document: document.id, edit });
          document = answer.document;
          this.#listeners.onDocument(document);
        }
      },
      () => this.#listeners.onChosen(),
      this.#listeners.onFailed,
    );
  }

  dispose(): void {
    this.job.dispose();
  }

  #called(): { name: string; replace_existing: boolean } {
    return { name: this.name, replace_existing: this.name.trim() === this.chosen?.name };
  }

  async #add(work: (job: string) => Promise<Classifier>): Promise<void> {
    await this.job.run(
      async (job) => {
        const added = await work(job);
        await this.#list();
        return added;
      },
      ({ id }) => this.choose(id),
      this.#listeners.onFailed,
    );
  }

  async #list(): Promise<void> {
    const { classifiers } = await this.#host.call('list_classifiers', {});
    const isUnnamed = this.name === '' || this.name === freeName(this.all);
    this.all = classifiers;
    if (isUnnamed && this.chosen === null) this.name = freeName(classifiers);
  }
}

/** Classes that no segment of the active segment's layer is named like. */
export function missingSegments(
  { classes }: Pick<Classifier, 'classes'>,
  { document, segment }: Pick<Target, 'document' | 'segment'>,
): string[] {
  const isOfLayer = ({ layer }: Segment) => layer === segment?.layer;
  const names = document.segments.filter(isOfLayer).map(({ name }) => name);
  return classes.filter((name) => !names.includes(name));
}

function freeName(all: readonly Classifier[]): string {
  const taken = new Set(all.map(({ name }) => name));
  for (let n = all.length + 1; ; n += 1) {
    const name = t('classifier.default_name', { n: String(n) });
    if (!taken.has(name)) return name;
  }
}
