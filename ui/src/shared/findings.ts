/** Order and counts of findings. */
import type { Finding, Severity } from '../host/wire';

const GRAVITY: Record<Severity, number> = { error: 0, warning: 1, note: 2 };

/** The gravest first; otherwise as reported. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
}

/** The gravest severity among findings, or null without any. */
export function gravest(findings: readonly Finding[]): Severity | null {
  return bySeverity(findings)[0]?.severity ?? null;
}
