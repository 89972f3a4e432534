// The interface stands in src/auth, where src/local, which this folder imports, can implement it.
export type {
  ClientInfo,
  IdentityAdmin,
  Quota,
  RateLimit,
  TokenPair,
  UserInfo,
} from '../auth/identity-admin.ts';
