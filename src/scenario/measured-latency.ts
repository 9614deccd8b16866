/**
 * `sts.latency: {from: result.json}`: the latency of STS as a run against real STS measured it. Of its
 * distribution two percentiles are taken, the median and the 99th: what a scenario's latencies are given by.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Distribution } from '../kernel/distribution.ts';

/** A result has some hundred KB; what is much longer is another file. */
const LARGEST_FILE_BYTES = 100_000_000;
const ALLOWED = 'the result.json of a run with --target real';

/** The part of a result that is read; `src/measure/subject-schema.ts` has all of it. */
const measured = z.object({
  count: z.number(),
  p50Ms: z.number().positive(),
  p99Ms: z.number().positive(),
});
const document = z.object({
  subjects: z.array(
    z.object({ realSts: z.object({ latency: measured.nullable().catch(null) }).optional() }),
  ),
});

export type MeasuredLatency =
  | { readonly latency: Distribution }
  | { readonly found: string; readonly allowed: string };

/** `path` is relative to the directory of the scenario's `file`. */
export function measuredLatency(path: string, file: string): MeasuredLatency {
  const text = textOf(resolve(dirname(file), path));
  if (typeof text !== 'string') return { found: `${path} (${text.why})`, allowed: ALLOWED };
  const read = document.safeParse(dataIn(text));
  const real = read.data?.subjects.find(({ realSts }) => realSts !== undefined)?.realSts;
  if (real === undefined) return { found: `${path}, which is none`, allowed: ALLOWED };
  if (real.latency === null || real.latency.count === 0) {
    const found = `${path}, where no call succeeded`;
    return { found, allowed: `${ALLOWED} in which STS answered` };
  }
  const { p50Ms: medianMs, p99Ms } = real.latency;
  return { latency: { medianMs, p99Ms } };
}

function textOf(path: string): string | { readonly why: string } {
  try {
    if (statSync(path).size > LARGEST_FILE_BYTES) return { why: 'too large' };
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { why: (error as NodeJS.ErrnoException).code ?? 'unreadable' };
  }
}

function dataIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
