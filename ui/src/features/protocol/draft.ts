/** A class while it is edited: what is added, moved and taken away in its form. */
import type { Attribute, Class } from '../../host/wire';

export const COLORS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00'] as const;

export function newClass(n: number): Class {
  return {
    id: '',
    name: '',
    color: COLORS[n % COLORS.length] ?? COLORS[0],
    shortcut: null,
    category: null,
    property_type: null,
    laterality: null,
    tools: null,
    is_required: false,
    is_archived: false,
    attributes: [],
  };
}

export function newAttribute(id: string): Attribute {
  return { id, name: '', kind: 'radio', options: [], unit: null, is_required: false, under: null };
}

/** Answers of earlier attributes under which an attribute can be asked. */
export function places(attributes: readonly Attribute[], at: number) {
  return attributes
    .slice(0, at)
    .flatMap(({ id, name, options }) => options.map((option) => ({ attribute: id, name, option })));
}

/** Without the attribute at a place, and without what was asked under it. */
export function without(attributes: readonly Attribute[], at: number): Attribute[] {
  const gone = new Set([attributes[at]?.id]);
  return attributes.filter((attribute) => {
    if (attribute.under && gone.has(attribute.under.attribute)) gone.add(attribute.id);
    return !gone.has(attribute.id);
  });
}

/** As it is sent: nothing that its kind does not have. */
export function tidied(attribute: Attribute): Attribute {
  const { kind, options, unit } = attribute;
  const hasOptions = kind === 'radio' || kind === 'checklist';
  const kept = options.map((option) => option.trim()).filter((option) => option !== '');
  return {
    ...attribute,
    name: attribute.name.trim(),
    options: hasOptions ? kept : [],
    unit: kind === 'number' && unit?.trim() ? unit.trim() : null,
  };
}

/** How deeply an attribute is nested. */
export function depth(attributes: readonly Attribute[], attribute: Attribute): number {
  const parent = attributes.find(({ id }) => id === attribute.under?.attribute);
  return parent === undefined ? 0 : 1 + depth(attributes, parent);
}
