import { describe, expect, it } from 'vitest';
import { subscription } from '../../local/stream/mapping.ts';
import { mapping } from './rows.ts';

describe('an event source mapping at boot', () => {
  const refused = (more: object) => () =>
    subscription('wake', mapping('arn:stream', '{"eventName":["INSERT"]}', more), async () => {});
  const filter = (pattern: object) => ({ FilterCriteria: { Filters: [{ Pattern: JSON.stringify(pattern) }] } });

  it.each([
    ['a starting position that would lose records', { StartingPosition: 'LATEST' }, /StartingPosition/],
    ['unbounded retries', { MaximumRetryAttempts: -1 }, /MaximumRetryAttempts/],
    ['no place for failures', { DestinationConfig: undefined }, /DestinationConfig/],
    ['several readers of a shard', { ParallelizationFactor: 2 }, /ParallelizationFactor/],
    ['a window of its own', { TumblingWindowInSeconds: 5 }, /TumblingWindowInSeconds/],
    ['an unknown operator', filter({ eventName: [{ 'anything-but': ['REMOVE'] }] }), /eventName has .*anything-but/],
    ['an "or" within a pattern', filter({ $or: [{ eventName: ['INSERT'] }] }), /\$or/],
  ])('refuses %s', (_, more, message) => {
    expect(refused(more)).toThrow(message);
  });
});
