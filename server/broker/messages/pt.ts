import type { Messages } from './en.ts';

export const pt: Messages = {
  consent: {
    title: '{app} solicita acesso à sua conta {broker}',
    place: 'Você está em {broker}. A barra de endereço do seu navegador deve mostrar {host}.',
    says: 'Como {app} se descreve:',
    may: 'Se você permitir, {app} poderá:',
    read: 'ver sua conta, seus saldos, suas posições e suas ordens',
    trade: 'enviar, alterar e cancelar ordens conforme suas instruções',
    account: 'Conta',
    ending: 'Conta com final {digits}',
    blocked: 'Não pode ser conectada. Seu status é {status}.',
    realMoney: 'Não pode ser conectada. A Alpaca não aprovou {app} para operar com dinheiro real.',
    unapproved: 'A Alpaca não aprovou {app} para operar com dinheiro real.',
    notice: '{broker} e a Alpaca não desenvolveram o aplicativo {app} e não o garantem.',
    terms: 'Termos de uso de {app}:',
    privacy: 'Política de privacidade de {app}:',
    returns: 'Você voltará para {host}.',
    signedIn: 'Você fez login como {user}.',
    other: 'Não é você?',
    deny: 'Recusar',
    allow: 'Permitir',
  },
  refusal: {
    title: 'Nada foi permitido',
    unknownClient:
      '{broker} não conhece o aplicativo que trouxe você aqui, ou ele está desativado. Nada foi compartilhado com ele. Volte ao aplicativo. Se acontecer de novo, avise os responsáveis por ele.',
    foreignAddress:
      'O aplicativo que trouxe você aqui quer que você volte a um endereço que ele não registrou. Nada foi compartilhado com ele. Volte ao aplicativo. Se acontecer de novo, avise os responsáveis por ele.',
    badRequest:
      'O link que trouxe você aqui está danificado ou incompleto. Nada foi compartilhado. Volte ao aplicativo e comece de novo lá.',
    spent: 'Esta página já foi usada ou é antiga demais. Volte ao aplicativo e comece de novo lá.',
    forbidden:
      'Sua resposta não veio da página que perguntou, ou outra pessoa fez login nesse meio-tempo. Nada foi compartilhado. Volte ao aplicativo e comece de novo lá.',
    noAccount: 'Escolha uma conta na página anterior. Nada foi compartilhado ainda.',
    unavailable:
      '{broker} não consegue fazer isso agora. Nada foi compartilhado. Tente de novo em instantes.',
    tooMany: 'Houve tentativas demais. Nada foi compartilhado. Espere um minuto e tente de novo.',
    notFound: 'Não há nada neste endereço.',
    again: 'Tentar de novo',
    support: 'Ajuda de {broker}',
  },
  grants: {
    title: 'Aplicativos com acesso à sua conta {broker}',
    none: 'Nenhum aplicativo tem acesso.',
    since: 'Desde {date}',
    last: 'Acesso renovado pela última vez em {date}',
    disconnect: 'Desconectar',
    disconnectApp: 'Desconectar {app}',
    ended: 'O aplicativo {app} foi desconectado, e o acesso dele terminou.',
    notEnded:
      'O aplicativo {app} foi desconectado aqui e não recebe novos acessos. O que recebeu antes não foi revogado na Alpaca: peça a {broker} que o revogue.',
  },
};
