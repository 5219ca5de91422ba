/** A document's operations, newest first, a page at a time. */
import { toHostError, type Host } from '../../host';
import type { HistoryEntry, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';
import { isBefore, isFiltering, matches, NO_FILTER, type HistoryFilter } from './filter';

const PAGE = 100;
/** Matching operations that are looked for before the user asks for more. */
const ENOUGH = 20;
const PAUSE_MS = 120;

/** The loaded part of the history. */
export class HistoryState {
  entries: readonly HistoryEntry[] | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  hasOlder = $state(false);
  #filter: HistoryFilter = $state.raw(NO_FILTER);
  /** Those of the loaded entries that the filter keeps. */
  readonly shown: readonly HistoryEntry[] = $derived(
    (this.entries ?? []).filter((entry) => matches(entry, this.#filter)),
  );
  readonly #host: Host;
  #document: string;
  readonly #later = debounced(PAUSE_MS, () => void this.#reload());
  #request = 0;

  constructor(host: Host, document: string) {
    this.#host = host;
    this.#document = document;
  }

  /** Another document is shown: what is shown of the last one stays until its own is there. */
  follow(document: string): void {
    if (document === this.#document) return;
    this.#document = document;
    this.#request += 1;
    this.hasOlder = false;
    this.refresh();
  }

  /** The document changed: asks again for as much as is shown, as undo marks older entries too. */
  refresh(): void {
    this.#later.schedule();
  }

  get filter(): HistoryFilter {
    return this.#filter;
  }

  /** Shows only some of the operations; reads older ones as long as few of them match. */
  async setFilter(filter: HistoryFilter): Promise<void> {
    this.#filter = filter;
    if (isFiltering(filter) && this.shown.length < ENOUGH) await this.loadOlder();
  }

  /** Adds older operations: a page, or as many as it takes to find some that match. */
  async loadOlder(): Promise<void> {
    const [filter, nBefore] = [this.#filter, this.shown.length];
    let hasMore = this.hasOlder;
    while (hasMore && (await this.#loadPage())) {
      const oldest = this.entries?.at(-1);
      const isPast = oldest !== undefined && isBefore(oldest, filter);
      const isEnough = !isFiltering(filter) || this.shown.length - nBefore >= ENOUGH;
      hasMore = this.hasOlder && !isPast && !isEnough && filter === this.#filter;
    }
  }

  /** Whether a page of older operations was added. */
  async #loadPage(): Promise<boolean> {
    const oldest = this.entries?.at(-1)?.sequence;
    if (oldest === undefined) return false;
    const page = await this.#page(oldest, PAGE);
    if (page === null) return false;
    this.entries = [...(this.entries ?? []), ...page];
    this.hasOlder = page.length === PAGE;
    return true;
  }

  /** Calls off what is due. */
  dispose(): void {
    this.#later.cancel();
  }

  async #reload(): Promise<void> {
    const limit = Math.max(PAGE, this.entries?.length ?? 0);
    const page = await this.#page(null, limit);
    if (page === null) return;
    this.entries = page;
    this.hasOlder = page.length === limit;
  }

  /** A page, or null when it failed or a newer request has overtaken it. */
  async #page(before: number | null, limit: number): Promise<HistoryEntry[] | null> {
    this.#request += 1;
    const request = this.#request;
    try {
      const document = this.#document;
      const history = await this.#host.call('history', { document, before, limit });
      if (request !== this.#request) return null;
      this.error = null;
      return history.entries;
    } catch (reason) {
      if (request === this.#request) this.error = toHostError(reason).wire;
      return null;
    }
  }
}
