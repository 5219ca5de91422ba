/** Gives the engine slices through the host's bytes door. */

import type { ImageSlice, LabelSlice, SliceSource } from '../../engine/slices';
import type { BytesReply, Host } from '../../host';
import { parseAxis } from '../../model/space';

export function sliceSource(host: Host, image: string): SliceSource {
  return {
    async image(volume, axis, index) {
      return imageSlice(await host.bytes({ kind: 'slice', image, volume, axis, index }));
    },
    async labels(place, atLeastRevision) {
      const question = { kind: 'labels', ...place } as const;
      return labelSlice(place.document, await host.bytes(question, { atLeastRevision }));
    },
  };
}

function imageSlice(reply: BytesReply): ImageSlice {
  if (reply.kind !== 'slice') throw new Error(`a ${reply.kind}, not a slice`);
  return { ...reply, axis: parseAxis(reply.axis) };
}

function labelSlice(document: string, reply: BytesReply): LabelSlice {
  if (reply.kind !== 'labels') throw new Error(`a ${reply.kind}, not labels`);
  const { voxels } = reply;
  if (!(voxels instanceof Uint8Array || voxels instanceof Uint16Array)) {
    throw new Error('labels of an unexpected type');
  }
  return { ...reply, document, axis: parseAxis(reply.axis), labels: voxels };
}
