import { z } from 'zod';
import { donorGiftView } from '../functions/donation/donor-view.ts';
import { type GiftView, giftView } from '../functions/donation/view.ts';
import { countyDay } from '../functions/shared/clock.ts';
import { diceOf } from './dice.ts';
import { nowOf, unless, type World } from './world.ts';
import { type DeskGift, type HomeGift, SAMPLE_GIFTS, type SampleGift } from './zeku/gifts.ts';
import { WAREHOUSE } from './zeku/sites.ts';

const DAY = 1_440;
const anything = z.unknown();
const registered = z.object({ trackingCode: z.string(), gift: donorGiftView });
/** Virtual minutes between two looks at a gift, between two rounds of answering, and of buying with what was given. */
const LOOKS = 45;
const ANSWERS = 240;
const BUYING_LOOKS = 960;
/** Somebody else was faster, or the day has moved on. */
const OVERTAKEN = ['wrong-status'];
/** A fund of the county that takes in money without a wish. */
const GIFTS_FUND = 'gifts';

const viewOf = ({ people }: World, id: string): Promise<GiftView> =>
  people.auditor.get(`/staff/donations/${id}`, giftView);

/** Keys of donors are secrets; of sample donors they are long enough, and the same after a host is killed. */
const keyOf = ({ run, seed }: World, step: string): string =>
  `sample-donor-key-${run}-${diceOf(seed, `${run} ${step}`).whole(0, 1e9)}-${step}`;

/** The code, however often the host is killed in between. */
const register = async (world: World, gift: SampleGift): Promise<string> => {
  const { people, given, tally } = world;
  const [n, body] = [SAMPLE_GIFTS.indexOf(gift), gift.body(await nowOf(world))];
  const { trackingCode, gift: view } =
    gift.from === 'home'
      ? await people.donor.post('/donor/donations', body, registered, keyOf(world, `gift-${n}`))
      : await people.storekeeper.post('/staff/donations/walk-in', body, registered, keyOf(world, `desk-${n}`));
  given.set(view.id, { name: gift.name, code: trackingCode });
  tally.given += 1;
  return view.id;
};

/** What an approver says of a line that the green channel left to a person. */
const saidOf = ({ course }: HomeGift, { n, asked }: GiftView['lines'][number]) => ({
  ...{ n, outcome: 'accept', reason: '样例：已电话核对' },
  ...('mapped' in course && {
    ...{ itemId: course.mapped.itemId, as: { quantity: asked.quantity, unit: course.mapped.unit } },
  }),
});

const screen = async ({ people, run }: World, gift: HomeGift, { id, lines, money }: GiftView): Promise<void> => {
  const waiting = lines.filter(({ screening }) => screening?.outcome === 'review');
  const body =
    money === undefined
      ? { lines: waiting.map((line) => saidOf(gift, line)) }
      : { money: { outcome: 'accept', reason: '样例：已核对' } };
  await unless(OVERTAKEN, () =>
    people.approver.post(`/staff/donations/${id}/screening`, body, anything, `${run}-screen-${id}`),
  );
};

/** The van is at the door: some of it may be missing or broken, and no more of it comes. */
const countIn = async ({ people, run }: World, { course }: HomeGift, { id, lines }: GiftView): Promise<void> => {
  const expected = lines.filter(({ screening }) => screening?.outcome === 'accept');
  const body = {
    document: `样例捐赠送货单 ${id.slice(-8)}`,
    lines: expected.map(({ n, asked, madeOn, useBy }) => {
      const unit = 'mapped' in course ? course.mapped.unit : asked.unit;
      const quantity = course.comes === 'less' ? Math.ceil(asked.quantity * 0.75) : asked.quantity;
      return {
        ...{ n, lots: [{ quantity, unit, madeOn, useBy }], final: true },
        ...(course.comes === 'less' && { damaged: { quantity: 1, unit } }),
      };
    }),
  };
  await people.storekeeper.post(`/staff/donations/${id}/goods-received`, body, anything, `${run}-count-gift-${id}`);
};

