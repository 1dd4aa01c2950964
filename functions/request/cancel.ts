import { type FieldError, fault, Problem, wrongStatus } from '../shared/problem.ts';
import { type GivenBack, shelvesWithin } from './give-back.ts';
import { cancelled, type Line, picking, underway } from './line.ts';
import { ended, mayBecome, type Request, requestRow } from './request.ts';
import { STATUS_ZH } from './words.ts';

export interface Cancellation {
  readonly request: Request;
  readonly lines: readonly Line[];
  /** Goods that go back to the shelf at once, one entry a balance. */
  readonly givenBack: GivenBack;
}

/**
 * Cancels a request that nothing has been picked for. What it was promised goes back with it, as many balances as
 * `budget` says; holds that do not fit stay on their cancelled lines, and the apportionment gives them back.
 *
 * @throws Problem 409 `wrong-status`; 409 `in-picking`, naming the consignments.
 */
export const cancel = (request: Request, lines: readonly Line[], now: string, budget: number): Cancellation => {
  const about = { key: requestRow.keyOf(request) };
  if (!mayBecome(request.status, 'cancelled'))
    throw wrongStatus(about.key, {
      zh: `这份申请${STATUS_ZH[request.status]}，不能取消。`,
      en: `This request is ${request.status}; it cannot be cancelled.`,
    });
  const past = lines.filter((line) => underway(line) > 0);
  if (past.length > 0)
    throw new Problem(
      409,
      'in-picking',
      { zh: '已经开始拣货，不能取消。', en: 'Picking has started.' },
      past.map(whereabouts(lines)),
      about,
    );
  const shelves = shelvesWithin(budget);
  return {
    request: ended(request, 'cancelled', now),
    lines: lines
      .filter(({ status }) => status === 'submitted' || status === 'open')
      .map((line) => ({ ...cancelled(line), holds: shelves.take(line) })),
    givenBack: shelves.givenBack(),
  };
};

const whereabouts =
  (lines: readonly Line[]) =>
  (line: Line): FieldError => {
    const consignments = [...new Set(picking(line).map(({ consignmentId }) => consignmentId))];
    return fault(
      `lines[${lines.indexOf(line)}]`,
      consignments.length > 0
        ? {
            zh: `${line.itemId} 正在拣货（${consignments.join('、')}），须先由仓库取消配送单。`,
            en: `${line.itemId} is being picked in ${consignments.join(', ')}. Cancel the consignment first.`,
          }
        : {
            zh: `${line.itemId}：在途 ${line.dispatched}，已收 ${line.received}。`,
            en: `${line.itemId}: ${line.dispatched} on the way, ${line.received} received.`,
          },
    );
  };
