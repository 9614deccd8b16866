/** What would make a quota suffice, for a terminal: one measure after another, the best first. */
import { formatCount } from '../kernel/units.ts';
import type { MeasureRow, MeasuresReport } from '../sizing/measures/measures-report.ts';
import { SITUATION_TITLES } from '../sizing/size-titles.ts';
import { wrapped } from './lines.ts';
import { type Paint, plain, type Tone } from './paint.ts';

const TONES: Readonly<Record<MeasureRow['verdict'], Tone>> = {
  suffices: 'good',
  helps: 'warn',
  'does not help': 'dim',
  'not applicable': 'dim',
};

export function measureLines(report: MeasuresReport, paint: Paint, width: number): string[] {
  const { withinPerSecond, measures, perRequest } = report;
  const told = (text: string) => indented(text, INDENT, width);
  return [
    '',
    paint('bold', `What makes ${formatCount(withinPerSecond)} calls a second suffice`),
    ...told(leadText(report)),
    ...measures.flatMap((row) => rowLines(row, paint, width)),
    ...togetherTexts(report).flatMap(told),
    ...(perRequest === null ? [] : ['', ...told(perRequestText(perRequest))]),
  ];
}

const INDENT = '  ';
/** Where what is said of a measure begins. */
const TEXT_INDENT = ' '.repeat(INDENT.length + 'not applicable'.length + 2);

function indented(text: string, indent: string, width: number): string[] {
  return wrapped(text, width - indent.length).map((line) => `${indent}${line}`);
}

function leadText({ neededPerSecond, failing, replications, measures }: MeasuresReport): string {
  const needed =
    neededPerSecond === null ? 'No quota is enough' : `${formatCount(neededPerSecond)} are needed`;
  if (failing.length === 0) return `${needed}: nothing has to be changed.`;
  const where = failing.map((name) => SITUATION_TITLES[name]).join(', ');
  const rest = measures.some(({ verdict }) => verdict === 'suffices')
    ? `Those that suffice do so by themselves, at the smallest setting that was found, in all of ${formatCount(replications)} runs of each situation.`
    : 'No measure is enough by itself.';
  return `${needed} (${where}). ${rest}`;
}

function rowLines(row: MeasureRow, paint: Paint, width: number): string[] {
  const { verdict, title, setting, quotaPerSecond, reason, sideEffects } = row;
  const needs = quotaPerSecond === null ? '' : `; needs ${formatCount(quotaPerSecond)}`;
  const [first = '', ...rest] = indented(
    `${title}: ${plain(setting ?? reason ?? '')}${needs}`,
    TEXT_INDENT,
    width,
  );
  const label = `${INDENT}${paint(TONES[verdict], verdict)}`;
  const gap = ' '.repeat(TEXT_INDENT.length - INDENT.length - verdict.length);
  const costs = verdict === 'does not help' ? [] : sideEffects;
  return [
    `${label}${gap}${first.trimStart()}`,
    ...rest,
    ...costs
      .flatMap((cost) => indented(`- ${cost}`, TEXT_INDENT, width))
      .map((line) => paint('dim', line)),
  ];
}

function perRequestText({
  apps,
  peakPerSecond,
  wayOut,
  source,
}: NonNullable<MeasuresReport['perRequest']>): string {
  const calls = `${formatCount(peakPerSecond)} calls a second at the peak`;
  return `${apps.map(plain).join(', ')}, ${calls}: ${wayOut} (${source})`;
}

function togetherTexts({ together, measures }: MeasuresReport): string[] {
  if (together === null) return [];
  const titles = together.names.map((name) => measures.find((row) => row.name === name)!.title);
  const needed =
    together.quotaPerSecond === null
      ? 'no quota is enough'
      : `${formatCount(together.quotaPerSecond)} are needed`;
  const verdict = together.suffices ? 'suffice' : 'do not suffice';
  return [`Together, ${titles.join(' and ')} ${verdict}: ${needed}.`];
}
