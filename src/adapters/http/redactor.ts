/** A function that blanks our credentials in text that a server sent back. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const hidden = secrets.filter((secret) => secret !== '');
  return (text) => hidden.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
