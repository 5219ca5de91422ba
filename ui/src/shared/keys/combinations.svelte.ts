/**
 * What actions are done with, keys or buttons of the mouse, as the user has it: a preset, and what the
 * user changed of it.
 */
import { recallChoice, recallText, remember } from '../remembered';
import { PRESETS, type Preset } from './table';

/** An action as far as its combinations are concerned. */
export interface Keyed {
  readonly id: string;
  /** Keys of an action that is not in the table, such as a class's shortcut. */
  readonly keys?: readonly string[];
}

/** The combinations of every action, by its id. */
export type Table = ReadonlyMap<string, readonly string[]>;

/** What the user changed of an action's combinations in the preset. */
interface Change {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

type Changes = Readonly<Record<string, Change>>;

const UNCHANGED: Change = { added: [], removed: [] };

/** Under which names they are remembered. */
export interface RememberedAs {
  readonly preset: string;
  readonly changes: string;
}

/** A combination that the user gives to an action is no longer any other's. */
export class Combinations {
  readonly #as: RememberedAs;
  readonly #tableOf: (preset: Preset) => Table;
  #preset: Preset = $state('annotomy');
  #changes: Changes = $state.raw({});
  readonly #table = $derived.by(() => this.#tableOf(this.#preset));
  /** Given by the user: no longer anybody's by the preset. */
  readonly #given = $derived.by(
    () => new Set(Object.values(this.#changes).flatMap(({ added }) => added)),
  );

  constructor(as: RememberedAs, tableOf: (preset: Preset) => Table) {
    this.#as = as;
    this.#tableOf = tableOf;
    this.#preset = recallChoice(as.preset, PRESETS, 'annotomy');
    this.#changes = recallChanges(as.changes, this.#table);
  }

  get preset(): Preset {
    return this.#preset;
  }
  set preset(preset: Preset) {
    this.#preset = preset;
    remember(this.#as.preset, preset);
  }

  get hasChanges(): boolean {
    return Object.keys(this.#changes).length > 0;
  }

  /** The combinations of an action now. */
  of(action: Keyed): readonly string[] {
    const { added, removed } = this.#changeOf(action.id);
    const left = this.#firstOf(action).filter(
      (keys) => !this.#given.has(keys) && !removed.includes(keys),
    );
    return [...left, ...added];
  }

  /** Which of the actions have a combination, without `except`. */
  ownersOf<Action extends Keyed>(
    keys: string,
    actions: readonly Action[],
    except?: string,
  ): Action[] {
    return actions.filter((action) => action.id !== except && this.of(action).includes(keys));
  }

  /** An action of the table that has a combination, whether it can be done now or not. */
  idOf(keys: string, except: string): string | undefined {
    const known = [...this.#table.keys()].map((id) => ({ id }));
    return this.ownersOf(keys, known, except)[0]?.id;
  }

  isChanged(id: string): boolean {
    return this.#changes[id] !== undefined;
  }

  /** Gives an action a combination beside those it has, and takes it from any other. */
  add(action: Keyed, keys: string): void {
    const others = Object.entries(this.#changes).map(
      ([id, change]) => [id, { ...change, added: without(change.added, keys) }] as const,
    );
    const { added, removed } = this.#changeOf(action.id);
    const isFirst = this.#firstOf(action).includes(keys);
    const change = {
      added: isFirst ? added : [...without(added, keys), keys],
      removed: without(removed, keys),
    };
    this.#change({ ...Object.fromEntries(others), [action.id]: change });
  }

  /** Takes a combination from an action. */
  remove(action: Keyed, keys: string): void {
    const { added, removed } = this.#changeOf(action.id);
    const isFirst = this.#firstOf(action).includes(keys);
    const change = {
      added: without(added, keys),
      removed: isFirst ? [...without(removed, keys), keys] : removed,
    };
    this.#change({ ...this.#changes, [action.id]: change });
  }

  /** An action gets the combinations of the preset again. */
  reset(id: string): void {
    const others = Object.entries(this.#changes).filter(([changed]) => changed !== id);
    this.#change(Object.fromEntries(others));
  }

  /** All actions get the combinations of the preset again. */
  resetAll(): void {
    this.#change({});
  }

  /** Those of the preset. */
  #firstOf({ id, keys = [] }: Keyed): readonly string[] {
    return this.#table.get(id) ?? keys;
  }

  #changeOf(id: string): Change {
    return this.#changes[id] ?? UNCHANGED;
  }

  #change(changes: Changes): void {
    const left = Object.entries(changes).filter(
      ([, { added, removed }]) => added.length + removed.length > 0,
    );
    this.#changes = Object.fromEntries(left);
    remember(this.#as.changes, JSON.stringify(this.#changes));
  }
}

function without(all: readonly string[], keys: string): string[] {
  return all.filter((other) => other !== keys);
}

/** What was written there by hand or by another version is left out. */
function recallChanges(name: string, table: Table): Changes {
  let found: unknown;
  try {
    found = JSON.parse(recallText(name) ?? '{}');
  } catch {
    return {};
  }
  if (typeof found !== 'object' || found === null) return {};
  const changes = Object.entries(found).flatMap(([id, value]) => {
    const change = readChange(value, table.get(id) ?? []);
    return change === null ? [] : [[id, change] as const];
  });
  return Object.fromEntries(changes);
}

/** Earlier versions kept all combinations of a changed action. */
function readChange(value: unknown, first: readonly string[]): Change | null {
  if (isKeys(value)) {
    return {
      added: value.filter((keys) => !first.includes(keys)),
      removed: first.filter((keys) => !value.includes(keys)),
    };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (!('added' in value) || !('removed' in value)) return null;
  const { added, removed } = value;
  return isKeys(added) && isKeys(removed) ? { added, removed } : null;
}

function isKeys(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((keys) => typeof keys === 'string');
}
