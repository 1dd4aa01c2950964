import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Action, insert, MAX_ACTIONS, Stale } from './actions.ts';
import type { Actor } from './actor.ts';
import { correlation } from './correlation.ts';
import type { Deps } from './deps.ts';
import { eventRow, type News } from './event.ts';
import { ONCE_DAYS, type Once, onceRow } from './once.ts';
import { backOff } from './retrying.ts';
import type { Stored } from './row.ts';

const CONFLICT_ATTEMPTS = 12;
/** Reasons that say nothing about our conditions: a rival transaction, or too much load. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'None']);

/** This very command was done before, by a twin that won the race. The caller answers from its marker. */
export class AlreadyDone extends Error {
  override readonly name = 'AlreadyDone';
}

export interface Command {
  readonly actor: Actor;
  readonly now: string;
  readonly actions: readonly Action[];
  readonly news: readonly News[];
  /** Present on commands that came over HTTP: the marker is part of the same transaction. */
  readonly once?: { readonly by: Once; readonly result: string } | undefined;
}

/**
 * The one place that writes. Commits state, events and the idempotency marker as one transaction, or nothing.
 *
 * @throws the refusal of the first action whose condition failed; `AlreadyDone` when the marker exists; `Stale` when
 * rivals kept it from committing. A transaction whose reply was lost is recognised by its own event and is success.
 */
export const commit = async (deps: Deps, command: Command): Promise<void> => {
  const id = deps.ids.next('cmt');
  const { county, sub } = command.actor;
  const marker = command.once && markerOf(command, id);
  const trace = { commit: id, correlation: correlation() };
  const actions: Action[] = [
    ...command.actions.map((action) =>
      action.traced === true && action.row !== undefined ? { ...action, row: traced(action.row, trace) } : action,
    ),
    ...command.news.map((news) => insert(eventRow, { county, at: command.now, by: sub, data: {}, ...news, ...trace })),
    ...(marker === undefined ? [] : [marker]),
  ];
  if (actions.length > MAX_ACTIONS) throw new Error(`A command of ${actions.length} actions was not split at planning`);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await deps.dynamo.send(new TransactWriteCommand(transactionOf(deps.table, id, actions)));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = (error.CancellationReasons ?? []).map((reason) => ({
        code: reason.Code ?? 'None',
        was: reason.Item && unmarshall(reason.Item),
      }));
      if (reasons.some(({ was }) => was?.['commit'] === id)) return;
      if (reasons.length > 0 && reasons.every(({ code }) => PASSING.has(code))) {
        if (attempt === CONFLICT_ATTEMPTS) throw new Stale();
        await backOff(attempt);
        continue;
      }
      // The marker is asked first: a twin that won the race has also moved the rows we would refuse over.
      const failed = reasons.flatMap(({ code, was }, i) =>
        code === 'ConditionalCheckFailed' && actions[i] !== undefined ? [{ action: actions[i], was }] : [],
      );
      const first = failed.find(({ action }) => action === marker) ?? failed[0];
      throw first?.action.refuse(first.was) ?? error;
    }
  }
};

/** Who acts for nobody leaves the request on the row that had a hand in it last. */
const traced = (row: Stored, { commit: by, correlation: id }: { commit: string; correlation: string | undefined }) => ({
  ...row,
  commit: by,
  ...(id !== undefined && { correlation: id }),
});

const markerOf = ({ actor, now, once }: Command, commitId: string): Action | undefined =>
  once &&
  insert(
    onceRow,
    {
      ...once.by,
      county: actor.county,
      result: once.result,
      commit: commitId,
      expires: Math.floor(Date.parse(now) / 1000) + ONCE_DAYS * 86_400,
    },
    () => new AlreadyDone(),
  );

const transactionOf = (table: string, token: string, actions: readonly Action[]): TransactWriteCommandInput => ({
  // A transport-level repeat of the same commit is one commit.
  ClientRequestToken: token,
  TransactItems: actions.map((action) => {
    const shared = {
      TableName: table,
      ...(action.condition !== undefined && { ConditionExpression: action.condition }),
      ...(action.names && { ExpressionAttributeNames: { ...action.names } }),
      ...(action.values && { ExpressionAttributeValues: { ...action.values } }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
    const Key = { ...action.key };
    switch (action.kind) {
      case 'put':
        return { Put: { ...shared, Item: action.row } };
      case 'update':
        return { Update: { ...shared, Key, UpdateExpression: action.update } };
      case 'delete':
        return { Delete: { ...shared, Key } };
      case 'check':
        return { ConditionCheck: { ...shared, Key, ConditionExpression: action.condition } };
      default:
        throw new Error(`Unknown action ${action.kind satisfies never}`);
    }
  }),
});
