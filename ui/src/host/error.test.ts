import { expect, it } from 'vitest';
import { HostError, toHostError } from './error';

it('keeps what a host says', () => {
  const error = toHostError({
    code: 'storage_full',
    message: 'The disk is full.',
    hint: 'Free some space.',
  });
  expect(error).toBeInstanceOf(HostError);
  expect([error.code, error.message, error.hint]).toEqual([
    'storage_full',
    'The disk is full.',
    'Free some space.',
  ]);
});

it('takes anything else for a defect', () => {
  expect(toHostError(new Error('socket closed')).wire).toEqual({
    code: 'internal',
    message: 'socket closed',
    hint: null,
  });
  expect(toHostError({ code: 'unheard_of', message: 'x' }).code).toBe('internal');
});
