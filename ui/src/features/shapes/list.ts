/** What shapes are called, and their colours. */
import type { Answer, Class, Shape } from '../../host/wire';
import { t } from '../../shared/messages';

/** Of shapes that have no colour of their own, nor one of their class. */
export const SHAPE_COLOR = '#8ff0c8';

export function classOf(classes: readonly Class[], shape: Shape | null): Class | null {
  return classes.find(({ id }) => id === shape?.class) ?? null;
}

export function colorOf(classes: readonly Class[], shape: Shape | null): string {
  return shape?.color ?? classOf(classes, shape)?.color ?? SHAPE_COLOR;
}

/** Its text, or its kind with a number of its own: `Ellipse 2`. */
export function shapeName(shapes: readonly Shape[], shape: Shape): string {
  const [line = ''] = shape.text.split('\n');
  if (line !== '') return line;
  const same = shapes.filter(({ geometry }) => geometry.kind === shape.geometry.kind);
  const n = same.findIndex(({ id }) => id === shape.id) + 1;
  return t('shapes.name', { kind: t(`shape.${shape.geometry.kind}`), n });
}

/** What a label of a slice or of the image says: its class, and its text. */
export function labelText(
  classes: readonly Class[],
  shapes: readonly Shape[],
  shape: Shape,
): string {
  const own = classOf(classes, shape);
  const text = shape.text.replaceAll('\n', ' ');
  if (own === null) return shapeName(shapes, shape);
  return text === '' ? own.name : `${own.name}: ${text}`;
}

/** What was answered about a shape, in the order of the questions: `Motion: some · Noise: 3`. */
export function answersText(classes: readonly Class[], shape: Shape): string {
  const asked = classOf(classes, shape)?.attributes ?? [];
  const told = asked.flatMap(({ id, name }) => {
    const given = shape.answers.find(({ attribute }) => attribute === id);
    return given === undefined ? [] : [`${name}: ${answerText(given.answer)}`];
  });
  return told.join(' · ');
}

function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'radio':
      return answer.option;
    case 'checklist':
      return answer.options.join(', ');
    case 'text':
      return answer.text;
    case 'number':
      return String(answer.value);
  }
}

/** The classes that a shape may have: those in use that allow its kind, and its own. */
export function classesFor(classes: readonly Class[], shape: Shape): Class[] {
  const { kind } = shape.geometry;
  return classes.filter(
    ({ id, is_archived, tools }) =>
      id === shape.class || (!is_archived && (tools?.includes(kind) ?? true)),
  );
}
