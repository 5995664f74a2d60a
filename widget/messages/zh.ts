import type { Messages } from './messages.ts';

/** Chinese, simplified. */
export const zh: Messages = {
  label: {
    connect: '连接 Alpaca',
    show: '显示 Alpaca 窗口',
    reopen: '重新打开 Alpaca 窗口',
    open: '打开 Alpaca 窗口',
    redirect: '在此标签页中继续',
    finishing: '正在连接…',
    retry: '重试',
    reconnect: '重新连接',
    disconnect: '断开连接',
    cancel: '取消',
    continue: '继续',
  },
  status: {
    opening: '正在打开 Alpaca 窗口。',
    waiting: '请在 Alpaca 窗口中完成操作。',
    finishing: '正在连接您的账户。',
    connected: '已连接到 Alpaca。',
    expired: 'Alpaca 不再接受此连接。请重新连接以继续。',
  },
  account: {
    paper: '模拟',
    live: '实盘',
    ending: '尾号为 {digits} 的账户',
    revoked: '需要重新连接',
  },
  disclosure: {
    title: '将您的 Alpaca 账户连接到 {app}',
    paper: '{app} 请求访问您的模拟账户（虚拟资金）。获得许可后，它可以：',
    live: '{app} 请求访问您的实盘账户（真实资金）。获得许可后，它可以：',
    both: '{app} 请求访问您的模拟账户（虚拟资金）和实盘账户（真实资金）。获得许可后，它可以：',
    read: '查看您的账户、余额、持仓和订单',
    otherScope: '使用权限“{scope}”',
    notice: '{app} 并非由 Alpaca 开发，与 Alpaca 也没有关联。Alpaca 不为其背书，也不保证其功能与宣传相符。',
    next: 'Alpaca 将在单独的窗口中请您登录并确认。',
    here: 'Alpaca 将在此标签页中请您登录并确认。如果页面无法加载,请在浏览器中打开本页。',
  },
  scope: {
    trading: '按您的指示下单、改单和撤单',
    'account:write': '更改您的账户设置和自选列表',
    data: '通过您的 Alpaca 订阅读取市场数据',
  },
  error: {
    popup_blocked: '浏览器拦截了 Alpaca 窗口。请允许此网站弹出窗口，然后重试。',
    popup_closed: 'Alpaca 窗口在完成之前被关闭。准备好后请重试。',
    cancelled: '已取消连接。',
    access_denied: '未在 Alpaca 授予许可。请重试，并选择“Allow”以完成连接。',
    timeout: '连接用时过长。请重试。',
    origin_not_allowed: '此网站尚不能连接。网站所有者需要在服务器的 EMBED_ORIGINS 中添加其来源。',
    opener_blocked:
      '此页面与其打开的窗口被隔离。网站所有者需要发送标头 Cross-Origin-Opener-Policy: same-origin-allow-popups。',
    attempt_expired: '此次连接尝试已过期。请重试。',
    live_not_allowed: '此应用不能连接实盘账户。请改为连接模拟账户。',
    exchange_failed: 'Alpaca 已确认，但连接未能完成。请重试。',
    cookies_blocked:
      '浏览器没有保存此连接的 Cookie。请允许此网站的 Cookie，或为其关闭严格的跟踪防护，然后重试。',
    network: '无法连接到服务器。请检查您的互联网连接，然后重试。',
    provider_error: 'Alpaca 无法完成请求。请稍后重试。',
    config_invalid: '连接按钮设置不正确。网站所有者需要检查其设置。',
  },
};
