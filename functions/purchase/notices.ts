import type { Item } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { LEVELS, MOST, type Words } from '../notices/words.ts';
import { countyClock } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import type { Followed } from './follow.ts';
import type { Purchase } from './purchase.ts';

const BUYERS: Recipient = { role: 'buyer' };

const telling = (to: Recipient, { id }: Purchase, code: string, words: Words, dueAt?: string): Telling => ({
  ...{ to, code, about: { kind: 'purchase', id } },
  ...words,
  ...(dueAt !== undefined && { dueAt }),
});

/** Which purchase, in half a sentence. */
const which = ({ quantity, tier, need }: Purchase, item: Item): Words => {
  const goods = inUnits(item, quantity);
  return {
    zh: `采购${item.nameZh} ${goods.zh}（${need === undefined ? '储备' : `第 ${tier} 级需求`}）`,
    en: `${item.nameEn}, ${goods.en} (${need === undefined ? 'for the pool' : `for need of tier ${tier}`})`,
  };
};

/** Something is to be bought: buyers choose among the offers. */
export const toSource = (purchase: Purchase, item: Item): Telling => {
  const [{ zh, en }, due] = [which(purchase, item), countyClock(purchase.dueAt)];
  return telling(
    BUYERS,
    purchase,
    'purchase-opened',
    {
      zh: `${zh}，请在 ${due} 前选定报价。`,
      en: `To be bought: ${en}. Choose among the offers by ${due}, China time.`,
    },
    purchase.dueAt,
  );
};

/** The green channel leaves a choice to a person: whoever decides at that level, by when and why. */
export const referred = (purchase: Purchase, item: Item): Telling => {
  const { level = 'supply-group', dueAt, referral, choice } = purchase;
  const [{ zh, en }, by, due, sum] = [
    which(purchase, item),
    LEVELS[level],
    countyClock(dueAt),
    yuan(choice?.atMostFen ?? 0),
  ];
  const why = referral.slice(0, MOST);
  return telling(
    by.to,
    purchase,
    'purchase-referred',
    {
      zh: `${zh}，最高 ${sum}，请${by.zh}在 ${due} 前审批。${why.map((reason) => reason.zh).join('')}`,
      en: `To be bought: ${en}, for at most ${sum}. ${by.en} decides by ${due}, China time. ${why.map((reason) => reason.en).join(' ')}`,
    },
    dueAt,
  );
};

/** The supply group did not decide by its deadline, `undecidedAt`: headquarters does. */
export const escalated = (purchase: Purchase, item: Item, undecidedAt: string): Telling => {
  const [{ zh, en }, was, next] = [which(purchase, item), countyClock(undecidedAt), countyClock(purchase.dueAt)];
  return telling(
    LEVELS.headquarters.to,
    purchase,
    'purchase-escalated',
    {
      zh: `${zh}，物资保障组未在 ${was} 前作出决定，请指挥部在 ${next} 前审批。`,
      en: `${en}: the supply group did not decide by ${was}; headquarters decides by ${next}, China time.`,
    },
    purchase.dueAt,
  );
};

/** Headquarters did not decide either: nothing is bought by silence. */
export const undecided = (purchase: Purchase, item: Item): Telling => {
  const { reminders, dueAt } = purchase;
  const [{ zh, en }, next] = [which(purchase, item), countyClock(dueAt)];
  return telling(
    LEVELS.headquarters.to,
    purchase,
    'purchase-undecided',
    {
      zh: `${zh}，仍无决定，已逾期 ${reminders} 次，未经审批不采购。下一时限 ${next}。`,
      en: `${en}: still undecided, ${reminders} deadlines missed, and nothing is bought without a decision. The next is ${next}, China time.`,
    },
    dueAt,
  );
};

/**
 * What buyers hear of a decision. Not the decider's own words: they may name people, and a notice is also sent out of the
 * house.
 */
export const answered = (purchase: Purchase, item: Item): Telling => {
  const [{ zh, en }, due] = [which(purchase, item), countyClock(purchase.dueAt)];
  if (purchase.status === 'ordered')
    return telling(
      BUYERS,
      purchase,
      'purchase-ordered',
      {
        zh: `${zh}已批准，订单已下，请在 ${due} 前与供应商确认。`,
        en: `Approved and ordered: ${en}. Have the suppliers confirm by ${due}, China time.`,
      },
      purchase.dueAt,
    );
  if (purchase.status === 'sourcing')
    return telling(
      BUYERS,
      purchase,
      'purchase-returned',
      {
        zh: `${zh}被退回，理由见采购单，请在 ${due} 前重新选择。`,
        en: `Sent back: ${en}. The purchase says why; choose anew by ${due}, China time.`,
      },
      purchase.dueAt,
    );
  return telling(BUYERS, purchase, 'purchase-refused', {
    zh: `${zh}未获批准，理由见采购单。`,
    en: `Refused: ${en}. The purchase says why.`,
  });
};

/** What happened to the orders without a person: buyers hear of it, and headquarters where money is what is lacking. */
export const followed = ({ purchase, notes }: Followed, item: Item): Telling[] => {
  if (notes.length === 0) return [];
  const { zh, en } = which(purchase, item);
  const some = notes.slice(0, MOST);
  const words = {
    zh: `${zh}：${some.map((note) => note.zh).join('')}`,
    en: `${en}: ${some.map((note) => note.en).join(' ')}`,
  };
  const isOut = notes.some(({ code }) => code === 'fund-exhausted');
  const dueAt = purchase.status === 'sourcing' || purchase.status === 'ordered' ? purchase.dueAt : undefined;
  const code = purchase.status === 'sourcing' ? 'purchase-sourced-again' : 'purchase-followed';
  return [BUYERS, ...(isOut ? [LEVELS.headquarters.to] : [])].map((to) => telling(to, purchase, code, words, dueAt));
};

/** How purchases are chased that nobody chose offers for. */
export const sourcingWords = ({ id, itemId, reminders }: Purchase): Reason => ({
  code: 'sourcing-overdue',
  zh: `采购 ${id}（${itemId}）仍未选定报价，已逾期 ${reminders + 1} 次。`,
  en: `Nobody has chosen offers for the purchase ${id} (${itemId}): ${reminders + 1} deadlines missed.`,
});
