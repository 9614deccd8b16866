/** Calls that belong to no app, as background of a scenario file: second by second where it fits. */
import { formatSecondSeries } from '../../kernel/second-series.ts';
import { formatCount } from '../../kernel/units.ts';

/** Stretches of an even rate in place of a longer series; a scenario has at most 1,000 faults. */
const STRETCHES_MAX = 900;
const LINE_WIDTH = 110;

/** `lengthMax`: of the text of a series. */
export function backgroundLines(
  calls: Uint32Array,
  durationSeconds: number,
  lengthMax: number,
): string[] {
  const total = calls.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const series = formatSecondSeries(Array.from(calls));
  const note = `  # ${formatCount(total)} calls of callers that are no app here`;
  if (series.length > lengthMax)
    return [
      'faults:',
      `${note}, evenly spread in stretches: second by second they are too many.`,
      ...stretches(calls),
    ];
  return [
    'faults:',
    `${note}, second by second as recorded.`,
    '  - kind: background',
    '    at: 0s',
    `    for: ${durationSeconds}s`,
    ...seriesLines(series, '    '),
  ];
}

function stretches(calls: Uint32Array): string[] {
  const width = Math.ceil(calls.length / STRETCHES_MAX);
  const lines: string[] = [];
  for (let at = 0; at < calls.length; at += width) {
    const some = calls.subarray(at, at + width);
    const sum = some.reduce((all, count) => all + count, 0);
    if (sum === 0) continue;
    const rate = Number((sum / some.length).toFixed(6));
    lines.push(`  - { kind: background, at: ${at}s, for: ${some.length}s, rate: ${rate}/s }`);
  }
  return lines;
}

/** A key `bySecond` and its text, in lines of a width that can be read. */
export function seriesLines(series: string, indent: string): string[] {
  return [`${indent}bySecond: >-`, ...folded(series).map((line) => `${indent}  ${line}`)];
}

function folded(series: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of series.split(' ')) {
    if (line !== '' && line.length + part.length >= LINE_WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? part : `${line} ${part}`;
  }
  return [...lines, line];
}
