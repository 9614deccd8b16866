// The mock as `sts-harness mock` runs it.
import { startMockSts } from '../../dist/mock-sts/server/start.js';
import { realClock } from '../../dist/src/kernel/real-clock.js';
import { MOCK_CONFIG, report } from './landing.mjs';

const mock = await startMockSts({ config: MOCK_CONFIG, clock: realClock(), tlsPort: 0 });
report({ http: mock.httpUrl, https: `https://${mock.httpsHost}` });
