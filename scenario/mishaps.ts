import { z } from 'zod';
import { shortfallView } from '../functions/delivery/shortfall.ts';
import {
  type ConsignmentSummary,
  type ConsignmentView,
  consignmentView,
  waybillView,
} from '../functions/delivery/view.ts';
import { issueView } from '../functions/emergency/issue.ts';
import { itemStock } from '../functions/stock/pool.ts';
import { stocktakeView } from '../functions/stock/stocktake-view.ts';
import { countOf } from './counting.ts';
import { type Dice, diceOf } from './dice.ts';
import { nowOf, unless, type World } from './world.ts';
import { SAMPLE_SITES, WAREHOUSE } from './zeku/sites.ts';

const DAY = 1_440;
const done = z.object({ id: z.string() });
const evidenceOf = async (world: World) => ({
  ...{ medium: 'paper', reference: '样例回执', signatory: '样例签收人' },
  occurredAt: await nowOf(world),
});

/** Of a hundred consignments, how many do not end with the site's own confirmation. */
const UNDELIVERED = { returned: 0.04, redirected: 0.04, byPaper: 0.1 };
/** Of a hundred receipts, how many turn out to have been booked wrongly. */
const BOOKED_WRONGLY = 0.03;

const neighbourOf = (siteId: string, dice: Dice): string | undefined => {
  const site = SAMPLE_SITES.find(({ id }) => id === siteId);
  const near = SAMPLE_SITES.filter(
    ({ id, kind, township }) => kind === site?.kind && township === site.township && id !== siteId,
  );
  return near.length === 0 ? undefined : dice.pick(near).id;
};

/** The van is back with what it took: most of it whole. */
const bringBack = ({ people, run }: World, { id, lines }: ConsignmentView, dice: Dice) => {
  const counts = countOf(lines, dice).map(({ extra: _, ...line }) => ({
    ...line,
    reasons: Object.fromEntries(Object.entries(line.reasons).filter(([kind]) => kind !== 'extra')),
  }));
  const body = { reason: 'road-blocked', lines: counts };
  return people.storekeeper.post(`/staff/consignments/${id}/return`, body, consignmentView, `${run}-return-${id}`);
};

/** A clerk corrects what was booked of a line hours later. */
const correctLater = async (world: World, id: string, dice: Dice): Promise<void> => {
  const { people, hours, run } = world;
  await hours.pass(dice.between(120, 600));
  const { lines } = await people.clerk.get(`/staff/consignments/${id}`, consignmentView);
  const [line] = lines;
  if (line?.found === undefined || line.found.good < 2) return;
  const less = Math.max(1, Math.floor(line.found.good / 10));
  const { extraLotId: _, ...found } = line.found;
  const corrected = {
    ...found,
    n: line.n,
    good: found.good - less,
    missing: found.extra > 0 ? found.missing : found.missing + less,
    damaged: found.extra > 0 ? found.damaged + less : found.damaged,
    reasons: {
      ...found.reasons,
      ...(found.extra > 0
        ? { damaged: found.reasons.damaged ?? 'wet' }
        : { missing: found.reasons.missing ?? 'short-packed' }),
    },
  };
  const body = { reason: '样例：清点有误', evidence: await evidenceOf(world), lines: [corrected] };
  await unless(['invalid'], () =>
    people.clerk.post(`/staff/consignments/${id}/receipt-correction`, body, consignmentView, `${run}-correct-${id}`),
  );
};

