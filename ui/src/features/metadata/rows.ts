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
  const rows: Row[] = [];
  const walk = (level: readonly Element[], prefix: string, depth: number): void => {
    level.forEach((element, n) => {
      const path = `${prefix}/${n}`;
      const isOpen = open.has(path);
      rows.push({ kind: 'element', path, depth, element, isOpen });
      if (!isOpen) return;
      element.items.forEach((item, m) => {
        const itemPath = `${path}.${m}`;
        rows.push({ kind: 'item', path: itemPath, depth: depth + 1, number: m + 1 });
        walk(item, itemPath, depth + 2);
      });
    });
  };
  walk(elements, '', 0);
  return { rows, nMatches: elements.length };
}

/** Rows of matching elements with the sequences they are in; a matching sequence opens as usual. */
export function matchingRows(
  elements: readonly Element[],
  open: ReadonlySet<string>,
  query: string,
): Rows {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return openRows(elements, open);
  let nMatches = 0;
  const walk = (level: readonly Element[], prefix: string, depth: number): Row[] =>
    level.flatMap((element, n) => {
      const path = `${prefix}/${n}`;
      const inside = element.items.flatMap((item, m) => {
        const itemPath = `${path}.${m}`;
        const rows = walk(item, itemPath, depth + 2);
        const head: Row = { kind: 'item', path: itemPath, depth: depth + 1, number: m + 1 };
        return rows.length === 0 ? [] : [head, ...rows];
      });
      const isMatch = matches(element, wanted);
      if (isMatch) nMatches += 1;
      if (!isMatch && inside.length === 0) return [];
      const own: Row = { kind: 'element', path, depth, element, isOpen: inside.length > 0 };
      return [own, ...inside];
    });
  const rows = walk(elements, '', 0);
  return { rows, nMatches };
}

function matches(element: Element, wanted: string): boolean {
  const tag = element.tag.toLowerCase();
  return (
    element.name.toLowerCase().includes(wanted) ||
    element.value.toLowerCase().includes(wanted) ||
    element.vr.toLowerCase() === wanted ||
    tag.includes(wanted) ||
    // `00080060` finds `(0008,0060)`.
    tag.replace(/[^0-9a-f]/g, '').includes(wanted)
  );
}
