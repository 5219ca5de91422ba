/** Names of operations, for undo buttons, the history and the audit log. */
import type { OperationName } from '../host/wire';
import { t } from './messages';

/** `Brush stroke (Liver)`. */
export function operationText(operation: OperationName): string {
  const name = t(`operation.${operation.kind}`);
  const segment = operation.segment;
  return segment ? t('operation.of_segment', { operation: name, segment }) : name;
}
