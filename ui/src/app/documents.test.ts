import { describe, expect, it } from 'vitest';
import type { WireError } from '../host/wire';
import { DocumentStore } from './documents.svelte';
import { failure, fakeDocument, FakeHost } from './testing/fake-host';

function open(host = new FakeHost()) {
  const failures: WireError[] = [];
  const store = new DocumentStore(host, fakeDocument(), (error) => failures.push(error));
  return { host, store, failures };
}

const add = (name: string) =>
  ({ type: 'add_segment', name, color: '#56b4e9', class: null, overlaps: false }) as const;

describe('the document on screen', () => {
  it('makes an added segment the active one', async () => {
    const { store } = open();
    await store.edit(add('Liver'));
    await store.edit(add('Spleen'));
    expect(store.document.segments.map((segment) => segment.name)).toEqual(['Liver', 'Spleen']);
    expect(store.active?.name).toBe('Spleen');
  });

  it('keeps the segments that an answer does not change', async () => {
    const { store } = open();
    for (const name of ['A', 'B']) await store.edit(add(name));
    const [, second] = store.document.segments;
    await store.edit({ type: 'rename_segment', segment: 's1', name: 'C' });
    expect(store.document.segments.map((segment) => segment.name)).toEqual(['C', 'B']);
    expect(store.document.segments[1]).toBe(second);
  });

  it('keeps the segments that an answer does not change', async () => {
    const { store } = open();
    for (const name of ['A', 'B']) await store.edit(add(name));
    const { segments, revision } = store.document;
    const copied = segments.map((segment) => ({ ...segment }));
    const renamed = copied.map((segment, n) => (n === 0 ? { ...segment, name: 'C' } : segment));
    store.adopt({ ...store.document, segments: copied, revision: revision + 1 });
    expect(store.document.segments).toBe(segments);
    store.adopt({ ...store.document, segments: renamed, revision: revision + 2 });
    expect(store.document.segments.map(({ name }) => name)).toEqual(['C', 'B']);
    expect(store.document.segments[1]).toBe(segments[1]);
  });

  it('activates the next segment when the active one is deleted', async () => {
    const { store } = open();
    for (const name of ['A', 'B', 'C']) await store.edit(add(name));
    store.activate('s2');
    await store.edit({ type: 'delete_segment', segment: 's2' });
    expect(store.active?.name).toBe('C');
    await store.edit({ type: 'delete_segment', segment: 's3' });
    expect(store.active?.name).toBe('A');
    await store.edit({ type: 'delete_segment', segment: 's1' });
    expect(store.active).toBeNull();
  });

  it('activates a segment that undo brings back', async () => {
    const { store } = open();
    await store.edit(add('A'));
    await store.edit(add('B'));
    await store.edit({ type: 'delete_segment', segment: 's2' });
    expect(store.active?.name).toBe('A');
    await store.undo();
    expect(store.active?.name).toBe('B');
  });

  it('says saved only once the host has answered', async () => {
    const { store } = open();
    expect(store.durability.kind).toBe('saved');
    const answered = store.edit(add('Liver'));
    expect(store.durability.kind).toBe('saving');
    await answered;
    expect(store.durability.kind).toBe('saved');
  });

  it('has a closing window wait for edits and strokes, and for nothing else', async () => {
    const { store } = open();
    expect(store.unfinished()).toBeNull();
    const answered = store.edit(add('Liver'));
    let isOver = false;
    const unfinished = store.unfinished()?.then(() => (isOver = true));
    expect(isOver).toBe(false);
    await answered;
    await unfinished;
    expect(store.unfinished()).toBeNull();

    store.onViewerStatus({ kind: 'saving', nPending: 1 });
    isOver = false;
    const drawn = store.unfinished()?.then(() => (isOver = true));
    await Promise.resolve();
    expect(isOver).toBe(false);
    store.onViewerStatus({ kind: 'saved', revision: 1 });
    await drawn;
    expect(isOver).toBe(true);
  });

  it('keeps telling of a failed edit until it is dismissed', async () => {
    const host = new FakeHost();
    const { store, failures } = open(host);
    await store.edit(add('Liver'));
    const refuse = host.handlers.edit;
    host.handlers.edit = () => {
      throw failure('storage_full');
    };
    expect(await store.edit(add('Spleen'))).toBe(false);
    expect(store.document.segments).toHaveLength(1);
    expect(failures).toHaveLength(1);
    host.handlers.edit = refuse;
    await store.edit(add('Spleen'));
    expect(store.durability.kind).toBe('failed');
    store.dismissFailure();
    expect(store.durability.kind).toBe('saved');
  });

  it('undoes only after strokes on their way have arrived', async () => {
    const { host, store } = open();
    await store.edit(add('Liver'));
    store.onViewerStatus({ kind: 'saving', nPending: 1 });
    const undone = store.undo();
    await new Promise((resume) => setTimeout(resume));
    expect(host.asked).not.toContain('undo');
    store.onViewerStatus({ kind: 'saved', revision: 2 });
    await undone;
    expect(host.asked).toContain('undo');
    expect(store.document.segments).toEqual([]);
  });

  it('takes nothing back in place of a stroke that was refused', async () => {
    const { host, store } = open();
    await store.edit(add('Liver'));
    store.onViewerStatus({ kind: 'saving', nPending: 1 });
    const undone = store.undo();
    await new Promise((resume) => setTimeout(resume));
    const error = failure('storage_full').wire;
    store.onViewerStatus({ kind: 'failed', error, revision: 2 });
    expect(await undone).toBe(false);
    expect(host.asked).not.toContain('undo');
    expect(store.document.segments).toHaveLength(1);
    expect(await store.undo()).toBe(true);
    expect(store.document.segments).toEqual([]);
  });

  it('takes nothing back in place of an edit that was refused', async () => {
    const host = new FakeHost();
    const { store } = open(host);
    await store.edit(add('Liver'));
    host.handlers.edit = () => {
      throw failure('conflict');
    };
    const edited = store.edit(add('Spleen'));
    const undone = store.undo();
    expect(await edited).toBe(false);
    expect(await undone).toBe(false);
    expect(host.asked).not.toContain('undo');
  });

  it('offers undo and redo as the host has them', async () => {
    const { store } = open();
    expect([store.canUndo, store.canRedo]).toEqual([false, false]);
    await store.edit(add('Liver'));
    expect([store.canUndo, store.canRedo]).toEqual([true, false]);
    await store.undo();
    expect([store.canUndo, store.canRedo]).toEqual([false, true]);
    await store.redo();
    expect(store.document.segments).toHaveLength(1);
  });

  it('never goes back to an older revision', () => {
    const { store } = open();
    store.adopt(fakeDocument({ revision: 5 }));
    store.adopt(fakeDocument({ revision: 4, n_layers: 9 }));
    expect(store.document.revision).toBe(5);
    expect(store.document.n_layers).toBe(1);
  });

  it("fetches somebody else's change, once, and not its own", async () => {
    const host = new FakeHost({ document: () => fakeDocument({ revision: 7 }) });
    const { store } = open(host);
    store.onAnnounced(1);
    await new Promise((resume) => setTimeout(resume));
    expect(host.asked).toEqual([]);
    store.onAnnounced(7);
    store.onAnnounced(7);
    await new Promise((resume) => setTimeout(resume));
    expect(host.asked).toEqual(['document']);
    expect(store.document.revision).toBe(7);
  });

  it('shows a look that is tried out without changing the document', async () => {
    const { store } = open();
    await store.edit(add('Liver'));
    store.look = { segment: 's1', opacity: 0.9 };
    expect(store.shown.segments[0]?.opacity).toBe(0.9);
    expect(store.document.segments[0]?.opacity).toBe(0.5);
    const answered = store.edit({ type: 'set_opacity', segment: 's1', opacity: 0.9 });
    expect(store.shown.segments[0]?.opacity).toBe(0.9);
    await answered;
    expect(store.look).toBeNull();
    expect(store.document.segments[0]?.opacity).toBe(0.9);
  });
});
