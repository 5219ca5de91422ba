import { describe, expect, it } from 'vitest';
import { t, textOf, tn } from '.';

describe('the message catalogue', () => {
  it('finds a text by its key', () => {
    expect(t('app.name')).toBe('Annotomy');
  });

  it('fills every placeholder', () => {
    expect(t('operation.of_segment', { operation: 'Brush stroke', segment: 'Liver' })).toBe(
      'Brush stroke (Liver)',
    );
  });

  it('leaves braces of a value alone', () => {
    expect(t('segments.hide', { name: '{n}' })).toBe('Hide {n}');
  });

  it('chooses the plural form', () => {
    expect([1, 2, 1200].map((n) => tn('study.files', n))).toEqual([
      '1 file',
      '2 files',
      '1,200 files',
    ]);
  });

  it('shows an unknown run-time key as it is', () => {
    expect(textOf('no.such.key')).toBe('no.such.key');
  });
});
