/** A comparison as named outcomes: one for each figure that was compared. */
import type { ComparedFigure, Comparison } from './compare.ts';
import { exactText } from './judge.ts';
import { unitOf } from './metrics.ts';
import { type OutcomeReport, type OutcomeStatus, uniqueNames } from './outcome.ts';
import type { Change } from './sample-rule.ts';

const STATUS: Readonly<Record<Change, OutcomeStatus>> = {
  worse: 'failed',
  better: 'passed',
  same: 'passed',
  changed: 'passed',
  untold: 'skipped',
};

const UNITS = { ms: ' ms', seconds: ' s', perSecond: '/s', share: '', count: '' } as const;

export function outcomesOfComparison(comparison: Comparison): OutcomeReport {
  const { baseline, candidate, figures, notes, verdict } = comparison;
  return {
    title: `sts-harness compare ${candidate.scenario}, ${candidate.subject}`,
    verdict,
    summary: [headlineOf(comparison), ...notes],
    outcomes: uniqueNames(
      figures.map((figure) => ({
        suite: `${candidate.scenario}: compared with the baseline`,
        name: figure.path,
        status: STATUS[figure.change],
        message: `${WORDS[figure.change]}: ${changeText(figure)}`,
        details: [],
      })),
    ).map((outcome) =>
      outcome.status === 'failed'
        ? { ...outcome, details: [`Baseline: ${baseline.runId}`, `Candidate: ${candidate.runId}`] }
        : outcome,
    ),
  };
}

const WORDS: Readonly<Record<Change, string>> = {
  worse: 'worse',
  better: 'better',
  same: 'the same',
  changed: 'changed',
  untold: 'cannot be told',
};

/** `3 figures are worse, 2 better, 1 cannot be told, 40 the same.` */
export function headlineOf({ figures }: Comparison): string {
  const counts = (['worse', 'better', 'untold', 'changed', 'same'] as const)
    .map((change) => ({
      change,
      count: figures.filter((figure) => figure.change === change).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ change, count }) => `${count} ${WORDS[change]}`);
  return `Of ${figures.length} figures: ${counts.join(', ')}.`;
}

/** `120 ms -> 140 ms (+16.7%)`. */
function changeText({ path, baseline, candidate }: ComparedFigure): string {
  const [before, after] = valueTexts({ path, baseline, candidate });
  if (baseline === candidate) return after;
  return `${before} -> ${after}${shareText(baseline, candidate)}`;
}

/** With digits enough to tell the two apart. */
export function valueTexts({
  path,
  baseline,
  candidate,
}: Pick<ComparedFigure, 'path' | 'baseline' | 'candidate'>): [string, string] {
  const unit = UNITS[unitOf(path.split('.'))];
  const values = [baseline, candidate];
  const rounded = values.map((value) => (value === null ? '–' : exactText(value)));
  const isTold = rounded[0] !== rounded[1] || baseline === candidate;
  const texts = isTold ? rounded : values.map(String);
  const [before, after] = texts.map((text) => (text === '–' ? text : `${text}${unit}`));
  return [before!, after!];
}

/** ` (+16.7%)`, where there is something to take the share of. */
export function shareText(baseline: number | null, candidate: number | null): string {
  if (baseline === null || candidate === null || baseline === 0) return '';
  const percent = (100 * (candidate - baseline)) / Math.abs(baseline);
  const digits = percent.toLocaleString('en-US', { maximumSignificantDigits: 3 });
  return ` (${percent > 0 ? '+' : ''}${digits}%)`;
}
