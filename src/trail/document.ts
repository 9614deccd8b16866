/** What `import-trail --json` prints: the summary, and what was inferred of one quota's callers. */
import type { z } from 'zod';
import type { DeepReadonly } from '../kernel/deep-readonly.ts';
import { formatTimestamp } from '../kernel/sts/wire.ts';
import type { trailSchema } from './document-schema.ts';
import type { ImportedCaller, ImportedQuota } from './imported.ts';
import type { Pseudonym } from './pseudonyms.ts';
import type { WrittenScenario } from './scenario/scenario-text.ts';

/** Fields, units and meanings are in `document-schema.ts`. */
export type TrailDocument = DeepReadonly<z.infer<typeof trailSchema>>;
export type QuotaDocument = NonNullable<TrailDocument['quota']>;
export type CallerDocument = QuotaDocument['callers'][number];

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
