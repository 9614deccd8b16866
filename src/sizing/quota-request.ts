/**
 * A request for a larger quota, made of a size document: what to ask for, in the forms that Quota
 * Center, CloudMonitor and a ticket take. Nothing is sent. Of the scenario it holds figures, names of
 * roles and the account's id; no user, no session and no path.
 */
import type { ListedQuota } from './listed-quota.ts';
import { type AlarmRequest, quotaAlarm } from './quota-alarm.ts';
import {
  missingCodes,
  nextApplicable,
  type QuotaApplication,
  quotaApplication,
} from './quota-application.ts';
import { type QuotaAsked, quotaAsked } from './quota-asked.ts';
import { reasonText } from './quota-reason.ts';
import type { SizeReport } from './size-report.ts';

export interface QuotaRequest {
  readonly schemaVersion: 1;
  readonly kind: 'quota-request';
  readonly asked: QuotaAsked;
  /** Null where the present quota is enough. */
  readonly application: QuotaApplication | null;
  readonly alarm: AlarmRequest | null;
  /** Parameters of the application that are still placeholders. */
  readonly missing: readonly string[];
  /** `ticket` where Quota Center says that it takes no application for this quota. */
  readonly route: 'quota-center' | 'ticket';
  /** What the user should know or look up before anything is sent. */
  readonly notes: readonly string[];
  readonly evidence: SizeReport;
}

export interface QuotaRequestInputs {
  readonly productCode: string | undefined;
  readonly quotaActionCode: string | undefined;
  /** What Quota Center says of the quota, where the user has its list. */
  readonly listed: ListedQuota | undefined;
  /** Share laid on top of the need: 0.25 puts the need at 80 % of what is asked for. */
  readonly headroom: number;
  /** In place of need and headroom. */
  readonly desiredPerSecond: number | undefined;
}

/** Throws HarnessError (exit 2) where no quota meets the objective: there is nothing to ask for. */
export function quotaRequest(size: SizeReport, inputs: QuotaRequestInputs): QuotaRequest {
  const asked = quotaAsked(size, inputs);
  const { listed } = inputs;
  const route = isRefused(listed) ? 'ticket' : 'quota-center';
  const request = {
    schemaVersion: 1,
    kind: 'quota-request',
    asked,
    route,
    evidence: size,
  } as const;
  if (!asked.isNeeded) {
    return { ...request, application: null, alarm: null, missing: [], notes: [] };
  }
  const application = quotaApplication({
    productCode: inputs.productCode,
    quotaActionCode: inputs.quotaActionCode,
    listed,
    region: asked.region,
    neededPerSecond: asked.desiredPerSecond,
    reason: reasonText(size, asked),
  });
  return {
    ...request,
    application,
    alarm: quotaAlarm(application, listed, asked),
    missing: missingCodes(application),
    notes: notesOf(asked, application, listed),
  };
}

function isRefused(listed: ListedQuota | undefined): boolean {
  return listed?.isAdjustable === false;
}

function notesOf(
  asked: QuotaAsked,
  { DesireValue }: QuotaApplication,
  listed: ListedQuota | undefined,
): string[] {
  const notes = asked.otherKeys.map(
    ({ key, neededPerSecond }) =>
      `${key} has a quota of its own and needs ${neededPerSecond} calls a second: a request of its own.`,
  );
  if (listed === undefined) return notes;
  const { periodSeconds, totalQuota, unadjustableDetail, applicable } = listed;
  if (isRefused(listed)) {
    const why = unadjustableDetail === undefined ? '' : ` (${unadjustableDetail})`;
    notes.push(`Quota Center takes no application for this quota${why}: send the ticket.`);
  }
  if (periodSeconds !== 1) {
    notes.push(
      `Quota Center counts this quota by ${periodSeconds} seconds: ${DesireValue} is for that time.`,
    );
  }
  const wanted = Math.ceil(asked.desiredPerSecond * periodSeconds);
  if (nextApplicable(applicable, wanted) === undefined) {
    notes.push(
      `${wanted} is more than can be applied for (${rangeText(applicable!)}): send the ticket.`,
    );
  } else if (DesireValue !== wanted) {
    notes.push(`${DesireValue} is the next value above ${wanted} that can be applied for.`);
  }
  const presentHere = asked.presentPerSecond * periodSeconds;
  if (totalQuota !== undefined && asked.presentFrom === 'scenario' && totalQuota !== presentHere) {
    notes.push(
      `Quota Center says ${totalQuota}, the scenario ${presentHere}: is it the right quota?`,
    );
  }
  return notes;
}

function rangeText(applicable: NonNullable<ListedQuota['applicable']>): string {
  return applicable.kind === 'range'
    ? `${applicable.min} to ${applicable.max}`
    : applicable.values.join(', ');
}
