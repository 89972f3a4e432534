/** Headers of an answer that is a Binary's content. It is anybody's: browsers are to save it, and show or run nothing of it in this server's name. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};
