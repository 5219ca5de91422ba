/** Starts `annotomy serve` on a library of its own, and runs other commands of the same binary. */

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const target = process.env.ANNOTOMY_TARGET ?? join(root, 'target');
export const binary = process.env.ANNOTOMY_BINARY ?? join(target, 'debug/annotomy');

// Being stopped ends what was started, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE']) process.once(signal, () => process.exit(1));

const START_LIMIT_MS = 60_000;

/** A folder that `use` may fill and that is gone afterwards. */
export async function withFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'annotomy-test-'));
  try {
    return await use(folder);
  } finally {
    // Processes that were just killed may still be writing.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/**
 * Starts a server; `kill` ends it without any warning, as a power cut would.
 *
 * `through` is a command that becomes the server in the end.
 */
export async function startServer(library, through = []) {
  const [program, ...args] = [...through, binary, 'serve', '--listen', '127.0.0.1:0'];
  const child = spawn(program, args, {
    env: { ...process.env, ANNOTOMY_DATA_DIR: library },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  // A test that stops half-way must not leave a server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const address = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once('exit', (code) => reject(new Error(`annotomy serve ended with ${code}`)));
    child.once('error', reject);
    setTimeout(() => reject(new Error('annotomy serve printed no address')), START_LIMIT_MS).unref();
  });
  try {
    return { url: await address, pid: child.pid, kill };
  } catch (reason) {
    await kill();
    throw reason;
  }
}

/** Runs `annotomy ARGUMENTS --json` on a library and returns its answer. */
export async function annotomy(library, ...args) {
  const { stdout } = await run(binary, [...args, '--json'], {
    env: { ...process.env, ANNOTOMY_DATA_DIR: library },
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout);
}

/** Runs a script with the Python of the peers and returns its JSON answer. */
export async function peers(script, ...args) {
  const python = process.env.ANNOTOMY_PEERS_PYTHON ?? join(target, 'peers/bin/python');
  const { stdout } = await run(python, [join(root, 'tests', script), ...args]);
  return JSON.parse(stdout);
}
