import type { TokenPair } from '../../auth/identity-admin.ts';
import type { IdentityState } from './identity-state.ts';
import { hashPassword, isOutdated, unmatchable, verifyPassword } from './password.ts';
import { signingKey, tokensOf } from './token-maker.ts';
import type { UserRow } from './users.ts';
import { createWorkQueue } from './work-queue.ts';

/** What came of an attempt to sign in. */
export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly user: UserRow; readonly tokens: TokenPair }
  /** No such user, or not this password: which of the two is not told. */
  | { readonly outcome: 'refused'; readonly user?: UserRow | undefined }
  /** Too many wrong passwords; over HTTP told as `refused`. */
  | { readonly outcome: 'locked'; readonly user: UserRow; readonly until: number }
  /** Too many attempts at once. */
  | { readonly outcome: 'busy' };

export interface SignIn {
  withPassword(name: string, password: string): Promise<SignInResult>;
  withRefreshToken(token: string): SignInResult;
  /** Ends the session that a refresh token is of. */
  revoke(refreshToken: string): UserRow | undefined;
}

/** Two hashes at once leave Node's thread pool (4) and the cores to others; what waits is served within seconds. */
const AT_ONCE = 2;
const WAITING = 24;

export function createSignIn(state: IdentityState): SignIn {
  const { tables, options } = state;
  const { users, sessions } = tables;
  const { now, lockOut, passwordCost, accessLifetime, refreshLifetime } = options;
  const queue = createWorkQueue(AT_ONCE, WAITING);
  const nobody = unmatchable(passwordCost);

  /** One at a time for a user: the attempts before are counted. */
  async function check(name: string, password: string): Promise<SignInResult> {
    const user = users.byName(name);
    const right = await verifyPassword(password, user?.password ?? nobody);
    if (user === undefined) return { outcome: 'refused' };
    if (user.lockedUntil !== undefined && now() < user.lockedUntil) {
      return { outcome: 'locked', user, until: user.lockedUntil };
    }
    if (!right) {
      users.failed(user.sub, lockOut, now());
      return { outcome: 'refused', user };
    }
    const rehashed = isOutdated(user.password, passwordCost) ? await hashPassword(password, passwordCost) : undefined;
    const key = signingKey(state);
    return tables.transaction(() => {
      // The password may have been changed, or the user removed, while this one was hashed.
      const current = users.bySub(user.sub);
      if (current === undefined || current.generation !== user.generation) return { outcome: 'refused', user };
      if (rehashed !== undefined) users.replaceHash(user.sub, rehashed);
      users.signedIn(user.sub, now());
      // Not before the last access token of a session has expired too: that it was revoked must be known so long.
      sessions.prune(now() - accessLifetime);
      const session = sessions.begin(user.sub, now(), refreshLifetime);
      return { outcome: 'signed-in', user: current, tokens: tokensOf(state, current, session, key) };
    });
  }

  return {
    async withPassword(name, password) {
      const result = queue.run(name.toLowerCase(), () => check(name, password));
      return result ?? { outcome: 'busy' };
    },
    withRefreshToken(token) {
      const found = sessions.findRefreshToken(token);
      if (found === undefined) return { outcome: 'refused' };
      const key = signingKey(state);
      const result = tables.transaction((): SignInResult | 'replayed' => {
        // Again, as another process may have been faster.
        const { session, used } = sessions.findRefreshToken(token) ?? found;
        const user = users.bySub(session.sub);
        if (user === undefined || session.revokedAt !== undefined || now() >= session.expiresAt) {
          return { outcome: 'refused', user };
        }
        if (used) return 'replayed';
        sessions.markUsed(token, now());
        return { outcome: 'signed-in', user, tokens: tokensOf(state, user, session, key) };
      });
      if (result !== 'replayed') return result;
      // One of the two who have it stole it; which one can't be known, so both must sign in again (RFC 9700, section 4.14.2).
      state.change(() => sessions.revoke(found.session.id, now()));
      return { outcome: 'refused', user: users.bySub(found.session.sub) };
    },
    revoke(refreshToken) {
      const found = sessions.findRefreshToken(refreshToken);
      if (found === undefined) return undefined;
      state.change(() => sessions.revoke(found.session.id, now()));
      return users.bySub(found.session.sub);
    },
  };
}