/** However a consignment arrives: confirmed by the site, entered from its paper, sent elsewhere or brought back. */
export const arrive = async (
  world: World,
  { id, to }: Pick<ConsignmentSummary, 'id' | 'to'>,
  dice: Dice,
): Promise<void> => {
  const { people, run, tally, hours } = world;
  const view = await people.storekeeper.get(`/staff/consignments/${id}`, consignmentView);
  const fate = dice.between(0, 1);
  if (fate < UNDELIVERED.returned) {
    await bringBack(world, view, dice);
    tally.mishaps += 1;
    return;
  }
  const elsewhere = fate < UNDELIVERED.returned + UNDELIVERED.redirected ? neighbourOf(to.id, dice) : undefined;
  let siteId = to.id;
  if (elsewhere !== undefined) {
    const redirected = await unless(['not-for-this-site', 'inactive-site'], () =>
      people.headquarters.post(
        `/staff/consignments/${id}/redirect`,
        { toId: elsewhere, reason: 'road-blocked', note: '样例：道路中断' },
        consignmentView,
        `${run}-redirect-${id}`,
      ),
    );
    if (redirected) siteId = elsewhere;
    tally.mishaps += 1;
    await hours.pass(dice.between(20, 60));
  }
  if (dice.chance(UNDELIVERED.byPaper)) {
    const lines = countOf(view.lines, dice);
    const body = { evidence: await evidenceOf(world), lines };
    await people.clerk.post(`/staff/consignments/${id}/receipt`, body, consignmentView, `${run}-paper-${id}`);
    tally.mishaps += 1;
  } else {
    const point = people.point(siteId);
    const waybill = await point.get(`/point/waybills/${view.code}`, waybillView);
    await point.post(
      `/point/waybills/${view.code}/receipt`,
      { lines: countOf(waybill.lines, dice) },
      waybillView,
      `${run}-receipt-${id}`,
    );
  }
  tally.received += 1;
  if (dice.chance(BOOKED_WRONGLY)) {
    tally.mishaps += 1;
    world.start(() => correctLater(world, id, dice));
  }
};

/** Says of what is unaccounted for what became of it. */
export const accountFor = async ({ people, run, seed }: World): Promise<void> => {
  for (const { id, version, lines } of await people.approver.all('/staff/shortfalls', shortfallView)) {
    const dice = diceOf(seed, id);
    const outcomes = lines
      .filter(({ unaccounted }) => unaccounted > 0)
      .slice(0, 12)
      .map(({ n, unaccounted }) => {
        const outcome = dice.pick(['lost', 'found', 'returned'] as const);
        return {
          n,
          outcome,
          quantity: unaccounted,
          ...(outcome === 'returned' && { condition: dice.pick(['good', 'doubtful', 'broken']) }),
        };
      });
    if (outcomes.length === 0) continue;
    const body = { outcomes, reference: '样例查找报告', note: '样例：已查明' };
    const resolve = (of: typeof body, key: string) =>
      people.approver.post(`/staff/shortfalls/${id}/resolution`, of, shortfallView, key);
    const resolved = await unless(['wrong-status', 'never-arrived'], () => resolve(body, `${run}-${id}-${version}`));
    // Nothing is found where nothing arrived.
    const lost = { ...body, outcomes: outcomes.map(({ n, quantity }) => ({ n, quantity, outcome: 'lost' as const })) };
    if (!resolved) await unless(['wrong-status'], () => resolve(lost, `${run}-${id}-${version}-lost`));
  }
};

/** Files the papers of the nights. */
export const filePapers = async ({ people, run }: World): Promise<void> => {
  for (const { id } of await people.approver.all('/staff/emergency-issues', issueView))
    await unless(['wrong-status'], () =>
      people.approver.post(
        `/staff/emergency-issues/${id}/papers`,
        { reference: '样例出库单', finding: 'in-order' },
        issueView,
        `${run}-papers-${id}`,
      ),
    );
};

/** Consignments that the front line needs back are called off. */
const stopPicking = async ({ people, run }: World): Promise<void> => {
  const rows = await people.storekeeper.all(
    '/staff/consignments?status=picking',
    consignmentView.pick({ id: true, stopPick: true }),
  );
  for (const { id } of rows.filter(({ stopPick }) => stopPick.length > 0))
    await unless(['wrong-status'], () =>
      people.storekeeper.post(
        `/staff/consignments/${id}/cancel`,
        { reason: '一线急需，停止拣货' },
        consignmentView,
        `${run}-stop-${id}`,
      ),
    );
};

const lotOf = async ({ people }: World, itemId: string, least: number) => {
  const { balances } = await people.storekeeper.get(`/staff/stock/${itemId}`, itemStock);
  return balances.find(
    ({ placeId, status, onHand, designation }) =>
      placeId === WAREHOUSE && status === 'available' && designation.to === 'all' && onHand >= least,
  );
};

