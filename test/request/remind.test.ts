import { describe, expect, it } from 'vitest';
import { lineRow } from '../../functions/request/line.ts';
import { remind } from '../../functions/request/remind.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { MAX_ROUNDS, type Progress } from '../../functions/workflow/progress.ts';
import { killedAnywhere } from '../support/crash.ts';
import { aLine, aRequest, COUNTY, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const progressOf = (id: string, change: Partial<Progress> = {}): Progress => ({
  kind: 'request',
  county: COUNTY,
  id,
  attempt: 1,
  round: 4,
  status: 'approved',
  secondsLeft: 1,
  ...change,
});
const overdue = async (change = {}, line = {}) => {
  const id = deps.ids.next('req');
  await put(
    deps,
    requestRow,
    aRequest({
      id,
      status: 'approved',
      dueAt: plusMinutes(deps.time, -1),
      wait: { token: 't', status: 'approved', execution: `${id}-1`, round: 5 },
      ...change,
    }),
  );
  await put(deps, lineRow, aLine({ requestId: id, status: 'open', approved: 300, received: 100, ...line }));
  return id;
};

describe('when goods are outstanding at the need-by', () => {
  it('says so with what is outstanding, and sets the next deadline', async () => {
    const id = await overdue();
    const next = await remind(deps, progressOf(id));
    // 60 minutes to leave and 240 to arrive and be confirmed.
    expect(next).toEqual(progressOf(id, { round: 5, secondsLeft: 300 * 60 }));
    const { request, events } = await stored(deps, id);
    expect(request).toMatchObject({ dueAt: plusMinutes(deps.time, 300), reminders: 1, status: 'approved' });
    expect(request.wait).toBeUndefined();
    expect(events).toEqual(['NeedOverdue']);
  });

  it('reminds once however often the task is repeated, and wherever it is killed', async () => {
    const kills = await killedAnywhere(
      deps,
      () => overdue(),
      (alive, id) => remind(alive, progressOf(id)),
      async (id) => expect((await stored(deps, id)).events).toEqual(['NeedOverdue']),
    );
    expect(kills).toBeGreaterThan(6);
  });

  it('changes nothing before the deadline', async () => {
    const id = await overdue({ dueAt: plusMinutes(deps.time, 1) });
    expect(await remind(deps, progressOf(id))).toMatchObject({ status: 'approved', secondsLeft: 60 });
    expect((await stored(deps, id)).events).toEqual([]);
  });

  it('changes nothing once the request has moved on', async () => {
    const id = await overdue({ status: 'cancelled' });
    expect(await remind(deps, progressOf(id))).toMatchObject({ status: 'cancelled' });
    expect((await stored(deps, id)).events).toEqual([]);
  });

  it('ends an execution that another has taken over from', async () => {
    const id = await overdue({ attempt: 2 });
    expect(await remind(deps, progressOf(id))).toMatchObject({ status: 'superseded' });
    expect((await stored(deps, id)).events).toEqual([]);
  });

  it('hands over to a fresh execution after 200 waits', async () => {
    const id = await overdue();
    expect(await remind(deps, progressOf(id, { round: MAX_ROUNDS - 1 }))).toMatchObject({ status: 'superseded' });
    expect((await stored(deps, id)).request).toMatchObject({ attempt: 2, start: deps.time, reminders: 1 });
  });

  it('closes a request of which nothing is outstanding, should its closing have been lost', async () => {
    const id = await overdue({}, { status: 'closed', received: 300 });
    expect(await remind(deps, progressOf(id))).toMatchObject({ status: 'closed' });
    const { request, events } = await stored(deps, id);
    expect([request.status, events]).toEqual(['closed', ['RequestClosed']]);
  });
});
