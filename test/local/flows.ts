import { join } from 'node:path';
import { afterEach } from 'vitest';
import { clockFrom } from '../../functions/shared/clock.ts';
import { type Journal, openJournal } from '../../local/workflows/journal.ts';
import { type Workflows, workflows } from '../../local/workflows/machines.ts';
import { approval, MACHINE } from './definitions.ts';

export interface Progress {
  readonly status: string;
  readonly secondsLeft: number;
}
type Call = { readonly name: string; readonly payload: never };

const open: { flows: Workflows; journal: Journal }[] = [];
afterEach(async () => {
  for (const { flows, journal } of open.splice(0)) {
    await flows.stop();
    journal.close();
  }
});

export const START = '2022-05-12T01:00:00.000Z';
export const arnOf = (name: string) => `${MACHINE.replace('stateMachine', 'execution')}:${name}`;
export const given: Progress = { status: 'submitted', secondsLeft: 3_600 };

/** One host's workflows on a disk; its functions tell what they were called with. */
export const host = (
  disk: string,
  functions: Record<string, (payload: never) => unknown> = {},
  options: {
    definition?: unknown;
    machines?: Record<string, unknown>;
    time?: string;
    speed?: number;
    rehearsal?: string;
    concurrency?: number;
    journalled?: (journal: Journal) => Journal;
  } = {},
) => {
  const clock = { time: options.time ?? START, now: () => clock.time };
  const rehearsal = options.rehearsal;
  const journal = openJournal(join(disk, 'journal.db'));
  const logged: string[] = [];
  const calls: Call[] = [];
  const entered: string[] = [];
  const seen: { name: string; then: (payload: never) => void }[] = [];
  const heard = Promise.withResolvers<void>();
  let listensFor = '';
  const note = (code: string) => {
    logged.push(code);
    if (code === listensFor) heard.resolve();
  };
  const log = { info: () => {}, warn: note, error: note };
  const flows = workflows({
    journal: options.journalled?.(journal) ?? journal,
    machines: options.machines ?? { [MACHINE]: options.definition ?? approval },
    clock: rehearsal === undefined ? clock : clockFrom({ REHEARSAL_CLOCK: rehearsal }),
    speed: options.speed ?? 1,
    log,
    onTransition: (_, state) => void entered.push(state),
    ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
    invoke: async (arn, payload) => {
      const name = arn.split(':').at(-1) ?? '';
      calls.push({ name, payload: payload as never });
      const result = await (functions[name] ?? ((same: never) => same))(payload as never);
      for (const watcher of seen.filter((each) => each.name === name)) watcher.then(payload as never);
      return result;
    },
  });
  open.push({ flows, journal });
  return {
    disk,
    flows,
    journal,
    clock,
    logged,
    calls,
    entered,
    start: (name = 'req_1-1', input: unknown = given) => flows.start(MACHINE, name, JSON.stringify(input)),
    ended: (name = 'req_1-1') => flows.ended(arnOf(name)),
    /** The token given to `await`, once that function has returned. */
    waiting: () => new Promise<{ token: string; execution: string }>((then) => void seen.push({ name: 'await', then })),
    log: (code: string) => {
      listensFor = code;
      return logged.includes(code) ? Promise.resolve() : heard.promise;
    },
    called: (name: string) => calls.filter((call) => call.name === name),
  };
};

export const outputOf = async (ended: Promise<{ output: string | null }>) => JSON.parse((await ended).output ?? 'null');
export const decided = JSON.stringify({ status: 'approved', secondsLeft: 60 });
