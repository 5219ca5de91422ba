import { describe, expect, it } from 'vitest';
import { effectOf, FIRST_DRAFT, type Draft } from './draft';
import { nothingDone } from './rules';
import { PLACE } from './testing';

function made(draft: Partial<Draft>, other: string | null = null) {
  return effectOf({ ...FIRST_DRAFT, ...draft }, PLACE, other);
}

describe('an effect', () => {
  it('is limited to the slice shown, if that is chosen', () => {
    const effect = made({ name: 'threshold', range: [1, 2], where: 'sagittal' });
    expect(effect).toMatchObject({ type: 'threshold', within: { axis: 0, index: 4 } });
    expect(made({ name: 'threshold', range: [1, 2] })).toMatchObject({ within: null });
    expect(made({ name: 'threshold' }), 'no range is known yet').toBeNull();
    const sagittal = { point: [1, 2, 3], normal: [0, 0.6, 0.8] };
    const draft: Draft = { ...FIRST_DRAFT, range: [1, 2], where: 'sagittal' };
    const turned = effectOf(draft, { ...PLACE, turned: { sagittal } }, null);
    expect(turned).toMatchObject({ within: null, plane: sagittal });
  });

  it('keeps to a plane that is turned, as to a slice', () => {
    const plane = { point: [1, 2, 3], normal: [0, 0.6, 0.8] };
    const kept = (draft: Partial<Draft>) =>
      effectOf({ ...FIRST_DRAFT, ...draft }, { ...PLACE, turned: { sagittal: plane } }, null);
    const drafts: Partial<Draft>[] = [
      { name: 'confidence_connected', where: 'sagittal' },
      { name: 'classify', classified: 'sagittal' },
      { name: 'geodesic_fill', filled: 'sagittal' },
    ];
    for (const draft of drafts) {
      expect(kept(draft)).toMatchObject({ within: null, plane });
      const slice = { within: { axis: 0, index: 4 }, plane: null };
      expect(made(draft)).toMatchObject(slice);
    }
  });

  it('shrinks by a negative margin', () => {
    expect(made({ name: 'margin', direction: 'shrink', mm: 2 })).toEqual({
      type: 'margin',
      mm: -2,
    });
  });

  it('is made at the crosshair, in patient coordinates', () => {
    expect(made({ name: 'cut', side: 'right' })).toEqual({
      type: 'cut',
      point: [108, 5, 29],
      normal: [-1, 0, 0],
      goes: { to: 'nothing' },
    });
    expect(made({ name: 'islands', pieces: 'with' })).toEqual({
      type: 'islands',
      keep: { pieces: 'with', voxel: [4, 5, 29] },
    });
  });

  it('fills between slices as chosen', () => {
    expect(made({ name: 'interpolate', segments: 'all', usesImage: false })).toEqual({
      type: 'interpolate',
      uses_image: false,
      sections: null,
      all_segments: true,
    });
  });

  it('grows from seeds as far as chosen', () => {
    expect(made({ name: 'grow_seeds', locality: 2, seedMargin: 15 })).toEqual({
      type: 'grow_seeds',
      locality: 2,
      margin: 15,
    });
  });

  it('spreads paint as finely as the image allows, and as chosen', () => {
    expect(made({ name: 'classify', classified: 'axial', background: 'b' })).toEqual({
      type: 'classify',
      finest: 1,
      within: { axis: 2, index: 29 },
      plane: null,
      margin: 20,
      background: 'b',
    });
    expect(made({ name: 'classify', finest: 0.5 })).toMatchObject({ finest: 0.5, within: null });
    expect(made({ name: 'watershed', seedMargin: 5 })).toMatchObject({ sigma: 1, margin: 5 });
    expect(made({ name: 'random_walk', beta: 90 })).toMatchObject({ beta: 90, background: null });
  });

  it('grows a region at the crosshair', () => {
    expect(made({ name: 'confidence_connected', where: 'axial' })).toMatchObject({
      seed: [4, 5, 29],
      within: { axis: 2, index: 29 },
    });
  });

  it('lacks something where there is no other slice or segment', () => {
    expect(made({ name: 'copy_slice', plane: 'axial', to: 'next' })).toBeNull();
    expect(made({ name: 'copy_slice', plane: 'axial', to: 'previous' })).toMatchObject({ to: 28 });
    expect(made({ name: 'combine' })).toBeNull();
    expect(made({ name: 'combine' }, 'b')).toMatchObject({ with: 'b' });
  });

  it('combines a segment with itself to empty it or to turn it inside out', () => {
    const made_ = (operation: Draft['operation']) => made({ name: 'combine', operation }, 'own');
    expect(made_('clear')).toMatchObject({ with: 'own', operation: 'difference' });
    expect(made_('invert')).toMatchObject({ with: 'own', operation: 'inverse' });
    expect(made_('copy')).toMatchObject({ with: 'own', operation: 'copy' });
  });
});

it('says why nothing was changed, and only then', () => {
  const kept = { locked: 1200, protected: 0, area: 0, range: 3 };
  const text = nothingDone({ region: null, kept });
  expect(text).toContain('1,200 voxels belong to locked segments');
  expect(text).toContain('3 voxels have values outside');
  expect(nothingDone({ region: {}, kept })).toBeNull();
  expect(nothingDone({ region: null, kept: { ...kept, locked: 0, range: 0 } })).toBeNull();
});
