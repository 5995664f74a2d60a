import { stableUuid } from '../ids.ts';

/** Something to trade, with what its random walk needs. */
export interface Asset {
  id: string;
  symbol: string;
  name: string;
  class: 'us_equity' | 'crypto';
  exchange: string;
  /** What the price wanders around, in dollars. */
  basePrice: number;
  /** How far it wanders in a day, as a fraction. */
  dailyMove: number;
}

/** Every asset of the simulated market. The prices are invented. */
export const ASSETS: readonly Asset[] = [
  stock('AAPL', 'Apple Inc. Common Stock', 'NASDAQ', 230, 0.012),
  stock('ADBE', 'Adobe Inc. Common Stock', 'NASDAQ', 480, 0.014),
  stock('AMD', 'Advanced Micro Devices, Inc. Common Stock', 'NASDAQ', 150, 0.022),
  stock('AMZN', 'Amazon.com, Inc. Common Stock', 'NASDAQ', 190, 0.014),
  stock('BA', 'Boeing Company', 'NYSE', 180, 0.016),
  stock('BRK.B', 'Berkshire Hathaway Inc. Class B', 'NYSE', 470, 0.008),
  stock('COST', 'Costco Wholesale Corporation Common Stock', 'NASDAQ', 900, 0.01),
  stock('DIS', 'Walt Disney Company', 'NYSE', 105, 0.012),
  stock('GOOGL', 'Alphabet Inc. Class A Common Stock', 'NASDAQ', 170, 0.013),
  stock('INTC', 'Intel Corporation Common Stock', 'NASDAQ', 32, 0.02),
  stock('JPM', 'JPMorgan Chase & Co.', 'NYSE', 215, 0.01),
  stock('KO', 'Coca-Cola Company', 'NYSE', 65, 0.007),
  stock('META', 'Meta Platforms, Inc. Class A Common Stock', 'NASDAQ', 520, 0.016),
  stock('MSFT', 'Microsoft Corporation Common Stock', 'NASDAQ', 430, 0.011),
  stock('NFLX', 'Netflix, Inc. Common Stock', 'NASDAQ', 650, 0.016),
  stock('NVDA', 'NVIDIA Corporation Common Stock', 'NASDAQ', 130, 0.02),
  stock('QQQ', 'Invesco QQQ Trust, Series 1', 'NASDAQ', 480, 0.009),
  stock('SPY', 'SPDR S&P 500 ETF Trust', 'ARCA', 560, 0.007),
  stock('TSLA', 'Tesla, Inc. Common Stock', 'NASDAQ', 250, 0.024),
  stock('V', 'Visa Inc.', 'NYSE', 280, 0.008),
  stock('WMT', 'Walmart Inc.', 'NYSE', 75, 0.008),
  crypto('BTC/USD', 'Bitcoin / US Dollar', 65_000, 0.025),
  crypto('ETH/USD', 'Ethereum / US Dollar', 3_200, 0.03),
  crypto('SOL/USD', 'Solana / US Dollar', 150, 0.035),
];

const ASSET_BY_NAME = new Map(
  ASSETS.flatMap((asset) => [
    [asset.symbol, asset] as const,
    [asset.id, asset] as const,
    [plainSymbol(asset), asset] as const,
  ]),
);

/** Finds an asset by symbol or id. A crypto pair is found with and without its slash. */
export function findAsset(symbolOrId: string): Asset | undefined {
  return ASSET_BY_NAME.get(symbolOrId);
}

/** Positions and their paths name crypto pairs without the slash: `BTCUSD`. */
export function plainSymbol(asset: Asset): string {
  return asset.symbol.replace('/', '');
}

function stock(symbol: string, name: string, exchange: string, basePrice: number, dailyMove: number): Asset {
  return {
    id: stableUuid(`asset ${symbol}`),
    symbol,
    name,
    class: 'us_equity',
    exchange,
    basePrice,
    dailyMove,
  };
}

function crypto(symbol: string, name: string, basePrice: number, dailyMove: number): Asset {
  const id = stableUuid(`asset ${symbol}`);
  return { id, symbol, name, class: 'crypto', exchange: 'CRYPTO', basePrice, dailyMove };
}
