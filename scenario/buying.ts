import { z } from 'zod';
import { policy } from '../functions/catalogue/policy.ts';
import { purchaseStatus } from '../functions/purchase/purchase.ts';
import { type PurchaseView, purchaseSummary } from '../functions/purchase/view.ts';
import { plusMinutes } from '../functions/shared/clock.ts';
import { mapEach } from '../functions/shared/each.ts';
import { appealView } from '../functions/supply/appeal.ts';
import { queueRow } from '../functions/workflow/queues.ts';
import { accept, answerAppeals, deliver, paperwork } from './accepting.ts';
import { type Order, OVERTAKEN, SUPPLIERS, viewOf } from './buying-basics.ts';
import { type Client, Refused } from './client.ts';
import { diceOf } from './dice.ts';
import { nowOf, unless, type World } from './world.ts';
import { SAMPLE_ITEMS } from './zeku/items.ts';
import { WAREHOUSE } from './zeku/sites.ts';

const anything = z.unknown();
const DAY = 1_440;
/** Virtual minutes between two looks at what is to be bought, and between two at what lacks. */
const LOOKS = 120;
/** What a supplier gives himself beside his way. */
const SLACK_MINUTES = 720;
const LACKING_LOOKS = 480;
/** Of the gaps that are looked at, those that are bought for. */
const MOST_AT_ONCE = 4;
const MOST_LOOKED_AT = 100;
const purchasesAt = (client: Client, status: string): Promise<z.infer<typeof purchaseSummary>[]> =>
  client.all(`/staff/purchases?status=${status}`, purchaseSummary);

/** What requests lack and nobody brings is bought, what presses most first; the rest waits for the next day. */
const decideGaps = async (world: World, round: number): Promise<void> => {
  const { people, run } = world;
  const page = z.object({ rows: z.array(queueRow) });
  const { rows } = await people.clerk.get(`/staff/queues/to-supply?limit=${MOST_LOOKED_AT}`, page);
  const until = plusMinutes(await nowOf(world), DAY);
  await mapEach([...rows.entries()], async ([i, { id, next }]) => {
    const decide = (by: Client, body: object) =>
      unless([...OVERTAKEN, 'no-fund'], () =>
        by.post(next.path, body, anything, `${run}-gap-${id}-${round}-${by === people.clerk}`),
      );
    const buys = { decision: 'buy', placeId: WAREHOUSE, reason: '样例：库存不足，采购补足' };
    if (i < MOST_AT_ONCE && (await decide(people.clerk, buys))) return;
    await decide(people.approver, { decision: 'wait', until, reason: '样例：等待次日补货' });
  });
};

/** Each morning the pool is filled up to its minimum. */
const restock = async ({ people, run }: World, round: number): Promise<void> => {
  for (const { id } of SAMPLE_ITEMS.filter(({ poolMinimum = 0 }) => poolMinimum > 0))
    await unless(OVERTAKEN, () =>
      people.clerk.post(
        '/staff/purchases',
        { itemId: id, placeId: WAREHOUSE, reason: '样例：补足储备' },
        anything,
        `${run}-restock-${id}-${round}`,
      ),
    );
};

/** A clerk looks now and then what is lacking, until the rehearsal ends. */
export const seekGoods = async (world: World, days: number): Promise<void> => {
  for (let round = 1; world.hours.minute() < days * DAY; round += 1) {
    await world.hours.pass(LACKING_LOOKS);
    await decideGaps(world, round);
    if (round % (DAY / LACKING_LOOKS) === 1) await restock(world, round);
  }
};

const NEEDLESS = '样例：已由其他来源解决';

/** It is sought no longer: met from elsewhere, or nobody sells it. */
const giveUp = ({ people, run }: World, id: string, reason: string): Promise<boolean> =>
  unless(OVERTAKEN, () =>
    people.clerk.post(`/staff/purchases/${id}/cancel`, { reason }, anything, `${run}-give-up-${id}`),
  );

/** Nobody sells it: those above are asked instead. */
const askAbove = async (world: World, { id, item, quantity, placeId }: PurchaseView): Promise<void> => {
  const { people, run } = world;
  if (!(await giveUp(world, id, '样例：无货源，改为请求下拨'))) return;
  await people.clerk.post(
    '/staff/appeals',
    {
      ...{ itemId: item.id, quantity, unit: item.baseName, placeId },
      ...{ to: '样例州物资保障组', document: `样例请调函 ${id.slice(-6)}`, reason: '样例：县内无货源' },
    },
    appealView,
    `${run}-above-${id}`,
  );
};

/** A buyer has the rule choose among the offers. */
const choose = async (world: World, id: string): Promise<void> => {
  const { people, run } = world;
  const view = await viewOf(people.buyer, id);
  const body = { singleSource: '样例：县内仅此一家有货' };
  try {
    await people.buyer.post(`/staff/purchases/${id}/choice`, body, anything, `${run}-choice-${id}-${view.version}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'no-offer') await askAbove(world, view);
    else if (error.code === 'not-needed') await giveUp(world, id, NEEDLESS);
    else if (!OVERTAKEN.includes(error.code)) throw error;
  }
};

const decide = async (world: World, { id, level }: { id: string; level: string | undefined }) => {
  const { people, run } = world;
  const who = level === 'headquarters' ? people.headquarters : people.approver;
  const { version } = await viewOf(who, id);
  const body = { outcome: 'approved', note: '样例：同意采购' };
  try {
    await who.post(`/staff/purchases/${id}/decision`, body, anything, `${run}-decide-${id}-${version}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'not-needed') await giveUp(world, id, NEEDLESS);
    else if (![...OVERTAKEN, 'fund-exhausted', 'offer-gone', 'wrong-level'].includes(error.code)) throw error;
  }
};

