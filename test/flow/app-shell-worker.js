// The service worker of a single-page app, as people write it with Workbox: the app's page is kept, and is the answer to every
// navigation but to those on the list. `DENYLIST` is put in by the build.
import { createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

precacheAndRoute([{ url: '/index.html', revision: '1' }]);
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: DENYLIST }));
