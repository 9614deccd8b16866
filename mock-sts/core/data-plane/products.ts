/**
 * Which product an RPC request is for. In the cloud its host name says so; a mock is called by an
 * address, so the API version stands in for it, which is a date of its own for each of these.
 */
const PRODUCT_BY_VERSION: ReadonlyMap<string, string> = new Map([
  ['2014-05-26', 'ecs'],
  ['2014-08-15', 'rds'],
  ['2014-05-15', 'slb'],
  ['2015-01-01', 'kvstore'],
  ['2015-05-01', 'ram'],
  ['2015-12-01', 'dds'],
  ['2016-01-20', 'kms'],
  ['2016-04-28', 'vpc'],
  ['2019-01-01', 'cms'],
  ['2020-07-06', 'actiontrail'],
]);

/** The version by product. */
export const RPC_PRODUCTS: ReadonlyMap<string, string> = new Map(
  [...PRODUCT_BY_VERSION].map(([version, product]) => [product, version]),
);

/** `ecs.cn-hangzhou.aliyuncs.com` or `ecs-cn-hangzhou.aliyuncs.com`. */
const PRODUCT_HOST = /^([a-z0-9]+)(?:[-.][a-z0-9.-]+)?\.aliyuncs\.com(?::\d+)?$/;

export function productOf(host: string, version: string): string | undefined {
  return PRODUCT_HOST.exec(host)?.[1] ?? PRODUCT_BY_VERSION.get(version);
}
