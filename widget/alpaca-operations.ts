// biome-ignore-all format: generated
// biome-ignore-all lint: generated
/**
 * Alpaca's operations that pages may call, with their queries, bodies and answers. Types alone. Made by
 * `widget/build/generate-alpaca-operations.ts` from Alpaca's public OpenAPI documents of August 2026 (Trading API 2.0.1 and Market Data API 1.1): do not edit.
 */

export interface TradingPaths {
  "/v1/locates": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          page_token?: TradingComponents["parameters"]["PageToken"];
          limit?: number;
          status?: TradingComponents["schemas"]["LocateStatus"];
          symbol?: string;
          start?: string;
          end?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["ListLocatesResponse"];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["CreateLocateRequest"];
        };
      };
      responses: {
        201: {
          content: {
            "application/json": TradingComponents["schemas"]["Locate"];
          };
        };
      };
    };
  };
  "/v1/locates/quotes": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["ListLocateQuotesResponse"];
          };
        };
      };
    };
  };
  "/v1/locates/{locate_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          locate_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Locate"];
          };
        };
      };
    };
  };
  "/v2/account": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Account"];
          };
        };
      };
    };
  };
  "/v2/account/activities": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          activity_types?: TradingComponents["schemas"]["ActivityType"][];
          category?: "trade_activity" | "non_trade_activity";
          order_id?: string;
          date?: string;
          until?: string;
          after?: string;
          direction?: "asc" | "desc";
          page_size?: number;
          page_token?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": (TradingComponents["schemas"]["TradingActivities"] | TradingComponents["schemas"]["NonTradeActivities"])[];
          };
        };
      };
    };
  };
  "/v2/account/activities/{activity_type}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          order_id?: string;
          date?: string;
          until?: string;
          after?: string;
          direction?: "asc" | "desc";
          page_size?: number;
          page_token?: string;
        };
        path: {
          activity_type: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": (TradingComponents["schemas"]["TradingActivities"] | TradingComponents["schemas"]["NonTradeActivities"])[];
          };
        };
      };
    };
  };
  "/v2/account/configurations": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["AccountConfigurations"];
          };
        };
      };
    };
    patch: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: {
        content: {
          "application/json": TradingComponents["schemas"]["AccountConfigurations"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["AccountConfigurations"];
          };
        };
      };
    };
  };
  "/v2/account/portfolio/history": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          period?: string;
          timeframe?: string;
          intraday_reporting?: "market_hours" | "extended_hours" | "continuous";
          start?: string;
          pnl_reset?: "no_reset" | "per_day";
          end?: string;
          extended_hours?: string;
          cashflow_types?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["PortfolioHistory"];
          };
        };
      };
    };
  };
  "/v2/assets": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          status?: string;
          asset_class?: string;
          exchange?: string;
          attributes?: TradingComponents["schemas"]["AssetAttribute"][];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Assets"][];
          };
        };
      };
    };
  };
  "/v2/assets/{symbol_or_asset_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          symbol_or_asset_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Assets"];
          };
        };
      };
    };
  };
  "/v2/calendar": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: TradingComponents["parameters"]["legacy_start"];
          end?: TradingComponents["parameters"]["legacy_end"];
          date_type?: TradingComponents["parameters"]["legacy_date_type"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["legacy_public_calendar_resp"];
          };
        };
      };
    };
  };
  "/v2/clock": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["legacy_clock"];
          };
        };
      };
    };
  };
  "/v2/corporate_actions/announcements": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          ca_types: TradingComponents["schemas"]["CorporateActionCaType"][];
          since: string;
          until: string;
          symbol?: string;
          cusip?: string;
          date_type?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CorporateAnnouncement"][];
          };
        };
      };
    };
  };
  "/v2/corporate_actions/announcements/{id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CorporateAnnouncement"];
          };
        };
      };
    };
  };
  "/v2/options/contracts": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          underlying_symbols?: string;
          show_deliverables?: boolean;
          status?: "active" | "inactive";
          expiration_date?: string;
          expiration_date_gte?: string;
          expiration_date_lte?: string;
          root_symbol?: string;
          type?: TradingComponents["schemas"]["OptionContractType"];
          style?: TradingComponents["schemas"]["OptionContractStyle"];
          strike_price_gte?: number;
          strike_price_lte?: number;
          page_token?: TradingComponents["parameters"]["PageToken"];
          limit?: number;
          ppind?: boolean;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["OptionContractsResponse"];
          };
        };
      };
    };
  };
  "/v2/options/contracts/{symbol_or_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          symbol_or_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["OptionContract"];
          };
        };
      };
    };
  };
  "/v2/orders": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          status?: "open" | "closed" | "all";
          limit?: number;
          after?: string;
          until?: string;
          direction?: "asc" | "desc";
          nested?: boolean;
          symbols?: string;
          side?: string;
          asset_class?: ("us_equity" | "us_option" | "crypto" | "crypto_perp" | "treasury" | "corporate" | "global_equity" | "us_index" | "us_equity_chain" | "ipo" | "all")[];
          before_order_id?: string;
          after_order_id?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"][];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["CreateOrderRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"];
          };
        };
      };
    };
    delete: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        207: {
          content: {
            "application/json": TradingComponents["schemas"]["CanceledOrderResponse"][];
          };
        };
      };
    };
  };
  "/v2/orders/{order_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          nested?: boolean;
        };
        path: {
          order_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"];
          };
        };
      };
    };
    delete: {
      parameters: {
        query?: never;
        path: {
          order_id: string;
        };
      };
      requestBody?: never;
      responses: {
        204: {
          content?: never;
        };
      };
    };
    patch: {
      parameters: {
        query?: never;
        path: {
          order_id: string;
        };
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["PatchOrderRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"];
          };
        };
      };
    };
  };
  "/v2/orders:by_client_order_id": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          client_order_id: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"];
          };
        };
      };
    };
  };
  "/v2/positions": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Position"][];
          };
        };
      };
    };
    delete: {
      parameters: {
        query?: {
          cancel_orders?: boolean;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        207: {
          content: {
            "application/json": TradingComponents["schemas"]["PositionClosedReponse"][];
          };
        };
      };
    };
  };
  "/v2/positions/{symbol_or_asset_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          symbol_or_asset_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Position"];
          };
        };
      };
    };
    delete: {
      parameters: {
        query?: {
          qty?: number;
          percentage?: number;
        };
        path: {
          symbol_or_asset_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Order"];
          };
        };
      };
    };
  };
  "/v2/positions/{symbol_or_contract_id}/do-not-exercise": {
    parameters: {
      query?: never;
      path?: never;
    };
    post: {
      parameters: {
        query?: never;
        path: {
          symbol_or_contract_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content?: never;
        };
      };
    };
  };
  "/v2/positions/{symbol_or_contract_id}/exercise": {
    parameters: {
      query?: never;
      path?: never;
    };
    post: {
      parameters: {
        query?: never;
        path: {
          symbol_or_contract_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content?: never;
        };
      };
    };
  };
  "/v2/tokenization/mint": {
    parameters: {
      query?: never;
      path?: never;
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["TokenizationMintRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["TokenizationMintResponse"];
          };
        };
      };
    };
  };
  "/v2/tokenization/requests": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          type?: TradingComponents["schemas"]["TokenizationRequestType"];
          status?: TradingComponents["schemas"]["TokenizationRequestStatus"];
          underlying_symbol?: string;
          issuer?: "xstocks";
          network?: TradingComponents["schemas"]["TokenizationNetwork"];
          after?: string;
          before?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["TokenizationRequest"][];
          };
        };
      };
    };
  };
  "/v2/tokenization/requests/{tokenization_request_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          tokenization_request_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["TokenizationRequest"];
          };
        };
      };
    };
  };
  "/v2/tokenization/requests:by_client_request_id": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          client_request_id: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["TokenizationRequest"];
          };
        };
      };
    };
  };
  "/v2/wallets": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          asset?: string;
          chain?: TradingComponents["schemas"]["CryptoChain"];
          network?: "ethereum" | "solana";
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CryptoWallet"];
          };
        };
      };
    };
  };
  "/v2/wallets/fees/estimate": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          asset?: string;
          from_address?: string;
          to_address?: string;
          amount?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["WalletFeeEstimateResponse"];
          };
        };
      };
    };
  };
  "/v2/wallets/transfers": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CryptoTransfer"];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["CreateCryptoTransferRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CryptoTransfer"];
          };
        };
      };
    };
  };
  "/v2/wallets/transfers/{transfer_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          transfer_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["CryptoTransfer"];
          };
        };
      };
    };
  };
  "/v2/wallets/whitelists": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["WhitelistedAddress"];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["CreateWhitelistedAddressRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["WhitelistedAddress"];
          };
        };
      };
    };
  };
  "/v2/wallets/whitelists/{whitelisted_address_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    delete: {
      parameters: {
        query?: never;
        path: {
          whitelisted_address_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content?: never;
        };
      };
    };
  };
  "/v2/watchlists": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["WatchlistWithoutAsset"][];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody: {
        content: {
          "application/json": TradingComponents["schemas"]["CreateWatchlistRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
  };
  "/v2/watchlists/{watchlist_id}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          watchlist_id: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    put: {
      parameters: {
        query?: never;
        path: {
          watchlist_id: string;
        };
      };
      requestBody?: {
        content: {
          "application/json": TradingComponents["schemas"]["UpdateWatchlistRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    post: {
      parameters: {
        query?: never;
        path: {
          watchlist_id: string;
        };
      };
      requestBody?: {
        content: {
          "application/json": TradingComponents["schemas"]["AddAssetToWatchlistRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    delete: {
      parameters: {
        query?: never;
        path: {
          watchlist_id: string;
        };
      };
      requestBody?: never;
      responses: {
        204: {
          content?: never;
        };
      };
    };
  };
  "/v2/watchlists/{watchlist_id}/{symbol}": {
    parameters: {
      query?: never;
      path?: never;
    };
    delete: {
      parameters: {
        query?: never;
        path: {
          watchlist_id: string;
          symbol: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
  };
  "/v2/watchlists:by_name": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          name: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    put: {
      parameters: {
        query: {
          name: string;
        };
        path?: never;
      };
      requestBody?: {
        content: {
          "application/json": TradingComponents["schemas"]["UpdateWatchlistRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    post: {
      parameters: {
        query: {
          name: string;
        };
        path?: never;
      };
      requestBody?: {
        content: {
          "application/json": TradingComponents["schemas"]["AddAssetToWatchlistRequest"];
        };
      };
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["Watchlist"];
          };
        };
      };
    };
    delete: {
      parameters: {
        query: {
          name: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        204: {
          content?: never;
        };
      };
    };
  };
  "/v2beta1/events/activities": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          since?: string;
          until?: string;
          since_id?: string;
          until_id?: string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "text/event-stream": TradingComponents["schemas"]["ActivityEventV2"][];
          };
        };
      };
    };
  };
  "/v3/calendar/{market}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: TradingComponents["parameters"]["start"];
          end?: TradingComponents["parameters"]["end"];
          timezone?: TradingComponents["parameters"]["timezone"];
        };
        path: {
          market: TradingComponents["parameters"]["market"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["public_calendar_resp"];
          };
        };
      };
    };
  };
  "/v3/clock": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          markets?: TradingComponents["parameters"]["markets"];
          time?: TradingComponents["parameters"]["time"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": TradingComponents["schemas"]["clock_resp"];
          };
        };
      };
    };
  };
}
interface TradingComponents {
  schemas: {
    LocateStatus: "active" | "expired" | "rejected";
    ListLocatesResponse: {
      locates: TradingComponents["schemas"]["Locate"][];
      next_page_token: string | null;
    };
    Locate: {
      all_or_none: boolean;
      created_at: string;
      expires_at?: string | null;
      id: string;
      limit_price?: string | null;
      located_price?: string | null;
      located_qty?: number | null;
      rejection_reason?: string | null;
      requested_qty: number;
      status: TradingComponents["schemas"]["LocateStatus"];
      symbol: string;
      total_fee?: string | null;
    };
    CreateLocateRequest: {
      all_or_none?: boolean;
      limit_price?: string | null;
      qty: number;
      symbol: string;
    };
    ListLocateQuotesResponse: {
      errors?: TradingComponents["schemas"]["LocateQuoteError"][];
      quotes: TradingComponents["schemas"]["LocateQuote"][];
    };
    LocateQuoteError: {
      code: "symbol_not_found" | "easy_to_borrow" | "threshold_security" | "corporate_action" | "quote_unavailable";
      message: string;
      symbol: string;
    };
    LocateQuote: {
      available_qty: number;
      price?: string;
      quoted_at: string;
      symbol: string;
    };
    Account: {
      account_blocked?: boolean;
      account_number?: string;
      accrued_fees?: string;
      balance_asof?: string;
      buying_power?: string;
      cash?: string;
      created_at?: string;
      crypto_status?: TradingComponents["schemas"]["AccountStatus"];
      currency?: string;
      equity?: string;
      id: string;
      initial_margin?: string;
      intraday_adjustments?: string;
      last_equity?: string;
      last_maintenance_margin?: string;
      long_market_value?: string;
      maintenance_margin?: string;
      multiplier?: string;
      non_marginable_buying_power?: string;
      options_approved_level?: 0 | 1 | 2 | 3;
      options_buying_power?: string;
      options_trading_level?: 0 | 1 | 2 | 3;
      pending_reg_taf_fees?: string;
      pending_transfer_in?: string;
      pending_transfer_out?: string;
      portfolio_value?: string;
      regt_buying_power?: string;
      short_market_value?: string;
      shorting_enabled?: boolean;
      sma?: string;
      status: TradingComponents["schemas"]["AccountStatus"];
      trade_suspended_by_user?: boolean;
      trading_blocked?: boolean;
      transfers_blocked?: boolean;
    };
    AccountStatus: "INACTIVE" | "PAPER_ONLY" | "ONBOARDING" | "SUBMISSION_FAILED" | "SUBMITTED" | "ACCOUNT_UPDATED" | "APPROVAL_PENDING" | "ACTIVE" | "REJECTED" | "ACCOUNT_CLOSED" | "APPROVED" | "ACCOUNT_CLOSED_PENDING" | "ACTION_REQUIRED" | "LIMITED";
    ActivityType: "FILL" | "TRANS" | "MISC" | "ACATC" | "ACATS" | "CFEE" | "CGD" | "CSD" | "CSW" | "DIV" | "DIVCGL" | "DIVCGS" | "DIVFEE" | "DIVFT" | "DIVNRA" | "DIVROC" | "DIVTW" | "DIVTXEX" | "FEE" | "INT" | "INTNRA" | "INTTW" | "JNL" | "JNLC" | "JNLS" | "MA" | "NC" | "OPASN" | "OPCA" | "OPCSH" | "OPEXC" | "OPEXP" | "OPTRD" | "PTC" | "PTR" | "REORG" | "SPIN" | "SPLIT" | "FOPT" | "OCT";
    TradingActivities: {
      activity_type: "FILL";
      cum_qty?: string;
      id?: string;
      leaves_qty?: string;
      order_id?: string;
      order_status?: TradingComponents["schemas"]["OrderStatus"];
      price?: string;
      qty?: string;
      side?: string;
      symbol?: string;
      transaction_time?: string;
      type?: "fill" | "partial_fill";
    };
    OrderStatus: "new" | "partially_filled" | "filled" | "done_for_day" | "canceled" | "expired" | "replaced" | "pending_cancel" | "pending_replace" | "accepted" | "pending_new" | "accepted_for_bidding" | "stopped" | "rejected" | "suspended" | "calculated" | "held";
    NonTradeActivities: {
      activity_sub_type?: TradingComponents["schemas"]["ActivitySubType"];
      activity_type: "TRANS" | "MISC" | "ACATC" | "ACATS" | "CFEE" | "CGD" | "CSD" | "CSW" | "DIV" | "DIVCGL" | "DIVCGS" | "DIVFEE" | "DIVFT" | "DIVNRA" | "DIVROC" | "DIVTW" | "DIVTXEX" | "FEE" | "INT" | "INTNRA" | "INTTW" | "JNL" | "JNLC" | "JNLS" | "MA" | "NC" | "OPASN" | "OPCA" | "OPCSH" | "OPEXC" | "OPEXP" | "OPTRD" | "PTC" | "PTR" | "REORG" | "SPIN" | "SPLIT" | "FOPT" | "OCT";
      created_at?: string;
      currency?: string;
      cusip?: string;
      date?: string;
      group_id?: string;
      id?: string;
      net_amount?: string;
      per_share_amount?: string;
      qty?: string;
      status?: "executed" | "correct" | "canceled";
      symbol?: string;
    };
    ActivitySubType: string;
    AccountConfigurations: {
      disable_overnight_trading?: boolean;
      fractional_trading?: boolean;
      max_margin_multiplier?: string;
      max_options_trading_level?: 0 | 1 | 2 | 3;
      no_shorting?: boolean;
      ptp_no_exception_entry?: boolean;
      suspend_trade?: boolean;
      trade_confirm_email?: string;
    };
    PortfolioHistory: {
      base_value: number | null;
      base_value_asof?: string;
      cashflow?: {
        [key: string]: number[];
      };
      equity: (number | null)[];
      profit_loss: (number | null)[];
      profit_loss_pct: (number | null)[];
      timeframe: string;
      timestamp: number[];
    };
    AssetAttribute: "ptp_no_exception" | "ptp_with_exception" | "ipo" | "has_options" | "options_late_close" | "fractional_eh_enabled" | "overnight_tradable" | "overnight_halted";
    Assets: {
      attributes?: TradingComponents["schemas"]["AssetAttribute"][];
      borrow_status?: "easy_to_borrow" | "hard_to_borrow";
      class: TradingComponents["schemas"]["AssetClass"];
      cusip?: string | null;
      easy_to_borrow?: boolean;
      exchange: TradingComponents["schemas"]["Exchange"];
      fractionable: boolean;
      id: string;
      maintenance_margin_requirement?: number;
      margin_requirement_long?: string;
      margin_requirement_short?: string;
      marginable: boolean;
      min_order_size?: string;
      min_trade_increment?: string;
      name: string;
      price_increment?: string;
      shortable: boolean;
      status: "active" | "inactive";
      symbol: string;
      tradable: boolean;
    };
    AssetClass: "us_equity" | "us_option" | "crypto" | "crypto_perp" | "treasury" | "corporate" | "global_equity" | "us_index" | "us_equity_chain" | "ipo";
    Exchange: "AMEX" | "ARCA" | "BATS" | "NYSE" | "NASDAQ" | "NYSEARCA" | "OTC" | "CRYPTO";
    legacy_public_calendar_resp: TradingComponents["schemas"]["legacy_calendar_day"][];
    legacy_calendar_day: {
      close: string;
      date: string;
      open: string;
      session_close: string;
      session_open: string;
      settlement_date: string;
    };
    legacy_clock: {
      is_open: boolean;
      next_close: string;
      next_open: string;
      timestamp: string;
    };
    CorporateActionCaType: "Spinoff" | "Merger" | "Split" | "Reorg" | "Dividend";
    CorporateAnnouncement: {
      ca_sub_type?: string;
      ca_type?: TradingComponents["schemas"]["CorporateActionCaType"];
      cash?: string;
      corporate_action_id?: string;
      declaration_date?: string;
      effective_date?: string;
      ex_date?: string;
      id?: string;
      initiating_original_cusip?: string;
      initiating_symbol?: string;
      new_rate?: string;
      old_rate?: string;
      payable_date?: string;
      record_date?: string;
      target_original_cusip?: string;
      target_symbol?: string;
    };
    OptionContractType: "call" | "put";
    OptionContractStyle: "american" | "european";
    OptionContractsResponse: {
      next_page_token?: TradingComponents["schemas"]["NextPageToken"];
      option_contracts: TradingComponents["schemas"]["OptionContract"][];
    };
    NextPageToken: string | null;
    OptionContract: {
      close_price?: string;
      close_price_date?: string;
      deliverables?: TradingComponents["schemas"]["OptionDeliverable"][];
      expiration_date: string;
      id: string;
      multiplier: string;
      name: string;
      open_interest?: string;
      open_interest_date?: string;
      root_symbol?: string;
      size: string;
      status: "active" | "inactive";
      strike_price: string;
      style: TradingComponents["schemas"]["OptionContractStyle"];
      symbol: string;
      tradable: boolean;
      type: TradingComponents["schemas"]["OptionContractType"];
      underlying_asset_id: string;
      underlying_symbol: string;
    };
    OptionDeliverable: {
      allocation_percentage: string;
      amount: string;
      asset_id?: string;
      delayed_settlement: boolean;
      settlement_method: "BTOB" | "CADF" | "CAFX" | "CCC";
      settlement_type: "T+0" | "T+1" | "T+2" | "T+3" | "T+4" | "T+5";
      symbol: string;
      type: "cash" | "equity";
    };
    Order: {
      asset_class?: TradingComponents["schemas"]["AssetClass"];
      asset_id?: string;
      canceled_at?: string | null;
      client_order_id?: string;
      created_at?: string;
      expired_at?: string | null;
      expires_at?: string;
      extended_hours?: boolean;
      failed_at?: string | null;
      filled_at?: string | null;
      filled_avg_price?: string | null;
      filled_qty?: string;
      hwm?: string | null;
      id?: string;
      legs?: TradingComponents["schemas"]["OrderLeg"][] | null;
      limit_price?: string | null;
      notional: string | null;
      order_class?: TradingComponents["schemas"]["OrderClass"];
      order_type?: string;
      position_intent?: TradingComponents["schemas"]["PositionIntent"];
      qty?: string | null;
      ratio_qty?: string | null;
      replaced_at?: string | null;
      replaced_by?: string | null;
      replaces?: string | null;
      side?: TradingComponents["schemas"]["OrderSide"];
      status?: TradingComponents["schemas"]["OrderStatus"];
      stop_price?: string | null;
      submitted_at?: string | null;
      symbol?: string;
      time_in_force: TradingComponents["schemas"]["TimeInForce"];
      trail_percent?: string | null;
      trail_price?: string | null;
      type: TradingComponents["schemas"]["OrderType"];
      updated_at?: string | null;
    };
    OrderLeg: {
      asset_class?: TradingComponents["schemas"]["AssetClass"];
      asset_id?: string;
      canceled_at?: string | null;
      client_order_id?: string;
      created_at?: string;
      expired_at?: string | null;
      extended_hours?: boolean;
      failed_at?: string | null;
      filled_at?: string | null;
      filled_avg_price?: string | null;
      filled_qty?: string;
      hwm?: string | null;
      id?: string;
      legs?: Record<string, never>;
      limit_price?: string | null;
      notional: string | null;
      order_class?: TradingComponents["schemas"]["OrderClass"];
      order_type?: string;
      position_intent?: TradingComponents["schemas"]["PositionIntent"];
      qty: string | null;
      replaced_at?: string | null;
      replaced_by?: string | null;
      replaces?: string | null;
      side: TradingComponents["schemas"]["OrderSide"];
      status?: TradingComponents["schemas"]["OrderStatus"];
      stop_price?: string | null;
      submitted_at?: string | null;
      symbol: string;
      time_in_force: TradingComponents["schemas"]["TimeInForce"];
      trail_percent?: string | null;
      trail_price?: string | null;
      type: TradingComponents["schemas"]["OrderType"];
      updated_at?: string | null;
    };
    OrderClass: "simple" | "bracket" | "oco" | "oto" | "mleg" | "";
    PositionIntent: "buy_to_open" | "buy_to_close" | "sell_to_open" | "sell_to_close";
    OrderSide: "buy" | "sell";
    TimeInForce: "day" | "gtc" | "opg" | "cls" | "ioc" | "fok";
    OrderType: "market" | "limit" | "stop" | "stop_limit" | "trailing_stop";
    CreateOrderRequest: {
      advanced_instructions?: TradingComponents["schemas"]["AdvancedInstructions"];
      client_order_id?: string;
      extended_hours?: boolean;
      legs?: TradingComponents["schemas"]["MLegOrderLeg"][];
      limit_price?: string;
      notional?: string;
      order_class?: TradingComponents["schemas"]["OrderClass"];
      position_intent?: TradingComponents["schemas"]["PositionIntent"];
      qty?: string;
      side?: TradingComponents["schemas"]["OrderSide"];
      stop_loss?: {
        limit_price?: string;
        stop_price?: string;
      };
      stop_price?: string;
      symbol?: string;
      take_profit?: {
        limit_price?: string;
      };
      time_in_force: TradingComponents["schemas"]["TimeInForce"];
      trail_percent?: string;
      trail_price?: string;
      type: TradingComponents["schemas"]["OrderType"];
    };
    AdvancedInstructions: {
      algorithm?: "DMA" | "TWAP" | "VWAP";
      destination?: "NYSE" | "NASDAQ" | "ARCA" | "IEX" | "MEMX";
      display_qty?: string;
      end_time?: string;
      max_percentage?: string;
      start_time?: string;
    };
    MLegOrderLeg: {
      position_intent?: TradingComponents["schemas"]["PositionIntent"];
      ratio_qty: string;
      side?: TradingComponents["schemas"]["OrderSide"];
      symbol: string;
    };
    CanceledOrderResponse: {
      id?: string;
      status?: number;
    };
    PatchOrderRequest: {
      advanced_instructions?: TradingComponents["schemas"]["AdvancedInstructions"];
      client_order_id?: string;
      limit_price?: string;
      notional?: string;
      qty?: string;
      stop_price?: string;
      time_in_force?: TradingComponents["schemas"]["TimeInForce"];
      trail?: string;
    };
    Position: {
      asset_class: TradingComponents["schemas"]["AssetClass"];
      asset_id: string;
      asset_marginable: boolean;
      avg_entry_price: string;
      avg_entry_swap_rate?: string;
      change_today: string;
      cost_basis: string;
      current_price: string;
      exchange: TradingComponents["schemas"]["ExchangeForPosition"];
      lastday_price: string;
      market_value: string;
      prev_swap_rate?: string;
      qty: string;
      qty_available?: string;
      side: "long" | "short";
      swap_rate?: string;
      symbol: string;
      unrealized_intraday_pl: string;
      unrealized_intraday_plpc: string;
      unrealized_pl: string;
      unrealized_plpc: string;
      usd?: TradingComponents["schemas"]["USDPositionValues"];
    };
    ExchangeForPosition: "AMEX" | "ARCA" | "BATS" | "NYSE" | "NASDAQ" | "NYSEARCA" | "OTC" | "CRYPTO" | "";
    USDPositionValues: {
      avg_entry_price: string;
      change_today?: string;
      cost_basis: string;
      current_price?: string;
      lastday_price?: string;
      market_value?: string;
      unrealized_intraday_pl?: string;
      unrealized_intraday_plpc?: string;
      unrealized_pl?: string;
      unrealized_plpc?: string;
    };
    PositionClosedReponse: {
      body?: TradingComponents["schemas"]["Order"];
      status: number;
      symbol: string;
    };
    TokenizationMintRequest: {
      issuer: TradingComponents["schemas"]["TokenizationIssuer"];
      network: TradingComponents["schemas"]["TokenizationNetwork"];
      qty: string;
      underlying_symbol: string;
      wallet_address: string;
    };
    TokenizationIssuer: "xstocks" | "st0x";
    TokenizationNetwork: "solana" | "arbitrum" | "ethereum" | "binance" | "base" | "ton" | "tron" | "mantle";
    TokenizationMintResponse: {
      created_at: string;
      issuer: TradingComponents["schemas"]["TokenizationIssuer"];
      network: TradingComponents["schemas"]["TokenizationNetwork"];
      qty: string;
      status: TradingComponents["schemas"]["TokenizationRequestStatus"];
      token_symbol: string;
      tokenization_request_id: string;
      underlying_symbol: string;
    };
    TokenizationRequestStatus: "pending" | "rejected" | "completed";
    TokenizationRequestType: "mint" | "redeem";
    TokenizationRequest: {
      account?: string;
      client_account_id?: string;
      client_external_account_id?: string;
      client_request_id?: string;
      created_at: string;
      fees?: string | null;
      issuer: TradingComponents["schemas"]["TokenizationIssuer"];
      issuer_account?: string;
      issuer_request_id?: string | null;
      network: TradingComponents["schemas"]["TokenizationNetwork"];
      qty: string;
      status: TradingComponents["schemas"]["TokenizationRequestStatus"];
      token_symbol: string;
      tokenization_request_id: string;
      tx_hash?: string | null;
      type: TradingComponents["schemas"]["TokenizationRequestType"];
      underlying_symbol: string;
      updated_at?: string | null;
      wallet_address: string;
    };
    CryptoChain: "SOL" | "ETH" | "BTC" | "XRP" | "ARB";
    CryptoWallet: {
      address?: string;
      chain?: string;
      created_at?: string;
    };
    WalletFeeEstimateResponse: {
      fee?: string;
      network_fee?: string;
    };
    CryptoTransfer: {
      amount?: string;
      asset?: string;
      chain?: string;
      created_at?: string;
      direction?: TradingComponents["schemas"]["TransferDirection"];
      fees?: string;
      from_address?: string;
      id?: string;
      network_fee?: string;
      status?: TradingComponents["schemas"]["CryptoTransferStatus"];
      to_address?: string;
      tx_hash?: string;
      usd_value?: string;
    };
    TransferDirection: "INCOMING" | "OUTGOING";
    CryptoTransferStatus: "PROCESSING" | "FAILED" | "COMPLETE";
    CreateCryptoTransferRequest: {
      address: string;
      amount: string;
      asset: string;
      chain?: TradingComponents["schemas"]["CryptoChain"];
    };
    WhitelistedAddress: {
      address?: string;
      asset?: string;
      chain?: string;
      created_at?: string;
      id?: string;
      status?: "APPROVED" | "PENDING";
    };
    CreateWhitelistedAddressRequest: {
      address?: string;
      asset?: string;
      chain?: TradingComponents["schemas"]["CryptoChain"];
    };
    WatchlistWithoutAsset: {
      account_id: string;
      created_at: string;
      id: string;
      name: string;
      updated_at: string;
    };
    CreateWatchlistRequest: {
      name: string;
      symbols?: (string | null)[];
    };
    Watchlist: {
      account_id: string;
      assets?: TradingComponents["schemas"]["Assets"][];
      created_at: string;
      id: string;
      name: string;
      updated_at: string;
    };
    AddAssetToWatchlistRequest: {
      symbol?: string;
    };
    UpdateWatchlistRequest: {
      name?: string;
      symbols?: (string | null)[];
    } | unknown | unknown;
    ActivityEventV2: TradingComponents["schemas"]["ActivityEventV2CommonFields"] & {
      details: TradingComponents["schemas"]["ActivityV2DetailTRD"] | TradingComponents["schemas"]["ActivityV2DetailNTA"];
    };
    ActivityEventV2CommonFields: {
      activity_subtype?: string;
      activity_type: string;
      at: string;
      currency: string;
      event_id: string;
      executed_at: string;
      net_amount?: string;
      previous_id?: string;
      price?: string;
      qty?: string;
      ref_id: string;
      settle_date: string;
      status: string;
      swap_fee_bps?: string;
      swap_rate?: string;
    };
    ActivityV2DetailTRD: {
      asset_id?: string;
      client_order_id?: string;
      commission?: string;
      cum_qty?: string;
      cusip?: string;
      execution_type?: "fill" | "trade_correct" | "trade_bust";
      leaves_qty?: string;
      order_id?: string;
      order_status?: string;
      side?: "buy" | "sell";
      symbol?: string;
    };
    ActivityV2DetailNTA: TradingComponents["schemas"]["DIVSPDActivityV2"] | TradingComponents["schemas"]["CDIVActivityV2"] | TradingComponents["schemas"]["SDIVActivityV2"] | TradingComponents["schemas"]["ForwardSplitActivityV2"] | TradingComponents["schemas"]["ReverseSplitActivityV2"] | TradingComponents["schemas"]["UnitSplitActivityV2"] | TradingComponents["schemas"]["SpinoffActivityV2"] | TradingComponents["schemas"]["MAActivityV2"] | TradingComponents["schemas"]["NCActivityV2"] | TradingComponents["schemas"]["FixedIncomeRedemptionActivityV2"] | TradingComponents["schemas"]["FixedIncomeInterestActivityV2"] | TradingComponents["schemas"]["RightsDistributionActivityV2"] | TradingComponents["schemas"]["RightsSubscriptionElectionActivityV2"] | TradingComponents["schemas"]["TenderOfferActivityV2"] | TradingComponents["schemas"]["ExchangeOfferActivityV2"] | TradingComponents["schemas"]["WarrantExerciseElectionActivityV2"] | TradingComponents["schemas"]["WRMActivityV2"] | TradingComponents["schemas"]["OpcaCDIVActivityV2"] | TradingComponents["schemas"]["OpcaSDIVActivityV2"] | TradingComponents["schemas"]["OpcaMAActivityV2"] | TradingComponents["schemas"]["OpcaNCActivityV2"] | TradingComponents["schemas"]["OpcaSPINActivityV2"] | TradingComponents["schemas"]["OpcaFSPLITActivityV2"] | TradingComponents["schemas"]["OpcaUSPLITActivityV2"] | TradingComponents["schemas"]["OpcaRSPLITActivityV2"] | TradingComponents["schemas"]["OPASNActivityV2"] | TradingComponents["schemas"]["OPEXCActivityV2"] | TradingComponents["schemas"]["OPEXPActivityV2"] | TradingComponents["schemas"]["OPTRDActivityV2"] | TradingComponents["schemas"]["AcatsActivityV2"] | TradingComponents["schemas"]["AcatcActivityV2"] | TradingComponents["schemas"]["FOPTActivityV2"] | TradingComponents["schemas"]["DIVNRAActivityV2"] | TradingComponents["schemas"]["DIVWHActivityV2"] | TradingComponents["schemas"]["JNLSActivityV2"] | TradingComponents["schemas"]["JNLCActivityV2"] | TradingComponents["schemas"]["CSWActivityV2"] | TradingComponents["schemas"]["FEEActivityV2"] | TradingComponents["schemas"]["MEMActivityV2"] | TradingComponents["schemas"]["OCTActivityV2"];
    DIVSPDActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & {
      cash_payout: string;
      cusip: string;
      due_bill_off_date?: string;
      due_bill_on_date?: string;
      entitled_qty: string;
      ex_date?: string;
      foreign: boolean;
      isin?: string;
      payable_date?: string;
      rate: string;
      record_date?: string;
      special: boolean;
      symbol: string;
    };
    CommonCaActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      ca_id?: string;
      position_date: string;
      reorg_id?: string;
    };
    CommonNTAActivityV2: {
      group_id?: string;
      system_date: string;
    };
    CDIVActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonCDIVActivityV2"] & {
      cash_payout: string;
      entitled_qty: string;
    };
    CommonCDIVActivityV2: {
      cusip: string;
      due_bill_off_date?: string;
      due_bill_on_date?: string;
      ex_date?: string;
      foreign: boolean;
      isin?: string;
      payable_date?: string;
      rate: string;
      record_date?: string;
      special: boolean;
      symbol: string;
    };
    SDIVActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonSDIVActivityV2"] & {
      entitled_qty: string;
      new_qty: string;
      paid_qty: string;
    };
    CommonSDIVActivityV2: {
      cusip: string;
      ex_date?: string;
      isin?: string;
      payable_date?: string;
      rate: string;
      record_date?: string;
      symbol: string;
    };
    ForwardSplitActivityV2: TradingComponents["schemas"]["CommonSplitStockActivityV2"] & {
      due_bill_redemption_date?: string;
      ex_date?: string;
      record_date?: string;
      symbol: string;
    };
    CommonSplitStockActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonSplitActivityV2"] & {
      new_qty: string;
      old_qty: string;
    };
    CommonSplitActivityV2: {
      new_cusip: string;
      new_isin?: string;
      new_rate: string;
      old_cusip: string;
      old_isin?: string;
      old_rate: string;
      payable_date?: string;
    };
    ReverseSplitActivityV2: TradingComponents["schemas"]["CommonSplitStockActivityV2"] & {
      ex_date?: string;
      new_symbol?: string;
      record_date?: string;
      symbol: string;
    };
    UnitSplitActivityV2: TradingComponents["schemas"]["CommonSplitStockActivityV2"] & {
      alternate_cusip: string;
      alternate_isin?: string;
      alternate_qty: string;
      alternate_rate: string;
      alternate_symbol: string;
      effective_date: string;
      new_symbol: string;
      old_symbol: string;
    };
    SpinoffActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonSpinoffActivityV2"] & {
      new_qty: string;
      source_qty: string;
    };
    CommonSpinoffActivityV2: {
      due_bill_redemption_date?: string;
      ex_date?: string;
      new_cusip: string;
      new_isin?: string;
      new_price: string;
      new_rate: string;
      new_symbol: string;
      payable_date?: string;
      record_date?: string;
      source_cusip: string;
      source_isin?: string;
      source_price: string;
      source_rate: string;
      source_symbol: string;
    };
    MAActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonMAActivityV2"] & {
      acquiree_qty: string;
      acquirer_qty?: string;
      cash_payout?: string;
      cash_rate?: string;
    };
    CommonMAActivityV2: {
      acquiree_cusip: string;
      acquiree_isin?: string;
      acquiree_rate?: string;
      acquiree_symbol: string;
      acquirer_cusip?: string;
      acquirer_isin?: string;
      acquirer_rate?: string;
      acquirer_symbol?: string;
      effective_date: string;
      payable_date: string;
    };
    NCActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonNCActivityV2"] & {
      position_qty: string;
    };
    CommonNCActivityV2: {
      new_cusip: string;
      new_symbol: string;
      old_cusip: string;
      old_symbol: string;
    };
    FixedIncomeRedemptionActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      ca_id: string;
      cash_payout: string;
      cusip: string;
      payment_date: string;
      qty: string;
    };
    FixedIncomeInterestActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & TradingComponents["schemas"]["CommonFixedIncomeInterestActivityV2"];
    CommonFixedIncomeInterestActivityV2: {
      accrued_interest_rate?: string;
      cash_payout: string;
      cusip: string;
      entitled_qty: string;
      isin?: string;
      payment_date?: string;
      price?: string;
      rate?: string;
      record_date?: string;
    };
    RightsDistributionActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & {
      ex_date?: string;
      expiration_date?: string;
      new_cusip: string;
      new_qty: string;
      new_symbol: string;
      payable_date?: string;
      rate: string;
      record_date?: string;
      source_cusip: string;
      source_qty: string;
      source_symbol: string;
    };
    RightsSubscriptionElectionActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonVOFSubtypeActivityV2"];
    CommonVOFSubtypeActivityV2: {
      new_cusip?: string;
      new_symbol?: string;
      source_cusip: string;
      source_symbol: string;
    };
    TenderOfferActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonVOFSubtypeActivityV2"];
    ExchangeOfferActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonVOFSubtypeActivityV2"];
    WarrantExerciseElectionActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonVOFSubtypeActivityV2"];
    WRMActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & {
      cusip: string;
      isin?: string;
      removed_qty: string;
      symbol: string;
    };
    OpcaCDIVActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonCDIVActivityV2"];
    CommonOPCAActivityV2: TradingComponents["schemas"]["CommonCaActivityV2"] & {
      new_contract_symbol: string;
      new_qty?: string;
      old_contract_symbol: string;
      old_qty?: string;
      qty?: string;
    };
    OpcaSDIVActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonSDIVActivityV2"];
    OpcaMAActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonMAActivityV2"];
    OpcaNCActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonNCActivityV2"];
    OpcaSPINActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonSpinoffActivityV2"];
    OpcaFSPLITActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonSplitActivityV2"] & {
      due_bill_redemption_date?: string;
      ex_date?: string;
      record_date?: string;
      symbol: string;
    };
    OpcaUSPLITActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonSplitActivityV2"] & {
      alternate_cusip: string;
      alternate_rate: string;
      alternate_symbol: string;
      effective_date: string;
      new_symbol: string;
      old_symbol: string;
    };
    OpcaRSPLITActivityV2: TradingComponents["schemas"]["CommonOPCAActivityV2"] & TradingComponents["schemas"]["CommonSplitActivityV2"] & {
      ex_date?: string;
      new_symbol?: string;
      record_date?: string;
      symbol: string;
    };
    OPASNActivityV2: TradingComponents["schemas"]["CommonOptionsActivityV2"];
    CommonOptionsActivityV2: WithRequired<TradingComponents["schemas"]["CommonNTAActivityV2"], "group_id">;
    OPEXCActivityV2: TradingComponents["schemas"]["CommonOptionsActivityV2"];
    OPEXPActivityV2: TradingComponents["schemas"]["CommonOptionsActivityV2"];
    OPTRDActivityV2: TradingComponents["schemas"]["CommonOptionsActivityV2"];
    AcatsActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonAcatActivityV2"] & {
      symbol: string;
    };
    CommonAcatActivityV2: {
      external_id: string;
      hold_date?: string;
      request_id: string;
    };
    AcatcActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & TradingComponents["schemas"]["CommonAcatActivityV2"];
    FOPTActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      contra: string;
      external_id: string;
      symbol: string;
    };
    DIVNRAActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      cusip: string;
      parent_id: string;
      symbol: string;
    };
    DIVWHActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      cusip: string;
      isin?: string;
      parent_id: string;
      symbol: string;
    };
    JNLSActivityV2: TradingComponents["schemas"]["CommonJournalActivityV2"] & {
      symbol: string;
    };
    CommonJournalActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      journal_id?: string;
    };
    JNLCActivityV2: TradingComponents["schemas"]["CommonJournalActivityV2"];
    CSWActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      bank_transaction_id?: string;
    };
    FEEActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      parent_id: string;
    };
    MEMActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      transfer_id: string;
    };
    OCTActivityV2: TradingComponents["schemas"]["CommonNTAActivityV2"] & {
      symbol: string;
      transfer_id: string;
    };
    market: "BMO" | "BNYM" | "BOATS" | "CEUX" | "CHIX" | "HKEX" | "IEX" | "IEXG" | "ISE" | "LSE" | "MTA" | "MTAA" | "NASDAQ" | "NYSE" | "OCEA" | "OPRA" | "OTC" | "OTCM" | "SIFMA" | "TADAWUL" | "XAMS" | "XBRU" | "XDUB" | "XETR" | "XETRA" | "XHKG" | "XLIS" | "XLON" | "XNAS" | "XNYS" | "XPAR" | "XSAU";
    public_calendar_resp: {
      calendar: TradingComponents["schemas"]["calendar_day"][];
      market: TradingComponents["schemas"]["public_market"];
    };
    calendar_day: {
      core_end: string;
      core_start: string;
      date: string;
      lunch_end?: string;
      lunch_start?: string;
      post_end?: string;
      post_start?: string;
      pre_end?: string;
      pre_start?: string;
      settlement_date?: string;
    };
    public_market: {
      acronym: TradingComponents["schemas"]["market_acronym"];
      bic?: TradingComponents["schemas"]["bic"];
      mic?: TradingComponents["schemas"]["mic"];
      name: TradingComponents["schemas"]["market_name"];
      timezone: TradingComponents["schemas"]["market_timezone"];
    };
    market_acronym: string;
    bic: string;
    mic: string;
    market_name: string;
    market_timezone: string;
    clock_resp: {
      clocks: TradingComponents["schemas"]["clock"][];
    };
    clock: {
      is_market_day: boolean;
      market: TradingComponents["schemas"]["public_market"];
      next_market_close: string;
      next_market_open: string;
      phase: TradingComponents["schemas"]["phase"];
      phase_until: string;
      timestamp: string;
    };
    phase: "closed" | "pre" | "core" | "lunch" | "post";
  };
  responses: never;
  parameters: {
    PageToken: string;
    legacy_start: string;
    legacy_end: string;
    legacy_date_type: "TRADING" | "SETTLEMENT";
    market: TradingComponents["schemas"]["market"];
    start: string;
    end: string;
    timezone: "UTC";
    markets: string;
    time: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
type WithRequired<T, K extends keyof T> = T & {
  [P in K]-?: T[P];
};


export interface DataPaths {
  "/v1/corporate-actions": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          symbols?: DataComponents["parameters"]["cas_symbols"];
          cusips?: DataComponents["parameters"]["cas_cusips"];
          types?: DataComponents["parameters"]["cas_types"];
          region?: DataComponents["parameters"]["cas_region"];
          start?: DataComponents["parameters"]["cas_start"];
          end?: DataComponents["parameters"]["cas_end"];
          ids?: DataComponents["parameters"]["cas_ids"];
          limit?: DataComponents["parameters"]["cas_limit"];
          data_quality?: DataComponents["parameters"]["cas_data_quality"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["corporate_actions_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/events/corporate-actions": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          type?: DataComponents["parameters"]["cas_events_type"];
          region?: DataComponents["parameters"]["cas_events_region"];
          since?: DataComponents["parameters"]["cas_events_since"];
          until?: DataComponents["parameters"]["cas_events_until"];
          since_id?: DataComponents["parameters"]["cas_events_since_id"];
          until_id?: DataComponents["parameters"]["cas_events_until_id"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "text/event-stream": DataComponents["schemas"]["corporate_action_event"][];
          };
        };
      };
    };
  };
  "/v1beta1/forex/latest/rates": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          currency_pairs: DataComponents["parameters"]["forex_currency_pairs"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["forex_latest_rates_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/forex/rates": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          currency_pairs: DataComponents["parameters"]["forex_currency_pairs"];
          timeframe?: DataComponents["parameters"]["forex_timeframe"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          sort?: DataComponents["parameters"]["sort"];
          page_token?: DataComponents["parameters"]["page_token"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["forex_rates_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/logos/{symbol}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          placeholder?: boolean;
        };
        path: {
          symbol: DataComponents["parameters"]["symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "image/png": string;
          };
        };
      };
    };
  };
  "/v1beta1/news": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          sort?: DataComponents["parameters"]["news_sort"];
          symbols?: string;
          limit?: number;
          include_content?: boolean;
          exclude_contentless?: boolean;
          page_token?: DataComponents["parameters"]["page_token"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["news_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/bars": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["option_symbols"];
          timeframe: DataComponents["parameters"]["timeframe"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_bars_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/meta/conditions/{ticktype}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path: {
          ticktype: "trade" | "quote";
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_conditions"];
          };
        };
      };
    };
  };
  "/v1beta1/options/meta/exchanges": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_exchanges"];
          };
        };
      };
    };
  };
  "/v1beta1/options/quotes/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["option_symbols"];
          feed?: DataComponents["parameters"]["option_feed"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_latest_quotes_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/snapshots": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["option_symbols"];
          feed?: DataComponents["parameters"]["option_feed"];
          updated_since?: DataComponents["parameters"]["option_updated_since"];
          limit?: DataComponents["parameters"]["option_limit"];
          page_token?: DataComponents["parameters"]["page_token"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_snapshots_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/snapshots/{underlying_symbol}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          feed?: DataComponents["parameters"]["option_feed"];
          limit?: DataComponents["parameters"]["option_limit"];
          updated_since?: DataComponents["parameters"]["option_updated_since"];
          page_token?: DataComponents["parameters"]["page_token"];
          type?: "call" | "put";
          strike_price_gte?: number;
          strike_price_lte?: number;
          expiration_date?: string;
          expiration_date_gte?: string;
          expiration_date_lte?: string;
          root_symbol?: string;
        };
        path: {
          underlying_symbol: DataComponents["parameters"]["option_underlying_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_snapshots_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/trades": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["option_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_trades_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/options/trades/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["option_symbols"];
          feed?: DataComponents["parameters"]["option_feed"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["option_latest_trades_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/screener/stocks/most-actives": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          by?: DataComponents["parameters"]["most_actives_by"];
          top?: DataComponents["parameters"]["most_actives_top"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["most_actives_resp"];
          };
        };
      };
    };
  };
  "/v1beta1/screener/{market_type}/movers": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          top?: DataComponents["parameters"]["movers_top"];
        };
        path: {
          market_type: DataComponents["parameters"]["movers_market_type"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["movers_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/bars": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
          timeframe: DataComponents["parameters"]["timeframe"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_historical_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_bars_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/latest/bars": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_latest_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_latest_bars_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/latest/orderbooks": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_latest_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_latest_orderbooks_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/latest/quotes": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_latest_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_latest_quotes_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/latest/trades": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_latest_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_latest_trades_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/quotes": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_historical_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_quotes_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/snapshots": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_latest_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_snapshots_resp"];
          };
        };
      };
    };
  };
  "/v1beta3/crypto/{loc}/trades": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["crypto_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          loc: DataComponents["parameters"]["crypto_historical_loc"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["crypto_trades_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/auctions": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_auction_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_auctions_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/bars": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          timeframe: DataComponents["parameters"]["timeframe"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          adjustment?: DataComponents["parameters"]["stock_adjustment"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_bars_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/bars/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_bars_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/meta/conditions/{ticktype}": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          tape: "A" | "B" | "C";
        };
        path: {
          ticktype: "trade" | "quote";
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_conditions"];
          };
        };
      };
    };
  };
  "/v2/stocks/meta/exchanges": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_exchanges"];
          };
        };
      };
    };
  };
  "/v2/stocks/quotes": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_quotes_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/quotes/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_quotes_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/snapshots": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_snapshots_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/trades": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_trades_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/trades/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          symbols: DataComponents["parameters"]["stock_symbols"];
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_trades_resp"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/auctions": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_auction_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_auctions_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/bars": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query: {
          timeframe: DataComponents["parameters"]["timeframe"];
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          adjustment?: DataComponents["parameters"]["stock_adjustment"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_bars_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/bars/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_bars_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/quotes": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_quotes_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/quotes/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_quotes_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/snapshot": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_snapshots_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/trades": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          start?: DataComponents["parameters"]["start"];
          end?: DataComponents["parameters"]["end"];
          limit?: DataComponents["parameters"]["limit"];
          asof?: DataComponents["parameters"]["stock_asof"];
          feed?: DataComponents["parameters"]["stock_historical_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
          page_token?: DataComponents["parameters"]["page_token"];
          sort?: DataComponents["parameters"]["sort"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_trades_resp_single"];
          };
        };
      };
    };
  };
  "/v2/stocks/{symbol}/trades/latest": {
    parameters: {
      query?: never;
      path?: never;
    };
    get: {
      parameters: {
        query?: {
          feed?: DataComponents["parameters"]["stock_latest_feed"];
          currency?: DataComponents["parameters"]["stock_currency"];
        };
        path: {
          symbol: DataComponents["parameters"]["stock_symbol"];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          content: {
            "application/json": DataComponents["schemas"]["stock_latest_trades_resp_single"];
          };
        };
      };
    };
  };
}
interface DataComponents {
  schemas: {
    region: "us" | "non_us" | "all";
    data_quality: "complete" | "all";
    sort: "asc" | "desc";
    corporate_actions_resp: {
      corporate_actions: DataComponents["schemas"]["corporate_actions"];
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    corporate_actions: {
      cash_dividends?: DataComponents["schemas"]["cash_dividend"][];
      cash_mergers?: DataComponents["schemas"]["cash_merger"][];
      forward_splits?: DataComponents["schemas"]["forward_split"][];
      name_changes?: DataComponents["schemas"]["name_change"][];
      partial_calls?: DataComponents["schemas"]["partial_call"][];
      redemptions?: DataComponents["schemas"]["redemption"][];
      reorganizations?: DataComponents["schemas"]["reorganization"][];
      reverse_splits?: DataComponents["schemas"]["reverse_split"][];
      rights_distributions?: DataComponents["schemas"]["rights_distribution"][];
      spin_offs?: DataComponents["schemas"]["spin_off"][];
      stock_and_cash_mergers?: DataComponents["schemas"]["stock_and_cash_merger"][];
      stock_dividends?: DataComponents["schemas"]["stock_dividend"][];
      stock_mergers?: DataComponents["schemas"]["stock_merger"][];
      unit_splits?: DataComponents["schemas"]["unit_split"][];
      worthless_removals?: DataComponents["schemas"]["worthless_removal"][];
    };
    cash_dividend: {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      due_bill_off_date?: string;
      due_bill_on_date?: string;
      ex_date: DataComponents["schemas"]["ex_date"];
      foreign: boolean;
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      rate: number;
      record_date?: DataComponents["schemas"]["record_date"];
      special: boolean;
      sub_type?: "interest" | "return_of_capital";
      symbol: string;
    };
    currency: string;
    ex_date: string;
    ca_id: string;
    isin: string;
    payable_date: string;
    process_date: string;
    record_date: string;
    cash_merger: {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_symbol: string;
      acquirer_cusip?: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_symbol?: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      id: DataComponents["schemas"]["ca_id"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      rate: number;
    };
    effective_date: string;
    forward_split: {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      due_bill_redemption_date?: DataComponents["schemas"]["due_bill_redemption_date"];
      ex_date: DataComponents["schemas"]["ex_date"];
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      new_rate: number;
      old_rate: number;
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    due_bill_redemption_date: string;
    name_change: {
      currency?: DataComponents["schemas"]["currency"];
      id: DataComponents["schemas"]["ca_id"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_symbol: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_symbol: string;
      process_date: DataComponents["schemas"]["process_date"];
    };
    partial_call: {
      currency?: DataComponents["schemas"]["currency"];
      cusip?: string;
      dividend_rate?: number;
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      lottery_date?: string;
      lottery_type?: "original" | "supplemental";
      payable_date?: DataComponents["schemas"]["payable_date"];
      price?: number;
      process_date: DataComponents["schemas"]["process_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      results_publication_date?: string;
      symbol: string;
    };
    redemption: {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      rate: number;
      symbol: string;
    };
    reorganization: {
      cash_rate?: number;
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      effective_date: DataComponents["schemas"]["effective_date"];
      id: DataComponents["schemas"]["ca_id"];
      isin?: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      stock_movements?: DataComponents["schemas"]["reorganization_stock_movement"][];
      symbol: string;
    };
    reorganization_stock_movement: {
      cusip: string;
      isin?: string;
      new_rate: number;
      source_rate: number;
      symbol: string;
    };
    reverse_split: {
      currency?: DataComponents["schemas"]["currency"];
      ex_date: DataComponents["schemas"]["ex_date"];
      id: DataComponents["schemas"]["ca_id"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: number;
      new_symbol?: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_rate: number;
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    rights_distribution: {
      currency?: DataComponents["schemas"]["currency"];
      ex_date: DataComponents["schemas"]["ex_date"];
      expiration_date?: DataComponents["schemas"]["expiration_date"];
      id: DataComponents["schemas"]["ca_id"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_symbol: string;
      payable_date: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      rate: number;
      record_date?: DataComponents["schemas"]["record_date"];
      source_cusip: string;
      source_isin?: DataComponents["schemas"]["isin"];
      source_symbol: string;
    };
    expiration_date: string;
    spin_off: {
      currency?: DataComponents["schemas"]["currency"];
      due_bill_redemption_date?: DataComponents["schemas"]["due_bill_redemption_date"];
      ex_date: DataComponents["schemas"]["ex_date"];
      id: DataComponents["schemas"]["ca_id"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: number;
      new_symbol: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      source_cusip: string;
      source_isin?: DataComponents["schemas"]["isin"];
      source_rate: number;
      source_symbol: string;
    };
    stock_and_cash_merger: {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_rate: number;
      acquiree_symbol: string;
      acquirer_cusip: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_rate: number;
      acquirer_symbol: string;
      cash_rate: number;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      id: DataComponents["schemas"]["ca_id"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
    };
    stock_dividend: {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      ex_date: DataComponents["schemas"]["ex_date"];
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
      rate: number;
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    stock_merger: {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_rate: number;
      acquiree_symbol: string;
      acquirer_cusip: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_rate: number;
      acquirer_symbol: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      id: DataComponents["schemas"]["ca_id"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
    };
    unit_split: {
      alternate_cusip: string;
      alternate_isin?: DataComponents["schemas"]["isin"];
      alternate_rate: number;
      alternate_symbol: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      id: DataComponents["schemas"]["ca_id"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: number;
      new_symbol: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_rate: number;
      old_symbol: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      process_date: DataComponents["schemas"]["process_date"];
    };
    worthless_removal: {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      id: DataComponents["schemas"]["ca_id"];
      isin?: DataComponents["schemas"]["isin"];
      process_date: DataComponents["schemas"]["process_date"];
      symbol: string;
    };
    next_page_token: string | null;
    corporate_action_event_type: "cash_dividend_corporateaction_event" | "cash_merger_corporateaction_event" | "equity_partial_call_corporateaction_event" | "forward_split_corporateaction_event" | "name_change_corporateaction_event" | "redemption_corporateaction_event" | "reorganization_corporateaction_event" | "reverse_split_corporateaction_event" | "rights_distribution_corporateaction_event" | "spin_off_corporateaction_event" | "stock_and_cash_merger_corporateaction_event" | "stock_dividend_corporateaction_event" | "stock_merger_corporateaction_event" | "unit_split_corporateaction_event" | "worthless_removal_corporateaction_event";
    event_id: string;
    corporate_action_event: DataComponents["schemas"]["corporate_action_event_cash_dividend"] | DataComponents["schemas"]["corporate_action_event_cash_merger"] | DataComponents["schemas"]["corporate_action_event_equity_partial_call"] | DataComponents["schemas"]["corporate_action_event_forward_split"] | DataComponents["schemas"]["corporate_action_event_name_change"] | DataComponents["schemas"]["corporate_action_event_redemption"] | DataComponents["schemas"]["corporate_action_event_reorganization"] | DataComponents["schemas"]["corporate_action_event_reverse_split"] | DataComponents["schemas"]["corporate_action_event_rights_distribution"] | DataComponents["schemas"]["corporate_action_event_spin_off"] | DataComponents["schemas"]["corporate_action_event_stock_and_cash_merger"] | DataComponents["schemas"]["corporate_action_event_stock_dividend"] | DataComponents["schemas"]["corporate_action_event_stock_merger"] | DataComponents["schemas"]["corporate_action_event_unit_split"] | DataComponents["schemas"]["corporate_action_event_worthless_removal"];
    corporate_action_event_cash_dividend: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_cash_dividend"];
      event_type: "cash_dividend_corporateaction_event";
    } & {
      event_type: "cash_dividend_corporateaction_event";
    };
    corporate_action_event_base: {
      action: DataComponents["schemas"]["corporate_action_event_action"];
      at: string;
      event_id: DataComponents["schemas"]["event_id"];
      region: DataComponents["schemas"]["corporate_action_event_region"];
    };
    corporate_action_event_action: "insert" | "update" | "delete";
    corporate_action_event_region: "us" | "non_us";
    ca_event_cash_dividend: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      due_bill_off_date?: string;
      due_bill_on_date?: string;
      ex_date: DataComponents["schemas"]["ex_date"];
      foreign: boolean;
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      rate: string;
      record_date?: DataComponents["schemas"]["record_date"];
      special: boolean;
      sub_type?: "interest" | "return_of_capital";
      symbol: string;
    };
    ca_event_base: {
      id: DataComponents["schemas"]["ca_id"];
      process_date: DataComponents["schemas"]["process_date"];
    };
    corporate_action_event_cash_merger: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_cash_merger"];
      event_type: "cash_merger_corporateaction_event";
    } & {
      event_type: "cash_merger_corporateaction_event";
    };
    ca_event_cash_merger: DataComponents["schemas"]["ca_event_base"] & {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_symbol: string;
      acquirer_cusip?: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_symbol?: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      rate: string;
    };
    corporate_action_event_equity_partial_call: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_equity_partial_call"];
      event_type: "equity_partial_call_corporateaction_event";
    } & {
      event_type: "equity_partial_call_corporateaction_event";
    };
    ca_event_equity_partial_call: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip?: string;
      dividend_rate?: string;
      isin?: DataComponents["schemas"]["isin"];
      lottery_date?: string;
      lottery_type?: "original" | "supplemental";
      payable_date?: DataComponents["schemas"]["payable_date"];
      price?: string;
      record_date?: DataComponents["schemas"]["record_date"];
      results_publication_date?: string;
      symbol: string;
    };
    corporate_action_event_forward_split: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_forward_split"];
      event_type: "forward_split_corporateaction_event";
    } & {
      event_type: "forward_split_corporateaction_event";
    };
    ca_event_forward_split: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      due_bill_redemption_date?: DataComponents["schemas"]["due_bill_redemption_date"];
      ex_date: DataComponents["schemas"]["ex_date"];
      isin?: DataComponents["schemas"]["isin"];
      new_rate: string;
      old_rate: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    corporate_action_event_name_change: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_name_change"];
      event_type: "name_change_corporateaction_event";
    } & {
      event_type: "name_change_corporateaction_event";
    };
    ca_event_name_change: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_symbol: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_symbol: string;
    };
    corporate_action_event_redemption: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_redemption"];
      event_type: "redemption_corporateaction_event";
    } & {
      event_type: "redemption_corporateaction_event";
    };
    ca_event_redemption: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      rate: string;
      symbol: string;
    };
    corporate_action_event_reorganization: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_reorganization"];
      event_type: "reorganization_corporateaction_event";
    } & {
      event_type: "reorganization_corporateaction_event";
    };
    ca_event_reorganization: DataComponents["schemas"]["ca_event_base"] & {
      cash_rate?: string;
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      effective_date: DataComponents["schemas"]["effective_date"];
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      stock_movements?: DataComponents["schemas"]["ca_event_reorganization_stock_movement"][];
      symbol: string;
    };
    ca_event_reorganization_stock_movement: {
      cusip: string;
      isin?: DataComponents["schemas"]["isin"];
      new_rate: string;
      source_rate: string;
      symbol: string;
    };
    corporate_action_event_reverse_split: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_reverse_split"];
      event_type: "reverse_split_corporateaction_event";
    } & {
      event_type: "reverse_split_corporateaction_event";
    };
    ca_event_reverse_split: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      ex_date: DataComponents["schemas"]["ex_date"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: string;
      new_symbol?: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_rate: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    corporate_action_event_rights_distribution: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_rights_distribution"];
      event_type: "rights_distribution_corporateaction_event";
    } & {
      event_type: "rights_distribution_corporateaction_event";
    };
    ca_event_rights_distribution: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      ex_date: DataComponents["schemas"]["ex_date"];
      expiration_date?: DataComponents["schemas"]["expiration_date"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_symbol: string;
      payable_date: DataComponents["schemas"]["payable_date"];
      rate: string;
      record_date?: DataComponents["schemas"]["record_date"];
      source_cusip: string;
      source_isin?: DataComponents["schemas"]["isin"];
      source_symbol: string;
    };
    corporate_action_event_spin_off: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_spin_off"];
      event_type: "spin_off_corporateaction_event";
    } & {
      event_type: "spin_off_corporateaction_event";
    };
    ca_event_spin_off: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      due_bill_redemption_date?: DataComponents["schemas"]["due_bill_redemption_date"];
      ex_date: DataComponents["schemas"]["ex_date"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: string;
      new_symbol: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
      record_date?: DataComponents["schemas"]["record_date"];
      source_cusip: string;
      source_isin?: DataComponents["schemas"]["isin"];
      source_rate: string;
      source_symbol: string;
    };
    corporate_action_event_stock_and_cash_merger: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_stock_and_cash_merger"];
      event_type: "stock_and_cash_merger_corporateaction_event";
    } & {
      event_type: "stock_and_cash_merger_corporateaction_event";
    };
    ca_event_stock_and_cash_merger: DataComponents["schemas"]["ca_event_base"] & {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_rate: string;
      acquiree_symbol: string;
      acquirer_cusip: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_rate: string;
      acquirer_symbol: string;
      cash_rate: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      payable_date?: DataComponents["schemas"]["payable_date"];
    };
    corporate_action_event_stock_dividend: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_stock_dividend"];
      event_type: "stock_dividend_corporateaction_event";
    } & {
      event_type: "stock_dividend_corporateaction_event";
    };
    ca_event_stock_dividend: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      ex_date: DataComponents["schemas"]["ex_date"];
      isin?: DataComponents["schemas"]["isin"];
      payable_date?: DataComponents["schemas"]["payable_date"];
      rate: string;
      record_date?: DataComponents["schemas"]["record_date"];
      symbol: string;
    };
    corporate_action_event_stock_merger: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_stock_merger"];
      event_type: "stock_merger_corporateaction_event";
    } & {
      event_type: "stock_merger_corporateaction_event";
    };
    ca_event_stock_merger: DataComponents["schemas"]["ca_event_base"] & {
      acquiree_cusip: string;
      acquiree_isin?: DataComponents["schemas"]["isin"];
      acquiree_rate: string;
      acquiree_symbol: string;
      acquirer_cusip: string;
      acquirer_isin?: DataComponents["schemas"]["isin"];
      acquirer_rate: string;
      acquirer_symbol: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      payable_date?: DataComponents["schemas"]["payable_date"];
    };
    corporate_action_event_unit_split: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_unit_split"];
      event_type: "unit_split_corporateaction_event";
    } & {
      event_type: "unit_split_corporateaction_event";
    };
    ca_event_unit_split: DataComponents["schemas"]["ca_event_base"] & {
      alternate_cusip: string;
      alternate_isin?: DataComponents["schemas"]["isin"];
      alternate_rate: string;
      alternate_symbol: string;
      currency?: DataComponents["schemas"]["currency"];
      effective_date: DataComponents["schemas"]["effective_date"];
      new_cusip: string;
      new_isin?: DataComponents["schemas"]["isin"];
      new_rate: string;
      new_symbol: string;
      old_cusip: string;
      old_isin?: DataComponents["schemas"]["isin"];
      old_rate: string;
      old_symbol: string;
      payable_date?: DataComponents["schemas"]["payable_date"];
    };
    corporate_action_event_worthless_removal: DataComponents["schemas"]["corporate_action_event_base"] & {
      ca: DataComponents["schemas"]["ca_event_worthless_removal"];
      event_type: "worthless_removal_corporateaction_event";
    } & {
      event_type: "worthless_removal_corporateaction_event";
    };
    ca_event_worthless_removal: DataComponents["schemas"]["ca_event_base"] & {
      currency?: DataComponents["schemas"]["currency"];
      cusip: string;
      isin?: DataComponents["schemas"]["isin"];
      symbol: string;
    };
    forex_currency_pairs: string;
    forex_latest_rates_resp: {
      rates: {
        [key: string]: DataComponents["schemas"]["forex_rate"];
      };
    };
    forex_rate: {
      ap: number;
      bp: number;
      mp: number;
      t: string;
    };
    forex_timeframe: string;
    forex_rates_resp: {
      next_page_token: DataComponents["schemas"]["next_page_token"];
      rates: {
        [key: string]: DataComponents["schemas"]["forex_rate"][];
      };
    };
    news_resp: {
      news: DataComponents["schemas"]["news"][];
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    news: {
      author: string;
      content: string;
      created_at: string;
      headline: string;
      id: number;
      images: DataComponents["schemas"]["news_image"][];
      source: string;
      summary: string;
      symbols: string[];
      updated_at: string;
      url?: string | null;
    };
    news_image: {
      size: "thumb" | "small" | "large";
      url: string;
    };
    option_bars_resp: {
      bars: {
        [key: string]: DataComponents["schemas"]["option_bar"][];
      };
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    option_bar: {
      c: number;
      h: number;
      l: number;
      n: number;
      o: number;
      t: DataComponents["schemas"]["timestamp"];
      v: number;
      vw: number;
    };
    timestamp: string;
    option_conditions: {
      [key: string]: string;
    };
    option_exchanges: {
      [key: string]: string;
    };
    option_feed: "opra" | "indicative";
    option_latest_quotes_resp: {
      quotes: {
        [key: string]: DataComponents["schemas"]["option_quote"];
      };
    };
    option_quote: {
      ap: number;
      as: number;
      ax: string;
      bp: number;
      bs: number;
      bx: string;
      c: string;
      t: DataComponents["schemas"]["timestamp"];
    };
    option_snapshots_resp: {
      next_page_token: DataComponents["schemas"]["next_page_token"];
      snapshots: {
        [key: string]: DataComponents["schemas"]["option_snapshot"];
      };
    };
    option_snapshot: {
      dailyBar?: DataComponents["schemas"]["option_bar"];
      greeks?: DataComponents["schemas"]["option_greeks"];
      impliedVolatility?: number;
      latestQuote?: DataComponents["schemas"]["option_quote"];
      latestTrade?: DataComponents["schemas"]["option_trade"];
      minuteBar?: DataComponents["schemas"]["option_bar"];
      prevDailyBar?: DataComponents["schemas"]["option_bar"];
    };
    option_greeks: {
      delta: number;
      gamma: number;
      rho: number;
      theta: number;
      vega: number;
    };
    option_trade: {
      c: string;
      p: number;
      s: number;
      t: DataComponents["schemas"]["timestamp"];
      x: string;
    };
    option_trades_resp: {
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      trades: {
        [key: string]: DataComponents["schemas"]["option_trade"][];
      };
    };
    option_latest_trades_resp: {
      trades: {
        [key: string]: DataComponents["schemas"]["option_trade"];
      };
    };
    most_actives_resp: {
      last_updated: string;
      most_actives: DataComponents["schemas"]["most_active"][];
    };
    most_active: {
      symbol: string;
      trade_count: number;
      volume: number;
    };
    market_type: "stocks" | "crypto";
    movers_resp: {
      gainers: DataComponents["schemas"]["mover"][];
      last_updated: string;
      losers: DataComponents["schemas"]["mover"][];
      market_type: DataComponents["schemas"]["market_type"];
    };
    mover: {
      change: number;
      percent_change: number;
      price: number;
      symbol: string;
    };
    crypto_historical_loc: "us" | "us-1" | "us-2" | "eu-1" | "bs-1";
    crypto_bars_resp: {
      bars: {
        [key: string]: DataComponents["schemas"]["crypto_bar"][];
      };
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    crypto_bar: {
      c: number;
      h: number;
      l: number;
      n: number;
      o: number;
      t: DataComponents["schemas"]["timestamp"];
      v: number;
      vw: number;
    };
    crypto_latest_loc: "us" | "us-1" | "us-2" | "eu-1" | "bs-1";
    crypto_latest_bars_resp: {
      bars: {
        [key: string]: DataComponents["schemas"]["crypto_bar"];
      };
    };
    crypto_latest_orderbooks_resp: {
      orderbooks: {
        [key: string]: DataComponents["schemas"]["crypto_orderbook"];
      };
    };
    crypto_orderbook: {
      a: DataComponents["schemas"]["crypto_orderbook_entry"][];
      b: DataComponents["schemas"]["crypto_orderbook_entry"][];
      t: DataComponents["schemas"]["timestamp"];
    };
    crypto_orderbook_entry: {
      p: number;
      s: number;
    };
    crypto_latest_quotes_resp: {
      quotes: {
        [key: string]: DataComponents["schemas"]["crypto_quote"];
      };
    };
    crypto_quote: {
      ap: number;
      as: number;
      bp: number;
      bs: number;
      t: DataComponents["schemas"]["timestamp"];
    };
    crypto_latest_trades_resp: {
      trades: {
        [key: string]: DataComponents["schemas"]["crypto_trade"];
      };
    };
    crypto_trade: {
      i: number;
      p: number;
      s: number;
      t: DataComponents["schemas"]["timestamp"];
      tks: string;
    };
    crypto_quotes_resp: {
      next_page_token: DataComponents["schemas"]["next_page_token"];
      quotes: {
        [key: string]: DataComponents["schemas"]["crypto_quote"][];
      };
    };
    crypto_snapshots_resp: {
      snapshots: {
        [key: string]: DataComponents["schemas"]["crypto_snapshot"];
      };
    };
    crypto_snapshot: {
      dailyBar?: DataComponents["schemas"]["crypto_bar"];
      latestQuote?: DataComponents["schemas"]["crypto_quote"];
      latestTrade?: DataComponents["schemas"]["crypto_trade"];
      minuteBar?: DataComponents["schemas"]["crypto_bar"];
      prevDailyBar?: DataComponents["schemas"]["crypto_bar"];
    };
    crypto_trades_resp: {
      next_page_token: DataComponents["schemas"]["next_page_token"];
      trades: {
        [key: string]: DataComponents["schemas"]["crypto_trade"][];
      };
    };
    stock_auction_feed: string;
    stock_auctions_resp: {
      auctions: {
        [key: string]: DataComponents["schemas"]["stock_daily_auctions"][];
      };
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    stock_daily_auctions: {
      c: DataComponents["schemas"]["stock_auction"][];
      d: DataComponents["schemas"]["date"];
      o: DataComponents["schemas"]["stock_auction"][];
    };
    stock_auction: {
      c: string;
      p: number;
      s?: number;
      t: DataComponents["schemas"]["timestamp"];
      x: string;
    };
    date: string;
    stock_historical_feed: "iex" | "otc" | "sip" | "boats";
    stock_bars_resp: {
      bars: {
        [key: string]: DataComponents["schemas"]["stock_bar"][];
      };
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
    };
    stock_bar: {
      c: number;
      h: number;
      l: number;
      n: number;
      o: number;
      t: DataComponents["schemas"]["timestamp"];
      v: number;
      vw: number;
    };
    stock_latest_feed: "delayed_sip" | "iex" | "otc" | "sip" | "boats" | "overnight";
    stock_latest_bars_resp: {
      bars: {
        [key: string]: DataComponents["schemas"]["stock_bar"];
      };
      currency?: string;
    };
    stock_conditions: {
      [key: string]: string;
    };
    stock_exchanges: {
      [key: string]: string;
    };
    stock_quotes_resp: {
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      quotes: {
        [key: string]: DataComponents["schemas"]["stock_quote"][];
      };
    };
    stock_quote: {
      ap: number;
      as: number;
      ax: string;
      bp: number;
      bs: number;
      bx: string;
      c: string[];
      t: DataComponents["schemas"]["timestamp"];
      z: DataComponents["schemas"]["stock_tape"];
    };
    stock_tape: "A" | "B" | "C" | "N" | "O";
    stock_latest_quotes_resp: {
      currency?: string;
      quotes: {
        [key: string]: DataComponents["schemas"]["stock_quote"];
      };
    };
    stock_snapshots_resp: {
      [key: string]: DataComponents["schemas"]["stock_snapshot"];
    };
    stock_snapshot: {
      dailyBar?: DataComponents["schemas"]["stock_bar"];
      latestQuote?: DataComponents["schemas"]["stock_quote"];
      latestTrade?: DataComponents["schemas"]["stock_trade"];
      minuteBar?: DataComponents["schemas"]["stock_bar"];
      prevDailyBar?: DataComponents["schemas"]["stock_bar"];
    };
    stock_trade: {
      c: string[];
      i: number;
      p: number;
      s: number;
      t: DataComponents["schemas"]["timestamp"];
      u?: string;
      x: string;
      z: DataComponents["schemas"]["stock_tape"];
    };
    stock_trades_resp: {
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      trades: {
        [key: string]: DataComponents["schemas"]["stock_trade"][];
      };
    };
    stock_latest_trades_resp: {
      currency?: string;
      trades: {
        [key: string]: DataComponents["schemas"]["stock_trade"];
      };
    };
    stock_auctions_resp_single: {
      auctions: DataComponents["schemas"]["stock_daily_auctions"][];
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      symbol: string;
    };
    stock_bars_resp_single: {
      bars: DataComponents["schemas"]["stock_bar"][];
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      symbol: string;
    };
    stock_latest_bars_resp_single: {
      bar: DataComponents["schemas"]["stock_bar"];
      currency?: string;
      symbol: string;
    };
    stock_quotes_resp_single: {
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      quotes: DataComponents["schemas"]["stock_quote"][];
      symbol: string;
    };
    stock_latest_quotes_resp_single: {
      currency?: string;
      quote: DataComponents["schemas"]["stock_quote"];
      symbol: string;
    };
    stock_snapshots_resp_single: {
      currency?: string;
      symbol?: string;
    } & DataComponents["schemas"]["stock_snapshot"];
    stock_trades_resp_single: {
      currency?: string;
      next_page_token: DataComponents["schemas"]["next_page_token"];
      symbol: string;
      trades: DataComponents["schemas"]["stock_trade"][];
    };
    stock_latest_trades_resp_single: {
      currency?: string;
      symbol: string;
      trade: DataComponents["schemas"]["stock_trade"];
    };
  };
  responses: never;
  parameters: {
    cas_symbols: string;
    cas_cusips: string;
    cas_types: string;
    cas_region: DataComponents["schemas"]["region"];
    cas_start: string;
    cas_end: string;
    cas_ids: string;
    cas_limit: number;
    cas_data_quality: DataComponents["schemas"]["data_quality"];
    page_token: string;
    sort: DataComponents["schemas"]["sort"];
    cas_events_type: DataComponents["schemas"]["corporate_action_event_type"][];
    cas_events_region: "all" | "us" | "non_us";
    cas_events_since: string;
    cas_events_until: string;
    cas_events_since_id: DataComponents["schemas"]["event_id"];
    cas_events_until_id: DataComponents["schemas"]["event_id"];
    cas_events_last_event_id: DataComponents["schemas"]["event_id"];
    forex_currency_pairs: DataComponents["schemas"]["forex_currency_pairs"];
    forex_timeframe: DataComponents["schemas"]["forex_timeframe"];
    start: string;
    end: string;
    limit: number;
    symbol: string;
    news_sort: "asc" | "desc";
    option_symbols: string;
    timeframe: string;
    option_feed: DataComponents["schemas"]["option_feed"];
    option_updated_since: string;
    option_limit: number;
    option_underlying_symbol: string;
    most_actives_by: "volume" | "trades";
    most_actives_top: number;
    movers_market_type: DataComponents["schemas"]["market_type"];
    movers_top: number;
    crypto_historical_loc: DataComponents["schemas"]["crypto_historical_loc"];
    crypto_symbols: string;
    crypto_latest_loc: DataComponents["schemas"]["crypto_latest_loc"];
    stock_symbols: string;
    stock_asof: string;
    stock_auction_feed: DataComponents["schemas"]["stock_auction_feed"];
    stock_currency: string;
    stock_adjustment: string;
    stock_historical_feed: DataComponents["schemas"]["stock_historical_feed"];
    stock_latest_feed: DataComponents["schemas"]["stock_latest_feed"];
    stock_symbol: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
