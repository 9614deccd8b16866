/**
 * Deliberate mistakes in the reference client: each is its source with a few strings replaced, and is
 * to be caught by the checks named with it.
 */
export interface Mutant {
  readonly name: string;
  /** Checks that fail with it, at least. */
  readonly caughtBy: readonly [string, ...string[]];
  readonly changes: readonly Change[];
}

export interface Change {
  /** Below src/client. */
  readonly file: string;
  /** Must be there exactly once. */
  readonly from: string;
  readonly to: string;
}

const core = (from: string, to: string): Change => ({ file: 'cache-core.ts', from, to });
const client = (from: string, to: string): Change => ({
  file: 'cached-credential.ts',
  from,
  to,
});
const backoff = (from: string, to: string): Change => ({ file: 'backoff.ts', from, to });
const answer = (from: string, to: string): Change => ({ file: 'assume-role-answer.ts', from, to });
const expiry = (to: string): Change => ({
  file: 'local-expiry.ts',
  from: 'return issue.sentAtMs + Math.min(lifetimeMs, askedMs);',
  to,
});
const window = (to: string): Change => ({
  file: 'policy.ts',
  from: 'Math.min(step.windowMs, lifetimeMs * policy.prefetchShareMax)',
  to,
});
const options = (from: string, to: string): Change => ({ file: 'client-options.ts', from, to });

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no single flight',
    caughtBy: ['single-flight-first', 'single-flight-refresh'],
    changes: [
      core(
        'const isDue = this.flight === undefined && nowMs >= this.dueAtMs;',
        'const isDue = nowMs >= this.dueAtMs;',
      ),
      core('      : this.usableUntilMs;', '      : Math.min(this.dueAtMs, this.usableUntilMs);'),
    ],
  },
  {
    name: 'caches nothing',
    caughtBy: ['cached-requests-do-not-call'],
    changes: [
      core(
        'this.usableUntilMs = credential.expiresAtMs - marginMs;',
        'this.usableUntilMs = nowMs;',
      ),
    ],
  },
  {
    name: 'refreshes as soon as it has refreshed',
    caughtBy: ['idle-client-is-frugal', 'cached-requests-do-not-call'],
    changes: [
      core(
        'this.dueAtMs = credential.expiresAtMs - prefetchMs + jitterMs;',
        'this.dueAtMs = nowMs;',
      ),
    ],
  },
  {
    name: 'a refresh window of 16 minutes, whatever the lifetime',
    caughtBy: ['short-session-is-cached'],
    changes: [window('16 * MINUTE_MS')],
  },
  {
    name: 'refreshes in the last twenty seconds',
    caughtBy: ['refreshes-before-expiry'],
    changes: [window('20_000')],
  },
  {
    name: 'requests wait for a refresh',
    caughtBy: ['refresh-does-not-block', 'hanging-refresh-does-not-block'],
    changes: [
      core(
        'if (nowMs < this.usableUntilMs) {\n      const serve',
        'if (nowMs < this.usableUntilMs && !isDue && this.flight === undefined) {\n      const serve',
      ),
      core('      : this.usableUntilMs;', '      : Number.NEGATIVE_INFINITY;'),
    ],
  },
  {
    name: 'no jitter of the refresh',
    caughtBy: ['fleet-refreshes-are-spread'],
    changes: [
      core('this.policy.jitterShare * this.chance.jitter.next()', 'this.policy.jitterShare / 2'),
    ],
  },
  {
    name: 'serves what has expired',
    caughtBy: ['never-serves-expired'],
    changes: [
      core('if (nowMs < this.usableUntilMs) {', 'if (this.current !== undefined) {'),
      core('    if (nowMs >= this.usableUntilMs) this.drop();\n', ''),
    ],
  },
  {
    name: 'looks at no clock for a hit',
    caughtBy: ['leap-over-expiry'],
    changes: [
      client(
        'return this.clock.nowMs() < this.hitUntilMs ? this.hit! : this.ask();',
        'return this.hit ?? this.ask();',
      ),
    ],
  },
  {
    name: 'drops a good credential when a refresh fails',
    caughtBy: [
      'serves-through-outage',
      'throttled-refresh-keeps-serving',
      'fatal-refresh-keeps-serving',
    ],
    changes: [core('    if (nowMs >= this.usableUntilMs) this.drop();\n', '    this.drop();\n')],
  },
  {
    name: 'requests wait for as long as an outage lasts',
    caughtBy: ['outage-reaches-requests'],
    changes: [
      core(
        'this.failures < this.policy.triesMax &&\n      this.dueAtMs <= this.streakAtMs + this.policy.patienceMs',
        'true',
      ),
    ],
  },
  {
    name: 'no backoff',
    caughtBy: ['throttling-backs-off', 'outage-retries-are-bounded'],
    changes: [
      backoff(
        'const calmAtMs = nowMs + chance * Math.min(policy.backoffCapMs, grownMs);',
        'const calmAtMs = nowMs;',
      ),
    ],
  },
  {
    name: 'backoff without a cap',
    caughtBy: ['throttled-backoff-is-capped', 'recovers-after-outage'],
    changes: [
      backoff('Math.min(policy.backoffCapMs, grownMs)', 'grownMs'),
      backoff('Math.min(policy.urgentCapMs, grownMs)', 'grownMs'),
    ],
  },
  {
    name: 'backoff without jitter',
    caughtBy: ['throttled-retries-have-jitter', 'no-stampede-after-outage'],
    changes: [
      backoff('chance * Math.min(policy.backoffCapMs', 'Math.min(policy.backoffCapMs'),
      backoff('chance * Math.min(policy.urgentCapMs', 'Math.min(policy.urgentCapMs'),
    ],
  },
  {
    name: 'retries fatal errors',
    caughtBy: ['fatal-errors-are-not-retried'],
    changes: [core("this.failure?.kind !== 'fatal' &&\n", '')],
  },
  {
    name: 'a fatal error is for ever',
    caughtBy: ['recovers-after-repair'],
    changes: [
      backoff(
        "failure.kind === 'fatal' ? nowMs + fatalHoldMs(policy, chance) : 0",
        "failure.kind === 'fatal' ? Number.POSITIVE_INFINITY : 0",
      ),
    ],
  },
  {
    name: 'a fatal error is asked about again at once',
    caughtBy: ['fatal-errors-are-held'],
    changes: [
      backoff(
        '  return Math.max(\n    Math.min(calmAtMs',
        "  if (failure.kind === 'fatal') return nowMs;\n  return Math.max(\n    Math.min(calmAtMs",
      ),
    ],
  },
  {
    name: 'keeps every failure',
    caughtBy: ['failures-are-not-kept'],
    changes: [
      core(
        'this.dueAtMs = retryAtMs(this.policy, backoff, this.chance.backoff.next());',
        'this.dueAtMs = Number.POSITIVE_INFINITY;',
      ),
    ],
  },
  {
    name: 'takes a 503 for the last word',
    caughtBy: ['server-errors-are-retried'],
    changes: [
      {
        file: 'classify.ts',
        from: "['ServiceUnavailable', 'transient']",
        to: "['ServiceUnavailable', 'fatal']",
      },
    ],
  },
  {
    name: 'takes a broken connection for the last word',
    caughtBy: ['connection-resets-are-retried'],
    changes: [
      {
        file: 'classify.ts',
        from: "return { kind: 'transient', code: known[0]",
        to: "return { kind: 'fatal', code: known[0]",
      },
    ],
  },
  {
    name: 'answers one of those that wait',
    caughtBy: ['error-reaches-all-waiters', 'single-flight-first'],
    changes: [core('this.waiters.map(answer)', 'this.waiters.slice(0, 1).map(answer)')],
  },
  {
    name: 'errors that say nothing',
    caughtBy: ['fatal-errors-say-which'],
    changes: [
      {
        file: 'failure.ts',
        from: "this.name = 'CredentialError';",
        to: "this.name = 'CredentialError';\n    this.message = 'no credential';",
      },
      { file: 'failure.ts', from: 'this.code = failure.code;', to: "this.code = '';" },
    ],
  },
  {
    name: 'no timeout',
    caughtBy: ['hanging-call-is-bounded', 'slow-body-is-bounded'],
    changes: [client('() => call.abort());', '() => {});')],
  },
  {
    name: 'takes half a credential',
    caughtBy: ['incomplete-credentials-are-refused'],
    changes: [
      answer('if (!accessKeyId || !accessKeySecret || !securityToken) {', 'if (!accessKeyId) {'),
    ],
  },
  {
    name: 'no Expiration means never',
    caughtBy: ['missing-expiration'],
    changes: [
      answer(
        "parseTimestamp(text(fields.Expiration) ?? '')",
        "parseTimestamp(text(fields.Expiration) ?? '') ?? Number.MAX_SAFE_INTEGER",
      ),
      expiry('return issue.expiresAtMs;'),
    ],
  },
  {
    name: 'serves what had expired when it came',
    caughtBy: ['expired-on-arrival', 'bad-refresh-keeps-serving'],
    changes: [core('if (!(lifetimeMs > this.policy.expiryMarginMs)) {', 'if (lifetimeMs === 0) {')],
  },
  {
    name: 'counts with the duration that it asked for',
    caughtBy: ['shorter-expiration-is-honoured'],
    changes: [expiry('return issue.sentAtMs + askedMs + lifetimeMs * 0;')],
  },
  {
    name: 'takes Expiration for the time of China',
    caughtBy: ['refreshes-before-expiry'],
    changes: [
      answer(
        "parseTimestamp(text(fields.Expiration) ?? '')",
        "Date.parse((text(fields.Expiration) ?? '').replace('Z', '+08:00'))",
      ),
    ],
  },
  {
    name: 'holds Expiration against its own clock',
    caughtBy: ['clock-off-by-five-minutes'],
    changes: [expiry('return issue.expiresAtMs + (lifetimeMs + askedMs) * 0;')],
  },
  {
    name: 'does not learn that its clock is wrong',
    caughtBy: ['clock-off-by-twenty-minutes'],
    changes: [
      {
        file: 'stamped-endpoint.ts',
        from: 'this.skewMs = atMs - this.clock.nowMs();',
        to: 'this.skewMs = 0;',
      },
    ],
  },
  {
    name: 'serves up to the last second, and half a second more',
    caughtBy: ['whole-second-expiration'],
    changes: [expiry('return issue.sentAtMs + Math.min(lifetimeMs, askedMs) + 5_500;')],
  },
  {
    name: 'a name of its own for the session',
    caughtBy: ['session-name-as-told'],
    changes: [
      options('roleSessionName: options.roleSessionName,', "roleSessionName: 'my-client',"),
    ],
  },
  {
    name: 'sessions of an hour, whatever it was told',
    caughtBy: ['duration-as-told'],
    changes: [
      options('options.durationSeconds ?? DEFAULT_DURATION_SECONDS', 'DEFAULT_DURATION_SECONDS'),
    ],
  },
  {
    name: 'forgets the external id',
    caughtBy: ['external-id-as-told'],
    changes: [
      options(
        '...(options.externalId === undefined ? {} : { externalId: options.externalId }),',
        '',
      ),
    ],
  },
  {
    name: 'one cache for all roles',
    caughtBy: ['roles-stay-apart'],
    changes: [
      {
        file: 'stamped-endpoint.ts',
        from: 'const first = await this.http.send(make(this.stamp()), signal);',
        to: 'const first = await (shared ??= this.http.send(make(this.stamp()), signal));',
      },
      {
        file: 'stamped-endpoint.ts',
        from: 'export class StampedEndpoint {',
        to: 'let shared: any;\n\nexport class StampedEndpoint {',
      },
    ],
  },
  {
    name: 'serves the token of an older credential',
    caughtBy: ['credentials-are-whole'],
    changes: [
      core(
        '    this.current = credential;\n',
        '    this.current = { ...credential, securityToken: (this.token ??= credential.securityToken) };\n',
      ),
      core('  private dueAtMs =', '  private token: string | undefined;\n  private dueAtMs ='),
    ],
  },
  {
    name: 'does not listen when it is told that a credential was refused',
    caughtBy: ['invalidated-credential-is-replaced'],
    changes: [
      core(
        'if (this.current?.accessKeyId !== accessKeyId) return NEVER;',
        'if (nowMs > 0) return NEVER;',
      ),
    ],
  },
  {
    name: 'keeps the first AccessKey for ever',
    caughtBy: ['key-rotation-is-followed'],
    changes: [
      {
        file: 'kms-secret-source.ts',
        from: 'const key = this.cache.getCredentials();',
        to: 'const key = this.first ?? this.cache.getCredentials();\n    this.first ??= key;',
      },
      {
        file: 'kms-secret-source.ts',
        from: '  private readonly cache: CachedCredential;',
        to: '  private readonly cache: CachedCredential;\n  private first: any;',
      },
    ],
  },
  {
    name: 'asks for another AccessKey only when the one it has is due',
    caughtBy: ['key-rotation-is-followed'],
    changes: [
      { file: 'kms-secret-source.ts', from: '    this.cache.invalidate(accessKeyId);\n', to: '' },
    ],
  },
  {
    name: 'bodies in the texts of errors',
    caughtBy: ['errors-hold-no-secret'],
    changes: [
      answer("return failed('the body is not a JSON object');", 'return failed(answer.body);'),
    ],
  },
  {
    name: 'a rejection that nobody handles',
    caughtBy: ['no-unhandled-rejection'],
    changes: [
      client(
        "if (outcome.kind === 'failed') {",
        "if (outcome.kind === 'failed') {\n      void Promise.reject(new Error('refresh failed'));",
      ),
    ],
  },
  {
    name: 'a timer that keeps the process alive',
    caughtBy: ['idle-client-lets-process-end'],
    changes: [{ file: 'wake-timer.ts', from: 'if (!holdsProcess) timer.unref();', to: '' }],
  },
  {
    name: 'close() does nothing',
    caughtBy: ['close-leaves-nothing', 'closed-client-refuses'],
    changes: [
      client(
        'async close(): Promise<void> {\n    if (this.isClosed) return;',
        'async close(): Promise<void> {\n    return;',
      ),
      {
        file: 'caching-credential-client.ts',
        from: 'await super.close();\n    await this.ownTransport?.close();',
        to: '',
      },
    ],
  },
  {
    name: 'close() cannot be called again',
    caughtBy: ['close-twice'],
    changes: [
      client(
        'async close(): Promise<void> {\n    if (this.isClosed) return;',
        "async close(): Promise<void> {\n    if (this.isClosed) throw new Error('closed');",
      ),
    ],
  },
  {
    name: 'close() forgets those that wait',
    caughtBy: ['close-during-call'],
    changes: [client('    this.waiting.failAll(this.clock.nowMs(), CLOSED);\n', '')],
  },
  {
    name: 'a closed client goes on',
    caughtBy: ['closed-client-refuses'],
    changes: [client('    if (this.isClosed) return this.waiting.refuse(nowMs, CLOSED);\n', '')],
  },
  {
    name: 'refreshes on demand, and serves what it has meanwhile',
    caughtBy: ['idle-client-serves-no-expired'],
    changes: [
      core(
        'const wanted = this.current !== undefined || this.waiters.length > 0;',
        'const wanted = this.waiters.length > 0;',
      ),
      core('if (nowMs < this.usableUntilMs) {', 'if (this.current !== undefined) {'),
    ],
  },
  {
    name: 'waits for minutes after an answer that made no sense',
    caughtBy: ['spoilt-answers-are-refused'],
    changes: [
      {
        file: 'classify.ts',
        from: "code: 'BadResponse', message: what",
        to: "code: 'BadResponse', retryAfterMs: 600_000, message: what",
      },
    ],
  },
  {
    name: 'takes a longer life for a wrong clock',
    caughtBy: ['longer-expiration-is-no-trouble'],
    changes: [
      expiry(
        'return issue.sentAtMs + (lifetimeMs > 2 * askedMs ? 0 : Math.min(lifetimeMs, askedMs));',
      ),
    ],
  },
  {
    name: 'a timer that was missed is lost',
    caughtBy: ['leap-into-refresh'],
    changes: [
      {
        file: 'wake-timer.ts',
        from: '      this.armed = undefined;\n      this.wake();',
        to: '      if (this.clock.nowMs() > atMs + 1_000) return;\n      this.armed = undefined;\n      this.wake();',
      },
      core(
        'this.flight === undefined && nowMs >= this.dueAtMs;',
        'this.flight === undefined && nowMs >= Math.max(this.dueAtMs, this.usableUntilMs);',
      ),
    ],
  },
];
