import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { useTable } from '../support/table.ts';
import { COUNTY, countyOf } from './county.ts';

const deps = useTable();

/** A client whose nth transaction from now on fails: before it is sent, or with its reply lost. */
const failing = (nth: number, reply: 'never sent' | 'reply lost') => {
  let sent = 0;
  return new Proxy(deps.dynamo, {
    get: (client, name) =>
      name !== 'send'
        ? Reflect.get(client, name)
        : async (command: TransactWriteCommand) => {
            if (!(command instanceof TransactWriteCommand)) return client.send(command);
            sent += 1;
            if (sent === nth && reply === 'never sent') throw new Error('Killed');
            const answer = await client.send(command);
            if (sent === nth) throw new Error('Killed');
            return answer;
          },
  });
};

describe('a division that takes many transactions', () => {
  it('is sound at every one of them, front line first, and finishes where it was broken off', async () => {
    const masks = countyOf(deps, 'masks-long');
    await masks.item();
    for (const lot of ['a', 'b', 'c']) await masks.lot(lot, 80);
    await Promise.all(Array.from({ length: 120 }, (_, i) => masks.need({ siteId: `v${i}`, tier: 3, quantity: 2 })));
    await masks.divide();
    expect(await masks.promised(3)).toBe(240);
    for (const siteId of ['post1', 'post2', 'post3']) await masks.need({ siteId, tier: 1, quantity: 70 });
    const head = async () => Number((await masks.rows()).find(({ SK }) => SK === 'HEAD')?.['division']);
    for (let nth = 1; ; nth += 1) {
      expect(nth, 'transactions').toBeLessThan(20);
      const before = await head();
      const flaky = { ...deps, dynamo: failing(2, nth % 2 === 0 ? 'never sent' : 'reply lost') };
      const outcome = await divide(flaky, COUNTY, 'masks-long').catch((error: Error) => error.message);
      expect(await masks.sound()).toEqual([]);
      // What a village gave up, a post has: nothing lies idle between two transactions.
      expect((await masks.promised(1)) + (await masks.promised(3))).toBe(240);
      if (outcome !== 'Killed') break;
      expect(await head()).toBeGreaterThan(before);
    }
    expect(await masks.promised(1)).toBe(210);
    expect(await masks.unsettled()).toEqual([]);
  });
});
