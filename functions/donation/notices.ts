import type { Recipient, Telling } from '../notices/notice.ts';
import type { Words } from '../notices/words.ts';
import { countyClock } from '../shared/clock.ts';
import type { Donation } from './donation.ts';

const CLERKS: Recipient = { role: 'clerk' };
const APPROVERS: Recipient = { role: 'approver' };
const HEADQUARTERS: Recipient = { role: 'headquarters' };
const STOREKEEPERS: Recipient = { role: 'storekeeper' };
const FINANCE: Recipient = { role: 'finance' };

const telling = (to: Recipient, { id }: Pick<Donation, 'id'>, code: string, words: Words, dueAt?: string): Telling => ({
  ...{ to, code, about: { kind: 'donation', id } },
  ...words,
  ...(dueAt !== undefined && { dueAt }),
});

/** Something of a gift is left to a person. */
export const toReview = (row: Donation): Telling => {
  const due = countyClock(row.dueAt);
  return telling(
    APPROVERS,
    row,
    'gift-to-review',
    {
      zh: `捐赠 ${row.id} 须人工审核，请在 ${due} 前处理。`,
      en: `The gift ${row.id} waits for a person to screen it, by ${due}, China time.`,
    },
    row.dueAt,
  );
};

/** Nobody has looked at it in time: whoever decides, and from then on headquarters too. */
export const reviewOverdue = (row: Donation, escalated: boolean): Telling[] =>
  [APPROVERS, ...(escalated ? [HEADQUARTERS] : [])].map((to) =>
    telling(
      to,
      row,
      'gift-review-overdue',
      {
        zh: `捐赠 ${row.id} 仍未审核，已逾期 ${row.reminders} 次，捐赠人在等答复。`,
        en: `Nobody has screened the gift ${row.id}: ${row.reminders} deadlines missed, and its donor waits.`,
      },
      row.dueAt,
    ),
  );

/** A gift has not come when it was to. */
export const notCome = (row: Donation): Telling =>
  telling(
    row.money === undefined ? CLERKS : FINANCE,
    row,
    'gift-late',
    {
      zh: `捐赠 ${row.id} 应于 ${countyClock(row.expectedAt)} 送达，尚未收到，请联系捐赠人；${countyClock(row.dueAt)} 仍未收到即作逾期处理。`,
      en: `The gift ${row.id} was to come by ${countyClock(row.expectedAt)}, China time, and has not: ask its donor. It lapses at ${countyClock(row.dueAt)}.`,
    },
    row.dueAt,
  );

export const lapsed = (row: Donation): Telling =>
  telling(row.money === undefined ? CLERKS : FINANCE, row, 'gift-lapsed', {
    zh: `捐赠 ${row.id} 未送达，已作逾期处理；此后送达仍可清点接收。`,
    en: `The gift ${row.id} never came and has lapsed. Should it still come, it is counted in all the same.`,
  });

/** What came at the desk and was not accepted lies set apart. */
export const toGiveBack = (row: Donation): Telling =>
  telling(STOREKEEPERS, row, 'gift-not-accepted', {
    zh: `捐赠 ${row.id} 中有未接收的物资，仍在隔离存放，请退还捐赠人或按规定处置。`,
    en: `Some goods of the gift ${row.id} were not accepted. They are still set apart: give them back, or dispose of them.`,
  });

/** Of what was accepted at the desk, some lots keep too short for a gift. */
export const toGiveBackShort = (row: Donation): Telling =>
  telling(STOREKEEPERS, row, 'gift-short-dated', {
    zh: `捐赠 ${row.id} 中有批次剩余保质期不足，仍在隔离存放，请退还捐赠人，或由另一人核实后放行。`,
    en: `Some lots of the gift ${row.id} keep too short for a gift. They are still set apart: give them back, or let a second person look at them.`,
  });

/** The wish cannot be met any more in time, and only the donor can say what then. */
export const toAsk = (row: Donation): Telling =>
  telling(
    CLERKS,
    row,
    'gift-to-ask',
    {
      zh: `捐赠 ${row.id} 的定向意愿难以按时实现，请征求捐赠人意见（捐赠人也可凭查询码答复），${countyClock(row.dueAt)} 前登记。`,
      en: `The wish of the gift ${row.id} cannot be met in time. Ask its donor, who may also answer under the code, by ${countyClock(row.dueAt)}, China time.`,
    },
    row.dueAt,
  );

/** What is left of it goes back to the donor. */
export const toReturn = (row: Donation): Telling =>
  telling(
    STOREKEEPERS,
    row,
    'gift-to-return',
    {
      zh: `捐赠 ${row.id} 的剩余物资按捐赠人意愿退还，请在 ${countyClock(row.dueAt)} 前办理并登记凭证。`,
      en: `What is left of the gift ${row.id} goes back to its donor, by ${countyClock(row.dueAt)}, China time. Enter the paper that shows it.`,
    },
    row.dueAt,
  );

/** What was declared and what was counted are not the same. */
export const countedOtherwise = (
  row: Donation,
  lines: readonly { readonly n: number; readonly declared: number; readonly counted: number }[],
): Telling[] =>
  lines.length === 0
    ? []
    : [
        telling(CLERKS, row, 'gift-counted-otherwise', {
          zh: `捐赠 ${row.id} 实收与申报不符：${lines.map(({ n, declared, counted }) => `第 ${n} 行申报 ${declared}、实收 ${counted}`).join('；')}（基本单位）。`,
          en: `The gift ${row.id} was counted otherwise than declared: ${lines.map(({ n, declared, counted }) => `line ${n}, ${declared} declared and ${counted} counted`).join('; ')}, in base units.`,
        }),
      ];
