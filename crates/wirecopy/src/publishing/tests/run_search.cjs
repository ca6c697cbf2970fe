// Runs the search page's script without a browser: `node run_search.cjs <site> <file of questions>`, both JSON.
// The questions are {"queries": [...], "texts": [...]}; the answers are pages found, and the units of each text.
const fs = require('fs'), path = require('path'), vm = require('vm');
const [site, questions] = process.argv.slice(2);
const { queries, texts } = JSON.parse(fs.readFileSync(questions, 'utf8'));
const read = (name) => fs.readFileSync(path.join(site, name), 'utf8');
const article = (html) => ({
  textContent: html.split(/<div class="text"[^>]*>/)[1].split('</div>\n<footer')[0].replace(/<[^>]*>/g, '\n')
    .replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&'),
  querySelectorAll: () => [],
});
const page = {
  location: { protocol: 'http:' },
  document: {
    currentScript: { dataset: {} },
    addEventListener() {},
    createElement: () => ({ remove() {} }),
    head: {
      append(script) {
        try { vm.runInContext(read(script.src.split('?')[0]), page); } catch { /* no such file */ }
        script.onload();
      },
    },
  },
  fetch: async (name) => ({ text: async () => read(decodeURIComponent(name)) }),
  DOMParser: class { parseFromString(html) { return { querySelector: () => article(html) }; } },
};
page.window = page;
vm.createContext(page);
const script = fs.readdirSync(path.join(site, 'assets')).find((name) => /^search-\w+\.js$/.test(name));
vm.runInContext(read(`assets/${script}`), page);
(async () => {
  const found = [];
  for (const query of queries) {
    const { more } = await page.wirecopySearch.find(query);
    const results = [];
    for (let ended = false; results.length < 30 && !ended;) {
      const next = await more(30 - results.length);
      results.push(...next.results);
      ({ ended } = next);
    }
    found.push(results.map((result) => (result.loose ? '~' : '') + result.page));
  }
  const units = texts.map((text) => page.wirecopySearch.units(text).map(({ text, joined }) => (joined ? '+' : ' ') + text));
  process.stdout.write(JSON.stringify({ found, units }));
})();
