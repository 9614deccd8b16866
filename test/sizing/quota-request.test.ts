import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listedQuotas } from '../../src/sizing/listed-quota.ts';
import { nextApplicable } from '../../src/sizing/quota-application.ts';
import { type QuotaRequestInputs, quotaRequest } from '../../src/sizing/quota-request.ts';
import type { SizeReport } from '../../src/sizing/size-report.ts';
import { stsQuotaIn } from '../../src/sizing/sts-quota.ts';
import { byAccount, sizeDocument } from './size-document.ts';

const plain: QuotaRequestInputs = {
  productCode: undefined,
  quotaActionCode: undefined,
  listed: undefined,
  headroom: 0.25,
  desiredPerSecond: undefined,
};

/** Made up: the real codes are documented nowhere. */
const listing = {
  ProductCode: 'made-up-sts',
  QuotaActionCode: 'q_made-up',
  QuotaCategory: 'FlowControl',
  QuotaName: 'AssumeRole',
  TotalQuota: 100,
  Period: { PeriodValue: 1, PeriodUnit: 'second' },
  Dimensions: { regionId: 'cn-shanghai', apiName: 'AssumeRole' },
  Adjustable: true,
  ApplicableRange: [101, 1000],
  ApplicableType: 'continuous',
  UsageMetric: {
    MetricNamespace: 'acs_quotas_flowcontrol',
    MetricName: 'Usage',
    MetricDimensions: { productCode: 'made-up-sts', metricKey: 'k', regionId: 'cn-shanghai' },
  },
};

const listed = (changes: object = {}) =>
  listedQuotas(JSON.stringify({ Quotas: [{ ...listing, ...changes }] }), 'quotas.json')[0]!;

const needing = (quotaPerSecond: number): SizeReport => ({
  ...sizeDocument,
  readings: [
    {
      ...byAccount,
      quotaPerSecond,
      keys: [{ key: '1000000000000001/cn-shanghai', quotaPerSecond }],
    },
  ],
});

describe('quotaRequest', () => {
  it('asks for the need and its headroom', () => {
    const { asked, application } = quotaRequest(sizeDocument, plain);
    expect(asked).toMatchObject({ neededPerSecond: 320, desiredPerSecond: 400, isNeeded: true });
    expect(application?.DesireValue).toBe(400);
  });

  it('never makes up a code: without one, it is a placeholder in words', () => {
    const { application, alarm, missing } = quotaRequest(sizeDocument, plain);
    expect(missing).toEqual(['ProductCode', 'QuotaActionCode']);
    for (const code of [application!.ProductCode, application!.QuotaActionCode]) {
      expect(code).toMatch(/^<REPLACE: .+>$/);
    }
    const [resource] = JSON.parse(alarm!.Rules[0]!.Resources);
    expect(resource).toMatchObject({ productCode: expect.stringMatching(/^<REPLACE: /) });
    expect(resource).toMatchObject({ metricKey: expect.stringMatching(/^<REPLACE: /) });
  });

  it('every code and dimension in it was given', () => {
    const code = fc.stringMatching(/^[a-z_-]{1,20}$/);
    fc.assert(
      fc.property(fc.option(code), fc.option(code), (productCode, quotaActionCode) => {
        const { application, missing } = quotaRequest(sizeDocument, {
          ...plain,
          productCode: productCode ?? undefined,
          quotaActionCode: quotaActionCode ?? undefined,
        });
        const { ProductCode, QuotaActionCode, Dimensions } = application!;
        const told = { ProductCode: productCode, QuotaActionCode: quotaActionCode };
        expect(missing).toEqual(
          Object.entries(told).flatMap(([name, given]) => (given === null ? [name] : [])),
        );
        if (productCode !== null) expect(ProductCode).toBe(productCode);
        if (quotaActionCode !== null) expect(QuotaActionCode).toBe(quotaActionCode);
        expect(Dimensions).toEqual([{ Key: 'regionId', Value: 'cn-shanghai' }]);
      }),
    );
  });

  it('takes codes, dimensions and metric from the list of Quota Center', () => {
    const { application, alarm, missing, asked } = quotaRequest(sizeDocument, {
      ...plain,
      listed: listed(),
    });
    expect(missing).toEqual([]);
    expect(asked.presentFrom).toBe('quota-center');
    expect(application).toMatchObject({
      ProductCode: 'made-up-sts',
      QuotaActionCode: 'q_made-up',
      QuotaCategory: 'FlowControl',
      DesireValue: 400,
      Dimensions: [
        { Key: 'regionId', Value: 'cn-shanghai' },
        { Key: 'apiName', Value: 'AssumeRole' },
      ],
    });
    expect(alarm!.Rules[0]).toMatchObject({
      Namespace: 'acs_quotas_flowcontrol',
      MetricName: 'Usage',
      Escalations: { Warn: { Threshold: '320' } },
    });
    expect(JSON.parse(alarm!.Rules[0]!.Resources)).toEqual([
      { productCode: 'made-up-sts', metricKey: 'k', regionId: 'cn-shanghai' },
    ]);
  });

  it('has nothing to ask for where the present quota is enough', () => {
    const { application, alarm, asked } = quotaRequest(needing(80), plain);
    expect([application, alarm, asked.isNeeded]).toEqual([null, null, false]);
    expect(quotaRequest(needing(81), plain).application?.DesireValue).toBe(102);
  });

  it('asks for what the growth needs', () => {
    const month = { users: 2, hosts: 2, processes: 640, perRolePerSecond: null };
    const forecast = [
      { ...month, month: 0, perAccountPerSecond: 320 },
      { ...month, month: 6, perAccountPerSecond: 500 },
    ];
    const { asked } = quotaRequest({ ...sizeDocument, forecast }, plain);
    expect(asked).toMatchObject({ grown: { month: 6, perSecond: 500 }, desiredPerSecond: 625 });
  });

  it('refuses to ask where no quota is enough, unless a value is named', () => {
    const none = { ...byAccount, quotaPerSecond: null, situation: null };
    const size = { ...sizeDocument, readings: [none] };
    expect(() => quotaRequest(size, plain)).toThrow(/No quota meets the objective in orders/);
    const named = quotaRequest(size, { ...plain, desiredPerSecond: 700 });
    expect(named.application?.DesireValue).toBe(700);
    expect(named.asked).toMatchObject({ neededPerSecond: null, headroom: null });
  });

  it('knows of quotas beside it that are too small', () => {
    const oidc = { key: '1000000000000001/cn-shanghai AssumeRoleWithOIDC', quotaPerSecond: 150 };
    const reading = { ...byAccount, keys: [...byAccount.keys, oidc] };
    const { asked, notes } = quotaRequest({ ...sizeDocument, readings: [reading] }, plain);
    expect(asked.action).toBe('AssumeRole');
    expect(notes).toEqual([expect.stringContaining('AssumeRoleWithOIDC has a quota of its own')]);
  });

  it('sends to the ticket where Quota Center takes no application', () => {
    const { route, notes } = quotaRequest(sizeDocument, {
      ...plain,
      listed: listed({ Adjustable: false, UnadjustableDetail: 'supportTicketRequired' }),
    });
    expect(route).toBe('ticket');
    expect(notes).toEqual([expect.stringContaining('supportTicketRequired')]);
  });

  it.each([
    ['raises the value to what can be applied for', { ApplicableRange: [500, 1000] }, 500, /next/],
    [
      'of a list, too',
      { ApplicableRange: [200, 600], ApplicableType: 'discontinuous' },
      600,
      /next value above 400/,
    ],
    ['and says where it is out of range', { ApplicableRange: [101, 300] }, 400, /101 to 300/],
    [
      'counts by the period of the quota',
      { Period: { PeriodValue: 1, PeriodUnit: 'Minute' }, ApplicableRange: [] },
      24_000,
      /by 60 seconds/,
    ],
  ])('%s', (_what, changes, value, note) => {
    const { application, notes } = quotaRequest(sizeDocument, {
      ...plain,
      listed: listed(changes),
    });
    expect(application?.DesireValue).toBe(value);
    expect(notes.join('\n')).toMatch(note);
  });

  it('holds no path and no name of a person', () => {
    const { application, alarm } = quotaRequest(sizeDocument, plain);
    expect(JSON.stringify([application, alarm])).not.toMatch(/home|somebody/);
  });
});

