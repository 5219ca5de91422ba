/** The registry of actions. */
import type { Action, ActionRegistry } from '../../model/actions';

/** Actions in the order they were registered; one with a known id replaces the earlier one. */
export class Actions implements ActionRegistry {
  all: readonly Action[] = $state.raw([]);

  register(action: Action): () => void {
    this.all = [...this.all.filter((other) => other.id !== action.id), action];
    return () => {
      this.all = this.all.filter((other) => other !== action);
    };
  }

  /** Registers several; the answer removes them all. */
  registerAll(actions: readonly Action[]): () => void {
    const removals = actions.map((action) => this.register(action));
    return () => {
      for (const remove of removals) remove();
    };
  }
}
