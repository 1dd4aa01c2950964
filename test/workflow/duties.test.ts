import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import { requestRow } from '../../functions/request/request.ts';
import { get } from '../../functions/shared/table.store.ts';
import { sendResume, startExecution } from '../../functions/workflow/duties.store.ts';
import { killedAnywhere } from '../support/crash.ts';
import { MACHINES, useMachines } from '../support/machines.ts';
import { aRequest, COUNTY, keys, put, stored } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, executions, answers, over } = useMachines();
const deps = () => ({ ...table, clock: table.clock, workflows, machines: MACHINES });
const of = (id: string) => ({ kind: 'request', county: COUNTY, id }) as const;
const row = async (change = {}) => {
  const id = table.ids.next('req');
  await put(table, requestRow, aRequest({ id, ...change }));
  return id;
};
const owedStart = () => row({ start: table.time });
const owedResume = () => {
  const token = table.ids.next('cmt');
  return row({ status: 'approved', dueAt: table.time, resume: { token, round: 3, since: table.time } });
};

describe('starting an execution', () => {
  it('names it by the row and the attempt, and clears the mark', async () => {
    const id = await row({ start: table.time, attempt: 4 });
    expect(await startExecution(deps(), of(id))).toBe('started');
    expect(executions.get(`${id}-4`)).toEqual({
      machine: MACHINES.request,
      input: { kind: 'request', county: COUNTY, id, attempt: 4, round: 0, status: 'submitted', secondsLeft: 1800 },
    });
    expect((await stored(table, id)).request.start).toBeUndefined();
  });

  it('keeps everything else that the row holds', async () => {
    const id = await owedStart();
    const { start, version, ...before } = (await stored(table, id)).request;
    await startExecution(deps(), of(id));
    const { version: after, commit: _, ...rest } = (await stored(table, id)).request;
    expect([rest, after]).toEqual([before, version + 1]);
  });

  it('of a consignment is started on its own machine', async () => {
    const id = table.ids.next('con');
    await put(table, consignmentRow, {
      county: COUNTY,
      id,
      version: 1,
      status: 'planned',
      dueAt: table.time,
      attempt: 1,
      start: table.time,
      fromId: 'warehouse',
      toId: 'checkpoint-1',
      tier: 1,
      at: table.time,
      openedBy: 'green-channel',
      lines: 0,
      reminders: 0,
    });
    await startExecution(deps(), { kind: 'consignment', county: COUNTY, id });
    expect(executions.get(`${id}-1`)?.machine).toBe(MACHINES.consignment);
    expect((await get(table, consignmentRow, keys.consignment(id)))?.start).toBeUndefined();
  });

  it('does nothing twice, nor for a row that is not there', async () => {
    const id = await owedStart();
    await Promise.all([startExecution(deps(), of(id)), startExecution(deps(), of(id))]);
    expect(await startExecution(deps(), of(id))).toBe('nothing');
    expect(executions.size).toBe(1);
    expect(await startExecution(deps(), of('req_none'))).toBe('nothing');
  });

  it('is one execution wherever its process is killed', async () => {
    const kills = await killedAnywhere(
      deps(),
      owedStart,
      (alive, id) => startExecution(alive, of(id)),
      async (id) => {
        expect(executions.has(`${id}-1`)).toBe(true);
        expect((await stored(table, id)).request.start).toBeUndefined();
      },
    );
    expect(kills).toBeGreaterThan(5);
  });

  it('keeps the mark where the service refuses', async () => {
    const id = await owedStart();
    const broken = new SFNClient({ region: 'local' });
    mockClient(broken).on(StartExecutionCommand).rejects(new Error('throttled'));
    await expect(startExecution({ ...deps(), workflows: broken }, of(id))).rejects.toThrow('throttled');
    expect((await stored(table, id)).request.start).toBe(table.time);
  });
});

describe('sending a resume', () => {
  it('says what the row says now, and clears the mark', async () => {
    const id = await owedResume();
    const { resume } = (await stored(table, id)).request;
    expect(await sendResume(deps(), of(id))).toBe('sent');
    expect(answers.get(resume?.token ?? '')).toMatchObject({ status: 'approved', round: 3, secondsLeft: 1 });
    expect((await stored(table, id)).request.resume).toBeUndefined();
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('settles a token that is over: %s', async (why) => {
    const id = await owedResume();
    const { resume } = (await stored(table, id)).request;
    over.set(resume?.token ?? '', why);
    const counted: string[] = [];
    const log = { ...table.log, warn: (code: string) => counted.push(code) };
    expect(await sendResume({ ...deps(), log }, of(id))).toBe('settled');
    expect(counted).toEqual(['WORKFLOW-TOKEN-SETTLED']);
    expect((await stored(table, id)).request.resume).toBeUndefined();
  });

  it('does nothing where none is owed', async () => {
    expect(await sendResume(deps(), of(await row()))).toBe('nothing');
    expect(await sendResume(deps(), of('req_none'))).toBe('nothing');
  });

  it('leaves a newer mark to be sent', async () => {
    const id = await owedResume();
    const newer = { token: 'newer', round: 4, since: table.time };
    const racing = {
      ...deps(),
      workflows: Object.assign(Object.create(workflows), {
        send: async (command: never) => {
          const reply = await workflows.send(command);
          const { request } = await stored(table, id);
          await put(table, requestRow, { ...request, version: request.version + 1, resume: newer });
          return reply;
        },
      }),
    };
    await sendResume(racing, of(id));
    expect((await stored(table, id)).request.resume).toEqual(newer);
  });

  it('reaches the machine wherever its process is killed', async () => {
    const kills = await killedAnywhere(
      deps(),
      owedResume,
      (alive, id) => sendResume(alive, of(id)),
      async (id) => expect((await stored(table, id)).request.resume).toBeUndefined(),
    );
    expect(kills).toBeGreaterThan(5);
    expect(answers.size).toBeGreaterThanOrEqual(kills);
  });
});
