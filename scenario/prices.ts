/**
 * What AWS asks, in USD, on demand in us-east-1, without free tiers and volume discounts. Looked up in November 2026 in
 * https://aws.amazon.com/step-functions/pricing/, https://aws.amazon.com/dynamodb/pricing/on-demand/ (halved in November
 * 2024), https://aws.amazon.com/lambda/pricing/ and https://aws.amazon.com/api-gateway/pricing/. Lambda reads a table's
 * stream free of charge. Logs, traces, alarms, storage and traffic are not in here.
 */
export const PRICES = {
  /** Step Functions, Standard: a state entered, a task tried again. */
  transition: 0.025 / 1_000,
  writeUnit: 0.625 / 1_000_000,
  readUnit: 0.125 / 1_000_000,
  invocation: 0.2 / 1_000_000,
  /** arm64. */
  gigabyteSecond: 0.000_013_333_4,
  /** HTTP API. */
  httpRequest: 1 / 1_000_000,
} as const;

/** What every function of the stack is given. */
export const FUNCTION_GIGABYTES = 0.5;
