/** What an option is worth and how that changes: with price, with that change itself, a day, a percent of rate and of volatility. */
export interface Valuation {
  value: number;
  delta: number;
  gamma: number;
  theta: number;
  rho: number;
  vega: number;
}

export interface OptionTerms {
  type: 'call' | 'put';
  strike: number;
  /** Of the underlying. */
  price: number;
  /** Until expiration. */
  years: number;
  /** Per year, as a fraction. */
  volatility: number;
}

/** Per year, as a fraction. */
const RISK_FREE_RATE = 0.04;

/** The formula of Black and Scholes for an option on something that pays no dividend. */
export function blackScholes({ type, strike, price, years, volatility }: OptionTerms): Valuation {
  const spread = volatility * Math.sqrt(years);
  const d1 = (Math.log(price / strike) + (RISK_FREE_RATE + volatility ** 2 / 2) * years) / spread;
  const d2 = d1 - spread;
  const sign = type === 'call' ? 1 : -1;
  const discounted = strike * Math.exp(-RISK_FREE_RATE * years);
  const density = Math.exp(-(d1 ** 2) / 2) / Math.sqrt(2 * Math.PI);
  const exercised = normal(sign * d2);
  const decay = (price * density * volatility) / (2 * Math.sqrt(years));
  return {
    value: sign * (price * normal(sign * d1) - discounted * exercised),
    delta: sign * normal(sign * d1),
    gamma: density / (price * spread),
    theta: -(decay + sign * RISK_FREE_RATE * discounted * exercised) / 365,
    rho: (sign * years * discounted * exercised) / 100,
    vega: (price * density * Math.sqrt(years)) / 100,
  };
}

/** The standard normal distribution: Abramowitz and Stegun 26.2.17, right to seven decimals. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (series * Math.exp(-(x ** 2) / 2)) / Math.sqrt(2 * Math.PI);
  return x < 0 ? tail : 1 - tail;
}
