import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problems } from '../shared/problems.ts';
import { projectPath } from './lib/paths.ts';

const read = (...parts: string[]) => readFileSync(projectPath(...parts), 'utf8');

describe('docs/dependencies.md', () => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json'));
  const rows = [...read('docs', 'dependencies.md').matchAll(/^\| `([^`]+)` \|([^|]*)\|.*\|([^|]*)\|$/gm)];

  test('has one line for every package of package.json, and for no other', () => {
    const installed = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(rows.map(([, name]) => name).sort()).toEqual(installed.sort());
  });

  test('says of each what it is for and what it costs', () => {
    const silent = rows.filter(([, , purpose, cost]) => purpose!.trim() === '' || cost!.trim() === '');
    expect(silent.map(([, name]) => name)).toEqual([]);
  });
});

describe('docs/problems.md', () => {
  const sections = [...read('docs', 'problems.md').matchAll(/^## (\S+)\n\n(\d+)\. /gm)];

  test('has one section for every problem of the catalogue, and for no other', () => {
    expect(sections.map(([, code]) => code).sort()).toEqual(Object.keys(problems).sort());
  });

  test('names the status that is answered', () => {
    const told = Object.fromEntries(sections.map(([, code, status]) => [code, Number(status)]));
    const answered = Object.entries(problems).map(([code, { status }]) => [code, status]);
    expect(told).toEqual(Object.fromEntries(answered));
  });
});

describe('docs/DATABASE_SETUP.md', () => {
  const troubleshooting = read('docs', 'DATABASE_SETUP.md').split('## Troubleshooting')[1]!;
  const quoted = [...troubleshooting.matchAll(/\*\*`([^`]+)`\*\*/g)].map(([, text]) => text!);
  const sources = readdirSync(projectPath('server'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => read('server', file));

  test('quotes error texts that the code prints', () => {
    expect(quoted.length).toBeGreaterThan(20);
    expect(quoted.filter((text) => !sources.some((source) => prints(source, text)))).toEqual([]);
  });

  /**
   * Whether a file holds the fixed parts of the text, in their order, near each other. `…` stands for what varies;
   * the name of the variable is put before several texts at once.
   */
  function prints(source: string, text: string): boolean {
    const parts = text
      .replace(/^DATABASE_URL /, '')
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(parts.join('[^\\n]{1,80}?')).test(source);
  }
});

describe('links between the pages', () => {
  const pages = [
    'README.md',
    ...readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
  ];
  const links = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/(?<!!\[[^\]]*)\]\(([^)#\s]+)?(?:#([^)\s]+))?\)/g)]
        .filter(([, target]) => !/^\w+:/.test(target ?? ''))
        .map(([link, target, anchor]) => ({ page, link, target: target ? join(dirname(page), target) : page, anchor })),
    );

  test('lead to files that are there', () => {
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ target }) => !existsSync(projectPath(target)))).toEqual([]);
  });

  test('lead to headings that are there', () => {
    const headingsOf = (page: string) =>
      [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        heading!
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      );
    const broken = links.filter(({ target, anchor }) => anchor !== undefined && !headingsOf(target).includes(anchor));
    expect(broken).toEqual([]);
  });
});
