import type { Deps } from '../../functions/shared/deps.ts';

interface Reply {
  readonly Item?: unknown;
  readonly Items?: readonly unknown[];
  readonly Responses?: Readonly<Record<string, readonly unknown[]>>;
}

const rowsIn = ({ Item, Items = [], Responses = {} }: Reply): number =>
  (Item === undefined ? 0 : 1) + Items.length + Object.values(Responses).reduce((sum, { length }) => sum + length, 0);

/** The same table, and how many of its rows something reads: what a stage costs, whatever machine it runs on. */
export const reading = <D extends Deps>(deps: D) => {
  let rows = 0;
  const send = async (command: never): Promise<unknown> => {
    const reply: unknown = await deps.dynamo.send(command);
    rows += rowsIn(reply as Reply);
    return reply;
  };
  return {
    deps: { ...deps, dynamo: Object.assign(Object.create(deps.dynamo), { send }) as D['dynamo'] },
    rowsReadBy: async (work: () => Promise<unknown>): Promise<number> => {
      const before = rows;
      await work();
      return rows - before;
    },
  };
};
