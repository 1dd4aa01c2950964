import { describe, expect, it, vi } from 'vitest';
import { approval, machine, task } from './definitions.ts';
import { asKilledNow, freshDisk } from './disk.ts';
import { arnOf, decided, given, host, outputOf, type Progress, START } from './flows.ts';

describe('after a kill', () => {
  const resumed = async (disk: string, ...rest: [Parameters<typeof host>[1]?, Parameters<typeof host>[2]?]) => {
    const here = host(disk, ...rest);
    const waiting = here.waiting();
    await here.flows.resumeAll();
    return { ...here, waiting: () => waiting };
  };

  it('waits with the same token until the same deadline', async () => {
    const before = host(freshDisk());
    const waiting = before.waiting();
    await before.start();
    const { token } = await waiting;
    const after = await resumed(asKilledNow(before.disk), {}, { time: '2022-05-12T01:59:59.000Z' });
    expect((await after.waiting()).token).toBe(token);
    expect(after.journal.wait(token)?.deadline).toBe('2022-05-12T02:00:00.000Z');
    await after.flows.sendTaskSuccess(token, decided);
    expect(await outputOf(after.ended())).toMatchObject({ status: 'approved' });
    expect(after.called('assess')).toHaveLength(0);
  });

  it('takes the timeout branch at once when the deadline came while the host was down', async () => {
    const before = host(freshDisk());
    const waiting = before.waiting();
    await before.start();
    await waiting;
    const after = await resumed(
      asKilledNow(before.disk),
      { escalate: (state: Progress) => ({ ...state, status: 'refused' }) },
      { time: '2022-05-12T02:00:00.000Z' },
    );
    expect(await outputOf(after.ended())).toMatchObject({ status: 'refused' });
  });

  it('acts at once on a token that was settled before the kill, without asking its function again', async () => {
    const before = host(freshDisk());
    const waiting = before.waiting();
    await before.start();
    const { token } = await waiting;
    await before.flows.stop();
    await before.journal.settle(token, { status: 'SUCCEEDED', output: decided });
    const after = await resumed(asKilledNow(before.disk));
    expect(await outputOf(after.ended())).toMatchObject({ status: 'approved' });
    expect(after.calls).toEqual([]);
  });

  it('reaches the same end from every moment at which the host can have died', async () => {
    const moments: string[] = [];
    const disk = freshDisk();
    const step = (n: number) => (state: { done: number[] }) => {
      moments.push(asKilledNow(disk));
      return { ...state, done: [...state.done.filter((each) => each !== n), n] };
    };
    const functions = { one: step(1), two: step(2), three: step(3) };
    const definition = machine('One', {
      One: task('one', { Next: 'Two' }),
      Two: task('two', { Next: 'Three' }),
      Three: task('three', { End: true }),
    });
    const start = host(disk, functions, { definition });
    await start.start('req_1-1', { done: [] });
    expect(await outputOf(start.ended())).toEqual({ done: [1, 2, 3] });
    expect(moments).toHaveLength(3);
    for (const moment of [...moments, asKilledNow(disk)]) {
      const after = await resumed(moment, functions, { definition });
      expect(await outputOf(after.ended())).toEqual({ done: [1, 2, 3] });
    }
  });

  it('starts again from the top when a release has renamed the task it stood in', async () => {
    const before = host(freshDisk());
    const waiting = before.waiting();
    await before.start();
    await waiting;
    const { 'Wait for a decision': wait, ...States } = approval.States;
    const definition = {
      ...approval,
      States: {
        ...States,
        'Where does it stand?': {
          Type: 'Choice',
          Choices: [{ Variable: '$.status', StringEquals: 'submitted', Next: 'Wait for an answer' }],
          Default: 'Done',
        },
        'Wait for an answer': wait,
      },
    };
    const after = await resumed(asKilledNow(before.disk), {}, { definition });
    await after.flows.sendTaskSuccess((await after.waiting()).token, decided);
    expect((await after.ended()).status).toBe('SUCCEEDED');
    expect(after.called('assess')).toHaveLength(1);
  });

  it('leaves an execution alone whose machine this release does not have', async () => {
    const before = host(freshDisk());
    const waiting = before.waiting();
    await before.start();
    await waiting;
    const after = host(asKilledNow(before.disk), {}, { machines: {} });
    await after.flows.resumeAll();
    expect(after.logged).toEqual(['EXECUTION-ORPHANED']);
    expect(after.journal.execution(arnOf('req_1-1'))?.status).toBe('RUNNING');
  });

  it('never runs an execution twice beside itself', async () => {
    const here = host(freshDisk());
    const waiting = here.waiting();
    await here.start();
    await waiting;
    expect(await here.flows.resumeAll()).toBe(0);
  });
});

