/** The error every host call fails with. */

import type { ErrorCode, WireError } from './wire';

export class HostError extends Error {
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'HostError';
    this.wire = wire;
  }

  get code(): ErrorCode {
    return this.wire.code;
  }

  get hint(): string | null {
    return this.wire.hint ?? null;
  }
}

/** The host could not be asked, or its answer did not arrive. */
export class UnreachableError extends HostError {}

/** A complete list, so that a new code in the wire types fails to compile here. */
const CODES: Record<ErrorCode, true> = {
  invalid_request: true,
  not_found: true,
  bad_input: true,
  unsupported: true,
  limit: true,
  not_permitted: true,
  conflict: true,
  io: true,
  storage_full: true,
  cancelled: true,
  internal: true,
};

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(CODES, code);
}

function isWireError(value: unknown): value is WireError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    isErrorCode(value.code) &&
    typeof value.message === 'string'
  );
}

/** Turns whatever was thrown or sent back into a `HostError`; what is not a wire error is `internal`. */
export function toHostError(reason: unknown): HostError {
  if (reason instanceof HostError) return reason;
  if (isWireError(reason)) return new HostError(reason);
  const message = reason instanceof Error ? reason.message : String(reason);
  return new HostError({ code: 'internal', message, hint: null });
}
