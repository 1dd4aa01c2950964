import {
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Deps } from './deps.ts';
import type { Key } from './keys.ts';
import { Problem } from './problem.ts';
import { backOff } from './retrying.ts';
import type { RowType } from './row.ts';

type Raw = Record<string, unknown>;

/** A page of rows and, when there are more, the cursor that asks for the next. */
export interface Page<T> {
  readonly rows: T[];
  readonly cursor?: string | undefined;
}

/** Reads one row strongly; `undefined` when there is none. */
export const get = async <T>(deps: Deps, type: RowType<T>, key: Key): Promise<T | undefined> => {
  const { Item } = await deps.dynamo.send(
    new GetCommand({ TableName: deps.table, Key: { ...key }, ConsistentRead: true }),
  );
  return Item && type.parse(Item);
};

const rawAll = async (deps: Deps, keys: readonly Key[]): Promise<Raw[]> => {
  const found = new Map<string, Raw>();
  const unique = [...new Map(keys.map((key) => [`${key.PK} ${key.SK}`, { PK: key.PK, SK: key.SK }])).values()];
  // DynamoDB's own bound on a batch.
  for (let at = 0; at < unique.length; at += 100) {
    let wanted: Raw[] = unique.slice(at, at + 100);
    for (let attempt = 1; wanted.length > 0; attempt += 1) {
      if (attempt > 1) await backOff(attempt);
      if (attempt > 10) throw new Error(`The table kept back ${wanted.length} rows of a batch`);
      const reply = await deps.dynamo.send(
        new BatchGetCommand({ RequestItems: { [deps.table]: { Keys: wanted, ConsistentRead: true } } }),
      );
      for (const item of reply.Responses?.[deps.table] ?? []) found.set(`${item['PK']} ${item['SK']}`, item);
      wanted = reply.UnprocessedKeys?.[deps.table]?.Keys ?? [];
    }
  }
  return keys.map((key) => found.get(`${key.PK} ${key.SK}`)).filter((row) => row !== undefined);
};

/** Reads rows strongly by key, in the order asked for; the missing are left out. */
export const getAll = async <T>(deps: Deps, type: RowType<T>, keys: readonly Key[]): Promise<T[]> =>
  (await rawAll(deps, keys)).map((row) => type.parse(row));

