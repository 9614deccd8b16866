// A pool of signed AssumeRole requests in the shape and order in which `@alicloud/credentials` sends
// them: common parameters in the query, the rest in a form. Each has its own nonce, so each is good
// once; a run must not need more than the pool holds.
import { randomBytes } from 'node:crypto';
import { signV1, stringToSignV1 } from '../../dist/src/kernel/sts/signature-v1.js';
import { formatTimestamp, percentEncode } from '../../dist/src/kernel/sts/wire.js';
import { ACCESS_KEY_ID, ROLE_ARN, SECRET } from './landing.mjs';

const PLAIN_FORM = {
  RoleArn: ROLE_ARN,
  RoleSessionName: 'credentials-nodejs-1795400110210',
  DurationSeconds: '3600',
};
const FORM = {
  ...PLAIN_FORM,
  Policy:
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":["oss:Get*","oss:List*"],"Resource":["acs:oss:*:*:app-data-bucket/*"]}]}',
};

const encoded = (parameters) =>
  Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');

export const CONTENT_TYPE = 'application/x-www-form-urlencoded';

/** `count` requests of one body, with a session policy in it or without. */
export function signedPool(count, nowMs, { sessionPolicy }) {
  const form = sessionPolicy ? FORM : PLAIN_FORM;
  const common = {
    Version: '2015-04-01',
    Action: 'AssumeRole',
    Format: 'JSON',
    Timestamp: formatTimestamp(nowMs),
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    AccessKeyId: ACCESS_KEY_ID,
  };
  const urls = Array.from({ length: count }, () => {
    const query = { ...common, SignatureNonce: randomBytes(16).toString('hex') };
    const parameters = Object.entries({ ...query, ...form });
    const signature = signV1(SECRET, stringToSignV1('POST', parameters));
    return `/?${encoded({ ...query, Signature: signature })}`;
  });
  return { urls, body: encoded(form) };
}
