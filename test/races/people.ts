import { holdByHand, releaseByHand } from '../../functions/allocation/hand-hold.store.ts';
import { decide } from '../../functions/approval/approval.store.ts';
import type { DecisionBody } from '../../functions/approval/decide.ts';
import { getItem, getPolicy, putItem, putPolicy } from '../../functions/catalogue/catalogue.store.ts';
import { itemBody } from '../../functions/catalogue/item.ts';
import { policyBody } from '../../functions/catalogue/policy.ts';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { type Consignment, consignmentRow } from '../../functions/delivery/consignment.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { receiveAtSite } from '../../functions/delivery/receipt.store.ts';
import type { Count } from '../../functions/delivery/receipt.ts';
import { type Shortfall, shortfallRow } from '../../functions/delivery/shortfall.ts';
import { closeRequestShort } from '../../functions/request/close-short.store.ts';
import { reopenRequest } from '../../functions/request/reopening.store.ts';
import { cancelRequest, submitRequest } from '../../functions/request/request.store.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { countyDay, plusMinutes } from '../../functions/shared/clock.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { doOnce } from '../../functions/shared/once.store.ts';
import type { Once } from '../../functions/shared/once.ts';
import { everyIndexed, ofType } from '../../functions/shared/table.store.ts';
import { adjustStock } from '../../functions/stock/adjustment.store.ts';
import { adjustmentBody } from '../../functions/stock/adjustment.ts';
import { receiveStock, viewGoodsReceived } from '../../functions/stock/goods-received.store.ts';
import { goodsReceivedBody } from '../../functions/stock/goods-received.ts';
import type { Designation } from '../../functions/stock/lot.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { type BusyCounty, COUNTY, ITEM_IDS, insisting, isOrdinary, SITE_IDS, WAREHOUSES, who } from './busy-county.ts';
import { donorsOf } from './donors.ts';
import { mishapsOf } from './mishaps.ts';

const storekeeper = who('storekeeper');
type Act = () => Promise<unknown>;
const STAGES = ['planned', 'picking', 'dispatched'];

/** What is common knowledge among the people, right or wrong: who acts on it is told if it is no longer so. */
interface Known {
  readonly requests: string[];
  readonly lots: { itemId: string; lotId: string; placeId: string }[];
  consignments: readonly { readonly id: string; readonly status: string }[];
  received: readonly Consignment[];
  shortfalls: readonly Shortfall[];
}

