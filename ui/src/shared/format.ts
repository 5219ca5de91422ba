/** Numbers, sizes and times as a user reads them. */

const LANGUAGE = 'en';
const NO_BREAK = '\u00a0';
const integer = new Intl.NumberFormat(LANGUAGE);
const dateTime = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat(LANGUAGE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });

/** A whole number with separators. */
export function formatInteger(n: number): string {
  return integer.format(n);
}

/** A measured number with about `digits` significant digits, without an exponent. */
export function formatMeasure(value: number, digits = 4): string {
  return new Intl.NumberFormat(LANGUAGE, {
    maximumSignificantDigits: digits,
    useGrouping: Math.abs(value) >= 10_000,
  }).format(value);
}

/** `512 × 512 × 300`. */
export function formatMatrix(size: readonly number[]): string {
  return size.join(`${NO_BREAK}×${NO_BREAK}`);
}

/** `0.70 × 0.70 × 1.25 mm`. */
export function formatSpacing(spacingMm: readonly number[]): string {
  const parts = spacingMm.map((mm) =>
    mm >= 100 ? mm.toFixed(0) : mm >= 0.1 ? mm.toFixed(2) : String(Number(mm.toPrecision(3))),
  );
  return `${parts.join(`${NO_BREAK}×${NO_BREAK}`)}${NO_BREAK}mm`;
}

/** Date and time of an RFC 3339 instant, in the user's zone. */
export function formatDateTime(instant: string): string {
  return formatWith(dateTime, instant);
}

/** A day of the calendar, `YYYY-MM-DD`; anything else as it is. */
export function formatDate(day: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return day;
  return formatWith(date, `${day}T00:00:00Z`);
}

/** Time of day, to the second. */
export function formatClock(instant: string): string {
  return formatWith(clock, instant);
}

function formatWith(format: Intl.DateTimeFormat, instant: string): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : format.format(at);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago an instant was: `5 minutes ago`, `yesterday`. */
export function formatAgo(instant: string, now: Date): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const seconds = (date.getTime() - now.getTime()) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, 'second');
}
