import type { Policy } from '../catalogue/policy.ts';
import type { Actor, Role } from '../shared/actor.ts';
import { countyClock } from '../shared/clock.ts';
import { Problem } from '../shared/problem.ts';
import type { Order } from './order.ts';
import type { DutyStep, Purchase } from './purchase.ts';
import { roundsOf } from './rounds.ts';
import { DUTY_ZH } from './words.ts';

/**
 * Steps that may not be one person's, both ways round: asker, buyer and accepter are three people; the approver is not
 * the asker, nor who chose; the payer is not the buyer (DESIGN: green channel; FACTS: 需求、采购、验收相分离).
 */
const APART: readonly (readonly [DutyStep, DutyStep])[] = [
  ['ask', 'buy'],
  ['ask', 'accept'],
  ['buy', 'accept'],
  ['ask', 'approve'],
  ['buy', 'approve'],
  ['buy', 'pay'],
];

/** Who dealt with the supplier of an order, whatever came of it. */
const dealtBy = ({ status, writtenBy, confirmed, ended }: Order): string[] =>
  [writtenBy, confirmed?.by, status === 'declined' ? ended?.by : undefined].filter((by) => by !== undefined);

/** Who has taken which step so far, in whichever round of choosing. */
const doersOf = (of: Purchase): ReadonlyMap<DutyStep, ReadonlySet<string>> =>
  new Map<DutyStep, ReadonlySet<string>>([
    // Whoever asked for what is lacking, and whoever asked for it to be bought.
    ['ask', new Set([of.askedBy, ...(of.need?.askedBy === undefined ? [] : [of.need.askedBy])])],
    // Whoever wrote down what was chosen, confirmed an order or took a supplier's no has dealt with him too.
    [
      'buy',
      new Set([
        ...roundsOf(of).map(({ choice }) => choice.by),
        ...(of.chosenBy ?? []),
        ...roundsOf(of).flatMap(({ choice }) => choice.orders.flatMap(({ writtenBy }) => writtenBy ?? [])),
        // What is tried next is decided on with the rest, and then ordered without a person.
        ...(of.choice?.alternates ?? []).flatMap(({ writtenBy }) => writtenBy ?? []),
        ...of.orders.flatMap(dealtBy),
      ]),
    ],
    ['approve', new Set(roundsOf(of).flatMap(({ decision }) => (decision === undefined ? [] : [decision.by])))],
    ['accept', new Set(of.orders.flatMap(({ parts }) => parts.map(({ by }) => by)))],
    ['pay', new Set(of.orders.flatMap(({ payment }) => (payment === undefined ? [] : [payment.by])))],
  ]);

/** The steps of theirs that bar a person from this one. */
export const barring = (of: Purchase, step: DutyStep, sub: string): DutyStep[] =>
  APART.flatMap(([a, b]) => (a === step ? [b] : b === step ? [a] : [])).filter((other) =>
    doersOf(of).get(other)?.has(sub),
  );

/** Whether the county's clocks show a time of the night, which may go past midnight. */
export const isNight = ({ from, to }: Policy['purchase']['night'], now: string): boolean => {
  const time = countyClock(now).slice(11);
  return from <= to ? time >= from && time < to : time >= from || time < to;
};

/**
 * That this person may take the step: somebody else than whoever took those it is kept apart from. At night headquarters
 * may, with a reason, which the file lists: the purchase comes back with it.
 * Where nothing had to be overridden it comes back as it was.
 *
 * @throws Problem 403 `duties-apart`, `not-headquarters` or `not-night`.
 */
export const demandApart = (
  of: Purchase,
  step: DutyStep,
  { sub, roles }: Pick<Actor, 'sub' | 'roles'>,
  override: string | undefined,
  policy: Policy,
  now: string,
): Purchase => {
  const barred = barring(of, step, sub);
  if (barred.length === 0) return of;
  if (override === undefined)
    throw new Problem(403, 'duties-apart', {
      zh: `办理过“${barred.map((one) => DUTY_ZH[one]).join('、')}”的人不能再办理“${DUTY_ZH[step]}”：需求、采购、验收相分离。`,
      en: `Whoever took the step ${barred.join(', ')} does not take the step ${step}: demand, purchase and acceptance are separated.`,
    });
  if (!roles.includes('headquarters'))
    throw new Problem(403, 'not-headquarters', {
      zh: '只有指挥部可以一人兼办两个环节。',
      en: 'Only headquarters may do the work of two people.',
    });
  const { night } = policy.purchase;
  if (!isNight(night, now))
    throw new Problem(403, 'not-night', {
      zh: `只有在 ${night.from} 至 ${night.to} 之间才可以一人兼办两个环节。`,
      en: `Only from ${night.from} to ${night.to} may one person do the work of two.`,
    });
  return { ...of, overrides: [...of.overrides, { step, by: sub, at: now, reason: override }] };
};

/**
 * The purchase, as this person may take the step on it: in its role, or at night as headquarters doing the work of two,
 * which is then noted down.
 *
 * @throws Problem 403 `wrong-role`, or as `demandApart` says.
 */
export const onDuty = (
  of: Purchase,
  { step, role }: { readonly step: DutyStep; readonly role: Role },
  actor: Pick<Actor, 'sub' | 'roles'>,
  override: string | undefined,
  policy: Policy,
  now: string,
): Purchase => {
  const allowed = demandApart(of, step, actor, override, policy, now);
  if (allowed !== of) return allowed;
  if (!actor.roles.includes(role))
    throw new Problem(403, 'wrong-role', { zh: '您的账号没有办理这件事的权限。', en: `This takes the role ${role}.` });
  return of;
};
