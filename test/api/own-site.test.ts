import { expect, it } from 'vitest';
import { pointApp } from '../../functions/api/point.handler.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();

it('a sign-in for no site is told so in the same words at every door of the points', async () => {
  const nobody = callerOf(pointApp(deps, testVerify), { roles: ['point'] });
  const lines = [{ itemId: 'mask', quantity: 1, unit: '盒' }];
  const replies = await Promise.all([
    nobody.post('/point/requests', { recipients: 'post', needBy: '2022-05-13T00:00:00Z', reason: '值守', lines }),
    nobody.get('/point/requests'),
    nobody.get('/point/consignments'),
    nobody.get('/point/waybills/7K2M-Q9XT'),
    nobody.post('/point/waybills/7K2M-Q9XT/receipt', { lines: [{ n: 1, good: 1 }] }),
  ]);
  for (const { status, body } of replies)
    expect([status, body.title, body.detail]).toEqual([
      403,
      'wrong-site',
      '您的账号没有对应的点位。 This sign-in is for no site.',
    ]);
});
