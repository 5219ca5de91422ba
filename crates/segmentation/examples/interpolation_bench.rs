//! x
use annotomy_segmentation::{Sections, Spacing, interpolate};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::*;
use annotomy_volume::volume::{Rescale, Volume, Voxels};
fn main() {
    let a: Vec<String> = std::env::args().skip(1).collect();
    let n: Vec<usize> = a[2].split(',').map(|x| x.parse().unwrap()).collect();
    let sp: Vec<f64> = a[3].split(',').map(|x| x.parse().unwrap()).collect();
    let axis: usize = a[4].parse().unwrap();
    let ks: Vec<usize> = a[5].split(',').map(|x| x.parse().unwrap()).collect();
    let size = [n[0], n[1], n[2]];
    let mut lab: Vec<u16> = std::fs::read(&a[0])
        .unwrap()
        .chunks(2)
        .map(|b| u16::from_le_bytes([b[0], b[1]]))
        .collect();
    let wanted: Vec<u16> = a.get(8).map_or(vec![], |s| {
        s.split(',').map(|x| x.parse().unwrap()).collect()
    });
    for k in 0..n[2] {
        for j in 0..n[1] {
            for i in 0..n[0] {
                let l = &mut lab[(k * n[1] + j) * n[0] + i];
                if !ks.contains(&[i, j, k][axis]) || (!wanted.is_empty() && !wanted.contains(l)) {
                    *l = 0;
                }
            }
        }
    }
    let labels = LabelMap::from_dense(size, &lab).unwrap();
    let slices: Vec<(Axis, usize)> = ks.iter().map(|&k| (Axis::ALL[axis], k)).collect();
    let spacing = Spacing::even([Mm(sp[0]), Mm(sp[1]), Mm(sp[2])]).unwrap();
    let image = (a[1] != "-").then(|| {
        let v: Vec<f32> = std::fs::read(&a[1])
            .unwrap()
            .chunks(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        let g = Geometry::new(
            size,
            Affine::from_steps(
                [
                    VectorLps([sp[0], 0., 0.]),
                    VectorLps([0., sp[1], 0.]),
                    VectorLps([0., 0., sp[2]]),
                ],
                PointLps([0.; 3]),
            ),
        )
        .unwrap();
        Volume::new(g, Voxels::F32(v), Rescale::IDENTITY, None).unwrap()
    });
    let t = std::time::Instant::now();
    let out = interpolate(
        &Sections {
            labels: &labels,
            slices: &slices,
            planes: &[],
        },
        image.as_ref(),
        &spacing,
        &NoProgress,
    )
    .unwrap();
    println!("{}", t.elapsed().as_secs_f64());
    std::fs::write(
        &a[6],
        out.labels
            .to_dense()
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect::<Vec<u8>>(),
    )
    .unwrap();
}
