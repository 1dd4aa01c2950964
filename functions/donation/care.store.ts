import { z } from 'zod';
import { insert, remove, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { fault, notFound, Problem } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { paperNumber } from '../stock/goods-received.ts';
import { become, countedOf, type Donation, donationRow, withoutWords } from './donation.ts';
import { type Donor, donorRow, erased } from './donor.ts';
import { officialReceiptRow } from './money.ts';
import { giftOf } from './register.store.ts';
import { hashOf, newSalt, trackingCode, trackingRow } from './tracking.ts';
import { writeGift } from './write.store.ts';

/** A gift's donor: what is known of it. @throws Problem 404 `unknown-donor`. */
export const donorOf = async (
  deps: Deps,
  { county, donorId }: Pick<Donation, 'county' | 'donorId'>,
): Promise<Donor> => {
  const row = await get(deps, donorRow, keysOf(county).donor(donorId));
  if (row === undefined) throw notFound('donor', donorId);
  return row;
};

/** @throws Problem 409 `wrong-status`: some of it is here already. */
const withdrawn = (row: Donation, by: string, reason: string, now: string): Donation => {
  if (row.lines.some(({ counted }) => counted.length > 0))
    throw new Problem(409, 'wrong-status', {
      zh: '已有物资入库，不能撤回；如需退还，请联系物资保障组。',
      en: 'Some of it is here already and cannot be taken back so: ask the supply group to give back what is left.',
    });
  return { ...become(row, 'withdrawn', now, now), ended: { by, at: now, reason } };
};

/**
 * What has not come is not going to: staff heard that the donor took it back. Returns the gift's id.
 *
 * @throws Problem 404 `unknown-gift`; 409 `wrong-status`.
 */
export const withdrawGift = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason }: { readonly reason: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    await writeGift(deps, withdrawn(row, actor.sub, reason, now), {
      ...{ actor, now, name: 'GiftWithdrawn', reason, once: { by: once, result: id } },
    });
    return id;
  });

/** The same by the donor itself, who knows the code. Its own words are kept with what else says who it is. */
export const withdrawByCode = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason }: { readonly reason: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    const donor = await donorOf(deps, row);
    await writeGift(deps, withdrawn(row, actor.sub, '捐赠人自行撤回', now), {
      ...{ actor, now, name: 'GiftWithdrawn', once: { by: once, result: id } },
      actions: [replace(donorRow, { ...donor, withdrawal: reason })],
    });
    return id;
  });

/**
 * Finance has issued the official receipt of a gift (捐赠票据); the acknowledgement then names it. Returns the gift's id.
 *
 * @throws Problem 404 `unknown-gift`; 409 `wrong-status` where nothing was received, `receipt-issued` where it has one, or
 * where the number is another's.
 */
export const issueReceipt = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { number }: { readonly number: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    const about = { key: donationRow.keyOf(row) };
    const issued = (of: string) =>
      new Problem(
        409,
        'receipt-issued',
        { zh: `${number} 已开给捐赠 ${of}。`, en: `${number} is the receipt of the gift ${of} already.` },
        [fault('number', { zh: '一个票号只开一次。', en: 'A number is issued once.' })],
      );
    const isAccepted = row.lines.some((line) => line.screening?.outcome === 'accept' && countedOf(line) > 0);
    if (row.money?.confirmed === undefined && !isAccepted)
      throw new Problem(
        409,
        'wrong-status',
        { zh: '尚未收到已接收的物资或资金，不能开票。', en: 'Nothing of it was received and accepted yet.' },
        [],
        about,
      );
    if (row.receipt !== undefined)
      throw new Problem(
        409,
        'receipt-issued',
        { zh: `已开票：${row.receipt.number}。`, en: `Its receipt is ${row.receipt.number}.` },
        [],
        about,
      );
    const paper = { county: row.county, number: paperNumber(number), donationId: id };
    await writeGift(
      deps,
      { ...row, receipt: { number, by: actor.sub, at: now } },
      {
        ...{ actor, now, name: 'ReceiptIssued', data: { number }, once: { by: once, result: id } },
        actions: [insert(officialReceiptRow, paper, (was) => issued(String(was?.['donationId'])))],
      },
    );
    return id;
  });

/**
 * A donor who lost the code gets another, and the old one follows nothing any more. Whoever asks for it has made sure who
 * the donor is. Returns the gift's id; the code is made of the key.
 *
 * @throws Problem 404 `unknown-gift`.
 */
export const recodeGift = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reason, key }: { readonly reason: string; readonly key: string },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    const { county } = row;
    const salt = newSalt();
    const codeHash = hashOf(trackingCode(county, key, salt));
    await writeGift(
      deps,
      { ...row, salt, codeHash },
      {
        ...{ actor, now, name: 'GiftRecoded', reason, once: { by: once, result: id } },
        actions: [
          remove(keysOf(county).tracking(row.codeHash), () => new Stale()),
          insert(trackingRow, { county, hash: codeHash, donationId: id }),
        ],
      },
    );
    return id;
  });

/** Number or date of what a donor asked it by (DESIGN: erasure on request); no name, since it stays. */
export const erasureBody = z.strictObject({ reference: text(60) });

/**
 * Takes away whatever says who a donor is, at its own wish: its name and words, and who signed for it. The gift and what
 * became of it stay. Returns the gift's id.
 *
 * @throws Problem 404 `unknown-gift` or `unknown-donor`.
 */
export const eraseDonor = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reference }: z.infer<typeof erasureBody>,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county } = actor;
    const row = await giftOf(deps, county, id);
    const donor = await donorOf(deps, row);
    const signatories = row.consents.flatMap(({ signatoryId }) => signatoryId ?? []);
    await writeGift(deps, withoutWords(row), {
      ...{ actor, now, name: 'DonorErased', data: { reference }, once: { by: once, result: id } },
      actions: [
        replace(donorRow, erased(donor, now)),
        ...signatories.map((party) => remove({ PK: keysOf(county).party(party), SK: 'META' })),
      ],
    });
    return id;
  });
