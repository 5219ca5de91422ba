/** Where the folder browser is. */
import { toHostError, type Host } from '../../host';
import type { Folder, FolderEntry, WireError } from '../../host/wire';

/** A walk through the host's folders. A failed step keeps the folder that was shown. */
export class FolderWalk {
  folder: Folder | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  isLoading = $state(false);
  selected: FolderEntry | null = $state.raw(null);
  filter = $state('');
  /** In the field for a path. */
  typed = $state('');
  readonly entries: readonly FolderEntry[] = $derived(
    matching(this.folder?.entries ?? [], this.filter),
  );
  readonly #host: Host;
  #step = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Goes to a folder; to the user's home when null. */
  async go(path: string | null): Promise<void> {
    this.#step += 1;
    const step = this.#step;
    const typedBefore = this.typed;
    this.isLoading = true;
    this.error = null;
    try {
      const folder = await this.#host.call('list_folder', { path });
      if (step !== this.#step) return;
      this.folder = folder;
      this.selected = null;
      this.filter = '';
      // What was typed meanwhile is the user's.
      if (this.typed === typedBefore) this.typed = folder.path;
    } catch (reason) {
      if (step !== this.#step) return;
      this.error = toHostError(reason).wire;
    }
    this.isLoading = false;
  }

  /** The file of this path, which the folder above knows; null where there is none. */
  async fileAt(path: string): Promise<FolderEntry | null> {
    const above = path.replace(/[\\/][^\\/]*$/, '') || '/';
    try {
      const { entries } = await this.#host.call('list_folder', { path: above });
      return entries.find((entry) => entry.path === path && !entry.is_folder) ?? null;
    } catch {
      // What is wrong with the path itself has been told.
      return null;
    }
  }
}

/** Entries whose name contains `filter`, whatever the case. */
function matching(entries: readonly FolderEntry[], filter: string): readonly FolderEntry[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return entries;
  return entries.filter((entry) => entry.name.toLowerCase().includes(wanted));
}
