import type { Item } from '../catalogue/item.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Consignment, StopPick } from '../delivery/consignment.ts';
import { waybill } from '../notices/words.ts';
import { type Line, picking } from '../request/line.ts';
import { compare } from '../shared/order.ts';
import type { Reason } from '../shared/reason.ts';
import type { Balance } from '../stock/balance.ts';
import { isMeantFor, usableAt } from '../stock/lot.ts';
import type { ApportionInput, Apportionment, Need } from './apportion.ts';
import { earlier } from './claims.ts';
import { placeKey } from './standing.ts';

/** What is asked back of one consignment's goods of one item. */
export type Stop = Omit<StopPick, 'noticeId'>;

/** Consignments in which something is being picked for lines that are not of the front line. */
export const pickedAfter = (lines: readonly Line[]): ReadonlySet<string> =>
  new Set(
    lines
      .filter(({ tier }) => tier > 1)
      .flatMap((line) => picking(line).flatMap(({ consignmentId }) => consignmentId ?? [])),
  );

export interface StopsOver {
  readonly item: Pick<Item, 'id'>;
  readonly lines: readonly Line[];
  readonly balances: readonly Balance[];
  /** The division that has just settled, and what it gave. */
  readonly input: ApportionInput;
  readonly answer: Pick<Apportionment, 'grants'>;
  /** Those that `pickedAfter` names. */
  readonly consignments: readonly Consignment[];
}

interface Lack {
  readonly need: Need;
  readonly line: Line;
  quantity: number;
}

/** Whole issue units that front-line lines still lack, the most urgent first. */
const lacking = ({ input, answer, lines }: StopsOver): Lack[] => {
  const granted = new Map<string, number>();
  for (const { lineId, quantity } of answer.grants) granted.set(lineId, (granted.get(lineId) ?? 0) + quantity);
  const byId = new Map(lines.map((line) => [line.id, line]));
  return input.needs
    .filter(({ tier }) => tier === 1)
    .toSorted(earlier)
    .flatMap((need): Lack[] => {
      const line = byId.get(need.lineId);
      const lack = need.target - need.floor - (granted.get(need.lineId) ?? 0);
      const quantity = lack - (lack % input.unit);
      return line === undefined || quantity <= 0 ? [] : [{ need, line, quantity }];
    });
};

/**
 * What the front line lacks once an item is divided and a consignment in picking for lower tiers has: only a person can
 * take that back, by calling the consignment off. Asked of the lowest tier first, of its consignments the youngest, and
 * of no more than it takes. One that carries goods for the front line too is not stopped. By consignment.
 */
export const stopsOver = (over: StopsOver): ReadonlyMap<string, Stop> => {
  const lacks = lacking(over);
  const shelves = new Map(over.balances.map((row) => [placeKey(row), row]));
  const stops = new Map<string, Stop>();
  const open = over.consignments
    .filter(({ status, tier }) => status === 'picking' && tier > 1)
    .toSorted((a, b) => b.tier - a.tier || compare(b.id, a.id));
  for (const { id } of open) {
    const wanted = new Map<string, Stop['for'][number]>();
    for (const hold of over.lines.filter(({ tier }) => tier > 1).flatMap(picking)) {
      const shelf = shelves.get(placeKey(hold));
      if (hold.consignmentId !== id || shelf === undefined) continue;
      let left = hold.quantity;
      for (const lack of lacks) {
        const { need, line } = lack;
        if (!isMeantFor(shelf, need) || !usableAt(shelf.useBy, need.arrival)) continue;
        const quantity = Math.min(left, lack.quantity);
        if (quantity === 0) continue;
        left -= quantity;
        lack.quantity -= quantity;
        const { requestId, n, siteId } = line;
        const before = wanted.get(line.id)?.quantity ?? 0;
        wanted.set(line.id, { requestId, n, siteId, quantity: before + quantity });
      }
    }
    const all = [...wanted.values()];
    if (all.length > 0)
      stops.set(id, { itemId: over.item.id, quantity: all.reduce((sum, one) => sum + one.quantity, 0), for: all });
  }
  return stops;
};

/** What the storekeeper is told. The amounts move with need; those of now stand on the consignment. */
export const stopWords = (
  consignment: Pick<Consignment, 'id' | 'code'>,
  stop: Stop,
  item: Item,
  sites: ReadonlyMap<string, Site>,
): Reason => {
  const [amount, paper] = [inUnits(item, stop.quantity), waybill(consignment)];
  const names = [...new Set(stop.for.map(({ siteId }) => siteId))].map((siteId) => {
    const { nameZh = siteId, nameEn = siteId } = sites.get(siteId) ?? {};
    return { nameZh, nameEn };
  });
  return {
    code: 'stop-pick',
    zh: `停止拣货：${paper.zh}正在拣的${item.nameZh}，一线缺 ${amount.zh}（${names.map(({ nameZh }) => nameZh).join('、')}）。请取消该批，物资即改配一线；已发出或需求已满足的，不必处理。`,
    en: `Stop picking ${paper.en}: of its ${item.nameEn} the front line lacks ${amount.en} (${names.map(({ nameEn }) => nameEn).join(', ')}). Call it off, and the goods go there; where it has left, or the need is met, nothing is asked any more.`,
  };
};
