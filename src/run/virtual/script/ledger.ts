/**
 * What STS issued while a script is played, so that whatever a client serves can be told by where it
 * came from. The one place that sees keys, secrets and tokens: none of them leaves it.
 */
import type { CallRecord } from '../../../kernel/sts/call-record.ts';
import type { AccessKey, Credentials } from '../../../kernel/sts/credentials.ts';
import { percentEncode } from '../../../kernel/sts/wire.ts';
import type { Handed, SeenIssue } from '../../../measure/observed.ts';
import { ZERO_AT_MS } from '../host/host-time.ts';

interface Entry {
  readonly issue: SeenIssue;
  readonly secret: string | undefined;
  readonly token: string | undefined;
}

/** A secret with what it is called. */
interface Kept {
  readonly name: string;
  readonly text: string;
}

/** Shorter than this, a piece of a token says nothing. */
const PIECE_LENGTH_MIN = 16;

export class Ledger {
  private readonly byKey = new Map<string, Entry>();
  private readonly byCall = new Map<CallRecord, SeenIssue>();
  private readonly kept = new Map<string, Kept>();
  private readonly lifetimeMs: number;

  /** `lifetimeMs`: of a credential whose answer has no Expiration. */
  constructor(callerKeys: readonly AccessKey[], lifetimeMs: number) {
    this.lifetimeMs = lifetimeMs;
    for (const key of callerKeys) this.keep("the caller's AccessKeySecret", key.accessKeySecret);
  }

  /** The body of an answer, as the client reads it. */
  note(body: string, record: CallRecord): void {
    const secret = fieldOf(body, 'AccessKeySecret');
    const token = fieldOf(body, 'SecurityToken');
    this.keep('AccessKeySecret', secret);
    this.keep('SecurityToken', token);
    const key = fieldOf(body, 'AccessKeyId');
    if (record.outcome !== 'succeeded' && secret === undefined) return;
    const expiresAtMs = Date.parse(fieldOf(body, 'Expiration') ?? '') - ZERO_AT_MS;
    const atMs = record.atMs - ZERO_AT_MS;
    const issue: SeenIssue = {
      number: this.byCall.size,
      atMs,
      expiresAtMs: Number.isNaN(expiresAtMs) ? atMs + this.lifetimeMs : expiresAtMs,
      roleArn: record.roleArn,
      roleSessionName: /:role\/[^/"<]+\/([^"<]+)/.exec(body)?.[1] ?? '',
    };
    this.byCall.set(record, issue);
    if (key !== undefined) this.byKey.set(key, { issue, secret, token });
  }

  issueOf(record: CallRecord): SeenIssue | undefined {
    return this.byCall.get(record);
  }

  /** Where a credential that a client handed over came from. */
  trace(credential: Credentials | undefined): Handed {
    if (typeof credential !== 'object' || credential === null) return NOTHING;
    const entry = this.byKey.get(credential.accessKeyId);
    const isWhole =
      entry !== undefined &&
      entry.secret === credential.accessKeySecret &&
      entry.token === credential.securityToken;
    return { issue: entry?.issue, isWhole };
  }

  /** Names of the secrets that a text holds, encoded or not. */
  leaksIn(text: string): string[] {
    const found = [...this.kept.values()].filter((kept) =>
      formsOf(kept).some((f) => text.includes(f)),
    );
    return [...new Set(found.map(({ name }) => name))];
  }

  mask(text: string): string {
    let masked = text;
    for (const kept of this.kept.values()) {
      for (const form of formsOf(kept)) masked = masked.replaceAll(form, '****');
    }
    return masked;
  }

  private keep(name: string, text: string | undefined): void {
    if (text !== undefined && text.length >= PIECE_LENGTH_MIN) this.kept.set(text, { name, text });
  }
}

const NOTHING: Handed = { issue: undefined, isWhole: false };

function formsOf({ text }: Kept): string[] {
  const once = percentEncode(text);
  return [text, once, percentEncode(once)];
}

/** JSON or XML, whichever the client asked for; of a body that was cut, what is left of the field. */
function fieldOf(body: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*"([^"]*)|<${name}>([^<]*)`)
    .exec(body)
    ?.slice(1)
    .find(Boolean);
}
