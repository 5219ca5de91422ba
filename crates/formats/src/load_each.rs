//! Reading the volumes of a series one after the other.

use crate::error::FormatError;
use crate::progress::NoProgress;
use crate::series::Series;
use annotomy_volume::volume::Voxels;

impl Series {
    /// Reads the volumes of a file one after the other and hands over the voxels of each.
    ///
    /// # Errors
    /// Why they cannot be read, or what `visit` answers.
    pub fn load_each(
        &self,
        visit: &mut dyn FnMut(&Voxels) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let Some(file) = self.raster() else {
            return (0..self.n_volumes()).try_for_each(|n| {
                let (volume, _) = self.load(n, 0, &|_| {}, &NoProgress)?;
                visit(volume.voxels())
            });
        };
        let n_voxels = self.geometry().n_voxels();
        self.check_size(n_voxels)?;
        let mut voxels = Voxels::zeros(self.scalar_type(), n_voxels);
        let mut bytes = voxels.bytes().to_vec();
        file.raster.load_each(&mut bytes, &mut |bytes| {
            voxels.bytes_mut().copy_from_slice(bytes);
            visit(&voxels)
        })
    }
}
