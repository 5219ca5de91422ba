import { expect, it } from 'vitest';
import { plane, straightGrid } from '../../model/testing';
import { crosshairStepByKey, slicesByKey } from './keys';

const grid = straightGrid();
const axial = plane(grid);
const sagittal = plane(grid, { slice_axis: 0, column_axis: 1, row_axis: 2, is_row_flipped: true });

function key(name: string, modifiers: Partial<KeyboardEvent> = {}): KeyboardEvent {
  const none = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  // @ts-expect-error only the key and its modifiers are read
  return { key: name, ...none, ...modifiers };
}

const ctrl = { ctrlKey: true };

it('Ctrl and an arrow move the crosshair that way on the screen', () => {
  expect(crosshairStepByKey(key('ArrowRight', ctrl), axial)).toEqual({ axis: 0, nVoxels: 1 });
  expect(crosshairStepByKey(key('ArrowUp', ctrl), axial)).toEqual({ axis: 1, nVoxels: -1 });
  // Rows grow to the top.
  expect(crosshairStepByKey(key('ArrowUp', ctrl), sagittal)).toEqual({ axis: 2, nVoxels: 1 });
});

it('Shift goes by five', () => {
  const fast = { ctrlKey: true, shiftKey: true };
  expect(crosshairStepByKey(key('ArrowLeft', fast), axial)).toEqual({ axis: 0, nVoxels: -5 });
  expect(slicesByKey(key('ArrowUp', { shiftKey: true }))).toBe(5);
});

it('arrows alone scroll, and other keys do neither', () => {
  expect(slicesByKey(key('ArrowUp'))).toBe(1);
  expect(slicesByKey(key('ArrowUp', ctrl))).toBeNull();
  expect(crosshairStepByKey(key('ArrowUp'), axial)).toBeNull();
  expect(crosshairStepByKey(key('b', ctrl), axial)).toBeNull();
});
