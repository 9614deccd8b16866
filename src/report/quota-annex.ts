/**
 * The annex of a request for a larger quota: what is asked for, the evidence, and what to send, as
 * Markdown. Made from the request document alone.
 */

import { shareText } from '../sizing/quota-reason.ts';
import type { QuotaRequest } from '../sizing/quota-request.ts';
import { markdownText, tableRow } from './markdown.ts';
import { alternativeSections } from './quota-alternatives.ts';
import { evidenceSections } from './quota-evidence.ts';
import { lookupLines } from './quota-lookup.ts';

export function renderQuotaAnnex(request: QuotaRequest): string {
  const { asked, application } = request;
  return `${[
    `# Quota of ${markdownText(asked.action)} in ${markdownText(asked.region)}`,
    leadText(request),
    figuresTable(request),
    ...evidenceSections(request.evidence),
    ...alternativeSections(request.evidence.measures),
    ...(application === null ? [] : sendSections(request)),
  ].join('\n\n')}\n`;
}

function leadText({ asked, application }: QuotaRequest): string {
  const { presentPerSecond, desiredPerSecond } = asked;
  return application === null
    ? `**Nothing to ask for.** The present ${presentPerSecond} calls a second are enough for ${desiredPerSecond}, the need with its headroom.`
    : `**${desiredPerSecond} calls a second are asked for, in place of ${presentPerSecond}.** Nothing was sent: this page and the files beside it are drafts.`;
}

const PRESENT_FROM = {
  'quota-center': 'by Quota Center',
  scenario: 'by the scenario',
  documented: 'the documented default',
} as const;

function figuresTable({ asked }: QuotaRequest): string {
  const { grown, headroom } = asked;
  const rows = [
    ['caller’s account', asked.accountId],
    ['region', asked.region],
    ['API', `Sts ${asked.action} (2015-04-01)`],
    ['present quota', `${asked.presentPerSecond}/s, ${PRESENT_FROM[asked.presentFrom]}`],
    [
      'needed, by simulation',
      asked.neededPerSecond === null ? 'no quota is enough' : `${asked.neededPerSecond}/s`,
    ],
    ...(grown === null ? [] : [[`needed in month ${grown.month}`, `${grown.perSecond}/s`]]),
    ...(headroom === null ? [] : [['headroom', shareText(headroom)]]),
    ['asked for', `${asked.desiredPerSecond}/s`],
  ];
  return [tableRow(['', '']), '|---|---|', ...rows.map(tableRow)].join('\n');
}

function sendSections({
  application,
  alarm,
  missing,
  notes,
  route,
  asked,
}: QuotaRequest): string[] {
  const way =
    route === 'ticket'
      ? 'By ticket (`ticket.txt`): Quota Center takes no application for this quota.'
      : 'In Quota Center, or by ticket (`ticket.txt`); the notice of August 2022 names the ticket.';
  return [
    '## What to send',
    way,
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${markdownText(note)}`).join('\n')]),
    '### CreateQuotaApplication (Quota Center, 2020-05-10)',
    ...(missing.length === 0
      ? []
      : [
          `**Not complete:** ${missing.join(' and ')} of STS ${missing.length === 1 ? 'is' : 'are'} not publicly documented.`,
        ]),
    lookupLines(asked.region).join('\n'),
    fenced(application),
    '### A warning at 80 % of it (CloudMonitor, PutResourceMetricRules)',
    'The metric is the busiest second of each minute. `Statistics` has to be one that the metric has; which, is shown in CloudMonitor’s list of metrics.',
    fenced(alarm),
  ];
}

/** Every line of the JSON begins with a brace, a bracket or a quote: none ends the block. */
function fenced(value: unknown): string {
  return ['```json', JSON.stringify(value, null, 2), '```'].join('\n');
}
