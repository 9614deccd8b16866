/** What would make asking unnecessary, as a section of the annex: who grants a quota asks for it first. */
import type { MeasureRow, MeasuresReport } from '../sizing/measures/measures-report.ts';
import { markdownText, tableRow } from './markdown.ts';

export function alternativeSections(measures: MeasuresReport | undefined): string[] {
  if (measures === undefined) return [];
  const { withinPerSecond, failing, perRequest } = measures;
  return [
    `## What would make ${withinPerSecond} calls a second suffice`,
    failing.length === 0 ? 'Nothing has to be changed.' : measuresTable(measures),
    ...(perRequest === null
      ? []
      : [
          `${perRequest.apps.map(markdownText).join(', ')}: ${markdownText(perRequest.wayOut)} Source: ${markdownText(perRequest.source)}`,
        ]),
  ];
}

function measuresTable({ measures }: MeasuresReport): string {
  return [
    tableRow(['measure', 'does it', 'setting, or why not', 'then needed', 'what it costs']),
    '|---|---|---|---|---|',
    ...measures.map((row) => tableRow(cellsOf(row))),
  ].join('\n');
}

function cellsOf({ title, verdict, setting, reason, quotaPerSecond, sideEffects }: MeasureRow) {
  return [
    title,
    verdict,
    setting ?? reason ?? '',
    quotaPerSecond === null ? '' : `${quotaPerSecond}/s`,
    sideEffects.join('\n'),
  ];
}
