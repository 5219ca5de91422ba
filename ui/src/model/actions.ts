/** Actions a user can find in the command palette, by key or on a button. */

/** One thing a user can do. */
export interface Action {
  /** Stable name such as `viewer.undo`. */
  readonly id: string;
  /** Its name as shown to the user, from the message catalogue. */
  readonly label: string;
  /** Keys that it brings, such as `Ctrl+Z`; those of most actions are in the table of `shared/keys`. */
  readonly keys?: readonly string[];
  /** Whether it can be done now; absent means always. */
  readonly isEnabled?: () => boolean;
  readonly run: () => void;
  /** For what can be lent while a key is held: does it, and answers how to end it. */
  readonly hold?: () => () => void;
}

/** Where features put their actions and the shell finds them. Which keys do what is the user's choice. */
export interface ActionRegistry {
  /** Adds an action; the answer removes it. */
  register(action: Action): () => void;
}
