import type { Telling } from '../notices/notice.ts';
import { notifyAll } from '../notices/notice.ts';
import { type Action, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import type { Once } from '../shared/once.ts';
import { asking } from '../workflow/timeline.ts';
import { type Donation, donationRow } from './donation.ts';

/** What a step of a gift writes beside its row. */
export interface Written {
  readonly actor: Actor;
  readonly now: string;
  readonly name: string;
  readonly data?: Record<string, unknown>;
  readonly reason?: string | undefined;
  readonly once?: { readonly by: Once; readonly result: string };
  readonly tellings?: readonly Telling[];
  readonly actions?: readonly Action[];
  readonly news?: readonly News[];
}

/** Commits a gift's next step: its row, the notices that ask for what comes then, its event, and what comes with it. */
export const writeGift = async (deps: Deps, row: Donation, of: Written): Promise<void> => {
  const { actor, now, name, data = {}, reason, once, tellings = [], actions = [], news = [] } = of;
  const told = notifyAll(deps.ids, { county: row.county, at: now }, tellings);
  await commit(deps, {
    ...{ actor, now, once },
    actions: [replace(donationRow, asking(row, told.asking, now)), ...actions, ...told.actions],
    news: [{ of: donationRow.keyOf(row), version: row.version + 1, name, data, reason }, ...news],
  });
};
