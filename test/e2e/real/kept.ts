/** What a run left behind, and what a test lays before it. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../../src/measure/result.ts';
import { temporaryFolder } from '../../temporary.ts';
import { cli, fixture } from '../cli.ts';
import { CANARY, REHEARSAL_ROLE } from './posing-sts.ts';

export function everyFileIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

export function keptResult(out: string): Result {
  const [file] = everyFileIn(out).filter((name) => name.endsWith('result.json'));
  return JSON.parse(readFileSync(file!, 'utf8')) as Result;
}

export function subject(name: string): string {
  return `module:${fixture(`real/${name}.mjs`)}`;
}

/** A scenario that takes the latency of STS from a result, simulated. */
export async function simulatedWith(resultFile: string): Promise<Result> {
  const directory = temporaryFolder();
  const text = readFileSync(fixture('real/brief.yaml'), 'utf8');
  const file = join(directory, 'measured.yaml');
  writeFileSync(file, `${text}sts: { latency: { from: ${resultFile} } }\n`);
  const { stdout } = await cli(['simulate', file, '--json', '--out', directory]);
  return JSON.parse(stdout) as Result;
}

/** A profile of Alibaba Cloud's command line whose key assumes a role before anything else. */
export function profileWithRole(home: string): void {
  mkdirSync(join(home, '.aliyun'), { recursive: true });
  const profile = {
    name: 'rehearsal',
    mode: 'RamRoleArn',
    access_key_id: CANARY.accessKeyId,
    access_key_secret: CANARY.accessKeySecret,
    ram_role_arn: REHEARSAL_ROLE,
    ram_session_name: 'chain',
    expired_seconds: 3_600,
    region_id: 'cn-shanghai',
    sts_region: 'cn-shanghai',
  };
  const file = join(home, '.aliyun/config.json');
  writeFileSync(file, JSON.stringify({ current: profile.name, profiles: [profile] }));
}
