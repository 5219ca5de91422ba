/** Slices that an interpolation takes as drawn: those found, without some and with others. */

import type { Host } from '../../host';
import type { DrawnSections, SectionRule, SlicePlace } from '../../host/wire';

/** A slice of the list. */
export interface ListedSection {
  readonly slice: SlicePlace;
  /** Voxels in it; null where the user added it. */
  readonly nVoxels: number | null;
  /** Whether it counts as drawn. */
  readonly isOn: boolean;
}

/** Whose sections they are. */
export interface SectionsOf {
  readonly document: string;
  readonly revision: number;
  readonly segment: string;
  readonly isOfAll: boolean;
}

export class SectionsState {
  #found: DrawnSections | null = $state.raw(null);
  /** Slices that the user left out or added. */
  #changes: ReadonlyMap<string, boolean> = $state.raw(new Map());
  #of: SectionsOf | null = null;
  readonly #host: Host;
  readonly #onChange: () => void;

  constructor(host: Host, onChange: () => void) {
    this.#host = host;
    this.#onChange = onChange;
  }

  /** Why those found count as drawn; null while they are not known. */
  get rule(): SectionRule | null {
    return this.#found?.rule ?? null;
  }

  /** By plane and slice. */
  get listed(): readonly ListedSection[] {
    const changes = new Map(this.#changes);
    const found = (this.#found?.sections ?? []).map(({ slice, n_voxels }) => {
      const isOn = changes.get(keyOf(slice)) ?? true;
      changes.delete(keyOf(slice));
      return { slice, nVoxels: n_voxels, isOn };
    });
    const added = [...changes].filter(([, isOn]) => isOn);
    const own = added.map(([key]) => ({ slice: sliceOf(key), nVoxels: null, isOn: true }));
    return [...found, ...own].sort(
      ({ slice: a }, { slice: b }) => b.axis - a.axis || a.index - b.index,
    );
  }

  /** What the host is told: nothing where the user changed nothing. */
  get chosen(): SlicePlace[] | null {
    const { listed } = this;
    const isAsFound = listed.every(({ isOn, nVoxels }) => isOn && nVoxels !== null);
    return isAsFound ? null : listed.filter(({ isOn }) => isOn).map(({ slice }) => ({ ...slice }));
  }

  /** Leaves a slice out, or takes it as drawn. */
  set(slice: SlicePlace, isOn: boolean): void {
    this.#changes = new Map([...this.#changes, [keyOf(slice), isOn]]);
    this.#onChange();
  }

  /** Asks which slices are drawn; what the user changed holds as long as it is the same segment. */
  async read(of: SectionsOf): Promise<void> {
    const before = this.#of;
    if (before !== null && JSON.stringify(before) === JSON.stringify(of)) return;
    const isSame = before?.document === of.document && before.segment === of.segment;
    if (!isSame || before.isOfAll !== of.isOfAll) this.#forget();
    this.#of = of;
    const { document, segment, isOfAll: all_segments } = of;
    try {
      const found = await this.#host.call('drawn_sections', { document, segment, all_segments });
      if (this.#of === of) this.#found = found;
    } catch {
      // The preview says what is wrong, and works without the list.
      if (this.#of === of) this.#of = null;
    }
  }

  #forget(): void {
    this.#found = null;
    this.#changes = new Map();
  }
}

function keyOf({ axis, index }: SlicePlace): string {
  return `${axis} ${index}`;
}

function sliceOf(key: string): SlicePlace {
  const [axis = 0, index = 0] = key.split(' ').map(Number);
  return { axis, index };
}
