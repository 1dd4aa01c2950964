import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../functions/workflow/kinds.ts';
import { CannotStart } from '../../local/cannot-start.ts';
import { readDeployment } from '../../local/template/deployment.ts';
import { synthesised, templateSources } from '../../local/template/synth.ts';
import { deploymentOf, type Fixture, fixture, statement } from './fixture.ts';

const changed = (change: (found: Fixture) => void): Fixture => {
  const found = fixture();
  change(found);
  return found;
};
const properties = (found: Fixture, id: string): Record<string, unknown> => {
  const resource = found.stack.Resources[id] ?? found.stateful.Resources[id];
  if (resource === undefined) throw new Error(`The fixture has no ${id}`);
  return resource.Properties;
};
const refusal = (change: (found: Fixture) => void): string => {
  try {
    deploymentOf(changed(change));
  } catch (error) {
    if (error instanceof CannotStart) return error.message;
    throw error;
  }
  return 'not refused';
};

describe('what is deployed, as the host reads it', () => {
  const { functions, machines, consumers, schedules, routes, table } = deploymentOf(fixture());
  const arn = 'arn:aws:lambda:local:000000000000:function:Staff';

  it('has the names and ARNs of other stacks in each environment', () => {
    expect(functions).toHaveLength(1);
    expect(functions[0]).toMatchObject({
      arn,
      entry: 'functions/api/staff.handler.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own syntax
      environment: { TABLE_NAME: 'Supply', WHERE: 'aws/arn:aws:iam::000000000000:role/Role/${Literal}' },
    });
    expect(table.TableName).toBe('Supply');
  });

  it('has each function under the statements of its own role', () => {
    expect(functions[0]?.statements[1]).toEqual({
      Effect: 'Allow',
      Action: ['dynamodb:Query'],
      Resource: ['arn:aws:dynamodb:local:000000000000:table/Supply/index/GSI1'],
    });
  });

  it('has machines, stream consumers, schedules and routes that lead to functions', () => {
    expect(machines).toEqual({
      'arn:aws:states:local:000000000000:stateMachine:house-request': `{"StartAt":"A","States":{"A":"${arn}"}}`,
    });
    expect(consumers).toMatchObject([{ id: 'Mapping', functionArn: arn, properties: { BatchSize: 25 } }]);
    expect(schedules).toEqual([{ functionArn: arn, everyMinutes: 1 }]);
    expect(routes).toEqual([{ method: 'ANY', path: '/staff/{proxy+}', functionArn: arn }]);
  });
});

describe('the boot stops, and says why, at', () => {
  it.each<[string, string, (found: Fixture) => void]>([
    [
      'a type of resource it does not know',
      'Queue is of type AWS::SQS::Queue, which this host does not know.',
      (found) => {
        found.stack.Resources['Queue'] = { Type: 'AWS::SQS::Queue', Properties: {} };
      },
    ],
    [
      'an intrinsic it does not know',
      'Staff uses Fn::Select, which this host does not know.',
      (found) => {
        properties(found, 'Staff')['Timeout'] = { 'Fn::Select': [0, [30]] };
      },
    ],
    [
      'an attribute it does not know',
      'This host does not know Endpoint of Role, which is of type AWS::IAM::Role.',
      (found) => {
        properties(found, 'Machine')['RoleArn'] = { 'Fn::GetAtt': ['Role', 'Endpoint'] };
      },
    ],
    [
      'a property that would change how a function runs',
      'Staff (AWS::Lambda::Function): Unrecognized key: "ReservedConcurrentExecutions".',
      (found) => {
        properties(found, 'Staff')['ReservedConcurrentExecutions'] = 1;
      },
    ],
    [
      'a property inside a property',
      'Supply (AWS::DynamoDB::Table): at StreamSpecification: Unrecognized key: "ResourcePolicy".',
      (found) => {
        properties(found, 'Supply')['StreamSpecification'] = {
          StreamViewType: 'NEW_AND_OLD_IMAGES',
          ResourcePolicy: {},
        };
      },
    ],
    [
      'another runtime than its own',
      'Staff (AWS::Lambda::Function): at Runtime: Invalid input: expected "nodejs24.x".',
      (found) => {
        properties(found, 'Staff')['Runtime'] = 'nodejs22.x';
      },
    ],
    [
      'a schedule that is no rate in minutes',
      'Minute (AWS::Events::Rule): at ScheduleExpression: is no rate in minutes.',
      (found) => {
        properties(found, 'Minute')['ScheduleExpression'] = 'rate(1 hour)';
      },
    ],
    [
      'a resource that exists on a condition',
      'Staff exists on a condition, which no host can judge.',
      (found) => {
        const { Staff } = found.stack.Resources;
        if (Staff !== undefined) Staff.Condition = 'Sometimes';
      },
    ],
    [
      'an export that no stack has',
      'stack imports stateful:Nowhere, which no stack exports.',
      (found) => {
        properties(found, 'Mapping')['EventSourceArn'] = { 'Fn::ImportValue': 'stateful:Nowhere' };
      },
    ],
    [
      'a function that does not name its file',
      'Staff does not say in its metadata which file it runs.',
      (found) => {
        delete found.stack.Resources['Staff']?.Metadata;
      },
    ],
    [
      'a policy with a condition',
      'Policy (AWS::IAM::Policy): at PolicyDocument.Statement.0: Unrecognized key: "Condition".',
      (found) => {
        const one = { ...statement('dynamodb:*', '*'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
        properties(found, 'Policy')['PolicyDocument'] = { Version: '2012-10-17', Statement: [one] };
      },
    ],
    [
      'a machine that may not call its own steps',
      'The role of Machine does not allow lambda:InvokeFunction on arn:aws:lambda:local:000000000000:function:Staff.',
      (found) => {
        const document = { Version: '2012-10-17', Statement: [statement('dynamodb:*', '*')] };
        properties(found, 'Policy')['PolicyDocument'] = document;
      },
    ],
    [
      'a consumer that may not read the stream',
      'The role of Staff does not allow dynamodb:DescribeStream on arn:aws:dynamodb:local:000000000000:table/Supply/stream/latest.',
      (found) => {
        const document = { Version: '2012-10-17', Statement: [statement('lambda:*', '*')] };
        properties(found, 'Policy')['PolicyDocument'] = document;
      },
    ],
  ])('%s', (_, message, change) => {
    expect(refusal(change)).toBe(message);
  });
});

describe('the template of the real system', () => {
  it('is made anew when any file changes that the stack is made of', () => {
    const { metafile } = buildSync({
      entryPoints: ['lib/app.ts', 'local/template/synth.ts'],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      outdir: 'none',
      write: false,
      metafile: true,
    });
    const read = Object.keys(metafile.inputs);
    expect(read).toContain('functions/workflow/kinds.ts');
    expect(templateSources()).toEqual(expect.arrayContaining([...read, 'package-lock.json']));
  });

  it('is one that this host runs whole, and is made once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'data-'));
    try {
      const made = await synthesised(folder);
      const before = readFileSync(join(made, 'green-channel.template.json'), 'utf8');
      const { routes, machines, consumers } = readDeployment(made);
      expect(routes.map(({ method, path }) => `${method} ${path}`)).toContain('ANY /staff/{proxy+}');
      expect(Object.keys(machines)).toHaveLength(KINDS.length);
      expect(consumers).toHaveLength(2);
      expect(await synthesised(folder)).toBe(made);
      expect(readFileSync(join(made, 'green-channel.template.json'), 'utf8')).toBe(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
