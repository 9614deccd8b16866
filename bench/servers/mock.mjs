// The mock as `sts-harness mock` runs it: with one caller, or with the argument `landing-zone` those of
// its landing zone; with `policed`, where policies decide each call and the services that check a
// session's credential are there, too.
import { startMockSts } from '../../dist/mock-sts/server/start.js';
import { realClock } from '../../dist/src/kernel/real-clock.js';
import { LANDING_ZONE_CONFIG, MOCK_CONFIG, POLICED_CONFIG, report } from './landing.mjs';

const CONFIGS = { 'landing-zone': LANDING_ZONE_CONFIG, policed: POLICED_CONFIG };
const variant = process.argv[2];
const mock = await startMockSts({
  config: CONFIGS[variant] ?? MOCK_CONFIG,
  clock: realClock(),
  tlsPort: 0,
  resourcePort: variant === 'policed' ? 0 : undefined,
});
report({
  http: mock.httpUrl,
  https: `https://${mock.httpsHost}`,
  resource: mock.resourceUrl,
});
