/**
 * The request of Quota Center's `CreateQuotaApplication` (2020-05-10) for more calls a second. Which
 * codes and dimensions STS's quota has is documented nowhere: what is not known stays a placeholder
 * that no reader and no API takes for a value.
 *
 * Parameters, categories and notice types: OpenAPI metadata of quotas 2020-05-10,
 * `CreateQuotaApplication`.
 */
import type { ApplicableValues, ListedQuota } from './listed-quota.ts';

/** Its keys are the parameters of the call; over the wire lists become `Dimensions.1.Key`. */
export interface QuotaApplication {
  readonly ProductCode: string;
  readonly QuotaActionCode: string;
  readonly QuotaCategory: 'FlowControl';
  readonly DesireValue: number;
  readonly Dimensions: readonly { readonly Key: string; readonly Value: string }[];
  readonly Reason: string;
  /** 3: tell me of the outcome. */
  readonly NoticeType: 3;
  readonly EnvLanguage: 'en';
}

export interface ApplicationFacts {
  /** As given by the user; they go before what a list says. */
  readonly productCode: string | undefined;
  readonly quotaActionCode: string | undefined;
  readonly listed: ListedQuota | undefined;
  readonly region: string;
  /** What is needed, in calls a second. */
  readonly neededPerSecond: number;
  readonly reason: string;
}

/** Angle brackets and words: refused as a code everywhere. */
const PRODUCT_CODE_PLACEHOLDER = '<REPLACE: ProductCode of STS, see ListProducts>';
const ACTION_CODE_PLACEHOLDER = '<REPLACE: QuotaActionCode, see ListProductQuotas>';

export function quotaApplication(facts: ApplicationFacts): QuotaApplication {
  const { listed, region } = facts;
  return {
    ProductCode: facts.productCode ?? listed?.productCode ?? PRODUCT_CODE_PLACEHOLDER,
    QuotaActionCode: facts.quotaActionCode ?? listed?.quotaActionCode ?? ACTION_CODE_PLACEHOLDER,
    QuotaCategory: 'FlowControl',
    DesireValue: desireValue(facts),
    Dimensions: Object.entries(listed?.dimensions ?? { regionId: region }).map(([Key, Value]) => ({
      Key,
      Value,
    })),
    Reason: facts.reason,
    NoticeType: 3,
    EnvLanguage: 'en',
  };
}

/** Parameters that are still placeholders. */
export function missingCodes(application: QuotaApplication): string[] {
  return [
    ...(application.ProductCode === PRODUCT_CODE_PLACEHOLDER ? ['ProductCode'] : []),
    ...(application.QuotaActionCode === ACTION_CODE_PLACEHOLDER ? ['QuotaActionCode'] : []),
  ];
}

/** In calls a period, as the quota counts; raised to the next value that may be asked for. */
function desireValue({ listed, neededPerSecond }: ApplicationFacts): number {
  const needed = Math.ceil(neededPerSecond * (listed?.periodSeconds ?? 1));
  return nextApplicable(listed?.applicable, needed) ?? needed;
}

/** The least value of at least `needed` that may be asked for; undefined when there is none. */
export function nextApplicable(
  applicable: ApplicableValues | undefined,
  needed: number,
): number | undefined {
  if (applicable === undefined) return needed;
  if (applicable.kind === 'list') return applicable.values.find((value) => value >= needed);
  return needed > applicable.max ? undefined : Math.max(needed, applicable.min);
}