const everyPage = async (deps: Deps, input: Omit<QueryCommandInput, 'TableName'>): Promise<Raw[]> => {
  const rows: Raw[] = [];
  let from: Raw | undefined;
  do {
    const reply = await deps.dynamo.send(
      new QueryCommand({ TableName: deps.table, ...input, ...(from && { ExclusiveStartKey: from }) }),
    );
    rows.push(...(reply.Items ?? []));
    from = reply.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
};

/** Reads a partition strongly, whole or where the sort key begins so. The rows are of several types: parse by `type`. */
export const partition = (deps: Deps, PK: string, beginsWith = ''): Promise<Raw[]> =>
  everyPage(deps, {
    ConsistentRead: true,
    KeyConditionExpression: beginsWith === '' ? 'PK = :pk' : 'PK = :pk AND begins_with(SK, :sk)',
    ExpressionAttributeValues: { ':pk': PK, ...(beginsWith !== '' && { ':sk': beginsWith }) },
  });

/** The last rows of a partition whose sort key begins so, newest first where the key grows with time. */
export const newest = async (deps: Deps, PK: string, beginsWith: string, limit: number): Promise<Raw[]> => {
  const { Items } = await deps.dynamo.send(
    new QueryCommand({
      TableName: deps.table,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': PK, ':sk': beginsWith },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items ?? [];
};

/** One page of a partition whose sort key begins so, strongly, in its order or the newest first. */
export const partitionPage = async (
  deps: Deps,
  PK: string,
  beginsWith: string,
  { limit, cursor, newestFirst = false }: PageQuery,
): Promise<Page<Raw>> =>
  pageOf(
    await deps.dynamo.send(
      new QueryCommand({
        TableName: deps.table,
        ConsistentRead: true,
        KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
        ExpressionAttributeValues: { ':pk': PK, ':sk': beginsWith },
        Limit: limit,
        ScanIndexForward: !newestFirst,
        ...(cursor !== undefined && { ExclusiveStartKey: cursorKey(cursor, '', { at: PK, beginsWith }) }),
      }),
    ),
  );

/** The rows of one type among several. */
export const ofType = <T>(type: RowType<T>, rows: readonly Raw[]): T[] =>
  rows.filter((row) => row['type'] === type.type).map((row) => type.parse(row));

/** Reads what can be read, and remembers what cannot. */
export interface Patient {
  readonly getAll: <T>(type: RowType<T>, keys: readonly Key[]) => Promise<T[]>;
  readonly ofType: <T>(type: RowType<T>, rows: readonly Raw[]) => T[];
  /** Each once, as it stands in the table. */
  readonly unreadable: () => readonly Raw[];
}

/**
 * `getAll` and `ofType` for whoever looks after many, of whom one whose row cannot be read must not stop the others:
 * such a row is logged and left out. Whoever uses this also says in the end that something was left out.
 */
export const patient = (deps: Deps): Patient => {
  const unreadable = new Map<string, Raw>();
  const read = <T>(type: RowType<T>, row: Raw): T[] => {
    try {
      return [type.parse(row)];
    } catch (error) {
      const { PK, SK } = row;
      if (!unreadable.has(`${PK} ${SK}`)) deps.log.error('ROW-UNREADABLE', error, { PK, SK });
      unreadable.set(`${PK} ${SK}`, row);
      return [];
    }
  };
  return {
    getAll: async (type, keys) => (await rawAll(deps, keys)).flatMap((row) => read(type, row)),
    ofType: (type, rows) => rows.filter((row) => row['type'] === type.type).flatMap((row) => read(type, row)),
    unreadable: () => [...unreadable.values()],
  };
};

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly newestFirst?: boolean;
}

const pageOf = ({ Items, LastEvaluatedKey }: QueryCommandOutput): Page<Raw> => ({
  rows: Items ?? [],
  ...(LastEvaluatedKey && { cursor: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString('base64url') }),
});

interface IndexQuery {
  readonly index: 'GSI1' | 'GSI2';
  readonly at: string;
  readonly beginsWith?: string;
  /** Sort keys up to and including this one. */
  readonly upTo?: string;
  /** With `upTo`: sort keys from this one on. */
  readonly from?: string;
}

const indexInput = ({ index, at, beginsWith, upTo, from }: IndexQuery) => ({
  IndexName: index,
  KeyConditionExpression: [
    `${index}PK = :pk`,
    ...(beginsWith === undefined ? [] : [`begins_with(${index}SK, :sk)`]),
    ...(upTo === undefined ? [] : [from === undefined ? `${index}SK <= :to` : `${index}SK BETWEEN :from AND :to`]),
  ].join(' AND '),
  ExpressionAttributeValues: {
    ':pk': at,
    ...(beginsWith !== undefined && { ':sk': beginsWith }),
    ...(upTo !== undefined && { ':to': upTo }),
    ...(from !== undefined && { ':from': from }),
  },
});

/** Everything at one place of an index. An index lags behind its table: re-read by key what a decision rests on. */
export const everyIndexed = (deps: Deps, query: IndexQuery): Promise<Raw[]> => everyPage(deps, indexInput(query));

/** One page of an index, for lists that people read. */
export const indexPage = async (deps: Deps, query: IndexQuery & PageQuery): Promise<Page<Raw>> =>
  pageOf(
    await deps.dynamo.send(
      new QueryCommand({
        TableName: deps.table,
        ...indexInput(query),
        Limit: query.limit,
        ScanIndexForward: query.newestFirst !== true,
        ...(query.cursor !== undefined && { ExclusiveStartKey: cursorKey(query.cursor, query.index, query) }),
      }),
    ),
  );

/** DynamoDB's bounds on a key, in bytes. */
const keyPart = (most: number) => z.string().refine((part) => part !== '' && Buffer.byteLength(part) <= most);
const partitionPart = keyPart(2048);
const sortPart = keyPart(1024);

/**
 * A cursor is a key of the index (`''`: of the table), whole and nothing but: DynamoDB fails on any other. One that
 * points outside of what is asked for is refused, county included.
 */
const cursorKey = (cursor: string, index: IndexQuery['index'] | '', query: Omit<IndexQuery, 'index'>): Raw => {
  const { at, beginsWith = '', upTo } = query;
  const key = z.strictObject({
    PK: partitionPart,
    SK: sortPart,
    [`${index}PK`]: z.literal(at),
    [`${index}SK`]: sortPart.refine((part) => part.startsWith(beginsWith) && (upTo === undefined || part <= upTo)),
  });
  const found = key.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()));
  if (!found.success) throw badCursor();
  return found.data;
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

/** A cursor that another list gave out, or nobody. */
export const badCursor = (): Problem =>
  new Problem(400, 'bad-cursor', {
    zh: '翻页标记不是这份列表的，请从头再查。',
    en: 'This cursor was not given out for this list.',
  });

/** Several queues, to be read one after the other: their names, and where in the index each of them is. */
interface Queues {
  readonly names: readonly string[];
  readonly at: (name: string) => string;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of the queues. Its cursor says in which of them the next page begins, and where in it. */
export const queuesPage = async (deps: Deps, { names, at, limit, cursor }: Queues): Promise<Page<Raw>> => {
  const [first, inside] = cursor === undefined ? [0, ''] : queueCursor(cursor, names);
  const rows: Raw[] = [];
  for (const [n, name] of names.entries()) {
    if (n < first) continue;
    const page = await indexPage(deps, {
      ...{ index: 'GSI1', at: at(name), limit: limit - rows.length },
      cursor: n === first && inside !== '' ? inside : undefined,
    });
    rows.push(...page.rows);
    if (page.cursor !== undefined) return { rows, cursor: `${name}.${page.cursor}` };
    const next = names[n + 1];
    if (rows.length === limit && next !== undefined) return { rows, cursor: `${next}.` };
  }
  return { rows };
};

const queueCursor = (cursor: string, names: readonly string[]): readonly [number, string] => {
  const [name = '', inside, ...more] = cursor.split('.');
  const first = names.indexOf(name);
  if (first < 0 || inside === undefined || more.length > 0) throw badCursor();
  return [first, inside];
};
