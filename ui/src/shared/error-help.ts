/** What the catalogue adds to an error of the wire: a title, advice, and what was kept. */
import type { WireError } from '../host/wire';
import { t } from './messages';

/** Texts to show around an error's own message. */
export interface ErrorHelp {
  readonly title: string;
  /** The error's own hint where it has one: it knows more than its kind does. */
  readonly advice: string;
  /** What the failure did not touch, where that is in doubt. */
  readonly kept: string | null;
}

/** Help for an error. */
export function helpFor(error: WireError): ErrorHelp {
  return {
    title: t(`error.${error.code}.title`),
    advice: error.hint ?? t(`error.${error.code}.advice`),
    kept: isAboutStorage(error.code) ? t('error.kept') : null,
  };
}

function isAboutStorage(code: WireError['code']): boolean {
  return code === 'io' || code === 'storage_full' || code === 'internal' || code === 'conflict';
}
