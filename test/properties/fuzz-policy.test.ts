/**
 * Policies that are nearly right, 12,000: a document is refused with places and texts, or it can be
 * compiled, judged, explained and written out, and means the same when it is read again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compilePolicy } from '../../mock-sts/core/policy/compile.ts';
import { decide, explain } from '../../mock-sts/core/policy/evaluate.ts';
import { parsePolicy } from '../../mock-sts/core/policy/parse.ts';
import { edited, edits } from './mutations.ts';

const PERMISSION = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['oss:Get*', 'sts:AssumeRole'],
      NotResource: 'acs:oss:*:*:secret/*',
      Condition: {
        IpAddress: { 'acs:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] },
        NumericLessThan: { 'x:Size': '10' },
        DateGreaterThan: { 'acs:CurrentTime': '2026-01-01T00:00:00Z' },
        Bool: { 'acs:SecureTransport': 'true' },
      },
    },
    { Effect: 'Deny', NotAction: '*', Resource: ['*'] },
  ],
};
const TRUST = {
  Version: '1',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { RAM: ['acs:ram::1000000000000001:root'], Service: 'ecs.aliyuncs.com' },
      Condition: { StringEquals: { 'sts:ExternalId': ['partner-7', 'partner-8'] } },
    },
  ],
};
const request = {
  action: 'oss:GetObject',
  resource: 'acs:oss:*:1000000000000001:bucket/key',
  principal: { kind: 'RAM', names: ['acs:ram::1000000000000001:root'] },
  context: { 'acs:SourceIp': '10.1.2.3', 'x:Size': '9', 'sts:ExternalId': 'partner-7' },
} as const;

/** As JSON the edits leave it, or with one value in place of another. */
const documents = fc.oneof(
  fc.tuple(fc.constantFrom(PERMISSION, TRUST), edits).map(([good, list]) => {
    try {
      return JSON.parse(edited(JSON.stringify(good), list)) as unknown;
    } catch {
      return undefined;
    }
  }),
  fc
    .tuple(fc.constantFrom(PERMISSION, TRUST), fc.nat(40), fc.jsonValue({ maxDepth: 2 }))
    .map(([good, place, value]) => {
      let at = 0;
      const replaced = (_key: string, before: unknown) => {
        at += 1;
        return at === place ? value : before;
      };
      return JSON.parse(JSON.stringify(good, replaced) ?? 'null') as unknown;
    }),
);

it('is judged, or refused with a text', { timeout: 60_000 }, () => {
  let judged = 0;
  fc.assert(
    fc.property(
      documents,
      fc.constantFrom('permission' as const, 'trust' as const),
      (value, kind) => {
        const reading = parsePolicy(value, kind);
        if (reading.kind === 'problems') {
          expect(reading.problems.length).toBeGreaterThan(0);
          return;
        }
        judged += 1;
        const { document } = reading;
        const decision = decide(compilePolicy('it', document), request);
        expect(['Allow', 'ExplicitDeny', 'ImplicitDeny']).toContain(decision);
        expect(explain(compilePolicy('it', document), request).decision).toBe(decision);
        const again = parsePolicy(JSON.parse(JSON.stringify(document)), kind);
        expect(again).toEqual(reading);
      },
    ),
    { numRuns: 12_000 },
  );
  expect(judged).toBeGreaterThan(500);
});
