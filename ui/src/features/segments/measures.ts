/** How large a segment is, in the unit that is known. */
import type { GridMeaning, SegmentStatistics } from '../../host/wire';
import { formatMeasure } from '../../shared/format';
import { t } from '../../shared/messages';

export interface Extent {
  readonly name: string;
  readonly text: string;
}

const MM2_IN_CM2 = 100;
/** Smaller areas are a microscope's. */
const SMALLEST_MM2 = 0.01;

/** Its volume, or its area where slices have no known depth; null where pixels have no known size. */
export function extentOf(
  { volume_ml, area_mm2 }: Pick<SegmentStatistics, 'volume_ml' | 'area_mm2'>,
  { in_plane }: GridMeaning,
): Extent | null {
  if (typeof volume_ml === 'number') {
    const text = t('segments.ml', { value: formatMeasure(volume_ml) });
    return { name: t('segments.volume'), text };
  }
  if (typeof area_mm2 !== 'number') return null;
  const name = t(in_plane === 'detector' ? 'segments.area_at_detector' : 'segments.area');
  return { name, text: areaText(area_mm2) };
}

function areaText(mm2: number): string {
  if (mm2 >= MM2_IN_CM2) return t('segments.cm2', { value: formatMeasure(mm2 / MM2_IN_CM2) });
  if (mm2 >= SMALLEST_MM2 || mm2 === 0) return t('segments.mm2', { value: formatMeasure(mm2) });
  return t('segments.um2', { value: formatMeasure(mm2 * 1e6) });
}
