import { describe, expect, it } from 'vitest';
import { ranked } from './match';

const ACTIONS = ['Undo', 'Redo', 'Show history', 'Show or hide the panels', 'Export labels…'];

const find = (query: string) => ranked(ACTIONS, query, (text) => text);

describe('finding actions', () => {
  it('keeps the order when nothing is typed', () => {
    expect(find('  ')).toEqual(ACTIONS);
  });

  it('puts words that start with the letters first', () => {
    expect(find('hi')[0]).toBe('Show history');
    expect(find('lab')[0]).toBe('Export labels…');
    expect(find('pan')).toEqual(['Show or hide the panels']);
  });

  it('fits letters with gaps', () => {
    expect(find('shis')).toContain('Show history');
    expect(find('exlab')).toEqual(['Export labels…']);
  });

  it('leaves out what does not fit', () => {
    expect(find('zzz')).toEqual([]);
  });
});
