import type { Item } from '../catalogue/item.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { inUnits } from '../catalogue/words.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import type { Planned } from './choice.ts';
import { extraFen, type Terms } from './offer.ts';

/** What was chosen, and what the sentences about it need. */
export interface Sentences {
  readonly item: Item;
  readonly needBy: string;
  readonly now: string;
  readonly suppliers: ReadonlyMap<string, Pick<Supplier, 'nameZh' | 'nameEn'>>;
  /** Base units that were to be covered. */
  readonly amount: number;
  readonly orders: readonly Planned[];
  /** The best that was not chosen, for as much as it offers of the whole. */
  readonly best?: Planned | undefined;
  /** It is tried if an order does not come. */
  readonly isTried?: boolean;
  /** What the price of the best that lies above its ceiling was held against. */
  readonly tooDear?: Reason | undefined;
  readonly left?: { readonly offerIds: readonly string[]; readonly reason: string } | undefined;
}

type Words = Pick<Reason, 'zh' | 'en'>;

const nameOf = ({ supplierId }: Terms, { suppliers }: Sentences): Words => {
  const supplier = suppliers.get(supplierId);
  return { zh: supplier?.nameZh ?? supplierId, en: supplier?.nameEn ?? supplierId };
};

const lateMinutes = ({ leadMinutes }: Terms, { now, needBy }: Sentences): number =>
  Math.ceil((Date.parse(plusMinutes(now, leadMinutes)) - Date.parse(needBy)) / 60_000);

/** When it comes, held against when it is needed. */
const arrival = (of: Terms, said: Sentences): Words => {
  const [at, due, late] = [
    countyClock(plusMinutes(said.now, of.leadMinutes)),
    countyClock(said.needBy),
    lateMinutes(of, said),
  ];
  return late <= 0
    ? { zh: `${at} 到货，不晚于需求时限 ${due}`, en: `arrives ${at}, needed by ${due} (China time)` }
    : {
        zh: `${at} 到货，比需求时限 ${due} 晚 ${late} 分钟`,
        en: `arrives ${at}, ${late} minutes after it is needed at ${due} (China time)`,
      };
};

/** So much, for so much money, and when. */
const offered = (of: Planned, said: Sentences): Words => {
  const [name, goods, when] = [nameOf(of, said), inUnits(said.item, of.quantity), arrival(of, said)];
  const [total, extra] = [yuan(of.totalFen), yuan(extraFen(of))];
  return {
    zh: `${name.zh}：${goods.zh}，到位价合计 ${total}（其中运费和搭售 ${extra}），${when.zh}`,
    en: `${name.en}: ${goods.en} for ${total} landed, fees and bundles of ${extra} among it, ${when.en}`,
  };
};

const chosen = (of: Planned, said: Sentences): Reason => {
  const { zh, en } = offered(of, said);
  if (lateMinutes(of, said) <= 0) return { code: 'chosen', zh: `选用${zh}。`, en: `Chosen: ${en}.` };
  const soon = said.orders.filter((one) => lateMinutes(one, said) <= 0);
  const [covers, whole] = [
    inUnits(
      said.item,
      soon.reduce((total, { quantity }) => total + quantity, 0),
    ),
    inUnits(said.item, said.amount),
  ];
  return {
    code: 'chosen-late',
    zh: `选用${zh}：时限内的报价只能供 ${covers.zh}，需要 ${whole.zh}。`,
    en: `Chosen though late: ${en}. What is offered in time comes to ${covers.en} of ${whole.en}.`,
  };
};

const notChosen = (of: Planned, said: Sentences): Reason => {
  const { zh, en } = offered(of, said);
  const sum = said.orders.reduce((total, { totalFen }) => total + totalFen, 0);
  const late = lateMinutes(of, said) > 0;
  const why: Words = late
    ? { zh: '到货晚于需求时限', en: 'it is late' }
    : { zh: `选用方案合计 ${yuan(sum)}，更合算`, en: `what was chosen comes to ${yuan(sum)} in all and serves better` };
  return {
    code: said.isTried ? 'next-to-try' : 'not-chosen',
    zh: `未选${zh}：${why.zh}${said.isTried ? '，列为备选' : ''}。`,
    en: `Not chosen: ${en}: ${why.en}${said.isTried ? '; tried next' : ''}.`,
  };
};

const uncovered = ({ item, amount, orders }: Sentences): Reason[] => {
  const covers = orders.reduce((total, { quantity }) => total + quantity, 0);
  if (covers >= amount) return [];
  const [whole, some, none] = [amount, covers, amount - covers].map((base) => inUnits(item, base));
  return [
    {
      code: 'uncovered',
      zh: `需要 ${whole?.zh}，现有报价只能供 ${some?.zh}，尚缺 ${none?.zh}。`,
      en: `${whole?.en} are needed and ${some?.en} are offered: ${none?.en} stay uncovered.`,
    },
  ];
};

const tooDear = ({ tooDear: found }: Sentences): Reason[] =>
  found === undefined
    ? []
    : [
        {
          code: 'never-tried',
          zh: `超过限价的报价不列为备选。${found.zh}`,
          en: `What lies above its ceiling is not tried next. ${found.en}`,
        },
      ];

const leftOut = ({ left }: Sentences): Reason[] =>
  left === undefined || left.offerIds.length === 0
    ? []
    : [
        {
          code: 'left-out',
          zh: `采购员未采用 ${left.offerIds.length} 份报价（${left.offerIds.join('、')}）：${left.reason}`,
          en: `The buyer left out ${left.offerIds.length} offers (${left.offerIds.join(', ')}): ${left.reason}`,
        },
      ];

/** Why these: each that was chosen, the best that was not, what nobody offers, and what the buyer left out. */
export const bySentence = (said: Sentences): Reason[] => [
  ...said.orders.map((of) => chosen(of, said)),
  ...(said.best === undefined ? [] : [notChosen(said.best, said)]),
  ...uncovered(said),
  ...tooDear(said),
  ...leftOut(said),
];
