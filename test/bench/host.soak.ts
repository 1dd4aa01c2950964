import { describe, expect, it } from 'vitest';
import { lifeReport } from '../../bench/life.ts';
import { stagesReport } from '../../bench/stages.ts';

/** The measurements that start hosts of their own, which takes a minute. */
describe('a measurement', () => {
  it('of lives closes every request', async () => {
    expect(await lifeReport({ clients: [2], lives: 1 })).toContain('lives/s');
  });

  it('of stages finds the system at home in a longer history', async () => {
    const report = await stagesReport({ stored: [4, 40], sites: 2, items: 2, rounds: 1 });
    for (const stage of ['ask, to the consignment', 'pick', 'dispatch', 'receive, to the close', 'one sweep'])
      expect(report).toContain(`| ${stage} |`);
  });
});
