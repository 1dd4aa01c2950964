import { beforeAll, describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { cancelled, lineRow } from '../../functions/request/line.ts';
import { replace } from '../../functions/shared/actions.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { actor, openCounty, promise } from '../stock/county.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const people = callerOf(staffApp(deps, testVerify), { roles: ['clerk', 'headquarters', 'storekeeper'] });

beforeAll(() => openCounty(deps));

describe('the issue unit of an item', () => {
  it('stays while need is open in it: half a new box would never leave', async () => {
    const paper = { source: 'existing', placeId: 'warehouse', document: 'P-1' };
    const lines = [{ itemId: 'mask', quantity: 150, unit: 'piece' }];
    const { lotId } = (await people.post('/staff/stock-receipts', { ...paper, lines })).body.lines[0];
    const line = await promise(deps, 'req-open', {
      itemId: 'mask',
      tier: 3,
      holds: [{ lotId, placeId: 'warehouse', quantity: 150 }],
    });
    const { county, id, version, ...mask } = (await people.get('/staff/items/mask')).body;
    for (const change of [{ units: { 盒: 40, 箱: 1000 } }, { issueUnit: '箱' }, { units: { 盒: 75 } }]) {
      const reply = await people.put('/staff/items/mask', { ...mask, ...change }, version);
      expect(reply).toMatchObject({ status: 409, body: { title: 'need-open', errors: [{ path: 'issueUnit' }] } });
      expect(reply.body.errors[0].message).toContain('req-open');
    }
    // Another name for the same size, and other units beside it, strand nobody.
    const units = { ...mask.units, 小盒: 50, 托: 20_000 };
    const same = await people.put('/staff/items/mask', { ...mask, units, issueUnit: '小盒' }, version);
    expect(same).toMatchObject({ status: 200, body: { issueUnit: '小盒' } });

    const actions = [replace(lineRow, cancelled(line))];
    await commit(deps, { actor, now: deps.clock.now(), actions, news: [] });
    expect((await people.put('/staff/items/mask', { ...mask, issueUnit: '箱' }, same.body.version)).status).toBe(200);
  });
});
