/**
 * Which subjects can stand in for which apps: a client that knows no way to an app's identity is
 * refused before any load, with the reason.
 */
import { HarnessError } from '../../kernel/errors.ts';
import type { App } from '../../scenario/scenario.ts';

/** Alibaba's credentials packages, and the models of caches. Throws HarnessError (exit 2). */
export function checkSdk(subject: string, app: App): void {
  if (app.identity.kind === 'instance-role') {
    const why = 'it assumes roles with a key or a token, and not with the credential of a machine';
    refuse(subject, app, why);
  }
  if (app.via.length > 0) {
    refuse(subject, app, 'it assumes one role, and the way of this app leads through others (via)');
  }
}

/** The permanent key that roles replace. Throws HarnessError (exit 2). */
export function checkStaticKeys(subject: string, app: App): void {
  const { kind } = app.identity;
  if (kind === 'instance-role' || kind === 'oidc') {
    refuse(
      subject,
      app,
      `an identity of the kind ${kind} is no user, so there is no key to hand out`,
    );
  }
}

function refuse(subject: string, app: App, why: string): never {
  throw new HarnessError(
    'SUBJECT_UNSUITED',
    `subject ${subject}: not for app ${app.name}: ${why}`,
    {
      hint: 'docs/subjects.md says which subject takes which identity.',
    },
  );
}
