// Keeps what was read, so that it can be read again without a line. Pages come from the network as long as it answers in
// time, files whose names change with their content from here. Nothing is fetched that was not asked for.
'use strict';
const OWN = 'site-__VERSION__';
const READ = 'read';
const MOST = 400;
const PATIENCE = 5000;
const FILES = __FILES__;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(OWN).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const outdated = (name) => name.startsWith('site-') && name !== OWN;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(outdated).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

const inTime = (request) => new Promise((resolve, reject) => {
  const limit = setTimeout(() => reject(new Error('late')), PATIENCE);
  fetch(request).then((answer) => { clearTimeout(limit); resolve(answer); }, reject);
});

// The oldest go first: a page that is read again is put at the end.
const keep = async (request, answer) => {
  const cache = await caches.open(READ);
  await cache.delete(request);
  await cache.put(request, answer);
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - MOST)).map((old) => cache.delete(old)));
};

const page = async (event) => {
  const { request } = event;
  const kept = await caches.match(request, { ignoreSearch: true });
  try {
    const answer = await (kept ? inTime(request) : fetch(request));
    if (answer.ok && answer.type === 'basic' && !answer.redirected) event.waitUntil(keep(request, answer.clone()));
    return answer;
  } catch {
    return kept ?? Response.redirect(new URL('offline.html', self.registration.scope));
  }
};

const file = async (request) => await caches.match(request) ?? fetch(request);

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  const path = request.url.slice(self.registration.scope.length);
  if (request.mode === 'navigate' && !/^(books\/.+\/|search\b)/.test(path)) event.respondWith(page(event));
  else if (path.startsWith('assets/') || path === 'offline.html') event.respondWith(file(request));
});
