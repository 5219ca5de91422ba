import { describe, expect, it } from 'vitest';
import type { PendingStroke } from '../../engine/sheet';
import { HostError, type Host } from '../../host';
import { connectFake } from '../../host/fake';
import type { Edit } from '../../host/wire';
import { pointLps } from '../../model/space';
import { StrokeQueue } from './strokes';
import type { DurabilityStatus } from './types';

function pending(id: number): PendingStroke {
  return {
    id,
    document: 'document-1',
    layer: 0,
    storedAt: null,
    relabel: (label) => label,
    stroke: {
      path: [pointLps([0, 0, 2.5])],
      radiusMm: 3,
      form: 'round',
      sliceAxis: 2,
      sliceIndex: 24,
      plane: null,
      along: [1, 0, 0],
    },
  };
}

const EDIT: Edit = {
  type: 'stroke',
  segment: 'segment-1',
  mode: 'paint',
  shape: 'round',
  radius_mm: 3,
  path: [[0, 0, 2.5]],
  slice_axis: 2,
  slice_index: 24,
  plane: null,
  along: null,
  adaptive: null,
  overwrite: 'all',
  editable: { area: { kind: 'everywhere' }, range: null, volume: 0 },
};

async function queueOn(host: Host) {
  const document = await host.call('document', { document: 'document-1' });
  const previews: number[][] = [];
  const statuses: DurabilityStatus['kind'][] = [];
  let settle = (): void => undefined;
  const queue = new StrokeQueue(host, document, {
    onPreview: (strokes) => previews.push(strokes.map(({ id }) => id)),
    onStored: () => undefined,
    onStatus: (status) => {
      statuses.push(status.kind);
      if (status.kind !== 'saving') settle();
    },
  });
  const settled = () => new Promise<void>((resolve) => (settle = resolve));
  return { queue, previews, statuses, settled };
}

describe('the stroke queue', () => {
  it('keeps a stroke on screen until the host shows it', async () => {
    const { queue, previews, statuses, settled } = await queueOn(connectFake());
    queue.draw(pending(1));
    queue.commit(pending(1), EDIT);
    await settled();
    expect(statuses).toEqual(['saving', 'saved']);
    expect(previews.at(-1)).toEqual([1]);
    queue.prune(() => true);
    expect(previews.at(-1)).toEqual([]);
  });

  it('takes a refused stroke off the screen and says so, and goes on with the next', async () => {
    const fake = connectFake();
    let nCalls = 0;
    const host: Host = {
      ...fake,
      call: (command, request) => {
        nCalls += command === 'edit' ? 1 : 0;
        if (command === 'edit' && nCalls === 1) {
          return Promise.reject(
            new HostError({ code: 'storage_full', message: 'full', hint: null }),
          );
        }
        return fake.call(command, request);
      },
    };
    const { queue, previews, statuses, settled } = await queueOn(host);
    queue.commit(pending(1), EDIT);
    queue.commit(pending(2), EDIT);
    await settled();
    expect(previews.at(-1)).toEqual([2]);
    await settled();
    expect(statuses).toEqual(['saving', 'saving', 'failed', 'saving', 'saved']);
    expect(previews.at(-1)).toEqual([2]);
  });
});
