import { consignmentOf } from '../../functions/delivery/consignment.store.ts';
import type { Consignment, ConsignmentLine } from '../../functions/delivery/consignment.ts';
import { correctReceipt } from '../../functions/delivery/correction.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { receiveFor } from '../../functions/delivery/receipt.store.ts';
import { redirectConsignment } from '../../functions/delivery/redirect.store.ts';
import { returnConsignment } from '../../functions/delivery/return.store.ts';
import { resolveShortfall } from '../../functions/delivery/shortfall.store.ts';
import { type Shortfall, unaccounted } from '../../functions/delivery/shortfall.ts';
import { issueInEmergency } from '../../functions/emergency/issue.store.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import type { Once } from '../../functions/shared/once.ts';
import { type BusyCounty, COUNTY, SITE_IDS, WAREHOUSES, who } from './busy-county.ts';

type Run = (actor: Actor, once: Once) => Promise<string>;
type Act = () => Promise<unknown>;

interface World {
  readonly command: (actor: Actor, run: Run) => Promise<string>;
  readonly random: () => number;
}

const storekeeper = who('storekeeper');
const clerk = who('clerk');

/** What happens around a delivery that does not go to plan: goods come back, go elsewhere, turn up, are booked anew. */
export const mishapsOf = ({ deps }: BusyCounty, { command, random }: World) => {
  const upTo = (n: number) => Math.floor(random() * n);
  const among = <T>(of: readonly T[]): T | undefined => of[upTo(of.length)];
  const evidence = () => ({
    ...({ medium: 'paper', reference: '样例回执', signatory: '样例签收人', occurredAt: deps.clock.now() } as const),
  });
  /** Some of what was sent, as somebody counts it who drew these lots. */
  const countOf = (lines: readonly ConsignmentLine[], [bad, gone]: readonly [number, number]) =>
    lines.map(({ n, quantity }) => {
      const damaged = Math.floor(bad * quantity);
      const missing = Math.floor(gone * (quantity - damaged));
      const reasons = {
        ...(damaged > 0 && { damaged: 'broken' as const }),
        ...(missing > 0 && { missing: 'sent-back' as const }),
      };
      return { n, good: quantity - damaged - missing, damaged, missing, reasons };
    });

  return {
    bringBack: (id: string): Act => {
      const lots = [random() / 3, random() / 3] as const;
      const placeId = among(WAREHOUSES);
      return async () => {
        const lines = countOf(await linesOf(deps, COUNTY, id), lots);
        return command(storekeeper, (...by) =>
          returnConsignment(deps, ...by, id, { reason: 'road-blocked', lines, ...(placeId && { placeId }) }),
        );
      };
    },
    sendElsewhere: (id: string): Act => {
      const toId = among(SITE_IDS) ?? '';
      return () =>
        command(who('headquarters'), (...by) => redirectConsignment(deps, ...by, id, { toId, reason: 'road-blocked' }));
    },
    /** From its paper, whether or not anybody has entered that it left. */
    enterPaper: (id: string): Act => {
      const lots = [0, random() / 2] as const;
      return async () => {
        const lines = countOf(await linesOf(deps, COUNTY, id), lots).map((line) => ({ ...line, extra: 0 }));
        return command(clerk, (...by) => receiveFor(deps, ...by, id, { lines, evidence: evidence() }));
      };
    },
    correct: ({ id }: Consignment): Act => {
      const [lots, which] = [[random() / 2, random() / 2] as const, random()];
      return async () => {
        const all = await linesOf(deps, COUNTY, (await consignmentOf(deps, COUNTY, id)).id);
        const line = all[Math.floor(which * all.length)];
        const lines = countOf(line === undefined ? [] : [line], lots).map((one) => ({ ...one, extra: 0 }));
        return command(clerk, (...by) =>
          correctReceipt(deps, ...by, id, { reason: '误记', evidence: evidence(), lines }),
        );
      };
    },
    accountFor: ({ id, lines }: Shortfall): Act => {
      const line = among(lines.filter((one) => unaccounted(one) > 0));
      const outcome = among(['lost', 'found', 'returned'] as const) ?? 'lost';
      const quantity = line === undefined ? 1 : 1 + upTo(unaccounted(line));
      const body = { outcomes: [{ n: line?.n ?? 1, outcome, quantity }], reference: '样例报告', note: '已查明' };
      return () => command(who('approver'), (...by) => resolveShortfall(deps, ...by, id, body));
    },
    issueAtNight: (lot: { readonly itemId: string; readonly lotId: string; readonly placeId: string }): Act => {
      const body = {
        ...({
          siteId: among(['gate', 'clinic', 'near-village']) ?? '',
          recipients: 'post',
          fromId: lot.placeId,
        } as const),
        ...{ reason: '凌晨告急', authorisedBy: '样例值班领导', takenBy: '样例领物人' },
        lines: [{ itemId: lot.itemId, lotId: lot.lotId, quantity: 1 + upTo(12), unit: 'piece' }],
      };
      return () => command(storekeeper, (...by) => issueInEmergency(deps, ...by, body));
    },
  };
};
