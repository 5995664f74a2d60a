import type { Messages } from './messages.ts';

/** German. */
export const de: Messages = {
  label: {
    connect: 'Mit Alpaca verbinden',
    show: 'Alpaca-Fenster anzeigen',
    reopen: 'Alpaca-Fenster erneut öffnen',
    open: 'Alpaca-Fenster öffnen',
    redirect: 'In diesem Tab fortfahren',
    finishing: 'Wird verbunden…',
    retry: 'Erneut versuchen',
    reconnect: 'Neu verbinden',
    disconnect: 'Trennen',
    cancel: 'Abbrechen',
    continue: 'Weiter',
  },
  status: {
    opening: 'Das Alpaca-Fenster wird geöffnet.',
    waiting: 'Schließe den Vorgang im Alpaca-Fenster ab.',
    finishing: 'Dein Konto wird verbunden.',
    connected: 'Mit Alpaca verbunden.',
    expired: 'Alpaca akzeptiert diese Verbindung nicht mehr. Verbinde neu, um fortzufahren.',
  },
  account: {
    paper: 'Übungskonto',
    live: 'Echtgeld',
    ending: 'Konto mit der Endung {digits}',
    revoked: 'Neu verbinden nötig',
  },
  disclosure: {
    title: 'Dein Alpaca-Konto mit {app} verbinden',
    paper: '{app} möchte Zugriff auf dein Übungskonto (Spielgeld). Damit kann {app}:',
    live: '{app} möchte Zugriff auf dein Echtgeldkonto (echtes Geld). Damit kann {app}:',
    both: '{app} möchte Zugriff auf dein Übungskonto (Spielgeld) und dein Echtgeldkonto (echtes Geld). Damit kann {app}:',
    read: 'dein Konto, deine Guthaben, Positionen und Orders sehen',
    otherScope: 'die Berechtigung „{scope}“ nutzen',
    notice:
      '{app} wurde nicht von Alpaca entwickelt und ist nicht mit Alpaca verbunden. Alpaca empfiehlt {app} nicht und steht nicht dafür ein, dass es wie beworben funktioniert.',
    next: 'Alpaca bittet dich in einem eigenen Fenster, dich anzumelden und zuzustimmen.',
    here: 'Alpaca bittet dich hier in diesem Tab, dich anzumelden und zuzustimmen. Lädt die Seite nicht, öffne diese in deinem Browser.',
  },
  scope: {
    trading: 'in deinem Auftrag Orders erteilen, ändern und stornieren',
    'account:write': 'deine Kontoeinstellungen und Beobachtungslisten ändern',
    data: 'Marktdaten über dein Alpaca-Abonnement lesen',
  },
  error: {
    popup_blocked:
      'Dein Browser hat das Alpaca-Fenster blockiert. Erlaube Pop-ups für diese Website und versuche es erneut.',
    popup_closed:
      'Das Alpaca-Fenster wurde vor dem Abschluss geschlossen. Versuche es erneut, wenn du so weit bist.',
    cancelled: 'Das Verbinden wurde abgebrochen.',
    access_denied:
      'Bei Alpaca wurde keine Erlaubnis erteilt. Versuche es erneut und wähle „Allow“, um zu verbinden.',
    timeout: 'Das Verbinden hat zu lange gedauert. Versuche es erneut.',
    origin_not_allowed:
      'Diese Website darf noch nicht verbinden. Ihr Betreiber muss ihren Origin auf dem Server in EMBED_ORIGINS eintragen.',
    opener_blocked:
      'Diese Seite ist von den Fenstern abgeschnitten, die sie öffnet. Ihr Betreiber muss den Header Cross-Origin-Opener-Policy: same-origin-allow-popups senden.',
    attempt_expired: 'Dieser Verbindungsversuch ist zu alt. Versuche es erneut.',
    live_not_allowed: 'Diese App darf keine Echtgeldkonten verbinden. Verbinde stattdessen ein Übungskonto.',
    exchange_failed:
      'Alpaca hat zugestimmt, aber die Verbindung konnte nicht hergestellt werden. Versuche es erneut.',
    cookies_blocked:
      'Dein Browser hat das Cookie dieser Verbindung nicht behalten. Erlaube Cookies für diese Website oder schalte den strengen Tracking-Schutz für sie aus und versuche es erneut.',
    network: 'Der Server ist nicht erreichbar. Prüfe deine Internetverbindung und versuche es erneut.',
    provider_error: 'Alpaca konnte die Anfrage nicht abschließen. Versuche es gleich noch einmal.',
    config_invalid:
      'Der Verbinden-Knopf ist nicht richtig eingerichtet. Der Betreiber dieser Website muss ihn prüfen.',
  },
};
