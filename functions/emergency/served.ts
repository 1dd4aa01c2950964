import type { Tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { type Line, lineIdOf } from '../request/line.ts';
import type { Request } from '../request/request.ts';
import type { Actor } from '../shared/actor.ts';
import type { IssueBody, IssueLine } from './issue.ts';

/** The request that the issue served, with its lines: nothing of it is waited for, so that it has no execution. */
export const requestServed = (
  { county, sub }: Actor,
  {
    requestId,
    body,
    site,
    tier,
    at,
    now,
  }: {
    readonly requestId: string;
    readonly body: IssueBody;
    readonly site: Site;
    readonly tier: Tier;
    readonly at: string;
    readonly now: string;
  },
  lines: readonly IssueLine[],
  { policyVersion, estimatedFen }: { readonly policyVersion: number; readonly estimatedFen: number },
): { readonly request: Request; readonly lines: readonly Line[] } => {
  const of = { county, version: 1, siteId: site.id, siteKind: site.kind, tier, needBy: at } as const;
  const reasons = [
    {
      code: 'emergency-issue',
      zh: '紧急情况下先行出库，限期补办手续。',
      en: 'Issued in an emergency; its papers are due by a deadline.',
    },
  ];
  return {
    request: {
      ...{ ...of, id: requestId, status: 'closed', attempt: 1, dueAt: at, reminders: 0 },
      ...{ recipients: body.recipients, coverDays: 1, reason: body.reason, lines: lines.length, estimatedFen },
      ...{ odd: [], askedBy: sub, at: now, referral: [] },
      decision: { outcome: 'approved', by: 'emergency-issue', at, level: 'at-once', policyVersion, reasons },
    },
    lines: lines.map(({ itemId, asked, quantity }, i) => ({
      ...{ ...of, id: lineIdOf({ requestId, n: i + 1 }), requestId, n: i + 1, status: 'closed', itemId, asked },
      ...{ quantity, approved: quantity, holds: [], dispatched: 0, received: quantity, rationale: 0, division: 0 },
    })),
  };
};
