import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostError, type Host } from '../../host';
import type { ExportLabelsRequest } from '../../host/wire';
import { ExportState } from './state.svelte';

const SUBJECT = {
  document: 'd',
  suggestedPath: '/docs/scan-labels.nii.gz',
  volume: 2,
  hasOwnSegments: false,
  window: { center: 40, width: 400, function: 'linear_exact' as const, steps: [] },
};

/** Answers of a host, by command. */
interface Asked {
  readonly checks: Partial<ExportLabelsRequest>[];
  readonly exports: ExportLabelsRequest[];
}

/** A host whose files and cases are all there already. */
function hostThatNotes({ checks, exports }: Asked): Host {
  const call = (command: string, request: ExportLabelsRequest) => {
    if (command === 'check_export') {
      checks.push(request);
      return Promise.resolve({ notes: [] });
    }
    exports.push(request);
    const { path, replace_existing } = request;
    if (replace_existing) return Promise.resolve({ path, sidecar: null, n_voxels: 1, notes: [] });
    const error = { code: 'conflict', message: 'is there', hint: null } as const;
    return Promise.reject(new HostError(error));
  };
  // @ts-expect-error the state under test calls nothing else
  return { call };
}

describe('an export to a data set', () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('localStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    });
  });
  afterEach(() => {
    kept.clear();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('says which volume in which window, and comes back to the last data set', async () => {
    const asked: Asked = { checks: [], exports: [] };
    const state = new ExportState(hostThatNotes(asked), SUBJECT);
    state.setFormat('nnunet');
    expect(state.path).toBe('/docs/Dataset001_Segments');
    state.setPath('/sets/Dataset007_Livers');
    state.setChannel(' T2 ');
    await state.write('keep_existing');
    expect(state.step.kind).toBe('exists');
    await state.write('replace_existing');
    expect(state.step.kind).toBe('done');
    const { volume, window } = SUBJECT;
    const left = { image: null, segments: [] };
    const options = { volume, window, masks: 'polygons', channel: 'T2', ...left };
    expect(asked.exports.map((request) => request.options)).toEqual([options, options]);
    const next = new ExportState(hostThatNotes(asked), SUBJECT);
    next.setFormat('nnunet');
    expect(next.path).toBe('/sets/Dataset007_Livers');
    next.setFormat('csv');
    expect(next.path).toBe('/docs/scan-labels.csv');
  });

  it('takes the volume shown, where a label map takes all', async () => {
    const asked: Asked = { checks: [], exports: [] };
    const state = new ExportState(hostThatNotes(asked), { ...SUBJECT, hasOwnSegments: true });
    for (const format of ['nifti', 'nnunet', 'coco', 'csv'] as const) {
      state.setFormat(format);
      await state.write('replace_existing');
    }
    const volumes = asked.exports.map((request) => request.volumes);
    expect(volumes).toEqual(['together', 'own', 'own', 'own']);
    expect(asked.checks.map((request) => request.volumes)).toEqual(['together', ...volumes]);
  });

  it('is checked against the folder once typing pauses', async () => {
    const asked: Asked = { checks: [], exports: [] };
    const state = new ExportState(hostThatNotes(asked), SUBJECT);
    state.setFormat('coco');
    const before = asked.checks.length;
    for (const path of ['/sets/l', '/sets/li', '/sets/liv']) state.setPath(path);
    expect(asked.checks.length).toBe(before);
    await vi.runAllTimersAsync();
    expect(asked.checks.slice(before).map(({ path }) => path)).toEqual(['/sets/liv']);
  });
});
