/** The keys of every action as the user has them: a preset, and what the user changed of it. */
import { recallChoice, recallText, remember } from '../remembered';
import { keysOfPreset, PRESETS, type KeyedAction, type Preset } from './table';

/** An action as far as keys are concerned. */
export interface Keyed {
  readonly id: string;
  /** Keys of an action that is not in the table, such as a class's shortcut. */
  readonly keys?: readonly string[];
}

type Changes = Readonly<Record<string, readonly string[]>>;

/** What is remembered under these names. */
const PRESET = 'keys.preset';
const MOUSE = 'keys.mouse';
const CHANGES = 'keys.changes';

/** A combination that the user gives to an action is no longer any other's. */
export class Keymap {
  #preset: Preset = $state(recallChoice(PRESET, PRESETS, 'annotomy'));
  #mouse: Preset = $state(recallChoice(MOUSE, PRESETS, 'annotomy'));
  #changes: Changes = $state.raw(recallChanges());
  readonly #table = $derived(keysOfPreset(this.#preset));
  readonly #given = $derived(new Set(Object.values(this.#changes).flat()));

  get preset(): Preset {
    return this.#preset;
  }
  set preset(preset: Preset) {
    this.#preset = preset;
    remember(PRESET, preset);
  }

  /** Whose buttons and wheel are used on images. */
  get mouse(): Preset {
    return this.#mouse;
  }
  set mouse(preset: Preset) {
    this.#mouse = preset;
    remember(MOUSE, preset);
  }

  get hasChanges(): boolean {
    return Object.keys(this.#changes).length > 0;
  }

  /** The keys of an action now. */
  of({ id, keys = [] }: Keyed): readonly string[] {
    const own = this.#changes[id];
    return own ?? (this.#table.get(id) ?? keys).filter((key) => !this.#given.has(key));
  }

  /** Which of the actions has a combination, but not `except`. */
  ownerOf<Action extends Keyed>(
    keys: string,
    actions: readonly Action[],
    except?: string,
  ): Action | undefined {
    return actions.find((action) => action.id !== except && this.of(action).includes(keys));
  }

  /** Actions of the table that have a combination, whether they can be done now or not. */
  idOf(keys: string, except: string): string | undefined {
    const known = [...this.#table.keys()].map((id) => ({ id }));
    return this.ownerOf(keys, known, except)?.id;
  }

  isChanged(id: string): boolean {
    return this.#changes[id] !== undefined;
  }

  /** Gives an action a combination beside those it has, and takes it from any other. */
  add(action: Keyed, keys: string): void {
    const before = this.of(action).filter((own) => own !== keys);
    const others = Object.entries(this.#changes).map(
      ([id, own]) => [id, own.filter((other) => other !== keys)] as const,
    );
    this.#change({ ...Object.fromEntries(others), [action.id]: [...before, keys] });
  }

  /** Takes a combination from an action. */
  remove(action: Keyed, keys: string): void {
    const left = this.of(action).filter((own) => own !== keys);
    this.#change({ ...this.#changes, [action.id]: left });
  }

  /** An action gets the keys of the preset again. */
  reset(id: string): void {
    const others = Object.entries(this.#changes).filter(([changed]) => changed !== id);
    this.#change(Object.fromEntries(others));
  }

  /** All actions get the keys of the preset again. */
  resetAll(): void {
    this.#change({});
  }

  #change(changes: Changes): void {
    this.#changes = changes;
    remember(CHANGES, JSON.stringify(changes));
  }
}

/** Those of this window's user. */
export const keymap = new Keymap();

/** The main keys of an action for its tooltip; none where it has none. */
export function keysText(id: KeyedAction): string | undefined {
  return keymap.of({ id })[0];
}

/** All keys of an action as one text. */
export function allKeysText(id: KeyedAction): string | undefined {
  const keys = keymap.of({ id });
  return keys.length === 0 ? undefined : keys.join(', ');
}

/** What was written there by hand or by another version is left out. */
function recallChanges(): Changes {
  let found: unknown;
  try {
    found = JSON.parse(recallText(CHANGES) ?? '{}');
  } catch {
    return {};
  }
  if (typeof found !== 'object' || found === null) return {};
  return Object.fromEntries(
    Object.entries(found).filter((entry): entry is [string, string[]] => isKeys(entry[1])),
  );
}

function isKeys(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((keys) => typeof keys === 'string');
}
