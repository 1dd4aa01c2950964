import { at, type Policy } from '../catalogue/policy.ts';
import type { Deps } from '../shared/deps.ts';
import { chase } from '../workflow/chase.store.ts';
import type { Progress } from '../workflow/progress.ts';
import { endNeedless } from './needless.store.ts';
import { sourcingWords } from './notices.ts';
import { type Purchase, purchaseRow } from './purchase.ts';

/** Nobody chose offers: buyers are told, and headquarters from so many missed deadlines on. */
const sourcing = {
  row: purchaseRow,
  event: 'SourcingOverdue',
  again: ({ purchase }: Policy, { tier }: Purchase): number => at(purchase.sourceMinutes, tier),
  names: ({ itemId }: Purchase) => ({ itemIds: [itemId] }),
  words: sourcingWords,
  first: { role: 'buyer' },
  later: { role: 'headquarters' },
} as const;

/** Task: nobody has chosen offers by the deadline. */
export const remind = async (deps: Deps, progress: Progress): Promise<Progress> =>
  (await endNeedless(deps, progress)) ?? chase(deps, progress, sourcing);
