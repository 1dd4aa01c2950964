import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, guard, type Statement, statementSchema } from '../../local/functions/iam.ts';
import { rightsOf } from '../../local/functions/rights.ts';

const table = 'arn:aws:dynamodb:local:000000000000:table/supply';
const allow = (Action: string[], Resource: string[]): Statement => ({ Effect: 'Allow', Action, Resource });
const Key = { PK: 'a', SK: 'b' };

describe('a call takes the rights', () => {
  it('of the table it reads, or of the index', () => {
    expect(rightsOf(new GetCommand({ TableName: 'supply', Key }))).toEqual([
      { action: 'dynamodb:GetItem', resource: table },
    ]);
    expect(rightsOf(new QueryCommand({ TableName: 'supply', IndexName: 'GSI1' }))).toEqual([
      { action: 'dynamodb:Query', resource: `${table}/index/GSI1` },
    ]);
    expect(rightsOf(new BatchGetCommand({ RequestItems: { supply: { Keys: [Key] } } }))).toEqual([
      { action: 'dynamodb:BatchGetItem', resource: table },
    ]);
  });

  it('of every part of a transaction', () => {
    const TableName = 'supply';
    const UpdateExpression = 'SET a = b';
    const command = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: Key } },
        { Update: { TableName, Key, UpdateExpression } },
        { Delete: { TableName, Key } },
        { ConditionCheck: { TableName, Key, ConditionExpression: 'attribute_exists(PK)' } },
      ],
    });
    expect(rightsOf(command).map(({ action }) => action)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    ]);
  });

  it('that somebody has written down: an unknown command does not pass unasked', () => {
    class PurgeCommand {}
    expect(() => rightsOf(new PurgeCommand())).toThrow('does not know which rights PurgeCommand takes');
  });
});

describe('a policy', () => {
  const reads = [allow(['dynamodb:GetItem', 'dynamodb:Query'], [table]), allow(['states:*'], ['arn:aws:states:*'])];

  it('refuses what it does not allow, naming function, action and resource', () => {
    const ask = guard('Public', reads);
    ask(rightsOf(new GetCommand({ TableName: 'supply', Key })));
    const refused = () => ask(rightsOf(new UpdateCommand({ TableName: 'supply', Key })));
    expect(refused).toThrow(`Public is not authorized to perform dynamodb:UpdateItem on ${table}`);
    expect(refused).toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
  });

  it('for a table does not open its indexes, and another table less', () => {
    const ask = guard('Public', reads);
    expect(() => ask(rightsOf(new QueryCommand({ TableName: 'supply', IndexName: 'GSI1' })))).toThrow(/index\/GSI1/);
    expect(() => ask(rightsOf(new GetCommand({ TableName: 'supply2', Key })))).toThrow(/table\/supply2/);
  });

  it('denies in spite of whatever else it allows', () => {
    const put = rightsOf(new PutCommand({ TableName: 'supply', Item: Key }))[0];
    if (put === undefined) throw new Error('A put takes a right');
    const all = allow(['dynamodb:*'], ['*']);
    expect(allows([all], put)).toBe(true);
    expect(allows([all, { Effect: 'Deny', Action: ['dynamodb:Put*'], Resource: [table] }], put)).toBe(false);
  });

  it('reads wildcards as any characters, and nothing else as a pattern', () => {
    const text = fc.string({ minLength: 1 }).filter((one) => !/[*?$]/.test(one));
    fc.assert(
      fc.property(text, text, text, (start, middle, end) => {
        const need = { action: 'x:y', resource: start + middle + end };
        expect(allows([allow(['x:y'], [`${start}*${end}`])], need)).toBe(true);
        expect(allows([allow(['x:y'], [need.resource])], { ...need, resource: `${need.resource}!` })).toBe(false);
      }),
    );
  });

  it('that this host cannot judge is refused, not passed over', () => {
    const one = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };
    expect(statementSchema.safeParse(one).success).toBe(true);
    for (const more of [
      { Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'x' } } },
      { NotAction: 'x' },
      { Principal: '*' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      { Resource: 'arn:aws:s3:::${aws:username}' },
    ])
      expect(statementSchema.safeParse({ ...one, ...more }).success).toBe(false);
  });
});
