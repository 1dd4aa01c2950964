import type { Key } from './keys.ts';
import type { Said } from './reason.ts';

/** One thing wrong with a body: where (a JSON path such as `lines[2].quantity`) and what. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
  /** The same in Chinese. */
  readonly zh?: string | undefined;
  /** The instant that it speaks of, which people read by the county's clock. */
  readonly at?: string | undefined;
}

/** What is wrong at a path, in both languages. */
export const fault = (path: string, { zh, en }: Said): FieldError => ({ path, message: en, zh });

/** The row that somebody moved meanwhile, and the version the caller knew of, where he named one. */
export interface About {
  readonly key: Key;
  readonly since?: number | undefined;
}

/** Who did what when, and why: what a caller did not know of when he was refused. */
export interface Changed {
  readonly name: string;
  readonly by: string;
  readonly at: string;
  /** The same instant as the county's clocks show it. */
  readonly localTime: string;
  readonly reason?: string | undefined;
}

/**
 * A refusal that the caller can act on, answered as `application/problem+json` (RFC 9457).
 * Nothing has been changed when one is thrown.
 */
export class Problem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503;
  /** Stable, kebab-case, part of the API: `unknown-item`, `wrong-status`. */
  readonly code: string;
  readonly errors: readonly FieldError[];
  /** What the message says, in Chinese. */
  readonly zh: string | undefined;
  /** Named where somebody else has moved a row: the answer then tells what happened to it. */
  readonly about: About | undefined;

  constructor(
    status: Problem['status'],
    code: string,
    detail: string | Said,
    errors: readonly FieldError[] = [],
    about?: About,
  ) {
    super(typeof detail === 'string' ? detail : detail.en);
    this.name = 'Problem';
    this.zh = typeof detail === 'string' ? undefined : detail.zh;
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.about = about;
  }
}

/** What there may be none of, as a village calls it. */
const NAMES: Readonly<Record<string, string>> = {
  appeal: '请调',
  consignment: '配送单',
  credit: '入账',
  fund: '资金',
  gap: '待决缺口',
  gift: '捐赠',
  item: '物资',
  lot: '批次',
  notice: '通知',
  offer: '报价',
  'price-inspection': '价格检查',
  purchase: '采购',
  request: '申请',
  site: '点位',
  supplier: '供应商',
  waybill: '运单',
};

export const notFound = (what: string, id: string): Problem =>
  new Problem(404, `unknown-${what}`, {
    zh: `本县没有这个${NAMES[what] ?? '编号'}：${id}。`,
    en: `There is no ${what} ${id} in this county.`,
  });

/** Somebody has moved the row before, or it was never there to be moved so: the answer tells what happened to it. */
export const wrongStatus = (key: Key, detail: string | Said, errors: readonly FieldError[] = []): Problem =>
  new Problem(409, 'wrong-status', detail, errors, { key });

export const invalid = (code: string, path: string, message: string | Said, at?: string): Problem =>
  new Problem(422, code, message, [
    { ...(typeof message === 'string' ? { path, message } : fault(path, message)), ...(at !== undefined && { at }) },
  ]);

/** Both languages in one text, Chinese first; of what has only one, that. */
const inBoth = (message: string, zh: string | undefined): string => (zh === undefined ? message : `${zh} ${message}`);

/** A refusal as `application/problem+json` says it. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** What happened to the row meanwhile, the newest first. */
  readonly changed?: readonly Changed[];
}

export const problemBody = (
  { code, status, message, zh, errors }: Problem,
  changed: readonly Changed[] = [],
): ProblemBody => ({
  ...{ type: `urn:green-channel:problem:${code}`, title: code, status, detail: inBoth(message, zh) },
  errors: errors.map((error) => ({
    ...{ path: error.path, message: inBoth(error.message, error.zh) },
    ...(error.at !== undefined && { at: error.at }),
  })),
  ...(changed.length > 0 && { changed }),
});

/** What is said of a failure of our own: nothing of the inside. */
export const INTERNAL: ProblemBody = {
  type: 'urn:green-channel:problem:internal',
  title: 'internal',
  status: 500,
  detail: '系统出错，请稍后原样重发。 Something failed here. Repeat with the same Idempotency-Key.',
  errors: [],
};

/** `lines[2].quantity`: where in the body, as the sender would write it. */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
