/** The shape in hand, how far off their slices shapes are shown, and what they measure. */
import type { Host } from '../../host';
import type { Document, Edit, Shape } from '../../host/wire';
import { isLabel } from '../../model/figure';
import { recallNumber, remember } from '../../shared/remembered';
import { ShapeMeasuresState } from './measures.svelte';
import { TrackHost, type TrackDoors } from './track-host';

/** The slider's end, mm. */
export const MAX_REACH_MM = 50;

export class ShapesState {
  active: string | null = $state(null);
  /** Whether any shapes are seen. */
  isShown = $state(true);
  /** The class that new shapes get. */
  newClass: string | null = $state(null);
  /** The shape whose text is to be typed next. */
  asksText: string | null = $state(null);
  #reachMm = $state(recallNumber('shapes.reach', 0, 0, MAX_REACH_MM));
  /** Further keys that shapes are to be interpolated between, chosen one by one. */
  chosen: ReadonlySet<string> = $state.raw(new Set<string>());
  readonly measures: ShapeMeasuresState;
  readonly tracks: TrackHost;

  constructor(host: Host, doors: TrackDoors) {
    this.measures = new ShapeMeasuresState(host);
    this.tracks = new TrackHost(host, doors);
  }

  /** How far off its slice a shape is still shown, mm. */
  get reachMm(): number {
    return this.#reachMm;
  }
  set reachMm(mm: number) {
    this.#reachMm = Math.min(Math.max(mm, 0), MAX_REACH_MM);
    remember('shapes.reach', this.#reachMm);
  }

  /** Chooses keys beside the shape in hand. */
  choose(keys: Iterable<string>): void {
    this.chosen = new Set(keys);
  }

  /** One key more or less; the first one is taken in hand. */
  toggle(key: string): void {
    if (this.active === null) this.active = key;
    if (key === this.active) return;
    const others = [...this.chosen].filter((id) => id !== key);
    this.choose(this.chosen.has(key) ? others : [...others, key]);
  }

  /** The shape in hand, if the document has it. */
  activeIn({ shapes }: Document): Shape | null {
    return shapes.find(({ id }) => id === this.active) ?? null;
  }

  /** An edit as it is sent: a new shape gets the class that was chosen. */
  completed(edit: Edit): Edit {
    return edit.type === 'add_shape' ? { ...edit, class: this.newClass } : edit;
  }

  /** An edit was made: a shape that it added is in hand. */
  onMade(edit: Edit, before: Document, after: Document): void {
    if (edit.type !== 'add_shape' && edit.type !== 'outline_segment') return;
    const had = new Set(before.shapes.map(({ id }) => id));
    const added = after.shapes.find(({ id }) => !had.has(id));
    if (added === undefined) return;
    this.active = added.id;
    // What is drawn must be seen.
    this.isShown = true;
    const isTextAll = isLabel(added.geometry.kind) && added.class === null;
    if (added.geometry.kind === 'arrow' || isTextAll) this.asksText = added.id;
  }

  dispose(): void {
    this.measures.dispose();
  }
}
