/**
 * Apps that ask STS for every request, as those do which vend a token to each user (uploads from mobile
 * devices). No cache can help them: each call is for somebody else. Alibaba Cloud's page on AssumeRole
 * ("Best practices") names the case, and signed URLs as the way out.
 */
import { highestRatePerSecond } from '../../scenario/rate-curve.ts';
import type { App, Scenario } from '../../scenario/scenario.ts';
import { asksPerRequest } from './measure.ts';
import type { MeasuresReport } from './measures-report.ts';

const SOURCE =
  'https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole';

export function perRequestIn({ apps }: Scenario): MeasuresReport['perRequest'] {
  const asking = apps.filter(asksPerRequest);
  if (asking.length === 0) return null;
  return {
    apps: asking.map(({ name }) => name),
    peakPerSecond: asking.reduce((sum, app) => sum + peakPerSecond(app), 0),
    wayOut:
      'Each request asks STS. Where each is for a user of its own (uploads from mobile devices), no cache and no jitter can help: sign the URLs of OSS objects on the server in place of vending tokens. Where requests may share a credential, keep it.',
    source: SOURCE,
  };
}

function peakPerSecond({ load }: App): number {
  return highestRatePerSecond(load.curve);
}
