/** Formats that segments are exported in, and the names that files of each have. */
import type { ExportFormat } from '../../host/wire';
import { isAbsolutePath } from '../../shared/path';

/** A format with the endings of its files, the usual one first. */
export interface ExportChoice {
  readonly format: ExportFormat;
  readonly endings: readonly [string, ...string[]];
}

export const EXPORT_FORMATS: readonly [ExportChoice, ...ExportChoice[]] = [
  { format: 'nifti', endings: ['.nii.gz', '.nii'] },
  { format: 'seg_nrrd', endings: ['.seg.nrrd'] },
  { format: 'nrrd', endings: ['.nrrd'] },
  { format: 'meta_image', endings: ['.mha'] },
  { format: 'dicom_seg', endings: ['.dcm'] },
  { format: 'dicom_seg_label_map', endings: ['.dcm'] },
  { format: 'dicom_rt_struct', endings: ['.dcm'] },
];

export function endingsOf(format: ExportFormat): readonly string[] {
  return EXPORT_FORMATS.find((choice) => choice.format === format)?.endings ?? [];
}

/** Whether a path is absolute, on any system, and has an ending of the format. */
export function isExportPath(path: string, format: ExportFormat): boolean {
  const trimmed = path.trim();
  return (
    isAbsolutePath(trimmed) && endingOf(trimmed, format) !== undefined && /[^\\/]\./.test(trimmed)
  );
}

/** The path with the usual ending of `to` in place of that of `from`. */
export function withFormat(path: string, from: ExportFormat, to: ExportFormat): string {
  const trimmed = path.trim();
  const stem = trimmed.slice(0, trimmed.length - (endingOf(trimmed, from)?.length ?? 0));
  return stem === '' ? trimmed : stem + (endingsOf(to)[0] ?? '');
}

/** The format that a path's ending stands for: the present one where it fits, as several may. */
export function formatOfPath(path: string, present: ExportFormat): ExportFormat {
  const fits = EXPORT_FORMATS.filter(({ format }) => endingOf(path.trim(), format) !== undefined);
  // The longest ending says most: `.seg.nrrd` is a `.nrrd`, too.
  const longest = fits.toSorted((a, b) => b.endings[0].length - a.endings[0].length)[0];
  const isPresent = fits.some(({ format }) => format === present);
  const isAsLong = endingsOf(present)[0]?.length === longest?.endings[0].length;
  return isPresent && isAsLong ? present : (longest?.format ?? present);
}

function endingOf(path: string, format: ExportFormat): string | undefined {
  return endingsOf(format).find((ending) => path.toLowerCase().endsWith(ending));
}
