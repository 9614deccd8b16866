/**
 * The two sides of a comparison, and whether they can be held against each other: what differs beside
 * the client makes the difference of their figures say nothing.
 */
import { badInput, EXIT, HarnessError, type Problem } from '../kernel/errors.ts';
import type { Result, SubjectResult } from '../measure/result.ts';
import { oneOf } from '../scenario/issues.ts';

export interface Contender {
  /** As the user named it. */
  readonly file: string;
  readonly run: Result['run'];
  readonly subject: SubjectResult;
}

/** What may differ all the same, when the user says so. */
export const ALLOWANCES = ['scenario', 'seed', 'engine', 'subject'] as const;
export type Allowance = (typeof ALLOWANCES)[number];

/** `name`: of its subject; the one under test if left out. */
export function contender(file: string, { run, subjects }: Result, name?: string): Contender {
  const subject = name === undefined ? subjects[0] : subjects.find((each) => each.name === name);
  if (subject !== undefined) return { file, run, subject };
  const allowed = oneOf(
    name,
    subjects.map((each) => each.name),
  );
  throw badInput('SUBJECT_UNKNOWN', [{ file, path: 'subjects', found: `no ${name}`, allowed }]);
}

/** Throws where one of them says nothing, or where they differ in more than is allowed. */
export function refuseUnlike(
  baseline: Contender,
  candidate: Contender,
  allowed: readonly Allowance[],
): void {
  refuseUnusable(baseline);
  refuseUnusable(candidate);
  const problems = DIFFERENCES.flatMap(({ allowance, path, read }): Problem[] => {
    const [before, after] = [baseline, candidate].map(read);
    if (before === after || allowed.includes(allowance)) return [];
    return [
      {
        file: candidate.file,
        path,
        found: after!,
        allowed: `${before}, as in ${baseline.file} (or --allow ${allowance})`,
      },
    ];
  });
  if (problems.length > 0) {
    throw badInput(
      'RESULTS_UNLIKE',
      problems,
      'Different figures would tell nothing of the client.',
    );
  }
}

const DIFFERENCES: readonly {
  readonly allowance: Allowance;
  readonly path: string;
  readonly read: (contender: Contender) => string;
}[] = [
  {
    allowance: 'scenario',
    path: 'run.scenarioHash',
    read: ({ run }) => `${run.scenarioHash.slice(0, 12)} (${run.scenario})`,
  },
  { allowance: 'seed', path: 'run.seed', read: ({ run }) => String(run.seed) },
  {
    allowance: 'seed',
    path: 'subjects[].replications.seeds',
    read: ({ subject }) => {
      const { seeds = [] } = subject.replications ?? {};
      return seeds.length === 0 ? 'one seed' : `${seeds.length} seeds, the last ${seeds.at(-1)}`;
    },
  },
  { allowance: 'engine', path: 'run.engine', read: ({ run }) => run.engine },
  { allowance: 'subject', path: 'subjects[].name', read: ({ subject }) => subject.name },
];

function refuseUnusable({ file, subject }: Contender): void {
  if (subject.partial) {
    const found = `${subject.name} ended early`;
    const allowed = 'a run that went to its end';
    throw badInput('RESULT_PARTIAL', [{ file, path: 'subjects[].partial', found, allowed }]);
  }
  if (subject.validity.ok) return;
  throw new HarnessError(
    'RESULT_INVALID_RUN',
    `${file} is of an invalid run: ${subject.validity.reasons.join(' ')}`,
    { exitCode: EXIT.invalidRun, hint: 'Its figures say nothing about the client.' },
  );
}
