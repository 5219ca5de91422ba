/** Tooltips that tell the keys of what they stand at. */

/** `Fit images (F)`; the label alone where there are no keys. */
export function withKeys(label: string, keys: string | undefined): string {
  return keys === undefined ? label : `${label} (${keys})`;
}
