/** The effect in hand: what is chosen, its preview, and doing it. */

import { HostError, type Host } from '../../host';
import type {
  AcceptedPart,
  Document,
  EditResponse,
  Editable,
  Effect,
  EffectPreview,
  EffectRequest,
  FrontReach,
  Histogram,
  OverwriteRule,
  Segment,
  SlicePlace,
  WireError,
} from '../../host/wire';
import type { TintedValues } from '../../model/tinted';
import { debounced } from '../../shared/debounce';
import { t } from '../../shared/messages';
import { Job } from '../../host/job.svelte';
import { ClassifierState } from './classifier.svelte';
import { countedOf, methodOf, rangeBy } from './counted';
import { effectOf, isAlone, FIRST_DRAFT, isOfAll, type Draft } from './draft';
import type { Place } from './place';
import { wantedRange } from './snake-draft';
import { ContoursState } from './contours.svelte';
import { MatchesState } from './matches.svelte';
import { SectionsState } from './sections.svelte';
import { editableOf, NO_RULES, nothingDone, type Rules } from './rules';

/** What effects work on. */
export interface Target extends Place {
  readonly imageId: string;
  /** Whether all its values are there. */
  readonly isReady: boolean;
  readonly volume: number;
  readonly document: Document;
  readonly segment: Segment | null;
  readonly overwrite: OverwriteRule;
}

export interface EffectListeners {
  readonly target: () => Target;
  readonly newJob: () => string;
  /** A document has a newer revision. */
  readonly onDocument: (document: Document) => void;
  readonly onFailed: (error: WireError) => void;
  /** Something the user should know, such as why nothing was changed. */
  readonly onTold: (text: string) => void;
}

/** What would become of a document. */
export interface Shown {
  /** The document that would change, as it was then. */
  readonly of: Document;
  readonly preview: EffectPreview;
  /** Whether a tool asked for it, not the panel. */
  readonly isOfTool?: boolean;
}

/** A preview follows what is chosen after this time. */
const PAUSE_MS = 120;

const CANCELLED = new HostError({ code: 'cancelled', message: 'cancelled', hint: null });

export class EffectsState {
  draft: Draft = $state.raw(FIRST_DRAFT);
  rules: Rules = $state.raw(NO_RULES);
  histogram: Histogram | null = $state.raw(null);
  /** Whether the panel is on screen. */
  isOpen = $state(false);
  readonly job: Job;
  readonly contours: ContoursState;
  readonly sections: SectionsState;
  readonly classifier: ClassifierState;
  readonly matches: MatchesState;
  #shown: Shown | null = $state.raw(null);
  /** How far the last front went, while it is the one that is chosen. */
  #reach: FrontReach | null = $state.raw(null);
  /** The document that the last preview was asked for. */
  #looksAt: Document | null = null;
  readonly #host: Host;
  readonly #listeners: EffectListeners;
  readonly #again = debounced(PAUSE_MS, () => void this.look());
  #histogramOf: string | null = null;
  /** The document as the last threshold left it, until something else is chosen. */
  #thresholded: Document | null = $state.raw(null);

