import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../shared/actor.ts';
import { type FieldError, fault } from '../shared/problem.ts';

/**
 * What of a change only headquarters may make, because it decides who comes first, what the norm is or what is approved
 * at once; of a new row, which decides all of that, its id. Nothing, for headquarters itself. Who first writes what feeds
 * tier, norm or limit could ask for as much as he likes afterwards.
 */
export const headquartersOnly = <T>(
  { roles }: Actor,
  ruled: (row: T) => Readonly<Record<string, unknown>>,
  next: T,
  before: T | undefined,
): FieldError[] => {
  if (roles.includes('headquarters')) return [];
  if (before === undefined) return [fault('id', { zh: '只有指挥部可以新增。', en: 'Only headquarters adds this.' })];
  const was = ruled(before);
  return Object.entries(ruled(next))
    .filter(([field, value]) => !isDeepStrictEqual(value, was[field]))
    .map(([path]) => fault(path, { zh: '只有指挥部可以改这一项。', en: 'Only headquarters changes this.' }));
};
