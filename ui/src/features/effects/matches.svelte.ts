/** What the user says of parts, kept as long as the image is open, and what the host tells of them. */

import type { Document, MatchedGap, MatchedParts, PartMatch, Segment } from '../../host/wire';

/** The segments whose parts they are: labels differ within a layer. */
export type PartsOf = Pick<Segment, 'label' | 'layer'>;

interface Told {
  readonly document: string;
  readonly revision: number;
  readonly layer: number;
  readonly parts: MatchedParts;
  /** What was said in the request. */
  readonly sent: readonly PartMatch[];
}

export class MatchesState {
  /** By document and layer. */
  #said: ReadonlyMap<string, readonly PartMatch[]> = $state.raw(new Map());
  #told: Told | null = $state.raw(null);
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** What is said of parts in a layer, or of one of its segments alone. */
  said(document: Document, { layer, label }: PartsOf, isOfAll: boolean): readonly PartMatch[] {
    const said = this.#said.get(keyOf(document.id, layer)) ?? [];
    return isOfAll ? said : said.filter((match) => match.label === label);
  }

  /** Says something else of a part, or nothing. */
  replace(
    document: Document,
    { layer }: PartsOf,
    before: PartMatch | null,
    now: PartMatch | null,
  ): void {
    const key = keyOf(document.id, layer);
    const others = (this.#said.get(key) ?? []).filter((match) => match !== before);
    this.#said = new Map([...this.#said, [key, now === null ? others : [...others, now]]]);
    this.#onChange();
  }

  /** The host told of parts of a document as it was. */
  tell(
    { id, revision }: Document,
    { layer }: PartsOf,
    parts: MatchedParts,
    sent: readonly PartMatch[],
  ): void {
    this.#told = { document: id, revision, layer, parts, sent };
  }

  /** What was told, as long as the document is the same; null if nothing was. */
  told({ id, revision }: Document, { layer }: PartsOf): Told | null {
    const told = this.#told;
    const isSame = told?.document === id && told.revision === revision && told.layer === layer;
    return isSame ? told : null;
  }
}

/** Those of what was said that fit no part any more. */
export function unfitting({ parts, sent }: Told, said: readonly PartMatch[]): readonly PartMatch[] {
  const unfollowed = sent.filter((_, n) => parts.unfollowed.includes(n));
  return unfollowed.filter((match) => said.includes(match));
}

/** The gaps of a segment, or of all. */
export function gapsOf({ parts }: Told, label: number | null): readonly MatchedGap[] {
  return label === null ? parts.gaps : parts.gaps.filter((gap) => gap.label === label);
}

function keyOf(document: string, layer: number): string {
  return `${document} ${layer}`;
}
