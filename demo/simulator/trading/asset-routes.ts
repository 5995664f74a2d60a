import { Router } from 'express';
import { notFound } from '../api/api-error.ts';
import { queryText } from '../api/query.ts';
import { ASSETS, type Asset, findAsset } from '../market/assets.ts';

/** The list of assets, and one of them by symbol or id. */
export function assetRoutes(): Router {
  const router = Router();
  router.get('/assets', (request, response) => {
    const assetClass = queryText(request, 'asset_class');
    const exchange = queryText(request, 'exchange');
    const active = (queryText(request, 'status') ?? 'active') === 'active';
    const assets = ASSETS.filter(
      (asset) =>
        active &&
        asset.class === (assetClass ?? asset.class) &&
        asset.exchange === (exchange ?? asset.exchange),
    );
    response.json(assets.map(assetAnswer));
  });
  router.get('/assets/:symbolOrId', (request, response) => {
    const asset = findAsset(request.params.symbolOrId);
    if (asset === undefined) throw notFound(`asset not found for ${request.params.symbolOrId}`);
    response.json(assetAnswer(asset));
  });
  return router;
}

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
