/** A market as Alpaca writes it. */
export interface Market {
  acronym: string;
  mic: string;
  name: string;
  timezone: string;
}

/** The markets of the simulator, under their acronyms and their MICs (ISO 10383). */
export const MARKETS: ReadonlyMap<string, Market> = new Map(
  [
    market('NYSE', 'XNYS', 'New York Stock Exchange'),
    market('NASDAQ', 'XNAS', 'Nasdaq Stock Market'),
    market('IEX', 'IEXG', 'Investors Exchange'),
    market('OTC', 'OTCM', 'OTC Markets'),
    market('OPRA', 'OPRA', 'US options exchanges'),
  ].flatMap((known) => [
    [known.acronym, known],
    [known.mic, known],
  ]),
);

function market(acronym: string, mic: string, name: string): Market {
  return { acronym, mic, name, timezone: 'America/New_York' };
}
