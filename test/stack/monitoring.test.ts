import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { synthesised } from '../support/synthesised.ts';

const { of } = synthesised({ target: 'aws' });
const alarms = of('AWS::CloudWatch::Alarm').map(({ id, Properties }) => [id, Properties] as const);
const [topic] = of('AWS::SNS::Topic');
const sections = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
const runbookOf = (properties: Record<string, unknown>): string | undefined =>
  /docs\/runbook\.md#([\w-]+)$/.exec(String(properties['AlarmDescription']))?.[1];

describe('every alarm', () => {
  it('watches for one way to fail unseen', () => {
    expect(alarms.map(([id]) => id.replace(/^Monitoring(\w+)\w{8}$/, '$1')).sort()).toEqual([
      'ApiFailing',
      'DeliveryFailed',
      'DivideLate',
      'EmergencyFailed',
      'ImportFailed',
      'RecordsSetAside',
      'RequestFailed',
      'ShortfallFailed',
      'SweepFailing',
      'SweepSilent',
      'WakeLate',
    ]);
  });

  it.each(alarms)('%s: has its section of the runbook', (_, properties) => {
    expect(sections).toContain(runbookOf(properties));
  });

  it.each(alarms)('%s: tells when it begins and when it ends', (_, properties) => {
    expect(properties['AlarmActions']).toEqual([{ Ref: topic?.id }]);
    expect(properties['OKActions']).toEqual([{ Ref: topic?.id }]);
  });
});

it('every section of the runbook belongs to an alarm', () => {
  expect(new Set(alarms.map(([, properties]) => runbookOf(properties)))).toEqual(new Set(sections));
});

it('silence of the sweep is an alarm, silence of anything else is not', () => {
  const missing = Object.fromEntries(alarms.map(([id, { TreatMissingData }]) => [id, TreatMissingData]));
  const breaching = Object.keys(missing).filter((id) => missing[id] === 'breaching');
  expect(breaching).toEqual([expect.stringContaining('SweepSilent')]);
});

it('alarms may publish to the topic, though it has a policy of its own', () => {
  const [policy] = of('AWS::SNS::TopicPolicy');
  expect(policy?.Properties['PolicyDocument'].Statement).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
    }),
  );
});

it('set-aside records are watched by the bucket they are written to', () => {
  const [, setAside] = alarms.find(([id]) => id.includes('RecordsSetAside')) ?? [];
  const metrics: { MetricStat?: { Metric: { MetricName: string; Dimensions: { Name: string; Value: unknown }[] } } }[] =
    setAside?.['Metrics'];
  const filter = metrics.flatMap(({ MetricStat }) =>
    MetricStat?.Metric.MetricName === 'PutRequests' ? MetricStat.Metric.Dimensions : [],
  );
  const bucket = of('AWS::S3::Bucket').find(({ id }) => id.startsWith('Failures'));
  expect(filter.find(({ Name }) => Name === 'FilterId')?.Value).toBe(bucket?.Properties['MetricsConfigurations'][0].Id);
});
