const LONGEST = 300;

/** What a server said, fit for a message: without markup, on one line, not too long, and with every secret replaced. */
export function plainWords(text: string, secrets: readonly string[]): string {
  const words = text
    .replaceAll(/<(script|style|head|h1)\b.*?<\/\1>/gis, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
  const open = secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), words);
  return open.length > LONGEST ? `${open.slice(0, LONGEST)}...` : open;
}
