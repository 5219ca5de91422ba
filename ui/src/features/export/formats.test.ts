import { describe, expect, it } from 'vitest';
import { formatOfPath, isExportPath, pickedDataSet, suggestedDataSet, withFormat } from './formats';

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
    expect(formatOfPath('/a/b.nrrd', 'masked_image')).toBe('masked_image');
    expect(formatOfPath('/a/b.seg.nrrd', 'masked_image')).toBe('seg_nrrd');
    expect(formatOfPath('/a/b.dcm', 'nifti')).toBe('dicom_seg');
    expect(formatOfPath('/a/b.dcm', 'dicom_rt_struct')).toBe('dicom_rt_struct');
  });

  it('is a folder for a data set, with a name that nnU-Net takes', () => {
    expect(isExportPath('/a/Dataset012_Liver', 'nnunet')).toBe(true);
    expect(isExportPath('C:\\a\\Dataset012_Liver\\', 'nnunet')).toBe(true);
    expect(isExportPath('/a/Dataset12_Liver', 'nnunet')).toBe(false);
    expect(isExportPath('/Dataset012_Liver/a', 'nnunet')).toBe(false);
    expect(isExportPath('/a/livers', 'coco')).toBe(true);
    expect(isExportPath('livers', 'coco')).toBe(false);
    expect(isExportPath('/', 'coco')).toBe(false);
  });

  it('of a new data set follows from where files are suggested', () => {
    expect(suggestedDataSet('/a/scan-labels.nii.gz', 'coco')).toBe('/a/scan-coco');
    expect(suggestedDataSet('/a/scan-labels.nii.gz', 'nnunet')).toBe('/a/Dataset001_Segments');
    expect(pickedDataSet('/a/Dataset012_Liver', 'nnunet')).toBe('/a/Dataset012_Liver');
    expect(pickedDataSet('/a/', 'nnunet')).toBe('/a/Dataset001_Segments');
    expect(pickedDataSet('/a', 'coco')).toBe('/a');
  });

  it('leaves a data set a data set when it is typed', () => {
    expect(formatOfPath('/a/b.csv', 'coco')).toBe('coco');
    expect(formatOfPath('/a/b.csv', 'nifti')).toBe('csv');
  });
});
