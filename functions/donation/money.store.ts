import { getPolicy } from '../catalogue/catalogue.store.ts';
import { crediting, openingFund } from '../funds/fund.store.ts';
import type { Actor } from '../shared/actor.ts';
import { countyDay, plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { invalid, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { begun, moved } from '../workflow/timeline.ts';
import { type Donation, demandMay, donationRow } from './donation.ts';
import { demandPlausibleSum, fundFor, fundIdOf, isRestricted, type MoneyReceivedBody } from './money.ts';
import { giftOf } from './register.store.ts';
import { writeGift } from './write.store.ts';

/**
 * @throws Problem 409 `no-money`; 409 `wrong-status`; 422 `not-yet`, `own-fund` or `fund-missing` where the fund is not to
 * be said or is missing, `odd-amount` until it is confirmed.
 */
const demandCreditable = (row: Donation, body: MoneyReceivedBody, today: string): void => {
  const { fundId, receivedOn } = body;
  if (row.money === undefined)
    throw new Problem(
      409,
      'no-money',
      { zh: '这笔捐赠是物资，不是资金。', en: 'This gift is of goods, not of money.' },
      [],
      {
        key: donationRow.keyOf(row),
      },
    );
  demandMay(row, 'received');
  if (receivedOn > today)
    throw invalid('not-yet', 'receivedOn', {
      zh: `到账日期 ${receivedOn} 还没有到。`,
      en: `Nothing has come in on ${receivedOn} yet.`,
    });
  if (isRestricted(row) && fundId !== undefined)
    throw invalid('own-fund', 'fundId', {
      zh: '定向捐款单独建账，不能记入其他资金。',
      en: 'Money with a wish is kept in a fund of its own.',
    });
  if (!isRestricted(row) && fundId === undefined)
    throw invalid('fund-missing', 'fundId', { zh: '请写明记入哪项资金。', en: 'Say which fund takes it in.' });
  demandPlausibleSum(row.money, body);
};

/**
 * Finance found a gift of money in the account: it credits a fund, once, in the same transaction. With a wish it is a
 * fund of its own that may buy nothing else. What was promised stays beside what came. Returns the gift's id.
 *
 * @throws Problem 404 `unknown-gift` or `unknown-fund`; 409 `wrong-status`, `no-money`, `fund-of-a-gift` or
 * `document-credited`; 422 by field, `odd-amount` until it comes again with `confirmed`.
 */
export const confirmMoney = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: MoneyReceivedBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county, sub: by } = actor;
    const row = await giftOf(deps, county, id);
    demandCreditable(row, body, countyDay(now));
    const { amountFen, document, receivedOn } = body;
    const credit = { amountFen, document, giftId: id, by, at: now };
    const fundId = body.fundId ?? fundIdOf(row);
    const [crediteds, { donation: policy }] = await Promise.all([
      isRestricted(row)
        ? openingFund(deps, { county, fundId }, fundFor(row), credit)
        : crediting(deps, { county, fundId }, credit),
      getPolicy(deps, county),
    ]);
    const { n, actions, news } = crediteds;
    const money = row.money && {
      ...row.money,
      confirmed: { fundId, credit: n, amountFen, document, receivedOn, by, at: now },
    };
    const dueAt = plusMinutes(now, policy.lookMinutes);
    const next = moved<Donation>({ ...row, ...(money && { money }) }, { status: 'received', dueAt, reminders: 0 }, now);
    await writeGift(
      deps,
      // A lapsed gift's machine has ended: another looks after what came of it.
      row.status === 'lapsed' ? { ...next, ...begun(now, dueAt), attempt: row.attempt + 1 } : next,
      {
        ...{ actor, now, actions, news, once: { by: once, result: id } },
        ...{ name: 'MoneyReceived', data: { fundId, credit: n, amountFen, document } },
      },
    );
    return id;
  });
