import { Router } from 'express';
import { notFound } from '../api/api-error.ts';
import { queryText } from '../api/query.ts';
import { findAsset } from './assets.ts';

/** One yellow pixel: nobody's trademark. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4c10bAATRAf+sCIULAAAAAElFTkSuQmCC',
  'base64',
);

/** `/v1beta1/logos/{symbol}`: the same picture for all; for unknown symbols only while a placeholder is welcome. */
export function logoRoutes(): Router {
  const router = Router();
  router.get('/:symbol', (request, response) => {
    const { symbol } = request.params;
    if (findAsset(symbol) === undefined && queryText(request, 'placeholder') === 'false')
      throw notFound(`no logo found for ${symbol}`);
    response.type('image/png').send(LOGO);
  });
  return router;
}
