import { z } from 'zod';
import { evidenceBody } from '../shared/evidence.ts';
import type { FieldError } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import type { Effects } from '../stock/movement.ts';
import type { ConsignmentLine, Found } from './consignment.ts';
import { missingOf, type Report, receiptBody } from './receipt.ts';
import { type Shortfall, type ShortfallLine, unaccounted } from './shortfall.ts';

/** Each line may reopen several needs and requests in the same transaction; whoever corrects more does it in turns. */
const MAX_CORRECTED = 6;

export const correctionBody = z.strictObject({
  reason: text(500),
  evidence: evidenceBody,
  /** Only the lines that were booked wrongly, whole as they should have been. */
  lines: receiptBody.shape.lines.max(MAX_CORRECTED),
  confirmed: receiptBody.shape.confirmed,
});
export type CorrectionBody = z.infer<typeof correctionBody>;

/** What the lot's account has to be moved by, from what was booked to what is true. */
export const correctionEffects = (was: Found, is: Found): Effects => ({
  delivered: is.good - was.good,
  damaged: is.damaged - was.damaged,
  unaccounted: is.missing - was.missing,
});

const settledOf = ({ lost, found, returned }: ShortfallLine): number => lost + found + returned;

/** What nobody can take back: less missing than has been resolved since. And what would change nothing. */
export const correctionFaults = (
  lines: readonly ConsignmentLine[],
  report: Report,
  shortfall: Shortfall | undefined,
): FieldError[] =>
  report.flatMap(({ n, good, damaged, missing, extra }, at): FieldError[] => {
    const was = lines.find((line) => line.n === n)?.found;
    const settled = shortfall?.lines.find((line) => line.n === n);
    const least = settled === undefined ? 0 : settledOf(settled);
    return [
      ...(missing < least
        ? [{ path: `lines[${at}].missing`, message: `Of what was missing, ${least} are resolved already.` }]
        : []),
      ...(was?.good === good && was.damaged === damaged && was.missing === missing && was.extra === extra
        ? [{ path: `lines[${at}]`, message: 'This is what was booked: leave it out.' }]
        : []),
    ];
  });

/** The lines of the shortfall after a correction; what was resolved of them stays. */
export const missingNow = (
  lines: readonly ConsignmentLine[],
  told: ReadonlyMap<number, Found>,
  shortfall: Shortfall | undefined,
): ShortfallLine[] => {
  const before = new Map(shortfall?.lines.map((line) => [line.n, line]));
  return missingOf(lines, told).map((line) => {
    const was = before.get(line.n);
    return was === undefined ? line : { ...was, quantity: line.quantity, reason: line.reason };
  });
};

/** Whether a correction says anything else of what is unaccounted for. */
export const differsFrom = (shortfall: Shortfall | undefined, lines: readonly ShortfallLine[]): boolean => {
  const left = (all: readonly ShortfallLine[]) => all.map((line) => `${line.n}:${line.quantity}:${unaccounted(line)}`);
  return left(shortfall?.lines ?? []).join() !== left(lines).join();
};
