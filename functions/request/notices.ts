import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { amount, LEVELS, listed, MOST, place, type Words } from '../notices/words.ts';
import { countyClock } from '../shared/clock.ts';
import type { Line } from './line.ts';
import type { Request } from './request.ts';

/** A request as it now is, and the names of what it speaks of. */
interface Asked {
  readonly request: Request;
  readonly lines: readonly Line[];
  readonly items: ReadonlyMap<string, Item>;
  readonly site: Pick<Site, 'nameZh' | 'nameEn'> | undefined;
}

const HEADQUARTERS: Recipient = LEVELS.headquarters.to;

const siteOf = ({ request: { siteId }, site }: Asked): Words => place(site, siteId);

/** So much of a line's item. */
const amountOf = ({ itemId }: Line, base: number, { items }: Asked): Words => amount(items, itemId, base);

const telling = (to: Recipient, { request }: Asked, code: string, words: Words, dueAt?: string): Telling => ({
  ...{ to, code, about: { kind: 'request', id: request.id } },
  ...words,
  ...(dueAt !== undefined && { dueAt }),
});

/** Which request, in half a sentence. */
const which = (asked: Asked): Words => {
  const { zh, en } = siteOf(asked);
  const { tier } = asked.request;
  const goods = listed(asked.lines.map((line) => amountOf(line, line.quantity, asked)));
  return { zh: `${zh}申请${goods.zh}（第 ${tier} 级）`, en: `${en} asks for ${goods.en} (tier ${tier})` };
};

/** The green channel leaves a request to a person: whoever decides at that level, by when and why. */
export const referred = (asked: Asked): Telling => {
  const { level = 'supply-group', dueAt, referral } = asked.request;
  const [{ zh, en }, by, why] = [which(asked), LEVELS[level], referral.slice(0, MOST)];
  return telling(
    by.to,
    asked,
    'request-referred',
    {
      zh: `${zh}，请${by.zh}在 ${countyClock(dueAt)} 前审批。${why.map((reason) => reason.zh).join('')}`,
      en: `${en}: ${by.en} decides by ${countyClock(dueAt)}, China time. ${why.map((reason) => reason.en).join(' ')}`,
    },
    dueAt,
  );
};

/** The supply group did not decide by its deadline, `undecidedAt`: headquarters does. */
export const escalated = (asked: Asked, undecidedAt: string): Telling => {
  const { zh, en } = which(asked);
  const [was, next] = [countyClock(undecidedAt), countyClock(asked.request.dueAt)];
  return telling(
    HEADQUARTERS,
    asked,
    'request-escalated',
    {
      zh: `${zh}，物资保障组未在 ${was} 前作出决定，请指挥部在 ${next} 前审批。`,
      en: `${en}: the supply group did not decide by ${was}; headquarters decides by ${next}, China time.`,
    },
    asked.request.dueAt,
  );
};

/** Headquarters did not decide either, and nothing may go without a decision. */
export const undecided = (asked: Asked): Telling => {
  const { zh, en } = which(asked);
  const { reminders, dueAt } = asked.request;
  return telling(
    HEADQUARTERS,
    asked,
    'decision-overdue',
    {
      zh: `${zh}，仍无决定，已逾期 ${reminders} 次。下一时限 ${countyClock(dueAt)}。`,
      en: `${en}: still undecided, ${reminders} deadlines missed. The next is ${countyClock(dueAt)}, China time.`,
    },
    dueAt,
  );
};

/** Silence let one day's norm go for the front line: headquarters looks at it afterwards. */
export const toReview = (asked: Asked): Telling => {
  const { zh, en } = siteOf(asked);
  const goods = listed(granted(asked));
  return telling(HEADQUARTERS, asked, 'one-day-released', {
    zh: `${zh}的申请无人决定，已先发一线一日定量：${goods.zh}。请事后复核。`,
    en: `Nobody decided on what ${en} asked for: one day’s norm was released, ${goods.en}. Please review it.`,
  });
};

const granted = (asked: Asked): Words[] =>
  asked.lines.filter(({ approved }) => approved > 0).map((line) => amountOf(line, line.approved, asked));

/**
 * What the site hears of the decision. Not the decider's own words: they may name people, and a notice is also sent out
 * of the house.
 */
export const answered = (asked: Asked): Telling => {
  const to: Recipient = { siteId: asked.request.siteId };
  const say = (code: string, zh: string, en: string): Telling => telling(to, asked, code, { zh, en });
  if (asked.request.status === 'refused')
    return say('request-refused', '申请未获批准，理由见申请。', 'The request was refused; the request says why.');
  const cut = asked.lines.filter(({ approved, quantity }) => approved < quantity);
  const goods = listed(granted(asked));
  if (cut.length === 0) return say('request-approved', `申请已批准：${goods.zh}。`, `Approved: ${goods.en}.`);
  const less = listed(cut.map((line) => amountOf(line, line.quantity - line.approved, asked)));
  return say(
    'request-cut',
    `申请已部分批准：${goods.zh}；未批准：${less.zh}，理由见申请。`,
    `Approved in part: ${goods.en}; not approved: ${less.en}. The request says why.`,
  );
};

const outstanding = (line: Line, asked: Asked): Words => {
  const { zh, en } = amountOf(line, line.approved - line.received, asked);
  return line.dispatched === 0 ? { zh, en } : { zh: `${zh}（部分在途）`, en: `${en} (some on the way)` };
};

/**
 * Goods are outstanding at the need-by: the clerk hears of it, and from so many missed deadlines on, headquarters too.
 */
export const needOverdue = (asked: Asked, { notices }: Pick<Policy, 'notices'>): Telling[] => {
  const { needBy, dueAt, reminders } = asked.request;
  const { zh, en } = siteOf(asked);
  const open = listed(asked.lines.filter(({ status }) => status === 'open').map((line) => outstanding(line, asked)));
  const words = {
    zh: `${zh}的需求时限 ${countyClock(needBy)} 已过，尚未收到：${open.zh}。`,
    en: `${en} needed it by ${countyClock(needBy)}, China time, and has not received: ${open.en}.`,
  };
  const to: Recipient[] = [{ role: 'clerk' }, ...(reminders >= notices.escalateAfter ? [HEADQUARTERS] : [])];
  return to.map((one) => telling(one, asked, 'need-overdue', words, dueAt));
};
