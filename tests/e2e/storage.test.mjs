/** When the library cannot take an edit, the edit is refused, nothing is lost, and work goes on. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { login, openSampleOver, strokeAt } from './support/client.mjs';
import { annotomy, binary, peers, startServer, withFolder } from './support/server.mjs';

const LIMIT = { timeout: 120_000 };
/** Room for the library and its log of changes, but not for many strokes. */
const DISK_BYTES = 8 << 20;

const inOwnMounts = ['unshare', '--mount', '--map-root-user'];
const canMount = spawnSync(inOwnMounts[0], [...inOwnMounts.slice(1), 'true']).status === 0;

test('a full disk refuses the stroke, keeps the others, and lets work go on', { ...LIMIT, skip: !canMount && 'cannot mount' }, () =>
  withFolder(async (folder) => {
    const mount = `mount -t tmpfs -o size=${DISK_BYTES} none "$0" && exec "$@"`;
    const server = await startServer(folder, [...inOwnMounts, 'sh', '-c', mount, folder]);
    try {
      const client = await login(server.url);
      const painter = await openSampleOver(client);
      const first = await client.call('edit', strokeAt(painter, [80, 95, 75], 8));
      assert.equal(first.status, 200);
      // The disk as the server sees it.
      const filler = join(`/proc/${server.pid}/root`, folder, 'filler');
      await assert.rejects(writeFile(filler, Buffer.alloc(DISK_BYTES)), { code: 'ENOSPC' });

      let refused;
      let kept = first.body.document.revision;
      for (let n = 0; n < 200 && refused === undefined; n += 1) {
        const answer = await client.call('edit', strokeAt(painter, [40 + (n % 80), 50 + (n % 90), 40 + (n % 70)], 30));
        if (answer.status === 200) kept = answer.body.document.revision;
        else refused = answer.body;
      }
      assert.equal(refused?.code, 'storage_full', JSON.stringify(refused));
      const now = await client.call('document', { document: painter.document });
      assert.equal(now.body.revision, kept);
      const sound = await client.call('audit_verify', {});
      assert.equal(sound.body.first_fault, null);

      await rm(filler);
      const again = await client.call('edit', strokeAt(painter, [80, 95, 60], 8));
      assert.equal(again.status, 200, JSON.stringify(again.body));
      assert.equal(again.body.document.revision, kept + 1);
    } finally {
      await server.kill();
    }
  }));

test('a second program on the same library is refused and the first goes on', LIMIT, () =>
  withFolder(async (folder) => {
    const server = await startServer(folder);
    try {
      const client = await login(server.url);
      const painter = await openSampleOver(client);
      const second = await promisify(execFile)(binary, ['serve', '--listen', '127.0.0.1:0'], {
        env: { ...process.env, ANNOTOMY_DATA_DIR: folder },
        timeout: 20_000,
      }).then(() => null, (reason) => reason);
      assert.ok(second !== null && second.killed === false, 'the second program ended by itself, with a failure');
      assert.match(second.stderr, /library/i);
      const stroke = await client.call('edit', strokeAt(painter, [80, 95, 75], 8));
      assert.equal(stroke.status, 200);
    } finally {
      await server.kill();
    }
    const verification = await annotomy(folder, 'audit', 'verify');
    assert.equal(verification.first_fault, null);
  }));

test('a library of a newer version is refused and left as it is', LIMIT, () =>
  withFolder(async (folder) => {
    const server = await startServer(folder);
    await openSampleOver(await login(server.url));
    await server.kill();
    const before = await peers('e2e/edit_library.py', folder, 'newer');
    const refused = await startServer(folder).then((other) => other.kill(), (reason) => reason);
    assert.ok(refused instanceof Error, 'it does not start');
    assert.deepEqual(await peers('e2e/edit_library.py', folder, 'look'), before);
  }));

test('a record changed behind the app\'s back is named', LIMIT, () =>
  withFolder(async (folder) => {
    const server = await startServer(folder);
    const client = await login(server.url);
    const painter = await openSampleOver(client);
    for (let n = 0; n < 3; n += 1) await client.call('edit', strokeAt(painter, [60 + 10 * n, 95, 75], 6));
    await server.kill();
    const { changed } = await peers('e2e/edit_library.py', folder, 'tamper');
    const found = await annotomy(folder, 'audit', 'verify').catch((reason) => JSON.parse(reason.stdout));
    assert.equal(found.first_fault.sequence, changed);
  }));
