import type { Messages } from './en.ts';

export const ko: Messages = {
  consent: {
    title: '{app}에서 고객님의 {broker} 계좌에 대한 접근을 요청합니다',
    place: '현재 {broker} 페이지입니다. 브라우저 주소창에 {host}이(가) 표시되어야 합니다.',
    says: '{app}의 자체 설명:',
    may: '허용하면 {app}은(는) 다음 작업을 할 수 있습니다.',
    read: '계좌, 잔액, 보유 종목, 주문 조회',
    trade: '고객님의 지시에 따른 주문 접수, 정정, 취소',
    account: '계좌',
    ending: '끝자리 {digits} 계좌',
    blocked: '연결할 수 없습니다. 상태: {status}',
    realMoney: '연결할 수 없습니다. Alpaca가 {app}의 실제 자금 사용을 승인하지 않았습니다.',
    unapproved: 'Alpaca가 {app}의 실제 자금 사용을 승인하지 않았습니다.',
    notice: '{broker}와(과) Alpaca는 {app}을(를) 개발하지 않았으며 보증하지도 않습니다.',
    terms: '{app} 이용약관:',
    privacy: '{app} 개인정보 처리방침:',
    returns: '이후 {host}(으)로 돌아갑니다.',
    signedIn: '{user}(으)로 로그인되어 있습니다.',
    other: '본인이 아닌가요?',
    deny: '거부',
    allow: '허용',
  },
  refusal: {
    title: '아무것도 허용되지 않았습니다',
    unknownClient:
      '여기로 안내한 앱이 {broker}에 등록되어 있지 않거나 꺼져 있습니다. 앱에 아무것도 공유되지 않았습니다. 앱으로 돌아가세요. 다시 발생하면 앱 제작자에게 알려 주세요.',
    foreignAddress:
      '여기로 안내한 앱이 등록하지 않은 주소로 돌아가게 하려고 합니다. 앱에 아무것도 공유되지 않았습니다. 앱으로 돌아가세요. 다시 발생하면 앱 제작자에게 알려 주세요.',
    badRequest:
      '여기로 온 링크가 손상되었거나 불완전합니다. 아무것도 공유되지 않았습니다. 앱으로 돌아가 처음부터 다시 시작하세요.',
    spent: '이 페이지는 이미 사용되었거나 너무 오래되었습니다. 앱으로 돌아가 처음부터 다시 시작하세요.',
    forbidden:
      '응답이 질문한 페이지에서 오지 않았거나 그사이에 다른 사람이 로그인했습니다. 아무것도 공유되지 않았습니다. 앱으로 돌아가 처음부터 다시 시작하세요.',
    noAccount: '이전 페이지에서 계좌를 선택하세요. 아직 아무것도 공유되지 않았습니다.',
    unavailable:
      '지금은 {broker}에서 이 작업을 할 수 없습니다. 아무것도 공유되지 않았습니다. 잠시 후 다시 시도하세요.',
    tooMany: '너무 자주 시도했습니다. 아무것도 공유되지 않았습니다. 1분 후 다시 시도하세요.',
    notFound: '이 주소에는 아무것도 없습니다.',
    again: '다시 시도',
    support: '{broker} 도움말',
  },
  grants: {
    title: '고객님의 {broker} 계좌에 접근할 수 있는 앱',
    none: '접근할 수 있는 앱이 없습니다.',
    since: '{date}부터',
    last: '마지막 접근 갱신: {date}',
    disconnect: '연결 해제',
    disconnectApp: '{app} 연결 해제',
    ended: '{app}의 연결을 해제했으며 접근이 종료되었습니다.',
    notEnded:
      '여기에서 {app}의 연결을 해제했으며 새로운 접근은 허용되지 않습니다. 이전에 받은 접근은 Alpaca에서 종료되지 않았습니다. {broker}에 종료를 요청하세요.',
  },
};
