import { beforeEach, expect, it, vi } from 'vitest';
import { inLayout, layoutOf, maximisedOrAll, recalledArrangement, withMain } from './layout';

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
