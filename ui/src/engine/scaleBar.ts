/** A scale bar of a round length. */

export interface ScaleBar {
  readonly lengthMm: number;
  readonly lengthPx: number;
  readonly label: string;
}

const ROUND = [1, 2, 5];

/** The longest bar of 1, 2 or 5 times a power of ten mm that is not longer than `mostPx`. */
export function scaleBar(pxPerMm: number, mostPx: number): ScaleBar {
  const mostMm = mostPx / pxPerMm;
  const power = 10 ** Math.floor(Math.log10(mostMm));
  const lengthMm = power * (ROUND.findLast((factor) => factor * power <= mostMm) ?? 1);
  return { lengthMm, lengthPx: lengthMm * pxPerMm, label: labelOf(lengthMm) };
}

function labelOf(mm: number): string {
  if (mm >= 10) return `${mm / 10} cm`;
  if (mm >= 1) return `${mm} mm`;
  return `${Number((mm * 1000).toPrecision(3))} µm`;
}
