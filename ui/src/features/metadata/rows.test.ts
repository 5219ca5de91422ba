import { describe, expect, it } from 'vitest';
import type { Element } from '../../host/wire';
import { matchingRows, openRows, type Row } from './rows';

function element(tag: string, name: string, value: string, items: Element[][] = []): Element {
  return { tag, name, vr: items.length > 0 ? 'SQ' : 'LO', value, items, varies: false };
}

const ELEMENTS = [
  element('(0008,0060)', 'Modality', 'CT'),
  element('(0008,1140)', 'Referenced Image Sequence', '', [
    [element('(0008,1150)', 'Referenced SOP Class UID', '1.2.840')],
    [element('(0008,1155)', 'Referenced SOP Instance UID', '1.2.3')],
  ]),
];

function text(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    row.kind === 'item' ? `${row.depth} item ${row.number}` : `${row.depth} ${row.element.name}`,
  );
}

describe('metadata rows', () => {
  it('leave out the items of closed sequences', () => {
    expect(text(openRows(ELEMENTS, new Set()).rows)).toEqual([
      '0 Modality',
      '0 Referenced Image Sequence',
    ]);
  });

  it('show every item of an open sequence', () => {
    expect(text(openRows(ELEMENTS, new Set(['/1'])).rows)).toEqual([
      '0 Modality',
      '0 Referenced Image Sequence',
      '1 item 1',
      '2 Referenced SOP Class UID',
      '1 item 2',
      '2 Referenced SOP Instance UID',
    ]);
  });

  it('find nested elements and show what they are in', () => {
    const { rows, nMatches } = matchingRows(ELEMENTS, new Set(), 'instance uid');
    expect(nMatches).toBe(1);
    expect(text(rows)).toEqual([
      '0 Referenced Image Sequence',
      '1 item 2',
      '2 Referenced SOP Instance UID',
    ]);
  });

  it('find a tag however it is written', () => {
    for (const query of ['(0008,0060)', '0008,0060', '00080060', ' modality ', 'ct']) {
      expect(text(matchingRows(ELEMENTS, new Set(), query).rows)).toContain('0 Modality');
    }
  });

  it('show everything in an open sequence that matches by its name', () => {
    const closed = matchingRows(ELEMENTS, new Set(), 'image sequence');
    expect(text(closed.rows)).toEqual(['0 Referenced Image Sequence']);
    const { rows, nMatches } = matchingRows(ELEMENTS, new Set(['/1']), 'ReferencedImage');
    expect(nMatches).toBe(1);
    expect(text(rows)).toEqual([
      '0 Referenced Image Sequence',
      '1 item 1',
      '2 Referenced SOP Class UID',
      '1 item 2',
      '2 Referenced SOP Instance UID',
    ]);
  });

  it('say when nothing matches', () => {
    expect(matchingRows(ELEMENTS, new Set(), 'no such thing')).toEqual({ rows: [], nMatches: 0 });
  });
});
