/** Sizes and choices of the panels, remembered for the next time. */
import { recallChoice, recallNumber, remember } from '../shared/remembered';

/** The panels below the segments. */
export const TABS = ['effects', 'shapes', 'history', 'metadata', 'report'] as const;

/** One of them. */
export type Tab = (typeof TABS)[number];

/** Least width of the dock in CSS px. */
export const MIN_WIDTH = 240;
/** Greatest width. */
export const MAX_WIDTH = 900;
const MIN_SHARE = 0.15;
const MAX_SHARE = 0.85;

/** The dock at the window's right edge. */
export class Layout {
  #width = $state(recallNumber('panel.width', 340, MIN_WIDTH, MAX_WIDTH));
  #share = $state(recallNumber('panel.share', 0.5, MIN_SHARE, MAX_SHARE));
  #tab: Tab = $state(recallChoice('panel.tab', TABS, 'history'));
  #isOpen = $state(recallChoice('panel.open', ['yes', 'no'], 'yes') === 'yes');

  /** Width of the dock in CSS px. */
  get width(): number {
    return this.#width;
  }
  set width(px: number) {
    this.#width = Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, px)));
    remember('panel.width', this.#width);
  }

  /** Share of the dock's height that the segments take, 0 to 1. */
  get share(): number {
    return this.#share;
  }
  set share(share: number) {
    this.#share = Math.min(MAX_SHARE, Math.max(MIN_SHARE, share));
    remember('panel.share', this.#share);
  }

  get tab(): Tab {
    return this.#tab;
  }
  set tab(tab: Tab) {
    this.#tab = tab;
    remember('panel.tab', tab);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    remember('panel.open', isOpen ? 'yes' : 'no');
  }

  /** Opens the dock at a panel. */
  show(tab: Tab): void {
    this.tab = tab;
    this.isOpen = true;
  }
}
