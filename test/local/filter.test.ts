import { describe, expect, it } from 'vitest';
import { filterOf } from '../../local/stream/filter.ts';

const record = {
  eventName: 'MODIFY',
  dynamodb: { NewImage: { type: { S: 'request' }, start: { S: '2022-05-12T01:00:00Z' }, tier: { N: '1' } } },
};
const image = (pattern: object) => ({ dynamodb: { NewImage: pattern } });

describe('a filter pattern', () => {
  it.each([
    ['a value of a list', { eventName: ['INSERT', 'MODIFY'] }, true],
    ['no value of a list', { eventName: ['REMOVE'] }, false],
    ['all of its fields', { eventName: ['MODIFY'], ...image({ type: { S: ['request'] } }) }, true],
    ['only some of its fields', { eventName: ['MODIFY'], ...image({ type: { S: ['balance'] } }) }, false],
    ['an attribute that is there', image({ start: { S: [{ exists: true }] } }), true],
    ['an attribute that is not there', image({ resume: { M: [{ exists: true }] } }), false],
    ['the lack of an attribute', image({ resume: { S: [{ exists: false }] } }), true],
    ['the lack of an attribute that is there', image({ start: { S: [{ exists: false }] } }), false],
    ['the lack of a whole image', { dynamodb: { OldImage: { start: { S: [{ exists: false }] } } } }, true],
    ['the beginning of a value', image({ start: { S: [{ prefix: '2022-' }] } }), true],
    ['another beginning', image({ start: { S: [{ prefix: '2023-' }] } }), false],
    ['a number as DynamoDB writes it', image({ tier: { N: ['1'] } }), true],
    // As on AWS: only leaves exist, and an attribute without its type is none.
    ['an attribute whose type is left out', image({ start: [{ exists: true }] }), false],
  ])('asks for %s', (_, pattern, expected) => {
    expect(filterOf([JSON.stringify(pattern)])(record)).toBe(expected);
  });

  it('passes a record that any of several patterns asks for', () => {
    const patterns = [{ eventName: ['REMOVE'] }, image({ type: { S: ['request'] } })];
    expect(filterOf(patterns.map((each) => JSON.stringify(each)))(record)).toBe(true);
  });

  it('passes everything when there is none', () => {
    expect(filterOf([])(record)).toBe(true);
  });
});
