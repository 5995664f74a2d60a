import type { Messages } from './messages.ts';

/** Portuguese, as in Brazil. */
export const pt: Messages = {
  label: {
    connect: 'Conectar com a Alpaca',
    show: 'Mostrar a janela da Alpaca',
    reopen: 'Abrir de novo a janela da Alpaca',
    open: 'Abrir a janela da Alpaca',
    redirect: 'Continuar nesta aba',
    finishing: 'Conectando…',
    retry: 'Tentar de novo',
    reconnect: 'Reconectar',
    disconnect: 'Desconectar',
    cancel: 'Cancelar',
    continue: 'Continuar',
  },
  status: {
    opening: 'Abrindo a janela da Alpaca.',
    waiting: 'Conclua na janela da Alpaca.',
    finishing: 'Conectando sua conta.',
    connected: 'Conectado à Alpaca.',
    expired: 'A Alpaca não aceita mais esta conexão. Reconecte para continuar.',
  },
  account: {
    paper: 'Simulada',
    live: 'Real',
    ending: 'Conta com final {digits}',
    revoked: 'É preciso reconectar',
  },
  disclosure: {
    title: 'Conecte sua conta da Alpaca a {app}',
    paper: '{app} pede acesso à sua conta simulada (dinheiro fictício). Poderá:',
    live: '{app} pede acesso à sua conta real (dinheiro real). Poderá:',
    both: '{app} pede acesso à sua conta simulada (dinheiro fictício) e à sua conta real (dinheiro real). Poderá:',
    read: 'ver sua conta, seus saldos, suas posições e suas ordens',
    otherScope: 'usar a permissão “{scope}”',
    notice:
      '{app} não foi desenvolvido pela Alpaca nem é afiliado a ela. A Alpaca não o endossa e não garante que funcione como anunciado.',
    next: 'A Alpaca vai pedir que você entre e confirme, em uma janela própria.',
    here: 'A Alpaca vai pedir que você entre e confirme, aqui nesta aba. Se a página dela não carregar, abra esta no seu navegador.',
  },
  scope: {
    trading: 'enviar, alterar e cancelar ordens conforme suas instruções',
    'account:write': 'alterar as configurações da sua conta e suas listas de acompanhamento',
    data: 'ler dados de mercado pela sua assinatura da Alpaca',
  },
  error: {
    popup_blocked: 'O navegador bloqueou a janela da Alpaca. Permita pop-ups neste site e tente de novo.',
    popup_closed: 'A janela da Alpaca foi fechada antes de concluir. Tente de novo quando quiser.',
    cancelled: 'A conexão foi cancelada.',
    access_denied: 'A permissão não foi dada na Alpaca. Tente de novo e escolha “Allow” para conectar.',
    timeout: 'A conexão demorou demais. Tente de novo.',
    origin_not_allowed:
      'Este site ainda não pode conectar. O proprietário precisa adicionar a origem dele a EMBED_ORIGINS no servidor.',
    opener_blocked:
      'Esta página está isolada das janelas que abre. O proprietário precisa enviar o cabeçalho Cross-Origin-Opener-Policy: same-origin-allow-popups.',
    attempt_expired: 'Esta tentativa de conexão é antiga demais. Tente de novo.',
    live_not_allowed: 'Este aplicativo não pode conectar contas reais. Conecte uma conta simulada.',
    exchange_failed: 'A Alpaca confirmou, mas não foi possível concluir a conexão. Tente de novo.',
    cookies_blocked:
      'O navegador não guardou o cookie desta conexão. Permita cookies neste site ou desative a proteção rigorosa contra rastreamento e tente de novo.',
    network: 'Não foi possível alcançar o servidor. Verifique sua conexão com a internet e tente de novo.',
    provider_error: 'A Alpaca não conseguiu concluir o pedido. Tente de novo em instantes.',
    config_invalid:
      'O botão de conexão não está configurado corretamente. O proprietário deste site precisa verificá-lo.',
  },
};
