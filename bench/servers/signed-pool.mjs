// A pool of signed AssumeRole requests in the shape and order in which `@alicloud/credentials` sends
// them: common parameters in the query, the rest in a form. Each has its own nonce, so each is good
// once; a run must not need more than the pool holds.
import { randomBytes } from 'node:crypto';
import { signV1, stringToSignV1 } from '../../dist/src/kernel/sts/signature-v1.js';
import { formatTimestamp, percentEncode } from '../../dist/src/kernel/sts/wire.js';

const encoded = (parameters) =>
  Object.entries(parameters)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');

export const CONTENT_TYPE = 'application/x-www-form-urlencoded';

/**
 * `count` requests of applications that take no turns: each is as likely to be the next. An
 * application sends one form; `bodyOf` says which of the bodies goes with a request.
 */
export function signedPool(count, nowMs, applications) {
  const common = {
    Version: '2015-04-01',
    Action: 'AssumeRole',
    Format: 'JSON',
    Timestamp: formatTimestamp(nowMs),
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
  };
  const bodyOf = Array.from({ length: count }, () =>
    Math.floor(Math.random() * applications.length),
  );
  const urls = bodyOf.map((index) => {
    const { accessKeyId, accessKeySecret, form } = applications[index];
    const nonce = randomBytes(16).toString('hex');
    const query = { ...common, AccessKeyId: accessKeyId, SignatureNonce: nonce };
    const parameters = Object.entries({ ...query, ...form });
    const signature = signV1(accessKeySecret, stringToSignV1('POST', parameters));
    return `/?${encoded({ ...query, Signature: signature })}`;
  });
  return { urls, bodyOf, bodies: applications.map(({ form }) => encoded(form)) };
}
