import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { synthesised } from '../support/synthesised.ts';

const { of } = synthesised({ target: 'aws' });
const alarms = of('AWS::CloudWatch::Alarm').map(({ id, Properties }) => [id, Properties] as const);
const [topic] = of('AWS::SNS::Topic');
/** What is done by hand, after this heading, belongs to no alarm. */
const [alarming = ''] = readFileSync('docs/runbook.md', 'utf8').split('\n# By hand\n');
const sections = alarming
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
const runbookOf = (properties: Record<string, unknown>): string | undefined =>
  /docs\/runbook\.md#([\w-]+)$/.exec(String(properties['AlarmDescription']))?.[1];

describe('every alarm', () => {
  it('watches for one way to fail unseen', () => {
    expect(alarms.map(([id]) => id.replace(/^Monitoring(\w+)\w{8}$/, '$1')).sort()).toEqual([
      'ApiFailing',
      'AppealFailed',
      'DeliveryFailed',
      'DispatchPaperFailed',
      'DistributionFailed',
      'DivideLate',
      'DonationFailed',
      'EmergencyFailed',
      'GapFailed',
      'ImportFailed',
      'ItemsUnsettled',
      'MarksUnsent',
      'NoticesGivenUp',
      'OutOfBalance',
      'PurchaseFailed',
      'ReconciliationFailing',
      'RecordsSetAside',
      'RequestFailed',
      'ShortfallFailed',
      'SweepFailing',
      'SweepSilent',
      'Throttled',
      'TooManyConflicts',
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

it('every figure that is watched is one that the code logs, under that name', () => {
  const filters = of('AWS::Logs::MetricFilter').map(({ Properties }) => Properties);
  const code = readFileSync('functions/operations/figures.store.ts', 'utf8');
  const logged = filters.filter(({ FilterPattern }) => !String(FilterPattern).includes('NOTICE-GIVEN-UP'));
  expect(logged.map(({ MetricTransformations: [{ MetricName }] }) => MetricName).sort()).toEqual([
    'FailedRows',
    'OutOfBalance',
    'UnsentSeconds',
    'UnsettledSeconds',
  ]);
  for (const { FilterPattern, MetricTransformations } of logged) {
    const [, name] = /"([A-Z-]+)"/.exec(String(FilterPattern)) ?? [];
    const line = code.slice(code.indexOf(`deps.log.info('${name}'`)).split('});')[0];
    expect(line).toContain(`${MetricTransformations[0].MetricValue.slice(2)}:`);
  }
});

it('notices that are given up are counted whichever function says so', () => {
  const counting = of('AWS::Logs::MetricFilter').filter(({ Properties }) =>
    String(Properties['FilterPattern']).includes('NOTICE-GIVEN-UP'),
  );
  expect(counting).toHaveLength(of('AWS::Lambda::Function').length);
});

it('one dashboard shows the system in the order goods flow', () => {
  const [dashboard, ...more] = of('AWS::CloudWatch::Dashboard');
  expect(more).toEqual([]);
  const text = JSON.stringify(dashboard?.Properties['DashboardBody']);
  const titles = [...text.matchAll(/title[\\":]+([^"\\]+)/g)].map(([, title]) => title);
  expect(titles.slice(0, 4)).toEqual(['Asked for', 'Request', 'Divided: unsettled for, and rivals', 'Delivery']);
});
