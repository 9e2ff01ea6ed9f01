import { validationProblem } from '../../http/problem.ts';

/** Whose password it is to be: guesses begin with what is known of a person. */
export interface PasswordOwner {
  email: string;
  /** Their own name and that of their client, as far as they are known. */
  names?: (string | undefined)[];
}

/** Words that everybody who guesses tries here: what the service is called and is for. `docs/security.md` lists them. */
export const serviceWords = ['confab', 'support', 'inbox', 'chat', 'widget', 'admin', 'agent', 'password'] as const;

const differentCharsMin = 5;
const ownCharsMin = 6;
const wordCharsMin = 4;

/**
 * Refuses a password that is tried early: one of the most used, one of few different characters, and one that is little
 * more than the service's or the person's own words. Says nothing of its length, which the contract does, and asks for
 * no kinds of characters. @throws HttpProblem 400 with the fault at `pointer`
 */
export async function refuseGuessable(password: string, owner: PasswordOwner, pointer: string): Promise<void> {
  const fault = (await commonFault(password)) ?? contextFault(password, owner);
  if (fault !== undefined) throw validationProblem([{ pointer, detail: fault }]);
}

async function commonFault(password: string): Promise<string | undefined> {
  const plain = password.toLowerCase();
  if (new Set(plain).size < differentCharsMin) return `Use at least ${differentCharsMin} different characters.`;
  // Unfolds 50,000 entries: not before the first password that is chosen.
  const common = await import('fxa-common-password-list');
  if (!common.test(plain) && !common.test(password)) return undefined;
  return 'Is one of the most used passwords, which are tried first. A few words of your own are better.';
}

function contextFault(password: string, { email, names = [] }: PasswordOwner): string | undefined {
  const said = [email, ...names].flatMap((text) => (text ?? '').toLowerCase().split(/[^\p{L}]+/u));
  const words = [...serviceWords, ...said].filter((word) => word.length >= wordCharsMin);
  let rest = password.toLowerCase();
  for (const word of words.sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, '');
  if (rest.replace(/[^\p{L}]/gu, '').length >= ownCharsMin || rest === password.toLowerCase()) return undefined;
  return 'Is little more than your name, your address or what Confab is called. Use other words.';
}
