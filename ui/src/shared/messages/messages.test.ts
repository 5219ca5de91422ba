import { expect, it } from 'vitest';
import { t } from '.';

it('finds a text by its key', () => {
  expect(t('app.name')).toBe('Annotomy');
});
