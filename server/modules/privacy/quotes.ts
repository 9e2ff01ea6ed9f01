/** So many words in a row are nobody's by chance. */
const runWords = 4;
/** Shorter names stand in many words. */
const nameCharsMin = 3;

/** Whether a text holds what somebody said, or a run of its words, or what they are called. */
export function quotes(
  text: string,
  { said, called }: { said: readonly string[]; called: readonly string[] },
): boolean {
  const words = plain(text);
  const isCalled = called.map(plain).some((name) => name.length >= nameCharsMin && ` ${words} `.includes(` ${name} `));
  return isCalled || said.map(plain).some((other) => share(words, other));
}

function share(text: string, said: string): boolean {
  if (text === '' || said === '') return false;
  if (` ${text} `.includes(` ${said} `) || ` ${said} `.includes(` ${text} `)) return true;
  const words = said.split(' ');
  for (let at = 0; at + runWords <= words.length; at += 1) {
    if (` ${text} `.includes(` ${words.slice(at, at + runWords).join(' ')} `)) return true;
  }
  return false;
}

/** Words in small letters, a blank between them. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
