import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { Stale } from '../../functions/shared/actions.ts';
import { seeded } from '../../local/faults/faults.ts';
import { runs, seed } from '../support/random.ts';
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

describe('allocators that race', () => {
  it('promise nothing twice, whatever else happens meanwhile, and settle on the one answer', async () => {
    for (let history = 0; history < runs(2); history += 1) {
      const masks = countyOf(deps, `masks-race-${history}`);
      const random = seeded(seed + history);
      const upTo = (n: number) => Math.floor(random() * n);
      await masks.item({ reserve: upTo(40) });
      const lots = Array.from({ length: 4 }, (_, i) => `lot${i}`);
      for (const [i, lot] of lots.entries())
        await masks.lot(lot, 20 + upTo(80), {
          ...(i % 2 === 0 && { useBy: '2022-05-20' }),
          ...(i === 3 && { designation: { to: 'sites', siteIds: ['site1', 'site2'] } as const }),
        });
      const asked: string[] = [];
      const act = async (): Promise<unknown> => {
        const some = asked[upTo(asked.length)];
        switch (upTo(some === undefined ? 1 : 6)) {
          case 1:
            return masks.cancel(some ?? '');
          case 2:
            return masks.pick(some ?? '', `con_${upTo(1e6)}`);
          case 3:
            return masks.adjust(lots[upTo(4)] ?? '', upTo(30) - 12);
          default:
            return asked.push(
              await masks.need({
                siteId: `site${upTo(6)}`,
                tier: (1 + upTo(3)) as Tier,
                quantity: 1 + upTo(30),
              }),
            );
        }
      };
      const oddities: unknown[] = [];
      /** Losing a race, and asking for what can no longer be had, are answers like any other. */
      const quietly = (did: Promise<unknown>) =>
        did.catch((error: Error) => {
          if (!(error instanceof Stale) && error.name !== 'AssertionError') oddities.push(error);
        });
      for (let step = 0; step < 5; step += 1)
        await Promise.all([
          ...Array.from({ length: 4 }, () => quietly(act())),
          ...Array.from({ length: 4 }, () => quietly(masks.divide())),
        ]);
      expect(oddities).toEqual([]);
      expect(await masks.sound()).toEqual([]);
      await masks.divide();
      expect(await masks.unsettled()).toEqual([]);
      expect(await masks.sound()).toEqual([]);
      expect((await masks.divide()).changed).toBe(false);
    }
  });
});
