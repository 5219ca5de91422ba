import { expect, it } from 'vitest';
import type { Host } from '../host';
import { toHostError } from '../host';
import { readOnlyWhile } from './read-only';

/** A host that answers everything, and notes what it was asked. */
function setUp() {
  const asked: string[] = [];
  const inner = fakeHost((command) => {
    asked.push(command);
    return Promise.resolve({});
  });
  const gate = { isClosed: false, nRefused: 0 };
  const host = readOnlyWhile(
    inner,
    () => gate.isClosed,
    () => (gate.nRefused += 1),
  );
  return { asked, gate, host };
}

function fakeHost(call: (command: string) => Promise<unknown>): Host {
  // @ts-expect-error nothing else is called
  return { call };
}

it('lets nothing change while the past is shown, and everything be read', async () => {
  const { asked, gate, host } = setUp();
  gate.isClosed = true;
  const refused = await host.call('undo', { document: 'd' }).catch(toHostError);
  expect(refused).toMatchObject({ code: 'cancelled' });
  await host.call('document', { document: 'd' });
  await host.call('restore_moment', { document: 'd', sequence: 3 });
  expect(asked).toEqual(['document', 'restore_moment']);
  expect(gate.nRefused).toBe(1);
  gate.isClosed = false;
  await host.call('undo', { document: 'd' });
  expect(asked).toHaveLength(3);
});
