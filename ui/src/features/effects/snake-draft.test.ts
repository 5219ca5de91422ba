import { describe, expect, it } from 'vitest';
import type { Classifier, Histogram, SnakeBubble } from '../../host/wire';
import { completed, FIRST_SNAKE, formOf, wantedRange, type SnakeDraft } from './snake-draft';

const BUBBLE: SnakeBubble = { center: [1, 2, 3], radius: 5 };
const HISTOGRAM: Histogram = {
  range: [-1000, 2040],
  counts: [],
  thresholds: [{ method: 'otsu', value: 120 }],
};

const made = (change: Partial<SnakeDraft>, bubbles = [BUBBLE]) =>
  formOf({ ...completed(FIRST_SNAKE, HISTOGRAM), ...change }, bubbles);

describe('an active contour', () => {
  it('takes what the image says where nothing was chosen, and keeps what was', () => {
    expect(completed(FIRST_SNAKE, HISTOGRAM)).toMatchObject({
      low: 120,
      high: 2040,
      softness: 400,
    });
    expect(completed({ ...FIRST_SNAKE, low: -5 }, HISTOGRAM).low).toBe(-5);
  });

  it('lacks something before values are known, or without a place to begin', () => {
    expect(formOf(FIRST_SNAKE, [BUBBLE])).toBeNull();
    expect(made({}, [])).toBeNull();
    expect(made({ fromSegment: true }, [])?.from_segment).toBe(true);
  });

  it('leaves open the side of a range that is not wanted', () => {
    const speed = { by: 'threshold', softness: 400 };
    expect(made({ range: 'above' })?.speed).toEqual({ ...speed, low: 120, high: null });
    expect(made({ range: 'below' })?.speed).toEqual({ ...speed, low: null, high: 2040 });
    expect(made({ range: 'between' })?.speed).toEqual({ ...speed, low: 120, high: 2040 });
    const draft = completed(FIRST_SNAKE, HISTOGRAM);
    expect(wantedRange({ ...draft, range: 'between' })).toEqual([120, 2040]);
    expect(wantedRange({ ...draft, range: 'above' })?.[0]).toBe(120);
    expect(wantedRange({ ...draft, by: 'edge' })).toBeNull();
  });

  it('is drawn to edges only when it goes by edges', () => {
    expect(made({ by: 'edge', advection: 3 })).toMatchObject({
      advection: 3,
      speed: { by: 'edge', sigma: 1, contrast: null, exponent: 3 },
    });
    expect(made({ by: 'clusters', advection: 3, chosen: [0, 1] })).toMatchObject({
      advection: 0,
      speed: { by: 'clusters', classes: 3, chosen: [0, 1] },
    });
  });

  it('fills a class that its classifier knows', () => {
    const classifier: Classifier = {
      id: 'abc',
      name: 'Lungs',
      finest: 1,
      classes: ['Air', 'Lung'],
      kept_at: '2026-11-26T20:00:00Z',
    };
    const draft = { ...completed(FIRST_SNAKE, HISTOGRAM), by: 'classifier' } as const;
    const speed = { by: 'classifier', classifier: 'abc' };
    expect(formOf(draft, [BUBBLE])).toBeNull();
    expect(formOf(draft, [BUBBLE], classifier)?.speed).toEqual({ ...speed, class: 'Air' });
    const wanted = { ...draft, class: 'Lung' };
    expect(formOf(wanted, [BUBBLE], classifier)?.speed).toEqual({ ...speed, class: 'Lung' });
    const gone = { ...draft, class: 'Bone' };
    expect(formOf(gone, [BUBBLE], classifier)?.speed).toEqual({ ...speed, class: 'Air' });
  });
});
