import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { shortfallStatus } from '../../functions/delivery/shortfall.ts';
import { issueStatus } from '../../functions/emergency/issue.ts';
import { appealStatus } from '../../functions/purchase/appeal.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const RIGHTS = ['GetItem', 'PutItem'] as const;

/** What did not arrive as it was sent: chased until staff have said what became of it. */
export const shortfallWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const remind = new TaskFunction(scope, 'RemindOfShortfall', house, {
    entry: 'functions/delivery/chase.handler.ts',
    rights: RIGHTS,
  });
  const timeline = new Timeline(scope, 'ShortfallWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const late = timeline.step('Remind of the shortfall', remind).next(stands);
  stands
    .when(standsAt(shortfallStatus.enum.open), timeline.wait('Wait for its resolution', late).next(stands))
    .otherwise(new Succeed(timeline, 'The shortfall has ended'));
  return timeline.machine('shortfall', stands);
};

/** Goods asked for from above: chased until those there have answered, and all that they promised is here. */
export const appealWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const remind = new TaskFunction(scope, 'RemindThoseAbove', house, {
    entry: 'functions/purchase/appeal-chase.handler.ts',
    rights: RIGHTS,
  });
  const timeline = new Timeline(scope, 'AppealWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const late = timeline.step('Ask those above again', remind).next(stands);
  const arrival = timeline.wait('Wait for the goods', late).next(stands);
  stands
    .when(standsAt(appealStatus.enum.asked), timeline.wait('Wait for an answer', late).next(arrival))
    .when(standsAt(appealStatus.enum.promised), arrival)
    .otherwise(new Succeed(timeline, 'The appeal has ended'));
  return timeline.machine('appeal', stands);
};

/** Goods that left in an emergency: chased until their papers are on the file. */
export const emergencyWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const remind = new TaskFunction(scope, 'RemindOfPapers', house, {
    entry: 'functions/emergency/chase.handler.ts',
    rights: RIGHTS,
  });
  const timeline = new Timeline(scope, 'EmergencyWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');
  const late = timeline.step('Remind of the papers', remind).next(stands);
  stands
    .when(standsAt(issueStatus.enum['papers-due']), timeline.wait('Wait for its papers', late).next(stands))
    .otherwise(new Succeed(timeline, 'The issue has ended'));
  return timeline.machine('emergency-issue', stands);
};
