import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { get } from '../shared/table.store.ts';
import type { Donation } from './donation.ts';
import { type DonorGiftView, donorGiftViewOf } from './donor-view.ts';
import { giftOf } from './register.store.ts';
import { hashOf, readTrackingCode, trackingRow } from './tracking.ts';

/** A code that cannot be one and one that follows nothing are answered alike: neither says which it is. */
const unknownCode = (): Problem =>
  new Problem(404, 'unknown-code', {
    zh: '没有这个查询码，请核对后再输。',
    en: 'This code follows no gift. Check it and type it again.',
  });

/** The gift that a code follows, as it was typed. @throws Problem 404 `unknown-code`. */
export const giftByCode = async (deps: Deps, typed: string): Promise<Donation> => {
  const code = readTrackingCode(typed);
  if (code === undefined) throw unknownCode();
  const found = await get(deps, trackingRow, keysOf(code.county).tracking(hashOf(code)));
  if (found === undefined) throw unknownCode();
  return giftOf(deps, code.county, found.donationId);
};

/** A gift in its donor's words. */
export const donorView = async (deps: Deps, row: Donation): Promise<DonorGiftView> => {
  const ids = row.lines.flatMap(({ itemId }) => (itemId === undefined ? [] : [itemId]));
  const wished = row.wish.for.to === 'sites' ? row.wish.for.siteIds : [];
  const [items, sites] = await Promise.all([getItems(deps, row.county, ids), getSites(deps, row.county, wished)]);
  return donorGiftViewOf(row, items, sites);
};
