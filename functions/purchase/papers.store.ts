import { notifyAll } from '../notices/notice.ts';
import { replace } from '../shared/actions.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { isOverdue, type Progress, progressOf, reminded } from '../workflow/progress.ts';
import { asking } from '../workflow/timeline.ts';
import { papersOverdue } from './acceptance-words.ts';
import { carriedOn, filed, missingPapers, nextPaperDue, type PapersBody } from './papers.ts';
import { readPurchase, writePurchase } from './purchase.store.ts';
import { type Purchase, purchaseRow } from './purchase.ts';
import { STATUS_ZH } from './words.ts';

/** Nothing is filed any more. */
const ENDED: readonly Purchase['status'][] = ['closed', 'refused', 'cancelled'];

/**
 * A signed paper is on the file of a purchase, which is closed where that was the last that was missing. Returns the
 * purchase's id.
 *
 * @throws Problem 404 `unknown-purchase`; 409 `wrong-status` or `paper-filed`; 422 `paper-not-needed`.
 */
export const filePaper = (deps: Deps, actor: Actor, once: Once, id: string, body: PapersBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, policy } = await readPurchase(deps, actor.county, id);
    if (ENDED.includes(purchase.status))
      throw wrongStatus(purchaseRow.keyOf(purchase), {
        zh: `本采购${STATUS_ZH[purchase.status]}，档案不再收录材料。`,
        en: `This purchase is ${purchase.status}: its file is closed.`,
      });
    const next = carriedOn(filed(purchase, body, { by: actor.sub, at: now }), policy, now);
    await writePurchase(deps, next, {
      ...{ actor, now, once: { by: once, result: id }, name: 'PaperFiled' },
      data: { kind: body.kind, reference: body.reference, status: next.status },
    });
    return id;
  });

/**
 * Task: papers of a delivered purchase are due. Those who bring what is overdue are told, and headquarters once it has
 * been so for longer; a purchase whose file is complete is closed. One that has moved on meanwhile, or was looked at
 * already, is left as it is.
 */
export const remindOfPapers = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county, id } = progress;
    const { purchase, item, policy } = await readPurchase(deps, county, id);
    const on = { ...progress, round: progress.round + 1 };
    if (purchase.status !== 'delivered' || !isOverdue(purchase, progress, now)) return progressOf(on, purchase, now);
    const missing = missingPapers(purchase, policy, now);
    const again = plusMinutes(now, policy.purchase.papersMinutes);
    const dueAt = nextPaperDue(missing, policy, { now, reminderAt: again });
    const quiet = reminded(purchase, progress, dueAt, now);
    const isLate = missing.some(({ overdue }) => overdue);
    const reminders = purchase.reminders + (isLate ? 1 : 0);
    const next = carriedOn({ ...quiet, reminders }, policy, now);
    const isLong = reminders >= policy.notices.escalateAfter;
    const told = notifyAll(deps.ids, { county, at: now }, papersOverdue(purchase, item, missing, isLong, dueAt));
    const actor = systemActor(county);
    await commit(deps, {
      ...{ actor, now },
      actions: [replace(purchaseRow, asking(next, told.asking, now)), ...told.actions],
      news: [
        {
          of: purchaseRow.keyOf(next),
          version: next.version + 1,
          name: next.status === 'closed' ? 'PurchaseClosed' : isLate ? 'PapersOverdue' : 'PapersLookedAt',
          data: { reminders, missing: missing.map(({ kind, order, overdue }) => ({ kind, order, overdue })) },
        },
      ],
    });
    return progressOf(on, next, now);
  });
