/** One thing wrong with a body: where (a JSON path such as `lines[2].quantity`) and what. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * A refusal that the caller can act on, answered as `application/problem+json` (RFC 9457).
 * Nothing has been changed when one is thrown.
 */
export class Problem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 503;
  /** Stable, kebab-case, part of the API: `unknown-item`, `wrong-status`. */
  readonly code: string;
  readonly errors: readonly FieldError[];

  constructor(status: Problem['status'], code: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export const notFound = (what: string, id: string): Problem =>
  new Problem(404, `unknown-${what}`, `There is no ${what} ${id} in this county.`);

export const invalid = (code: string, path: string, message: string): Problem =>
  new Problem(422, code, message, [{ path, message }]);

/** A refusal as `application/problem+json` says it. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

export const problemBody = ({ code, status, message, errors }: Problem): ProblemBody => ({
  ...{ type: `urn:green-channel:problem:${code}`, title: code, status, detail: message, errors },
});

/** What is said of a failure of our own: nothing of the inside. */
export const INTERNAL: ProblemBody = {
  type: 'urn:green-channel:problem:internal',
  title: 'internal',
  status: 500,
  detail: 'Something failed here. Repeat with the same Idempotency-Key.',
  errors: [],
};
