/** A typed number, with a decimal point or comma; null where it is none, or not finite. */
export function typedNumber(text: string): number | null {
  const number = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(number) ? number : null;
}
