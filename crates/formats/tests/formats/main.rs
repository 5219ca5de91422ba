//! What files say, beside software that knows them.

mod bitmap;
mod coco;
mod common;
mod containers;
mod dicom_files;
mod frames;
mod hostile;
mod hostile_annotations;
mod metadata;
mod nifti;
mod nnunet;
mod peers;
mod peers_bitmap;
mod peers_mesh;
mod peers_raster;
mod pixels;
mod raster;
mod report;
mod segmentation;
mod series;
mod structure_set;
