/** `sts-harness mock`: the mock STS alone, until a signal ends it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLandingZone } from '../../mock-sts/core/landing-zone.ts';
import { loadMockConfig } from '../../mock-sts/server/config-file.ts';
import { renderPointing } from '../../mock-sts/server/pointing.ts';
import { type MockStsOptions, startMockSts } from '../../mock-sts/server/start.ts';
import { badInput, EXIT } from '../kernel/errors.ts';
import { realClock } from '../kernel/real-clock.ts';
import { wholeNumber } from './flags.ts';
import { prepareDirectory } from './package-files.ts';

export interface MockFlags {
  readonly port: string;
  readonly tlsPort: string;
  readonly host: string;
  readonly caDir?: string;
  readonly config?: string;
  readonly quiet?: boolean;
}

const PORTS = { min: 0, max: 65_535 };

export async function mock(flags: MockFlags): Promise<number> {
  const config =
    flags.config === undefined ? defaultLandingZone() : await loadMockConfig(flags.config);
  const caDirectory = flags.caDir ?? join(tmpdir(), 'sts-harness-mock');
  await prepareDirectory('--ca-dir', caDirectory);
  const started = await listen({
    config,
    clock: realClock(),
    host: flags.host,
    port: wholeNumber('--port', flags.port, PORTS),
    tlsPort: wholeNumber('--tls-port', flags.tlsPort, PORTS),
    caDirectory,
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
    const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
    if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
    const isBusy = code === 'EADDRINUSE' || code === 'EACCES';
    const flag = !isBusy ? '--host' : port === options.tlsPort ? '--tls-port' : '--port';
    const found = isBusy ? `${options.host}:${port} (${code})` : `${options.host} (${code})`;
    const allowed = 'an address of this machine, and ports free on it; port 0 picks one';
    throw badInput('ADDRESS_INVALID', [{ file: flag, path: '', found, allowed }]);
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
