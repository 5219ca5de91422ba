import { describe, expect, it } from 'vitest';
import { canvasPoint, inPlane } from '../model/space';
import { plane, straightGrid } from '../model/testing';
import { cornersOn, dragOutline, pressOutline, releaseOutline, withoutLast } from './outline';
import type { ShownSlice } from './place';

// 10 px a mm about voxel (10, 5): a column is 10 px, a row 20.
function shown(sliceIndex = 3): ShownSlice {
  const grid = straightGrid();
  return {
    grid,
    plane: plane(grid),
    view: { centre: inPlane(10, 5), pxPerMm: 10 },
    canvas: { width: 200, height: 100 },
    sliceIndex,
  };
}

const at = canvasPoint;

function clicked(...points: readonly (readonly [number, number])[]) {
  let outcome: ReturnType<typeof releaseOutline> | null = null;
  for (const [x, y] of points) {
    outcome = releaseOutline(pressOutline(outcome?.draft ?? null, shown(), at(x, y)));
  }
  if (outcome === null) throw new Error('nothing was clicked');
  return outcome;
}

describe('an outline', () => {
  it('dragged free-hand is done when the pen goes up', () => {
    const pressed = pressOutline(null, shown(), at(20, 20));
    const dragged = dragOutline(pressed, [at(60, 20), at(60, 60), at(61, 60), at(20, 60)]);
    const { draft, isDone } = releaseOutline(dragged);
    expect(isDone).toBe(true);
    const corners = cornersOn(shown(), draft.corners);
    expect(corners.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual([
      [20, 20],
      [60, 20],
      [60, 60],
      [20, 60],
    ]);
  });

  it('clicked corner by corner is done when it comes back to the first', () => {
    const three = clicked([20, 20], [60, 20], [60, 60]);
    expect(three.isDone).toBe(false);
    expect(three.draft.corners).toHaveLength(3);
    const closed = releaseOutline(pressOutline(three.draft, shown(), at(23, 22)));
    expect(closed.isDone).toBe(true);
  });

  it('takes a click for one corner, however the hand trembles', () => {
    const trembling = dragOutline(pressOutline(null, shown(), at(20, 20)), [
      at(22, 21),
      at(23, 22),
    ]);
    expect(releaseOutline(trembling).draft.corners).toHaveLength(1);
  });

  it('encloses nothing with two corners', () => {
    expect(clicked([20, 20], [22, 20]).isDone).toBe(false);
  });

  it('begins anew on another slice', () => {
    const { draft } = clicked([20, 20], [60, 20]);
    expect(pressOutline(draft, shown(4), at(30, 30)).corners).toHaveLength(1);
  });

  it('loses its last corner, and then itself', () => {
    const { draft } = clicked([20, 20], [60, 20]);
    const one = withoutLast(draft);
    expect(one?.corners).toHaveLength(1);
    expect(one === null ? null : withoutLast(one)).toBeNull();
  });
});
