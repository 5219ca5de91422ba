import { describe, expect, it } from 'vitest';
import type { Attribute, Class, Segment } from '../../host/wire';
import { asked, nMissing, refusing, segmentOf, stillNeeded } from './classes';

const seen: Attribute = {
  id: 'seen',
  name: 'Seen?',
  kind: 'radio',
  options: ['yes', 'no'],
  unit: null,
  is_required: true,
  under: null,
};
const where: Attribute = {
  id: 'where',
  name: 'Where?',
  kind: 'text',
  options: [],
  unit: null,
  is_required: true,
  under: { attribute: 'seen', option: 'yes' },
};
const lesion: Class = {
  id: 'lesion',
  name: 'Lesion',
  color: '#ff0000',
  shortcut: null,
  category: null,
  property_type: null,
  laterality: null,
  is_required: true,
  is_archived: false,
  tools: ['brush'],
  attributes: [seen, where],
};
const segment = (answers: Segment['answers'] = []): Segment => ({
  id: 's',
  name: 'Lesion',
  color: '#ff0000',
  is_visible: true,
  opacity: 0.5,
  is_locked: false,
  layer: 0,
  label: 1,
  drawn_at: 0,
  class: 'lesion',
  answers,
  state: 'not_started',
});
const yes = { attribute: 'seen', answer: { kind: 'radio', option: 'yes' } } as const;
const no = { attribute: 'seen', answer: { kind: 'radio', option: 'no' } } as const;
const documentOf = (...segments: Segment[]) => ({
  id: 'd',
  volume: null,
  revision: 1,
  segments,
  shapes: [],
  n_layers: 1,
  pixel_size: null,
  undo: null,
  redo: null,
  suggested_export_path: '',
});

describe('questions of a class', () => {
  it('are asked under the answer that they belong to', () => {
    expect(asked([seen, where], segment())).toEqual([seen]);
    expect(asked([seen, where], segment([yes]))).toEqual([seen, where]);
    expect(asked([seen, where], segment([no]))).toEqual([seen]);
  });

  it('are missing while they are asked, required and not answered', () => {
    expect(nMissing([lesion], segment())).toBe(1);
    expect(nMissing([lesion], segment([yes]))).toBe(1);
    expect(nMissing([lesion], segment([no]))).toBe(0);
  });
});

describe('segments of a class', () => {
  it('take its name, made free, and its colour', () => {
    expect(segmentOf(lesion, documentOf(segment()))).toEqual({
      type: 'add_segment',
      name: 'Lesion 2',
      color: '#ff0000',
      class: 'lesion',
      overlaps: false,
    });
  });

  it('are needed until there is one, unless the class is archived', () => {
    expect(stillNeeded([lesion], documentOf())).toEqual(['Lesion']);
    expect(stillNeeded([lesion], documentOf(segment()))).toEqual([]);
    expect(stillNeeded([{ ...lesion, is_archived: true }], documentOf())).toEqual([]);
  });

  it('refuse the tools that the class does not list', () => {
    expect(refusing([lesion], segment(), 'eraser')).toBe('Lesion');
    expect(refusing([lesion], segment(), 'brush')).toBeNull();
    expect(refusing([{ ...lesion, tools: null }], segment(), 'eraser')).toBeNull();
    expect(refusing([lesion], null, 'eraser')).toBeNull();
  });
});
