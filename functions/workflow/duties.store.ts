import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { settledNotices } from '../notices/settle.store.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import { type Deps, type Env, required } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { KINDS, type Kind, keyOf, kinds, machineVariable, type Of } from './kinds.ts';
import { progressOf } from './progress.ts';
import type { Timeline } from './timeline.ts';
import { goOn, type TokenDeps } from './token.store.ts';

type Machines = Readonly<Record<Kind, string>>;
export type DutyDeps = TokenDeps & { readonly machines: Machines };

/** The ARN of each kind's machine. @throws Error naming the variable that is not set. */
export const machinesFrom = (env: Env): Machines =>
  Object.fromEntries(KINDS.map((kind) => [kind, required(env, machineVariable(kind))])) as Machines;

/**
 * Starts the execution that a row is owed, and then clears the mark. Acts on what the row says now, so that repeats,
 * reordering and a crash in between are harmless: an execution that was started before is the one that was owed.
 */
export const startExecution = async (deps: DutyDeps, of: Of): Promise<'started' | 'nothing'> => {
  const row = await get(deps, kinds[of.kind].row, keyOf(of));
  if (row?.start === undefined) return 'nothing';
  const { attempt } = row;
  try {
    await deps.workflows.send(
      new StartExecutionCommand({
        stateMachineArn: deps.machines[of.kind],
        name: `${row.id}-${attempt}`,
        input: JSON.stringify(progressOf({ kind: of.kind, attempt, round: 0 }, row, deps.clock.now())),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
  }
  await cleared(deps, of, ({ start, ...rest }) => (start !== undefined && rest.attempt === attempt ? rest : undefined));
  return 'started';
};

/** Sends the resume that a machine is owed, with what the row says now, and then clears the mark. */
export const sendResume = async (deps: TokenDeps, of: Of): Promise<'sent' | 'settled' | 'nothing'> => {
  const row = await get(deps, kinds[of.kind].row, keyOf(of));
  if (row?.resume === undefined) return 'nothing';
  const { token, round } = row.resume;
  const answer = await goOn(
    deps,
    token,
    progressOf({ kind: of.kind, attempt: row.attempt, round }, row, deps.clock.now()),
  );
  await cleared(deps, of, ({ resume, ...rest }) => (resume?.token === token ? rest : undefined));
  return answer;
};

/** Notices of one commit: two actions each, and the row. */
const MAX_SETTLED = 40;

/**
 * Acknowledges the notices of a row whose matter is over, and takes them off its mark in the same commit. One that
 * somebody has acknowledged stays as it is.
 */
export const settleNotices = (deps: Deps, of: Of): Promise<'settled' | 'nothing'> =>
  retrying(async () => {
    const row = await get(deps, kinds[of.kind].row, keyOf(of));
    if (row?.over === undefined) return 'nothing';
    const { over, ...rest } = row;
    const [now, actor] = [deps.clock.now(), systemActor(of.county)];
    const left = over.notices.slice(MAX_SETTLED);
    const { actions, news } = await settledNotices(deps, actor, over.notices.slice(0, MAX_SETTLED), now);
    await commit(deps, {
      ...{ actor, now, news },
      actions: [
        replace(kinds[of.kind].row, left.length === 0 ? rest : { ...rest, over: { ...over, notices: left } }),
        ...actions,
      ],
    });
    return 'settled';
  });

/** The row without a mark that was acted on; nothing, if it has another by now. */
const cleared = (deps: TokenDeps, of: Of, without: (row: Timeline) => Timeline | undefined): Promise<void> =>
  retrying(async () => {
    const row = await get(deps, kinds[of.kind].row, keyOf(of));
    const next = row && without(row);
    if (next === undefined) return;
    await commit(deps, {
      actor: systemActor(of.county),
      now: deps.clock.now(),
      actions: [replace(kinds[of.kind].row, next)],
      news: [],
    });
  });