/** At three in the morning the hospital fetches a box on somebody's word. */
const fetchAtNight = async (world: World, night: number): Promise<void> => {
  const { people, run, tally } = world;
  const itemId = ['surgical-mask', 'protective-suit', 'gloves'][night % 3] ?? 'gloves';
  const lot = await lotOf(world, itemId, 50);
  if (lot === undefined) return;
  const body = {
    ...{ siteId: 'county-hospital', recipients: 'post', fromId: WAREHOUSE, reason: '样例：凌晨收治，物资告急' },
    ...{ authorisedBy: '样例值班领导', takenBy: '样例领物人' },
    lines: [{ itemId, lotId: lot.lotId, quantity: 10, unit: 'piece' }],
  };
  const issued = await unless(['promised', 'invalid', 'too-many-holders'], () =>
    people.storekeeper.post('/staff/emergency-issues', body, done, `${run}-night-${night}`),
  );
  if (issued) tally.mishaps += 1;
};

/** The maker calls a lot back; two days later it is found to be sound. */
const recallOne = async (world: World): Promise<void> => {
  const { people, run, hours, tally } = world;
  const lot = await lotOf(world, 'antigen-test', 1);
  if (lot === undefined) return;
  const at = `/staff/lots/${lot.lotId}/recall`;
  const called = await unless(['in-picking', 'already-recalled'], () =>
    people.headquarters.post(at, { reason: 'maker-notice', note: '样例：厂家通知' }, z.unknown(), `${run}-recall`),
  );
  if (!called) return;
  tally.mishaps += 1;
  await hours.pass(DAY);
  await people.headquarters.post(`${at}/lift`, { reason: '样例：复检合格' }, z.unknown(), `${run}-lift`);
};

/** Some shelves are counted, now and then one unit less is found, and somebody else approves. */
const takeStock = async ({ people, run, seed, tally }: World, n: number): Promise<void> => {
  const dice = diceOf(seed, `stock-take ${n}`);
  const itemIds = n % 2 === 0 ? ['quilt', 'sprayer'] : ['goggles', 'face-shield'];
  const { id } = await people.storekeeper.post(
    '/staff/stocktakes',
    { placeId: WAREHOUSE, itemIds },
    stocktakeView,
    `${run}-take-${n}`,
  );
  const { lines } = await people.storekeeper.get(`/staff/stocktakes/${id}`, stocktakeView);
  const counted = [];
  for (const line of lines) {
    const { balances } = await people.auditor.get(`/staff/stock/${line.itemId}`, itemStock);
    const book = balances.find(
      ({ lotId, placeId, status }) => lotId === line.lotId && placeId === WAREHOUSE && status === line.status,
    );
    const less = dice.chance(0.3) ? 1 : 0;
    counted.push({ n: line.n, quantity: Math.max(0, (book?.onHand ?? 0) - less), unit: 'piece' });
  }
  const count = { lines: counted, complete: true };
  await people.clerk.post(`/staff/stocktakes/${id}/counts`, count, stocktakeView, `${run}-count-${n}`);
  await people.approver.post(`/staff/stocktakes/${id}/approval`, {}, stocktakeView, `${run}-approve-${n}`);
  tally.mishaps += 1;
};

/** What happens around a supply desk besides asking, deciding and carrying, until the rehearsal ends. */
export const mishaps = (world: World, days: number): void => {
  const { hours, start } = world;
  const everyHours = (of: number, act: () => Promise<void>) =>
    start(async () => {
      for (;;) {
        await hours.pass(of * 60);
        await act();
      }
    });
  everyHours(6, () => accountFor(world));
  everyHours(9, () => filePapers(world));
  everyHours(1, () => stopPicking(world));
  for (let day = 0; day < days; day += 1) {
    // The rehearsal begins at six.
    start(() => hours.until(day * DAY + 21 * 60).then(() => fetchAtNight(world, day)));
    if (day % 3 === 1) start(() => hours.until(day * DAY + 16 * 60).then(() => takeStock(world, day)));
  }
  if (days > 2) start(() => hours.until(2 * DAY).then(() => recallOne(world)));
};
