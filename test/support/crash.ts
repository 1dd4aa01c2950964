import type { Deps } from '../../functions/shared/deps.ts';

/** The process is gone: nothing catches this on purpose. */
class Crash extends Error {
  override readonly name = 'Crash';
}

interface Client {
  send(command: never): Promise<unknown>;
}

/** A client whose `nth` call is the last thing that its process does: lost on the way there, or on the way back. */
const dying = <C extends Client>(client: C, calls: { left: number }, on: 'way' | 'return'): C =>
  new Proxy(client, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name);
      return async (command: never) => {
        calls.left -= 1;
        if (calls.left < 0 || (calls.left === 0 && on === 'way')) throw new Crash();
        const reply = await target.send(command);
        if (calls.left === 0) throw new Crash();
        return reply;
      };
    },
  });

/**
 * Runs `act` from a fresh `arrange` again and again, killed at its first call to the outside, its second, and so on,
 * each on the way there and on the way back; then runs it to the end as the platform would, and has `settled` look.
 */
export const killedAnywhere = async <D extends Deps & { workflows?: Client }, S>(
  deps: D,
  arrange: () => Promise<S>,
  act: (deps: D, given: S) => Promise<unknown>,
  settled: (given: S) => Promise<void>,
): Promise<number> => {
  let kills = 0;
  for (const on of ['way', 'return'] as const)
    for (let nth = 1; ; nth += 1) {
      const given = await arrange();
      const calls = { left: nth };
      const dead = {
        ...deps,
        clock: deps.clock,
        dynamo: dying(deps.dynamo as Client, calls, on),
        ...(deps.workflows && { workflows: dying(deps.workflows, calls, on) }),
      } as unknown as D;
      const died = await act(dead, given).then(
        () => false,
        (error: unknown) => {
          if (error instanceof Crash) return true;
          throw error;
        },
      );
      if (died) {
        kills += 1;
        await act(deps, given);
      }
      await settled(given);
      if (!died) break;
    }
  return kills;
};
