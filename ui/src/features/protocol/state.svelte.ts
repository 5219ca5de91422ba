/** The label protocol as every window shows it, and its edits. */
import { toHostError, type Host } from '../../host';
import type { Class, Protocol, ProtocolEdit, WireError } from '../../host/wire';
import { failed, LOADING, ready, type Loadable } from '../../shared/loadable';

/** The protocol, and the last edit of it that failed. */
export class ProtocolState {
  protocol: Loadable<Protocol> = $state.raw(LOADING);
  error: WireError | null = $state.raw(null);
  /** Where the protocol was written last. */
  exported: string | null = $state.raw(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    host.onEvent(({ type }) => {
      if (type === 'protocol_changed' || type === 'library_changed') void this.load();
    });
    host.onReconnect(() => void this.load());
  }

  get classes(): readonly Class[] {
    return this.protocol.kind === 'ready' ? this.protocol.value.classes : [];
  }

  async load(): Promise<void> {
    try {
      this.protocol = ready(await this.#host.call('protocol', {}));
    } catch (reason) {
      this.protocol = failed(toHostError(reason).wire);
    }
  }

  /** Whether it was done; if not, `error` says why. */
  edit(edit: ProtocolEdit): Promise<boolean> {
    return this.#change(() => this.#host.call('edit_protocol', { edit }));
  }

  undo(): Promise<boolean> {
    return this.#change(() => this.#host.call('undo_protocol', {}));
  }

  redo(): Promise<boolean> {
    return this.#change(() => this.#host.call('redo_protocol', {}));
  }

  importFile(path: string): Promise<boolean> {
    return this.#change(() => this.#host.call('import_protocol', { path }));
  }

  async exportFile(path: string, rule: 'keep_existing' | 'replace_existing'): Promise<void> {
    const replace_existing = rule === 'replace_existing';
    this.exported = null;
    this.error = null;
    try {
      await this.#host.call('export_protocol', { path, replace_existing });
      this.exported = path;
    } catch (reason) {
      this.error = toHostError(reason).wire;
    }
  }

  async #change(call: () => Promise<Protocol>): Promise<boolean> {
    this.error = null;
    this.exported = null;
    try {
      this.protocol = ready(await call());
      return true;
    } catch (reason) {
      this.error = toHostError(reason).wire;
      return false;
    }
  }
}
