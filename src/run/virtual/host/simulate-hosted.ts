/** Simulates a subject of real clients in this thread, which is a host for as long as that takes. */
import { HarnessError } from '../../../kernel/errors.ts';
import { expectedRequests } from '../../../scenario/estimate.ts';
import { type Plan, planOf } from '../../../scenario/plan.ts';
import { withoutHostedPrefix } from '../../../scenario/subject-names.ts';
import { subjectNamed } from '../../subjects/registry.ts';
import {
  type Hosting,
  type SimulatedSubject,
  type SubjectHooks,
  type SubjectTask,
  simulateSubject,
} from '../simulate-subject.ts';
import type { VirtualSubject } from '../virtual-subject.ts';
import { HostedFleet } from './hosted-fleet.ts';
import { inOwnTurn } from './turns.ts';

/** Some minutes of one core. */
const REQUESTS_ASKED_MAX = 100_000_000;

export interface HostedTask extends SubjectTask {
  /** False: ticks and promises are left to real turns of Node's loop, for comparison. */
  readonly drainsAtOnce?: boolean;
}

export async function simulateHosted(
  task: HostedTask,
  hooks: SubjectHooks,
): Promise<SimulatedSubject> {
  const plan = planOf(task.scenario, task.seed);
  const fleet = await HostedFleet.open(plan, task.drainsAtOnce);
  try {
    const cast = await castOf(task, fleet);
    refuseEndless(plan, cast, task);
    fleet.host.arm();
    return await simulateSubject(task, cast, hooks, hostingOf(fleet));
  } finally {
    await inOwnTurn(() => fleet.close());
  }
}

async function castOf(
  { scenario, override }: SubjectTask,
  fleet: HostedFleet,
): Promise<VirtualSubject[]> {
  const cast: VirtualSubject[] = [];
  for (const app of scenario.apps) {
    const { client } = app;
    const name = override ?? client.subject;
    const options = override === undefined || override === client.subject ? client.options : {};
    const subject = await subjectNamed(withoutHostedPrefix(name));
    subject.checkApp?.(app);
    subject.checkOptions?.(options);
    cast.push(fleet.subject(name, subject, options));
  }
  return cast;
}

function hostingOf(fleet: HostedFleet): Hosting {
  const { host } = fleet;
  return {
    clients: fleet,
    turn: (code) => host.afterSettling(code),
    reasons: () => [
      ...[...host.guard.breaches].map(
        (what) => `the client used ${what}, which virtual time cannot run: its figures say nothing`,
      ),
      ...crashReasons(fleet),
    ],
  };
}

function crashReasons({ host }: HostedFleet): string[] {
  const { crashes } = host.time;
  const [first] = crashes;
  if (first === undefined) return [];
  const name = first.error instanceof Error ? first.error.name : typeof first.error;
  const what = first.kind === 'rejection' ? 'an unhandled rejection' : 'an uncaught error';
  const times = crashes.length === 1 ? 'once' : `${crashes.length} times`;
  return [
    `the client ended its process by ${what} (${name}) at ${Math.round(first.atMs)} ms, ${times} in all`,
  ];
}

function refuseEndless(plan: Plan, cast: readonly VirtualSubject[], task: SubjectTask): void {
  const asked = cast.reduce(
    (sum, { isOpaque }, app) => sum + (isOpaque === true ? expectedRequests(plan, app) : 0),
    0,
  );
  if (asked <= REQUESTS_ASKED_MAX) return;
  throw new HarnessError(
    'SUBJECT_INVALID',
    `subject ${task.name}: each of ${Math.round(asked)} requests would have to be asked one by one`,
    {
      hint: `A client that nobody knows is asked up to ${REQUESTS_ASKED_MAX} times. Shorten the scenario, or let the module export fastForward = { leadMs }.`,
    },
  );
}
