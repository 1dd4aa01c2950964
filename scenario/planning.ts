import { planView } from '../functions/distribution/view.ts';
import type { World } from './world.ts';

const DAY = 1_440;
/** On the second afternoon, when the oil for villages has come. */
const AT_MINUTE = DAY + 900;
/** Virtual minutes between two looks at how far a plan is. */
const LOOKS = 30;

/** Oil by households and masks by heads, to villages of one township that never asked. */
const PLAN = {
  ...{ reason: '样例：捐赠物资按户发放', recipients: 'residents' },
  target: { to: 'kinds', kinds: ['village'], townships: ['样例一乡'] },
  lines: [
    { itemId: 'cooking-oil', norm: { quantity: 100, unit: 'millilitre', per: 'household' } },
    { itemId: 'surgical-mask', norm: { quantity: 1, unit: 'piece', per: 'person' } },
  ],
};

/** A clerk plans for villages that never asked, somebody else decides, and each village has its need. */
export const planForVillages = async (world: World, days: number): Promise<void> => {
  const { people, hours, run, asked } = world;
  if (days * DAY <= AT_MINUTE) return;
  await hours.until(AT_MINUTE);
  const body = { ...PLAN, needBy: hours.iso(AT_MINUTE + 2 * DAY) };
  const { id, next } = await people.clerk.post('/staff/distribution-plans', body, planView, `${run}-plan`);
  const who = next.level === 'headquarters' ? people.headquarters : people.approver;
  await hours.pass(60);
  const decision = { outcome: 'approved', note: '样例：同意发放' };
  await who.post(`/staff/distribution-plans/${id}/decision`, decision, planView, `${run}-plan-decision`);
  for (;;) {
    await hours.pass(LOOKS);
    const { status, sites } = await people.auditor.get(`/staff/distribution-plans/${id}`, planView);
    if (status !== 'opened') continue;
    for (const { requestId } of sites) if (requestId !== undefined) asked.set(requestId, undefined);
    return;
  }
};
