/** Actions a user can find in the command palette, by key or on a button. */

/** One thing a user can do. */
export interface Action {
  /** Stable name such as `viewer.undo`. */
  readonly id: string;
  /** Its name as shown to the user, from the message catalogue. */
  readonly label: string;
  /** Keys as shown to the user, such as `Ctrl+Z`; the first is the main one. */
  readonly keys: readonly string[];
  /** Whether it can be done now; absent means always. */
  readonly isEnabled?: () => boolean;
  readonly run: () => void;
}

/** Where features put their actions and the shell finds them. Features handle their own keys. */
export interface ActionRegistry {
  /** Adds an action; the answer removes it. */
  register(action: Action): () => void;
}
