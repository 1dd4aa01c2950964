import { z } from 'zod';
import type { Key } from './keys.ts';

/** What a row looks like in the table: its key, its index attributes, its type and its schema version. */
export type Stored = Record<string, unknown> & Key;

interface IndexKeys {
  readonly GSI1PK?: string;
  readonly GSI1SK?: string;
  readonly GSI2PK?: string;
  readonly GSI2SK?: string;
  /** Seconds since 1970, for DynamoDB's time to live. */
  readonly ttl?: number;
}

/** What `commit()` writes on rows that say by which commit, and on behalf of which request, they came to be as they are. */
export const trace = { commit: z.string().optional(), correlation: z.string().optional() };

export interface RowType<T> {
  readonly type: string;
  /** Its rows carry a `trace`, which the schema then knows. */
  readonly traced: boolean;
  /** Reads a stored row of any version; throws when it is not of this type or cannot be understood. */
  parse(stored: Record<string, unknown>): T;
  /** As it goes into the table; throws when it could not be read again. */
  store(row: T): Stored;
  keyOf(row: T): Key;
}

/**
 * Defines one kind of row. `upcasts[n]` turns version n into n + 1; frozen fixtures of every version are tests.
 * Schemas are tolerant: an attribute that a newer release added is passed over, never an error.
 */
export const defineRow = <S extends z.ZodObject>(definition: {
  readonly type: string;
  readonly v: number;
  readonly traced?: boolean;
  readonly schema: S;
  readonly keys: (row: z.infer<S>) => Key & IndexKeys;
  readonly upcasts?: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>>;
}): RowType<z.infer<S>> => ({
  type: definition.type,
  traced: definition.traced ?? false,
  parse: (stored) => {
    if (stored['type'] !== definition.type)
      throw new Error(`Row ${String(stored['PK'])} is of type ${String(stored['type'])}, not ${definition.type}`);
    let row = stored;
    for (let v = Number(stored['v']); v < definition.v; v += 1) {
      const upcast = definition.upcasts?.[v];
      if (upcast === undefined) throw new Error(`No way from version ${v} of ${definition.type} to ${v + 1}`);
      row = upcast(row);
    }
    return definition.schema.parse(row);
  },
  store: (row) => {
    const { success, error } = definition.schema.safeParse(row);
    // Once committed it would stop everybody who meets it; refused here, it stops one command, which changes nothing.
    if (!success)
      throw new Error(`No ${definition.type} may look like this: ${z.prettifyError(error)}`, { cause: error });
    return { ...row, ...definition.keys(row), type: definition.type, v: definition.v };
  },
  keyOf: (row) => {
    const { PK, SK } = definition.keys(row);
    return { PK, SK };
  },
});
