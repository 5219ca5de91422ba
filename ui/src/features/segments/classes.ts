/** Classes of the label protocol as segments use them: what is asked, and what is still missing. */
import type { Answer, Attribute, Class, Document, Edit, Segment, ToolKind } from '../../host/wire';

/** What has a class and answers to what it asks: a segment, or a shape. */
export type Classed = Pick<Segment, 'class' | 'answers'>;

export function classOf(
  classes: readonly Class[],
  { class: own }: Pick<Classed, 'class'>,
): Class | null {
  return classes.find(({ id }) => id === own) ?? null;
}

/** Classes that a new segment can have. */
export function usable(classes: readonly Class[]): Class[] {
  return classes.filter(({ is_archived }) => !is_archived);
}

/** An edit that adds a segment of a class, with the class's name and colour. */
export function segmentOf(
  { id, name, color }: Class,
  { segments }: Document,
): Extract<Edit, { type: 'add_segment' }> {
  const taken = new Set(segments.map((segment) => segment.name));
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name} ${n}`;
  return { type: 'add_segment', name: free, color, class: id, overlaps: false };
}

export function answerTo({ answers }: Classed, attribute: Attribute): Answer | null {
  return answers.find((given) => given.attribute === attribute.id)?.answer ?? null;
}

/** The questions asked: those under an answer that was not given are not. */
export function asked(attributes: readonly Attribute[], classed: Classed): Attribute[] {
  const shown: Attribute[] = [];
  for (const attribute of attributes) {
    const { under } = attribute;
    const parent = shown.find(({ id }) => id === under?.attribute);
    const isAsked =
      !under || (parent !== undefined && has(answerTo(classed, parent), under.option));
    if (isAsked) shown.push(attribute);
  }
  return shown;
}

function has(answer: Answer | null, option: string): boolean {
  if (answer?.kind === 'radio') return answer.option === option;
  return answer?.kind === 'checklist' && answer.options.includes(option);
}

/** How many required answers a segment lacks. */
export function nMissing(classes: readonly Class[], segment: Segment): number {
  const attributes = classOf(classes, segment)?.attributes ?? [];
  const open = asked(attributes, segment).filter(
    (attribute) => attribute.is_required && answerTo(segment, attribute) === null,
  );
  return open.length;
}

/** Names of classes of which every image needs a segment and this one has none. */
export function stillNeeded(classes: readonly Class[], { segments }: Document): string[] {
  const used = new Set(segments.map((segment) => segment.class));
  const needed = usable(classes).filter(({ id, is_required }) => is_required && !used.has(id));
  return needed.map(({ name }) => name);
}

/** The name of the class of a segment or shape if it refuses a tool; null where it does not. */
export function refusing(
  classes: readonly Class[],
  classed: Pick<Classed, 'class'> | null,
  tool: ToolKind | null,
): string | null {
  const own = classed === null ? null : classOf(classes, classed);
  if (own === null || tool === null) return null;
  return own.tools?.includes(tool) === false ? own.name : null;
}
