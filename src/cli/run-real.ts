/**
 * `sts-harness run --target real`: nothing of it is sent before its calls are predicted, its caller is
 * shown and its user has confirmed. A dry run ends there.
 */
import { badInput, EXIT, HarnessError, type Problem } from '../kernel/errors.ts';
import { checkForRealSts, type Prediction, predictCalls } from '../library/preflight.ts';
import { type PreflightView, renderPreflight } from '../report/preflight-text.ts';
import { checkSubjects } from '../run/live/live-run.ts';
import { limitOutbound } from '../run/live/outbound.ts';
import { forgetCredentials } from '../run/live/real/environments.ts';
import { RealSts } from '../run/live/real/real-sts.ts';
import { lineUp } from '../run/subjects/line-up.ts';
import { confirm, isTerminal } from './confirm.ts';
import { listenForInterrupts } from './interrupts.ts';
import { newProgress } from './progress.ts';
import { type ReadRealFlags, readRealFlags } from './real-flags.ts';
import { commandOf, type PreparedRun, prepareRun, type RunFlags, replay } from './replay.ts';

const HINT = 'See docs/real-sts.md.';
const TERMINAL = { input: process.stdin, output: process.stderr };
const QUESTION = 'Send these calls to real STS, against the quota that production shares?';

export async function runReal(name: string, flags: RunFlags): Promise<number> {
  const run = await prepareRun(name, flags);
  checkForRealSts(run.scenario);
  refuseMockFlags(flags);
  const read = readRealFlags(flags, run.scenario.caller.region);
  await checkSubjects(run.scenario, run.subjects);
  const isDry = flags.dryRun === true;
  if (!isDry && flags.yes !== true && !isTerminal(TERMINAL)) throw unconfirmed();
  const progress = newProgress(process.stderr, { quiet: flags.quiet === true });
  const interrupts = listenForInterrupts(progress.say);
  const rules = { ...read.rules, budget: read.budget ?? 1 };
  const real = new RealSts({ ...read.terms, rules });
  try {
    forgetCredentials(process.env);
    const prediction = await predictCalls({ ...run, stop: interrupts.stop });
    if (interrupts.stop.aborted) return interruptedBy(interrupts.signal());
    if (!isDry) refuse(refusalsOf(read, prediction, 0));
    // From here on nothing but the gate may leave this process.
    limitOutbound({ kind: 'gate-alone', authority: undefined });
    const identity = await identityOf(real, read);
    if (interrupts.stop.aborted) return interruptedBy(interrupts.signal());
    const refusals = refusalsOf(read, prediction, identity.ownCalls);
    const view = viewOf(run, read, { prediction, identity, refusals });
    if (isDry) {
      process.stdout.write(renderPreflight(view));
      return refusals.length > 0 ? EXIT.usage : EXIT.passed;
    }
    process.stderr.write(renderPreflight(view));
    refuse(refusals);
    if (flags.yes !== true && !(await confirm(QUESTION, TERMINAL, interrupts.stop))) {
      if (interrupts.stop.aborted) return interruptedBy(interrupts.signal());
      throw unconfirmed();
    }
    const command = commandOf(name, flags, run);
    return await replay(run, { flags, command, progress, interrupts, real });
  } finally {
    progress.end();
    interrupts.release();
    await real.close();
  }
}

/** What belongs to a mock, or takes the care away. */
function refuseMockFlags({ pace }: RunFlags): void {
  const problems: Problem[] = [];
  if (pace === 'fast') {
    const allowed = 'with --target real, real: the time of STS cannot be fast-forwarded';
    problems.push({ file: '--pace', path: '', found: '"fast"', allowed });
  }
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    const found = 'NODE_TLS_REJECT_UNAUTHORIZED=0';
    const allowed = 'with --target real, TLS that is verified';
    problems.push({ file: 'environment', path: '', found, allowed });
  }
  if (process.env.NODE_DEBUG) {
    const found = `NODE_DEBUG=${process.env.NODE_DEBUG}`;
    const allowed = 'with --target real, unset: Node would print headers and environments';
    problems.push({ file: 'environment', path: '', found, allowed });
  }
  if (problems.length > 0) throw badInput('FLAG_INVALID', problems, HINT);
}

function unconfirmed(): HarnessError {
  return new HarnessError(
    'UNCONFIRMED',
    'run --target real was not confirmed: no AssumeRole call was made.',
    {
      hint: 'Confirm on a terminal, or give --yes where there is none. --dry-run shows what would be confirmed.',
    },
  );
}

function refuse(refusals: readonly string[]): void {
  if (refusals.length === 0) return;
  throw new HarnessError('PLAN_REFUSED', `run --target real: ${refusals.join(' ')}`, {
    hint: HINT,
  });
}

/** `ownCalls`: what the credential chain needed for itself, once it was asked. */
function refusalsOf({ budget }: ReadRealFlags, prediction: Prediction, ownCalls: number): string[] {
  if (budget === undefined) return ['--budget is missing: without it no call is made.'];
  const calls = prediction.calls + ownCalls;
  if (calls <= budget) return [];
  const own = ownCalls === 0 ? '' : `, ${ownCalls} of the credential chain among them`;
  return [`${calls} AssumeRole calls are predicted${own}, more than the budget of ${budget}.`];
}

async function identityOf(
  real: RealSts,
  { rules }: ReadRealFlags,
): Promise<PreflightView['identity']> {
  const { provider, ownCalls, outcome } = await real.identify();
  if (outcome === undefined) {
    throw new HarnessError(
      'NO_CREDENTIAL',
      'No source of the default credential chain of @alicloud/credentials gave a credential.',
      { hint: 'docs/real-sts.md lists the sources, and what each is configured by.' },
    );
  }
  if (outcome.kind === 'failed') {
    const { code, message } = outcome.failure;
    throw new HarnessError('IDENTITY_UNKNOWN', `GetCallerIdentity failed: ${code}: ${message}`, {
      hint: `The credential came from ${provider}. No AssumeRole call was made for the run.`,
    });
  }
  if (ownCalls > rules.ceilingPerSecond) {
    throw new HarnessError(
      'CEILING_TOO_LOW',
      `The credential chain (${provider}) calls STS ${ownCalls} times for one credential, more often than --ceiling ${rules.ceilingPerSecond} allows in a second.`,
    );
  }
  return { ...outcome.identity, provider, ownCalls };
}

function viewOf(
  { scenario, subjects, repetitions }: PreparedRun,
  { terms, rules, budget }: ReadRealFlags,
  known: Pick<PreflightView, 'prediction' | 'identity' | 'refusals'>,
): PreflightView {
  const { caller, name, durationMs, sts } = scenario;
  return {
    ...known,
    endpoint: new URL(terms.endpoint).host,
    scenario: {
      name,
      accountId: caller.accountId,
      region: caller.region,
      subjects: lineUp(scenario, subjects).map((entry) => entry.name),
      repetitions,
      durationMs,
    },
    quotaPerAccount: sts.quotaPerAccount,
    ceilingPerSecond: rules.ceilingPerSecond,
    budget,
    sessionPrefix: terms.sessionPrefix,
  };
}

function interruptedBy(signal: 'SIGINT' | 'SIGTERM' | undefined): number {
  return signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
