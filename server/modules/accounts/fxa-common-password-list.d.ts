declare module 'fxa-common-password-list' {
  /** Whether these very characters are among the 50,000 most used passwords of 8 characters and more. */
  export function test(password: string): boolean;
}