describe('a journal that cannot be written', () => {
  it('loses nothing: the caller is told, and the execution is taken up when it can be', async () => {
    const full = new Error('database or disk is full');
    let isFull = true;
    const orFull =
      <A extends unknown[], T>(write: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        isFull ? Promise.reject(full) : write(...args);
    const here = host(
      freshDisk(),
      {},
      {
        journalled: (journal) => ({
          ...journal,
          openWait: orFull(journal.openWait),
          settle: orFull(journal.settle),
        }),
      },
    );
    await here.start();
    await here.log('JOURNAL-UNWRITABLE');
    expect(here.journal.execution(arnOf('req_1-1'))?.status).toBe('RUNNING');
    isFull = false;
    const waiting = here.waiting();
    expect(await here.flows.resumeAll()).toBe(1);
    const { token } = await waiting;
    isFull = true;
    await expect(here.flows.sendTaskSuccess(token, decided)).rejects.toBe(full);
    isFull = false;
    await here.flows.sendTaskSuccess(token, decided);
    expect((await here.ended()).status).toBe('SUCCEEDED');
  });
});

describe('a wait of a month', () => {
  it('outlasts every timer of Node and of the interpreter', async () => {
    vi.useFakeTimers({ now: Date.parse(START), toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const month = 30 * 86_400;
      const functions = { escalate: (state: Progress) => ({ ...state, status: 'refused' }) };
      const here = host(freshDisk(), functions, { rehearsal: `${START} 1` });
      const waiting = here.waiting();
      await here.start('req_1-1', { ...given, secondsLeft: month });
      const { token } = await waiting;
      await vi.advanceTimersByTimeAsync((month - 1) * 1_000);
      expect(here.journal.wait(token)?.status).toBe('OPEN');
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await outputOf(here.ended())).toMatchObject({ status: 'refused' });
      expect(here.called('assess')).toHaveLength(1);
      expect(here.called('await').map(({ payload }) => payload['token'])).toEqual([token, token]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a stop', () => {
  it('leaves what waits, retries or is being called to be taken up', async () => {
    const disk = freshDisk();
    const answer = Promise.withResolvers<unknown>();
    const called = Promise.withResolvers<void>();
    const retried = Promise.withResolvers<void>();
    const assess = ({ as }: { as: string }) => {
      if (as === 'throttled') {
        retried.resolve();
        throw Object.assign(new Error('slow down'), { name: 'Throttled' });
      }
      if (as !== 'called') return given;
      called.resolve();
      return answer.promise;
    };
    const here = host(disk, { assess });
    const waiting = here.waiting();
    for (const as of ['waiting', 'throttled', 'called']) await here.start(as, { ...given, as });
    await Promise.all([waiting, called.promise, retried.promise]);
    const stopped = here.flows.stop();
    answer.resolve(given);
    await stopped;
    const kept = (name: string) => here.journal.execution(arnOf(name));
    expect(['waiting', 'throttled', 'called'].map((name) => kept(name)?.status)).toEqual(Array(3).fill('RUNNING'));
    expect(['waiting', 'throttled', 'called'].map((name) => kept(name)?.state)).toEqual([
      'Wait for a decision',
      'Assess',
      'Assess',
    ]);
  });

  it('calls nothing more for an execution that has waited for its turn', async () => {
    const answer = Promise.withResolvers<void>();
    const called = Promise.withResolvers<void>();
    const hold = () => {
      called.resolve();
      return answer.promise;
    };
    const here = host(freshDisk(), { await: hold }, { concurrency: 1 });
    await here.start('first');
    await called.promise;
    await here.start('second');
    const stopped = here.flows.stop();
    answer.resolve();
    await stopped;
    here.journal.close();
    await new Promise(setImmediate);
    expect(here.calls.map(({ name }) => name)).toEqual(['assess', 'await']);
  });

  it('leaves no timer behind that would keep the process alive', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const here = host(freshDisk());
      const waiting = here.waiting();
      await here.start();
      await waiting;
      // The function has answered; a turn later the wait is for its token.
      await new Promise(setImmediate);
      expect(vi.getTimerCount()).toBeGreaterThan(0);
      await here.flows.stop();
      here.journal.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('ended executions', () => {
  it('are forgotten after ninety days, and their names are free', async () => {
    const disk = freshDisk();
    const approve = { assess: (state: Progress) => ({ ...state, status: 'approved' }) };
    const before = host(disk, approve);
    await before.start();
    await before.ended();
    const after = host(asKilledNow(disk), approve, { time: '2022-09-01T00:00:00.000Z' });
    await after.flows.resumeAll();
    await after.start();
    expect((await after.ended()).startedAt).toBe('2022-09-01T00:00:00.000Z');
  });
});
