import { z } from 'zod';
import { consignmentSummary, consignmentView } from '../functions/delivery/view.ts';
import { requestView } from '../functions/request/view.ts';
import { mapEach } from '../functions/shared/each.ts';
import { itemStock } from '../functions/stock/pool.ts';
import { queueCount } from '../functions/workflow/queues.ts';
import { finishBuying } from './buying.ts';
import { tidyGifts } from './giving.ts';
import { accountFor, filePapers } from './mishaps.ts';
import { unless, type World } from './world.ts';

const anything = z.unknown();

/** Whatever cannot be met any more is given up by a person, with a reason; the file keeps who and why. */
const closeShort = async ({ people, run, asked }: World): Promise<void> => {
  await mapEach([...asked.keys()], async (id) => {
    const { status, lines } = await people.auditor.get(`/staff/requests/${id}`, requestView);
    const short = lines.filter((line) => line.status === 'open' && line.planned + line.short > 0);
    if (status !== 'approved' || short.length === 0) return;
    await unless(['wrong-status', 'nothing-short', 'own-request'], () =>
      people.headquarters.post(
        `/staff/requests/${id}/close-short`,
        { reason: '样例：演练结束，县内已无货源' },
        anything,
        `${run}-short-${id}`,
      ),
    );
  });
};

/** Consignments that gather for nothing any more. */
const callOff = async ({ people, run }: World): Promise<void> => {
  for (const { id } of await people.storekeeper.all('/staff/consignments?status=planned', consignmentSummary))
    await unless(['wrong-status'], () =>
      people.storekeeper.post(
        `/staff/consignments/${id}/cancel`,
        { reason: '样例：无货可发' },
        consignmentView,
        `${run}-off-${id}`,
      ),
    );
};

/** What is broken or out of date is destroyed, with its papers. */
const disposeOf = async ({ people, run }: World): Promise<void> => {
  for (const { itemId } of await people.auditor.all('/staff/stock', z.object({ itemId: z.string() }))) {
    const { balances } = await people.auditor.get(`/staff/stock/${itemId}`, itemStock);
    for (const { lotId, placeId, status, onHand } of balances.filter(
      (one) => one.status === 'condemned' && one.onHand > 0,
    ))
      await people.headquarters.post(
        '/staff/disposals',
        {
          ...{ lotId, placeId, status, reason: 'damaged', method: 'destroyed' },
          ...{ evidence: '样例照片 1', witness: '样例监销单 1', note: `样例：报废 ${onHand}` },
        },
        anything,
        `${run}-dispose-${lotId}-${placeId}`,
      );
  }
};

/** Everybody reads what is left in the inboxes. */
const readNotices = async ({ people, run }: World): Promise<void> => {
  const notice = z.object({ id: z.string() });
  for (const reader of [
    people.clerk,
    people.approver,
    people.headquarters,
    people.storekeeper,
    people.buyer,
    people.finance,
  ])
    await mapEach(await reader.all('/staff/notices', notice), ({ id }) =>
      reader.post(`/staff/notices/${id}/acknowledgement`, undefined, anything, `${run}-read-${id}`),
    );
};

/** Ends what people have to end, so that nothing is left waiting for anybody. */
export const tidy = async (world: World): Promise<void> => {
  await closeShort(world);
  await finishBuying(world);
  await tidyGifts(world);
  await callOff(world);
  await accountFor(world);
  await filePapers(world);
  await disposeOf(world);
  await readNotices(world);
};

/** How much waits in each work queue. */
export const queuesOf = async ({ people }: World): Promise<z.infer<typeof queueCount>[]> =>
  (await people.auditor.get('/staff/queues', z.object({ rows: z.array(queueCount) }))).rows;
