// The mock as `sts-harness mock` runs it; with the argument `policed`, where policies decide each call
// and the services that check a session's credential are there, too.
import { startMockSts } from '../../dist/mock-sts/server/start.js';
import { realClock } from '../../dist/src/kernel/real-clock.js';
import { MOCK_CONFIG, POLICED_CONFIG, report } from './landing.mjs';

const isPoliced = process.argv[2] === 'policed';
const mock = await startMockSts({
  config: isPoliced ? POLICED_CONFIG : MOCK_CONFIG,
  clock: realClock(),
  tlsPort: 0,
  resourcePort: isPoliced ? 0 : undefined,
});
report({
  http: mock.httpUrl,
  https: `https://${mock.httpsHost}`,
  resource: mock.resourceUrl,
});
