/**
 * `import-trail` on a day of a full quota: 8.6 million events, 100 a second, in hourly gzip files as a
 * trail delivers them. Printed: events a second, and the most memory that the process had, of 512 MB.
 *
 * Build first (`npm run build`), then `node bench/trail.mjs`; `--events 500000` for a shorter look, and
 * `--keep DIR` keeps the files there for the next time. A third of the calls are of fleets that keep
 * their credentials, the rest of callers that call for each user, with a session name each.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { stream } from '../dist/src/kernel/rng.js';
import { verdictRow } from './medians.mjs';
import { temporaryFolder } from './temporary.mjs';

const MAIN = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const { values: flags } = parseArgs({
  options: { events: { type: 'string', default: '8600000' }, keep: { type: 'string' } },
});
const EVENTS = Number(flags.events);
const DAY_SECONDS = 86_400;
const HOURS = 24;
const MEMORY_MB_MAX = 512;
const ZERO_MS = Date.UTC(2026, 10, 22);
const INTERVAL_SECONDS = 2_700;
const FLEETS = 30;

const folder = flags.keep ?? temporaryFolder();
if (flags.keep !== undefined) mkdirSync(folder, { recursive: true });
const files = Array.from({ length: HOURS }, (_, hour) => join(folder, `${hour}.json.gz`));
const begunMs = performance.now();
for (const [hour, file] of files.entries()) {
  if (existsSync(file)) continue;
  await pipeline(Readable.from(linesOf(hour)), createGzip({ level: 1 }), createWriteStream(file));
}
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
const madeSeconds = ((performance.now() - begunMs) / 1_000).toFixed(0);
console.log(`${EVENTS} events, ${(bytes / 1e6).toFixed(0)} MB of gzip, made in ${madeSeconds} s`);
const { document, seconds, cpuSeconds, peakMb } = await imported(files);
const { calls, broken, quota, scenario } = document;
console.log(
  `read ${calls} calls, ${broken.count} broken; ${quota.callers.length} callers, ${scenario.apps} apps, ${scenario.backgroundCalls} calls in the background`,
);
console.log(
  `${seconds.toFixed(1)} s, ${Math.round(calls / seconds)} events a second; ${cpuSeconds.toFixed(1)} s of CPU, ${Math.round(calls / cpuSeconds)} events a second of it`,
);
console.log(verdictRow('MB of memory at most', peakMb, MEMORY_MB_MAX, { atMost: true }));

/** Its own process: its memory is its own. The peak is what the kernel has counted (`VmHWM`). */
function imported(files) {
  const scenario = join(folder, 'scenario.yaml');
  const script = `
    process.on('exit', () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      process.send({ peakMb: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 });
    });
    await import(${JSON.stringify(MAIN)});`;
  const begunMs = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...[`--max-old-space-size=${MEMORY_MB_MAX / 2}`, '--input-type=module', '--eval', script],
      ...['--', 'import-trail', ...files, '--scenario', scenario, '--json'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  let used;
  let text = '';
  child.on('message', (message) => {
    used = message;
  });
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      const seconds = (performance.now() - begunMs) / 1_000;
      if (code === 0) resolve({ document: JSON.parse(text), seconds, ...used });
      else reject(new Error(`import-trail ended with ${code}`));
    });
  });
}

/** An hour of events, in the order of their seconds, some hundred kilobytes at once. */
function* linesOf(hour) {
  const rng = stream(1, 'trail-bench', hour);
  const perSecond = EVENTS / DAY_SECONDS;
  const cachedShare = 1 / 3;
  const processes = Math.round(cachedShare * perSecond * INTERVAL_SECONDS);
  let text = '';
  for (let i = 0; i < DAY_SECONDS / HOURS; i += 1) {
    const second = (hour * DAY_SECONDS) / HOURS + i;
    const until = Math.round((second + 1) * perSecond) - Math.round(second * perSecond);
    // Those processes whose turn it is: each once in an interval.
    const turn = second % INTERVAL_SECONDS;
    const first = Math.floor((turn * processes) / INTERVAL_SECONDS);
    const after = Math.floor(((turn + 1) * processes) / INTERVAL_SECONDS);
    const cached = Math.min(until, after - first);
    for (let k = 0; k < cached; k += 1) text += lineOf(second, cachedCall(first + k), rng);
    for (let k = cached; k < until; k += 1) text += lineOf(second, userCall(rng), rng);
    if (text.length > 200_000) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function cachedCall(process) {
  const fleet = process % FLEETS;
  return { app: `app${fleet}`, session: `app${fleet}-${process}`, ip: ipOf(process >> 3) };
}

function userCall(rng) {
  const app = `mobile${rng.below(3)}`;
  return { app, session: `user-${rng.below(1e9)}`, ip: ipOf(rng.below(200)) };
}

function ipOf(host) {
  return `10.${(host >> 16) & 255}.${(host >> 8) & 255}.${host & 255}`;
}

/** As ActionTrail writes it down: about a kilobyte. */
function lineOf(second, { app, session, ip }, rng) {
  const id = `${hex(rng)}-${hex(rng).slice(0, 4)}-4000-8000-${hex(rng)}0000`;
  const at = new Date(ZERO_MS + 1_000 * second).toISOString().slice(0, 19);
  const until = new Date(ZERO_MS + 1_000 * (second + 3_600)).toISOString().slice(0, 19);
  const key = `STS.NU${hex(rng)}${hex(rng)}`;
  return `{"eventId":"${id}","requestId":"${id}","eventVersion":"1","eventTime":"${at}Z","eventName":"AssumeRole","eventSource":"sts.cn-shanghai.aliyuncs.com","serviceName":"Sts","apiVersion":"2015-04-01","eventType":"ApiCall","eventCategory":"Management","eventRW":"Write","acsRegion":"cn-shanghai","isGlobal":false,"recipientAccountId":"1000000000000001","userIdentity":{"type":"ram-user","accountId":"1000000000000001","principalId":"20000000000001","userName":"${app}","accessKeyId":"LTAI5tExample${app}"},"sourceIpAddress":"${ip}","userAgent":"AlibabaCloud (Linux; amd64) Java/17.0.9 Core/4.6.4 HTTPClient/ApacheHttpClient","requestParameters":{"RoleArn":"acs:ram::1000000000000101:role/role-${app}-prd","RoleSessionName":"${session}","DurationSeconds":"3600","AcsHost":"sts.cn-shanghai.aliyuncs.com","AcsProduct":"Sts","RegionId":"cn-shanghai","RequestId":"${id}"},"responseElements":{"RequestId":"${id}","AssumedRoleUser":{"Arn":"acs:ram::1000000000000101:role/role-${app}-prd/${session}","AssumedRoleId":"300000000000001:${session}"},"Credentials":{"AccessKeyId":"${key}","AccessKeySecret":"****","Expiration":"${until}Z"}},"referencedResources":{"ACS::RAM::AccessKey":["${key}"]},"additionalEventData":{"Scheme":"https"}}\n`;
}

function hex(rng) {
  return rng.uint32().toString(16).padStart(8, '0');
}
