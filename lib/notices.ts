import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type House, TaskFunction } from './constructs/task-function.ts';

/** Where every notice is also sent. */
export interface Webhook {
  readonly url: string;
  /** Name of the parameter, a SecureString, that holds the secret: made by an operator, never by a deploy. */
  readonly secretParameter: string;
}

/** Sends notices to the webhook; where there is none, it only takes their marks away. */
export const postFunction = (scope: Construct, house: House, webhook: Webhook | undefined): TaskFunction => {
  const post = new TaskFunction(scope, 'Post', house, {
    entry: 'functions/notices/post.handler.ts',
    rights: ['GetItem', 'Query', 'PutItem'],
    indexes: ['GSI1'],
    timeout: Duration.minutes(1),
    env: webhook === undefined ? {} : { WEBHOOK_URL: webhook.url, WEBHOOK_SECRET_PARAMETER: webhook.secretParameter },
  });
  // Decrypting with the account's own key for parameters takes no right of its own.
  if (webhook !== undefined) post.permit(['ssm:GetParameter'], [parameterArn(scope, webhook.secretParameter)]);
  return post;
};

const parameterArn = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'ssm',
    resource: 'parameter',
    // A name that is a path begins with a slash, which its ARN has once.
    resourceName: name.replace(/^\//, ''),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
