/**
 * Configuration files that are nearly right, 2,500: each is refused with problems that say what is
 * allowed, or makes a mock that answers. Neither puts a secret of the file into a message.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DataPlane } from '../../mock-sts/core/data-plane/data-plane.ts';
import { StsCore } from '../../mock-sts/core/service.ts';
import { parseMockConfig } from '../../mock-sts/server/config-file.ts';
import { HarnessError } from '../../src/kernel/errors.ts';
import { askV1, NOW_MS } from '../mock-sts/landing.ts';
import { edited, edits } from './mutations.ts';

const SECRET = 'Hush7Hush7Hush';
const AT_ITS_KEY = new RegExp(`^(?:(?!${SECRET}).|secret: ${SECRET})*$`, 's');
const LANDING_ZONE = readFileSync(
  new URL('../../mock-sts/landing-zone.yaml', import.meta.url),
  'utf8',
);
/** What the landing zone does not have: keys, faults, a rotation, an instance, a directory, the wire. */
const THE_REST = `
region: cn-shanghai
latency: { median: 20ms, p99: 90ms }
quota: { perAccount: off, perRole: 5/s, limiter: { token-bucket: { burst: 10 } } }
accounts:
  - id: '1000000000000001'
    name: cloudops
    accessKeys: [{ id: LTAI-root, secret: ${SECRET} }]
users:
  - account: '1000000000000001'
    name: appX
    accessKeys:
      - { id: LTAI-appX, secret: ${SECRET} }
      - { id: LTAI-old, secret: ${SECRET}, active: false }
roles:
  - arn: &role acs:ram::1000000000000101:role/app
    trust:
      Version: '1'
      Statement:
        - { Effect: Allow, Action: sts:AssumeRole, Principal: { Service: [ecs.aliyuncs.com] } }
resourceDirectory:
  managementAccount: '1000000000000001'
  folders: [{ name: apps, members: [{ account: '1000000000000101' }] }]
rotations: [{ secret: acs/ram/user/appX, at: 2026-11-22T20:00:00Z, overlap: 30m }]
faults:
  - { kind: latency, at: 10m, for: 5m, median: 200ms, p99: 900ms }
  - { kind: access-key-disabled, user: appX }
  - { kind: background, rate: 40/s, role: *role }
instance: { role: *role, hardened: true }
wire: { throttleStatus: 429, sendRetryAfter: true, requireTls: false, defaultFormat: JSON }
`;

const RUNS = 2_500;

it('make a mock that answers, or are refused with a text', { timeout: 120_000 }, () => {
  const files = [LANDING_ZONE, THE_REST];
  for (const good of files) expect(() => parseMockConfig(good, 'mock.yaml')).not.toThrow();
  let served = 0;
  fc.assert(
    fc.property(fc.constantFrom(...files), fc.nat(8_000), edits, (good, start, list) => {
      const moved = list.map((edit) => ({ ...edit, at: edit.at + start }));
      const config = readOrRefused(edited(good, moved));
      if (config === undefined) return;
      served += 1;
      const core = new StsCore(config);
      expect(core.handle(askV1()).status).toBeGreaterThanOrEqual(200);
      const services = new DataPlane(config, core.secrets, core.faults);
      services.handle({ ...askV1({ method: 'GET' }), nowMs: NOW_MS });
    }),
    { numRuns: RUNS },
  );
  // Neither branch may be left out.
  expect(served).toBeGreaterThan(RUNS / 20);
  expect(served).toBeLessThan(RUNS * 0.95);
});

function readOrRefused(text: string) {
  try {
    return parseMockConfig(text, 'mock.yaml', NOW_MS);
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    expect(error.exitCode).toBe(2);
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { found, allowed } of error.problems) {
      expect(found).not.toBe('');
      expect(allowed).not.toBe('');
    }
    // Elsewhere than at its key it is no secret that anybody could tell.
    if (AT_ITS_KEY.test(text)) expect(error.message).not.toContain(SECRET);
    return undefined;
  }
}
