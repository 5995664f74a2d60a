import type { Messages } from './en.ts';

export const fr: Messages = {
  consent: {
    title: '{app} demande l’accès à votre compte {broker}',
    place: 'Vous êtes chez {broker}. La barre d’adresse de votre navigateur doit afficher {host}.',
    says: 'Présentation donnée par {app}\u00a0:',
    may: 'Si vous l’autorisez, {app} pourra\u00a0:',
    read: 'voir votre compte, vos soldes, vos positions et vos ordres',
    trade: 'passer, modifier et annuler des ordres selon vos instructions',
    account: 'Compte',
    ending: 'Compte se terminant par {digits}',
    blocked: 'Ne peut pas être connecté. Son statut est {status}.',
    realMoney: 'Ne peut pas être connecté. Alpaca n’a pas approuvé {app} pour l’argent réel.',
    unapproved: 'Alpaca n’a pas approuvé {app} pour l’argent réel.',
    notice: '{broker} et Alpaca n’ont pas développé {app} et ne s’en portent pas garants.',
    terms: 'Conditions d’utilisation ({app})\u00a0:',
    privacy: 'Politique de confidentialité ({app})\u00a0:',
    returns: 'Vous reviendrez sur {host}.',
    signedIn: 'Session ouverte en tant que {user}.',
    other: 'Ce n’est pas vous\u00a0?',
    deny: 'Refuser',
    allow: 'Autoriser',
  },
  refusal: {
    title: 'Rien n’a été autorisé',
    unknownClient:
      '{broker} ne connaît pas l’application d’où vous venez, ou elle est désactivée. Rien ne lui a été communiqué. Retournez à l’application. Si cela se reproduit, signalez-le à ses responsables.',
    foreignAddress:
      'L’application d’où vous venez veut vous faire revenir à une adresse qu’elle n’a pas enregistrée. Rien ne lui a été communiqué. Retournez à l’application. Si cela se reproduit, signalez-le à ses responsables.',
    badRequest:
      'Le lien qui mène ici est endommagé ou incomplet. Rien n’a été communiqué. Retournez à l’application et recommencez depuis celle-ci.',
    spent:
      'Cette page a déjà servi, ou elle est trop ancienne. Retournez à l’application et recommencez depuis celle-ci.',
    forbidden:
      'Votre réponse ne vient pas de la page qui vous a posé la question, ou quelqu’un d’autre s’est identifié entre-temps. Rien n’a été communiqué. Retournez à l’application et recommencez depuis celle-ci.',
    noAccount: 'Choisissez un compte sur la page précédente. Rien n’a encore été communiqué.',
    unavailable:
      '{broker} ne peut pas le faire pour le moment. Rien n’a été communiqué. Réessayez dans un instant.',
    tooMany: 'Il y a eu trop de tentatives. Rien n’a été communiqué. Attendez une minute, puis réessayez.',
    notFound: 'Il n’y a rien à cette adresse.',
    again: 'Réessayer',
    support: 'Assistance {broker}',
  },
  grants: {
    title: 'Applications ayant accès à votre compte {broker}',
    none: 'Aucune application n’a accès.',
    since: 'Depuis le {date}',
    last: 'Accès renouvelé pour la dernière fois le {date}',
    disconnect: 'Déconnecter',
    disconnectApp: 'Déconnecter {app}',
    ended: 'L’application {app} est déconnectée et son accès a pris fin.',
    notEnded:
      'L’application {app} est déconnectée ici et n’obtiendra pas de nouvel accès. Ce qu’elle a obtenu auparavant n’a pas été révoqué chez Alpaca\u00a0: demandez à {broker} de le révoquer.',
  },
};
