import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, policyRow } from '../../functions/catalogue/policy.ts';
import { openConsignment, openDue, openForSite } from '../../functions/delivery/consignment.store.ts';
import { type Consignment, consignmentRow, gatheringRow } from '../../functions/delivery/consignment.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { waveRow } from '../../functions/delivery/wave.ts';
import { insert, replace } from '../../functions/shared/actions.ts';
import { MAX_QUANTITY } from '../../functions/shared/quantity.ts';
import { everyIndexed, get, ofType } from '../../functions/shared/table.store.ts';
import { useTable } from '../support/table.ts';
import { anew, COUNTY, countyOn, keys, storekeeper } from './county.ts';

const deps = useTable();
const county = countyOn(deps);

const to = async (siteId: string): Promise<Consignment[]> =>
  ofType(consignmentRow, await everyIndexed(deps, { index: 'GSI2', at: keys.party(siteId), beginsWith: 'CON#' }));
const village = async (siteId: string, tier: 1 | 3 = 3) => {
  await county.site(siteId);
  await county.need({ requestId: `req-${siteId}`, siteId, tier, approved: 10, planned: { a: 10 } });
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
  await county.item('mask');
  await county.shelf('a', 10_000);
});

describe('a consignment opens', () => {
  it('at once for front-line goods, and only once however often it is asked for', async () => {
    await village('post', 1);
    await Promise.all([1, 2, 3].map(() => openForSite(deps, COUNTY, 'post')));
    await openForSite(deps, COUNTY, 'post');
    const [consignment, ...more] = await to('post');
    expect(more).toEqual([]);
    expect(consignment).toMatchObject({ status: 'planned', fromId: 'store', tier: 1, attempt: 1, start: deps.time });
    // The policy gives an hour to start picking for the front line.
    expect(consignment?.dueAt).toBe('2022-05-12T02:00:00.000Z');
  });

  it('for a line that a stream record names, even while the index does not know it yet', async () => {
    await county.site('ahead');
    await county.need({ requestId: 'req-ahead', siteId: 'ahead', tier: 1, approved: 10, planned: { a: 10 } });
    const line = await county.lineAt('req-ahead');
    const stale = { ...deps, dynamo: indexless(deps.dynamo) };
    await openForSite(stale, COUNTY, 'ahead');
    expect(await to('ahead')).toEqual([]);
    await openForSite(stale, COUNTY, 'ahead', [keys.requestLine(line.requestId, line.n)]);
    expect(await to('ahead')).toHaveLength(1);
  });

  it('not for goods that are taken along by the one before, at the same moment', async () => {
    await village('swift', 1);
    await openForSite(deps, COUNTY, 'swift');
    const [first] = await to('swift');
    const pick = () => startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), first?.id ?? '');
    await openForSite({ ...deps, dynamo: overtaken(deps.dynamo, pick) }, COUNTY, 'swift');
    expect((await to('swift')).map(({ status }) => status)).toEqual(['picking']);
  });

  it('not at once for residents', async () => {
    await village('quiet');
    await openForSite(deps, COUNTY, 'quiet');
    expect(await to('quiet')).toEqual([]);
  });

  it('where a storekeeper asks for it; where one gathers, that is the answer', async () => {
    await village('asked');
    const route = { fromId: 'store', toId: 'asked' };
    const replies = await Promise.all([1, 2].map(() => openConsignment(deps, storekeeper, route, anew())));
    expect(replies.map(({ opened }) => opened).sort()).toEqual([false, true]);
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1);
    expect(await to('asked')).toHaveLength(1);
  });

  it('between two known places only', async () => {
    const open = (fromId: string, toId: string) => openConsignment(deps, storekeeper, { fromId, toId }, anew());
    await expect(open('store', 'nowhere')).rejects.toMatchObject({ status: 404, code: 'unknown-site' });
    await expect(open('nowhere', 'quiet')).rejects.toMatchObject({ status: 404, code: 'unknown-site' });
    await expect(open('store', 'store')).rejects.toMatchObject({ status: 422, code: 'same-place' });
  });
});

describe('a consignment that gathers for residents', () => {
  it('is hastened when front-line goods join it, and its machine is told of the sooner deadline', async () => {
    await village('joined');
    const { id } = await openConsignment(deps, storekeeper, { fromId: 'store', toId: 'joined' }, anew());
    const slow = (await to('joined'))[0] ?? expect.fail();
    expect(slow).toMatchObject({ tier: 3, dueAt: '2022-05-12T09:00:00.000Z' });
    const wait = { token: 'token', status: 'planned', execution: `${id}-1`, round: 1 };
    await county.write(replace(consignmentRow, { ...slow, wait }));

    await county.need({ requestId: 'req-urgent', siteId: 'joined', tier: 1, approved: 10, planned: { a: 10 } });
    await openForSite(deps, COUNTY, 'joined');
    const [quick, ...more] = await to('joined');
    expect(more).toEqual([]);
    expect(quick).toMatchObject({ id, tier: 1, dueAt: '2022-05-12T02:00:00.000Z', resume: { token: 'token' } });
    expect(quick?.wait).toBeUndefined();
  });
});

