import { describe, expect, it } from 'vitest';
import type { BytesQuestion, BytesReply, Host, SentStroke } from '../../host';
import { connectFake } from '../../host/fake';
import { Dabs } from './dabs';

function stroke(n: number): SentStroke {
  return {
    segment: 'segment-1',
    mode: 'paint',
    shape: 'round',
    radius_mm: 3,
    path: Array.from({ length: n }, (_, at) => [at, 0, 0]),
    slice_axis: 2,
    slice_index: 24,
    plane: null,
    along: null,
    adaptive: { volume: 0, tolerance: 3 },
    overwrite: 'all',
    editable: { area: { kind: 'everywhere' }, range: null, volume: 0 },
  };
}

/** A host whose answers are given one by one: a run for each question. */
function slowHost() {
  const asked: number[][] = [];
  const waiting: { readonly give: (reply: BytesReply) => void; readonly refuse: () => void }[] = [];
  const host: Host = {
    ...connectFake(),
    bytes: (question: BytesQuestion) => {
      if (question.kind !== 'dabs') throw new Error('another question');
      asked.push(question.stroke.path.map(([x]) => x ?? NaN));
      return new Promise((resolve, reject) => {
        waiting.push({ give: resolve, refuse: () => reject(new Error('no')) });
      });
    },
  };
  const next = async (act: 'give' | 'refuse' = 'give') => {
    const first = waiting.shift();
    if (first === undefined) throw new Error('nothing was asked');
    if (act === 'refuse') first.refuse();
    else first.give({ kind: 'dabs', runs: Uint32Array.of(asked.length, 2, 3, 4) });
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { host, asked, next };
}

const listeners = { onDabs: () => undefined, onFailure: () => undefined };

describe('the dabs of a stroke', () => {
  it('are asked for one question at a time, with the new points only', async () => {
    const { host, asked, next } = slowHost();
    const dabs = new Dabs(host, 'document-1');
    dabs.follow(stroke(1), listeners);
    dabs.follow(stroke(3), listeners);
    dabs.follow(stroke(4), listeners);
    expect(asked).toEqual([[0]]);
    await next();
    // What lies between two points is painted too.
    expect(asked).toEqual([[0], [0, 1, 2, 3]]);
    await next();
    expect(asked).toHaveLength(2);
    expect(dabs.runs).toEqual([
      { i: 1, j: 2, k: 3, n: 4 },
      { i: 2, j: 2, k: 3, n: 4 },
    ]);
  });

  it('of a long path are asked for in pieces that meet', async () => {
    const { host, asked, next } = slowHost();
    const dabs = new Dabs(host, 'document-1');
    dabs.follow(stroke(150), listeners);
    await next();
    expect(asked.map((path) => [path[0], path.at(-1)])).toEqual([
      [0, 99],
      [99, 149],
    ]);
  });

  it('are no longer told when the stroke is over', async () => {
    const { host, asked, next } = slowHost();
    const dabs = new Dabs(host, 'document-1');
    dabs.follow(stroke(1), listeners);
    dabs.follow(stroke(2), listeners);
    dabs.end();
    await next();
    expect(asked).toHaveLength(1);
    expect(dabs.runs).toEqual([]);
  });

  it('are not asked for again where the host refuses, which is told once', async () => {
    const { host, asked, next } = slowHost();
    const told: string[] = [];
    const dabs = new Dabs(host, 'document-1');
    const telling = { ...listeners, onFailure: (message: string) => told.push(message) };
    dabs.follow(stroke(1), telling);
    await next('refuse');
    dabs.follow(stroke(2), telling);
    expect([asked.length, told.length]).toEqual([1, 1]);
  });
});