/** Everybody in the county: what they do next is drawn when they are asked, and how it ends is for the county to say. */
export const peopleOf = (busy: BusyCounty, random: () => number) => {
  const { deps, divide, close } = busy;
  const known: Known = { requests: [], lots: [], consignments: [], received: [], shortfalls: [] };
  const upTo = (n: number) => Math.floor(random() * n);
  const among = <T>(of: readonly T[]): T | undefined => of[upTo(of.length)];
  const site = () => among(SITE_IDS) ?? '';
  const item = () => among(ITEM_IDS) ?? 'masks';
  const warehouse = () => among(WAREHOUSES) ?? 'warehouse';
  const hence = (hours: number) => plusMinutes(deps.clock.now(), hours * 60);

  let commands = 0;
  /** Sends a command as a client does, until it is answered; now and then a nervous one twice at once. */
  const command = (actor: Actor, run: (actor: Actor, once: Once) => Promise<string>): Promise<string> => {
    commands += 1;
    const once = { subject: actor.sub, route: 'POST', key: `key-${commands}`, bodyHash: 'h' };
    const send = () => insisting(() => doOnce(deps, actor, once, () => run(actor, once)));
    if (commands % 10 > 0) return send();
    return Promise.all([send(), send()]).then(([one, other]) => {
      if (one !== other) throw new Error(`One command, done as ${one} and as ${other}`);
      return one;
    });
  };

  const mishaps = mishapsOf(busy, { command, random });

  const ask = (): Act => {
    const items = random() < 0.2 ? ITEM_IDS : [item()];
    const draft = {
      siteId: site(),
      recipients: among(['post', 'vulnerable', 'residents', 'residents'] as const) ?? 'residents',
      // Some is needed later than the horizon.
      needBy: hence(among([5, 20, 20, 44, 44, 90]) ?? 20),
      reason: '值守补充',
      lines: items.map((itemId) => ({ itemId, quantity: 1 + upTo(16), unit: '件' })),
      confirmed: true,
    };
    return async () => known.requests.push(await command(who('clerk'), (...by) => submitRequest(deps, ...by, draft)));
  };

  const onlyFor = (): Designation =>
    random() < 0.5
      ? { to: 'siteKind', siteKind: among(['village', 'hospital'] as const) ?? 'village' }
      : { to: 'sites', siteIds: [...new Set([site(), site()])] };
  const designation = (): Designation => (random() < 0.4 ? onlyFor() : { to: 'all' });

  const donors = donorsOf(busy, {
    command,
    random,
    designation: () => (random() < 0.7 ? onlyFor() : designation()),
    lies: (lot) => known.lots.push(lot),
  });

  let papers = 0;
  const bookIn = (): Act => {
    papers += 1;
    const lines = Array.from({ length: 1 + upTo(2) }, () => {
      const days = among([undefined, undefined, 0, 1, 2, 4]);
      return {
        ...{ itemId: item(), quantity: 1 + upTo(60), unit: 'piece', designation: designation() },
        ...(days !== undefined && { useBy: countyDay(hence(24 * days)) }),
        status: random() < 0.1 ? 'quarantined' : 'available',
      };
    });
    const body = goodsReceivedBody.parse({
      source: among(['existing', 'allocated']),
      placeId: warehouse(),
      document: `P-${papers}`,
      lines,
    });
    return async () => {
      const id = await command(storekeeper, (...by) => receiveStock(deps, ...by, body));
      const { placeId, lines: lots } = await viewGoodsReceived(deps, COUNTY, id);
      known.lots.push(...lots.map(({ itemId, lotId }) => ({ itemId, lotId, placeId })));
    };
  };

  const recount = (): Act => {
    const lot = among(known.lots);
    if (lot === undefined) return bookIn();
    const change = (1 + upTo(25)) * (random() < 0.6 ? -1 : 1);
    // Now and then goods turn up in the other warehouse.
    const placeId = random() < 0.1 ? warehouse() : lot.placeId;
    const body = adjustmentBody.parse({ ...lot, placeId, change, unit: 'piece', reason: 'miscounted', note: '盘点' });
    return () => command(storekeeper, (...by) => adjustStock(deps, ...by, body));
  };

  const cancel = (): Act => {
    const id = among(known.requests);
    if (id === undefined) return ask();
    return () => command(who('clerk'), (...by) => cancelRequest(deps, ...by, id, { reason: '已从邻近点位调剂' }));
  };

  /** The rest of it is given up, by the supply group or by the site itself. */
  const giveUp = (): Act => {
    const id = among(known.requests);
    if (id === undefined) return ask();
    const own = random() < 0.3;
    return () => command(who('approver'), (...by) => closeRequestShort(deps, ...by, id, { reason: '已无货源' }, own));
  };

  /** More of it is needed after all; headquarters may go beyond what was asked. */
  const needAgain = (): Act => {
    const id = among(known.requests);
    if (id === undefined) return ask();
    const needBy = random() < 0.5 ? hence(among([10, 44, 90]) ?? 44) : undefined;
    const lines = [{ n: 1, quantity: 1 + upTo(6), unit: '件' }];
    const body = { reason: '新增值守人员', lines, ...(needBy !== undefined && { needBy }) };
    const by = among([who('approver'), who('headquarters')]) ?? who('approver');
    return () => command(by, (...of) => reopenRequest(deps, ...of, id, body));
  };

  /** Headquarters promises somebody something on the spot, or takes such a promise back. */
  const promise = (): Act => {
    const [id, lot] = [among(known.requests), among(known.lots)];
    if (id === undefined || lot === undefined) return ask();
    const of = { id, n: 1 };
    if (random() < 0.2)
      return () => command(who('headquarters'), (...by) => releaseByHand(deps, ...by, of, { reason: '另行解决' }));
    const { lotId, placeId } = lot;
    const body = { lotId, placeId, quantity: 1 + upTo(4), unit: '件', reason: '现场调度', takeFrom: random() < 0.6 };
    return () => command(who('headquarters'), (...by) => holdByHand(deps, ...by, of, body));
  };

  /** A person decides before the green channel does: another tier, or less. */
  const decideOn = (): Act => {
    const id = known.requests.at(-1);
    if (id === undefined) return ask();
    const body: DecisionBody = {
      ...{ outcome: random() < 0.1 ? 'refused' : 'approved', note: '情况特殊', tier: among([1, 2, 3] as const) ?? 2 },
      lines: [{ n: 1, quantity: upTo(8), unit: '件' }],
    };
    return () => command(who('approver'), (...by) => decide(deps, ...by, id, body));
  };

  const open = (): Act => {
    const route = { fromId: warehouse(), toId: site() };
    return () => command(storekeeper, async (actor, once) => (await openConsignment(deps, actor, route, once)).id);
  };

  const pick = (id: string) => command(storekeeper, (...by) => startPicking(deps, ...by, id));
  const send = (id: string) => {
    const carrier = { carrier: '样例运输队', vehicle: '样例车1' };
    return command(storekeeper, (...by) => dispatch(deps, ...by, id, carrier));
  };

  /** Whatever comes next for a consignment, as far as it gets today; or it is called off. */
  const carry = (): Act => {
    const { id, status } = among(known.consignments) ?? {};
    if (id === undefined) return open();
    if (random() < 0.1) return () => command(storekeeper, (...by) => cancelConsignment(deps, ...by, id, '道路中断'));
    if (status === 'dispatched' && random() < 0.15) return mishaps.bringBack(id);
    if (status === 'dispatched' && random() < 0.15) return mishaps.sendElsewhere(id);
    if (status !== 'planned' && random() < 0.15) return mishaps.enterPaper(id);
    const steps = [pick, send, unload(random())];
    const next = STAGES.indexOf(status ?? '');
    const today = steps.slice(next, next + 1 + upTo(3));
    return async () => {
      for (const step of today) await step(id);
    };
  };

  /** The point counts what came; `mishap` says how much of it is broken or missing, and whether anything is extra. */
  const unload = (mishap: number) => async (id: string) => {
    const [bad, extra] = [Math.max(0, mishap - 0.5), Math.max(0, Math.floor(mishap * 8) - 5)];
    const { toId, code = '' } = await consignmentOf(deps, COUNTY, id);
    const count: Count = (await linesOf(deps, COUNTY, id)).map(({ n, quantity }) => {
      const [damaged, missing] = [Math.floor(bad * quantity), extra > 0 ? 0 : Math.floor((bad * quantity) / 2)];
      const reasons = {
        ...(damaged > 0 && { damaged: 'broken' as const }),
        ...(missing > 0 && { missing: 'short-packed' as const }),
        ...(extra > 0 && { extra: 'over-packed' as const }),
      };
      return { n, good: quantity - damaged - missing, damaged, missing, extra, reasons };
    });
    await command(who('point', toId), (...by) => receiveAtSite(deps, ...by, code, { lines: count }));
    const received = await consignmentOf(deps, COUNTY, id);
    const { attempt } = received;
    await close(progressOf({ kind: 'consignment', attempt, round: 0 }, received, deps.clock.now()));
  };

  /** Headquarters thinks again: what is kept back, how far ahead is looked, how long a warehouse takes. */
  const rethink = (): Act => {
    const by = who('headquarters');
    const reserve = 10 * upTo(5);
    if (random() < 0.5)
      return async () => {
        const { version, county, id, ...was } = await getItem(deps, COUNTY, 'masks');
        await putItem(deps, by, id, itemBody.parse({ ...was, frontLineReserve: reserve }), { madeOn: version });
      };
    const allocation = { horizonMinutes: among([2_880, 4_320]) ?? 4_320, handlingMinutes: among([30, 60, 600]) ?? 60 };
    return async () => {
      const { version, county, ...was } = await getPolicy(deps, COUNTY);
      await putPolicy(deps, by, policyBody.parse({ ...was, allocation: { ...was.allocation, ...allocation } }), {
        madeOn: version,
      });
    };
  };

  /** What was booked wrongly, what is still looked for, what cannot wait for the morning. */
  const mend = (): Act => {
    const [wrong, gone, lot] = [among(known.received), among(known.shortfalls), among(known.lots)];
    const choices = [
      ...(wrong === undefined ? [] : [mishaps.correct(wrong)]),
      ...(gone === undefined ? [] : [mishaps.accountFor(gone)]),
      ...(lot === undefined ? [] : [mishaps.issueAtNight(lot)]),
    ];
    return among(choices) ?? carry();
  };

  const racing = (): Act => {
    const itemId = item();
    return () => divide(itemId);
  };

  const habits = [
    ...often(24, ask),
    ...often(12, bookIn),
    ...often(8, recount),
    ...often(5, cancel),
    ...often(5, decideOn),
    ...often(4, giveUp),
    ...often(4, needAgain),
    ...often(8, promise),
    ...often(4, open),
    ...often(34, carry),
    ...often(10, mend),
    ...often(2, rethink),
    ...often(6, racing),
  ];
  return {
    /** Everybody looks at the list of what is under way, as up to date as an index is. */
    look: async () => {
      const rows = await Promise.all(
        STAGES.map((stage) => everyIndexed(deps, { index: 'GSI1', at: keysOf(COUNTY).queue(`consignment.${stage}`) })),
      );
      known.consignments = ofType(consignmentRow, rows.flat());
      const at = (name: string) => everyIndexed(deps, { index: 'GSI1', at: keysOf(COUNTY).queue(name) });
      known.received = ofType(consignmentRow, await at('consignment.received'));
      const open = await Promise.all(['open', 'start'].map((name) => at(`shortfall.${name}`)));
      known.shortfalls = ofType(shortfallRow, open.flat());
    },
    /** What somebody does next. */
    next: (): Act => (among(habits) ?? ask)(),
    ...donors,
    ask,
    carry,
    /** How a county begins: with some stock and some need. */
    first: (): Act[] => [bookIn(), bookIn(), bookIn(), ask(), ask(), ask(), ask(), ask()],
  };
};

const often = <T>(times: number, habit: T): T[] => Array.from({ length: times }, () => habit);

/** Does it, and lives with the answer. */
export const quietly = (act: Act) => (): Promise<unknown> =>
  act().catch((error: unknown) => {
    if (!isOrdinary(error)) throw error;
  });
