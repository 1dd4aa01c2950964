import { type Duration, Validations } from 'aws-cdk-lib';
import { Schedule as Rate, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { TaskFunction } from './task-function.ts';

/** Runs a function again and again. A run that failed is not repeated: the next one does its work. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { every, run }: { readonly every: Duration; readonly run: TaskFunction }) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      schedule: Rate.rate(every),
      targets: [new LambdaFunction(run, { retryAttempts: 0, maxEventAge: every })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless::Serverless-EventBusDLQ',
      reason: 'A tick carries nothing: a lost one is made good by the next, and an alarm tells when none come.',
    });
  }
}
