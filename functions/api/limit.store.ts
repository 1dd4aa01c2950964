import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Deps } from '../shared/deps.ts';
import { limitKey } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { type Limit, limitRow, windowOf } from './limit.ts';

/**
 * Counts somebody without a sign-in, by address, and refuses once there were too many in a window. A counter and no
 * command: it belongs to nobody's books, so it is not written by `commit`, and the table takes it away by its time to live.
 *
 * @throws Problem 429 `too-many`.
 */
export const limited = async (deps: Deps, limit: Limit, address: string): Promise<void> => {
  const { window, endsSecond } = windowOf(limit, deps.clock.now());
  // With the window in it, so that the same address cannot be followed from one to the next.
  const caller = createHash('sha256').update(`${window}\n${address}`).digest('base64url');
  const { name, most } = limit;
  try {
    await deps.dynamo.send(
      new UpdateCommand({
        TableName: deps.table,
        Key: { ...limitKey(name, caller, window) },
        UpdateExpression:
          'SET #type = :type, #v = :v, #name = :name, caller = :caller, #window = :window, #ttl = :ttl ADD #count :one',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
        ExpressionAttributeNames: {
          ...{ '#type': 'type', '#v': 'v', '#name': 'name', '#window': 'window', '#ttl': 'ttl', '#count': 'count' },
        },
        ExpressionAttributeValues: {
          ...{ ':type': limitRow.type, ':v': 1, ':name': name, ':caller': caller },
          ...{ ':window': window, ':ttl': endsSecond, ':one': 1, ':most': most },
        },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new Problem(429, 'too-many', {
      zh: `太频繁了，请过 ${limit.minutes} 分钟再试。`,
      en: `Too often. Try again in ${limit.minutes} minutes.`,
    });
  }
};
