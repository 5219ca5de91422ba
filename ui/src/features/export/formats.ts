/** Formats that segments are exported in, and the names that files of each have. */
import type { ExportFormat } from '../../host/wire';
import { isAbsolutePath } from '../../shared/path';

/** What a format is for. */
export type Purpose = 'segments' | 'images' | 'surfaces' | 'training' | 'measures' | 'shapes';

/** A format with the endings of its files, the usual one first; a folder has none. */
export interface ExportChoice {
  readonly format: ExportFormat;
  readonly purpose: Purpose;
  readonly endings: readonly string[];
}

export const FIRST_FORMAT: ExportFormat = 'nifti';

export const PURPOSES: readonly Purpose[] = [
  'segments',
  'images',
  'surfaces',
  'training',
  'measures',
  'shapes',
];

export const EXPORT_FORMATS: readonly ExportChoice[] = [
  { format: 'nifti', purpose: 'segments', endings: ['.nii.gz', '.nii'] },
  { format: 'seg_nrrd', purpose: 'segments', endings: ['.seg.nrrd'] },
  { format: 'nrrd', purpose: 'segments', endings: ['.nrrd'] },
  { format: 'meta_image', purpose: 'segments', endings: ['.mha'] },
  { format: 'dicom_seg', purpose: 'segments', endings: ['.dcm'] },
  { format: 'dicom_seg_label_map', purpose: 'segments', endings: ['.dcm'] },
  { format: 'dicom_rt_struct', purpose: 'segments', endings: ['.dcm'] },
  { format: 'masked_image', purpose: 'images', endings: ['.nii.gz', '.nii', '.nrrd', '.mha'] },
  { format: 'cropped_image', purpose: 'images', endings: ['.nii.gz', '.nii', '.nrrd', '.mha'] },
  { format: 'stl', purpose: 'surfaces', endings: ['.stl'] },
  { format: 'obj', purpose: 'surfaces', endings: ['.obj'] },
  { format: 'ply', purpose: 'surfaces', endings: ['.ply'] },
  { format: 'gltf', purpose: 'surfaces', endings: ['.glb'] },
  { format: 'nnunet', purpose: 'training', endings: [] },
  { format: 'coco', purpose: 'training', endings: [] },
  { format: 'csv', purpose: 'measures', endings: ['.csv'] },
  { format: 'dicom_sr', purpose: 'shapes', endings: ['.dcm'] },
  { format: 'shapes_json', purpose: 'shapes', endings: ['.json'] },
  { format: 'shapes_csv', purpose: 'shapes', endings: ['.csv'] },
];

/** A name that nnU-Net takes, for a data set that has none yet. */
const FIRST_DATA_SET = 'Dataset001_Segments';

const NNUNET_NAME = /[\\/]Dataset\d{3}_[^\\/]+[\\/]?$/;

export function endingsOf(format: ExportFormat): readonly string[] {
  return EXPORT_FORMATS.find((choice) => choice.format === format)?.endings ?? [];
}

/** Whether it is a folder that images are added to. */
export function isDataSet(format: ExportFormat): boolean {
  return endingsOf(format).length === 0;
}

/** Whether it holds shapes, not segments. */
export function isOfShapes(format: ExportFormat): boolean {
  return EXPORT_FORMATS.some((choice) => choice.format === format && choice.purpose === 'shapes');
}

/** Whether it is the image, or a part of it. */
export function isOfImage(format: ExportFormat): boolean {
  return format === 'masked_image' || format === 'cropped_image';
}

/** Whether it takes one volume of the image, with its values. */
export function takesOneVolume(format: ExportFormat): boolean {
  const purpose = EXPORT_FORMATS.find((choice) => choice.format === format)?.purpose;
  return purpose !== undefined && !['segments', 'surfaces'].includes(purpose);
}

/** Whether a path is absolute, on any system, and has a name that suits the format. */
export function isExportPath(path: string, format: ExportFormat): boolean {
  const trimmed = path.trim();
  if (!isAbsolutePath(trimmed)) return false;
  if (format === 'nnunet') return NNUNET_NAME.test(trimmed);
  if (isDataSet(format)) return /[\\/][^\\/]+[\\/]?$/.test(trimmed);
  return endingOf(trimmed, format) !== undefined && /[^\\/]\./.test(trimmed);
}

/** The path with the usual ending of `to` in place of that of `from`; both are files. */
export function withFormat(path: string, from: ExportFormat, to: ExportFormat): string {
  const stem = stemOf(path, from);
  return stem === '' ? path.trim() : stem + (endingsOf(to)[0] ?? '');
}

/** A new data set beside where the host suggests to put a file of the first format. */
export function suggestedDataSet(suggestedPath: string, format: ExportFormat): string {
  const stem = stemOf(suggestedPath, FIRST_FORMAT);
  return format === 'nnunet'
    ? stem.replace(/[^\\/]*$/, FIRST_DATA_SET)
    : `${stem.replace(/-labels$/, '')}-coco`;
}

/** What is picked as nnU-Net data set is one, or the folder for a new one. */
export function pickedDataSet(path: string, format: ExportFormat): string {
  if (format !== 'nnunet' || NNUNET_NAME.test(path)) return path;
  return `${path.replace(/[\\/]$/, '')}/${FIRST_DATA_SET}`;
}

/** The format that a path's ending stands for: the present one where it fits, as several may. */
export function formatOfPath(path: string, present: ExportFormat): ExportFormat {
  if (isDataSet(present)) return present;
  const fits = EXPORT_FORMATS.filter(({ format }) => endingOf(path.trim(), format) !== undefined);
  // The longest ending says most: `.seg.nrrd` is a `.nrrd`, too.
  const length = (format: ExportFormat): number => endingOf(path.trim(), format)?.length ?? 0;
  const longest = fits.toSorted((a, b) => length(b.format) - length(a.format))[0];
  const isPresent = fits.some(({ format }) => format === present);
  const isAsLong = longest !== undefined && length(present) === length(longest.format);
  return isPresent && isAsLong ? present : (longest?.format ?? present);
}

function stemOf(path: string, format: ExportFormat): string {
  const trimmed = path.trim();
  return trimmed.slice(0, trimmed.length - (endingOf(trimmed, format)?.length ?? 0));
}

function endingOf(path: string, format: ExportFormat): string | undefined {
  return endingsOf(format).find((ending) => path.toLowerCase().endsWith(ending));
}
