/** The mock's own log of calls, read again: the same calls as its journal has. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JournalEntry } from '../../mock-sts/server/call-journal.ts';
import { maskKeyId } from '../../src/kernel/sts/credentials.ts';
import type { StsEvent } from '../../src/trail/event.ts';
import { readTrail, TrailTally } from '../../src/trail/read-trail.ts';
import { askAcs3, askV1, credentialIn, INACTIVE_KEY, landing } from '../mock-sts/landing.ts';
import { inject, observed } from '../mock-sts/server/observed.ts';
import { temporaryFolder } from '../temporary.ts';

const folder = temporaryFolder();

/** What both know. The journal masks key ids and keeps milliseconds. */
const ofEvent = (event: StsEvent) => ({
  second: event.atMs / 1_000,
  action: event.action,
  accountId: event.callerAccountId,
  region: event.region,
  caller: event.principal,
  roleArn: event.roleArn,
  code: event.errorCode ?? 'OK',
  requestId: event.requestId,
  accessKeyId: event.accessKeyId === undefined ? '' : maskKeyId(event.accessKeyId),
});
const ofEntry = (entry: JournalEntry) => ({
  second: Math.floor(entry.atMs / 1_000),
  action: entry.action,
  accountId: entry.accountId,
  region: entry.region,
  caller: entry.caller,
  roleArn: entry.roleArn,
  code: entry.code,
  requestId: entry.requestId,
  accessKeyId: entry.accessKeyId,
});

async function calls() {
  const quota = { perRole: 3, perAccount: 100, limiter: { algorithm: 'fixed-window' } } as const;
  const { app } = observed(landing({ quota }));
  const post = (url: string, payload: object = {}) => app.inject({ method: 'POST', url, payload });
  const session = credentialIn((await inject(app, askV1())).body);
  await post('/_mock/clock/advance', { ms: 1_700 });
  await inject(app, askAcs3());
  await inject(
    app,
    askV1({ key: session, common: { Action: 'GetCallerIdentity' }, parameters: {} }),
  );
  await inject(app, askV1({ key: INACTIVE_KEY }));
  await inject(app, askV1({ key: { accessKeyId: 'LTAInobody', accessKeySecret: 'x' } }));
  await inject(app, askV1({ parameters: { RoleArn: 'x', RoleSessionName: 's' } }));
  await inject(app, askV1({ common: { Action: '' } }));
  await post('/_mock/clock/advance', { ms: 400 });
  for (let i = 0; i < 4; i += 1) await inject(app, askV1());
  return app;
}

it('tells the same calls', async () => {
  const app = await calls();
  const page = (await app.inject('/_mock/actiontrail')).json() as { Events: object[] };
  const journal = (await app.inject('/_mock/journal')).json() as { calls: JournalEntry[] };
  const entries = journal.calls;
  expect(new Set(entries.map(({ code }) => code)).size).toBeGreaterThan(4);
  for (const [name, text] of [
    ['lines.json', page.Events.map((event) => `${JSON.stringify(event)}\n`).join('')],
    ['page.json', JSON.stringify(page)],
  ] as const) {
    const path = join(folder, name);
    writeFileSync(path, text);
    const tally = new TrailTally();
    const events: StsEvent[] = [];
    for await (const some of readTrail([path], tally)) events.push(...some);
    expect(events.map(ofEvent)).toEqual(entries.map(ofEntry));
    expect(tally.broken).toBe(0);
  }
});
