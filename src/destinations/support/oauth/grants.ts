import { GOOGLE_TOKEN_URL } from '../../google/google-errors.ts';

/** Where a person gives an application permission, and where the application gets its tokens. */
export interface Grant {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  /**
   * Where a code is asked for that a person enters in a browser on any machine; absent where the provider
   * knows no such way.
   */
  readonly deviceUrl?: string;
  /** What the permission covers; providers without scopes in the address have them in the application. */
  readonly scope?: string;
  /** What makes the provider give a refresh token. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const GOOGLE = {
  authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: GOOGLE_TOKEN_URL,
  parameters: { access_type: 'offline', prompt: 'consent' },
} as const;

const MICROSOFT = {
  authorizeUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  deviceUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode',
} as const;

/** By the schemes of the destinations. */
export const GRANTS: Readonly<Record<string, Grant>> = {
  gcs: { ...GOOGLE, scope: 'https://www.googleapis.com/auth/devstorage.read_write' },
  googledrive: {
    ...GOOGLE,
    // Not for Cloud Storage, whose scope Google does not give out in this way.
    deviceUrl: 'https://oauth2.googleapis.com/device/code',
    scope: 'https://www.googleapis.com/auth/drive.file',
  },
  onedrivev2: { ...MICROSOFT, scope: 'offline_access Files.ReadWrite' },
  sharepoint: { ...MICROSOFT, scope: 'offline_access Sites.ReadWrite.All' },
  msgroup: { ...MICROSOFT, scope: 'offline_access Group.Read.All Files.ReadWrite.All' },
  dropbox: {
    authorizeUrl: 'https://www.dropbox.com/oauth2/authorize',
    tokenUrl: 'https://api.dropboxapi.com/oauth2/token',
    parameters: { token_access_type: 'offline' },
  },
  box: {
    authorizeUrl: 'https://account.box.com/api/oauth2/authorize',
    tokenUrl: 'https://api.box.com/oauth2/token',
  },
};
