import type { Messages } from './messages.ts';

/** French. */
export const fr: Messages = {
  label: {
    connect: 'Se connecter avec Alpaca',
    show: 'Afficher la fenêtre Alpaca',
    reopen: 'Rouvrir la fenêtre Alpaca',
    open: 'Ouvrir la fenêtre Alpaca',
    redirect: 'Continuer dans cet onglet',
    finishing: 'Connexion…',
    retry: 'Réessayer',
    reconnect: 'Se reconnecter',
    disconnect: 'Se déconnecter',
    cancel: 'Annuler',
    continue: 'Continuer',
  },
  status: {
    opening: 'Ouverture de la fenêtre Alpaca.',
    waiting: 'Terminez dans la fenêtre Alpaca.',
    finishing: 'Connexion de votre compte.',
    connected: 'Connecté à Alpaca.',
    expired: 'Alpaca n’accepte plus cette connexion. Reconnectez-vous pour continuer.',
  },
  account: {
    paper: 'Fictif',
    live: 'Réel',
    ending: 'Compte se terminant par {digits}',
    revoked: 'Reconnexion nécessaire',
  },
  disclosure: {
    title: 'Connecter votre compte Alpaca à {app}',
    paper: '{app} demande l’accès à votre compte fictif (argent simulé). Cette application pourra :',
    live: '{app} demande l’accès à votre compte réel (argent réel). Cette application pourra :',
    both: '{app} demande l’accès à votre compte fictif (argent simulé) et à votre compte réel (argent réel). Cette application pourra :',
    read: 'voir votre compte, vos soldes, vos positions et vos ordres',
    otherScope: 'utiliser l’autorisation « {scope} »',
    notice:
      '{app} n’a pas été développée par Alpaca et n’y est pas affiliée. Alpaca ne l’approuve pas et ne garantit pas qu’elle fonctionne comme annoncé.',
    next: 'Alpaca vous demandera de vous identifier et de confirmer, dans sa propre fenêtre.',
    here: 'Alpaca vous demandera de vous identifier et de confirmer, ici dans cet onglet. Si sa page ne se charge pas, ouvrez celle-ci dans votre navigateur.',
  },
  scope: {
    trading: 'passer, modifier et annuler des ordres selon vos instructions',
    'account:write': 'modifier les réglages de votre compte et vos listes de suivi',
    data: 'lire les données de marché avec votre abonnement Alpaca',
  },
  error: {
    popup_blocked:
      'Votre navigateur a bloqué la fenêtre Alpaca. Autorisez les fenêtres pop-up pour ce site et réessayez.',
    popup_closed: 'La fenêtre Alpaca a été fermée avant la fin. Réessayez quand vous voulez.',
    cancelled: 'La connexion a été annulée.',
    access_denied:
      'L’autorisation n’a pas été donnée chez Alpaca. Réessayez et choisissez « Allow » pour vous connecter.',
    timeout: 'La connexion a pris trop de temps. Réessayez.',
    origin_not_allowed:
      'Ce site ne peut pas encore se connecter. Son propriétaire doit ajouter son origine à EMBED_ORIGINS sur le serveur.',
    opener_blocked:
      'Cette page est coupée des fenêtres qu’elle ouvre. Son propriétaire doit envoyer l’en-tête Cross-Origin-Opener-Policy: same-origin-allow-popups.',
    attempt_expired: 'Cette tentative de connexion est trop ancienne. Réessayez.',
    live_not_allowed: 'Cette application ne peut pas connecter de comptes réels. Connectez un compte fictif.',
    exchange_failed: 'Alpaca a confirmé, mais la connexion n’a pas pu être achevée. Réessayez.',
    cookies_blocked:
      'Votre navigateur n’a pas conservé le cookie de cette connexion. Autorisez les cookies de ce site ou désactivez la protection stricte contre le pistage, puis réessayez.',
    network: 'Le serveur est injoignable. Vérifiez votre connexion à internet et réessayez.',
    provider_error: 'Alpaca n’a pas pu traiter la demande. Réessayez dans un instant.',
    config_invalid:
      'Le bouton de connexion n’est pas configuré correctement. Le propriétaire de ce site doit le vérifier.',
  },
};
