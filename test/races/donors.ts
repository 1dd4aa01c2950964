import { noteAnswer } from '../../functions/donation/consent.store.ts';
import { giftBody } from '../../functions/donation/gift.ts';
import { lookAfterGift } from '../../functions/donation/look.store.ts';
import { receiveGift } from '../../functions/donation/receive.store.ts';
import { giftReceivedBody } from '../../functions/donation/receiving.ts';
import { giftOf, registerGift } from '../../functions/donation/register.store.ts';
import { returnGift } from '../../functions/donation/return.store.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { countyDay, plusDays, plusMinutes } from '../../functions/shared/clock.ts';
import type { Once } from '../../functions/shared/once.ts';
import type { Designation } from '../../functions/stock/lot.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { type BusyCounty, COUNTY, ITEM_IDS, insisting, WAREHOUSES, who } from './busy-county.ts';

type Run = (actor: Actor, once: Once) => Promise<string>;
type Act = () => Promise<unknown>;

interface World {
  readonly command: (actor: Actor, run: Run) => Promise<string>;
  readonly random: () => number;
  readonly designation: () => Designation;
  /** A lot of a gift lies where it was brought. */
  readonly lies: (lot: { readonly itemId: string; readonly lotId: string; readonly placeId: string }) => void;
}

/** Whoever gives, with a wish or without, and whoever looks after what is given. */
export const donorsOf = ({ deps }: BusyCounty, { command, random, designation, lies }: World) => {
  const upTo = (n: number) => Math.floor(random() * n);
  const among = <T>(of: readonly T[]): T | undefined => of[upTo(of.length)];
  const gifts: string[] = [];

  const give = (): Act => {
    const [now, itemId] = [deps.clock.now(), among(ITEM_IDS)];
    const body = giftBody.parse({
      donor: { kind: 'person', anonymous: true },
      wish: { for: designation(), fallback: among(['ask', 'ask', 'county', 'return']) },
      placeId: among(WAREHOUSES),
      expectedAt: plusMinutes(now, 10),
      goods: [
        {
          ...{ itemId, quantity: 1 + upTo(40), unit: 'piece', certificates: ['样例合格证'] },
          ...(itemId === 'greens' && { useBy: plusDays(countyDay(now), 1) }),
        },
      ],
    });
    const origin = { channel: 'donor', key: `donor-${random()}` } as const;
    return async () => gifts.push(await command(who('clerk'), (...by) => registerGift(deps, ...by, body, origin)));
  };

  const countIn = async (id: string) => {
    const { lines, placeId } = await giftOf(deps, COUNTY, id);
    const body = giftReceivedBody.parse({
      document: `D-${id}`,
      confirmed: true,
      lines: lines.map(({ n, asked, useBy }) => ({ n, lots: [{ ...asked, useBy }], final: true })),
    });
    await command(who('storekeeper'), (...by) => receiveGift(deps, ...by, id, body));
    const { lines: came } = await giftOf(deps, COUNTY, id);
    for (const { itemId = '', counted } of came)
      for (const { lots } of counted) for (const { lotId } of lots) lies({ itemId, lotId, placeId });
  };

  /** The machine looks whenever its time has come. */
  const look = async (id: string) => {
    const row = await giftOf(deps, COUNTY, id);
    await insisting(() =>
      lookAfterGift(deps, progressOf({ kind: 'donation', attempt: row.attempt, round: 0 }, row, deps.clock.now())),
    );
  };

  const answer = async (id: string, decision: 'county' | 'return' | 'wait') => {
    const evidence = {
      ...({ medium: 'phone', reference: '样例电话记录', signatory: '样例捐赠人' } as const),
      occurredAt: deps.clock.now(),
    };
    await command(who('clerk'), (...by) => noteAnswer(deps, ...by, id, { decision, evidence }));
  };

  const lookAfter = (): Act => {
    const id = among(gifts);
    const decision = among(['county', 'county', 'return', 'wait'] as const) ?? 'county';
    if (id === undefined) return give();
    return async () => {
      const { status } = await giftOf(deps, COUNTY, id);
      if (status === 'expected') await countIn(id);
      if (status === 'received') await look(id);
      if (status === 'asking') await answer(id, decision);
      if (status === 'returning')
        await command(who('storekeeper'), (...by) => returnGift(deps, ...by, id, { document: `R-${id}` }));
    };
  };

  return { give, lookAfter };
};
