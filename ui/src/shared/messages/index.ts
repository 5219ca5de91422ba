/**
 * The one catalogue of every text a user reads.
 *
 * `t('study.title')` looks a text up; placeholders in braces are filled from `params` and are part
 * of the key's type. `tn('study.files', 3)` chooses among `_one` and `_other` by the language's
 * plural rules and fills `{n}`.
 */
import { appMessages } from './en';
import { archiveMessages } from './en-archive';
import { effectMessages } from './en-effects';
import { sectionMessages } from './en-sections';
import { snakeMessages } from './en-snake';
import { handsMessages } from './en-hands';
import { matchMessages } from './en-matches';
import { pastMessages } from './en-past';
import { planesMessages } from './en-planes';
import { protocolMessages } from './en-protocol';
import { shapeMessages } from './en-shapes';
import { spaceMessages } from './en-space';
import { viewerMessages } from './en-viewer';

const english = {
  ...appMessages,
  ...archiveMessages,
  ...effectMessages,
  ...sectionMessages,
  ...snakeMessages,
  ...handsMessages,
  ...matchMessages,
  ...pastMessages,
  ...planesMessages,
  ...protocolMessages,
  ...shapeMessages,
  ...spaceMessages,
  ...viewerMessages,
};

type Catalogue = typeof appMessages &
  typeof archiveMessages &
  typeof effectMessages &
  typeof sectionMessages &
  typeof snakeMessages &
  typeof handsMessages &
  typeof matchMessages &
  typeof pastMessages &
  typeof planesMessages &
  typeof protocolMessages &
  typeof shapeMessages &
  typeof spaceMessages &
  typeof viewerMessages;

/** A key of the catalogue. */
export type MessageKey = keyof Catalogue & string;

type Placeholder<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

type Params<Names extends string> = [Names] extends [never]
  ? []
  : [params: Readonly<Record<Names, string | number>>];

/** A key that has `_one` and `_other` forms. */
export type CountKey =
  Extract<MessageKey, `${string}_other`> extends infer Key
    ? Key extends `${infer Base}_other`
      ? Base
      : never
    : never;

const LANGUAGE = 'en';
const plural = new Intl.PluralRules(LANGUAGE);
const integer = new Intl.NumberFormat(LANGUAGE);
const texts: ReadonlyMap<string, string> = new Map(Object.entries(english));

/** The text of `key`, its placeholders filled. */
export function t<Key extends MessageKey>(
  key: Key,
  ...[params]: Params<Placeholder<Catalogue[Key]>>
): string {
  return fill(texts.get(key) ?? key, params ?? {});
}

/** The text of `key` for a number of things; `{n}` is that number. */
export function tn(key: CountKey, n: number): string {
  const text = texts.get(`${key}_${plural.select(n)}`) ?? texts.get(`${key}_other`) ?? key;
  return fill(text, { n: integer.format(n) });
}

/** The text of a key that is only known at run time, such as an action's label; the key itself if unknown. */
export function textOf(key: string): string {
  return texts.get(key) ?? key;
}

function fill(text: string, params: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}
