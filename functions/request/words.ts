import type { RequestStatus } from './request.ts';

/** How a request stands, as it is said of one. */
export const STATUS_ZH: Readonly<Record<RequestStatus, string>> = {
  submitted: '待审批',
  approved: '已批准',
  refused: '未获批准',
  cancelled: '已取消',
  closed: '已办结',
};
