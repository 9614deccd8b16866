/** What `import-trail --json` prints: the summary, and what was inferred of one quota's callers. */
import { formatTimestamp } from '../kernel/sts/wire.ts';
import type { QuotaKey } from './caller-table.ts';
import type { ImportedCaller, ImportedQuota } from './imported.ts';
import type { InferredCaller } from './infer/inferred.ts';
import type { Pseudonym } from './pseudonyms.ts';
import type { WrittenScenario } from './scenario/scenario-text.ts';
import type { TrailSummary } from './summary.ts';

export interface TrailDocument extends TrailSummary {
  readonly schemaVersion: 1;
  /** Of `AssumeRole`, by caller's account and region; null where there is no such call. */
  readonly quota: QuotaDocument | null;
  /** Null where none could be made, or none was asked for. */
  readonly scenario: {
    readonly file: string;
    readonly apps: number;
    readonly backgroundCalls: number;
  } | null;
}

export interface QuotaDocument extends QuotaKey {
  readonly calls: number;
  readonly from: string;
  readonly to: string;
  readonly busiestSecond: { readonly at: string; readonly calls: number };
  /** Accounts and regions with a quota of their own, which are not looked at. */
  readonly others: readonly (QuotaKey & { readonly calls: number })[];
  /** Calls of callers beyond the limit. */
  readonly furtherCalls: number;
  readonly callers: readonly CallerDocument[];
}

/** `app` of the scenario; null for what is in its background. Principals are pseudonyms. */
export type CallerDocument = Documented<InferredCaller> & { readonly app: string | null };

/** Instants of starts are the scenario's alone. */
type Documented<Each> = Each extends unknown ? Omit<Each, 'starts'> : never;

export function quotaDocument(
  { use, span, callers, others }: ImportedQuota,
  terms: {
    readonly pseudonym: Pseudonym;
    readonly furtherCalls: number;
    readonly written: WrittenScenario | undefined;
  },
): QuotaDocument {
  const at = (second: number) => formatTimestamp(second * 1_000);
  return {
    accountId: use.accountId,
    region: use.region,
    calls: use.calls,
    from: at(span.from),
    to: at(span.to),
    busiestSecond: { at: at(use.busiest.second), calls: use.busiest.calls },
    others: others.map(({ accountId, region, calls }) => ({ accountId, region, calls })),
    furtherCalls: terms.furtherCalls,
    callers: callers.map((caller) => callerDocument(caller, terms)),
  };
}

function callerDocument(
  caller: ImportedCaller,
  terms: { readonly pseudonym: Pseudonym; readonly written: WrittenScenario | undefined },
): CallerDocument {
  const { inferred } = caller;
  const { name } = inferred;
  const shown = { ...name, principal: terms.pseudonym('user', name.principal) };
  const app = terms.written?.apps.get(caller) ?? null;
  if (inferred.kind !== 'cached') return { ...inferred, name: shown, app };
  const { starts: _, ...figures } = inferred;
  return { ...figures, name: shown, app };
}
