/** Files that hold a library or a part of it. */
import { isAbsolutePath } from '../../shared/path';

export const ENDING = '.annotomy';

/** Whether a file is an archive, by its name. */
export function isArchive(path: string): boolean {
  return path.trim().toLowerCase().endsWith(ENDING);
}

/** Whether an archive can be written there. */
export function isArchivePath(path: string): boolean {
  return isArchive(path) && isAbsolutePath(path) && /[^\\/]\.annotomy$/i.test(path.trim());
}
