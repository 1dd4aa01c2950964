import type { z } from '@hono/zod-openapi';
import type { FieldError } from '../shared/problem.ts';

type Issue = z.core.$ZodIssue;

/** What a value has to be, as somebody calls it who has never heard of types. */
const KINDS: Readonly<Record<string, string>> = {
  array: '列表',
  boolean: '“是”或“否”（true 或 false）',
  int: '整数',
  number: '数字',
  object: '一组内容',
  record: '一组内容',
  string: '文字',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: '日期格式不对，应如 2022-05-12。',
  datetime: '时间格式不对，应如 2022-05-12T18:00:00+08:00。',
};

/** How much too little or too much is called, by what is measured. */
const tooLittle = (origin: string, least: number | bigint): string => {
  if (origin === 'string') return Number(least) === 1 ? '不能为空。' : `太短，至少 ${least} 个字。`;
  return origin === 'array' ? `太少，至少 ${least} 项。` : `太小，至少为 ${least}。`;
};
const tooMuch = (origin: string, most: number | bigint): string => {
  if (origin === 'string') return `太长，至多 ${most} 个字。`;
  return origin === 'array' ? `太多，至多 ${most} 项。` : `太大，至多为 ${most}。`;
};

const chinese = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `应为${KINDS[issue.expected] ?? '另一种内容'}。`;
    case 'too_small':
      return tooLittle(issue.origin, issue.minimum);
    case 'too_big':
      return tooMuch(issue.origin, issue.maximum);
    case 'invalid_value':
      return `只能是 ${issue.values.map(String).join('、')} 之一。`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? '格式不对。';
    case 'not_multiple_of':
      return `须为 ${issue.divisor} 的倍数。`;
    case 'invalid_union':
      return '与任何一种允许的写法都不符。';
    default:
      return '不合规定。';
  }
};

/** A schema's own sentence may be in both languages already. */
const HAN = /\p{Script=Han}/u;

/** What a schema refuses, for people: in Chinese from what it expected, and in the schema's own words. */
export const wordsOf = (issue: Issue): Pick<FieldError, 'message' | 'zh'> => {
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return { zh: '必须填写。', message: 'This is required.' };
  if (issue.code === 'invalid_key') {
    const inner = issue.issues.map(wordsOf);
    return {
      zh: inner.map(({ zh }) => zh).join('') || undefined,
      message: inner.map(({ message }) => message).join(' '),
    };
  }
  return { zh: HAN.test(issue.message) ? undefined : chinese(issue), message: issue.message };
};
