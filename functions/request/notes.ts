import { counted, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import type { Reason } from '../shared/reason.ts';
import { type Line, waveOf } from './line.ts';

/** When an open line will first be weighed: with its wave, and not before it comes within the horizon; none: it is. */
export const weighedFrom = (line: Line, { allocation }: Policy, now: string): string | undefined => {
  if (line.status !== 'open') return undefined;
  const due = plusMinutes(line.needBy, -allocation.horizonMinutes);
  // The latest of the two that is yet to come.
  return [due, waveOf(line, now) ?? now]
    .filter((from) => from > now)
    .toSorted()
    .at(-1);
};

/** Part of an issue unit never leaves the warehouse: 3 斤 of what comes in bags is a bag. */
const rounded = (line: Line, item: Item): Reason[] => {
  const base = counted(item, line.asked, '');
  if (typeof base !== 'number' || base >= line.quantity) return [];
  const { quantity, unit } = line.asked;
  const [asked, became] = [inUnits(item, base), inUnits(item, line.quantity)];
  return [
    {
      code: 'rounded-up',
      zh: `申请 ${quantity} ${unit}，即 ${asked.zh}；按整${item.issueUnit}发放，进为 ${became.zh}。`,
      en: `Asked ${quantity} ${unit}, which is ${asked.en}; issued in whole ${item.issueUnit}, it became ${became.en}.`,
    },
  ];
};

/** What there is to say of a line beside its numbers: how it came to its quantity, and why nothing happens with it yet. */
export const notesOn = (line: Line, item: Item | undefined, policy: Policy, now: string): Reason[] => {
  const from = weighedFrom(line, policy, now);
  return [
    ...(item === undefined ? [] : rounded(line, item)),
    ...(from === undefined
      ? []
      : [
          {
            code: 'not-weighed-yet',
            zh: `${countyClock(from)} 前不参与分配。`,
            en: `Not divided before ${countyClock(from)}.`,
          },
        ]),
  ];
};
