/**
 * Error names that the machines' definitions know. A handler throws them, a definition retries or catches them: both
 * read this list, so that neither can drift from the other. In Lambda an error's name is its `name`.
 */

/** Rivals, load or a fault of the platform: the same task again will do, since every task is repeatable. */
export const TRANSIENT_ERRORS = [
  'Stale',
  'Unreachable',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'InternalServerError',
  'TransactionInProgressException',
  'TimeoutError',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
] as const;

/** A rule refused, a row cannot be understood, an invariant is broken: again would fail the same way. */
export const LASTING_ERRORS = ['Problem', 'ZodError', 'AssertionError', 'TypeError'] as const;
