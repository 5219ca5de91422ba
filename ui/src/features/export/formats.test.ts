import { describe, expect, it } from 'vitest';
import { formatOfPath, isExportPath, withFormat } from './formats';

describe('the name of an export', () => {
  it('has to be absolute and end as the format wants', () => {
    expect(isExportPath('/a/b.nii.gz', 'nifti')).toBe(true);
    expect(isExportPath('C:\\a\\B.NII', 'nifti')).toBe(true);
    expect(isExportPath('b.nii', 'nifti')).toBe(false);
    expect(isExportPath('/a/.nii', 'nifti')).toBe(false);
    expect(isExportPath('/a/b.nrrd', 'nifti')).toBe(false);
    expect(isExportPath('/a/b.nrrd', 'seg_nrrd')).toBe(false);
  });

  it('changes its ending with the format', () => {
    expect(withFormat('/a/b.nii.gz', 'nifti', 'seg_nrrd')).toBe('/a/b.seg.nrrd');
    expect(withFormat('/a/b.seg.nrrd', 'seg_nrrd', 'nifti')).toBe('/a/b.nii.gz');
    expect(withFormat('/a/b', 'nifti', 'nrrd')).toBe('/a/b.nrrd');
  });

  it('chooses the format when it is typed', () => {
    expect(formatOfPath('/a/b.seg.nrrd', 'nifti')).toBe('seg_nrrd');
    expect(formatOfPath('/a/b.mha', 'nifti')).toBe('meta_image');
    expect(formatOfPath('/a/b.nii', 'nifti')).toBe('nifti');
    expect(formatOfPath('/a/b', 'nrrd')).toBe('nrrd');
    expect(formatOfPath('/a/b.dcm', 'nifti')).toBe('dicom_seg');
    expect(formatOfPath('/a/b.dcm', 'dicom_rt_struct')).toBe('dicom_rt_struct');
  });
});
