// The site's search, over the files below search/. They are scripts that call wirecopySearch(name, content): a page of
// file:// may run them, though it may fetch nothing. Whatever is done to text here is done alike in src/search.
(() => {
  'use strict';
  const page = document.currentScript.dataset;
  const arriving = {}, loaded = {};
  window.wirecopySearch = (name, content) => { arriving[name] = content; };
  const load = (name, version) => loaded[name] ??= new Promise((done) => {
    const script = document.createElement('script');
    script.onload = script.onerror = () => { script.remove(); done(arriving[name] ?? ''); };
    script.src = `search/${name}.js?${version}`;
    document.head.append(script);
  });

  // Text to units: fold, stem, cut.
  let forms = { ٱ: 'ا', ى: 'ي', ة: 'ه', ς: 'σ' };
  const fold = (letter) => (letter < '\x80' ? letter.toLowerCase() : [...letter.normalize('NFKD')
    .replace(/[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g, '').normalize('NFC')].flatMap((part) => [...part.toLowerCase()]).map((part) => forms[part] ?? part).join(''));
  const kinds = (word) => { let kinds = ''; for (const letter of word) kinds += 'aeiou'.includes(letter) || letter === 'y' && kinds.endsWith('c') ? 'v' : 'c'; return kinds; };
  const measure = (word) => kinds(word).split('vc').length - 1;
  const short = (word) => kinds(word).endsWith('cvc') && !/[wxy]$/.test(word);
  const endings = (text) => text.split(' ').map((pair) => pair.split('>')).sort(([one], [other]) => other.length - one.length);
  const swaps = [endings('ational>ate tional>tion enci>ence anci>ance izer>ize abli>able alli>al entli>ent eli>e ousli>ous ization>ize ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble'),
    endings('icate>ic ative> alize>al iciti>ic ical>ic ful> ness>')];
  const drops = endings('al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize');
  const stem = (word) => {
    if (!/^[a-z]{3,}$/.test(word)) return word.replace(/^ال(?=...)/u, '');
    const cut = (length, other = '') => { word = word.slice(0, word.length - length) + other; };
    if (/(ss|i)es$/.test(word)) cut(2); else if (/[^s]s$/.test(word)) cut(1);
    const past = /(ed|ing)$/.exec(word);
    if (word.endsWith('eed')) { if (measure(word.slice(0, -3))) cut(1); } else if (past && kinds(word.slice(0, past.index)).includes('v')) {
      cut(past[0].length);
      if (/(at|bl|iz)$/.test(word)) cut(0, 'e');
      else if (/([^aeioulsz])\1$/.test(word) && kinds(word).endsWith('c')) cut(1);
      else if (measure(word) === 1 && short(word)) cut(0, 'e');
    }
    if (word.endsWith('y') && kinds(word.slice(0, -1)).includes('v')) cut(1, 'i');
    for (const table of swaps) {
      const [ending, other] = table.find(([ending]) => word.endsWith(ending)) ?? [];
      if (ending && measure(word.slice(0, -ending.length))) cut(ending.length, other);
    }
    const [drop] = drops.find(([ending]) => word.endsWith(ending)) ?? [];
    if (drop && measure(word.slice(0, -drop.length)) > 1 && (drop !== 'ion' || /[st]ion$/.test(word))) cut(drop.length);
    const before = word.slice(0, -1), pairs = measure(before);
    if (word.endsWith('e') && (pairs > 1 || pairs === 1 && !short(before))) cut(1);
    if (word.endsWith('ll') && measure(word) > 1) cut(1);
    return word;
  };
  const glyph = /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{3ffff}\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\uac00-\ud7a3\u0e01-\u0e4e\u0e81-\u0ecd\u1000-\u103f\u1780-\u17d3]/u;
  const letters = /[\p{Alphabetic}\p{N}]/u;
  // A unit: what it is, whether it is a glyph, whether it is joined to the one before, and its place in the text.
  const unitsOf = (text) => {
    const units = [];
    let word = [], from = 0, until = 0, gap = 2, place = 0;
    const push = (text, isGlyph, start, end) => {
      const last = units.at(-1);
      units.push({ text, isGlyph, joined: !!last && (!gap || gap === 1 && last.isGlyph !== isGlyph), start, end });
      gap = 0;
    };
    const endWord = () => { if (word.length) push(stem(word.slice(0, 40).join('')), false, from, until); word = []; };
    for (const letter of text) {
      const end = place + letter.length, folded = fold(letter);
      if (!folded && word.length) until = end;
      for (const part of folded) {
        if (glyph.test(part)) { endWord(); push(part, true, place, end); }
        else if (letters.test(part)) { if (!word.length) from = place; word.push(part); until = end; }
        else { endWord(); gap = Math.max(gap, part === ' ' ? 1 : 2); }
      }
      place = end;
    }
    endWord();
    return units;
  };
  const termsOf = (units) => {
    const terms = [];
    units.forEach((unit, place) => {
      const { text, isGlyph, joined } = unit, after = units[place + 1];
      if (!isGlyph) { terms.push(text); return; }
      const before = joined && units[place - 1], next = after?.joined && after;
      if (before) terms.push(before.isGlyph ? before.text + text : text);
      if (!before && !next && units.length === 1 || next && !next.isGlyph && !(before && !before.isGlyph)) terms.push(text);
    });
    return [...new Set(terms)];
  };

  // Queries: clauses of items, all of which, but the excluded ones, must be met by one of their items.
  const dayOf = (text, end) => {
    const [, year, month, day] = /^([1-9]\d{3})(?:-(0?[1-9]|1[0-2])(?:-(0?[1-9]|[12]\d|3[01]))?)?$/.exec(text) ?? [];
    if (!year) return null;
    return Date.UTC(year, month ? month - 1 + (end && !day) : end ? 12 : 0, day || 1) / 864e5 - (end && !day ? 1 : 0);
  };
  const parse = (text) => {
    const query = { clauses: [], from: null, to: null };
    let join = false;
    for (const [token, minus, field, quoted, bare] of [...text].slice(0, 300).join('').replace(/[“”]/g, '"').matchAll(/(-?)(?:(title|source|after|before):)?(?:"([^"]*)"?|([^\s"]+))/gi)) {
      if (token === 'OR' || token === '|') { join = true; continue; }
      const value = quoted ?? bare, kind = field?.toLowerCase();
      if (kind === 'after') { query.from = dayOf(value, false) ?? query.from; continue; }
      if (kind === 'before') { query.to = dayOf(value, true) ?? query.to; continue; }
      const units = kind === 'source' ? [] : unitsOf(value), terms = kind === 'source' ? [sourceTerm(value)] : termsOf(units);
      if (!terms.length) continue;
      const item = { units, terms, title: kind === 'title', quoted: quoted !== undefined };
      const last = query.clauses.at(-1);
      if (join && last && last.excluded === !!minus) last.items.push(item); else query.clauses.push({ excluded: !!minus, items: [item] });
      join = false;
    }
    return query;
  };
  const sourceTerm = (slug) => '=' + slug.replace(/[ !"\\]/g, '-');

  // Lists of documents.
  const numbers = (text) => {
    const found = [];
    let place = 0;
    const digit = () => { const code = text.charCodeAt(place++); return code - 35 - (code > 92); };
    const digits = (number, more) => { while (more--) number = number * 91 + digit(); return number; };
    while (place < text.length) {
      const first = digit();
      found.push(first < 70 ? first : first < 85 ? 70 + digits(first - 70, 1) : first < 90 ? 1435 + digits(first - 85, 2) : digits(0, 5));
    }
    return found;
  };
  const levels = (count) => {
    const [recent, medium, large] = [16, 256, 8192].map((step) => count - count % step);
    return [['b', 0, large, large && 2 ** Math.ceil(Math.log2(large / 16))], ['l', large, medium, medium && 512], ['m', medium, recent, recent && 32], ['r', recent, count, 8]]
      .filter(([, start, end]) => end > start);
  };
  const shardOf = (term, shards) => {
    let hash = 0x811c9dc5;
    for (let place = 0; place < term.length; place++) hash = Math.imul(hash ^ term.charCodeAt(place), 0x01000193);
    return ((hash ^ hash >>> 15) & shards - 1) >>> 0;
  };
  const listOf = async (index, term) => {
    const parts = await Promise.all(levels(index.count).map(async ([level, , end, shards]) => {
      const text = await load(`${level}/${shardOf(term, shards).toString(16)}`, end);
      const mark = `!${term} `, place = text.indexOf(mark);
      let next = parseInt(text, 10);
      if (place < 0) return [];
      const list = text.slice(place + mark.length).split('!', 1)[0];
      return numbers(list).map((number) => { const ordinal = next + (number >>> 2); next = ordinal + 1; return [ordinal, number & 3]; });
    }));
    return parts.flat();
  };
  const daysOf = async (index) => {
    const days = [];
    await Promise.all(levels(index.count).map(async ([level, start, end]) => {
      const runs = numbers(await load(`${level}/days`, end));
      for (let day = 0, ordinal = start, run = 0; run + 1 < runs.length; run += 2) {
        day += runs[run] % 2 ? -(runs[run] + 1) / 2 : runs[run] / 2;
        for (let more = runs[run + 1]; more >= 0; more--) days[ordinal++] = day;
      }
    }));
    return days;
  };
  const WEIGHTS = [0.6, 1.1, 1.7, 3];
  // Ordinals with their scores, of the documents that have all terms of an item, or two in three of them where it is loose.
  const matching = async (index, item, loose) => {
    const lists = await Promise.all(item.terms.map((term) => listOf(index, term)));
    const found = new Map();
    for (const list of lists) {
      const rarity = Math.log(1 + (index.count - list.length + 0.5) / (list.length + 0.5));
      for (const [ordinal, impact] of list) {
        if (item.title && impact < 3) continue;
        const [hits, score] = found.get(ordinal) ?? [0, 0];
        found.set(ordinal, [hits + 1, score + rarity * WEIGHTS[impact]]);
      }
    }
    const wanted = loose && isLong(item) ? Math.ceil(lists.length * 2 / 3) : lists.length;
    return new Map([...found].filter(([, [hits]]) => hits >= wanted).map(([ordinal, [, score]]) => [ordinal, score]));
  };
  const isLong = (item) => !item.quoted && item.terms.length > 2;
  const isPhrase = (item) => item.units.length > 1 && item.terms.length > 1;
  const candidates = async (index, query, loose) => {
    const days = await daysOf(index);
    let scores = null;
    const clauses = await Promise.all(query.clauses.map(async ({ items, excluded }) => {
      const chosen = excluded ? items.filter((item) => !isPhrase(item)) : items;
      const union = new Map();
      for (const found of await Promise.all(chosen.map((item) => matching(index, item, loose)))) {
        for (const [ordinal, score] of found) union.set(ordinal, Math.max(score, union.get(ordinal) ?? 0));
      }
      return { excluded, union };
    }));
    for (const { union } of clauses.filter(({ excluded }) => !excluded)) {
      scores = scores ? new Map([...scores].filter(([ordinal]) => union.has(ordinal)).map(([ordinal, score]) => [ordinal, score + union.get(ordinal)])) : union;
    }
    if (!scores) scores = new Map(query.from === null && query.to === null ? [] : days.map((_, ordinal) => [ordinal, 0]));
    const banned = clauses.filter(({ excluded }) => excluded);
    return [...scores].filter(([ordinal]) => !banned.some(({ union }) => union.has(ordinal))
        && days[ordinal] >= (query.from ?? -Infinity) && days[ordinal] <= (query.to ?? Infinity))
      .map(([ordinal, score]) => [ordinal, score * (1 + 0.3 * 2 ** ((days[ordinal] - index.newest) / 365))])
      .sort(([one, score], [other, better]) => better - score || other - one).map(([ordinal]) => ordinal);
  };

  // What a page says: where an item's units stand in it one after the other.
  const places = (units, item) => {
    const found = [];
    for (let start = 0; start + item.units.length <= units.length; start++) {
      if (item.units.every((unit, step) => { const other = units[start + step]; return other.text === unit.text && (!step || !unit.joined || other.joined); })) {
        found.push([units[start].start, units[start + item.units.length - 1].end]);
      }
    }
    return found;
  };
  const textOf = async (path) => {
    if (!/^http/.test(location.protocol)) return null;
    try {
      const article = new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html').querySelector('.text');
      article.querySelectorAll('br,p,div,li,dt,dd,td,th,pre,figcaption,blockquote,h2,h3,h4,h5,h6').forEach((block) => block.before('\n'));
      return article.textContent;
    } catch { return null; }
  };
  const readOne = async (index, query, ordinal, loose) => {
    const chunk = await load(`d/${(ordinal >> 5).toString(16)}`, Math.min(index.count, (ordinal >> 5) + 1 << 5));
    const [path, title, day, language] = chunk[ordinal % 32] ?? ['', '', 0, ''];
    const result = { ordinal, page: `articles/${path}.html`, source: path.split('/')[0], title, day, language };
    const inTitle = unitsOf(title);
    const text = query.clauses.length ? await textOf(result.page.split('/').map(encodeURIComponent).join('/')) : null;
    const inText = text === null ? [] : unitsOf(text);
    const meets = (item) => item.units.length < 2 || loose && isLong(item)
      || places(inTitle, item).length || !item.title && (text === null || places(inText, item).length);
    const fits = query.clauses.every(({ items, excluded }) => (excluded ? !items.some((item) => isPhrase(item) && text !== null && meets(item)) : items.some(meets)));
    if (!fits) return null;
    const shown = query.clauses.filter(({ excluded }) => !excluded).flatMap(({ items }) => items).filter(({ units }) => units.length);
    const pieces = shown.flatMap((item) => (loose && isLong(item) ? item.units.slice(1).map((unit, place) => ({ units: [item.units[place], unit] })) : [item]));
    const marks = (units) => pieces.flatMap((item) => places(units, item)).sort(([one], [other]) => one - other);
    return { ...result, text: text ?? '', titleMarks: marks(inTitle), textMarks: marks(inText) };
  };
  // Finds in steps: each call of the function that it gives brings some results more.
  const find = async (text, { source, from, to } = {}) => {
    const index = await load('index', Date.now() / 6e4 | 0);
    if (/[^\x00-\u2e7f]/.test(text)) {
      const pairs = [...await load('fold', 1)];
      for (let place = 0; place + 1 < pairs.length; place += 2) forms[pairs[place]] = pairs[place + 1];
    }
    const query = parse(text);
    if (source) query.clauses.push({ excluded: false, items: [{ units: [], terms: [sourceTerm(source)], title: false, quoted: true }] });
    query.from = dayOf(from ?? '', false) ?? query.from;
    query.to = dayOf(to ?? '', true) ?? query.to;
    if (!index) throw new Error('no index');
    const known = new Set();
    let rest = await candidates(index, query, false), loose = false;
    const about = rest.length, exact = !query.clauses.some(({ items }) => items.some(isPhrase));
    const more = async (wanted) => {
      const results = [];
      // Where words stand apart in most articles that hold both, reading on is left to the reader.
      let left = wanted + 30;
      while (results.length < wanted && left > 0) {
        if (!rest.length) {
          if (loose || known.size + results.length >= 10 || !query.clauses.some(({ items }) => items.some(isLong))) break;
          loose = true;
          results.forEach(({ ordinal }) => known.add(ordinal));
          rest = (await candidates(index, query, true)).filter((ordinal) => !known.has(ordinal));
          continue;
        }
        const read = rest.splice(0, Math.min(left, wanted - results.length));
        left -= read.length;
        const next = await Promise.all(read.map((ordinal) => readOne(index, query, ordinal, loose)));
        results.push(...next.filter(Boolean).map((result) => ({ ...result, loose })));
      }
      results.forEach(({ ordinal }) => known.add(ordinal));
      return { results, ended: !rest.length };
    };
    return { index, about, exact, more };
  };
  window.wirecopySearch.find = find;
  window.wirecopySearch.units = unitsOf;

  // The page.
  const element = (name, ...children) => { const made = document.createElement(name); made.append(...children); return made; };
  const marked = (text, marks, from, to) => {
    const parts = [];
    let place = from;
    for (const [start, end] of marks) {
      if (start < place || end > to) continue;
      parts.push(text.slice(place, start), element('mark', text.slice(start, end)));
      place = end;
    }
    return [...parts, text.slice(place, to)];
  };
  const snippet = ({ text, textMarks }) => {
    const first = textMarks[0]?.[0] ?? 0;
    let from = Math.max(0, first - 60), to = Math.min(text.length, from + 180);
    if (from) from = Math.max(from, text.lastIndexOf('\n', first) + 1, text.slice(from, first).search(/[\s。！？，；]/) + from + 1);
    return text.trim() ? element('p', from ? '…' : '', ...marked(text, textMarks, from, to), to < text.length ? '…' : '') : '';
  };
  const line = (result, names) => {
    const link = element('a', ...marked(result.title, result.titleMarks, 0, result.title.length));
    link.href = result.page.split('/').map(encodeURIComponent).join('/');
    const time = element('time', new Date(result.day * 864e5).toLocaleDateString(document.documentElement.lang, { dateStyle: 'long', timeZone: 'UTC' }));
    time.dateTime = new Date(result.day * 864e5).toISOString().slice(0, 10);
    const item = element('li', element('h3', link), snippet(result), Object.assign(element('p', time, ' ', element('bdi', names[result.source] ?? result.source)), { className: 'meta' }));
    for (const part of item.querySelectorAll('h3, h3 + p:not(.meta)')) { part.dir = 'auto'; if (result.language) part.lang = result.language; }
    return item;
  };
  const start = async () => {
    const form = document.querySelector('form.search'), status = document.querySelector('#status');
    const list = document.querySelector('#results'), button = document.querySelector('#more');
    const asked = Object.fromEntries(new URLSearchParams(location.search));
    for (const field of form.elements) if (field.name && asked[field.name]) field.value = asked[field.name];
    form.addEventListener('submit', (event) => { event.preventDefault(); location.search = new URLSearchParams(new FormData(form)); });
    if (!asked.q && !asked.source && !asked.from && !asked.to) { form.elements.q.focus(); return; }
    if (list.children.length || status.textContent) return;
    status.textContent = page.searching;
    try {
      const { index, about, exact, more } = await find(asked.q ?? '', asked);
      const names = Object.fromEntries(index.sources);
      const show = async () => {
        const { results, ended } = await more(10);
        for (const result of results) {
          if (result.loose && !list.querySelector('.parts')) list.append(Object.assign(element('li', page.parts), { className: 'parts' }));
          list.append(line(result, names));
        }
        const shown = list.querySelectorAll('h3').length;
        status.textContent = shown || !ended ? page.found.replace('{count}', exact && about >= shown ? about : ended ? shown : `≈ ${about}`) : page.nothing;
        button.hidden = ended;
        return results.length;
      };
      button.addEventListener('click', async () => { const before = list.children.length; if (await show()) list.children[before].querySelector('a')?.focus(); });
      await show();
    } catch { status.textContent = page.failed; }
  };
  document.addEventListener('DOMContentLoaded', start);
})();
