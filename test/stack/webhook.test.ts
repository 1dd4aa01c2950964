import { describe, expect, it } from 'vitest';
import { greenChannelApp } from '../../lib/app.ts';
import { readable, synthesised } from '../support/synthesised.ts';

const URL = 'https://hook.example.cn/notices';
const given = (webhook?: string, webhookSecret?: string) => () =>
  greenChannelApp({ target: 'aws', webhook, webhookSecret, bundling: false });

describe('a deployment with a webhook', () => {
  const { of, text } = synthesised({ target: 'aws', webhook: URL, webhookSecret: '/green-channel/webhook' });
  const knowing = of('AWS::Lambda::Function').filter(({ Properties }) =>
    JSON.stringify(Properties['Environment']).includes('WEBHOOK'),
  );

  it('tells one function where it is and what its secret is called, and nothing what the secret is', () => {
    expect(knowing.map(({ Metadata }) => Metadata['green-channel:entry'])).toEqual([
      'functions/notices/post.handler.ts',
    ]);
    const { TABLE_NAME, ...rest } = knowing[0]?.Properties['Environment'].Variables ?? {};
    expect(rest).toEqual({ WEBHOOK_URL: URL, WEBHOOK_SECRET_PARAMETER: '/green-channel/webhook' });
    expect(text).not.toContain('whsec_');
  });

  it('lets that function read this one parameter', () => {
    const role = knowing[0]?.Properties['Role']['Fn::GetAtt'][0];
    const statements = of('AWS::IAM::Policy').flatMap(({ Properties }) =>
      Properties['PolicyDocument'].Statement.filter(
        ({ Action }: { Action: unknown }) => Action === 'ssm:GetParameter',
      ).map(({ Resource }: { Resource: unknown }) => [Properties['Roles'][0].Ref, readable(Resource)]),
    );
    expect(statements).toEqual([
      [role, 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/green-channel/webhook'],
    ]);
  });
});

describe('one that does not fit together is refused in one sentence', () => {
  it.each([
    [URL, undefined, 'A webhook comes with its secret'],
    [undefined, '/green-channel/webhook', 'A webhook comes with its secret'],
    ['http://hook.example.cn', '/green-channel/webhook', 'begins with https://'],
    ['hook', '/green-channel/webhook', 'begins with https://'],
    [URL, 'whsec_abc+/def==', 'never the secret itself'],
  ])('%s with %s', (webhook, secret, sentence) => {
    expect(given(webhook, secret)).toThrow(sentence);
  });
});
