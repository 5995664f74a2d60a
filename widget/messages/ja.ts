import type { Messages } from './messages.ts';

/** Japanese. */
export const ja: Messages = {
  label: {
    connect: 'Alpacaと連携',
    show: 'Alpacaのウィンドウを表示',
    reopen: 'Alpacaのウィンドウを再度開く',
    open: 'Alpacaのウィンドウを開く',
    redirect: 'このタブで続ける',
    finishing: '連携しています…',
    retry: 'もう一度試す',
    reconnect: '再連携',
    disconnect: '連携を解除',
    cancel: 'キャンセル',
    continue: '続ける',
  },
  status: {
    opening: 'Alpacaのウィンドウを開いています。',
    waiting: 'Alpacaのウィンドウで手続きを完了してください。',
    finishing: '口座を連携しています。',
    connected: 'Alpacaと連携しました。',
    expired: 'この連携はAlpacaで無効になりました。続けるには再連携してください。',
  },
  account: {
    paper: 'デモ',
    live: '実口座',
    ending: '末尾が{digits}の口座',
    revoked: '再連携が必要',
  },
  disclosure: {
    title: 'Alpaca口座を{app}と連携',
    paper:
      '{app}は、お客様のデモ口座（仮想資金）へのアクセスを求めています。許可すると、次のことが可能になります。',
    live: '{app}は、お客様の実口座（実際の資金）へのアクセスを求めています。許可すると、次のことが可能になります。',
    both: '{app}は、お客様のデモ口座（仮想資金）と実口座（実際の資金）へのアクセスを求めています。許可すると、次のことが可能になります。',
    read: '口座、残高、保有銘柄、注文の閲覧',
    otherScope: '権限「{scope}」の使用',
    notice:
      '{app}はAlpacaが開発したものではなく、Alpacaとの提携関係もありません。Alpacaは{app}を推奨せず、宣伝どおりに動作することを保証しません。',
    next: 'Alpacaの画面が別ウィンドウで開き、ログインと確認を求められます。',
    here: 'このタブでAlpacaからログインと確認を求められます。ページが表示されない場合は、このページをブラウザで開いてください。',
  },
  scope: {
    trading: 'お客様の指示による注文の発注、変更、取消',
    'account:write': '口座設定とウォッチリストの変更',
    data: 'お客様のAlpaca契約による市場データの取得',
  },
  error: {
    popup_blocked:
      'ブラウザーがAlpacaのウィンドウをブロックしました。このサイトのポップアップを許可して、もう一度お試しください。',
    popup_closed: '完了する前にAlpacaのウィンドウが閉じられました。準備ができたら、もう一度お試しください。',
    cancelled: '連携をキャンセルしました。',
    access_denied: 'Alpacaで許可されませんでした。もう一度試し、「Allow」を選んで連携してください。',
    timeout: '連携に時間がかかりすぎました。もう一度お試しください。',
    origin_not_allowed:
      'このサイトはまだ連携できません。サイトの所有者がサーバーのEMBED_ORIGINSにオリジンを追加する必要があります。',
    opener_blocked:
      'このページは、開いたウィンドウから切り離されています。サイトの所有者がヘッダーCross-Origin-Opener-Policy: same-origin-allow-popupsを送信する必要があります。',
    attempt_expired: 'この連携手続きは期限切れです。もう一度お試しください。',
    live_not_allowed: 'このアプリは実口座と連携できません。デモ口座を連携してください。',
    exchange_failed: 'Alpacaでは承認されましたが、連携を完了できませんでした。もう一度お試しください。',
    cookies_blocked:
      'ブラウザーがこの連携のCookieを保存しませんでした。このサイトのCookieを許可するか、厳格なトラッキング防止をオフにして、もう一度お試しください。',
    network: 'サーバーに接続できませんでした。インターネット接続を確認して、もう一度お試しください。',
    provider_error: 'Alpacaが要求を完了できませんでした。しばらくしてから、もう一度お試しください。',
    config_invalid: '連携ボタンが正しく設定されていません。サイトの所有者が確認する必要があります。',
  },
};
