/** Names of jobs: never the same twice, in any window. */

/** A new name. */
export function newJob(): string {
  const words = crypto.getRandomValues(new Uint32Array(4));
  return [...words].map((word) => word.toString(16).padStart(8, '0')).join('');
}
