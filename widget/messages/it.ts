import type { Messages } from './messages.ts';

/** Italian. */
export const it: Messages = {
  label: {
    connect: 'Connetti con Alpaca',
    show: 'Mostra la finestra di Alpaca',
    reopen: 'Riapri la finestra di Alpaca',
    open: 'Apri la finestra di Alpaca',
    redirect: 'Continua in questa scheda',
    finishing: 'Connessione…',
    retry: 'Riprova',
    reconnect: 'Riconnetti',
    disconnect: 'Disconnetti',
    cancel: 'Annulla',
    continue: 'Continua',
  },
  status: {
    opening: 'Apertura della finestra di Alpaca.',
    waiting: 'Completa nella finestra di Alpaca.',
    finishing: 'Connessione del tuo conto.',
    connected: 'Connesso ad Alpaca.',
    expired: 'Alpaca non accetta più questa connessione. Riconnetti per continuare.',
  },
  account: {
    paper: 'Simulato',
    live: 'Reale',
    ending: 'Conto che termina con {digits}',
    revoked: 'Riconnessione necessaria',
  },
  disclosure: {
    title: 'Connetti il tuo conto Alpaca a {app}',
    paper: '{app} chiede l’accesso al tuo conto simulato (denaro virtuale). Potrà:',
    live: '{app} chiede l’accesso al tuo conto reale (denaro reale). Potrà:',
    both: '{app} chiede l’accesso al tuo conto simulato (denaro virtuale) e al tuo conto reale (denaro reale). Potrà:',
    read: 'vedere il tuo conto, i saldi, le posizioni e gli ordini',
    otherScope: 'usare l’autorizzazione «{scope}»',
    notice:
      '{app} non è stata sviluppata da Alpaca e non è affiliata ad Alpaca. Alpaca non la approva e non garantisce che funzioni come pubblicizzato.',
    next: 'Alpaca ti chiederà di accedere e di confermare, in una finestra propria.',
    here: 'Alpaca ti chiederà di accedere e di confermare, qui in questa scheda. Se la sua pagina non si carica, apri questa nel tuo browser.',
  },
  scope: {
    trading: 'inviare, modificare e annullare ordini secondo le tue istruzioni',
    'account:write': 'modificare le impostazioni del conto e le liste di titoli',
    data: 'leggere i dati di mercato con il tuo abbonamento Alpaca',
  },
  error: {
    popup_blocked:
      'Il browser ha bloccato la finestra di Alpaca. Consenti i pop-up per questo sito e riprova.',
    popup_closed: 'La finestra di Alpaca è stata chiusa prima del termine. Riprova quando vuoi.',
    cancelled: 'La connessione è stata annullata.',
    access_denied: 'Ad Alpaca non è stato dato il permesso. Riprova e scegli «Allow» per connetterti.',
    timeout: 'La connessione ha richiesto troppo tempo. Riprova.',
    origin_not_allowed:
      'Questo sito non può ancora connettersi. Il proprietario deve aggiungere la sua origine a EMBED_ORIGINS sul server.',
    opener_blocked:
      'Questa pagina è isolata dalle finestre che apre. Il proprietario deve inviare l’intestazione Cross-Origin-Opener-Policy: same-origin-allow-popups.',
    attempt_expired: 'Questo tentativo di connessione è troppo vecchio. Riprova.',
    live_not_allowed: 'Questa app non può connettere conti reali. Connetti un conto simulato.',
    exchange_failed: 'Alpaca ha confermato, ma non è stato possibile completare la connessione. Riprova.',
    cookies_blocked:
      'Il browser non ha conservato il cookie di questa connessione. Consenti i cookie per questo sito o disattiva la protezione antitracciamento rigorosa e riprova.',
    network: 'Impossibile raggiungere il server. Controlla la connessione a internet e riprova.',
    provider_error: 'Alpaca non è riuscita a completare la richiesta. Riprova tra poco.',
    config_invalid:
      'Il pulsante di connessione non è configurato correttamente. Il proprietario di questo sito deve controllarlo.',
  },
};
