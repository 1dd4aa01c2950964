import { describe, expect, it } from 'vitest';
import { MACHINE, machine, task, waitFor } from './definitions.ts';
import { freshDisk } from './disk.ts';
import { decided, given, host, outputOf, type Progress } from './flows.ts';

describe('an execution', () => {
  it('goes where the state data sends it, and ends with it', async () => {
    const here = host(freshDisk(), { assess: (state: Progress) => ({ ...state, status: 'approved' }) });
    await here.start();
    expect(await outputOf(here.ended())).toEqual({ status: 'approved', secondsLeft: 3_600 });
    expect(here.calls).toEqual([{ name: 'assess', payload: given }]);
  });

  it('is started once under one name, however often the duty is repeated', async () => {
    const here = host(freshDisk());
    const waiting = here.waiting();
    const [first, twin] = await Promise.all([here.start(), here.start()]);
    expect(twin).toEqual(first);
    await expect(here.start('req_1-1', { ...given, secondsLeft: 5 })).rejects.toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
    await here.flows.sendTaskSuccess((await waiting).token, decided);
    await here.ended();
    await expect(here.start()).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    expect(here.called('assess')).toHaveLength(1);
  });

  it('refuses a machine, a name or an input that is none', async () => {
    const { flows } = host(freshDisk());
    await expect(flows.start('arn:none', 'a', '{}')).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await expect(flows.start(MACHINE, 'a b', '{}')).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(flows.start(MACHINE, 'a', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  });

  it("repeats a task whose error is named as passing, at the rehearsal's pace", async () => {
    let left = 2;
    const throttled = (state: Progress) => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error('slow down'), { name: 'Throttled' });
      return { ...state, status: 'approved' };
    };
    const here = host(freshDisk(), { assess: throttled }, { speed: 100_000 });
    await here.start();
    expect((await here.ended()).status).toBe('SUCCEEDED');
    expect(here.called('assess')).toHaveLength(3);
    expect(here.logged).toEqual(['TASK-FAILED', 'TASK-FAILED']);
  });

  it('tells of every state it enters and every task it tries again, as they are billed', async () => {
    let left = 1;
    const throttled = (state: Progress) => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error('slow down'), { name: 'Throttled' });
      return { ...state, status: 'approved' };
    };
    const here = host(freshDisk(), { assess: throttled }, { speed: 100_000 });
    await here.start();
    await here.ended();
    expect(here.entered).toEqual(['Assess', 'Assess', 'Where does it stand?', 'Done']);
  });

  it('outlasts an engine that is away for a moment, however fast the rehearsal', async () => {
    let awayUntil = 0;
    const away = (state: Progress) => {
      awayUntil ||= performance.now() + 200;
      if (performance.now() < awayUntil) throw Object.assign(new Error('ECONNREFUSED'), { name: 'Throttled' });
      return { ...state, status: 'approved' };
    };
    const Retry = [{ ErrorEquals: ['Throttled'], IntervalSeconds: 1, MaxAttempts: 8, MaxDelaySeconds: 60 }];
    const definition = machine('Assess', { Assess: task('assess', { Retry, End: true }) });
    const here = host(freshDisk(), { assess: away }, { definition, speed: 100_000 });
    await here.start();
    expect((await here.ended()).status).toBe('SUCCEEDED');
  });

  it('hands a caught error on by its name, with the text that Lambda answers, and ends as failed', async () => {
    const missing = () => {
      throw Object.assign(new Error('no policy'), { name: 'PolicyMissing' });
    };
    const here = host(freshDisk(), { assess: missing });
    await here.start();
    expect(await here.ended()).toMatchObject({ status: 'FAILED', error: 'RequestFailed', cause: 'See the request' });
    const [recorded] = here.called('fail') as { payload: { error: { Error: string; Cause: string } } }[];
    expect(recorded?.payload).toMatchObject({ ...given, error: { Error: 'PolicyMissing' } });
    expect(JSON.parse(recorded?.payload.error.Cause ?? '')).toMatchObject({
      errorType: 'PolicyMissing',
      errorMessage: 'no policy',
    });
    expect(here.logged).toEqual(['TASK-FAILED', 'EXECUTION-FAILED']);
  });

  it('gives up a task that does not answer', async () => {
    const definition = machine('Assess', { Assess: task('assess', { TimeoutSeconds: 1, End: true }) });
    const answer = Promise.withResolvers<unknown>();
    const here = host(freshDisk(), { assess: () => answer.promise }, { definition });
    await here.start();
    expect(await here.ended()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    answer.resolve({});
  });

  it('calls no more functions at a time than it is allowed', async () => {
    let now = 0;
    let most = 0;
    const assess = async (state: Progress) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return { ...state, status: 'approved' };
    };
    const here = host(freshDisk(), { assess }, { concurrency: 3 });
    const names = Array.from({ length: 20 }, (_, i) => `req_${i}-1`);
    await Promise.all(names.map((name) => here.start(name)));
    await Promise.all(names.map((name) => here.ended(name)));
    expect(most).toBe(3);
  });
});

