/** Names of operations, for undo buttons, the history and the audit log. */
import type { OperationName } from '../host/wire';
import { t } from './messages';

/** `Brush stroke (Liver)`, `Undo: Brush stroke (Liver)`. */
export function operationText(operation: OperationName): string {
  const { kind, of } = operation;
  const done = t(`operation.${kind}`);
  const name = of
    ? t('operation.of_operation', { operation: done, of: t(`operation.${of}`) })
    : done;
  const segment = operation.segment;
  return segment ? t('operation.of_segment', { operation: name, segment }) : name;
}
