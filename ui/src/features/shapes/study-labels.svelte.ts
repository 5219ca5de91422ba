/** What other images say of the study that the image on screen belongs to. */
import type { Host } from '../../host';
import type { StudyLabelElsewhere } from '../../host/wire';

export class StudyLabelsState {
  labels: readonly StudyLabelElsewhere[] = $state.raw([]);
  readonly #host: Host;
  #n = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks anew; of several questions the last counts. */
  async refresh(document: string): Promise<void> {
    this.#n += 1;
    const n = this.#n;
    try {
      const { labels } = await this.#host.call('study_labels_elsewhere', { document });
      if (n === this.#n) this.labels = labels;
    } catch {
      // They are beside the point of the panel, and are asked for again when it is next opened.
      if (n === this.#n) this.labels = [];
    }
  }
}
