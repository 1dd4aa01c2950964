import { getPolicy } from '../catalogue/catalogue.store.ts';
import { systemActor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { doOnce } from '../shared/once.store.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { balanceRow } from '../stock/balance.ts';
import { changeStatus } from '../stock/status-change.store.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import { become, type Donation } from './donation.ts';
import { giftOf } from './register.store.ts';
import { writeGift } from './write.store.ts';

/** The lots of a gift's accepted lines. */
const acceptedLots = ({ lines }: Donation) =>
  lines
    .filter(({ screening }) => screening?.outcome === 'accept')
    .flatMap(({ itemId = '', counted }) => counted.flatMap(({ lots }) => lots.map(({ lotId }) => ({ itemId, lotId }))));

const release = async (
  deps: Deps,
  { county, placeId, id }: Donation,
  { itemId, lotId }: { readonly itemId: string; readonly lotId: string },
): Promise<void> => {
  const at = keysOf(county).balance(itemId, lotId, placeId, 'quarantined');
  if (((await get(deps, balanceRow, at))?.onHand ?? 0) === 0) return;
  const actor = systemActor(county);
  const once = { subject: actor.sub, route: `release of ${id}`, key: lotId, bodyHash: '' };
  await doOnce(deps, actor, once, () =>
    changeStatus(
      deps,
      actor,
      once,
      { act: 'release', lotId, from: 'quarantined' },
      { placeId, reason: 'papers-complete', note: `捐赠 ${id} 已审核接收` },
    ),
  );
};

/**
 * Task: what was set apart of a gift at the desk is released, lot by lot, now that it is accepted. What is released
 * already is left as it is, so that a step cut off goes on where it was.
 */
export const releaseGift = (deps: Deps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, progress.county, progress.id);
    if (row.status !== 'counted') return progressOf(progress, row, now);
    for (const lot of acceptedLots(row)) await release(deps, row, lot);
    const { donation: policy } = await getPolicy(deps, progress.county);
    const next = become(row, 'received', plusMinutes(now, policy.lookMinutes), now);
    await writeGift(deps, next, { actor: systemActor(progress.county), now, name: 'GiftReleased' });
    return progressOf(progress, next, now);
  });
