/**
 * Why so many calls a second, in a few plain sentences: the `Reason` of an application. Alibaba
 * Cloud's page on it says that a detailed reason helps.
 */
import { formatCount } from '../kernel/units.ts';
import { accountReading, type QuotaAsked } from './quota-asked.ts';
import type { Need, SizeReport } from './size-report.ts';
import { SITUATION_TITLES } from './size-titles.ts';

export function reasonText(size: SizeReport, asked: QuotaAsked): string {
  const need = decidingNeed(size);
  return [
    `${formatCount(size.processes)} processes share the quota of ${asked.action} of account ${asked.accountId} in ${asked.region}.`,
    ...(need === undefined ? [] : [neededText(size, need)]),
    askedText(asked),
  ].join(' ');
}

/** Of the quota by account: the situation that needs most; undefined where none is enough. */
function decidingNeed(size: SizeReport): Need | undefined {
  const reading = accountReading(size);
  return reading.situations.find(({ situation }) => situation === reading.situation);
}

function neededText(size: SizeReport, need: Need): string {
  const { chanceMax } = need.fresh ?? need.failures;
  return (
    `Simulated with ${formatCount(size.replications)} seeds, the ${SITUATION_TITLES[need.situation]} needs ` +
    `${need.quotaPerSecond}/s (${need.limiter}) for ${objectiveText(size)}: ` +
    `a run fails with a chance of at most ${shareText(chanceMax)}, at ${shareText(size.confidence)} confidence.`
  );
}

function askedText({ presentPerSecond, desiredPerSecond, ...asked }: QuotaAsked): string {
  const parts = [
    ...(asked.grown === null
      ? []
      : [
          `${asked.grown.perSecond}/s in month ${asked.grown.month} of the growth that is expected`,
        ]),
    ...(asked.headroom === null ? [] : [`${shareText(asked.headroom)} headroom`]),
  ];
  const why = parts.length === 0 ? '' : `, with ${parts.join(' and ')}`;
  return `Asked for: ${desiredPerSecond}/s in place of ${presentPerSecond}/s${why}.`;
}

export function objectiveText({ objective }: SizeReport): string {
  return objective.isDefault
    ? 'no throttled call and no stall after the start'
    : objective.expressions.join(' and ');
}

/** `99.9 %`: never rounded to what would be a certainty. */
export function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
