/** `sts-harness mock`: the mock STS alone, until a signal ends it. */
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderFaultKinds } from '../../mock-sts/core/fault-kinds.ts';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { AdjustableClock } from '../../mock-sts/server/adjustable-clock.ts';
import { loadMockConfig } from '../../mock-sts/server/config-file.ts';
import { lineLog } from '../../mock-sts/server/log-lines.ts';
import { renderPointing } from '../../mock-sts/server/pointing.ts';
import { type MockStsOptions, startMockSts } from '../../mock-sts/server/start.ts';
import { badInput, EXIT } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import { wholeNumber } from './flags.ts';
import { type ExplainFlags, explainMock } from './mock-explain.ts';
import { prepareDirectory } from './package-files.ts';

export interface MockFlags extends ExplainFlags {
  readonly explain?: boolean;
  readonly port: string;
  readonly tlsPort: string;
  readonly metadataPort?: string;
  readonly resourcePort?: string;
  readonly metadataHost?: string;
  readonly host: string;
  readonly caDir?: string;
  readonly config?: string;
  readonly listFaults?: boolean;
  readonly actiontrail?: string;
  readonly log?: 'json';
  readonly quiet?: boolean;
}

const PORTS = { min: 0, max: 65_535 };

export async function mock(flags: MockFlags): Promise<number> {
  if (flags.listFaults === true) {
    process.stdout.write(renderFaultKinds());
    return EXIT.passed;
  }
  const clock = new AdjustableClock(realClock());
  const config =
    flags.config === undefined
      ? defaultLandingZone()
      : await loadMockConfig(flags.config, clock.nowMs());
  if (flags.explain === true) return explainMock(config, flags);
  const caDirectory = flags.caDir ?? join(tmpdir(), 'sts-harness-mock');
  await prepareDirectory('--ca-dir', caDirectory);
  if (flags.actiontrail !== undefined) await prepareFile('--actiontrail', flags.actiontrail);
  const started = await listen({
    config,
    clock,
    actionTrail: { file: flags.actiontrail },
    log: flags.log === undefined ? undefined : lineLog(process.stderr),
    host: flags.host,
    port: wholeNumber('--port', flags.port, PORTS),
    tlsPort: wholeNumber('--tls-port', flags.tlsPort, PORTS),
    caDirectory,
    metadataPort: optionalPort('--metadata-port', flags.metadataPort),
    metadataHost: flags.metadataHost,
    resourcePort: optionalPort('--resource-port', flags.resourcePort),
    tlsNames: [`sts.${config.region}.aliyuncs.com`, 'sts.aliyuncs.com'],
  });
  const brief = `${started.httpUrl} https://${started.httpsHost} ${started.caFile}\n`;
  process.stdout.write(flags.quiet === true ? brief : renderPointing(started, config));
  await untilSignal();
  await started.close();
  return EXIT.passed;
}

async function listen(options: MockStsOptions) {
  try {
    return await startMockSts(options);
  } catch (error) {
    const refused = error as NodeJS.ErrnoException & { port?: number; address?: string };
    if (refused.syscall !== 'listen' && refused.syscall !== 'getaddrinfo') throw error;
    const { code, port } = refused;
    const isBusy = code === 'EADDRINUSE' || code === 'EACCES';
    const host = refused.address ?? options.host ?? '';
    const flag = isBusy ? portFlag(options, port) : hostFlag(options, host);
    const found = isBusy ? `${host}:${port} (${code})` : `${host} (${code})`;
    const allowed = 'an address of this machine, and ports free on it; port 0 picks one';
    throw badInput('ADDRESS_INVALID', [{ file: flag, path: '', found, allowed }]);
  }
}

function portFlag(
  { tlsPort, metadataPort, resourcePort }: MockStsOptions,
  port: number | undefined,
): string {
  if (port === tlsPort) return '--tls-port';
  if (port === resourcePort) return '--resource-port';
  return port === metadataPort ? '--metadata-port' : '--port';
}

function hostFlag({ metadataHost }: MockStsOptions, host: string): string {
  return host === metadataHost ? '--metadata-host' : '--host';
}

function optionalPort(flag: string, value: string | undefined): number | undefined {
  return value === undefined ? undefined : wholeNumber(flag, value, PORTS);
}

/** Throws HarnessError `FILE_INVALID` (exit 2) unless the file can be appended to. */
async function prepareFile(flag: string, file: string): Promise<void> {
  try {
    await (await open(file, 'a', 0o600)).close();
  } catch (error) {
    const found = `${file} (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
    throw badInput('FILE_INVALID', [
      { file: flag, path: '', found, allowed: 'a file that can be appended to' },
    ]);
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
