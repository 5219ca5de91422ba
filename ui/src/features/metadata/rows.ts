/** The tree of elements as the rows that are visible, for a set of open nodes and a search text. */
import type { Element } from '../../host/wire';

/** A line of the metadata panel. */
export type Row =
  | {
      readonly kind: 'element';
      /** Names the element within the file. */
      readonly path: string;
      readonly depth: number;
      readonly element: Element;
      readonly isOpen: boolean;
    }
  | {
      readonly kind: 'item';
      readonly path: string;
      readonly depth: number;
      readonly number: number;
    };

/** Rows to draw and how many elements match. */
export interface Rows {
  readonly rows: readonly Row[];
  readonly nMatches: number;
}

/** Rows of all elements whose ancestors are open; nested ones of closed sequences are left out. */
export function openRows(elements: readonly Element[], open: ReadonlySet<string>): Rows {
  const rows = elements.flatMap((element, n) => rowsOf(element, `/${n}`, 0, open));
  return { rows, nMatches: elements.length };
}

/**
 * Rows of matching elements with the sequences they are in. A sequence that matches only by its own
 * name opens as usual.
 */
export function matchingRows(
  elements: readonly Element[],
  open: ReadonlySet<string>,
  query: string,
): Rows {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return openRows(elements, open);
  let nMatches = 0;
  const walk = (element: Element, path: string, depth: number): Row[] => {
    const inside = itemsOf(element, path, depth, walk);
    const isMatch = matches(element, wanted);
    if (isMatch) nMatches += 1;
    if (inside.length === 0) return isMatch ? rowsOf(element, path, depth, open) : [];
    return [{ kind: 'element', path, depth, element, isOpen: true }, ...inside];
  };
  const rows = elements.flatMap((element, n) => walk(element, `/${n}`, 0));
  return { rows, nMatches };
}

/** An element and, where it is open, what is in it. */
function rowsOf(element: Element, path: string, depth: number, open: ReadonlySet<string>): Row[] {
  const isOpen = open.has(path);
  const own: Row = { kind: 'element', path, depth, element, isOpen };
  if (!isOpen) return [own];
  return [own, ...itemsOf(element, path, depth, (...nested) => rowsOf(...nested, open))];
}

/** The items of a sequence with the rows of their elements; items without rows are left out. */
function itemsOf(
  element: Element,
  path: string,
  depth: number,
  rowsIn: (element: Element, path: string, depth: number) => Row[],
): Row[] {
  return element.items.flatMap((item, m) => {
    const itemPath = `${path}.${m}`;
    const rows = item.flatMap((nested, n) => rowsIn(nested, `${itemPath}/${n}`, depth + 2));
    const head: Row = { kind: 'item', path: itemPath, depth: depth + 1, number: m + 1 };
    return rows.length === 0 ? [] : [head, ...rows];
  });
}

function matches(element: Element, wanted: string): boolean {
  const tag = element.tag.toLowerCase();
  return (
    // Names are keywords: `pixel spacing` finds `PixelSpacing`.
    element.name.toLowerCase().replaceAll(' ', '').includes(wanted.replaceAll(' ', '')) ||
    element.value.toLowerCase().includes(wanted) ||
    element.vr.toLowerCase() === wanted ||
    tag.includes(wanted) ||
    // `00080060` finds `(0008,0060)`.
    tag.replace(/[^0-9a-f]/g, '').includes(wanted)
  );
}
