/** Which of the quotas that Quota Center lists is the one of an action of STS. */
import { badInput, HarnessError } from '../kernel/errors.ts';
import type { ListedQuota } from './listed-quota.ts';

export interface StsQuotaWanted {
  /** `AssumeRole` */
  readonly action: string;
  /** `cn-shanghai` */
  readonly region: string;
  /** Where the user knows them. */
  readonly productCode: string | undefined;
  readonly quotaActionCode: string | undefined;
}

/**
 * The only one that names the action and does not belong to another region. Throws HarnessError
 * (exit 2) where there is none, or more than one: a guess would be a code made up.
 */
export function stsQuotaIn(
  quotas: readonly ListedQuota[],
  wanted: StsQuotaWanted,
  file: string,
): ListedQuota {
  const { action, region, productCode, quotaActionCode } = wanted;
  const found = quotas.filter(
    (quota) =>
      (productCode === undefined || quota.productCode === productCode) &&
      (quotaActionCode === undefined
        ? names(quota, action)
        : quota.quotaActionCode === quotaActionCode) &&
      isOfRegion(quota, region),
  );
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw none(quotas, wanted, file);
  const codes = found.map((quota) => `${quota.quotaActionCode} (${dimensionsText(quota)})`);
  throw new HarnessError(
    'QUOTA_AMBIGUOUS',
    `${file} lists ${found.length} quotas of ${action} in ${region}: ${codes.join(', ')}.`,
    { hint: 'Name one with --quota-action-code, or keep only that one in the file.' },
  );
}

/** As a word: `AssumeRole` is not the quota of `AssumeRoleWithOIDC`. */
function names(quota: ListedQuota, action: string): boolean {
  const texts = [quota.quotaActionCode, quota.title, ...Object.values(quota.dimensions)];
  return texts.some((text) => text.split(/[^A-Za-z]+/).includes(action));
}

function isOfRegion({ dimensions }: ListedQuota, region: string): boolean {
  const { regionId } = dimensions;
  return regionId === undefined || regionId === region || regionId === '*';
}

function none(
  quotas: readonly ListedQuota[],
  { action, region, productCode, quotaActionCode }: StsQuotaWanted,
  file: string,
): HarnessError {
  const wantedText = [
    quotaActionCode === undefined ? `one that names ${action}` : `the code ${quotaActionCode}`,
    ...(productCode === undefined ? [] : [`of product ${productCode}`]),
    `in ${region}`,
  ].join(' ');
  const found = `${quotas.length} API rate limits, none with it`;
  return badInput(
    'QUOTA_UNKNOWN',
    [{ file, path: 'Quotas', found, allowed: wantedText }],
    'Ask for ListProductQuotas with QuotaCategory FlowControl and the ProductCode of STS, all pages.',
  );
}

function dimensionsText({ dimensions }: ListedQuota): string {
  const parts = Object.entries(dimensions).map(([key, value]) => `${key} ${value}`);
  return parts.length === 0 ? 'no dimensions' : parts.join(', ');
}
