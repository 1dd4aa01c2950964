import { expect, it } from 'vitest';
import { z } from 'zod';
import { nextTick } from '../../functions/shared/clock.ts';
import { CHECKPOINT, OTHER_VILLAGE, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();
const rationale = z.object({ at: z.string() });

it('villages that ask within one wave are weighed together at its end; the front line waits for none', async () => {
  const waveMinutes = 5;
  const county = await smallCounty(on.host);
  await county.policy({ waveMinutes });
  await county.item('mask');
  await county.stock('mask', 16);
  const villages = [];
  for (const siteId of [VILLAGE, OTHER_VILLAGE])
    villages.push(await county.ask({ siteId, boxes: 12, recipients: 'residents' }));
  const post = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
  await county.requestWhen('the front line has it', post.id, ({ lines }) => lines[0]?.planned === 200);
  for (const { id } of villages) {
    const shared = await county.requestWhen('its wave has come', id, ({ lines }) => lines[0]?.planned === 300);
    const { at } = rationale.parse(shared.lines[0]?.rationale);
    expect(at >= nextTick(shared.decision?.at ?? '', waveMinutes)).toBe(true);
    expect(shared.lines[0]?.countsFrom).toBeUndefined();
  }
  expect(await county.balanced()).toBe(true);
});
