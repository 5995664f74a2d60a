import type { Messages } from './en.ts';

export const zh: Messages = {
  consent: {
    title: '{app} 请求访问您的 {broker} 账户',
    place: '您正在访问 {broker}。您的浏览器地址栏应显示 {host}。',
    says: '{app} 对自身的说明：',
    may: '如果您允许，{app} 可以：',
    read: '查看您的账户、余额、持仓和订单',
    trade: '按您的指示下单、改单和撤单',
    account: '账户',
    ending: '尾号为 {digits} 的账户',
    blocked: '无法连接。其状态为 {status}。',
    realMoney: '无法连接。Alpaca 未批准 {app} 用于真实资金交易。',
    unapproved: 'Alpaca 未批准 {app} 用于真实资金交易。',
    notice: '{app} 并非由 {broker} 或 Alpaca 开发，两者均不为其作担保。',
    terms: '{app} 的使用条款：',
    privacy: '{app} 的隐私政策：',
    returns: '您将返回 {host}。',
    signedIn: '您的登录身份是 {user}。',
    other: '不是您本人？',
    deny: '拒绝',
    allow: '允许',
  },
  refusal: {
    title: '未允许任何访问',
    unknownClient:
      '{broker} 不认识将您带到此处的应用，或者该应用已停用。未与其共享任何内容。请返回该应用。如果再次发生，请告知其开发者。',
    foreignAddress:
      '将您带到此处的应用想让您返回一个它未登记的地址。未与其共享任何内容。请返回该应用。如果再次发生，请告知其开发者。',
    badRequest: '将您带到此处的链接已损坏或不完整。未共享任何内容。请返回该应用重新开始。',
    spent: '此页面已被使用，或者已过期。请返回该应用重新开始。',
    forbidden:
      '您的答复不是来自询问您的页面，或者在此期间已有他人登录。未共享任何内容。请返回该应用重新开始。',
    noAccount: '请在上一页选择一个账户。尚未共享任何内容。',
    unavailable: '{broker} 目前无法执行此操作。未共享任何内容。请稍后再试。',
    tooMany: '尝试过于频繁。未共享任何内容。请等待一分钟后再试。',
    notFound: '此地址没有任何内容。',
    again: '重试',
    support: '{broker} 帮助',
  },
  grants: {
    title: '可访问您的 {broker} 账户的应用',
    none: '没有应用拥有访问权限。',
    since: '自 {date} 起',
    last: '上次更新访问权限：{date}',
    disconnect: '断开连接',
    disconnectApp: '断开 {app} 的连接',
    ended: '{app} 已断开连接，其访问权限已终止。',
    notEnded:
      '{app} 已在此处断开连接，不会再获得新的访问权限。它此前获得的访问权限在 Alpaca 尚未终止：请联系 {broker} 予以终止。',
  },
};