/** Finance finds the money in the account, and issues the official receipt for it. */
const bank = async (world: World, { id, money, wish }: GiftView): Promise<void> => {
  const { people, run } = world;
  if (money === undefined) return;
  const { amountFen, mayBuy } = money;
  const isFree = mayBuy.length === 0 && wish.for.to === 'all';
  await people.finance.post(
    `/staff/donations/${id}/money-received`,
    {
      ...{ amountFen, document: `样例银行回单 ${id.slice(-8)}`, receivedOn: countyDay(await nowOf(world)) },
      ...(isFree && { fundId: GIFTS_FUND }),
    },
    anything,
    `${run}-bank-${id}`,
  );
  await people.finance.post(
    `/staff/donations/${id}/receipt`,
    { number: `样例票据 ${id.slice(-8)}` },
    anything,
    `${run}-official-${id}`,
  );
};

/** What was given for something buys it, as soon as there is any lack of it. */
const spend = async (world: World, id: string, untilMinute: number): Promise<void> => {
  const { people, hours, run } = world;
  const { money } = await viewOf(world, id);
  const { mayBuy = [], confirmed } = money ?? {};
  for (let round = 0; confirmed !== undefined && hours.minute() < untilMinute; round += 1) {
    const itemId = mayBuy[round % mayBuy.length] ?? ['surgical-mask', 'gloves'][round % 2];
    const body = {
      ...{ itemId, quantity: 8, unit: itemId === 'alcohol-75' ? '瓶' : '盒', placeId: WAREHOUSE },
      ...{ fundId: confirmed.fundId, reason: '样例：用捐款采购' },
    };
    await unless(['nothing-lacking', 'more-than-lacking', 'too-many-purchases', 'fund-exhausted'], () =>
      people.clerk.post('/staff/purchases', body, anything, `${run}-spend-${id}-${round}`),
    );
    await hours.pass(BUYING_LOOKS);
  }
};

const untilDecided = async (world: World, id: string): Promise<GiftView> => {
  for (;;) {
    const view = await viewOf(world, id);
    if (view.status !== 'registered') return view;
    await world.hours.pass(LOOKS);
  }
};

/** Somebody registers a gift, the green channel and maybe a person look at it, and it comes, or does not. */
const giveFromHome = async (world: World, gift: HomeGift, untilMinute: number): Promise<void> => {
  const { hours, start, seed } = world;
  const id = await register(world, gift);
  let view = await untilDecided(world, id);
  if (view.status === 'review') await screen(world, gift, view);
  view = await viewOf(world, id);
  if (view.status !== 'expected' || gift.course.comes === 'never') return;
  await hours.pass(diceOf(seed, gift.name).between(120, 360));
  if (view.money === undefined) return countIn(world, gift, view);
  await bank(world, view);
  start(() => spend(world, id, untilMinute));
};

/** Everybody who gives does, each when their time has come. */
export const give = (world: World, days: number): void => {
  for (const gift of SAMPLE_GIFTS.filter(({ atMinute }) => atMinute < days * DAY))
    world.start(async () => {
      await world.hours.until(gift.atMinute);
      if (gift.from === 'home') await giveFromHome(world, gift, days * DAY);
      else await register(world, gift satisfies DeskGift);
    });
};

const some = z.object({ id: z.string() });
const giftsAt = ({ people }: World, status: string) => people.clerk.all(`/staff/donations?status=${status}`, some);

/** Whoever is asked what is to become of a gift answers under its code. */
const answer = async (world: World): Promise<void> => {
  const { people, given } = world;
  for (const { id } of await giftsAt(world, 'asking'))
    await unless(OVERTAKEN, () =>
      people.donor.post(
        `/donor/donations/${given.get(id)?.code}/consent`,
        { decision: 'county' },
        anything,
        keyOf(world, `answer-${id}`),
      ),
    );
};

/** Donors look at what they gave now and then, and answer where they are asked, until the rehearsal ends. */
export const answerForGifts = async (world: World): Promise<void> => {
  for (;;) {
    await world.hours.pass(ANSWERS);
    await answer(world);
  }
};

/** What is asked is answered, and what nobody has brought is called off. */
export const tidyGifts = async (world: World): Promise<void> => {
  const { people, run } = world;
  await answer(world);
  for (const { id } of await giftsAt(world, 'expected'))
    await unless(OVERTAKEN, () =>
      people.clerk.post(
        `/staff/donations/${id}/withdrawal`,
        { reason: '样例：捐赠人来电撤回' },
        anything,
        `${run}-withdraw-${id}`,
      ),
    );
};
