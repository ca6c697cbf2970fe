// Optional: a switch for light and dark, and keys. Every page works without it.
(() => {
  'use strict';
  const words = document.currentScript.dataset;
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
  const store = (theme) => { try { localStorage.setItem('theme', theme); } catch { /* file:// may refuse */ } };
  const dark = () => (root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  const chosen = stored();
  if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen;

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  const switchTheme = () => {
    root.dataset.theme = dark() ? 'light' : 'dark';
    store(root.dataset.theme);
  };

  const move = (step) => {
    const beside = document.querySelector(`a[rel=${step > 0 ? 'next' : 'prev'}]`);
    const lines = [...document.querySelectorAll('.lines h3 a')];
    if (!lines.length) { if (beside) location.assign(beside.href); return; }
    const place = lines.indexOf(document.activeElement);
    const line = lines[place < 0 && step < 0 ? lines.length - 1 : place + step];
    if (line) { line.focus(); line.scrollIntoView({ block: 'center' }); } else if (beside) beside.focus();
  };

  const help = () => {
    const open = document.querySelector('dialog');
    if (open) { open.close(); return; }
    const dialog = element('dialog', '');
    dialog.setAttribute('aria-labelledby', 'keys');
    const list = element('dl', '');
    for (const [key, text] of [['j', words.next], ['k', words.previous], ['Enter', words.open], ['h', words.front], ['t', words.theme], ['?', words.help]]) {
      const term = element('dt', '');
      term.append(element('kbd', key));
      list.append(term, element('dd', text));
    }
    const close = element('button', words.close);
    close.addEventListener('click', () => dialog.close());
    dialog.append(Object.assign(element('h2', words.title), { id: 'keys' }), list, close);
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };

  const actions = {
    j: () => move(1), k: () => move(-1), t: switchTheme, '?': help,
    h: () => location.assign(document.querySelector('nav.site a').href),
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    if (document.querySelector('dialog') && event.key !== '?') return;
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  document.addEventListener('DOMContentLoaded', () => {
    const button = element('button', '◐');
    button.className = 'theme';
    button.title = words.theme;
    button.setAttribute('aria-label', words.theme);
    button.addEventListener('click', switchTheme);
    document.querySelector('nav.site').append(button);
  });
})();
