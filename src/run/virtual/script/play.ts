/**
 * Plays a script on real clients in virtual time, and tells what was seen. This thread is a host
 * meanwhile: scripts are played one after the other.
 */
import { HarnessError } from '../../../kernel/errors.ts';
import type {
  Observed,
  RequestOutcome,
  SeenClose,
  SeenRequest,
} from '../../../measure/observed.ts';
import type { Script, Step } from '../../../scenario/script.ts';
import type { CreateClient } from '../../subjects/subject.ts';
import { ZERO_AT_MS } from '../host/host-time.ts';
import type { HostedRequest } from '../host/hosted-request.ts';
import { hostClient, type VirtualHost } from '../host/virtual-host.ts';
import { editedBody } from './answer-edits.ts';
import { Ledger } from './ledger.ts';
import { callerContext, callerKeys, roleArnOf, scriptedSts } from './scripted-sts.ts';
import { SeenErrors } from './seen-errors.ts';
import { Traces } from './traced-client.ts';

export interface PlayTerms {
  /** Letters, digits and hyphens; different for each script that is played in one thread. */
  readonly name: string;
  readonly createClient: CreateClient;
  readonly seed: number;
}

/** A client may close for this long before it counts as hanging. */
const CLOSE_WITHIN_MS = 60_000;
/** More calls than this, of all clients of a script, tell nothing new. */
const CALLS_MAX = 1_500;
/** What was in the air then is waited for. */
const LAST_ANSWERS_MS = 10_000;
const SLICE_MS = 30_000;

/** Throws HarnessError `HOST_BREACH` for a client that does what no host can run in virtual time. */
export async function playScript(script: Script, terms: PlayTerms): Promise<Observed> {
  const { name, seed } = terms;
  const { durationSeconds = 3_600, externalId, startsAtMs = [0] } = script;
  const ledger = new Ledger(callerKeys(script, seed), durationSeconds * 1_000);
  const traces = new Traces(ledger);
  const contextOf = (client: number) => ({
    ...callerContext(script, seed),
    roleArn: roleArnOf(script, name, client),
    roleSessionName: `${name.slice(0, 40)}-${client}`,
    durationSeconds,
    ...(externalId === undefined ? {} : { externalId }),
  });
  const host = await hostClient({
    subject: traces.wrap(terms.createClient),
    seed,
    sts: scriptedSts(script, name, seed),
    skewMs: script.skewMs ?? 0,
    context: contextOf(0),
    editAnswer: (answer, record) => {
      const at = { atMs: record.atMs, zeroAtMs: ZERO_AT_MS };
      const body = editedBody(answer.body, script.edits ?? [], at);
      ledger.note(body, record);
      return { body };
    },
  });
  try {
    const play = new Play(host, traces);
    const starts = startsAtMs.slice(1).map((atMs, index) => ({
      atMs,
      act: async () => void (await host.startClient(contextOf(index + 1))),
    }));
    await play.through([...starts, ...script.steps.flatMap((step) => play.actsOf(step))]);
    await play.advanceTo(script.endMs);
    if (play.isCut) await host.advanceBy(LAST_ANSWERS_MS);
    if (host.breaches.length > 0) throw breach(host.breaches);
    return observed(host, play, { ledger, traces });
  } finally {
    await host.close();
  }
}

interface Act {
  readonly atMs: number;
  readonly act: () => Promise<void>;
}

class Play {
  readonly asked: HostedRequest[] = [];
  readonly closes: SeenClose[] = [];
  toldInvalid = false;
  isCut = false;
  private readonly host: VirtualHost;
  private readonly traces: Traces;

  constructor(host: VirtualHost, traces: Traces) {
    this.host = host;
    this.traces = traces;
  }

  /** In the order of their instants; of equal ones, as they are given. */
  async through(acts: readonly Act[]): Promise<void> {
    for (const { atMs, act } of [...acts].sort((a, b) => a.atMs - b.atMs)) {
      await this.advanceTo(atMs);
      if (this.isCut) return;
      await act();
    }
  }

  /** In slices: a client that calls in a loop must not do so to the end of the script. */
  async advanceTo(toMs: number): Promise<void> {
    const { host } = this;
    // After a leap, what was to come before its end comes at its end.
    while (host.nowMs < toMs && !this.isCut) {
      await host.advanceTo(Math.min(toMs, host.nowMs + SLICE_MS));
      this.isCut = host.exchanges.length > CALLS_MAX;
    }
  }

  actsOf(step: Step): Act[] {
    if (step.kind !== 'load') return [{ atMs: step.atMs, act: () => this.actOnce(step) }];
    const { fromMs, toMs, everyMs } = step;
    const count = Math.ceil((toMs - fromMs) / everyMs);
    return Array.from({ length: count }, (_, index) => ({
      atMs: fromMs + index * everyMs,
      act: async () => void this.asked.push(...(await this.host.requestEach())),
    }));
  }

  private async actOnce(step: Exclude<Step, { kind: 'load' }>): Promise<void> {
    const { host } = this;
    switch (step.kind) {
      case 'request':
        this.asked.push(...(await host.requests(step.count ?? 1, step.client)));
        return;
      case 'close': {
        const atMs = host.nowMs;
        this.closes.push({ atMs, outcome: await host.closeClient(0, CLOSE_WITHIN_MS) });
        return;
      }
      case 'invalidate':
        await host.withClient(0, ({ invalidate }) => {
          if (invalidate === undefined || this.traces.lastKeyId === undefined) return;
          invalidate(this.traces.lastKeyId);
          this.toldInvalid = true;
        });
        return;
      case 'leap':
        host.leap(step.byMs);
    }
  }
}

function observed(
  host: VirtualHost,
  play: Play,
  { ledger, traces }: { readonly ledger: Ledger; readonly traces: Traces },
): Observed {
  const errors = new SeenErrors(ledger);
  return {
    requests: play.asked.map((request): SeenRequest => {
      const { client, askedAtMs } = request;
      return { client, askedAtMs, outcome: outcomeOf(request, traces, errors) };
    }),
    calls: host.calls
      .filter(({ sts }) => sts.action.startsWith('AssumeRole'))
      .map(({ client, atMs, answeredAtMs, sts }) => {
        const { outcome, code } = sts;
        return { client, atMs, answeredAtMs, outcome, code, issue: ledger.issueOf(sts) };
      }),
    closes: play.closes,
    readsKey: host.exchanges.some(({ url }) => url.startsWith('kms.')),
    toldInvalid: play.toldInvalid,
    crashes: host.crashes.map(({ atMs, kind, error }) => ({
      atMs,
      kind,
      text: errors.lineOf(error),
    })),
    timers: host.pendingTimers.map(({ dueAtMs, isReferenced }) => ({ dueAtMs, isReferenced })),
    sockets: host.openSockets.map((socket) => ({
      host: socket.host,
      isReferenced: socket.isReferenced,
    })),
    endedAtMs: host.nowMs,
    isCut: play.isCut,
  };
}

function outcomeOf(request: HostedRequest, traces: Traces, errors: SeenErrors): RequestOutcome {
  const { state, endedAtMs = request.askedAtMs, credentials, error } = request;
  if (state === 'waiting') return { state };
  if (state === 'failed') return { state, endedAtMs, error: errors.of(error) };
  return { state, endedAtMs, handed: traces.of(credentials) };
}

function breach(breaches: readonly string[]): HarnessError {
  return new HarnessError('HOST_BREACH', `the client used ${breaches.join(', ')}`, {
    hint: 'In virtual time a client has timers, HTTP and HTTPS; see docs/subjects.md.',
  });
}
