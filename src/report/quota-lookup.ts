/** How to look up what of a request is not publicly documented. */

export function lookupLines(region: string): string[] {
  return [
    '- `ProductCode`: `aliyun quotas ListProducts` lists the products of Quota Center; take that of STS.',
    '- `QuotaActionCode`: `aliyun quotas ListProductQuotas --ProductCode <code> --QuotaCategory FlowControl` lists its API rate limits. Keep the answer: `--quotas <file>` reads it and checks what can be applied for.',
    `- \`Dimensions\`: \`aliyun quotas ListProductQuotaDimensions --ProductCode <code> --QuotaCategory FlowControl\` says which are required; \`regionId\` ${region} is what STS’s quota is counted by.`,
  ];
}
