import type { Messages } from './messages.ts';

/** Spanish. */
export const es: Messages = {
  label: {
    connect: 'Conectar con Alpaca',
    show: 'Mostrar la ventana de Alpaca',
    reopen: 'Volver a abrir la ventana de Alpaca',
    open: 'Abrir la ventana de Alpaca',
    redirect: 'Continuar en esta pestaña',
    finishing: 'Conectando…',
    retry: 'Reintentar',
    reconnect: 'Volver a conectar',
    disconnect: 'Desconectar',
    cancel: 'Cancelar',
    continue: 'Continuar',
  },
  status: {
    opening: 'Abriendo la ventana de Alpaca.',
    waiting: 'Termina en la ventana de Alpaca.',
    finishing: 'Conectando tu cuenta.',
    connected: 'Conectado con Alpaca.',
    expired: 'Alpaca ya no acepta esta conexión. Vuelve a conectar para continuar.',
  },
  account: {
    paper: 'Simulada',
    live: 'Real',
    ending: 'Cuenta terminada en {digits}',
    revoked: 'Hay que volver a conectar',
  },
  disclosure: {
    title: 'Conecta tu cuenta de Alpaca con {app}',
    paper: '{app} solicita acceso a tu cuenta simulada (dinero ficticio). Podrá:',
    live: '{app} solicita acceso a tu cuenta real (dinero real). Podrá:',
    both: '{app} solicita acceso a tu cuenta simulada (dinero ficticio) y a tu cuenta real (dinero real). Podrá:',
    read: 'ver tu cuenta, tus saldos, tus posiciones y tus órdenes',
    otherScope: 'usar el permiso «{scope}»',
    notice:
      '{app} no ha sido desarrollada por Alpaca ni está afiliada a ella. Alpaca no la respalda ni garantiza que funcione como se anuncia.',
    next: 'Alpaca te pedirá que inicies sesión y confirmes, en una ventana propia.',
    here: 'Alpaca te pedirá que inicies sesión y confirmes, aquí en esta pestaña. Si su página no carga, abre esta en tu navegador.',
  },
  scope: {
    trading: 'enviar, modificar y cancelar órdenes siguiendo tus instrucciones',
    'account:write': 'cambiar la configuración de tu cuenta y tus listas de seguimiento',
    data: 'leer datos de mercado con tu suscripción de Alpaca',
  },
  error: {
    popup_blocked:
      'El navegador ha bloqueado la ventana de Alpaca. Permite las ventanas emergentes de este sitio e inténtalo de nuevo.',
    popup_closed: 'La ventana de Alpaca se cerró antes de terminar. Inténtalo de nuevo cuando quieras.',
    cancelled: 'Se canceló la conexión.',
    access_denied: 'No se dio permiso en Alpaca. Inténtalo de nuevo y elige «Allow» para conectar.',
    timeout: 'La conexión tardó demasiado. Inténtalo de nuevo.',
    origin_not_allowed:
      'Este sitio web todavía no puede conectar. Su propietario debe añadir su origen a EMBED_ORIGINS en el servidor.',
    opener_blocked:
      'Esta página está aislada de las ventanas que abre. Su propietario debe enviar la cabecera Cross-Origin-Opener-Policy: same-origin-allow-popups.',
    attempt_expired: 'Este intento de conexión ha caducado. Inténtalo de nuevo.',
    live_not_allowed: 'Esta aplicación no puede conectar cuentas reales. Conecta una cuenta simulada.',
    exchange_failed: 'Alpaca confirmó, pero la conexión no se pudo completar. Inténtalo de nuevo.',
    cookies_blocked:
      'El navegador no ha guardado la cookie de esta conexión. Permite las cookies de este sitio o desactiva la protección estricta contra el rastreo e inténtalo de nuevo.',
    network: 'No se pudo contactar con el servidor. Comprueba tu conexión a internet e inténtalo de nuevo.',
    provider_error: 'Alpaca no pudo completar la solicitud. Inténtalo de nuevo en un momento.',
    config_invalid:
      'El botón de conexión no está bien configurado. El propietario de este sitio web debe revisarlo.',
  },
};
