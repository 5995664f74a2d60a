import type { Messages } from './en.ts';

export const de: Messages = {
  consent: {
    title: '{app} bittet um Zugriff auf Ihr Konto bei {broker}',
    place: 'Sie sind bei {broker}. Die Adressleiste Ihres Browsers muss {host} zeigen.',
    says: '{app} sagt über sich:',
    may: 'Wenn Sie es erlauben, kann {app}:',
    read: 'Ihr Konto, Ihre Guthaben, Positionen und Orders sehen',
    trade: 'in Ihrem Auftrag Orders erteilen, ändern und streichen',
    account: 'Konto',
    ending: 'Konto mit der Endung {digits}',
    blocked: 'Kann nicht verbunden werden. Sein Status ist {status}.',
    realMoney: 'Kann nicht verbunden werden. Alpaca hat {app} nicht für echtes Geld zugelassen.',
    unapproved: 'Alpaca hat {app} nicht für echtes Geld zugelassen.',
    notice: '{broker} und Alpaca haben {app} nicht entwickelt und übernehmen keine Gewähr für die App.',
    terms: 'Nutzungsbedingungen von {app}:',
    privacy: 'Datenschutzerklärung von {app}:',
    returns: 'Sie kehren zu {host} zurück.',
    signedIn: 'Sie sind als {user} angemeldet.',
    other: 'Sind Sie das nicht?',
    deny: 'Ablehnen',
    allow: 'Erlauben',
  },
  refusal: {
    title: 'Nichts wurde erlaubt',
    unknownClient:
      '{broker} kennt die App nicht, die Sie hierher geschickt hat, oder die App ist abgeschaltet. Der App wurde nichts mitgeteilt. Gehen Sie zurück zur App. Passiert es wieder, informieren Sie deren Hersteller.',
    foreignAddress:
      'Die App, die Sie hierher geschickt hat, will Sie an eine Adresse zurückschicken, die sie nicht registriert hat. Der App wurde nichts mitgeteilt. Gehen Sie zurück zur App. Passiert es wieder, informieren Sie deren Hersteller.',
    badRequest:
      'Der Link, der Sie hierher gebracht hat, ist beschädigt oder unvollständig. Nichts wurde mitgeteilt. Gehen Sie zurück zur App und beginnen Sie dort von vorn.',
    spent:
      'Diese Seite wurde schon benutzt, oder sie ist zu alt. Gehen Sie zurück zur App und beginnen Sie dort von vorn.',
    forbidden:
      'Ihre Antwort kam nicht von der Seite, die Sie gefragt hat, oder inzwischen ist jemand anderes angemeldet. Nichts wurde mitgeteilt. Gehen Sie zurück zur App und beginnen Sie dort von vorn.',
    noAccount: 'Wählen Sie auf der vorigen Seite ein Konto. Noch wurde nichts mitgeteilt.',
    unavailable:
      '{broker} kann das gerade nicht tun. Nichts wurde mitgeteilt. Versuchen Sie es gleich noch einmal.',
    tooMany:
      'Das wurde zu oft versucht. Nichts wurde mitgeteilt. Warten Sie eine Minute und versuchen Sie es dann erneut.',
    notFound: 'Unter dieser Adresse gibt es nichts.',
    again: 'Erneut versuchen',
    support: 'Hilfe von {broker}',
  },
  grants: {
    title: 'Apps mit Zugriff auf Ihr Konto bei {broker}',
    none: 'Keine App hat Zugriff.',
    since: 'Seit {date}',
    last: 'Zugriff zuletzt erneuert am {date}',
    disconnect: 'Trennen',
    disconnectApp: '{app} trennen',
    ended: '{app} ist getrennt, und der Zugriff ist beendet.',
    notEnded:
      '{app} ist hier getrennt und bekommt keinen neuen Zugriff. Der Zugriff, den die App vorher bekam, wurde bei Alpaca nicht beendet: Bitten Sie {broker}, ihn zu beenden.',
  },
};
