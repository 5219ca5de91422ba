import { beforeEach, expect, it, vi } from 'vitest';
import { plane, straightGrid } from '../../model/testing';
import {
  inLayout,
  layoutOf,
  maximisedOrAll,
  nextPane,
  recalledArrangement,
  withMain,
} from './layout';

const stored = new Map<string, string>();
vi.stubGlobal('localStorage', {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => stored.set(name, value),
});
beforeEach(() => stored.clear());

const PLANES = ['axial', 'sagittal', 'coronal'] as const;
const first = () => recalledArrangement(PLANES);

it('begins with all planes equal', () => {
  expect(layoutOf(first())).toBe('four');
});

it('a maximised plane goes back to the layout it came from', () => {
  const large = inLayout(first(), 'large');
  const alone = maximisedOrAll(large, 'coronal');
  expect(layoutOf(alone)).toBe('one');
  expect(alone.maximised).toBe('coronal');
  expect(layoutOf(maximisedOrAll(alone, 'coronal'))).toBe('large');
});

it('another plane can be the large one, or the one alone', () => {
  expect(withMain(inLayout(first(), 'large'), 'sagittal')).toMatchObject({
    main: 'sagittal',
    maximised: null,
  });
  expect(withMain(inLayout(first(), 'one'), 'sagittal').maximised).toBe('sagittal');
});

it('is recalled where the image has the plane', () => {
  stored.set('annotomy.layout', 'one');
  stored.set('annotomy.layout.main', 'coronal');
  expect(first().maximised).toBe('coronal');
  expect(recalledArrangement(['axial', 'sagittal']).maximised).toBe('axial');
  expect(recalledArrangement(['own'])).toMatchObject({ main: 'own', maximised: null });
});

it('the space can be alone, large, and comes after the planes', () => {
  const alone = inLayout(first(), 'space');
  expect(layoutOf(alone)).toBe('space');
  expect(layoutOf(maximisedOrAll(alone, 'space'))).toBe('four');
  expect(withMain(inLayout(first(), 'large'), 'space').main).toBe('space');
  const planes = [plane(straightGrid())];
  expect(nextPane(planes, planes[0]?.name ?? 'own')).toBe('space');
  expect(nextPane(planes, 'space')).toBe(planes[0]?.name);
  stored.set('annotomy.layout', 'space');
  expect(first().maximised).toBe('space');
  stored.set('annotomy.layout.main', 'space');
  expect(recalledArrangement(['own'])).toMatchObject({ main: 'own', maximised: null });
});
