import { CannotStart } from '../cannot-start.ts';

/**
 * Event patterns as far as this host reads them: lists of equal values, `exists` and `prefix`, joined by "and" within
 * a pattern. Fields that hold lists never match.
 */
export type Matches = (record: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean => value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** One entry of a list. `exists` is about leaves, as on AWS: an attribute's type must be part of the path. */
const condition = (entry: unknown, path: string): Matches => {
  if (isScalar(entry)) return (value) => value === entry;
  if (isObject(entry) && Object.keys(entry).length === 1) {
    const { exists, prefix } = entry;
    if (typeof exists === 'boolean') return (value) => (value !== undefined && !isObject(value)) === exists;
    if (typeof prefix === 'string') return (value) => typeof value === 'string' && value.startsWith(prefix);
  }
  throw new CannotStart(`The filter's ${path} has ${JSON.stringify(entry)}, which is unknown to this host.`);
};

const compile = (pattern: unknown, path: string): Matches => {
  if (Array.isArray(pattern) && pattern.length > 0) {
    const any = pattern.map((entry) => condition(entry, path));
    return (value) => any.some((matches) => matches(value));
  }
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw new CannotStart(`The filter's ${path} is ${JSON.stringify(pattern)}, which is unknown to this host.`);
  const all = Object.entries(pattern).map(([name, inner]) => {
    if (name.startsWith('$')) throw new CannotStart(`The filter's ${path} has ${name}, which is unknown to this host.`);
    return { name, matches: compile(inner, path === 'pattern' ? name : `${path}.${name}`) };
  });
  return (value) => all.every(({ name, matches }) => matches(isObject(value) ? value[name] : undefined));
};

/**
 * Compiles the patterns of an event source mapping. A record passes when any of them matches, or when there is none.
 *
 * @throws CannotStart of one sentence for an operator that is not known.
 */
export const filterOf = (patterns: readonly string[]): Matches => {
  const any = patterns.map((pattern) => compile(JSON.parse(pattern), 'pattern'));
  return (record) => any.length === 0 || any.some((matches) => matches(record));
};
