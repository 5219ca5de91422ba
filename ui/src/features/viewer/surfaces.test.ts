import { afterEach, describe, expect, it, vi } from 'vitest';
import { HostError, type Host } from '../../host';
import type { BytesQuestion } from '../../host/bytes';
import { connectFake } from '../../host/fake';
import type { Document } from '../../host/wire';
import { Surfaces } from './surfaces';

/** Answers each question for a surface when it is told to. */
function slowHost() {
  const asked: (readonly [string, number | undefined, string | null | undefined])[] = [];
  const waiting: ((revision: number | HostError) => void)[] = [];
  const host: Host = {
    ...connectFake(),
    bytes: (question: BytesQuestion) => {
      if (question.kind !== 'surface') throw new Error(question.kind);
      asked.push([question.document, question.since, question.since_document]);
      return new Promise((resolve, reject) =>
        waiting.push((answer) => {
          if (answer instanceof HostError) reject(answer);
          else resolve({ kind: 'surface', revision: answer, isWhole: false, pieces: [] });
        }),
      );
    },
  };
  const answer = async (with_: number | HostError) => {
    waiting.shift()?.(with_);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { host, asked, answer };
}

async function shown() {
  const { host, asked, answer } = slowHost();
  const own = await host.call('document', { document: 'document-1' });
  const first = own.segments[0];
  if (first === undefined) throw new Error('the fake has a segment');
  vi.useFakeTimers();
  const failures: (string | null)[] = [];
  const gone: string[] = [];
  const surfaces = new Surfaces(host, {
    onParts: () => undefined,
    onGone: (segment) => gone.push(segment),
    onFailure: (reason) => failures.push(reason),
    onBusy: () => undefined,
  });
  const document = (id: string, revision: number, drawnAt = revision): Document => ({
    ...own,
    id,
    revision,
    segments: [{ ...first, is_visible: true, drawn_at: drawnAt }],
  });
  return { surfaces, asked, answer, failures, gone, document };
}

const GONE = new HostError({ code: 'not_found', message: 'there is no such preview', hint: null });

describe('surfaces in the space', () => {
  afterEach(() => void vi.useRealTimers());

  it('ask what differs from what is shown, there and back', async () => {
    const { surfaces, asked, answer, gone, document } = await shown();
    surfaces.show(document('own', 4));
    await answer(4);
    surfaces.show(document('look', 4));
    await vi.advanceTimersByTimeAsync(300);
    await answer(4);
    surfaces.show(document('own', 5));
    await vi.advanceTimersByTimeAsync(300);
    await answer(5);
    surfaces.show(document('own', 6));
    await answer(6);
    expect(asked).toEqual([
      ['own', 0, null],
      ['look', 4, 'own'],
      ['own', 4, 'look'],
      ['own', 5, null],
    ]);
    expect(gone).toEqual([]);
  });

  it('of previews in quick succession only the last one is asked for', async () => {
    const { surfaces, asked, answer, document } = await shown();
    surfaces.show(document('own', 1));
    await answer(1);
    for (const id of ['a', 'b', 'c']) {
      surfaces.show(document(id, 1));
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(300);
    expect(asked.slice(1)).toEqual([['c', 1, 'own']]);
  });

  it('a preview that is gone before its surface came is no failure', async () => {
    const { surfaces, asked, answer, failures, document } = await shown();
    surfaces.show(document('own', 1));
    await answer(1);
    surfaces.show(document('look', 1));
    await vi.advanceTimersByTimeAsync(300);
    surfaces.show(document('own', 1));
    await answer(GONE);
    await vi.advanceTimersByTimeAsync(300);
    expect(failures).toEqual([null]);
    expect(asked).toHaveLength(2);
  });

  it('of a segment that others were drawn beside nothing is asked', async () => {
    const { surfaces, asked, answer, document } = await shown();
    surfaces.show(document('own', 4));
    await answer(4);
    surfaces.show(document('own', 5, 3));
    surfaces.show(document('own', 6, 4));
    expect(asked).toHaveLength(1);
    surfaces.show(document('own', 7, 7));
    expect(asked).toHaveLength(2);
  });

  it('what cannot be had is told, and asked for once', async () => {
    const { surfaces, asked, answer, failures, document } = await shown();
    surfaces.show(document('own', 0));
    await answer(GONE);
    expect(failures).toEqual(['there is no such preview']);
    expect(asked).toHaveLength(1);
  });
});
