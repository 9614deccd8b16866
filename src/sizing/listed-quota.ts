/**
 * A quota as Quota Center lists it: the part of an answer of `ListProductQuotas` (2020-05-10) that a
 * request for more is made of. STS's own codes are documented nowhere, so they are read, never made up.
 */
import { z } from 'zod';
import { badInput, foundText, type Problem } from '../kernel/errors.ts';

export interface ListedQuota {
  readonly productCode: string;
  readonly quotaActionCode: string;
  /** What people see of it: name and description. */
  readonly title: string;
  /** Calls a period; undefined where it is not told. */
  readonly totalQuota: number | undefined;
  readonly periodSeconds: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly isAdjustable: boolean | undefined;
  /** `limitReached`, `supportTicketRequired`…; undefined where it is not told. */
  readonly unadjustableDetail: string | undefined;
  readonly applicable: ApplicableValues | undefined;
  readonly metric: UsageMetric | undefined;
}

/** Values that may be asked for. */
export type ApplicableValues =
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'list'; readonly values: readonly number[] };

/** Where CloudMonitor keeps how much of it is used. */
export interface UsageMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const FORM =
  'an answer of ListProductQuotas, {"Quotas": [...]}, a list of its quotas, or one quota';
const TEXT = 'a text';
const FLOW_CONTROL = 'FlowControl';

const texts = z.record(z.string(), z.string({ error: TEXT }), { error: 'a mapping of texts' });
const number = z.number({ error: 'a number' });

const quotaSchema = z.object(
  {
    ProductCode: z.string({ error: TEXT }).min(1, { error: 'a code' }),
    QuotaActionCode: z.string({ error: TEXT }).min(1, { error: 'a code' }),
    QuotaCategory: z.string({ error: TEXT }).optional(),
    QuotaName: z.string({ error: TEXT }).optional(),
    QuotaDescription: z.string({ error: TEXT }).optional(),
    TotalQuota: number.optional(),
    Period: z
      .object({ PeriodValue: number.optional(), PeriodUnit: z.string({ error: TEXT }).optional() })
      .optional(),
    Dimensions: texts.optional(),
    Adjustable: z.boolean({ error: 'true or false' }).optional(),
    UnadjustableDetail: z.string({ error: TEXT }).optional(),
    ApplicableRange: z.array(number, { error: 'a list of numbers' }).optional(),
    ApplicableType: z.string({ error: TEXT }).optional(),
    UsageMetric: z
      .object({
        MetricNamespace: z.string({ error: TEXT }).optional(),
        MetricName: z.string({ error: TEXT }).optional(),
        MetricDimensions: texts.optional(),
      })
      .optional(),
  },
  { error: 'a quota of ListProductQuotas' },
);

type QuotaDraft = z.output<typeof quotaSchema>;

/** API rate limits alone. `file` is what problems call it. Throws HarnessError (exit 2). */
export function listedQuotas(text: string, file: string): ListedQuota[] {
  const { at, quotas } = listIn(parsed(text, file), file);
  const problems: Problem[] = [];
  const read = quotas.flatMap((value, index) => {
    const result = quotaSchema.safeParse(value, { reportInput: true });
    if (result.success) return [result.data];
    for (const issue of result.error.issues) {
      const path = [at(index), ...issue.path.map(String)].filter((part) => part !== '').join('.');
      problems.push({ file, path, found: foundText(issue.input), allowed: issue.message });
    }
    return [];
  });
  if (problems.length > 0) throw badInput('QUOTAS_INVALID', problems);
  return read.filter(({ QuotaCategory: category }) => isRate(category)).map(listedQuota);
}

/** Answers that were asked for by category may leave it out. */
function isRate(category: string | undefined): boolean {
  return category === undefined || category === FLOW_CONTROL;
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badInput('QUOTAS_INVALID', [{ file, path: '', found: 'no JSON', allowed: FORM }]);
  }
}

interface QuotaList {
  readonly quotas: readonly unknown[];
  /** The place of one of them. */
  readonly at: (index: number) => string;
}

function listIn(value: unknown, file: string): QuotaList {
  if (Array.isArray(value)) return { quotas: value, at: (index) => `[${index}]` };
  if (typeof value === 'object' && value !== null) {
    const { Quotas: quotas, Quota: quota } = value as Record<string, unknown>;
    if (Array.isArray(quotas)) return { quotas, at: (index) => `Quotas[${index}]` };
    if (quota !== undefined) return { quotas: [quota], at: () => 'Quota' };
    if ('QuotaActionCode' in value) return { quotas: [value], at: () => '' };
  }
  throw badInput('QUOTAS_INVALID', [{ file, path: '', found: foundText(value), allowed: FORM }]);
}

function listedQuota(draft: QuotaDraft): ListedQuota {
  const metric = draft.UsageMetric;
  return {
    productCode: draft.ProductCode,
    quotaActionCode: draft.QuotaActionCode,
    title: [draft.QuotaName, draft.QuotaDescription].filter(Boolean).join(': '),
    totalQuota: draft.TotalQuota,
    periodSeconds: periodSecondsOf(draft.Period),
    dimensions: draft.Dimensions ?? {},
    isAdjustable: draft.Adjustable,
    unadjustableDetail: draft.UnadjustableDetail,
    applicable: applicableOf(draft),
    metric:
      metric?.MetricNamespace === undefined || metric.MetricName === undefined
        ? undefined
        : {
            namespace: metric.MetricNamespace,
            name: metric.MetricName,
            dimensions: metric.MetricDimensions ?? {},
          },
  };
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
};

/** One second where nothing is said: the documented quota of STS is by second. */
function periodSecondsOf(period: QuotaDraft['Period']): number {
  const unit = SECONDS_PER_UNIT[(period?.PeriodUnit ?? 'second').toLowerCase()] ?? 1;
  return unit * (period?.PeriodValue ?? 1);
}

function applicableOf({
  ApplicableRange: range = [],
  ApplicableType: type,
}: QuotaDraft): ApplicableValues | undefined {
  if (range.length === 0) return undefined;
  const values = [...range].sort((a, b) => a - b);
  if (type === 'discontinuous') return { kind: 'list', values };
  return { kind: 'range', min: values[0]!, max: values.at(-1)! };
}
