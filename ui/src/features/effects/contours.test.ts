import { describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type { AdvanceSnakeRequest, BeginSnakeRequest, PreviewRequest } from '../../host/wire';
import { FIRST_SNAKE } from './snake-draft';
import type { SnakeState } from './snake.svelte';
import { EffectsState, type Target } from './state.svelte';

type Request = Partial<BeginSnakeRequest & AdvanceSnakeRequest & PreviewRequest>;

interface Call {
  readonly command: string;
  readonly request: Request;
}

const turn = () => new Promise((done) => setTimeout(done));

/** A host that moves contours at once, and a document of five segments. */
function made() {
  const calls: Call[] = [];
  const told: string[] = [];
  let nBegun = 0;
  let nLooks = 0;
  const answers: Record<string, (request: Request) => unknown> = {
    begin_snake: () => ({ id: `contour ${String((nBegun += 1))}`, classes: [] }),
    advance_snake: ({ snake, iteration, together }) => ({
      iteration,
      n_voxels: 1,
      is_still: false,
      preview: { document: { id: `preview of ${String(snake)}` } },
      together: together?.length === 0 ? null : { id: 'look', revision: (nLooks += 1) },
    }),
    apply_preview: () => ({ document: document('d', 2), kept: {} }),
  };
  const call = vi.fn((command: string, request: Request) => {
    calls.push({ command, request });
    // As long as a turn, as over the wire: what goes on by itself lets others go on, too.
    return turn().then(() => answers[command]?.(request) ?? {});
  });
  // @ts-expect-error only calls are made
  const host: Host = { call, onEvent: () => () => undefined };
  const segments = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id }));
  const document = (id: string, revision: number, kept = segments) => ({
    id,
    revision,
    segments: kept,
  });
  const state = { document: document('d', 1), segment: 'a' };
  const target = (): Target => {
    const segment = segments.find(({ id }) => id === state.segment);
    // @ts-expect-error a contour looks at no more
    return { document: state.document, segment, volume: 0, overwrite: 'all' };
  };
  let nJobs = 0;
  const effects = new EffectsState(host, {
    target,
    newJob: () => `job ${String((nJobs += 1))}`,
    onDocument: (changed) => {
      state.document = changed;
    },
    onFailed: (error) => told.push(error.message),
    onTold: (text) => told.push(text),
  });
  const { contours } = effects;
  const follow = () => {
    // @ts-expect-error contours look at no more
    contours.follow(state.document);
  };
  follow();
  const takeInHand = () => {
    const wanted = target().segment;
    if (wanted !== null) contours.take(wanted);
  };
  const on = async (segment: string): Promise<SnakeState> => {
    state.segment = segment;
    takeInHand();
    const snake = contours.current;
    if (snake === null) throw new Error('there is no contour');
    snake.draft = { ...FIRST_SNAKE, low: 0, high: 1, softness: 1 };
    snake.bubbles = [{ center: [0, 0, 0], radius: 1 }];
    await snake.move(0);
    return snake;
  };
  const last = (command: string) => calls.filter((made) => made.command === command).at(-1);
  return { contours, on, takeInHand, last, calls, told, follow, state, document };
}

describe('active contours', () => {
  it('are several at once, each on its segment, shown together under one name', async () => {
    const { contours, on, last } = made();
    const a = await on('a');
    const b = await on('b');
    expect(contours.begun.map(({ segment }) => segment)).toEqual(['a', 'b']);
    expect(last('begin_snake')?.request).toMatchObject({ segment: 'b', beside: ['contour 1'] });
    const asked = { snake: 'contour 2', together: ['contour 1', 'contour 2'], shown_as: 'look' };
    expect(last('advance_snake')?.request).toMatchObject(asked);
    await a.move(5);
    expect([a.at?.iteration, b.at?.iteration]).toEqual([5, 0]);
    expect(contours.shown?.document).toEqual({ id: 'look', revision: 3 });
    contours.see(b, false);
    await a.move(5);
    expect(last('advance_snake')?.request.together).toEqual(['contour 1']);
  });

  it('go on while another one becomes voxels', async () => {
    const { contours, on, last, follow } = made();
    const a = await on('a');
    const b = await on('b');
    void b.start();
    await a.apply();
    follow();
    expect(last('apply_preview')?.request).toEqual({ preview: 'preview of contour 1' });
    expect(last('end_snake')?.request).toEqual({ snake: 'contour 1' });
    expect(contours.begun).toEqual([b]);
    expect(b.standing).toBe('running');
    const { iteration = 0 } = b.at ?? {};
    await vi.waitFor(() => {
      expect(b.at?.iteration).toBeGreaterThan(iteration);
    });
    b.pause();
    expect(b.standing).toBe('paused');
  });

  it('are four at most, and a fifth is refused with words', async () => {
    const { contours, on, takeInHand, calls, state } = made();
    for (const segment of ['a', 'b', 'c', 'd']) await on(segment);
    expect(contours.refusal).toBeNull();
    state.segment = 'e';
    takeInHand();
    expect(contours.refusal).toContain('4');
    const nCalls = calls.length;
    contours.current?.set({ fromSegment: true });
    await turn();
    expect(calls.length).toBe(nCalls);
    contours.begun[0]?.discard();
    expect(contours.refusal).toBeNull();
  });

  it('end with their document or their segment, and that is told', async () => {
    const { contours, on, calls, told, follow, state, document } = made();
    await on('a');
    await on('b');
    state.document = document('d', 2, [{ id: 'b', name: 'b' }]);
    follow();
    expect(contours.begun.map(({ segment }) => segment)).toEqual(['b']);
    expect(told.length).toBe(1);
    state.document = document('other', 1);
    follow();
    expect(contours.begun).toEqual([]);
    expect(told.length).toBe(2);
    const ended = calls.filter(({ command }) => command === 'end_snake');
    expect(ended.map(({ request }) => request.snake)).toEqual(['contour 1', 'contour 2']);
  });
});
