import { describe, expect, it } from 'vitest';
import { HostError, type CommandName, type Commands, type Host } from '../../host';
import type { ArchiveSummary, ListedDocument, WireError } from '../../host/wire';
import { isArchivePath } from './files';
import { OpenState } from './open.svelte';
import { SaveState } from './save.svelte';

type Handlers = {
  [Name in CommandName]?: (
    request: Commands[Name]['request'],
  ) => Commands[Name]['response'] | Promise<Commands[Name]['response']>;
};

const SUMMARY: ArchiveSummary = {
  program: 'annotomy 0.1.0',
  created_at: '2026-01-02T03:04:05Z',
  n_documents: 1,
  n_classifiers: 0,
  n_images: 0,
  n_image_files: 0,
  image_mebibytes: 0,
  verification: { n_records: 3, n_withheld: 0, n_bricks: 1, head: null, first_fault: null },
};

/** Sound archives, but for what a test says. */
class Door {
  readonly asked: string[] = [];
  readonly handlers: Handlers;
  readonly host: Host;

  constructor(handlers: Handlers = {}) {
    this.handlers = {
      create_archive: ({ path }) => ({ path, summary: SUMMARY, notes: [] }),
      verify_archive: () => ({ summary: SUMMARY, first_fault: null }),
      open_archive: ({ data_folder }) => ({
        library_path: `${data_folder ?? '/data'}/library.sqlite`,
        summary: SUMMARY,
        image_folders: [],
        report: [],
      }),
      use_library: () => ({}),
      ...handlers,
    };
    const call = async (command: CommandName, request: never) => {
      this.asked.push(command);
      const handler: ((request: never) => unknown) | undefined = this.handlers[command];
      // Hosts never answer in the same turn.
      await Promise.resolve();
      return handler?.(request);
    };
    // @ts-expect-error the states under test use nothing else
    this.host = { call, onEvent: () => () => undefined };
  }
}

function failure(code: WireError['code']): HostError {
  return new HostError({ code, message: code, hint: null });
}

function jobs(): () => string {
  let n = 0;
  return () => `job${(n += 1)}`;
}

function listed(id: string, changes: Partial<ListedDocument> = {}): ListedDocument {
  const image = { modality: 'CT', description: 'Head', n_files: 3, mebibytes: 1.5 };
  const segments = ['A'];
  const facts = { id, image_id: id, volume: null, size: [8, 8, 4], n_records: 2 };
  return { ...facts, segments, image, ...changes };
}

describe('saving an archive', () => {
  it('takes a full path that ends as archives do', () => {
    expect(isArchivePath('/a/b.annotomy')).toBe(true);
    expect(isArchivePath('C:\\a\\B.Annotomy')).toBe(true);
    expect(isArchivePath('b.annotomy')).toBe(false);
    expect(isArchivePath('/a/.annotomy')).toBe(false);
    expect(isArchivePath('/a/b.zip')).toBe(false);
  });

  it('names documents only where some stay out', async () => {
    const asked: unknown[] = [];
    const door = new Door({
      list_documents: () => ({ documents: [listed('1'), listed('2', { image: null })] }),
      create_archive: (request) => {
        asked.push(request.documents);
        return { path: request.path, summary: SUMMARY, notes: [] };
      },
    });
    const saving = new SaveState(door.host, jobs(), '/data/all.annotomy');
    await saving.load();
    expect(saving.nMissing).toBe(1);
    expect(saving.imageMebibytes).toBe(1.5);
    await saving.write('keep_existing');
    expect(saving.step.kind).toBe('done');
    saving.toggle('2');
    saving.setPath('/data/part.annotomy');
    await saving.write('keep_existing');
    expect(asked).toEqual([null, ['1']]);
    saving.toggle('1');
    expect(saving.canWrite).toBe(false);
  });

  it('counts an image once, however many of its volumes have documents', async () => {
    const documents = [0, 1, null].map((volume, n) => listed(`${n}`, { image_id: 'a', volume }));
    const door = new Door({
      list_documents: () => ({ documents: [...documents, listed('b', { image: null })] }),
    });
    const saving = new SaveState(door.host, jobs(), '/data/all.annotomy');
    await saving.load();
    expect(saving.imageMebibytes).toBe(1.5);
    expect(saving.nMissing).toBe(1);
  });

  it('asks before it replaces a file, and is as before when cancelled', async () => {
    const door = new Door({ list_documents: () => ({ documents: [listed('1')] }) });
    const saving = new SaveState(door.host, jobs(), '/data/all.annotomy');
    await saving.load();
    door.handlers.create_archive = () => Promise.reject(failure('conflict'));
    await saving.write('keep_existing');
    expect(saving.step.kind).toBe('exists');
    await saving.write('replace_existing');
    expect(saving.step.kind).toBe('failed');
    door.handlers.create_archive = () => Promise.reject(failure('cancelled'));
    await saving.write('keep_existing');
    expect(saving.step).toEqual({ kind: 'asking' });
  });
});

describe('opening an archive', () => {
  it('says what does not hold and opens nothing', async () => {
    const fault = { place: 'record 5', reason: 'changed' };
    const door = new Door({ verify_archive: () => ({ summary: null, first_fault: fault }) });
    const opening = new OpenState(door.host, jobs(), '/data/all.annotomy', 0);
    await opening.check();
    expect(opening.step).toEqual({ kind: 'fault', fault });
    await opening.open();
    expect(door.asked).not.toContain('open_archive');
  });

  it('becomes the library where that is empty', async () => {
    const door = new Door();
    const opening = new OpenState(door.host, jobs(), '/data/all.annotomy', 0);
    await opening.check();
    await opening.open();
    expect(opening.step).toMatchObject({
      kind: 'done',
      opened: { library_path: '/data/library.sqlite' },
    });
    expect(await opening.goThere()).toBe(true);
    expect(door.asked).not.toContain('use_library');
  });

  it('goes into a folder beside a library in use, and then there', async () => {
    const door = new Door();
    const opening = new OpenState(door.host, jobs(), '/data/all.annotomy', 12);
    await opening.check();
    expect(opening.dataFolder).toBe('/data/all-library');
    opening.dataFolder = 'relative';
    expect(opening.canOpen).toBe(false);
    opening.dataFolder = '/data/theirs';
    await opening.open();
    expect(opening.step).toMatchObject({
      opened: { library_path: '/data/theirs/library.sqlite' },
    });
    await opening.goThere();
    expect(door.asked).toContain('use_library');
  });

  it('can be tried again after a refusal', async () => {
    const door = new Door({ open_archive: () => Promise.reject(failure('conflict')) });
    const opening = new OpenState(door.host, jobs(), '/data/all.annotomy', 12);
    await opening.check();
    await opening.open();
    expect(opening.step).toMatchObject({ kind: 'asking', error: { code: 'conflict' } });
    expect(opening.canOpen).toBe(true);
  });
});
