/**
 * A rule of CloudMonitor that warns before the quota is used up: the request of
 * `PutResourceMetricRules` (cms 2019-01-01). Quota Center's own `CreateQuotaAlarm` is deprecated in
 * favour of it. Namespace and metric: metadata of `ListProductQuotas`; the metric is the busiest
 * second of each minute ("Quota Center", help.aliyun.com/document_detail/188444.html).
 */

import type { ListedQuota } from './listed-quota.ts';
import type { QuotaApplication } from './quota-application.ts';

export interface AlarmRequest {
  readonly Rules: readonly AlarmRule[];
}

export interface AlarmRule {
  readonly RuleId: string;
  readonly RuleName: string;
  readonly Namespace: string;
  readonly MetricName: string;
  /** JSON text: a list of dimensions. */
  readonly Resources: string;
  readonly ContactGroups: string;
  readonly Period: string;
  readonly Interval: string;
  readonly Escalations: {
    readonly Warn: {
      /** Since August 2024 it has to be one of the metric's own. */
      readonly Statistics: 'Maximum';
      readonly ComparisonOperator: 'GreaterThanOrEqualToThreshold';
      readonly Threshold: string;
      readonly Times: 1;
    };
  };
}

const ALARM_SHARE = 0.8;
const DEFAULT_METRIC = { namespace: 'acs_quotas_flowcontrol', name: 'Usage' };
const METRIC_KEY_PLACEHOLDER = '<REPLACE: metricKey, see UsageMetric of ListProductQuotas>';
const CONTACTS_PLACEHOLDER = '<REPLACE: your alert contact group>';

/** 80 % of what is asked for, in any one minute. */
export function quotaAlarm(
  application: QuotaApplication,
  listed: ListedQuota | undefined,
  { region, action }: { readonly region: string; readonly action: string },
): AlarmRequest {
  const metric = listed?.metric;
  const dimensions = metric?.dimensions ?? {
    productCode: application.ProductCode,
    metricKey: METRIC_KEY_PLACEHOLDER,
    regionId: region,
  };
  const name = `sts-quota-80-percent-${action}-${region}`;
  return {
    Rules: [
      {
        RuleId: name,
        RuleName: name,
        Namespace: metric?.namespace ?? DEFAULT_METRIC.namespace,
        MetricName: metric?.name ?? DEFAULT_METRIC.name,
        Resources: JSON.stringify([dimensions]),
        ContactGroups: CONTACTS_PLACEHOLDER,
        Period: '60',
        Interval: '60',
        Escalations: {
          Warn: {
            Statistics: 'Maximum',
            ComparisonOperator: 'GreaterThanOrEqualToThreshold',
            Threshold: String(Math.floor(application.DesireValue * ALARM_SHARE)),
            Times: 1,
          },
        },
      },
    ],
  };
}
