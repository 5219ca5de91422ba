/** Gives the engine slices, planes and slabs through the host's bytes door. */

import type {
  CutPlace,
  CutSource,
  ImageSlice,
  LabelSlice,
  Slab,
  SliceSource,
} from '../../engine/slices';
import type { BytesReply, Host } from '../../host';
import type { ImagePlane, ImageSlab, PixelPlace } from '../../host/wire';
import { storedAxes } from '../../model/brush';
import { lpsOf, stepOf, type Grid } from '../../model/grid';
import type { PixelPlane } from '../../model/plane';
import { inPlane, parseAxis, voxelIndex, withComponent, type Triple } from '../../model/space';
import { ofPixel } from '../../model/turn';
import type { PixelWindow } from '../../tools/live-wire';
import type { ShownSlice } from '../../tools/place';

export function sliceSource(host: Host, image: string, grid: Grid): SliceSource & CutSource {
  return {
    async image(volume, axis, index) {
      const reply = await host.bytes({ kind: 'slice', image, volume, axis, index });
      return imageSlice(reply, parseAxis(axis), index, null);
    },
    async labels(place, atLeastRevision) {
      const question = { kind: 'labels', ...place } as const;
      const reply = await host.bytes(question, { atLeastRevision });
      return labelSlice(place.document, reply, place.axis, place.index, null);
    },
    async cut(place) {
      const { volume } = place;
      const slab = slabOf(place.slab);
      const plane = planeOf(grid, place);
      const reply = await host.bytes({ kind: 'plane', image, volume, plane, slab });
      return imageSlice(reply, place.plane.sliceAxis, place.index, place.plane.turned);
    },
    async cutLabels(place, { document, layer }, atLeastRevision) {
      const plane = planeOf(grid, place);
      const question = { kind: 'label_plane', document, layer, plane } as const;
      const reply = await host.bytes(question, { atLeastRevision });
      return labelSlice(document, reply, place.plane.sliceAxis, place.index, place.plane.turned);
    },
  };
}

/** Of a slab around a slice of the grid the pixels are its voxels. */
function planeOf(grid: Grid, { plane, index }: CutPlace): ImagePlane {
  if (plane.turned !== null) {
    const { nColumns, nRows, turned } = plane;
    return wirePlane(turned, nColumns, nRows);
  }
  const [column, row] = storedAxes(plane.sliceAxis);
  const first = voxelIndex(withComponent([0, 0, 0], plane.sliceAxis, index));
  const pixels = {
    origin: lpsOf(grid, first).mm,
    columnStep: stepOf(grid, column),
    rowStep: stepOf(grid, row),
  };
  return wirePlane(pixels, grid.size[column], grid.size[row]);
}

export function wirePlane(
  { origin, columnStep, rowStep }: PixelPlane,
  columns: number,
  rows: number,
): ImagePlane {
  const list = ([x, y, z]: Triple): [number, number, number] => [x, y, z];
  return {
    origin: list(origin),
    column_step: list(columnStep),
    row_step: list(rowStep),
    columns,
    rows,
  };
}

/** Pixels of what is shown, as the host is asked about them. */
export function pixelPlace(
  { plane, sliceIndex }: ShownSlice,
  { first, size }: PixelWindow,
): PixelPlace {
  const { turned } = plane;
  if (turned === null) {
    const axis = plane.sliceAxis;
    return { kind: 'slice', axis, index: sliceIndex, first: [...first], size: [...size] };
  }
  const origin = ofPixel(turned, inPlane(first[0], first[1]));
  return { kind: 'plane', plane: wirePlane({ ...turned, origin }, size[0], size[1]) };
}

function slabOf(slab: Slab | null): ImageSlab | null {
  return slab === null ? null : { thickness_mm: slab.thicknessMm, projection: slab.projection };
}

function imageSlice(
  reply: BytesReply,
  axis: ImageSlice['axis'],
  index: number,
  pixels: PixelPlane | null,
): ImageSlice {
  if (reply.kind !== 'slice' && reply.kind !== 'plane') {
    throw new Error(`a ${reply.kind}, not an image`);
  }
  return { ...reply, axis, index, pixels };
}

function labelSlice(
  document: string,
  reply: BytesReply,
  axis: LabelSlice['axis'],
  index: number,
  pixels: PixelPlane | null,
): LabelSlice {
  if (reply.kind !== 'labels' && reply.kind !== 'label_plane') {
    throw new Error(`a ${reply.kind}, not labels`);
  }
  const { voxels } = reply;
  if (!(voxels instanceof Uint8Array || voxels instanceof Uint16Array)) {
    throw new Error('labels of an unexpected type');
  }
  return { ...reply, document, axis, index, pixels, labels: voxels };
}
