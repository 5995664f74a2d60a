import type { Asset } from '../market/assets.ts';

/** The asset as `GET /v2/assets` writes it. */
export function assetAnswer(asset: Asset) {
  const equity = asset.class === 'us_equity';
  return {
    id: asset.id,
    class: asset.class,
    exchange: asset.exchange,
    symbol: asset.symbol,
    name: asset.name,
    status: 'active',
    tradable: true,
    marginable: false,
    shortable: false,
    easy_to_borrow: false,
    fractionable: true,
    maintenance_margin_requirement: 100,
    margin_requirement_long: '100',
    margin_requirement_short: '100',
    attributes: equity ? ['fractional_eh_enabled'] : [],
    ...(equity
      ? {}
      : { min_order_size: '0.000000001', min_trade_increment: '0.000000001', price_increment: '0.01' }),
  };
}
