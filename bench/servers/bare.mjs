// The ceiling: node:http and node:https that read the body and answer a fixed text of the size of an
// AssumeRole answer.
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { issueCertificates } from '../../dist/mock-sts/server/certificates.js';
import { report } from './landing.mjs';

const BODY = JSON.stringify({ Credentials: { SecurityToken: 'x'.repeat(860) } });

function answer(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json;charset=utf-8',
      'content-length': BODY.length,
    });
    response.end(BODY);
  });
}

const { certificatePem, keyPem } = await issueCertificates(['127.0.0.1']);
const plain = createServer({ keepAliveTimeout: 60_000 }, answer);
const tls = createTlsServer(
  { keepAliveTimeout: 60_000, cert: certificatePem, key: keyPem },
  answer,
);
plain.listen(0, '127.0.0.1', () => {
  tls.listen(0, '127.0.0.1', () => {
    report({
      http: `http://127.0.0.1:${plain.address().port}`,
      https: `https://127.0.0.1:${tls.address().port}`,
    });
  });
});
