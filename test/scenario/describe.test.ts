import { expect, test } from 'vitest';
import { describeScenario } from '../../src/scenario/describe.ts';
import { scenarioWith } from './example.ts';

test('a description shows the model with its figures, the windows and the calls to expect', () => {
  const population = {
    users: '1M',
    dailyActive: '50%',
    requestsPerUserAndDay: 20,
    peakHourShare: '10%',
    peakHour: 21,
    startHour: 19,
    flashSale: { at: '1h15m', for: '30m', factor: 2 },
  };
  const arn = 'acs:ram::1100000000000001:role/role-a-prd';
  const scenario = scenarioWith(
    {
      duration: '4h',
      windows: [{ name: 'sale', at: '1h15m', for: '10s' }],
      faults: [
        { kind: 'outage', at: '2h', for: '90s' },
        { kind: 'errors', at: '3h', for: '1m', share: '30%', code: 'InternalError' },
        { kind: 'background', at: '3h', for: '1m', rate: '90/s', role: arn },
        { kind: 'latency', at: '3h', for: '1m', add: '2s' },
      ],
      sts: { quota: { perRole: '50/s', limiter: { 'token-bucket': { burst: 200 } } } },
      compare: ['static-keys'],
      thresholds: ['totals.stalls.requests == 0'],
    },
    { load: { population }, start: { mode: 'bursts', bursts: [{ at: '1m', hosts: 2 }] } },
  );
  expect(describeScenario(scenario)).toMatchInlineSnapshot(`
    "example
    example.yaml, seed 7, hash dafda6b9d8a5

    Virtual time 4 h, 10 s of it in windows at true speed
      sale: 10 s from 1h15m, about 4,062 requests
    Fleet 6 processes on 2 hosts
    Requests about 4,225,103, peak 556/s at 1h44m50s

    App a, user a, client reference
      Role acs:ram::1100000000000001:role/role-a-prd, session 60 min of at most 60 min
      Fleet 2 hosts × 3 processes, start in bursts: 2 hosts at 1m
      Requests about 4,225,103 (poisson), peak 556/s at 1h44m50s, 92.7/s a process
      Population 1,000,000 users × 50 % active a day × 20 requests = 10,000,000 on an ordinary day
        busiest hour around 21:00: 10 % of the day, 278/s; virtual zero is 19:00
        rate = 61.3/s + 218/s × (1 + cos(π d / 6 h)) / 2, d hours from the peak; 61.3/s further away
        flash sale × 2 from 20:15 for 30 min
      Work median 5 ms, p99 50 ms, 64 at once in a process: 1.18 % busy at the peak

    STS latency median 15 ms, p99 80 ms
      Quota by account 100/s, by role 50/s, token bucket of 200 (assumed: Alibaba Cloud documents no algorithm)
      Fault outage, 90 s from 2h
      Fault 30 % of calls fail with InternalError, 60 s from 3h
      Fault others make 90/s of calls on acs:ram::1100000000000001:role/role-a-prd, 60 s from 3h
      Fault 2 s added latency, 60 s from 3h

    AssumeRole calls by closed forms, before quota and faults; account 1000000000000001 in cn-shanghai
      reference: about 7 an hour, peak 6/s, 6 % of 100/s
        acs:ram::1100000000000001:role/role-a-prd: about 7 an hour, peak 6/s, 12 % of 50/s
      alibaba-sdk: about 16 an hour, peak 17/s, 17 % of 100/s
        acs:ram::1100000000000001:role/role-a-prd: about 16 an hour, peak 17/s, 34 % of 50/s
      uncached: about 1,056,276 an hour, peak 557/s, 557 % of 100/s
        acs:ram::1100000000000001:role/role-a-prd: about 1,056,276 an hour, peak 557/s, 11 times 50/s
      static-keys: none

    Thresholds on the subject under test
      totals.stalls.requests == 0

    Compared with
      static-keys"
  `);
});

test('recorded calls of others are told by their sum and their busiest second', () => {
  const faults = [{ kind: 'background', at: '1m', for: '1m', bySecond: '3 0 12*1' }];
  expect(describeScenario(scenarioWith({ faults }))).toContain(
    'Fault others make 15 calls as recorded, 3 in the busiest second, on the account, 60 s from 1m',
  );
});
