/** Simulates a scenario that is written down in a test. */
import { violations } from '../../../src/measure/invariants.ts';
import type { MeasuredResult, SubjectResult } from '../../../src/measure/result.ts';
import { runVirtual, type VirtualRunOptions } from '../../../src/run/virtual/virtual-run.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

export interface Sketch {
  readonly seed?: number;
  readonly duration: string;
  readonly hosts: number;
  readonly processesPerHost?: number;
  readonly session?: string;
  readonly maxSession?: string;
  readonly start?: string;
  readonly load: string;
  readonly service?: string;
  readonly concurrency?: number;
  /** The action that requests call a service for. */
  readonly resource?: string;
  readonly client?: string;
  readonly latency?: string;
  readonly quota?: string;
  readonly faults?: readonly string[];
  readonly windows?: readonly string[];
}

/** The YAML of a scenario with one app. */
export function sketched(sketch: Sketch): string {
  const list = (name: string, items: readonly string[] = []) =>
    items.length === 0 ? [] : [`${name}:`, ...items.map((item) => `  - ${item}`)];
  return [
    '# What does the test ask?',
    `seed: ${sketch.seed ?? 1}`,
    `duration: ${sketch.duration}`,
    "caller: { account: '1000000000000001', region: cn-shanghai }",
    'apps:',
    '  app:',
    `    role: { arn: 'acs:ram::1100000000000001:role/role-app-prd', maxSessionDuration: ${sketch.maxSession ?? '1h'} }`,
    `    sessionDuration: ${sketch.session ?? '1h'}`,
    `    hosts: ${sketch.hosts}`,
    `    processesPerHost: ${sketch.processesPerHost ?? 1}`,
    `    start: ${sketch.start ?? '{ mode: together, within: 1s }'}`,
    `    client: ${sketch.client ?? 'reference'}`,
    `    load: ${sketch.load}`,
    `    work: { ${sketch.resource ? `resource: ${sketch.resource}, ` : ''}service: ${sketch.service ?? '{ median: 5ms, p99: 5ms }'}, concurrency: ${sketch.concurrency ?? 64} }`,
    'sts:',
    `  latency: ${sketch.latency ?? '{ median: 20ms, p99: 100ms }'}`,
    `  quota: ${sketch.quota ?? '{ perAccount: 100/s }'}`,
    ...list('faults', sketch.faults),
    ...list('windows', sketch.windows),
    '',
  ].join('\n');
}

export type Simulate = Partial<
  Pick<
    VirtualRunOptions,
    | 'subjects'
    | 'replications'
    | 'countedMax'
    | 'skipsAhead'
    | 'onProgress'
    | 'onLook'
    | 'onReplication'
    | 'stop'
  >
> & { readonly seed?: number };

export async function simulateText(text: string, options: Simulate = {}): Promise<MeasuredResult> {
  const { seed, ...given } = options;
  const scenario = parseScenario(text, 'test.yaml');
  return runVirtual({
    scenario: seed === undefined ? scenario : { ...scenario, seed },
    subjects: [],
    replications: 1,
    skipsAhead: true,
    command: 'a test',
    version: '0.0.0',
    stop: new AbortController().signal,
    onProgress: () => {},
    hostsHere: true,
    ...given,
  });
}

/** The only subject's figures; throws where they contradict themselves. */
export async function simulated(sketch: Sketch, options: Simulate = {}): Promise<SubjectResult> {
  const result = await simulateText(sketched(sketch), options);
  const found = violations(result);
  if (found.length > 0) throw new Error(found.join('\n'));
  return result.subjects[0]!;
}
