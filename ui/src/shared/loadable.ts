/** Something that is asked for: every panel shows each of its three faces. */
import type { WireError } from '../host/wire';

/** A value on its way, there, or not to be had. */
export type Loadable<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: WireError };

/** On its way. */
export const LOADING = { kind: 'loading' } as const;

/** There. */
export function ready<Value>(value: Value): Loadable<Value> {
  return { kind: 'ready', value };
}

/** Not to be had. */
export function failed<Value>(error: WireError): Loadable<Value> {
  return { kind: 'failed', error };
}
