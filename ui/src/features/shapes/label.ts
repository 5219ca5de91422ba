/** What shapes measure, as a user reads it. */
import type { Shape, ShapeMeasure, ShapeValues } from '../../host/wire';
import type { Figure } from '../../model/figure';
import { measuresOf, type FigureMeasures } from '../../model/figure-measures';
import type { LengthUnit } from '../../model/length';
import type { ValueScale } from '../../model/suv';
import { formatInteger, formatMeasure } from '../../shared/format';
import { t } from '../../shared/messages';

/** How measures are told. */
export interface Telling {
  readonly unit: LengthUnit;
  readonly scale: ValueScale;
}

/** A measure by name. */
export interface Told {
  readonly name: string;
  readonly text: string;
}

const NO_BREAK = '\u00a0';
const MM3_IN_ML = 1000;

/** Lengths, areas and angles. */
export function extents(measures: FigureMeasures, { unit }: Telling): Told[] {
  const length = (mm: number) => inUnit(mm / unit.mm, unit.name);
  const area = (mm2: number) => inUnit(mm2 / unit.mm ** 2, `${unit.name}²`);
  const volume = (mm3: number) =>
    unit.name === 'mm'
      ? inUnit(mm3 / MM3_IN_ML, 'ml')
      : inUnit(mm3 / unit.mm ** 3, `${unit.name}³`);
  const told = (name: string, value: number | undefined, text: (value: number) => string) =>
    value === undefined ? [] : [{ name, text: text(value) }];
  return [
    ...told(t('shapes.length'), measures.length, length),
    ...told(t('shapes.angle'), measures.angle, (degrees) => `${formatMeasure(degrees)}°`),
    ...told(t('shapes.volume'), measures.volume, volume),
    ...told(t('shapes.area'), measures.area, area),
    ...told(t('shapes.long_axis'), measures.longAxis, length),
    ...told(t('shapes.short_axis'), measures.shortAxis, length),
    ...told(t('shapes.perimeter'), measures.perimeter, length),
  ];
}

/** The image's values inside, or at a point. */
export function valuesOf(
  kind: Shape['geometry']['kind'],
  values: ShapeValues,
  telling: Telling,
): Told[] {
  const text = (value: number | null | undefined) => valueText(value, telling);
  if (kind === 'point') return [{ name: t('shapes.value'), text: text(values.mean) }];
  return [
    { name: t('shapes.mean'), text: text(values.mean) },
    { name: t('shapes.deviation'), text: text(values.standard_deviation) },
    { name: t('shapes.min'), text: text(values.min) },
    { name: t('shapes.max'), text: text(values.max) },
    { name: t('shapes.voxels'), text: formatInteger(values.n) },
  ];
}

/** As the host measured it. */
export function measuredOf(measure: ShapeMeasure): FigureMeasures {
  const told = {
    length: measure.length,
    perimeter: measure.perimeter,
    area: measure.area,
    angle: measure.angle_degrees,
    longAxis: measure.long_axis,
    shortAxis: measure.short_axis,
    volume: measure.volume,
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => typeof value === 'number'));
}

/**
 * What stands beside a shape, the most important first: its text, how large it is, the values inside.
 * While it is drawn or moved the values inside are not known.
 */
export function labelOf(
  figure: Figure,
  { text, values }: { readonly text: string; readonly values: ShapeValues | null },
  telling: Telling,
): string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return [...lines, ...sizeLines(figure, telling), ...valueLines(figure, values, telling)];
}

function sizeLines(figure: Figure, telling: Telling): string[] {
  const measures = measuresOf(figure);
  const { longAxis, shortAxis } = measures;
  if (figure.kind === 'bidirectional' && longAxis !== undefined && shortAxis !== undefined) {
    const axis = (mm: number) => formatMeasure(mm / telling.unit.mm);
    const axes = t('shapes.axes', { long: axis(longAxis), short: axis(shortAxis) });
    return [`${axes}${NO_BREAK}${telling.unit.name}`];
  }
  // An arrow points at something; how long it is says nothing.
  if (figure.kind === 'arrow') return [];
  const [first] = extents(measures, telling);
  return first === undefined ? [] : [first.text];
}

function valueLines(figure: Figure, values: ShapeValues | null, telling: Telling): string[] {
  if (values === null || values.n === 0) return [];
  if (figure.kind === 'point') return [valueText(values.mean, telling)];
  const bare = { ...telling, scale: { ...telling.scale, unit: null } };
  const mean = valueText(values.mean, bare);
  const deviation = valueText(values.standard_deviation, telling);
  const range = { min: valueText(values.min, bare), max: valueText(values.max, telling) };
  return [t('shapes.mean_and_deviation', { mean, deviation }), t('shapes.range', range)];
}

function valueText(value: number | null | undefined, { scale }: Telling): string {
  if (value === null || value === undefined) return t('segments.no_value');
  return inUnit(value * scale.factor, scale.unit);
}

function inUnit(value: number, unit: string | null): string {
  const text = formatMeasure(value);
  return unit === null ? text : `${text}${NO_BREAK}${unit}`;
}
