import { describe, expect, it } from 'vitest';
import type { Series, Study } from '../../host/wire';
import { groupsOf, hasSeveralPatients, modalitiesOf } from './groups';

function series(id: string, study: string | null, modality = 'CT'): Series {
  return {
    id,
    study,
    modality,
    description: '',
    size: [1, 1, 1],
    n_volumes: 1,
    spacing_mm: [1, 1, 1],
    meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
    scalar_type: 'uint8',
    n_files: 1,
    is_annotated: false,
    report: [],
  };
}

function study(patients: readonly [string, number][], all: Series[]): Study {
  const studies = patients.map(([id, patient]) => ({ id, patient, description: '', date: null }));
  return { title: '', path: '', studies, series: all, report: [] };
}

describe('groups of series', () => {
  it('follow the order of the studies, and what has no study comes last', () => {
    const found = groupsOf(
      study(
        [
          ['b', 1],
          ['a', 1],
        ],
        [series('1', 'a'), series('2', null), series('3', 'b'), series('4', 'a')],
      ),
    );
    const shown = found.map(({ label, series: all }) => [label?.id, all.map(({ id }) => id)]);
    expect(shown).toEqual([
      ['b', ['3']],
      ['a', ['1', '4']],
      [undefined, ['2']],
    ]);
  });

  it('count the series of each modality', () => {
    const all = [series('1', 'a', 'MR'), series('2', 'a'), series('3', 'a', 'MR')];
    expect(modalitiesOf({ label: null, series: all })).toBe('CT\u00a01, MR\u00a02');
  });

  it('know whether there are several patients', () => {
    expect(hasSeveralPatients(study([['a', 1]], []))).toBe(false);
    const two: [string, number][] = [
      ['a', 1],
      ['b', 2],
    ];
    expect(hasSeveralPatients(study(two, []))).toBe(true);
  });
});
