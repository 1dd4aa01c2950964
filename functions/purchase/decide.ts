import { z } from 'zod';
import { levelAt, levelFor } from '../approval/level.ts';
import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { fault, invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { moved } from '../workflow/timeline.ts';
import { priceDoubts } from './assess.ts';
import { type Money, NO_MONEY, ordered } from './placing.ts';
import { ended, type Purchase, purchaseRow } from './purchase.ts';
import { demandApart } from './separation.ts';
import { demandNeeded } from './sourcing.ts';
import { STATUS_ZH } from './words.ts';

/** What a person decides on a choice of offers. */
export const decisionBody = z.strictObject({
  /** Returned: another choice is to be made. */
  outcome: z.enum(['approved', 'refused', 'returned']),
  /** Why: needed to refuse and to return. */
  note: text(500).optional(),
  /** Why one person does the work of two: headquarters at night only. */
  override: text(500).optional(),
});
export type DecisionBody = z.infer<typeof decisionBody>;

export interface DecideInput {
  readonly purchase: Purchase;
  readonly item: Item;
  readonly body: DecisionBody;
  readonly actor: Actor;
  /** Ids of the chosen offers that cannot be had any more: withdrawn, or no longer valid. */
  readonly gone: readonly string[];
  /** What the need line lacks by now, in base units, without what others are to bring; none: it is for the pool. */
  readonly needed?: number | undefined;
  readonly policy: Policy;
  readonly now: string;
}

export interface Decided {
  readonly event: 'PurchaseApproved' | 'PurchaseRefused' | 'PurchaseReturned';
  readonly purchase: Purchase;
  readonly money: Money;
}
const HEADQUARTERS = { level: 'headquarters' } as const;

/** A buyer chooses anew: nothing was decided, and nothing is waited for but him. */
export const returned = (purchase: Purchase, policy: Policy, now: string): Purchase => {
  const { level: _, ...rest } = purchase;
  const dueAt = plusMinutes(now, at(policy.purchase.sourceMinutes, purchase.tier));
  return moved<Purchase>(rest, { status: 'sourcing', referral: [], reminders: 0, dueAt }, now);
};

/**
 * A person's decision on a choice. Approved is ordered. The approver is neither the asker nor the buyer, and holds the
 * level that the purchase waits at; prices are held against the reference and the margin of this moment, because they may
 * have been lowered since it was referred.
 *
 * @throws Problem 409 `wrong-status`, `not-needed` or `offer-gone`; 403 `wrong-level`, or as `demandApart` says; 422 `note-missing`.
 */
export const decide = ({ purchase, item, body, actor, gone, needed, policy, now }: DecideInput): Decided => {
  const { choice } = purchase;
  if (purchase.status !== 'submitted' || choice === undefined)
    throw wrongStatus(purchaseRow.keyOf(purchase), {
      zh: `本采购${STATUS_ZH[purchase.status]}，现在无须审批。`,
      en: `This purchase is ${purchase.status}; nothing is to be decided.`,
    });
  const of = demandApart(purchase, 'approve', actor, body.override, policy, now);
  const doubts = priceDoubts({ purchase, choice, item, policy });
  if (body.outcome === 'approved') demandHeadquarters(purchase, doubts, actor);
  // Whoever is of both decides on such a price as headquarters.
  const at: Pick<Purchase, 'level'> = doubts.length > 0 && body.outcome === 'approved' ? HEADQUARTERS : purchase;
  const level = levelAt(at, actor, levelFor(choice.atMostFen, policy));
  if (body.note === undefined && body.outcome !== 'approved')
    throw invalid('note-missing', 'note', {
      zh: body.outcome === 'returned' ? '请写明退回的理由。' : '请写明理由。',
      en: `Say why it is ${body.outcome}.`,
    });
  const decision = {
    ...{ by: actor.sub, at: now, level, policyVersion: policy.version, note: body.note },
    reasons: [...referralNow(purchase, doubts)],
    ...(doubts.length > 0 && { aboveCeiling: true }),
  };
  switch (body.outcome) {
    case 'returned':
      return { event: 'PurchaseReturned', purchase: returned(of, policy, now), money: NO_MONEY };
    case 'refused': {
      const next = ended(of, 'refused', now, plusMinutes(now, policy.purchase.papersMinutes));
      const refusal = { outcome: 'refused' as const, ...decision };
      return { event: 'PurchaseRefused', purchase: { ...next, decision: refusal }, money: NO_MONEY };
    }
    default:
      demandNeeded(purchase, needed);
      demandHad(purchase, gone);
      return { event: 'PurchaseApproved', ...ordered(of, decision, { item, policy }, now) };
  }
};

/** Why a person decides, by now: what it was referred for, and what is to be said of its prices besides. */
export const referralNow = ({ referral }: Pick<Purchase, 'referral'>, doubts: readonly Reason[]): Reason[] => [
  ...referral,
  ...doubts.filter(({ zh }) => referral.every((one) => one.zh !== zh)),
];

/** @throws Problem 403 `wrong-level` with what is to be said of the prices. */
const demandHeadquarters = (purchase: Purchase, doubts: readonly Reason[], { roles }: Actor): void => {
  if (doubts.length === 0 || roles.includes('headquarters')) return;
  throw new Problem(
    403,
    'wrong-level',
    {
      zh: `价格须由指挥部审批：${doubts.map(({ zh }) => zh).join('')}`,
      en: `Only headquarters approves such a price. ${doubts.map(({ en }) => en).join(' ')}`,
    },
    [],
    { key: purchaseRow.keyOf(purchase) },
  );
};

/** @throws Problem 409 `offer-gone` with the places of those that are. */
const demandHad = (purchase: Purchase, gone: readonly string[]): void => {
  if (gone.length === 0) return;
  throw new Problem(
    409,
    'offer-gone',
    {
      zh: '选定的报价有的已撤回或失效，请退回采购员重新选择。',
      en: 'Some of what was chosen cannot be had on these terms any more. Return it, so that a buyer chooses anew.',
    },
    gone.map((id) =>
      fault(`choice.orders[${purchase.choice?.orders.findIndex(({ offerId }) => offerId === id)}]`, {
        zh: `报价 ${id} 已撤回或失效。`,
        en: `${id} was withdrawn, or does not stand any more.`,
      }),
    ),
    { key: purchaseRow.keyOf(purchase) },
  );
};
