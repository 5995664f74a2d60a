import type { Messages } from './en.ts';

export const pt: Messages = {
  consent: {
    title: '{app} pede acesso à sua conta da {broker}',
    place: 'Você está na {broker}. A barra de endereço do navegador deve mostrar {host}.',
    says: 'O que {app} diz sobre si:',
    may: 'Se você permitir, {app} poderá:',
    read: 'ver sua conta, seus saldos, suas posições e suas ordens',
    trade: 'enviar, alterar e cancelar ordens conforme suas instruções',
    account: 'Conta',
    ending: 'Conta com final {digits}',
    blocked: 'Não pode ser conectada. Seu status é {status}.',
    realMoney: 'Não pode ser conectada. A Alpaca não aprovou {app} para dinheiro real.',
    unapproved: 'A Alpaca não aprovou {app} para dinheiro real.',
    notice: '{broker} e Alpaca não desenvolveram {app} e não dão garantia por ele.',
    terms: 'Termos de uso de {app}:',
    privacy: 'Política de privacidade de {app}:',
    returns: 'Você voltará para {host}.',
    signedIn: 'Você entrou como {user}.',
    other: 'Não é você?',
    deny: 'Recusar',
    allow: 'Permitir',
  },
  refusal: {
    title: 'Nada foi permitido',
    unknownClient:
      'A {broker} não conhece o aplicativo que trouxe você aqui, ou ele está desativado. Nada foi compartilhado com ele. Volte ao aplicativo. Se acontecer de novo, avise os responsáveis por ele.',
    foreignAddress:
      'O aplicativo que trouxe você aqui quer que você volte a um endereço que ele não registrou. Nada foi compartilhado com ele. Volte ao aplicativo. Se acontecer de novo, avise os responsáveis por ele.',
    badRequest:
      'O link que trouxe você aqui está danificado ou incompleto. Nada foi compartilhado. Volte ao aplicativo e comece de novo lá.',
    spent: 'Esta página já foi usada ou é antiga demais. Volte ao aplicativo e comece de novo lá.',
    forbidden:
      'Sua resposta não veio da página que perguntou, ou outra pessoa entrou nesse meio-tempo. Nada foi compartilhado. Volte ao aplicativo e comece de novo lá.',
    noAccount: 'Escolha uma conta na página anterior. Nada foi compartilhado ainda.',
    unavailable:
      'A {broker} não consegue fazer isso agora. Nada foi compartilhado. Tente de novo em instantes.',
    tooMany: 'Houve tentativas demais. Nada foi compartilhado. Espere um minuto e tente de novo.',
    notFound: 'Não há nada neste endereço.',
    again: 'Tentar de novo',
    support: 'Ajuda da {broker}',
  },
  grants: {
    title: 'Aplicativos com acesso à sua conta da {broker}',
    none: 'Nenhum aplicativo tem acesso.',
    since: 'Desde {date}',
    last: 'Acesso renovado pela última vez em {date}',
    disconnect: 'Desconectar',
    disconnectApp: 'Desconectar {app}',
    ended: '{app} foi desconectado, e seu acesso terminou.',
    notEnded:
      '{app} foi desconectado aqui e não recebe novos acessos. O que recebeu antes não foi encerrado na Alpaca: peça à {broker} que o encerre.',
  },
};
