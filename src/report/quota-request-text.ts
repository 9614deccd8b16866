/** A request for a larger quota in a few lines, for a terminal. */
import type { QuotaRequest } from '../sizing/quota-request.ts';
import { wrapped } from './lines.ts';

const WIDTH = 100;

/** `files`: what was written, by path. */
export function quotaRequestText(request: QuotaRequest, files: readonly string[]): string {
  const { asked, application, missing, notes, route } = request;
  const where = `${asked.action}, account ${asked.accountId}, ${asked.region}`;
  const needed =
    asked.neededPerSecond === null ? 'no quota is enough' : `needed ${asked.neededPerSecond}/s`;
  const grown =
    asked.grown === null ? '' : `, ${asked.grown.perSecond}/s in month ${asked.grown.month}`;
  const lines = [
    where,
    `  present ${asked.presentPerSecond}/s, ${needed}${grown}: ${
      application === null
        ? `enough for ${asked.desiredPerSecond}/s, so there is nothing to ask for`
        : `ask for ${asked.desiredPerSecond}/s`
    }`,
    ...(application === null ? [] : ['', ...wrapped(application.Reason, WIDTH)]),
    ...(missing.length === 0
      ? []
      : [
          '',
          ...wrapped(
            `Not complete: ${missing.join(' and ')} of STS ${missing.length === 1 ? 'is' : 'are'} not publicly documented, and placeholders in the request. annex.md says how to look them up.`,
            WIDTH,
          ),
        ]),
    ...(notes.length === 0
      ? []
      : ['', ...notes.flatMap((note) => wrapped(`- ${note}`, WIDTH, '  '))]),
    '',
    ...(application === null
      ? []
      : [route === 'ticket' ? 'To be sent by ticket. Nothing was sent.' : 'Nothing was sent.']),
    ...files.map((file) => `  ${file}`),
  ];
  return `${lines.join('\n')}\n`;
}