  constructor(host: Host, listeners: EffectListeners) {
    this.#host = host;
    this.#listeners = listeners;
    this.job = new Job(host, listeners.newJob);
    this.sections = new SectionsState(host, () => this.#follow());
    this.classifier = new ClassifierState(host, {
      ...listeners,
      onChosen: () => this.#classifierChosen(),
    });
    this.matches = new MatchesState(() => this.#follow());
    this.contours = new ContoursState(host, {
      ...listeners,
      classifier: () => this.classifier.chosen,
      editable: () => this.editable,
      onDone: (answer) => this.#done(answer),
    });
  }

  /** The preview, as long as the document is what it was made of. */
  get shown(): Shown | null {
    const shown = this.#shown;
    const { id, revision } = this.#listeners.target().document;
    return shown !== null && isSameState(shown.of, { id, revision }) ? shown : null;
  }

  /** The preview of what is chosen here, not that of a tool. */
  get own(): Shown | null {
    return this.shown?.isOfTool === true ? null : this.shown;
  }

  /** How far the front of the last preview went; null of other effects. */
  get reach(): FrontReach | null {
    return this.draft.name === 'fast_march' ? this.#reach : null;
  }

  /** The effect as it is chosen; null while it lacks something. */
  get effect(): Effect | null {
    const target = this.#listeners.target();
    const effect = effectOf(this.draft, target, this.other(target));
    const { document, segment } = target;
    if (effect?.type === 'interpolate' && segment !== null) {
      const matches = [...this.matches.said(document, segment, isOfAll(this.draft))];
      return { ...effect, sections: this.sections.chosen, matches };
    }
    if (effect?.type !== 'classify' || this.draft.classifyBy === 'paint') return effect;
    const { chosen } = this.classifier;
    return chosen === null ? null : { ...effect, classifier: chosen.id };
  }

  /** Whether parts of the preview can be accepted: that of an interpolation. */
  get isInParts(): boolean {
    const preview = this.own?.preview;
    return Boolean(preview?.sections) && preview?.document !== null && !preview?.is_coarse;
  }

  /** The slice of the preview that is least certain. */
  get leastCertain(): SlicePlace | null {
    return this.own?.preview.least_certain ?? null;
  }

  /** The segment to combine with: another, or the one in hand where it is alone. */
  other({ document, segment }: Target = this.#listeners.target()): string | null {
    if (isAlone(this.draft.operation)) return segment?.id ?? null;
    const others = document.segments.filter(({ id }) => id !== segment?.id);
    return (others.find(({ id }) => id === this.draft.other) ?? others[0])?.id ?? null;
  }

  /** What tools may change, as the host takes it. */
  get editable(): Editable {
    return editableOf(this.rules, this.#listeners.target().volume);
  }

  /** Values that a threshold would take while one is being chosen: not those that one just took. */
  get highlight(): TintedValues | null {
    const { segment, document } = this.#listeners.target();
    if (!this.isOpen || segment === null || this.histogram === null) return null;
    const { name, range, where } = this.draft;
    if (name === 'threshold') {
      const isJustDone = isSameState(this.#thresholded, document);
      if (range === null || this.shown !== null || isJustDone) return null;
      return { range, plane: where === 'volume' ? null : where };
    }
    const { shown, current } = this.contours;
    const wanted =
      name === 'snake' && shown === null && current !== null ? wantedRange(current.draft) : null;
    return wanted === null ? null : { range: wanted, plane: null };
  }

  /** Chooses; a preview that is shown follows. */
  set(change: Partial<Draft>): void {
    const isOther = change.name !== undefined && change.name !== this.draft.name;
    this.draft = { ...this.draft, ...change };
    this.#thresholded = null;
    if (this.own !== null && isOther) this.discard();
    else this.#follow();
  }

  /** Asks which slices the segment in hand is drawn in. */
  readSections(): void {
    const { document, segment } = this.#listeners.target();
    if (segment === null) return;
    void this.sections.read({
      document: document.id,
      revision: document.revision,
      segment: segment.id,
      isOfAll: this.draft.segments === 'all',
    });
  }

  setRules(change: Partial<Rules>): void {
    this.rules = { ...this.rules, ...change };
    this.#follow();
  }

  /** How often values occur in the volume shown; the first range is above Otsu's threshold. */
  async readHistogram(): Promise<void> {
    const target = this.#listeners.target();
    const { imageId, volume, document } = target;
    const of = countedOf(this.draft, target);
    // What a segment has changes.
    const state = of.kind === 'segment' ? document.revision : null;
    const wanted = JSON.stringify([imageId, volume, of, state]);
    if (this.#histogramOf === wanted) return;
    this.#histogramOf = wanted;
    try {
      const found = await this.#host.call('histogram', { image: imageId, volume, of });
      if (this.#histogramOf !== wanted) return;
      const method = this.histogram === null ? null : methodOf(this.histogram, this.draft.range);
      this.histogram = found;
      if (of.kind === 'volume') this.contours.complete(found);
      if (this.draft.range === null) this.set({ range: rangeBy('otsu', found) });
      else if (method !== null) this.set({ range: rangeBy(method, found) });
    } catch {
      // Without a histogram the range is typed.
      this.histogram = null;
      this.#histogramOf = null;
    }
  }

  /** Shows what the effect would do. */
  async look(): Promise<void> {
    this.#again.cancel();
    const { effect } = this;
    if (effect === null) return;
    const { document, segment } = this.#listeners.target();
    const show = (preview: EffectPreview) => {
      this.#show(document, preview);
      if (effect.type === 'interpolate' && segment !== null && preview.matches)
        this.matches.tell(document, segment, preview.matches, effect.matches ?? []);
    };
    void this.job.cancel();
    this.#looksAt = document;
    await this.#run(
      effect,
      async (request) => {
        if (effect.type === 'interpolate') {
          const coarse = await this.#host.call('preview_effect', { ...request, coarse: true });
          if (!coarse.is_coarse) return coarse;
          if (!this.job.isWanted(request.job)) throw CANCELLED;
          show(coarse);
        }
        return this.#host.call('preview_effect', request);
      },
      show,
    );
  }

  /** Shows what an effect would do that is chosen elsewhere. Its name; null where it does nothing. */
  async lookAt(effect: Effect): Promise<string | null> {
    this.discard();
    const { document } = this.#listeners.target();
    this.#looksAt = document;
    let name: string | null = null;
    await this.#run(
      effect,
      (request) => this.#host.call('preview_effect', request),
      (preview) => {
        name = preview.document?.id ?? null;
        if (name === null) this.#listeners.onTold(t('effects.nothing'));
        else this.#show(document, preview, true);
      },
    );
    return name;
  }

  /** Does a preview, as long as it is the one that is shown. */
  async applyLook(name: string): Promise<void> {
    if (this.shown?.preview.document?.id === name) await this.#applyPreview(name);
  }

  /** The document may have changed: then a preview that is being made is of no use. */
  outdate(): void {
    const { id, revision } = this.#listeners.target().document;
    const of = this.#looksAt;
    if (of === null || isSameState(of, { id, revision })) return;
    this.#looksAt = null;
    void this.job.cancel();
  }

  /** Does what is previewed, or the effect as it is chosen. */
  async apply(): Promise<void> {
    this.#again.cancel();
    const preview = this.own?.preview;
    const name = preview?.document?.id;
    if (name !== undefined && preview?.is_coarse !== true) await this.#applyPreview(name);
    else if (this.effect !== null) await this.run(this.effect);
  }

  /** Does a part of what is previewed, and goes on showing the rest; null where it was refused. */
  async accept(part: AcceptedPart): Promise<EditResponse | null> {
    this.#again.cancel();
    const preview = this.shown?.preview.document?.id;
    if (preview === undefined) return null;
    let made: EditResponse | null = null;
    const { document, segment } = this.#listeners.target();
    const sent = segment === null ? [] : (this.matches.told(document, segment)?.sent ?? []);
    // The edit is its own.
    this.#looksAt = null;
    await this.job.run(
      () => this.#host.call('accept_part', { preview, part }),
      ({ edit, preview: rest }) => {
        made = edit;
        if (rest?.matches && segment !== null)
          this.matches.tell(edit.document, segment, rest.matches, sent);
        this.#shown = rest ? { of: edit.document, preview: rest } : null;
        this.#listeners.onDocument(edit.document);
      },
      (error) => this.#listeners.onFailed(error),
    );
    return made;
  }

  /**
   * Does an effect at once, or in the place of the outline that made a revision; null where it was refused.
   * An outline on a preview accepts what lies inside.
   */
  async run(effect: Effect, replaced: number | null = null): Promise<EditResponse | null> {
    if (this.isInParts && effect.type === 'outline') {
      const { path, slice, plane } = effect;
      return this.accept({ kind: 'outline', path, slice: slice ?? null, plane: plane ?? null });
    }
    let made: EditResponse | null = null;
    await this.#run(
      effect,
      (request) =>
        replaced === null
          ? this.#host.call('run_effect', request)
          : this.#host.call('redraw_outline', { revision: replaced, outline: request }),
      (answer) => {
        made = answer;
        this.#done(answer);
      },
    );
    return made;
  }

  /** Shows the document as it is. */
  discard(): void {
    this.#again.cancel();
    void this.job.cancel();
    this.#forget();
  }

  /** The outcome of an edit made elsewhere: says why it changed nothing. */
  tell(answer: EditResponse): void {
    const text = nothingDone(answer);
    if (text !== null) this.#listeners.onTold(text);
  }

  dispose(): void {
    this.discard();
    this.contours.dispose();
    this.classifier.dispose();
    this.job.dispose();
  }

  /** A preview that is shown follows what is chosen. */
  #follow(): void {
    if (this.own !== null) this.#again.schedule();
  }

  /** What another classifier found is not what this one finds. */
  #classifierChosen(): void {
    this.contours.classifierChosen();
    if (this.draft.name !== 'classify' || this.draft.classifyBy === 'paint') return;
    if (this.classifier.chosen === null) this.discard();
    else this.#follow();
  }

  async #applyPreview(preview: string): Promise<void> {
    await this.job.run(
      () => this.#host.call('apply_preview', { preview }),
      (answer) => this.#done(answer),
      (error) => this.#listeners.onFailed(error),
    );
  }

