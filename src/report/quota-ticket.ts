/** The same request as a ticket: plain text, a subject and a body. */
import type { QuotaRequest } from '../sizing/quota-request.ts';
import { wrapped } from './lines.ts';

const WIDTH = 80;

/** For a request that has something to ask for. */
export function renderQuotaTicket({ asked, application, route }: QuotaRequest): string {
  const { action, region, accountId, presentPerSecond, desiredPerSecond } = asked;
  const paragraphs = [
    `Please raise the API rate limit of Sts ${action} (2015-04-01) for account ${accountId} in ${region} from ${presentPerSecond} to ${desiredPerSecond} calls a second.`,
    application?.Reason ?? '',
    'The attached annex.md has the evidence: scenario, seeds, the need in each situation, closed forms, and how the quota is taken to be counted.',
    ...(route === 'ticket' ? ['Quota Center takes no application for this quota.'] : []),
    'Please tell us, too: is the limit counted by account, region and API; by which algorithm (fixed window, sliding window, token bucket); and do refused calls count?',
  ];
  const body = paragraphs.map((text) => wrapped(text, WIDTH).join('\n')).join('\n\n');
  return `Subject: STS ${action} rate limit in ${region}: ${desiredPerSecond} calls a second\n\n${body}\n`;
}
