import { describe, expect, it, vi } from 'vitest';
import type { Study } from '../host/wire';
import { Notices } from './notices.svelte';
import { Session } from './session.svelte';
import { failure, fakeImage, fakeSeries, FakeHost, fakeStudy } from './testing/fake-host';

function start(host: FakeHost) {
  let nJobs = 0;
  return new Session(host, () => `job${(nJobs += 1)}`, new Notices());
}

const TWO = fakeStudy(fakeSeries('1'), fakeSeries('2'));

describe('opening', () => {
  it('goes straight to the image of a study with one series', async () => {
    const session = start(new FakeHost());
    await session.openStudy(['/data/study']);
    expect(session.screen.kind).toBe('workspace');
    expect(session.opening).toBeNull();
  });

  it('shows the series of a study with several, and of one with none', async () => {
    for (const study of [TWO, fakeStudy()]) {
      const session = start(new FakeHost({ open_study: () => study }));
      await session.openStudy(['/data/study']);
      expect(session.screen.kind).toBe('study');
    }
  });

  it('shows the progress of its own job only', async () => {
    let answer: (study: Study) => void = () => undefined;
    const host = new FakeHost({ open_study: () => new Promise((resolve) => (answer = resolve)) });
    const session = start(host);
    const opened = session.openStudy(['C:\\scans\\ct abdomen\\']);
    await Promise.resolve();
    expect(session.opening?.title).toBe('ct abdomen');
    host.send({ type: 'progress', job: 'job1', stage: 'scanning', done: 3, total: 10 });
    host.send({ type: 'progress', job: 'another', stage: 'scanning', done: 9, total: 10 });
    expect(session.opening).toMatchObject({ stage: 'scanning', done: 3, total: 10 });
    await Promise.resolve();
    answer(TWO);
    await opened;
    expect(session.opening).toBeNull();
  });

  it('leaves the screen as it was when cancelled', async () => {
    let stop: (reason: Error) => void = () => undefined;
    const host = new FakeHost({
      open_study: () => new Promise((_resolve, reject) => (stop = reject)),
      cancel: () => {
        stop(failure('cancelled'));
        return {};
      },
    });
    const session = start(host);
    const opened = session.openStudy(['/data/study']);
    await Promise.resolve();
    await Promise.resolve();
    await session.cancelOpening();
    await opened;
    expect(session.screen.kind).toBe('home');
    expect(session.opening).toBeNull();
  });

  it('keeps a failure on screen until it is dismissed', async () => {
    const host = new FakeHost({
      open_study: () => {
        throw failure('bad_input', 'scan.nii is truncated');
      },
    });
    const session = start(host);
    await session.openStudy(['/data/scan.nii']);
    expect(session.opening?.error?.message).toBe('scan.nii is truncated');
    session.dismissOpening();
    expect(session.opening).toBeNull();
    expect(session.screen.kind).toBe('home');
  });

  it('stays on the study when an image cannot be opened', async () => {
    const host = new FakeHost({
      open_study: () => TWO,
      open_image: () => {
        throw failure('unsupported');
      },
    });
    const session = start(host);
    await session.openStudy(['/data/study']);
    await session.openSeries(TWO, fakeSeries('2'));
    expect(session.opening?.error?.code).toBe('unsupported');
    expect(session.screen.kind).toBe('study');
  });
});

describe('an image that is still being read', () => {
  const loading = fakeImage({ is_ready: false, value_range: null });

  it('is complete when the host says so', async () => {
    let image = loading;
    const host = new FakeHost({ open_image: () => loading, image: () => image });
    const session = start(host);
    await session.openStudy(['/data/study']);
    if (session.screen.kind !== 'workspace') throw new Error('no workspace');
    const { workspace } = session.screen;
    host.send({ type: 'progress', job: 'job1', stage: 'decoding', done: 1, total: 4 });
    expect(workspace.slicesRead).toEqual({ done: 1, total: 4 });
    image = fakeImage();
    host.send({ type: 'image_ready', image: 'image' });
    await new Promise((resume) => setTimeout(resume));
    expect(workspace.image.is_ready).toBe(true);
    expect(workspace.slicesRead).toBeNull();
  });

  it('is read no further when it is left', async () => {
    const host = new FakeHost({ open_image: () => loading, image: () => loading });
    const jobs: string[] = [];
    host.handlers.cancel = ({ job }) => {
      jobs.push(job);
      return {};
    };
    const session = start(host);
    await session.openStudy(['/data/study']);
    session.leaveImage();
    await Promise.resolve();
    expect(jobs).toEqual(['job1']);
    expect(session.screen.kind).toBe('home');
  });

  it('is left for the series it was chosen from', async () => {
    const host = new FakeHost({ open_study: () => TWO });
    const session = start(host);
    await session.openStudy(['/data/study']);
    await session.openSeries(TWO, fakeSeries('2'));
    session.leaveImage();
    expect(session.screen.kind).toBe('study');
    expect(host.asked).not.toContain('cancel');
  });

  it('says why the rest is missing, and stays', async () => {
    const host = new FakeHost({ open_image: () => loading, image: () => loading });
    const session = start(host);
    await session.openStudy(['/data/study']);
    const error = failure('io', 'the disk went away').wire;
    host.send({ type: 'image_failed', image: 'image', error });
    if (session.screen.kind !== 'workspace') throw new Error('no workspace');
    expect(session.screen.workspace.imageError).toEqual(error);
  });

  it('reports a finding of series and image once', async () => {
    const tilt = {
      code: 'gantry_tilt',
      severity: 'warning',
      message: 'Tilted',
      file: null,
    } as const;
    const study = fakeStudy(fakeSeries('1', { report: [tilt] }));
    const host = new FakeHost({
      open_study: () => study,
      open_image: () => fakeImage({ report: [{ ...tilt }] }),
    });
    const session = start(host);
    await session.openStudy(['/data/study']);
    if (session.screen.kind !== 'workspace') throw new Error('no workspace');
    expect(session.screen.workspace.findings).toEqual([tilt]);
  });
});

describe('another library', () => {
  it('is shown from its home screen, with what it holds', async () => {
    let n = 0;
    const host = new FakeHost();
    const session = start(host);
    await session.openStudy(['/data/study']);
    const { home } = host.handlers;
    host.handlers.home = async (request) => ({ ...(await home(request)), n_records: (n += 7) });
    host.send({ type: 'library_changed' });
    expect(session.screen.kind).toBe('home');
    await vi.waitFor(() =>
      expect(session.home.home).toMatchObject({ kind: 'ready', value: { n_records: 7 } }),
    );
  });
});