  #done(answer: EditResponse): void {
    this.#looksAt = null;
    this.#forget();
    if (this.draft.name === 'threshold') this.#thresholded = answer.document;
    this.#listeners.onDocument(answer.document);
    this.tell(answer);
  }

  #show(of: Document, preview: EffectPreview, isOfTool = false): void {
    this.#forget();
    this.#shown = { of, preview, isOfTool };
    this.#reach = preview.front;
  }

  #forget(): void {
    const preview = this.#shown?.preview.document?.id;
    this.#shown = null;
    if (preview !== undefined) void this.#host.call('drop_preview', { preview }).catch(() => null);
  }

  async #run<Answer>(
    effect: Effect,
    call: (request: EffectRequest) => Promise<Answer>,
    onDone: (answer: Answer) => void,
  ): Promise<void> {
    const { document, segment, volume, overwrite } = this.#listeners.target();
    if (segment === null) return;
    await this.job.run(
      (job) =>
        call({
          job,
          document: document.id,
          segment: segment.id,
          effect,
          volume,
          overwrite,
          editable: this.editable,
        }),
      onDone,
      (error) => this.#listeners.onFailed(error),
    );
  }
}

type DocumentState = Pick<Document, 'id' | 'revision'>;

function isSameState(a: DocumentState | null, b: DocumentState): boolean {
  return a?.id === b.id && a.revision === b.revision;
}
