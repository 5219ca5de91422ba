import { describe, expect, it, vi } from 'vitest';
import type { Host } from '../../host';
import type { DrawnSections, SlicePlace } from '../../host/wire';
import { SectionsState } from './sections.svelte';

const OF = { document: 'd', revision: 3, segment: 'a', isOfAll: false };
const at = (index: number, axis = 2): SlicePlace => ({ axis, index });

function found(...slices: SlicePlace[]): DrawnSections {
  return { rule: 'by_hand', sections: slices.map((slice) => ({ slice, n_voxels: 9 })) };
}

function made(...answers: (DrawnSections | Error)[]) {
  const call = vi.fn(() => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const onChange = vi.fn();
  // @ts-expect-error only calls are made
  const host: Host = { call };
  return { sections: new SectionsState(host, onChange), call, onChange };
}

describe('drawn slices', () => {
  it('are asked for once for a revision, and nothing is sent while they are as found', async () => {
    const { sections, call } = made(found(at(5), at(1), at(7, 0)));
    await sections.read(OF);
    await sections.read({ ...OF });
    expect(call).toHaveBeenCalledTimes(1);
    expect(sections.rule).toBe('by_hand');
    expect(sections.listed.map(({ slice }) => slice)).toEqual([at(1), at(5), at(7, 0)]);
    expect(sections.chosen).toBeNull();
  });

  it('are left out and added, which holds when others are drawn', async () => {
    const { sections, onChange } = made(found(at(1), at(5)), found(at(1), at(5), at(9)));
    await sections.read(OF);
    sections.set(at(5), false);
    sections.set(at(3), true);
    expect(onChange).toHaveBeenCalledTimes(2);
    expect(sections.chosen).toEqual([at(1), at(3)]);
    await sections.read({ ...OF, revision: 4 });
    expect(sections.chosen).toEqual([at(1), at(3), at(9)]);
    sections.set(at(5), true);
    sections.set(at(3), false);
    expect(sections.chosen).toBeNull();
  });

  it('of another segment are as they are found', async () => {
    const { sections } = made(found(at(1)), found(at(1), at(2)));
    await sections.read(OF);
    sections.set(at(1), false);
    await sections.read({ ...OF, segment: 'b' });
    expect(sections.chosen).toBeNull();
    expect(sections.listed).toHaveLength(2);
  });

  it('are asked for again where the host could not answer', async () => {
    const { sections } = made(new Error('no'), found(at(1)));
    await sections.read(OF);
    expect(sections.listed).toEqual([]);
    await sections.read(OF);
    expect(sections.listed).toHaveLength(1);
  });
});
