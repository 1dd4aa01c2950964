/**
 * Every key of the one table. A county's rows share a prefix, so that one deployment serves many counties and
 * no query can cross from one to another.
 */

export interface Key {
  readonly PK: string;
  readonly SK: string;
}

/** Versions and rounds are padded so that keys sort as numbers do. */
const padded = (n: number): string => String(n).padStart(9, '0');

export const keysOf = (county: string) => {
  const at = (rest: string): string => `C#${county}#${rest}`;
  const meta = (rest: string): Key => ({ PK: at(rest), SK: 'META' });
  return {
    item: (itemId: string) => meta(`ITEM#${itemId}`),
    site: (siteId: string) => meta(`SITE#${siteId}`),
    supplier: (supplierId: string) => meta(`SUPPLIER#${supplierId}`),
    policy: () => meta('POLICY'),

    balance: (itemId: string, lotId: string, placeId: string, status: string): Key => ({
      PK: at(`ITEM#${itemId}`),
      SK: `LOT#${lotId}#${placeId}#${status}`,
    }),
    open: (itemId: string, tier: number, needBy: string, lineId: string): Key => ({
      PK: at(`ITEM#${itemId}`),
      SK: `OPEN#${tier}#${needBy}#${lineId}`,
    }),
    head: (itemId: string): Key => ({ PK: at(`ITEM#${itemId}`), SK: 'HEAD' }),
    rationale: (itemId: string, division: number, part: number): Key => ({
      PK: at(`WHY#${itemId}`),
      SK: `DIVISION#${padded(division)}#${padded(part)}`,
    }),

    lot: (lotId: string) => meta(`LOT#${lotId}`),
    movement: (lotId: string, movementId: string): Key => ({ PK: at(`LOT#${lotId}`), SK: `MOVE#${movementId}` }),
    recall: (lotId: string): Key => ({ PK: at(`LOT#${lotId}`), SK: 'RECALL' }),
    statusChange: (changeId: string) => meta(`STATUS#${changeId}`),
    disposal: (disposalId: string) => meta(`DISPOSAL#${disposalId}`),
    stocktake: (stocktakeId: string) => meta(`STOCKTAKE#${stocktakeId}`),
    stocktakePage: (stocktakeId: string, page: number): Key => ({
      PK: at(`STOCKTAKE#${stocktakeId}`),
      SK: `PAGE#${padded(page)}`,
    }),
    /** At most one stock-take a place is open; this row is what makes it so. */
    stocktakeOf: (placeId: string): Key => ({ PK: at(`SITE#${placeId}`), SK: 'STOCKTAKE' }),
    goodsReceived: (noteId: string) => meta(`NOTE#${noteId}`),
    adjustment: (adjustmentId: string) => meta(`ADJUSTMENT#${adjustmentId}`),
    /** A paper's own number, in the words of whoever issued it: last, because it may hold any letter. */
    paper: (placeId: string, source: string, number: string) => meta(`PAPER#${placeId}#${source}#${number}`),

    request: (requestId: string) => meta(`REQ#${requestId}`),
    requestLine: (requestId: string, n: number): Key => ({ PK: at(`REQ#${requestId}`), SK: `LINE#${padded(n)}` }),

    consignment: (consignmentId: string) => meta(`CON#${consignmentId}`),
    consignmentLine: (consignmentId: string, n: number): Key => ({
      PK: at(`CON#${consignmentId}`),
      SK: `LINE#${padded(n)}`,
    }),
    /** At most one consignment a pair of places is still open for goods; this row is what makes it so. */
    gathering: (fromId: string, toId: string): Key => ({ PK: at(`SITE#${toId}`), SK: `GATHERING#${fromId}` }),

    wave: () => meta('WAVE'),

    fund: (fundId: string) => meta(`FUND#${fundId}`),
    /** What a fund has, apart from what is said of it: many count on it at once, and nobody's words may undo a sum. */
    fundBalance: (fundId: string): Key => ({ PK: at(`FUND#${fundId}`), SK: 'BALANCE' }),
    fundCredit: (fundId: string, n: number): Key => ({ PK: at(`FUND#${fundId}`), SK: `CREDIT#${padded(n)}` }),
    fundEntry: (fundId: string, entryId: string): Key => ({ PK: at(`FUND#${fundId}`), SK: `ENTRY#${entryId}` }),
    /** The number of the document that put money into a fund, whichever that was: credited once. */
    creditedDocument: (number: string) => meta(`BANKED#${number}`),
    /** The same as it was kept before, a fund at a time: still read, written no more. */
    fundDocument: (fundId: string, number: string) => meta(`FUNDED#${fundId}#${number}`),

    offer: (offerId: string) => meta(`OFFER#${offerId}`),
    inspection: (inspectionId: string) => meta(`INSPECTION#${inspectionId}`),
    /** Prices of an item over time, whatever said them. */
    price: (itemId: string, when: string, from: string): Key => ({ PK: at(`PRICES#${itemId}`), SK: `${when}#${from}` }),

    purchase: (purchaseId: string) => meta(`PURCHASE#${purchaseId}`),
    /** What is being bought of an item for the pool. */
    restock: (itemId: string) => meta(`RESTOCK#${itemId}`),
    atOnce: (itemId: string) => meta(`AT-ONCE#${itemId}`),
    /** A supplier's invoice and a bank's voucher, by number: entered once, whoever does. */
    invoice: (supplierId: string, number: string) => meta(`INVOICE#${supplierId}#${number}`),
    payment: (document: string) => meta(`PAYMENT#${document}`),
    appeal: (appealId: string) => meta(`APPEAL#${appealId}`),
    /** What a need line lacks and nobody has decided on. */
    gap: (lineId: string) => meta(`GAP#${lineId}`),

    donation: (donationId: string) => meta(`GIFT#${donationId}`),
    /** Which gift a tracking code follows, by the hash of the code. */
    tracking: (hash: string) => meta(`TRACK#${hash}`),
    /** The number of an official receipt: issued once. */
    officialReceipt: (number: string) => meta(`RECEIPT#${number}`),

    distributionPlan: (planId: string) => meta(`PLAN#${planId}`),
    /** Some of its sites, with what each is to have. */
    distributionPlanPart: (planId: string, part: number): Key => ({
      PK: at(`PLAN#${planId}`),
      SK: `PART#${padded(part)}`,
    }),

    notice: (noticeId: string) => meta(`NOTICE#${noticeId}`),
    /** What did not arrive as it was sent, of one consignment. */
    shortfall: (shortfallId: string) => meta(`SHORTFALL#${shortfallId}`),
    /** The paper of a dispatch that a receipt came before. */
    dispatchPaper: (consignmentId: string) => meta(`DISPATCHPAPER#${consignmentId}`),
    emergencyIssue: (issueId: string) => meta(`ISSUE#${issueId}`),

    /** The number a request has in the papers of whoever asked: last, because it may hold any letter. */
    external: (number: string) => meta(`EXTERNAL#${number}`),
    giftNumber: (number: string) => meta(`GIFT-NUMBER#${number}`),
    import: (importId: string) => meta(`IMPORT#${importId}`),
    /** Staged rows of an import, some a row. */
    importPart: (importId: string, part: number): Key => ({ PK: at(`IMPORT#${importId}`), SK: `PART#${padded(part)}` }),
    importFailure: (importId: string, n: number): Key => ({ PK: at(`IMPORT#${importId}`), SK: `FAILED#${padded(n)}` }),
    /** A file that was imported, by its content. */
    importedFile: (kind: string, hash: string) => meta(`FILE#${kind}#${hash}`),
    /** What the sweep found last, and how far the books have been added up: one row each. */
    sweepFigures: () => meta('OPERATIONS#SWEEP'),
    reconciliationRound: () => meta('OPERATIONS#RECONCILIATION'),

    /** What was made public of an item's day, and how far that has come. */
    publishedDay: (day: string, itemId: string): Key => ({ PK: at(`PUBLIC#${day}`), SK: `ITEM#${itemId}` }),
    publishedItem: (itemId: string): Key => ({ PK: at('PUBLIC'), SK: `ITEM#${itemId}` }),

    event: (aggregate: Key, version: number): Key => ({ PK: aggregate.PK, SK: `EVENT#${padded(version)}` }),
    code: (code: string) => meta(`CODE#${code}`),
    once: (subject: string, route: string, key: string) => meta(`ONCE#${subject}#${route}#${key}`),

    queue: (name: string): string => at(`QUEUE#${name}`),
    donor: (donorId: string): Key => ({ PK: at(`PARTY#${donorId}`), SK: 'DONOR' }),
    party: (partyId: string): string => at(`PARTY#${partyId}`),
  };
};

/** The counties this deployment serves: the one partition that belongs to none of them, read by the sweep. */
export const countyKey = (county: string): Key => ({ PK: 'COUNTIES', SK: county });

/**
 * How often somebody without a sign-in came in a window, whichever county they speak of: by county, whoever tries codes
 * would have a million windows.
 */
export const limitKey = (name: string, caller: string, window: string): Key => ({
  PK: `LIMIT#${name}#${caller}`,
  SK: window,
});
