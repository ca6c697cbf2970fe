// Optional: a switch for light and dark, the size of the text, and keys. Every page works without it.
// It stands in the head and runs before anything is painted, so that a chosen theme never flashes.
(() => {
  'use strict';
  const words = document.currentScript.dataset;
  const site = new URL('..', document.currentScript.src);
  const root = document.documentElement;
  const THEMES = ['system', 'light', 'dark'];
  const SIZES = [0.9, 1, 1.15, 1.3, 1.5];
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* file:// may refuse */ } };

  let theme = THEMES.includes(stored('theme')) ? stored('theme') : 'system';
  let size = SIZES.includes(Number(stored('size'))) ? Number(stored('size')) : 1;
  const apply = () => {
    if (theme === 'system') delete root.dataset.theme; else root.dataset.theme = theme;
    root.style.setProperty('--size', size);
  };
  apply();

  if ('offline' in words && location.protocol.startsWith('http') && 'serviceWorker' in navigator) {
    navigator.serviceWorker.register(new URL('worker.js', site)).catch(() => {});
    const href = new URL('manifest.webmanifest', site).href;
    document.head.append(Object.assign(document.createElement('link'), { rel: 'manifest', href }));
  }

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  const follow = (link) => { if (link) location.assign(link.href); };
  const beside = (rel) => document.querySelector(`.turn a[rel=${rel}]`);

  let button;
  const label = () => {
    const name = { system: words.followSystem, light: words.light, dark: words.dark }[theme];
    button.textContent = { system: '◐', light: '☼', dark: '☾' }[theme];
    button.title = `${words.theme}: ${name}`;
    button.setAttribute('aria-label', button.title);
  };
  const switchTheme = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    store('theme', theme);
    apply();
    label();
  };
  const resize = (step) => {
    size = SIZES[Math.min(SIZES.length - 1, Math.max(0, SIZES.indexOf(size) + step))];
    store('size', size);
    apply();
  };

  const move = (step) => {
    const lines = [...document.querySelectorAll('.lines h3 a')];
    if (!lines.length) { follow(beside(step > 0 ? 'next' : 'prev')); return; }
    const place = lines.indexOf(document.activeElement);
    const line = lines[place < 0 && step < 0 ? lines.length - 1 : place + step];
    if (line) { line.focus(); line.scrollIntoView({ block: 'center' }); } else beside(step > 0 ? 'next' : 'prev')?.focus();
  };
  const search = () => {
    const field = document.querySelector('input[type=search]');
    if (field) field.focus(); else follow(document.querySelector('nav.site a[rel=search]'));
  };

  const help = () => {
    const open = document.querySelector('dialog');
    if (open) { open.close(); return; }
    const dialog = element('dialog', '');
    dialog.setAttribute('aria-labelledby', 'keys');
    const list = element('dl', '');
    const rows = [['j', words.next], ['k', words.previous], ['Enter', words.open], ['← →', words.turn], ['h', words.front],
      ['/', words.search], ['t', words.theme], ['+ −', `${words.larger} / ${words.smaller}`], ['?', words.help]];
    for (const [key, text] of rows) {
      const term = element('dt', '');
      term.append(...key.split(' ').map((part) => element('kbd', part)));
      list.append(term, element('dd', text));
    }
    const close = element('button', words.close);
    close.addEventListener('click', () => dialog.close());
    dialog.append(Object.assign(element('h2', words.title), { id: 'keys' }), list, close);
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  // The arrow that points to where the page began in its direction of writing leads back.
  const rightToLeft = root.dir === 'rtl';
  const actions = {
    j: () => move(1), k: () => move(-1), t: switchTheme, '?': help, '/': search,
    '+': () => resize(1), '=': () => resize(1), '-': () => resize(-1),
    h: () => follow(document.querySelector('nav.site a')),
    ArrowLeft: () => follow(beside(rightToLeft ? 'next' : 'prev')),
    ArrowRight: () => follow(beside(rightToLeft ? 'prev' : 'next')),
  };
  // Arrows belong to what scrolls sideways or is typed into.
  const isTaken = (target) => /^(INPUT|TEXTAREA|SELECT|PRE|AUDIO|VIDEO)$/.test(target.tagName) || target.closest?.('.table, table');

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTaken(event.target)) return;
    if (document.querySelector('dialog') && event.key !== '?') return;
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  const control = (text, name, act) => {
    const made = element('button', text);
    made.type = 'button';
    made.title = name;
    made.setAttribute('aria-label', text ? `${text} ${name}` : name);
    made.addEventListener('click', act);
    return made;
  };
  document.addEventListener('DOMContentLoaded', () => {
    const group = element('span', '');
    group.className = 'controls';
    button = control('', '', switchTheme);
    label();
    const [smaller, larger] = [control('A−', words.smaller, () => resize(-1)), control('A+', words.larger, () => resize(1))];
    group.append(smaller, larger, button);
    document.querySelector('nav.site').append(group);
  });
})();
