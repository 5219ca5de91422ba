/** The series of a study screen, by the study that they belong to. */

import type { Series, Study, StudyLabel } from '../../host/wire';

export interface Group {
  /** None for images of formats without studies. */
  readonly label: StudyLabel | null;
  readonly series: readonly Series[];
}

/** In the order of the studies; what belongs to none comes last. */
export function groupsOf({ studies, series }: Study): Group[] {
  const of = (id: string | null) => series.filter((one) => (one.study ?? null) === id);
  const groups: Group[] = studies.map((label) => ({ label, series: of(label.id) }));
  const others = of(null);
  return others.length === 0 ? groups : [...groups, { label: null, series: others }];
}

/** Whether the studies are of more than one patient. */
export function hasSeveralPatients({ studies }: Study): boolean {
  return studies.some(({ patient }) => patient > 1);
}

/** `CT 3, MR 1`: how many series there are of each modality. */
export function modalitiesOf({ series }: Group): string {
  const counts = new Map<string, number>();
  for (const { modality } of series) counts.set(modality, (counts.get(modality) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([modality, n]) => `${modality}\u00a0${n}`).join(', ');
}
