import type { z } from 'zod';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { evidenceOf } from '../shared/evidence.ts';
import type { Once } from '../shared/once.ts';
import { retrying } from '../shared/retrying.ts';
import { type Donation, demandStands } from './donation.ts';
import { giftOf } from './register.store.ts';
import { type answerBody, answered, type toldBody } from './wish.ts';
import { writeGift } from './write.store.ts';

const demandAsked = (row: Donation): void =>
  demandStands(row, ['asking'], {
    zh: '现在不需要您答复；需要时会征求您的意见。',
    en: 'nothing is asked of you now. You will be asked when it is needed.',
  });

/**
 * The donor, who knows the code, says what becomes of goods whose wish cannot be met. Returns the gift's id.
 *
 * @throws Problem 409 `wrong-status` where nothing is asked.
 */
export const answerByCode = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { decision }: z.infer<typeof answerBody>,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    demandAsked(row);
    const next = answered(row, { decision, given: 'by-code', by: row.donorId, at: now }, now);
    await writeGift(deps, next, {
      ...{ actor, now, name: 'DonorConsented', data: { decision, given: 'by-code' } },
      once: { by: once, result: id },
    });
    return id;
  });

/** The same, as staff heard it, with what proves it. @throws Problem 409 `wrong-status`; 422 `not-yet`. */
export const noteAnswer = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { decision, evidence: said }: z.infer<typeof toldBody>,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await giftOf(deps, actor.county, id);
    demandAsked(row);
    const { evidence, actions } = evidenceOf(said, actor, deps.ids, now);
    const { reference, signatoryId } = evidence;
    const consent = { decision, given: 'to-staff', evidence: reference, signatoryId, by: actor.sub, at: now } as const;
    await writeGift(deps, answered(row, consent, now), {
      ...{ actor, now, actions, name: 'DonorConsented', data: { decision, given: 'to-staff', evidence } },
      once: { by: once, result: id },
    });
    return id;
  });
