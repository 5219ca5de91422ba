/** Which rows of a long list are near what is seen of it: only those have all their controls, so that a
 * list of hundreds is laid out with every frame as fast as one of a few. */

export interface NearRows {
  readonly first: number;
  readonly last: number;
  /** The row that has the focus, which must not go; null if none has. */
  readonly focused: number | null;
}

/** Rows that a list may have before it counts as long. */
const FEW = 40;
/** Rows beyond what is seen on either side: keys go on to them. */
const BESIDE = 12;

export const FIRST_ROWS: NearRows = { first: 0, last: FEW, focused: null };

export function isNear({ first, last, focused }: NearRows, row: number, nRows: number): boolean {
  return nRows <= FEW || (first <= row && row <= last) || row === focused;
}

/** The rows between two heights, with some on either side; `topOf` ascends. */
export function rowsBetween(
  [top, bottom]: readonly [number, number],
  nRows: number,
  topOf: (row: number) => number,
): Pick<NearRows, 'first' | 'last'> {
  const rowsAbove = (height: number) => {
    let [low, high] = [0, nRows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (topOf(middle) < height) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { first: rowsAbove(top) - 1 - BESIDE, last: rowsAbove(bottom) + BESIDE };
}

/** Tells of the rows near what is seen of a list, now and when that changes; ends when asked to. */
export function watchRows(list: HTMLElement, onRows: (rows: NearRows) => void): () => void {
  const scroller = scrollerOf(list);
  const tell = () => {
    const { top, bottom } = scroller.getBoundingClientRect();
    const { children } = list;
    const topOf = (row: number) => children[row]?.getBoundingClientRect().top ?? Infinity;
    const focused = [...children].findIndex((row) => row.contains(document.activeElement));
    const rows = rowsBetween([top, bottom], children.length, topOf);
    onRows({ ...rows, focused: focused < 0 ? null : focused });
  };
  const resized = new ResizeObserver(tell);
  resized.observe(scroller);
  scroller.addEventListener('scroll', tell, { passive: true });
  return () => {
    resized.disconnect();
    scroller.removeEventListener('scroll', tell);
  };
}

function scrollerOf(list: HTMLElement): HTMLElement {
  let at = list.parentElement;
  while (at !== null && !/auto|scroll/.test(getComputedStyle(at).overflowY)) at = at.parentElement;
  return at ?? document.documentElement;
}
