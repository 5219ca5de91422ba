/** What is told of a thing, by name. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A path, hash or the like. */
  readonly isCode?: boolean;
  /** What to do with it. */
  readonly hint?: string;
}
