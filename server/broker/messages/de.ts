import type { Messages } from './en.ts';

export const de: Messages = {
  consent: {
    title: '{app} bittet um Zugriff auf dein {broker}-Konto',
    place: 'Du bist bei {broker}. Die Adressleiste deines Browsers muss {host} zeigen.',
    says: '{app} sagt über sich:',
    may: 'Wenn du es erlaubst, kann {app}:',
    read: 'dein Konto, deine Guthaben, Positionen und Orders sehen',
    trade: 'in deinem Auftrag Orders erteilen, ändern und stornieren',
    account: 'Konto',
    ending: 'Konto mit der Endung {digits}',
    blocked: 'Kann nicht verbunden werden. Sein Status ist {status}.',
    realMoney: 'Kann nicht verbunden werden. Alpaca hat {app} nicht für echtes Geld zugelassen.',
    unapproved: 'Alpaca hat {app} nicht für echtes Geld zugelassen.',
    notice: '{broker} und Alpaca haben {app} nicht entwickelt und stehen nicht dafür ein.',
    terms: 'Nutzungsbedingungen von {app}:',
    privacy: 'Datenschutzerklärung von {app}:',
    returns: 'Du kehrst zu {host} zurück.',
    signedIn: 'Du bist als {user} angemeldet.',
    other: 'Nicht du?',
    deny: 'Ablehnen',
    allow: 'Erlauben',
  },
  refusal: {
    title: 'Nichts wurde erlaubt',
    unknownClient:
      '{broker} kennt die App nicht, die dich hierher geschickt hat, oder sie ist abgeschaltet. Ihr wurde nichts mitgeteilt. Geh zurück zur App. Passiert es wieder, sag ihren Betreibern Bescheid.',
    foreignAddress:
      'Die App, die dich hierher geschickt hat, will dich an eine Adresse zurückschicken, die sie nicht registriert hat. Ihr wurde nichts mitgeteilt. Geh zurück zur App. Passiert es wieder, sag ihren Betreibern Bescheid.',
    badRequest:
      'Der Link, der dich hierher gebracht hat, ist beschädigt oder unvollständig. Nichts wurde mitgeteilt. Geh zurück zur App und beginne dort von vorn.',
    spent:
      'Diese Seite wurde schon benutzt, oder sie ist zu alt. Geh zurück zur App und beginne dort von vorn.',
    forbidden:
      'Deine Antwort kam nicht von der Seite, die dich gefragt hat, oder inzwischen ist jemand anderes angemeldet. Nichts wurde mitgeteilt. Geh zurück zur App und beginne dort von vorn.',
    noAccount: 'Wähle auf der vorigen Seite ein Konto. Noch wurde nichts mitgeteilt.',
    unavailable:
      '{broker} kann das gerade nicht tun. Nichts wurde mitgeteilt. Versuche es gleich noch einmal.',
    tooMany:
      'Das wurde zu oft versucht. Nichts wurde mitgeteilt. Warte eine Minute und versuche es dann erneut.',
    notFound: 'Unter dieser Adresse gibt es nichts.',
    again: 'Erneut versuchen',
    support: 'Hilfe von {broker}',
  },
  grants: {
    title: 'Apps mit Zugriff auf dein {broker}-Konto',
    none: 'Keine App hat Zugriff.',
    since: 'Seit {date}',
    last: 'Zugriff zuletzt erneuert am {date}',
    disconnect: 'Trennen',
    disconnectApp: '{app} trennen',
    ended: '{app} ist getrennt, und der Zugriff ist beendet.',
    notEnded:
      '{app} ist hier getrennt und bekommt keinen neuen Zugriff. Was die App vorher bekam, wurde bei Alpaca nicht beendet: Bitte {broker}, es zu beenden.',
  },
};
