import { z } from 'zod';
import { counted, type Item, issueSize } from '../catalogue/item.ts';
import { type Policy, tier } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Line } from '../request/line.ts';
import { MAX_LINES, type Request, requestRow } from '../request/request.ts';
import type { Actor } from '../shared/actor.ts';
import { invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { quantity, text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { levelFor, levelHeld } from './level.ts';
import { approved, type Decided, refused } from './outcome.ts';

/** What a person decides. Lines that are not named are approved as asked. */
export const decisionBody = z.strictObject({
  outcome: z.enum(['approved', 'refused']),
  /** Why: needed to refuse, and to change the tier. */
  note: text(500).optional(),
  tier: tier.optional(),
  lines: z
    .array(z.strictObject({ n: z.int().min(1).max(MAX_LINES), quantity, unit: text(20) }))
    .max(MAX_LINES)
    .optional(),
});
export type DecisionBody = z.infer<typeof decisionBody>;

export interface DecideInput {
  readonly request: Request;
  readonly lines: readonly Line[];
  readonly items: ReadonlyMap<string, Item>;
  readonly body: DecisionBody;
  readonly actor: Actor;
  readonly policy: Policy;
  readonly now: string;
}

/**
 * A person's decision on a request. The approver is not the asker, and holds the level that the request waits at; a
 * person may decide before the green channel has assessed, should that be held up.
 *
 * @throws Problem 409 `wrong-status`; 403 `own-request` or `wrong-level`; 422 with the paths of the fields.
 */
export const decide = ({ request, lines, items, body, actor, policy, now }: DecideInput): Decided => {
  // Approved may also become what was closed: by reopening it, not by deciding again.
  if (request.status !== 'submitted')
    throw wrongStatus(requestRow.keyOf(request), `This request is ${request.status}; it is decided.`);
  const level = levelHeld(request, actor, levelFor(request.estimatedFen, policy));
  if (body.outcome === 'refused') refuseWhole(body);
  const at = body.tier ?? request.tier;
  if (body.note === undefined && body.outcome === 'refused')
    throw invalid('note-missing', 'note', 'Say why it is refused.');
  if (body.note === undefined && at !== request.tier)
    throw invalid('note-missing', 'note', `Say why tier ${request.tier} becomes ${at}.`);
  const decision = { by: actor.sub, at: now, level, policyVersion: policy.version, note: body.note };
  if (body.outcome === 'refused') return refused(request, lines, { ...decision, reasons: [...request.referral] }, now);
  const grants = granted(lines, items, body.lines ?? []);
  const grant = (line: Line): number => grants.get(line.n) ?? line.quantity;
  if (lines.every((line) => grant(line) === 0))
    throw invalid('nothing-approved', 'lines', 'Nothing would be approved: refuse it instead, and say why.');
  if (body.note === undefined && lines.some((line) => grant(line) < line.quantity))
    throw invalid('note-missing', 'note', 'Say why less is approved than was asked.');
  const reasons = [...request.referral, ...changes(request, lines, items, { tier: at, grant })];
  return approved(request, lines, { tier: at, grant, items, policy }, { ...decision, reasons }, now);
};

/** A refusal is of the whole request. @throws Problem 422 where it names what only an approval could change. */
const refuseWhole = (body: DecisionBody): void => {
  const idle = (['tier', 'lines'] as const).filter((name) => body[name] !== undefined);
  if (idle.length > 0)
    throw new Problem(
      422,
      'whole-refusal',
      'A refusal is of the whole request. To refuse single lines, approve them with the quantity 0.',
      idle.map((path) => ({ path, message: 'Leave this out.' })),
    );
};

/**
 * Quantities by line, in base units, never more than was asked. What is not whole issue units is refused: rounded up it
 * would be more than the person allowed, and rounded down perhaps nothing.
 */
const granted = (
  lines: readonly Line[],
  items: ReadonlyMap<string, Item>,
  wanted: NonNullable<DecisionBody['lines']>,
): ReadonlyMap<number, number> => {
  const grants = new Map<number, number>();
  for (const [i, { n, quantity: amount, unit }] of wanted.entries()) {
    const line = lines.find((candidate) => candidate.n === n);
    const item = line && items.get(line.itemId);
    if (line === undefined || item === undefined)
      throw invalid('unknown-line', `lines[${i}].n`, `There is no line ${n}.`);
    if (grants.has(n)) throw invalid('duplicate-line', `lines[${i}].n`, `Line ${n} comes twice.`);
    const base = counted(item, { quantity: amount, unit }, `lines[${i}]`);
    if (typeof base !== 'number' && base.path.endsWith('.unit')) throw invalid('unknown-unit', base.path, base.message);
    // What is over any bound is over what was asked.
    if (typeof base !== 'number' || base > line.quantity)
      throw invalid(
        'more-than-asked',
        `lines[${i}].quantity`,
        `Line ${n} asks for ${inUnits(item, line.quantity).en}.`,
      );
    if (base % issueSize(item) !== 0)
      throw invalid(
        'part-unit',
        `lines[${i}].quantity`,
        `${item.nameZh} ${item.nameEn} is issued in whole ${item.issueUnit} of ${issueSize(item)} ${item.baseUnit}.`,
      );
    grants.set(n, base);
  }
  return grants;
};

/** What the decision changed of what was asked, in numbers. */
const changes = (
  request: Request,
  lines: readonly Line[],
  items: ReadonlyMap<string, Item>,
  { tier: at, grant }: { readonly tier: Request['tier']; readonly grant: (line: Line) => number },
): Reason[] => [
  ...(at === request.tier
    ? []
    : [
        {
          code: 'tier-changed',
          zh: `由第 ${request.tier} 级调整为第 ${at} 级。`,
          en: `Moved from tier ${request.tier} to tier ${at}.`,
        },
      ]),
  ...lines.flatMap((line) => {
    const item = items.get(line.itemId);
    if (item === undefined || grant(line) === line.quantity) return [];
    const [asked, given] = [inUnits(item, line.quantity), inUnits(item, grant(line))];
    return [
      {
        code: 'cut',
        zh: `${item.nameZh}：申请 ${asked.zh}，批准 ${given.zh}。`,
        en: `${item.nameEn}: asked ${asked.en}, approved ${given.en}.`,
      },
    ];
  }),
];
