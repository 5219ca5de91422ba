import { describe, expect, it } from 'vitest';
import type { Host } from '../../host';
import type { Folder } from '../../host/wire';
import { FolderWalk } from './state.svelte';

/** A host that tells of a folder when it is let. */
function slowHost() {
  const answers: (() => void)[] = [];
  const call = (_command: string, { path }: { path: string | null }) =>
    new Promise<Folder>((resolve) => {
      const shown = path ?? '/home/ada';
      answers.push(() => resolve({ path: shown, parent: '/', entries: [] }));
    });
  // @ts-expect-error the walk calls nothing else
  const host: Host = { call };
  return { host, answer: () => answers.shift()?.() };
}

describe('the field for a path', () => {
  it('shows the folder gone to', async () => {
    const { host, answer } = slowHost();
    const walk = new FolderWalk(host);
    const going = walk.go(null);
    answer();
    await going;
    expect(walk.typed).toBe('/home/ada');
    const further = walk.go('/data');
    answer();
    await further;
    expect(walk.typed).toBe('/data');
  });

  it('keeps what was typed before the folder was known', async () => {
    const { host, answer } = slowHost();
    const walk = new FolderWalk(host);
    const going = walk.go(null);
    walk.typed = '/data/ct';
    answer();
    await going;
    expect(walk.folder?.path).toBe('/home/ada');
    expect(walk.typed).toBe('/data/ct');
  });
});
