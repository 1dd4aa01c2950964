import { donorGiftView } from '../functions/donation/donor-view.ts';
import { giftView } from '../functions/donation/view.ts';
import { type FundEntry, fundEntry } from '../functions/funds/fund.ts';
import { mapEach } from '../functions/shared/each.ts';
import type { ItemAccount } from '../functions/stock/reconciliation.ts';
import { giftTrace } from '../functions/trace/gift-trace.ts';
import { type GiftEnd, gapsOf } from './tracing.ts';
import type { World } from './world.ts';

/** What donors see of their gifts under their codes. */
export const giftsOf = ({ people, given }: World): Promise<GiftEnd[]> =>
  mapEach([...given], async ([id, { name, code }]) => {
    const { status, trace } = await people.donor.get(
      `/donor/donations/${code}`,
      donorGiftView.extend({ trace: giftTrace }),
    );
    const { money } = await people.auditor.get(`/staff/donations/${id}`, giftView);
    const { confirmed } = money ?? {};
    return { id, name, status, trace, ...(confirmed && { credit: { fundId: confirmed.fundId, n: confirmed.credit } }) };
  });

/** Wherever what donors see and the books differ, in words. */
export const gapsIn = async (
  { people }: World,
  gifts: readonly GiftEnd[],
  accounts: readonly ItemAccount[],
): Promise<string[]> => {
  const funds = [...new Set(gifts.flatMap(({ credit }) => credit?.fundId ?? []))];
  const entries = await mapEach(
    funds,
    async (id): Promise<[string, FundEntry[]]> => [
      id,
      await people.auditor.all(`/staff/funds/${id}/entries`, fundEntry),
    ],
  );
  return gapsOf(gifts, { accounts, entries: new Map(entries) });
};
