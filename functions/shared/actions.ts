import type { Key } from './keys.ts';
import { Problem } from './problem.ts';
import type { Said } from './reason.ts';
import type { RowType, Stored } from './row.ts';

/**
 * One write of a transaction, as plain data. `refuse` turns a failed condition into the domain's answer from the
 * row as it was then (`undefined`: there was none), which is how "not found" is told from "wrong state".
 */
export interface Action {
  readonly kind: 'put' | 'update' | 'delete' | 'check';
  readonly key: Key;
  readonly row?: Stored;
  /** The row takes the trace of the commit. */
  readonly traced?: boolean;
  readonly condition?: string;
  readonly update?: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly refuse: (was: Record<string, unknown> | undefined) => Error;
}

/** DynamoDB's own bound on a transaction, event and marker included. What a command may take on is derived from it. */
export const MAX_ACTIONS = 100;

type Refuse = Action['refuse'];

const CHANGED: Said = {
  zh: '同一时刻别人也改了这一项；请重新查看后再办。',
  en: 'Somebody else changed this at the same moment. Read it again and repeat.',
};

/** What was read is no longer so: read again and decide again. `retrying` does; a caller sees it as a 409. */
export class Stale extends Problem {
  constructor(detail: string | Said = CHANGED, key?: Key) {
    super(409, 'changed-meanwhile', detail, [], key && { key });
    this.name = 'Stale';
  }
}

const stale =
  (key: Key): Refuse =>
  () =>
    new Stale(undefined, key);

/** A new row; there must be none at its key. */
export const insert = <T>(type: RowType<T>, row: T, refuse: Refuse = stale(type.keyOf(row))): Action => ({
  kind: 'put',
  key: type.keyOf(row),
  row: type.store(row),
  traced: type.traced,
  condition: 'attribute_not_exists(PK)',
  refuse,
});

/** A row in place of the one that was read; its version must not have moved. Returns with version + 1. */
export const replace = <T extends { version: number }>(
  type: RowType<T>,
  row: T,
  refuse: Refuse = stale(type.keyOf(row)),
): Action => ({
  kind: 'put',
  key: type.keyOf(row),
  row: type.store({ ...row, version: row.version + 1 }),
  traced: type.traced,
  condition: '#version = :version',
  names: { '#version': 'version' },
  values: { ':version': row.version },
  refuse,
});

export const remove = (key: Key, refuse: Refuse = stale(key)): Action => ({
  kind: 'delete',
  key,
  condition: 'attribute_exists(PK)',
  refuse,
});

/**
 * Adds to counters of a row that must exist, and sets attributes beside them. No counter may end below zero:
 * conditions have no arithmetic, so what is guarded is itself stored.
 */
export const shift = (
  key: Key,
  deltas: Readonly<Record<string, number>>,
  refuse: Refuse = stale(key),
  set: Readonly<Record<string, unknown>> = {},
): Action => {
  const moved = Object.entries(deltas).filter(([, delta]) => delta !== 0);
  const taken = moved.filter(([, delta]) => delta < 0);
  const given = Object.entries(set);
  return {
    kind: 'update',
    key,
    update: `SET ${[
      ...moved.map(([name]) => `#${name} = #${name} + :${name}`),
      ...given.map(([name]) => `#${name} = :${name}`),
    ].join(', ')}`,
    condition: ['attribute_exists(PK)', ...taken.map(([name]) => `#${name} >= :min_${name}`)].join(' AND '),
    names: Object.fromEntries([...moved, ...given].map(([name]) => [`#${name}`, name])),
    values: {
      ...Object.fromEntries([...moved, ...given].map(([name, value]) => [`:${name}`, value])),
      ...Object.fromEntries(taken.map(([name, delta]) => [`:min_${name}`, -delta])),
    },
    refuse,
  };
};

/** The row must hold exactly this value; nothing is written. */
export const check = (key: Key, name: string, value: unknown, refuse: Refuse = stale(key)): Action => ({
  kind: 'check',
  key,
  condition: '#name = :value',
  names: { '#name': name },
  values: { ':value': value },
  refuse,
});

/** There must be no row at this key; nothing is written. */
export const absent = (key: Key, refuse: Refuse = stale(key)): Action => ({
  kind: 'check',
  key,
  condition: 'attribute_not_exists(PK)',
  refuse,
});
