import type { MiddlewareHandler } from 'hono';
import { type FieldError, fault, Problem } from '../shared/problem.ts';
import type { Said } from '../shared/reason.ts';
import type { AppEnv } from './route.ts';

/** Never throws at what is no UTF-8, as the platform's own reading does not; says so instead. */
const decoded = (bytes: ArrayBuffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(400, 'not-utf-8', {
      zh: '内容不是 UTF-8 编码，有些字会丢失。',
      en: 'The body is not in UTF-8: some of its characters would be lost.',
    });
  }
};

const parsed = (json: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
};

/** Each name that a field has anywhere in a value, as often as it is there. Without recursion: a body may be all brackets. */
const namesIn = (value: unknown): string[] => {
  const names: string[] = [];
  for (const rest = [value]; rest.length > 0; ) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) {
      if (!Array.isArray(next)) names.push(name);
      rest.push(inner);
    }
  }
  return names;
};

/** The same in what was sent: of valid JSON, every text that a colon follows is a name. */
const NAMES = /"([^"\\]*(?:\\.[^"\\]*)*)"\s*(:)?/g;
const namesSent = (json: string): string[] =>
  [...json.matchAll(NAMES)].flatMap(([, name, colon]) => (colon === undefined ? [] : [JSON.parse(`"${name}"`)]));

const tally = (names: readonly string[]): Map<string, number> => {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
};

/**
 * Names that are in a text of valid JSON more often than in what it was parsed to: fields that are there twice, of which
 * every parser keeps one in silence.
 */
export const repeatedNames = (json: string, value: unknown): string[] => {
  const kept = tally(namesIn(value));
  return [...tally(namesSent(json))].filter(([name, times]) => times > (kept.get(name) ?? 0)).map(([name]) => name);
};

export const NO_SUCH_FIELD: Said = { zh: '没有这一项。', en: 'There is no such field.' };

const unknown = (names: readonly string[]): FieldError[] => names.map((path) => fault(path, NO_SUCH_FIELD));

/** No field of ours has this name, and whoever copies fields into an object loses or obeys it. */
const FORBIDDEN = '__proto__';

/**
 * Looks at a body before anything reads it. Refused is whatever the readers would pass over in silence: bytes that are
 * no UTF-8, a field that is there twice, and any body where a route takes none. What is no JSON at all is left to whoever
 * expects some.
 */
export const bodyGuard =
  (takesBody: boolean): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const json = decoded(await c.req.arrayBuffer());
    const body = parsed(json);
    if (!takesBody && json !== '') {
      if (body === undefined)
        throw new Problem(400, 'bad-json', {
          zh: '这里不收内容。',
          en: 'This takes no body, and this one is not JSON.',
        });
      const { value } = body;
      const empty = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (!empty || Object.keys(value).length > 0)
        throw new Problem(
          422,
          'invalid',
          { zh: '这里不收内容。', en: 'This takes no body.' },
          unknown(empty ? Object.keys(value) : ['']),
        );
    }
    if (body !== undefined) {
      const twice = repeatedNames(json, body.value);
      if (twice.length > 0)
        throw new Problem(
          400,
          'repeated-field',
          {
            zh: '同一项写了两次，无法知道以哪一个为准。',
            en: 'A field is in the body twice, and only one of them can be meant.',
          },
          twice.map((path) => fault(path, { zh: '写了两次。', en: 'This is there twice.' })),
        );
      if (namesIn(body.value).includes(FORBIDDEN))
        throw new Problem(
          422,
          'invalid',
          { zh: '内容不合要求。', en: 'The body does not fit the schema.' },
          unknown([FORBIDDEN]),
        );
    }
    await next();
  };
