import type { Messages } from './en.ts';

export const it: Messages = {
  consent: {
    title: '{app} chiede l’accesso al tuo conto {broker}',
    place: 'Sei su {broker}. La barra degli indirizzi del tuo browser deve mostrare {host}.',
    says: '{app} dice di sé:',
    may: 'Se lo consenti, {app} potrà:',
    read: 'vedere il tuo conto, i saldi, le posizioni e gli ordini',
    trade: 'inserire, modificare e cancellare ordini secondo le tue istruzioni',
    account: 'Conto',
    ending: 'Conto che termina con {digits}',
    blocked: 'Non può essere collegato. Il suo stato è {status}.',
    realMoney: 'Non può essere collegato. Alpaca non ha approvato {app} per operare con denaro reale.',
    unapproved: 'Alpaca non ha approvato {app} per operare con denaro reale.',
    notice: '{broker} e Alpaca non hanno sviluppato l’app {app} e non la garantiscono.',
    terms: 'Condizioni d’uso di {app}:',
    privacy: 'Informativa sulla privacy di {app}:',
    returns: 'Tornerai su {host}.',
    signedIn: 'Hai effettuato l’accesso come {user}.',
    other: 'Non sei tu?',
    deny: 'Rifiuta',
    allow: 'Consenti',
  },
  refusal: {
    title: 'Non è stato consentito nulla',
    unknownClient:
      '{broker} non conosce l’app che ti ha mandato qui, oppure è disattivata. Nulla è stato condiviso con l’app. Torna all’app. Se succede di nuovo, avvisa chi l’ha creata.',
    foreignAddress:
      'L’app che ti ha mandato qui vuole farti tornare a un indirizzo che non ha registrato. Nulla è stato condiviso con l’app. Torna all’app. Se succede di nuovo, avvisa chi l’ha creata.',
    badRequest:
      'Il link che ti ha portato qui è danneggiato o incompleto. Nulla è stato condiviso. Torna all’app e ricomincia da lì.',
    spent: 'Questa pagina è già stata usata o è troppo vecchia. Torna all’app e ricomincia da lì.',
    forbidden:
      'La tua risposta non è arrivata dalla pagina che te l’ha chiesta, oppure nel frattempo ha effettuato l’accesso qualcun altro. Nulla è stato condiviso. Torna all’app e ricomincia da lì.',
    noAccount: 'Scegli un conto nella pagina precedente. Nulla è stato ancora condiviso.',
    unavailable: '{broker} non può farlo in questo momento. Nulla è stato condiviso. Riprova tra poco.',
    tooMany: 'Ci sono stati troppi tentativi. Nulla è stato condiviso. Aspetta un minuto, poi riprova.',
    notFound: 'A questo indirizzo non c’è nulla.',
    again: 'Riprova',
    support: 'Assistenza di {broker}',
  },
  grants: {
    title: 'App con accesso al tuo conto {broker}',
    none: 'Nessuna app ha accesso.',
    since: 'Dal giorno {date}',
    last: 'Ultimo rinnovo dell’accesso: {date}',
    disconnect: 'Scollega',
    disconnectApp: 'Scollega {app}',
    ended: 'L’app {app} è scollegata e il suo accesso è terminato.',
    notEnded:
      'L’app {app} è scollegata qui e non ottiene nuovi accessi. Ciò che ha ottenuto prima non è stato revocato presso Alpaca: chiedi a {broker} di revocarlo.',
  },
};
