/** The audit trail's records and their verification. */
import { toHostError, type Host } from '../../host';
import type { AuditLog, AuditVerification } from '../../host/wire';
import { failed, LOADING, ready, type Loadable } from '../../shared/loadable';

/** What the audit dialog knows. Verification is null until it is asked for. */
export class AuditState {
  log: Loadable<AuditLog> = $state.raw(LOADING);
  verification: Loadable<AuditVerification> | null = $state.raw(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Reads the whole log. */
  async load(): Promise<void> {
    this.log = LOADING;
    try {
      this.log = ready(await this.#host.call('audit_log', { after: null, limit: null }));
    } catch (reason) {
      this.log = failed(toHostError(reason).wire);
    }
  }

  /** Walks all records and voxels. */
  async verify(): Promise<void> {
    this.verification = LOADING;
    try {
      this.verification = ready(await this.#host.call('audit_verify', {}));
    } catch (reason) {
      this.verification = failed(toHostError(reason).wire);
    }
  }
}