describe('a wait', () => {
  it('ends when its token is sent back, once', async () => {
    const here = host(freshDisk());
    const waiting = here.waiting();
    await here.start();
    const { token, execution } = await waiting;
    expect(execution).toBe('req_1-1');
    await here.flows.sendTaskSuccess(token, decided);
    expect(await outputOf(here.ended())).toMatchObject({ status: 'approved' });
    await expect(here.flows.sendTaskSuccess(token, decided)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('ends at once when its function finds that the row has moved on', async () => {
    const here = host(freshDisk(), {
      await: ({ token }: { token: string }) => here.flows.sendTaskSuccess(token, decided),
    });
    await here.start();
    expect(await outputOf(here.ended())).toMatchObject({ status: 'approved' });
  });

  it('tells a token that is none from one that is not known', async () => {
    const { flows } = host(freshDisk());
    await expect(flows.sendTaskSuccess('hello', '{}')).rejects.toMatchObject({ name: 'InvalidToken' });
    const unknown = 'gc.00000000-0000-4000-8000-000000000000';
    await expect(flows.sendTaskSuccess(unknown, '{}')).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
    await expect(flows.sendTaskSuccess(unknown, '{')).rejects.toMatchObject({ name: 'InvalidOutput' });
  });

  it('takes the timeout branch when the deadline comes, and the late token is refused', async () => {
    const day = 86_400;
    const speed = day * 20;
    const here = host(
      freshDisk(),
      { escalate: (state: Progress) => ({ ...state, status: 'refused' }) },
      { speed, rehearsal: `${new Date().toISOString()} ${speed}` },
    );
    const waiting = here.waiting();
    await here.start('req_1-1', { ...given, secondsLeft: day });
    const { token } = await waiting;
    expect(await outputOf(here.ended())).toMatchObject({ status: 'refused' });
    await expect(here.flows.sendTaskSuccess(token, decided)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('has a fresh token in each round, and the one before is over', async () => {
    const here = host(freshDisk());
    const first = here.waiting();
    await here.start();
    const { token } = await first;
    const second = here.waiting();
    await here.flows.sendTaskSuccess(token, JSON.stringify(given));
    const { token: next } = await second;
    expect(next).not.toBe(token);
    await here.flows.sendTaskSuccess(next, decided);
    expect((await here.ended()).status).toBe('SUCCEEDED');
  });

  it('is over for its token when its function fails', async () => {
    let told = '';
    const refusals: unknown[] = [];
    const here = host(freshDisk(), {
      await: ({ token }: { token: string }) => {
        told = token;
        throw new Error('no row');
      },
      fail: () => here.flows.sendTaskSuccess(told, decided).catch((error: unknown) => refusals.push(error)),
    });
    await here.start();
    await here.ended();
    expect(refusals).toMatchObject([{ name: 'TaskTimedOut' }]);
  });

  it('is over for its token when its execution has ended', async () => {
    let told = '';
    const functions = {
      await: ({ token }: { token: string }) => {
        told = token;
        throw new Error('no row');
      },
    };
    const definition = machine('Wait', { Wait: waitFor('await', { End: true }) });
    const here = host(freshDisk(), functions, { definition });
    await here.start();
    expect(await here.ended()).toMatchObject({ status: 'FAILED', error: 'Error' });
    await expect(here.flows.sendTaskSuccess(told, decided)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('goes on once it is settled, whatever becomes of its function', async () => {
    const here = host(freshDisk(), {
      await: async ({ token }: { token: string }) => {
        await here.flows.sendTaskSuccess(token, decided);
        throw new Error('the reply was lost');
      },
    });
    await here.start();
    expect(await outputOf(here.ended())).toMatchObject({ status: 'approved' });
  });
});
