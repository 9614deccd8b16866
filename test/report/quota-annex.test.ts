import { expect, test } from 'vitest';
import { renderQuotaAnnex } from '../../src/report/quota-annex.ts';
import { quotaRequestText } from '../../src/report/quota-request-text.ts';
import { renderQuotaTicket } from '../../src/report/quota-ticket.ts';
import { quotaRequest } from '../../src/sizing/quota-request.ts';
import { byAccount, measures, sizeDocument } from '../sizing/size-document.ts';

const request = quotaRequest(
  { ...sizeDocument, measures },
  {
    productCode: undefined,
    quotaActionCode: undefined,
    listed: undefined,
    headroom: 0.25,
    desiredPerSecond: undefined,
  },
);

test('the annex', async () => {
  await expect(renderQuotaAnnex(request)).toMatchFileSnapshot('./golden/quota-annex.md');
});

test('the ticket', async () => {
  await expect(renderQuotaTicket(request)).toMatchFileSnapshot('./golden/quota-ticket.txt');
});

test('the summary', async () => {
  const files = ['results/quota-request-orders/annex.md'];
  const text = quotaRequestText(request, files);
  await expect(text).toMatchFileSnapshot('./golden/quota-request.txt');
});

test('where nothing is to be asked for, nothing is to be sent', () => {
  const enough = { ...byAccount, quotaPerSecond: 60, suffices: true };
  const annex = renderQuotaAnnex(
    quotaRequest(
      { ...sizeDocument, readings: [enough] },
      {
        productCode: undefined,
        quotaActionCode: undefined,
        listed: undefined,
        headroom: 0,
        desiredPerSecond: undefined,
      },
    ),
  );
  expect(annex).toContain('**Nothing to ask for.**');
  expect(annex).not.toContain('CreateQuotaApplication');
});

test('no drafts name the user’s path', () => {
  for (const text of [renderQuotaAnnex(request), renderQuotaTicket(request)]) {
    expect(text).not.toMatch(/home|somebody/);
  }
});

test('no text of the scenario breaks the annex', () => {
  const evil = {
    ...sizeDocument,
    assumptions: ['a | b\n# c <img src=x>'],
    subject: 'module:`x`|y',
  };
  const annex = renderQuotaAnnex({ ...request, evidence: evil });
  expect(annex).toContain('a \\| b<br>\\# c &lt;img src=x&gt;');
  expect(annex).toContain('module:\\`x\\`\\|y');
});
