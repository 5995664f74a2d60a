import type { Messages } from './en.ts';

export const es: Messages = {
  consent: {
    title: '{app} solicita acceso a tu cuenta de {broker}',
    place: 'Estás en {broker}. La barra de direcciones de tu navegador debe mostrar {host}.',
    says: 'Así se describe {app}:',
    may: 'Si lo permites, {app} podrá:',
    read: 'ver tu cuenta, tus saldos, tus posiciones y tus órdenes',
    trade: 'colocar, modificar y cancelar órdenes siguiendo tus instrucciones',
    account: 'Cuenta',
    ending: 'Cuenta terminada en {digits}',
    blocked: 'No se puede conectar. Su estado es {status}.',
    realMoney: 'No se puede conectar. Alpaca no ha aprobado {app} para operar con dinero real.',
    unapproved: 'Alpaca no ha aprobado {app} para operar con dinero real.',
    notice: '{broker} y Alpaca no han desarrollado la aplicación {app} ni la garantizan.',
    terms: 'Condiciones de uso de {app}:',
    privacy: 'Política de privacidad de {app}:',
    returns: 'Volverás a {host}.',
    signedIn: 'Has iniciado sesión como {user}.',
    other: '¿No eres tú?',
    deny: 'Rechazar',
    allow: 'Permitir',
  },
  refusal: {
    title: 'No se ha permitido nada',
    unknownClient:
      '{broker} no conoce la aplicación que te ha enviado aquí, o está desactivada. No se ha compartido nada con ella. Vuelve a la aplicación. Si ocurre de nuevo, avisa a sus responsables.',
    foreignAddress:
      'La aplicación que te ha enviado aquí quiere que vuelvas a una dirección que no ha registrado. No se ha compartido nada con ella. Vuelve a la aplicación. Si ocurre de nuevo, avisa a sus responsables.',
    badRequest:
      'El enlace que te ha traído aquí está dañado o incompleto. No se ha compartido nada. Vuelve a la aplicación y empieza de nuevo allí.',
    spent:
      'Esta página ya se ha usado o es demasiado antigua. Vuelve a la aplicación y empieza de nuevo allí.',
    forbidden:
      'Tu respuesta no ha llegado desde la página que te preguntó, o mientras tanto ha iniciado sesión otra persona. No se ha compartido nada. Vuelve a la aplicación y empieza de nuevo allí.',
    noAccount: 'Elige una cuenta en la página anterior. Todavía no se ha compartido nada.',
    unavailable:
      '{broker} no puede hacerlo en este momento. No se ha compartido nada. Inténtalo de nuevo dentro de un momento.',
    tooMany:
      'Se ha intentado demasiadas veces. No se ha compartido nada. Espera un minuto e inténtalo de nuevo.',
    notFound: 'No hay nada en esta dirección.',
    again: 'Reintentar',
    support: 'Ayuda de {broker}',
  },
  grants: {
    title: 'Aplicaciones con acceso a tu cuenta de {broker}',
    none: 'Ninguna aplicación tiene acceso.',
    since: 'Desde el {date}',
    last: 'Acceso renovado por última vez el {date}',
    disconnect: 'Desconectar',
    disconnectApp: 'Desconectar {app}',
    ended: 'La aplicación {app} está desconectada y su acceso ha terminado.',
    notEnded:
      'La aplicación {app} está desconectada aquí y no obtendrá nuevos accesos. El acceso que obtuvo antes no se ha revocado en Alpaca: pide a {broker} que lo revoque.',
  },
};