describe('nextApplicable', () => {
  it('is the least of the values that are at least as large', () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 600 }), (unsorted, needed) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const next = nextApplicable({ kind: 'list', values: sorted }, needed);
        const above = sorted.filter((value) => value >= needed);
        expect(next).toBe(above.length === 0 ? undefined : Math.min(...above));
      }),
    );
  });
});

describe('stsQuotaIn', () => {
  const wanted = {
    action: 'AssumeRole',
    region: 'cn-shanghai',
    productCode: undefined,
    quotaActionCode: undefined,
  };
  const quotas = (...changes: object[]) =>
    listedQuotas(JSON.stringify(changes.map((each) => ({ ...listing, ...each }))), 'quotas.json');

  it('finds the action as a word, and the region', () => {
    const found = stsQuotaIn(
      quotas(
        { QuotaActionCode: 'a', QuotaName: 'AssumeRoleWithOIDC', Dimensions: {} },
        { QuotaActionCode: 'b', Dimensions: { regionId: 'cn-beijing' } },
        { QuotaActionCode: 'c' },
        { QuotaActionCode: 'd', QuotaCategory: 'CommonQuota' },
      ),
      wanted,
      'quotas.json',
    );
    expect(found.quotaActionCode).toBe('c');
  });

  it('guesses nothing', () => {
    const two = quotas({ QuotaActionCode: 'a' }, { QuotaActionCode: 'b' });
    expect(() => stsQuotaIn(two, wanted, 'q.json')).toThrow(/lists 2 quotas of AssumeRole.*a \(/);
    expect(stsQuotaIn(two, { ...wanted, quotaActionCode: 'b' }, 'q.json').quotaActionCode).toBe(
      'b',
    );
    expect(() => stsQuotaIn([], wanted, 'q.json')).toThrow(/q\.json at Quotas: found 0 API rate/);
  });
});

describe('listedQuotas', () => {
  it.each([
    ['text', '{', /found no JSON/],
    ['another document', '{"Items":[]}', /allowed: an answer of ListProductQuotas/],
    ['a quota without a code', '{"Quotas":[{"ProductCode":"x"}]}', /Quotas\[0\]\.QuotaActionCode/],
    ['a wrong form', '[{"ProductCode":"x","QuotaActionCode":"y","TotalQuota":"9"}]', /found "9"/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => listedQuotas(text, 'quotas.json')).toThrow(message);
  });

  it('reads an answer of GetProductQuota, too', () => {
    expect(listedQuotas(JSON.stringify({ Quota: listing }), 'q.json')).toHaveLength(1);
  });
});
