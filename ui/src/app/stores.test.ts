import { expect, it } from 'vitest';
import type { Document } from '../host/wire';
import { DocumentStores } from './stores.svelte';
import { fakeDocument, FakeHost } from './testing/fake-host';

const N_VOLUMES = 5;

/** A host of one document a volume, whose answers wait until they are let go. */
function slowHost() {
  const waiting: (() => void)[] = [];
  const volume_document = ({ volume }: { volume: number }) =>
    new Promise<Document>((answer) => {
      waiting.push(() => answer(fakeDocument({ id: `of volume ${volume}`, volume })));
    });
  const letGo = async (): Promise<void> => {
    // As many turns as a chain of answers takes.
    for (let turn = 0; turn < 20; turn += 1) {
      for (const answer of waiting.splice(0)) answer();
      await Promise.resolve();
    }
  };
  return { host: new FakeHost({ volume_document }), letGo };
}

it('shows the segments of the volume chosen while segments were divided anew', async () => {
  const { host, letGo } = slowHost();
  const image = { id: 'image', n_volumes: N_VOLUMES };
  const stores = new DocumentStores(host, image, fakeDocument(), (error) => {
    throw new Error(error.message);
  });
  await stores.showVolume(2);
  const divided = stores.divideAnew();
  await stores.showVolume(4);
  await letGo();
  await divided;
  expect(stores.shown.document.volume).toBe(4);
});
