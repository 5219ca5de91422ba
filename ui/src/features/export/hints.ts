/** What is said beneath the path of an export. */
import type { ExportFormat } from '../../host/wire';
import { t } from '../../shared/messages';
import { endingsOf } from './formats';

/** How a path of the format looks, or what is wrong with the present one. */
export function pathHint(format: ExportFormat, isPathGood: boolean): string {
  if (format === 'coco') return t(isPathGood ? 'export.folder_hint.coco' : 'export.bad_folder');
  if (format === 'nnunet') {
    return t(isPathGood ? 'export.folder_hint.nnunet' : 'export.bad_dataset');
  }
  return t(isPathGood ? 'export.path_hint' : 'export.bad_path', {
    endings: endingsOf(format).join(', '),
  });
}
