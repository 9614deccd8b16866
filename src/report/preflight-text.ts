/** What a user is shown before real STS is sent a single AssumeRole call. */
import { formatDuration } from '../kernel/units.ts';
import { plain } from './paint.ts';

export interface PreflightView {
  readonly endpoint: string;
  readonly identity: {
    readonly accountId: string;
    readonly arn: string;
    readonly identityType: string;
    /** Of the credential chain. */
    readonly provider: string;
    /** Calls that the chain made to get its credential. */
    readonly ownCalls: number;
  };
  readonly scenario: {
    readonly name: string;
    readonly accountId: string;
    readonly region: string;
    readonly subjects: readonly string[];
    readonly repetitions: number;
    readonly durationMs: number;
  };
  readonly prediction: { readonly calls: number; readonly slidingPeakPerSecond: number };
  /** Undefined where the scenario enforces none. */
  readonly quotaPerAccount: number | undefined;
  readonly ceilingPerSecond: number;
  /** Undefined where none was given: only a dry run gets as far as this. */
  readonly budget: number | undefined;
  readonly sessionPrefix: string;
  /** Why `run` would refuse to go on. */
  readonly refusals: readonly string[];
}

/** Ends with a line feed. Nothing in it is secret. */
export function renderPreflight(view: PreflightView): string {
  const { identity, scenario, prediction, ceilingPerSecond } = view;
  const { accountId, arn, identityType, provider, ownCalls } = identity;
  const peak = Math.min(prediction.slidingPeakPerSecond, ceilingPerSecond);
  const rows: [string, string][] = [
    ['endpoint', view.endpoint],
    ['identity', `${identityType} ${arn}, account ${accountId}`],
    [
      'credential',
      `${provider}${ownCalls === 0 ? '' : `, which called STS ${times(ownCalls)} to get it`}`,
    ],
    ['scenario', scenarioText(scenario)],
    ['AssumeRole', `${prediction.calls} calls predicted, budget ${view.budget ?? 'not given'}`],
    ['peak', `${prediction.slidingPeakPerSecond} calls/s predicted, ceiling ${ceilingPerSecond}/s`],
    ['quota', quotaText(peak, view.quotaPerAccount)],
    ['sessions', `their names begin with ${view.sessionPrefix}-`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    'Against real STS:',
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${plain(text)}`),
    ...notesOf(view).map((note) => `  ${plain(note)}`),
    ...view.refusals.map((refusal) => `  Refused: ${plain(refusal)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function scenarioText(scenario: PreflightView['scenario']): string {
  const { name, subjects, repetitions, durationMs } = scenario;
  const replays = subjects.length * repetitions;
  const all = formatDuration(durationMs * replays);
  return `${name} with ${subjects.join(', ')}, ${times(repetitions)} each, ${all} in all`;
}

function quotaText(peak: number, quota: number | undefined): string {
  if (quota === undefined) return 'none in the scenario to hold it against';
  return `${peak} of ${quota} calls/s at most: ${Math.round((100 * peak) / quota)} % of what production shares`;
}

function notesOf({ identity, scenario, prediction, ceilingPerSecond }: PreflightView): string[] {
  const notes: string[] = [];
  if (identity.accountId !== scenario.accountId) {
    notes.push(
      `The calls count against the quota of account ${identity.accountId}; the scenario’s caller is account ${scenario.accountId}.`,
    );
  }
  if (prediction.slidingPeakPerSecond > ceilingPerSecond) {
    notes.push(
      'The peak is above the ceiling: calls will wait, and clients that give up meanwhile may ask again.',
    );
  }
  return notes;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