/** What a supplier makes of an order is settled by its number: answered once, whoever asks how often. */
const answer = async (world: World, id: string, { n, supplierId, leadMinutes }: Order): Promise<void> => {
  const { people, run, seed } = world;
  const fate = diceOf(seed, `${supplierId} ${n}`).between(0, 1);
  if (fate < SUPPLIERS.silent) return;
  const at = `/staff/purchases/${id}/orders/${n}`;
  const now = await nowOf(world);
  if (fate < SUPPLIERS.silent + SUPPLIERS.declining)
    await unless(OVERTAKEN, () =>
      people.buyer.post(`${at}/decline`, { reason: '样例：已售罄' }, anything, `${run}-decline-${id}-${n}`),
    );
  else
    await unless(OVERTAKEN, () =>
      people.buyer.post(
        `${at}/confirmation`,
        { reference: `样例电话记录 ${n}`, deliverBy: plusMinutes(now, leadMinutes + SLACK_MINUTES) },
        anything,
        `${run}-confirm-${id}-${n}`,
      ),
    );
};

/** One round of everybody who has to do with buying. */
const buyOnce = async (world: World, onTheWay: Set<string>): Promise<void> => {
  const { people, start } = world;
  for (const { id } of await purchasesAt(people.buyer, 'sourcing')) await choose(world, id);
  for (const { id, next } of await purchasesAt(people.approver, 'submitted'))
    if (next.step === 'decision') await decide(world, { id, level: next.level });
  for (const { id } of await purchasesAt(people.buyer, 'ordered')) {
    const { orders } = await viewOf(people.buyer, id);
    for (const order of orders) {
      const key = `${id} ${order.n}`;
      if (order.status === 'placed') await answer(world, id, order);
      if (order.status !== 'confirmed' || onTheWay.has(key)) continue;
      onTheWay.add(key);
      world.tally.bought += 1;
      start(() => deliver(world, id, order));
    }
  }
  for (const { id } of await purchasesAt(people.finance, 'delivered')) await paperwork(world, id);
  await answerAppeals(world);
};

/** On a fast clock a telephone call takes hours: whoever has to answer is given days. */
const PATIENT = {
  sourceMinutes: { tier1: 720, tier2: 720, tier3: 720 },
  confirmMinutes: { tier1: 720, tier2: 720, tier3: 720 },
};

/** Headquarters gives buyers and suppliers the time that a rehearsal needs. */
const giveTime = async ({ people: { headquarters } }: World): Promise<void> => {
  const { county: _, version, ...body } = await headquarters.get('/staff/policy', policy);
  const purchase = { ...body.purchase, ...PATIENT };
  await headquarters.put('/staff/policy', { ...body, purchase }, anything, `"${version}"`);
};

/** Everybody who has to do with buying does it, until the rehearsal ends. */
export const buy = async (world: World): Promise<void> => {
  await giveTime(world);
  const onTheWay = new Set<string>();
  for (;;) {
    await buyOnce(world, onTheWay);
    await world.hours.pass(LOOKS);
  }
};

/** What was ordered and is still to come, comes; what nobody has ordered yet is called off; all is paid and filed. */
export const finishBuying = async (world: World): Promise<void> => {
  const { people, run } = world;
  for (const status of ['sourcing', 'submitted'])
    for (const { id } of await purchasesAt(people.headquarters, status))
      await unless(OVERTAKEN, () =>
        people.headquarters.post(
          `/staff/purchases/${id}/cancel`,
          { reason: '样例：演练结束' },
          anything,
          `${run}-end-${id}`,
        ),
      );
  for (const { id } of await purchasesAt(people.buyer, 'ordered')) {
    const { orders } = await viewOf(people.buyer, id);
    for (const { n } of orders.filter(({ status }) => status === 'placed'))
      await unless(OVERTAKEN, () =>
        people.buyer.post(
          `/staff/purchases/${id}/orders/${n}/confirmation`,
          { reference: '样例：演练结束前确认' },
          anything,
          `${run}-last-${id}-${n}`,
        ),
      );
    for (const order of (await viewOf(people.buyer, id)).orders.filter(({ status }) => status === 'confirmed'))
      await accept(world, id, order, order.quantity, 3);
  }
  // A bill, then its resolution, then its payment.
  for (let step = 0; step < 3; step += 1)
    for (const { id } of await purchasesAt(people.finance, 'delivered')) await paperwork(world, id);
  for (let step = 0; step < 2; step += 1) await answerAppeals(world);
};

/** Every purchase of the rehearsal, however it stands. */
export const purchasesOf = async ({ people }: World): Promise<z.infer<typeof purchaseSummary>[]> =>
  (await Promise.all(purchaseStatus.options.map((status) => purchasesAt(people.auditor, status)))).flat();
