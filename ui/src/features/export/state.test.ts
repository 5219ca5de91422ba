import { describe, expect, it } from 'vitest';
import { isExportPath } from './state.svelte';

describe('an export path', () => {
  it('is absolute on any system and names a NIfTI file', () => {
    for (const path of [
      '/a/b.nii',
      '/a/b.nii.gz',
      'C:\\a\\b.nii.gz',
      'd:/b.NII',
      '\\\\nas\\b.nii',
    ]) {
      expect(isExportPath(path), path).toBe(true);
    }
    for (const path of ['', 'b.nii', './b.nii', '/a/b.nrrd', '/a/.nii.gz/', '/a/.nii', 'C:b.nii']) {
      expect(isExportPath(path), path).toBe(false);
    }
  });
});
