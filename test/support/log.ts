import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Deps } from '../../functions/shared/deps.ts';
import type { StreamRecord } from '../../local/stream/records.ts';
import { streamReader } from '../../local/stream/shards.ts';
import { engineClients } from '../../local/table/table.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** One row before and after it was written, as the engine itself logged it. */
export interface Written {
  readonly sequence: string;
  /** Its key, as one text. */
  readonly key: string;
  /** None: it is new. */
  readonly was?: Raw | undefined;
  /** None: it was taken away. */
  readonly is?: Raw | undefined;
}

/** What one transaction wrote. */
export type Commit = readonly Written[];

/** Reads a table's stream from its first record; each call answers with all that came since the last. */
export const logReader = async (
  { dynamo, table }: Pick<Deps, 'dynamo' | 'table'>,
  endpoint: string,
): Promise<() => Promise<StreamRecord[]>> => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
  const page = await streamReader(engineClients(endpoint).streams, Table?.LatestStreamArn ?? '', undefined);
  return async () => {
    const records: StreamRecord[] = [];
    for (let more = await page(); more.length > 0; more = await page()) records.push(...more);
    return records;
  };
};

type Image = Parameters<typeof unmarshall>[0];

export const writtenIn = ({ sequence, record: { dynamodb } }: StreamRecord): Written => {
  const { Keys, OldImage, NewImage } = dynamodb ?? {};
  // The SDK and Lambda name the same JSON differently.
  const plain = (image: unknown): Raw => unmarshall(image as Image);
  const { PK, SK } = plain(Keys ?? {});
  return {
    sequence,
    key: `${PK} ${SK}`,
    ...(OldImage && { was: plain(OldImage) }),
    ...(NewImage && { is: plain(NewImage) }),
  };
};

export const typeOf = ({ was, is }: Written): string => String((is ?? was)?.['type']);

/** Rows that a command can be about. Each writes one of them before all others; what follows from it may be of others. */
const SUBJECTS: ReadonlySet<string> = new Set([
  ...[
    'head',
    'request',
    'consignment',
    'shortfall',
    'dispatch-paper',
    'emergency-issue',
    'gap',
    'purchase',
    'goods-received',
    'adjustment',
    'wave',
    'donation',
    'import',
    'distribution-plan',
  ],
  ...['item', 'site', 'supplier', 'policy', 'fund'],
  ...['offer', 'price-inspection'],
  ...['sweep-figures', 'reconciliation-round'],
]);

/** The id of the commit, on its news and on its marker. */
const sealOf = (written: Written | undefined): unknown =>
  written !== undefined && ['event', 'once'].includes(typeOf(written)) ? written.is?.['commit'] : undefined;

/** What became of a notice at the webhook: a mark, written by itself. Whoever acknowledges one says so. */
const isPosted = (written: Written): boolean =>
  typeOf(written) === 'notice' &&
  written.was !== undefined &&
  JSON.stringify(written.was['acknowledged']) === JSON.stringify(written.is?.['acknowledged']);

/** What is made public of an item is written by itself, without news. */
const isPublished = (written: Written): boolean => typeOf(written).startsWith('published-');

/** The note of what was given comes with its gift's row. */
const isOfGift = (next: Written, first: Written): boolean =>
  typeOf(first) === 'donation' && typeOf(next) === 'goods-received' && next.is?.['giftId'] === first.is?.['id'];

const belongs = (next: Written, commit: Commit): boolean => {
  const [first, last] = [commit[0], commit.at(-1)];
  if (first === undefined) return true;
  if (isPosted(next) || isPosted(first)) return false;
  if (isPublished(next) || isPublished(first)) return isPublished(next) && isPublished(first);
  if (isOfGift(next, first)) return true;
  const seal = sealOf(last);
  if (seal !== undefined) return sealOf(next) === seal;
  // A marker without news is a command that found done what it was asked for. A division has neither.
  if (sealOf(next) !== undefined) return typeOf(next) === 'event' && typeOf(first) !== 'head';
  // Without news, only a division writes more than one row: two are a command that is not over.
  return !SUBJECTS.has(typeOf(next)) || (commit.length > 1 && typeOf(first) !== 'head');
};

/**
 * The log as its transactions. The engine takes them one after another and logs the rows of each together, in the order
 * of its actions. `commit` puts the row that a command is about first; news and marker, which carry the id of the
 * commit, last. What has no news (a division, a wait, a mark that is cleared) ends where the next subject begins. A cut
 * in the wrong place would not stay unseen: it would leave the books out of balance, or their number other than was sent.
 */
export const commitsOf = (log: readonly Written[]): Commit[] => {
  const commits: Written[][] = [];
  for (const written of log) {
    const commit = commits.at(-1);
    if (commit !== undefined && belongs(written, commit)) commit.push(written);
    else commits.push([written]);
  }
  return commits;
};
