import { Router } from 'express';
import { notFound } from '../api/api-error.ts';
import { queryText } from '../api/query.ts';
import { ASSETS, findAsset } from '../market/assets.ts';
import { assetAnswer } from './asset-answer.ts';

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
