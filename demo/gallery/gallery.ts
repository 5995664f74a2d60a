import { en } from '../../widget/messages/en.ts';
import { translations } from '../../widget/messages/translations.ts';
import { findPart } from '../page/find-part.ts';
import { closed, dialogs, paper, shapes, states } from './showings.ts';
import { type Showing, specimen } from './specimen.ts';

const names = new Intl.DisplayNames(['en'], { type: 'language' });

for (const [title, showing] of Object.entries(states)) show('states', title, () => [specimen(showing)]);
for (const [title, showing] of Object.entries(dialogs)) show('dialogs', title, () => [specimen(showing)]);
for (const [title, shape] of Object.entries(shapes)) {
  show('shapes', title, () =>
    [{}, { state: 'connected', connections: [paper] } as Showing].map((showing) => shaped(showing, shape)),
  );
}
show('shapes', 'Icon and label', () => [withSlots()]);
for (const [language, messages] of Object.entries({ en, ...translations })) {
  const spoken = { messages, language: language as keyof typeof translations };
  show('languages', names.of(language) ?? language, () => [
    specimen({ ...spoken, environment: 'live' }),
    specimen({ ...spoken, state: 'waiting' }),
    specimen({ ...spoken, state: 'error', error: messages.error.popup_closed }),
    specimen({ ...spoken, state: 'connected', connections: [closed] }),
    specimen({ ...spoken, state: 'disclosing' }),
  ]);
}

/** Adds a card that shows the same in light and in dark. */
function show(part: string, title: string, specimens: () => HTMLElement[]): void {
  const card = document.createElement('article');
  const heading = document.createElement('h3');
  heading.textContent = title;
  card.append(heading, ...['light', 'dark'].map((theme) => panel(theme, specimens())));
  findPart(document, part).append(card);
}

function panel(theme: string, specimens: HTMLElement[]): HTMLElement {
  const panel = document.createElement('div');
  panel.className = `panel ${theme}`;
  panel.append(...specimens);
  return panel;
}

function shaped(showing: Showing, shape: string): HTMLElement {
  const shown = specimen(showing);
  shown.classList.add(shape);
  return shown;
}

function withSlots(): HTMLElement {
  const shown = specimen({});
  const icon = document.createElement('span');
  icon.slot = 'icon';
  icon.className = 'icon';
  const label = document.createElement('span');
  label.slot = 'label';
  label.textContent = 'Link your brokerage';
  shown.append(icon, label);
  return shown;
}