describe('the sweep', () => {
  const WAVE = '2022-05-12T06:00:00.000Z';

  it('opens front-line goods always, and all others at a wave, once', async () => {
    await openDue(deps, COUNTY);
    await village('hill');
    await village('gate', 1);
    await openDue(deps, COUNTY);
    expect([(await to('hill')).length, (await to('gate')).length]).toEqual([0, 1]);

    deps.time = WAVE;
    await openDue(deps, COUNTY);
    const [opened] = await to('hill');
    expect(opened).toMatchObject({ status: 'planned', tier: 3 });

    // Called off by hand within the wave: the next wave opens the next one, not the next sweep.
    await cancelConsignment(deps, storekeeper, anew(), opened?.id ?? '', 'No driver');
    deps.time = '2022-05-12T06:01:00.000Z';
    await openDue(deps, COUNTY);
    expect((await to('hill')).map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('catches up with a wave that it missed, also when it was down for days', async () => {
    deps.time = '2022-05-14T03:00:00.000Z';
    await openDue(deps, COUNTY);
    expect((await to('hill')).map(({ status }) => status).sort()).toEqual(['cancelled', 'planned']);
    expect((await get(deps, waveRow, keys.wave()))?.opened).toBe('2022-05-13T23:00:00.000Z');
  });

  it('does not call a wave done while one of its consignments could not be opened', async () => {
    await village('unlucky');
    deps.time = '2022-05-14T06:00:00.000Z';
    const failed: unknown[] = [];
    const log = { ...deps.log, error: (code: string) => failed.push(code) };
    await openDue(
      {
        ...deps,
        log,
        ids: {
          ...deps.ids,
          next: () => {
            throw new Error('No ids');
          },
        },
      },
      COUNTY,
    );
    expect(failed).toEqual(['CON-OPEN']);
    expect(await to('unlucky')).toEqual([]);
    await openDue(deps, COUNTY);
    expect(await to('unlucky')).toHaveLength(1);
  });

  it('goes by the waves that headquarters has set since', async () => {
    await village('later');
    deps.time = '2022-05-14T07:00:00.000Z';
    await openDue(deps, COUNTY);
    expect(await to('later')).toEqual([]);
    const delivery = { ...DEFAULT_POLICY.delivery, waves: ['15:00'] };
    await county.write(insert(policyRow, { ...DEFAULT_POLICY, delivery, county: COUNTY, version: 1 }));
    await openDue(deps, COUNTY);
    expect(await to('later')).toHaveLength(1);
  });

  it('opens for all others when a need line cannot be read, calls the wave done, and fails so that it is seen', async () => {
    await village('torn');
    await village('whole');
    const damaged = keys.requestLine('req-torn', 1);
    const set = (approved: number) =>
      deps.dynamo.send(
        new UpdateCommand({
          ...{ TableName: deps.table, Key: { ...damaged }, UpdateExpression: 'SET approved = :approved' },
          ExpressionAttributeValues: { ':approved': approved },
        }),
      );
    await set(MAX_QUANTITY + 1);
    deps.time = '2022-05-15T07:00:00.000Z';
    const said: unknown[] = [];
    const log = { ...deps.log, error: (...line: unknown[]) => said.push(line) };
    await expect(openDue({ ...deps, log }, COUNTY)).rejects.toThrow('1 rows of 632323 cannot be read');
    expect(said).toEqual([['ROW-UNREADABLE', expect.anything(), damaged]]);
    expect([(await to('torn')).length, (await to('whole')).length]).toEqual([0, 1]);
    expect((await get(deps, waveRow, keys.wave()))?.opened).toBe(deps.time);
    await set(10);
  });
});

describe('a consignment called off while it gathers', () => {
  it('leaves the way free for the next one', async () => {
    await village('again');
    const route = { fromId: 'store', toId: 'again' };
    const first = await openConsignment(deps, storekeeper, route, anew());
    await cancelConsignment(deps, storekeeper, anew(), first.id, 'Wrong place');
    expect(await get(deps, gatheringRow, keys.gathering('store', 'again'))).toBeUndefined();
    const second = await openConsignment(deps, storekeeper, route, anew());
    expect(second.opened && second.id !== first.id).toBe(true);
    await expect(cancelConsignment(deps, storekeeper, anew(), first.id, 'Again')).rejects.toMatchObject({
      ...{ status: 409, code: 'wrong-status' },
    });
  });
});

/** The same table with its indexes fallen behind: they answer as if nothing had been written. */
const indexless = (dynamo: typeof deps.dynamo): typeof deps.dynamo =>
  new Proxy(dynamo, {
    get: (target, name) =>
      name === 'send'
        ? (command: { input: { IndexName?: string } }) =>
            command.input.IndexName === undefined ? target.send(command as never) : Promise.resolve({ Items: [] })
        : Reflect.get(target, name),
  });

/** The same table, where somebody else is done just before the gathering consignment of a route is read. */
const overtaken = (dynamo: typeof deps.dynamo, by: () => Promise<unknown>): typeof deps.dynamo => {
  let isOver = false;
  return new Proxy(dynamo, {
    get: (target, name) =>
      name === 'send'
        ? async (command: { input: unknown }) => {
            if (!isOver && JSON.stringify(command.input).includes('GATHERING')) {
              isOver = true;
              await by();
            }
            return target.send(command as never);
          }
        : Reflect.get(target, name),
  });
};
