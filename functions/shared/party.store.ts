import type { Deps } from './deps.ts';
import { keysOf } from './keys.ts';
import { partyRow } from './party.ts';
import { getAll } from './table.store.ts';

/** Names of people by their ids, for whoever may see them; one that was taken away is not there. */
export const peopleNamed = async (
  deps: Deps,
  county: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const keys = ids.map((id) => ({ PK: keysOf(county).party(id), SK: 'META' }));
  return new Map((await getAll(deps, partyRow, keys)).map(({ id, name }) => [id, name]));
};
