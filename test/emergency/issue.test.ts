import { describe, expect, it } from 'vitest';
import { issueBody, withLots } from '../../functions/emergency/issue.ts';

const bodyOf = (lot: object) =>
  issueBody.safeParse({
    ...{ siteId: 'checkpoint-1', recipients: 'post', fromId: 'warehouse', reason: '凌晨告急' },
    ...{ authorisedBy: '样例值班领导', takenBy: '样例领物人' },
    lines: [{ itemId: 'mask', quantity: 1, unit: '盒', ...lot }],
  });
const here = [
  { itemId: 'mask', lotId: 'lot_1', lotNo: 'GK-001', onHand: 50 },
  { itemId: 'mask', lotId: 'lot_2', lotNo: 'GK-002', onHand: 100 },
  { itemId: 'mask', lotId: 'lot_3', lotNo: 'GK-002', onHand: 200 },
  { itemId: 'gown', lotId: 'lot_4', lotNo: 'GK-003', onHand: 10 },
  { itemId: 'mask', lotId: 'lot_5', lotNo: undefined, onHand: 10 },
];
const lotOf = (lot: object) => {
  const { body, errors } = withLots(issueBody.parse(bodyOf(lot).data), here);
  return errors.length > 0 ? errors : body.lines.map(({ lotId }) => lotId);
};

describe('given a lot at three in the morning', () => {
  it('then the number on its label tells it, however it is typed, and so does its id', () => {
    expect(lotOf({ lotNo: 'ｇｋ－001' })).toEqual(['lot_1']);
    expect(lotOf({ lotId: 'lot_9' })).toEqual(['lot_9']);
  });

  it('then a number of several lots is asked about, each by its id and what is there of it', () => {
    expect(lotOf({ lotNo: 'GK-002' })).toEqual([
      { path: 'lines[0].lotNo', message: expect.stringMatching(/lot_2 \(100\), lot_3 \(200\)/) },
    ]);
  });

  it('then a number that nothing here has, or that another item has, tells none', () => {
    for (const lotNo of ['GK-009', 'GK-003']) expect(lotOf({ lotNo })).toMatchObject([{ path: 'lines[0].lotNo' }]);
  });

  it('then exactly one of the two is said', () => {
    expect(bodyOf({}).success).toBe(false);
    expect(bodyOf({ lotId: 'lot_1', lotNo: 'GK-001' }).success).toBe(false);
  });
});
