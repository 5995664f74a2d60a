import type { Messages } from './messages.ts';

/** Korean. */
export const ko: Messages = {
  label: {
    connect: 'Alpaca 연결',
    show: 'Alpaca 창 보기',
    reopen: 'Alpaca 창 다시 열기',
    open: 'Alpaca 창 열기',
    redirect: '이 탭에서 계속',
    finishing: '연결 중…',
    retry: '다시 시도',
    reconnect: '다시 연결',
    disconnect: '연결 해제',
    cancel: '취소',
    continue: '계속',
  },
  status: {
    opening: 'Alpaca 창을 여는 중입니다.',
    waiting: 'Alpaca 창에서 완료하세요.',
    finishing: '계좌를 연결하는 중입니다.',
    connected: 'Alpaca에 연결되었습니다.',
    expired: 'Alpaca에서 더 이상 이 연결을 허용하지 않습니다. 계속하려면 다시 연결하세요.',
  },
  account: {
    paper: '모의',
    live: '실전',
    ending: '끝자리 {digits} 계좌',
    revoked: '다시 연결 필요',
  },
  disclosure: {
    title: 'Alpaca 계좌를 {app}에 연결',
    paper: '{app}에서 모의 계좌(가상 자금)에 대한 접근을 요청합니다. 허용하면 다음 작업을 할 수 있습니다.',
    live: '{app}에서 실전 계좌(실제 자금)에 대한 접근을 요청합니다. 허용하면 다음 작업을 할 수 있습니다.',
    both: '{app}에서 모의 계좌(가상 자금)와 실전 계좌(실제 자금)에 대한 접근을 요청합니다. 허용하면 다음 작업을 할 수 있습니다.',
    read: '계좌, 잔고, 포지션, 주문 조회',
    otherScope: '“{scope}” 권한 사용',
    notice:
      'Alpaca는 {app}의 개발사가 아니며 {app}과(와) 제휴 관계도 없습니다. Alpaca는 {app}을(를) 보증하지 않으며, 광고된 대로 작동한다고 보장하지 않습니다.',
    next: 'Alpaca가 별도 창에서 로그인과 확인을 요청합니다.',
    here: 'Alpaca가 이 탭에서 로그인과 확인을 요청합니다. 페이지가 열리지 않으면 이 페이지를 브라우저에서 여세요.',
  },
  scope: {
    trading: '사용자의 지시에 따른 주문 제출, 변경, 취소',
    'account:write': '계좌 설정과 관심 목록 변경',
    data: '사용자의 Alpaca 구독을 통한 시장 데이터 조회',
  },
  error: {
    popup_blocked: '브라우저가 Alpaca 창을 차단했습니다. 이 사이트의 팝업을 허용하고 다시 시도하세요.',
    popup_closed: '완료되기 전에 Alpaca 창이 닫혔습니다. 준비되면 다시 시도하세요.',
    cancelled: '연결을 취소했습니다.',
    access_denied: 'Alpaca에서 권한이 허용되지 않았습니다. 다시 시도하고 ‘Allow’를 선택하세요.',
    timeout: '연결하는 데 시간이 너무 오래 걸렸습니다. 다시 시도하세요.',
    origin_not_allowed:
      '이 웹사이트는 아직 연결할 수 없습니다. 소유자가 서버의 EMBED_ORIGINS에 출처를 추가해야 합니다.',
    opener_blocked:
      '이 페이지는 자신이 연 창과 분리되어 있습니다. 소유자가 Cross-Origin-Opener-Policy: same-origin-allow-popups 헤더를 보내야 합니다.',
    attempt_expired: '이 연결 시도는 만료되었습니다. 다시 시도하세요.',
    live_not_allowed: '이 앱은 실전 계좌를 연결할 수 없습니다. 모의 계좌를 연결하세요.',
    exchange_failed: 'Alpaca에서 확인했지만 연결을 완료하지 못했습니다. 다시 시도하세요.',
    cookies_blocked:
      '브라우저가 이 연결의 쿠키를 저장하지 않았습니다. 이 사이트의 쿠키를 허용하거나 엄격한 추적 방지를 끄고 다시 시도하세요.',
    network: '서버에 연결할 수 없습니다. 인터넷 연결을 확인하고 다시 시도하세요.',
    provider_error: 'Alpaca가 요청을 완료하지 못했습니다. 잠시 후 다시 시도하세요.',
    config_invalid: '연결 버튼이 올바르게 설정되지 않았습니다. 웹사이트 소유자가 확인해야 합니다.',
  },
};
