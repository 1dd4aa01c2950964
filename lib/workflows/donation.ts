import { Choice, type StateMachine, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { donationStatus } from '../../functions/donation/donation.ts';
import { type House, TaskFunction } from '../constructs/task-function.ts';
import type { TimelineFunctions } from './functions.ts';
import { standsAt, Timeline } from './workflow.ts';

const { registered, review, expected, counted, received, asking, returning } = donationStatus.enum;

const functionsOf = (scope: Construct, house: House) => ({
  screen: new TaskFunction(scope, 'ScreenGift', house, {
    entry: 'functions/donation/screen.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
  }),
  release: new TaskFunction(scope, 'ReleaseGift', house, {
    entry: 'functions/donation/release.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'],
  }),
  remind: new TaskFunction(scope, 'RemindOfGift', house, {
    entry: 'functions/donation/remind.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
  }),
  look: new TaskFunction(scope, 'LookAfterGift', house, {
    entry: 'functions/donation/look.handler.ts',
    rights: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  }),
});

/**
 * A gift: the green channel screens it, a person where it must; it is brought, or lapses; once it is in the pool or in a
 * fund it is looked after until all of it has ended. Where its wish cannot be met, its donor is asked.
 */
export const donationWorkflow = (scope: Construct, house: House, shared: TimelineFunctions): StateMachine => {
  const { screen, release, remind, look } = functionsOf(scope, house);
  const timeline = new Timeline(scope, 'DonationWorkflow', shared);
  const stands = new Choice(timeline, 'Where does it stand?');

  const late = timeline.step('Remind of the gift', remind).next(stands);
  const due = timeline.step('Look after the gift', look).next(stands);

  const screening = timeline.step('Screen the gift', screen).next(stands);
  stands
    .when(standsAt(registered), screening)
    .when(standsAt(review), timeline.wait('Wait for a person to screen it', late).next(stands))
    .when(standsAt(expected), timeline.wait('Wait for the gift', late).next(stands))
    .when(standsAt(counted), timeline.step('Release what was accepted', release).next(stands))
    .when(standsAt(received), timeline.wait('Wait until it is looked after', due).next(stands))
    .when(standsAt(asking), timeline.wait('Wait for the donor', late).next(stands))
    .when(standsAt(returning), timeline.wait('Wait until it is given back', late).next(stands))
    .otherwise(new Succeed(timeline, 'The gift has ended'));

  return timeline.machine('donation', screening);
};
