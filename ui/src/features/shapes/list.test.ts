import { describe, expect, it } from 'vitest';
import type { Answer, AttributeKind, Class, GivenAnswer, Shape } from '../../host/wire';
import { answersText } from './list';

const asks = (kind: AttributeKind) => ({
  id: kind,
  name: kind.toUpperCase(),
  kind,
  options: [],
  unit: null,
  is_required: false,
  under: null,
});
const given = (answer: Answer): GivenAnswer => ({ attribute: answer.kind, answer });

const QUALITY: Class = {
  id: 'quality',
  name: 'Quality',
  color: '#ffcc00',
  shortcut: null,
  category: null,
  property_type: null,
  laterality: null,
  tools: null,
  is_required: false,
  is_archived: false,
  attributes: [asks('radio'), asks('checklist'), asks('text'), asks('number')],
};
const LABEL: Shape = {
  id: 'label',
  geometry: { kind: 'study' },
  plane: null,
  text: '',
  class: 'quality',
  answers: [],
  color: null,
  is_visible: true,
  is_locked: false,
  source: 'manual',
  track: null,
};

describe('what was answered about a label', () => {
  it('is told in the order of the questions', () => {
    const answers = [
      given({ kind: 'number', value: 2.5 }),
      given({ kind: 'text', text: 'Poor' }),
      given({ kind: 'checklist', options: ['head', 'arm'] }),
      given({ kind: 'radio', option: 'some' }),
    ];
    expect(answersText([QUALITY], { ...LABEL, answers })).toBe(
      'RADIO: some · CHECKLIST: head, arm · TEXT: Poor · NUMBER: 2.5',
    );
  });

  it('is nothing where nobody answered, or the class is gone', () => {
    expect(answersText([QUALITY], LABEL)).toBe('');
    const answers = [given({ kind: 'text', text: 'Poor' })];
    expect(answersText([], { ...LABEL, answers })).toBe('');
  });
});
