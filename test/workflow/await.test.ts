import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/approval/approval.store.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { awaitMove } from '../../functions/workflow/await.store.ts';
import { sendResume } from '../../functions/workflow/duties.store.ts';
import type { Progress } from '../../functions/workflow/progress.ts';
import { killedAnywhere } from '../support/crash.ts';
import { useMachines } from '../support/machines.ts';
import { aLine, anew, approver, aRequest, COUNTY, furnish, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, answers, over } = useMachines();
const deps = () => ({ ...table, clock: table.clock, workflows });
const at = (id: string, change: Partial<Progress> = {}): Progress => ({
  kind: 'request',
  county: COUNTY,
  id,
  attempt: 1,
  round: 0,
  status: 'submitted',
  secondsLeft: 1800,
  ...change,
});
const begin = (id: string, token: string, change: Partial<Progress> = {}) => ({
  progress: at(id, change),
  token,
  execution: `${id}-${change.attempt ?? 1}`,
});
const waiting = async (change = {}) => {
  const id = table.ids.next('req');
  await put(table, requestRow, aRequest({ id, level: 'supply-group', ...change }));
  await put(table, lineRow, aLine({ requestId: id }));
  return id;
};
const rowOf = async (id: string) => (await stored(table, id)).request;

describe('a machine that begins to wait', () => {
  it('leaves its token on the row', async () => {
    const id = await waiting();
    expect(await awaitMove(deps(), begin(id, 't1'))).toBe('waiting');
    expect((await rowOf(id)).wait).toEqual({ token: 't1', status: 'submitted', execution: `${id}-1`, round: 1 });
    expect(answers.size).toBe(0);
  });

  it('goes on at once where the row has moved already', async () => {
    const id = await waiting({ status: 'approved', dueAt: table.time });
    expect(await awaitMove(deps(), begin(id, 't1'))).toBe('sent');
    expect(answers.get('t1')).toEqual(at(id, { status: 'approved', round: 1, secondsLeft: 1 }));
    expect((await rowOf(id)).wait).toBeUndefined();
  });

  it('goes on at once where nobody is waited for any more, as the machine knows', async () => {
    const id = await waiting({ status: 'closed', dueAt: table.time });
    expect(await awaitMove(deps(), begin(id, 't1', { status: 'closed', round: 3 }))).toBe('sent');
    expect(answers.get('t1')).toMatchObject({ status: 'closed', round: 4 });
    expect((await rowOf(id)).wait).toBeUndefined();
  });

  it('ends at once where another execution has taken over', async () => {
    const id = await waiting({ attempt: 2 });
    await awaitMove(deps(), begin(id, 't1'));
    expect(answers.get('t1')).toMatchObject({ status: 'superseded' });
    expect((await rowOf(id)).wait).toBeUndefined();
  });

  it('is not disturbed by a second delivery of the same token', async () => {
    const id = await waiting();
    await awaitMove(deps(), begin(id, 't1'));
    const { version } = await rowOf(id);
    expect(await awaitMove(deps(), begin(id, 't1'))).toBe('waiting');
    expect((await rowOf(id)).version).toBe(version);
  });

  it('takes the place of a wait that timed out', async () => {
    const id = await waiting();
    await awaitMove(deps(), begin(id, 't1'));
    await awaitMove(deps(), begin(id, 't2', { round: 1 }));
    expect((await rowOf(id)).wait).toMatchObject({ token: 't2', round: 2 });
  });

  it('is not displaced by a late second delivery of an earlier wait', async () => {
    const id = await waiting();
    await awaitMove(deps(), begin(id, 't1'));
    await awaitMove(deps(), begin(id, 't2', { round: 1 }));
    await awaitMove(deps(), begin(id, 't1'));
    expect((await rowOf(id)).wait).toMatchObject({ token: 't2' });
  });

  it('drops the resume of the wait before, which it is past', async () => {
    const id = await waiting({ status: 'approved', resume: { token: 't1', round: 1, since: table.time } });
    await awaitMove(deps(), begin(id, 't2', { round: 1, status: 'approved' }));
    const row = await rowOf(id);
    expect([row.resume, row.wait?.token]).toEqual([undefined, 't2']);
  });

  it('settles a token that nobody waits with any more', async () => {
    const id = await waiting({ status: 'approved' });
    over.set('t1', 'TaskTimedOut');
    expect(await awaitMove(deps(), begin(id, 't1'))).toBe('settled');
  });

  it('fails for good where there is no such row', async () => {
    await expect(awaitMove(deps(), begin('req_none', 't1'))).rejects.toMatchObject({ name: 'Problem' });
  });

  it('is told of a decision that comes at the same moment, one way or the other', async () => {
    await furnish(table);
    for (let i = 0; i < 10; i += 1) {
      const id = await waiting();
      const token = `race-${i}`;
      await Promise.all([
        awaitMove(deps(), begin(id, token)),
        decide(table, approver, anew('approver-1'), id, { outcome: 'approved' }),
      ]);
      await sendResume(deps(), { kind: 'request', county: COUNTY, id });
      expect(answers.get(token)).toMatchObject({ status: 'approved', round: 1 });
      const row = await rowOf(id);
      expect([row.wait, row.resume]).toEqual([undefined, undefined]);
    }
  });

  it('leaves its token wherever its process is killed', async () => {
    const kills = await killedAnywhere(
      deps(),
      () => waiting(),
      (alive, id) => awaitMove(alive, begin(id, `t-${id}`)),
      async (id) => expect((await rowOf(id)).wait?.token).toBe(`t-${id}`),
    );
    expect(kills).toBeGreaterThan(2);
  });
});
