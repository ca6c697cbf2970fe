// Runs the site's service worker without a browser: `node run_worker.cjs <site>`. The site is served below a path as a
// web server would, then the line is cut; what a reader would see at each step is printed as JSON.
const fs = require('fs'), path = require('path'), vm = require('vm');
const [site] = process.argv.slice(2);
const SCOPE = 'https://news.example/mirror/';
let line = true;
const asked = [];

const served = (url) => {
  const name = decodeURIComponent(new URL(url).pathname.slice('/mirror/'.length)) || 'index.html';
  const file = path.join(site, name);
  const there = fs.existsSync(file) && fs.statSync(file).isFile();
  return answer(there ? fs.readFileSync(file, 'utf8') : 'nothing here', there ? 200 : 404);
};
const answer = (text, status, redirectTo) => ({
  text, status, ok: status === 200, type: 'basic', redirected: false, redirectTo,
  clone() { return answer(text, status, redirectTo); },
});
const address = (request) => new URL(typeof request === 'string' ? request : request.url, SCOPE).href;
const fetched = async (request) => {
  asked.push(address(request).slice(SCOPE.length));
  if (!line) throw new TypeError('no line');
  return served(address(request));
};

// Cache and CacheStorage of the Service Workers specification, as far as the worker uses them.
const bare = (url) => url.split('?')[0];
class Cache {
  kept = new Map();
  async addAll(names) { for (const name of names) await this.put(name, await fetched(name)); }
  async put(request, given) { this.kept.set(address(request), given); }
  async delete(request) { return this.kept.delete(address(request)); }
  async keys() { return [...this.kept.keys()].map((url) => ({ url })); }
  find(url, loose) {
    for (const [known, given] of this.kept) if (known === url || (loose && bare(known) === bare(url))) return given;
    return undefined;
  }
}
const stores = new Map([['site-of-a-former-version', new Cache()]]);
const caches = {
  open: async (name) => stores.get(name) ?? stores.set(name, new Cache()).get(name),
  keys: async () => [...stores.keys()],
  delete: async (name) => stores.delete(name),
  match: async (request, { ignoreSearch = false } = {}) => {
    for (const cache of stores.values()) {
      const found = cache.find(address(request), ignoreSearch);
      if (found) return found.clone();
    }
    return undefined;
  },
};

const heard = {};
const worker = {
  caches, fetch: fetched, URL, Promise, Error, setTimeout, clearTimeout,
  Response: { redirect: (to) => answer('', 302, to.href) },
  registration: { scope: SCOPE },
  clients: { claim: async () => {} },
  skipWaiting: async () => {},
  addEventListener: (kind, act) => { heard[kind] = act; },
};
worker.self = worker;
vm.createContext(worker);
vm.runInContext(fs.readFileSync(path.join(site, 'worker.js'), 'utf8'), worker);

const happens = async (kind, event = {}) => {
  const waits = [];
  let given;
  heard[kind]({ ...event, waitUntil: (wait) => waits.push(wait), respondWith: (answered) => { given = answered; } });
  const got = await given;
  await Promise.all(waits);
  return got;
};
const opens = async (name, mode = 'navigate', method = 'GET') => {
  const got = await happens('fetch', { request: { url: SCOPE + name, mode, method } });
  if (!got) return 'left to the browser';
  if (got.redirectTo) return `led to ${got.redirectTo.slice(SCOPE.length)}`;
  return got.ok ? got.text : `${got.status}`;
};

(async () => {
  const told = {};
  await happens('install');
  await happens('activate');
  told.stores = [...stores.keys()].map((name) => name.replace(/-[0-9a-f]{10}$/, '-VERSION'));
  told.first = [...asked];
  const articles = fs.readdirSync(site, { recursive: true }).map((name) => name.split(path.sep).join('/'))
    .filter((name) => /^articles\/.*\d+-[^.]+\.html$/.test(name)).sort();
  const [read, unread] = articles;
  const style = fs.readdirSync(path.join(site, 'assets')).find((name) => name.startsWith('style-'));
  const text = fs.readFileSync(path.join(site, read), 'utf8');
  told.online = (await opens(read)) === text;
  told.missing = await opens('articles/none.html');
  told.search = await opens('search.html?q=ferry');
  told.book = await opens('books/days/2026-11-01.epub');
  told.sent = await opens(read, 'navigate', 'POST');
  line = false;
  told.offline = (await opens(read)) === text;
  told.with_query = (await opens(`${read}?from=feed`)) === text;
  told.unread = await opens(unread);
  told.unread_missing = await opens('articles/none.html');
  told.offline_page = /<h1/.test(await opens('offline.html'));
  told.style = (await opens(`assets/${style}`, 'no-cors')).length > 1000;
  line = true;
  for (let number = 0; number < 450; number += 1) await opens(`index.html?${number}`);
  told.most = stores.get('read').kept.size;
  line = false;
  told.oldest = await opens(read);
  process.stdout.write(JSON.stringify(told));
})();
